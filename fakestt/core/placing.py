"""Resources put into a state by hand, without a request and without time passing: what all families share."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from fakestt.core.changes import ByHand
from fakestt.core.resources import Activity, BaseModel, Model, Resource
from fakestt.core.world import World
from fakestt.errors import StateError, nearest

__all__ = ["STATUSES", "check_name", "check_status", "check_texts", "find_base_model", "put_there", "versions_of"]

STATUSES = ("pending", "ready", "training", "available", "upgrading", "failed")


def put_there(world: World, model: Model, starts: Iterable[tuple[Resource, Activity]] = ()) -> None:
    """Start the activities of a new model, and write down that it and its children were made by hand.

    Raises:
        ScriptError: a function of a script raised. The model is removed again.
    """
    try:
        for resource, activity in starts:
            world.machine.start(resource, activity, world.now_s)
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


def check_name(name: object) -> None:
    """Check that a name is some text.

    Raises:
        StateError: it is not.
    """
    if not _is_name(name):
        raise StateError(f"name={name!r}: give a string that is not empty.")


def check_status(status: object, possible: Sequence[str]) -> None:
    """Check that a status is one of the possible ones.

    Raises:
        StateError: it is not.
    """
    if status not in possible:
        raise StateError(f"status={status!r}: no such status.{nearest(status, possible)} All: {', '.join(possible)}")


def check_texts(status: str, description: object, error: object) -> None:
    """Check what a model says of itself, and that only a failed one has an error.

    Raises:
        StateError: it can't say so.
    """
    for what, text in (("description", description), ("error", error)):
        if text is not None and not isinstance(text, str):
            raise StateError(f"{what}={text!r}: give a string, or None for none.")
    if error is not None and status != "failed":
        raise StateError(f"error={error!r} with status={status!r}: only a 'failed' model has an error.")


def versions_of(base: BaseModel, versions: Sequence[str] | None, status: str) -> list[str]:
    """The versions that a model of this status is built on: those given, else the newest that is possible.

    Raises:
        StateError: such a model can't exist.
    """
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
