"""How a request for a model, of whatever family, asks the table; and the guards that the tables share."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from fakestt.core.changes import ByCommand
from fakestt.core.lifecycle import Ask, Command, Refuse
from fakestt.core.refusals import Why
from fakestt.core.resources import Model
from fakestt.core.world import World

__all__ = ["LOCK", "ModelAsk", "doing", "not_upgradable", "permit", "training_failed", "unmodified"]


@dataclass(slots=True, kw_only=True)
class ModelAsk(Ask):
    """What the guards of models look at."""

    overwrite: bool = False
    strict: bool = True
    force: bool = False


def permit(
    world: World,
    model: Model,
    command: Command,
    *,
    asks: type[ModelAsk] = ModelAsk,
    **ask: Any,  # Any: fields of `asks`
) -> None:
    """Ask the table.

    Raises:
        Refusal: the table refuses.
    """
    world.machine.permit(model, command, asks(limits=world.limits, **ask), world.now_s)


@contextmanager
def doing(
    world: World,
    model: Model,
    command: Command,
    *,
    asks: type[ModelAsk] = ModelAsk,
    **ask: Any,  # Any: fields of `asks`
) -> Iterator[ByCommand]:
    """Ask the table; then change facts inside.

    Raises:
        Refusal: the table refuses.
    """
    permit(world, model, command, asks=asks, **ask)
    cause = ByCommand(command.value)
    with world.machine.changing(model, world.now_s, cause):
        yield cause


# What the tables share

LOCK = Refuse(Why.BUSY)


def unmodified(model: Model, ask: ModelAsk) -> Why | None:
    return None if ask.force else Why.UNMODIFIED


def not_upgradable(model: Model, ask: ModelAsk) -> Why | None:
    return Why.NOT_UPGRADABLE


def training_failed(model: Model, ask: ModelAsk, why: Why) -> None:
    """A refused training leaves the model failed, unless nothing was wrong with its data."""
    limits = ask.limits
    if why is Why.UNMODIFIED or not limits.refused_training_fails_model:
        return
    if not model.has_data and not limits.empty_training_fails_model:
        return
    model.failed = True
    # An earlier failure's error stays until a training is accepted or the data is changed.
    if limits.refused_training_sets_error:
        model.error = why.value
