"""The phases of custom models: the columns of each kind's table, and which of them given facts amount to."""

from __future__ import annotations

from enum import unique

from fakestt.core.lifecycle import Phase
from fakestt.core.resources import Activity, Model

__all__ = ["ModelPhase", "model_phase"]


@unique
class ModelPhase(Phase):
    """The columns of the table. A trained model whose new data is being analysed is ANALYSING."""

    EMPTY = ("P0", "pending")
    ANALYSING = ("PB", "pending")
    ONLY_INVALID = ("PI", "pending")
    READY = ("R", "ready")
    MIXED = ("RM", "ready")
    TRAINING = ("T", "training")
    AVAILABLE = ("A", "available")
    UPGRADING = ("U", "upgrading")
    FAILED = ("F", "failed")


_DURING = {
    Activity.TRAINING: ModelPhase.TRAINING,
    Activity.UPGRADE: ModelPhase.UPGRADING,
    Activity.ANALYSIS: ModelPhase.ANALYSING,
    Activity.CLEARING: ModelPhase.ANALYSING,
}


def model_phase(model: Model, *, is_analysed: bool, has_valid: bool, has_invalid: bool) -> ModelPhase:
    """The first phase that fits. An activity comes before the other facts. They stay, and count again when it ends.

    Args:
        is_analysed: the analysis of all its data has ended.
        has_valid: some of its data is valid.
        has_invalid: some is not.
    """
    if model.activity is not None:
        return _DURING[model.activity]
    if not is_analysed:
        return ModelPhase.ANALYSING
    if model.failed:
        return ModelPhase.FAILED
    if model.trained and not model.modified:
        return ModelPhase.AVAILABLE
    if has_valid:
        return ModelPhase.MIXED if has_invalid else ModelPhase.READY
    return ModelPhase.ONLY_INVALID if has_invalid else ModelPhase.EMPTY
