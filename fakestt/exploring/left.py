"""What a run has left in a fake, and what of it the client made."""

from __future__ import annotations

from typing import NamedTuple

from fakestt.core.changes import ByCommand
from fakestt.core.resources import Model, Resource
from fakestt.core.world import World
from fakestt.fake import FakeSTT

__all__ = ["Left", "left_in"]


class Left(NamedTuple):
    """A resource at the end of a run.

    Attributes:
        family: the name of its kind.
        name: its own name, behind its model's.
        shown: its status on the wire.
        by_client: a request made it.
    """

    family: str
    name: str
    shown: str
    by_client: bool

    def __str__(self) -> str:
        return f"{self.family} {self.name!r}, {self.shown}"


def left_in(stt: FakeSTT) -> list[Left]:
    """All resources of a fake, as of its last look, sorted."""
    world, found = stt._service.world, []
    for model in world.all_models():
        found.append(_left(world, model, model.name))
        found += [_left(world, child, f"{model.name}/{child.name}") for child in model.all_children()]
    return sorted(found)


def _left(world: World, resource: Resource | Model, name: str) -> Left:
    first, *_ = world.machine.history(resource.family, resource.address)
    by_client = first.before is None and isinstance(first.cause, ByCommand)
    return Left(resource.family, name, world.machine.phase(resource).shown, by_client)
