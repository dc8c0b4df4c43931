"""What the facts of a language model amount to."""

from __future__ import annotations

from enum import unique

from fakestt.core.language.facts import LanguageModel
from fakestt.core.lifecycle import Phase
from fakestt.core.resources import Activity

__all__ = ["LanguagePhase", "language_phase"]


@unique
class LanguagePhase(Phase):
    """The statuses of a language model."""

    EMPTY = ("P0", "pending")
    READY = ("R", "ready")
    TRAINING = ("T", "training")
    AVAILABLE = ("A", "available")
    UPGRADING = ("U", "upgrading")
    FAILED = ("F", "failed")


def language_phase(model: LanguageModel) -> LanguagePhase:
    """The first that fits."""
    if model.activity is not None:
        return LanguagePhase.TRAINING if model.activity is Activity.TRAINING else LanguagePhase.UPGRADING
    if model.failed:
        return LanguagePhase.FAILED
    if model.trained:
        return LanguagePhase.AVAILABLE
    return LanguagePhase.READY if model.filled else LanguagePhase.EMPTY
