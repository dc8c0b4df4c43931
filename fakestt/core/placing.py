"""Resources put into a state by hand, without a request and without time passing: what all families share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Required, TypedDict, TypeVar, Unpack

from fakestt.core.changes import ByHand
from fakestt.core.limits import Limits
from fakestt.core.models import FAILURE, is_customizable, kind_of
from fakestt.core.resources import Activity, BaseModel, Data, Model
from fakestt.core.world import World
from fakestt.errors import StateError, nearest

__all__ = [
    "BUSY",
    "STATUSES",
    "TRAINED",
    "Common",
    "check_status",
    "check_trainable",
    "checked_base",
    "find_base_model",
    "new_model",
    "put_there",
    "takes_invalid_data",
]

M = TypeVar("M", bound=Model)

STATUSES = ("pending", "ready", "training", "available", "upgrading", "failed")
BUSY = {"training": Activity.TRAINING, "upgrading": Activity.UPGRADE}

TRAINED = ("training", "available")
"""The statuses of a model whose data, as it is, a training has taken: each change of it leads to another one."""


class Common(TypedDict, total=False):
    """What an author may say of a model of any family, besides its status."""

    name: Required[str]
    base_model_name: Required[str]
    description: str | None
    versions: Sequence[str] | None
    error: str | None
    id: str | None


def checked_base(world: World, kind: type[Model], status: str, **common: Unpack[Common]) -> BaseModel:
    """The base of a model that is to be put there, if it can be like that.

    Raises:
        StateError: it can't.
    """
    name, base_model_name, error = common["name"], common["base_model_name"], common.get("error")
    base = find_base_model(world, base_model_name, f"base_model_name={base_model_name!r}")
    if not is_customizable(base, kind):
        raise StateError(f"base_model_name={base_model_name!r} has no {kind_of(kind)} customization.")
    if not _is_name(name):
        raise StateError(f"name={name!r}: give a string that is not empty.")
    check_status(status, STATUSES)
    for what, text in (("description", common.get("description")), ("error", error)):
        if text is not None and not isinstance(text, str):
            raise StateError(f"{what}={text!r}: give a string, or None for none.")
    if error is not None and status != "failed":
        raise StateError(f"error={error!r} with status={status!r}: only a 'failed' model has an error.")
    return base


def new_model(
    world: World,
    kind: type[M],
    owner: str,
    base: BaseModel,
    status: str,
    trainable: bool,
    own: Mapping[str, Any],  # Any: facts of the kind's own
    **common: Unpack[Common],
) -> M:
    """A model with the facts that such a status amounts to, and without its data.

    Args:
        trainable: whether a training takes the data. One that none takes may still be upgraded.

    Raises:
        StateError: no model can have these versions.
    """
    error = common.get("error")
    return world.new(
        kind,
        owner,
        base,
        id=common.get("id"),
        name=common["name"],
        description=common.get("description"),
        versions=_versions_of(base, common.get("versions"), status),
        trained=status == "available" or (status == "upgrading" and trainable),
        failed=status == "failed",
        error=FAILURE if status == "failed" and error is None else error,
        upgrading_to=base.newest if status == "upgrading" else None,
        **own,
    )


def put_there(world: World, model: Model, activity: Activity | None) -> None:
    """Start the activities of a new model, and write down that it and its children were made by hand.

    Args:
        activity: of the model itself. Data that is not analysed is being analysed.

    Raises:
        ScriptError: a function of a script raised. The model is removed again.
    """
    try:
        if activity is not None:
            world.machine.start(model, activity, world.now_s)
        for data in model.all_children():
            if isinstance(data, Data) and data.valid is None:
                world.machine.start(data, Activity.ANALYSIS, world.now_s)
    except BaseException:
        world.drop(model)
        raise
    for resource in (*model.all_children(), model):
        world.machine.made(resource, world.now_s, ByHand())


def find_base_model(world: World, name: object, said: str) -> BaseModel:
    """The service's own model of this name; `said` is how the author wrote it.

    Raises:
        StateError: there is none.
    """
    models = world.base_models
    base = models.get(name) if isinstance(name, str) else None
    if base is None:
        possible = f"All: {', '.join(models)}." if len(models) < 20 else f"All {len(models)}: list(stt.base_models)."
        raise StateError(f"{said}: no such base model.{nearest(name, models)} {possible}")
    return base


def _is_name(name: object) -> bool:
    return isinstance(name, str) and name != ""


def check_status(status: object, possible: Sequence[str]) -> None:
    """Check that a status is one of the possible ones.

    Raises:
        StateError: it is not.
    """
    if status not in possible:
        raise StateError(f"status={status!r}: no such status.{nearest(status, possible)} All: {', '.join(possible)}")


def takes_invalid_data(limits: Limits) -> bool:
    """Whether there is a training that leaves invalid data out, and is not refused for it."""
    return limits.knows_strict


def check_trainable(status: str, limits: Limits, invalid: str) -> None:
    """Check that a model of this status may have invalid data; `invalid` is how the author gave some, or "".

    Raises:
        StateError: no training takes it.
    """
    if invalid and status in TRAINED and not takes_invalid_data(limits):
        raise StateError(
            f"status={status!r} with {invalid}: no training takes invalid data in this edition, which does not know "
            "`strict`. Leave it out, give status='ready' or 'failed', or take an edition from icp2020 on."
        )


def _versions_of(base: BaseModel, versions: Sequence[str] | None, status: str) -> list[str]:
    """The versions that a model of this status is built on: those given, else the newest that is possible."""
    if versions is not None:
        if not isinstance(versions, (list, tuple)) or not versions or not all(_is_name(one) for one in versions):
            raise StateError(
                f"versions={versions!r}: a model is built on some version of its base. Give a list of their names, the "
                f"newest last, such as [{base.newest!r}]."
            )
        if status == "upgrading" and versions[-1] == base.newest:
            raise StateError(
                f"status='upgrading' with versions={versions!r}: {base.newest!r} is the newest, so there is nothing to "
                "upgrade to. Publish a newer one first (stt.base_models.publish), or name an older one."
            )
        return list(versions)
    if status != "upgrading":
        return [base.newest]
    if len(base.versions) < 2:
        raise StateError(
            f"status='upgrading': {base.name} has one version, {base.newest!r}, so there is nothing to upgrade to. "
            "Publish a newer one first (stt.base_models.publish), or say versions=['...'] of the model."
        )
    return [base.versions[-2]]
