"""The states of a resource and the changes between them, found by walking its family's tables.

Begin with a new resource. Every command is tried in every set of facts that can be reached, and every activity is ended
in every possible way. The diagram shows what happened then, so nothing is written down twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any, TypeVar

from fakestt.core.changes import ByActivity, Change
from fakestt.core.choices import Choices, Point
from fakestt.core.clock import VirtualClock
from fakestt.core.families import FAMILIES
from fakestt.core.family import Family
from fakestt.core.lifecycle import Phase
from fakestt.core.limits import Limits
from fakestt.core.refusals import Refusal
from fakestt.core.resources import Resource
from fakestt.core.samples import BASE
from fakestt.core.snapshot import found, restore, snapshot
from fakestt.core.world import World

__all__ = ["Arrow", "arrows"]

T = TypeVar("T")
ENDINGS = 2
"""The most endings that an activity has."""


@dataclass(frozen=True, slots=True)
class Arrow:
    """A change from one phase to another, and its cause. None stands for a resource that is new, or was removed."""

    before: Phase | None
    cause: str
    after: Phase | None


class _Ends(Choices):
    """Takes the ending with this number. Where there is only one, nothing is decided."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self._number = number

    def decide(self, point: Point, options: Sequence[T]) -> T:
        return options[self._number]


@lru_cache(maxsize=16)
def arrows(family: Family[Any], limits: Limits, families: tuple[Family[Any], ...] = FAMILIES) -> list[Arrow]:
    """All arrows of a family in an edition with these limits, in the order of the phases.

    None of them leads from a phase to itself. A family that has no walk of its own is met on the way of its parent's.
    """
    walker = family if family.walk is not None or family.parent is None else family.parent
    drawn = [arrow for name, arrow in _walked(walker, limits, families) if name == family.name]
    order = [None, *family.phases]
    return sorted(drawn, key=lambda arrow: (order.index(arrow.before), order.index(arrow.after), arrow.cause))


@lru_cache(maxsize=16)
def _walked(family: Family[Any], limits: Limits, families: tuple[Family[Any], ...]) -> list[tuple[str, Arrow]]:
    """The arrows that a family's walk finds, of whichever family, each with that family's name."""
    walk = family.walk
    assert walk is not None, "a family that is drawn says how it is walked"
    world = World(VirtualClock(0.0), limits, [BASE], 0, families)
    resource = walk.start(world)
    address = resource.address
    drawn = dict.fromkeys(_drawn(world.machine.take_changes()))
    seen = {walk.told_apart(resource)}
    steps: list[Callable[..., object]] = [
        *walk.steps(limits),
        *(partial(_end, number=number) for number in range(ENDINGS)),
    ]
    waiting = [_facts(world)]
    while waiting:
        state, is_there = waiting.pop(), False
        for step in steps:
            if not is_there:
                restore(world, state)
            resource = found(world, address)
            assert resource is not None
            try:
                step(world, resource)
                is_there = False
            except Refusal:
                is_there = True
            changes = world.machine.take_changes()
            is_there = is_there and not changes  # a refusal may change facts too, which is an arrow
            drawn.update(dict.fromkeys(_drawn(changes)))
            after = None if is_there else found(world, address)
            if after is not None and (told_apart := walk.told_apart(after)) not in seen:
                seen.add(told_apart)
                waiting.append(_facts(world))
    return list(drawn)


def _facts(world: World) -> dict[str, Any]:
    """A snapshot without its history, which grows with each step, and which no step looks at."""
    return {**snapshot(world), "changes": []}


def _drawn(changes: Iterable[Change]) -> Iterator[tuple[str, Arrow]]:
    for change in changes:
        ends = isinstance(change.cause, ByActivity) and not change.cause.spoiled
        cause = f"{change.cause} ends" if ends else str(change.cause)
        yield change.subject.family, Arrow(change.before, cause, change.after)


def _end(world: World, resource: Resource, *, number: int) -> None:
    """Let the next due activity end, with the ending of this number."""
    world.machine.choices = _Ends(number)
    due_s = world.machine.schedule.next_due()
    if due_s is not None:
        world.machine.run_until(due_s)
