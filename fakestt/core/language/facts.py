"""The facts of language models."""

from __future__ import annotations

from dataclasses import dataclass

from fakestt.core.resources import Model

__all__ = ["LanguageModel"]


@dataclass(slots=True, eq=False, kw_only=True)
class LanguageModel(Model):
    """A custom language model, with the status that its author gave it.

    `filled`: there is something to train on. `trained`: some training has succeeded. `failed`: the last one has not.
    """

    family = "language model"

    filled: bool = False
    trained: bool = False
    failed: bool = False
