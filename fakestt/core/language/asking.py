"""How a command of language models asks the table."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any

from fakestt.core import models
from fakestt.core.changes import ByCommand
from fakestt.core.language.facts import LanguageModel
from fakestt.core.language.phases import LanguageCommand
from fakestt.core.language.table import LanguageAsk
from fakestt.core.world import World

__all__ = ["doing", "permit"]


def permit(world: World, model: LanguageModel, command: LanguageCommand) -> None:
    """Ask the table.

    Raises:
        Refusal: the table refuses.
    """
    world.machine.permit(model, command, LanguageAsk(limits=world.limits), world.now_s)


def doing(
    world: World,
    model: LanguageModel,
    command: LanguageCommand,
    **ask: Any,  # Any: fields of LanguageAsk
) -> AbstractContextManager[ByCommand]:
    """Ask the table; then change facts inside.

    Raises:
        Refusal: the table refuses.
    """
    return models.doing(world, model, command, LanguageAsk(limits=world.limits, **ask))
