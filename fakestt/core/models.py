"""What custom models of all families have in common: how they are created, listed and removed, and how they fail."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from fakestt.core.changes import ByCommand
from fakestt.core.lifecycle import Ending, Phase
from fakestt.core.limits import Limits
from fakestt.core.phases import ModelPhase
from fakestt.core.refusals import Refusal, Why
from fakestt.core.resources import Activity, BaseModel, Data, Model, first_in
from fakestt.core.world import World

__all__ = [
    "FAILURE",
    "add_data",
    "base_of_new_model",
    "data_changed",
    "empty",
    "fail",
    "failing",
    "follow_base",
    "is_customizable",
    "kind_of",
    "list_models",
    "remove_data",
    "remove_model",
    "trained",
    "training_starts",
    "upgraded",
]

FAILURE = "training failed"
"""The `error` of a failed model, unless a script gives a text."""

M = TypeVar("M", bound=Model)


def kind_of(kind: type[Model]) -> str:
    """`acoustic` or `language`, as the service's feature is called."""
    return kind.family.removesuffix(" model")


def is_customizable(base: BaseModel, kind: type[Model]) -> bool:
    """Whether models of this kind can be built on the base."""
    customizable: bool = getattr(base, f"custom_{kind_of(kind)}_model")
    return customizable


def base_of_new_model(
    world: World, kind: type[Model], owner: str, *, name: str, base_model_name: str, description: str | None
) -> BaseModel:
    """The base of a model that is to be created, if these are allowed.

    Raises:
        Refusal: NAME_TOO_LONG, NAME_CHARACTERS, DESCRIPTION_TOO_LONG, UNKNOWN_BASE_MODEL, NOT_CUSTOMIZABLE,
            TOO_MANY_MODELS.

    Source: icp2018 acoustic-create.md#createModel; icp2018 language-create.md#createModel
    """
    limits = world.limits
    if limits.name_max is not None and len(name) > limits.name_max:
        raise Refusal(Why.NAME_TOO_LONG, length=len(name), most=limits.name_max)
    bad = first_in(name, limits.name_forbidden)
    if bad is not None:
        raise Refusal(Why.NAME_CHARACTERS, character=bad, forbidden=limits.name_forbidden)
    if limits.description_max is not None and description is not None and len(description) > limits.description_max:
        raise Refusal(Why.DESCRIPTION_TOO_LONG, length=len(description), most=limits.description_max)
    base = world.base_models.get(base_model_name)
    if base is None:
        raise Refusal(Why.UNKNOWN_BASE_MODEL, name=base_model_name)
    if not is_customizable(base, kind):
        raise Refusal(Why.NOT_CUSTOMIZABLE, kind=kind_of(kind), name=base_model_name)
    if limits.max_models is not None and len(world.models(kind, owner)) >= limits.max_models:
        raise Refusal(Why.TOO_MANY_MODELS, kind=kind_of(kind), most=limits.max_models)
    return base


def list_models(world: World, kind: type[M], owner: str, language: str | None = None) -> list[M]:
    """The owner's models in the order of their creation, all of them or those of one language.

    Source: icp2018 acoustic-models.md#listModels; icp2018 language-models.md#listModels. Three language models were
    seen in this order.
    """
    models = world.models(kind, owner).values()
    return [model for model in models if language is None or model.base_model.language == language]


def remove_model(world: World, model: Model, cause: ByCommand) -> None:
    """Remove the model with all that belongs to it."""
    for gone in (*model.all_children(), model):
        world.machine.gone(gone, world.now_s, cause)
    world.drop(model)


def data_changed(model: Model) -> None:
    """Its data is looked at anew."""
    model.modified = True
    model.failed = False
    model.error = None


def add_data(world: World, data: Data, cause: ByCommand) -> None:
    """Give data to its model and start the analysis. Data of its name goes."""
    machine, model = world.machine, data.model
    machine.start(data, Activity.ANALYSIS, world.now_s)
    there = model.children[data.family]
    earlier = there.get(data.name)
    if earlier is not None:
        machine.gone(earlier, world.now_s, cause)
    there[data.name] = data
    data_changed(model)
    machine.made(data, world.now_s, cause)


def remove_data(world: World, data: Data, cause: ByCommand) -> None:
    """Take data from its model."""
    world.machine.gone(data, world.now_s, cause)
    del data.model.children[data.family][data.name]
    data_changed(data.model)


def empty(world: World, model: Model, cause: ByCommand) -> None:
    """Take all children from a model that goes on without them, as if nothing had ever been added."""
    for child in model.all_children():
        world.machine.gone(child, world.now_s, cause)
    for of_family in model.children.values():
        of_family.clear()
    model.trained = model.modified = model.failed = False
    model.error = None
    if not world.limits.reset_keeps_versions:
        model.versions[:] = [model.base_model.newest]


def training_starts(model: Model) -> None:
    """A training takes the data as it is now. What went wrong before is over.

    Data can still be deleted for a user's sake. Then the model is modified when the training ends, and not available:
    what became of the data counts, as after any other deletion.
    """
    model.modified = model.failed = False
    model.error = None


# Endings


def trained(model: Model) -> None:
    """A training has succeeded."""
    model.trained = True


def fail(model: Model, message: str) -> None:
    """A training or an upgrade fails; an earlier training stays in use for recognition."""
    model.failed = True
    model.error = message
    model.upgrading_to = None


def failing(message: str, fails: Callable[[Any, str], None] = fail) -> Ending[Any]:
    """The ending of a training or an upgrade that fails with this error."""
    return Ending("failed", lambda model: fails(model, message), spoils=True)


def finding_invalid(spoil: Callable[[Any, str], None]) -> Ending[Any]:
    """The ending of an analysis that finds its data to be of no use, whatever it is."""
    return Ending("invalid", lambda data: spoil(data, "the analysis found it invalid"), spoils=True)


def upgraded(model: Model) -> None:
    """Append the version that was the base's newest when the upgrade began. Older versions stay."""
    if model.upgrading_to is not None and model.upgrading_to not in model.versions:
        model.versions.append(model.upgrading_to)
    model.upgrading_to = None


def follow_base(model: Model, phase: Phase, limits: Limits) -> None:
    """What becomes of a model when a newer version of its base is published: one that is empty may move to it."""
    if phase is ModelPhase.EMPTY and limits.empty_model_follows_base:
        model.versions[:] = [model.base_model.newest]
