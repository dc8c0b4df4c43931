"""The state of a world as plain data, and back. Only facts are written; phases are computed from them again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields
from typing import Any

from fakestt.core.changes import ByActivity, ByCommand, ByHand, Cause, Change
from fakestt.core.clock import LAST_AT_S
from fakestt.core.resources import Activity, Address, Model, Resource
from fakestt.core.world import World
from fakestt.errors import StateError

__all__ = ["found", "restore", "snapshot"]

FORMAT = 3
Data = dict[str, Any]

# Fields that are links, or rebuilt from elsewhere.
_LINKS = frozenset({"parent", "base_model", "children", "activity"})
_CAUSES: dict[str, Callable[..., Cause]] = {kind.__name__: kind for kind in (ByCommand, ByActivity, ByHand)}


def snapshot(world: World) -> Data:
    """All facts of a settled world, as JSON can hold them."""
    machine = world.machine
    return {
        "format": FORMAT,
        "now_s": world.now_s,
        "seed": world.seed,
        "ids_given": world.ids_given,
        "base_models": {name: list(base.versions) for name, base in world.base_models.items()},
        "models": [_model(world, model) for model in world.all_models()],
        "due": [[at_s, *resource.address.__getnewargs__()] for at_s, resource in machine.schedule.pending()],
        "stalled": [list(resource.address.__getnewargs__()) for resource in machine.schedule.stalled()],
        "begun": [[activity.value, name, count] for (activity, name), count in machine.begun.items()],
        "changes": [_change(change) for change in machine.changes],
    }


def restore(world: World, data: Mapping[str, Any]) -> None:
    """Put a world into the state of a snapshot; its own state is lost. If `data` is no snapshot, nothing is changed.

    Raises:
        StateError: not a snapshot, or one of another edition.
    """
    try:
        if data["format"] != FORMAT or set(data["base_models"]) != set(world.base_models):
            raise ValueError("the base models are others")
        now_s, seed, ids_given = float(data["now_s"]), int(data["seed"]), int(data["ids_given"])
        versions = {name: [str(one) for one in row] for name, row in data["base_models"].items()}
        models = [_read_model(world, row) for row in data["models"]]
        resources = (one for model in models for one in (model, *model.all_children()))
        by_address = {one.address.__getnewargs__(): one for one in resources}
        begun = {(Activity(activity), str(name)): int(count) for activity, name, count in data["begun"]}
        changes = [_read_change(world, *row) for row in data["changes"]]
        due = [(float(at_s), by_address[tuple(address)]) for at_s, *address in data["due"]]
        stalled = [by_address[tuple(address)] for address in data["stalled"]]
        if not all(at_s <= LAST_AT_S for at_s in (now_s, *(at_s for at_s, _ in due))):
            raise ValueError("an instant is later than a datetime can be")
    except (AttributeError, KeyError, StopIteration, TypeError, ValueError) as error:
        raise StateError(
            f"restore: this is not a snapshot of a fake of this edition and version of fakestt ({error!r}). "
            "Give what stt.snapshot() returned, from JSON or not."
        ) from None
    world.now_s, world.seed, world.ids_given = now_s, seed, ids_given
    for name, row in versions.items():
        world.base_models[name].versions[:] = row
    world.drop_all()
    for model in models:
        world.keep(model)
    world.machine.forget(changes, begun)
    for at_s, resource in due:
        world.machine.schedule.plan(at_s, resource)
    for resource in stalled:
        world.machine.schedule.stall(resource)


def found(world: World, address: Address) -> Resource | None:
    """The resource at an address, or None."""
    model = world.with_id(address.id)
    if model is None or model.family == address.family:
        return model
    return model.children[address.family].get(address.name)


def _model(world: World, model: Model) -> Data:
    children = {
        family: [_record(world, child) for child in of_family.values()] for family, of_family in model.children.items()
    }
    return {**_record(world, model), "base_model": model.base_model.name, "children": children}


def _record(world: World, resource: Resource) -> Data:
    written = world.family(type(resource)).written
    row: Data = {"family": resource.family, "activity": resource.activity and resource.activity.value}
    for one in fields(resource):
        if one.name not in _LINKS:
            value = getattr(resource, one.name)
            value = written[one.name][0](value) if one.name in written else value
            row[one.name] = list(value) if isinstance(value, list) else value
    return row


def _read_model(world: World, row: Mapping[str, Any]) -> Model:
    model = _read_record(world, row, base_model=world.base_models[row["base_model"]])
    assert isinstance(model, Model)
    for family, children in row["children"].items():
        read = [_read_record(world, child, parent=model) for child in children]
        model.children[family] = {child.name: child for child in read}
    return model


def _read_record(world: World, row: Mapping[str, Any], **links: object) -> Resource:
    family = next(one for one in world.families if one.name == row["family"])
    facts = {name: value for name, value in row.items() if name not in _LINKS and name != "family"}
    for name, value in facts.items():
        facts[name] = list(value) if isinstance(value, list) else value
        if name in family.written:
            facts[name] = family.written[name][1](value)
    resource: Resource = family.kind(**facts, **links)
    resource.activity = Activity(row["activity"]) if row["activity"] else None
    return resource


def _change(change: Change) -> list[Any]:
    return [
        change.at_s,
        list(change.subject.__getnewargs__()),
        change.before and change.before.code,
        change.after and change.after.code,
        [type(change.cause).__name__, *change.cause.__getnewargs__()],
        change.why,
    ]


def _read_change(
    world: World,
    at_s: float,
    address: list[str],
    before: str | None,
    after: str | None,
    cause: list[Any],
    why: str | None = None,
) -> Change:
    kind, *parts = cause
    where = Address(*address)
    family = next(one for one in world.families if one.name == where.family)
    phases = {phase.code: phase for phase in family.phases}
    return Change(
        at_s, where, phases[before] if before else None, phases[after] if after else None, _CAUSES[kind](*parts), why
    )
