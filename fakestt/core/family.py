"""What is known of one kind of resource: all that machine, world, snapshot, documents and command line read of it."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from fakestt.core.lifecycle import Ask, Command, Lifecycle, Phase
from fakestt.core.limits import Limits
from fakestt.core.provenance import How
from fakestt.core.refusals import Why
from fakestt.core.resources import Activity, Resource

__all__ = ["Family", "Samples", "Walk", "commands_named"]

R = TypeVar("R", bound=Resource)


@dataclass(frozen=True, slots=True, kw_only=True)
class Samples(Generic[R]):
    """Resources and requests of every kind that a guard can tell from another.

    `resources` has some in every phase; `asks` are the requests for a command on one of them.
    """

    resources: Callable[[Limits], Iterable[R]]
    asks: Callable[[Command, R, Limits], Iterable[Ask]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Walk(Generic[R]):
    """How all facts that a resource can have are found: from a new one, by steps that each do one thing.

    `start` makes the only resource of a world, which has a base model `base`. A step takes the world and the resource;
    a Refusal is a step that was not possible. Resources that are `told_apart` by nothing go on alike.
    """

    start: Callable[..., R]  # takes a World, which stands above
    steps: Callable[[Limits], Iterable[Callable[..., object]]]
    told_apart: Callable[[R], Hashable]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Family(Generic[R]):
    """One kind of resource.

    Attributes:
        kind: the type of its record, which has the family's name.
        named_by: the path parameter that names one.
        missing: what is said when there is none.
        parent: what it belongs to; None for models, which belong to an owner.
        spoil: how an activity ends badly: it is given the resource, and why.
        place: puts one there by hand: it is given the world, the owner and what the author says.
        samples, walk: for the documents that are computed from a table of commands.
        written: fields that JSON can't hold, with how they are written and read.
        published: what a newer version of its base model does to one at once.
        rules: what holds for it besides the table, and how we know.
    """

    kind: type[R]
    lifecycle: Lifecycle[R]
    named_by: str
    missing: Why
    parent: Family[Any] | None = None
    spoil: Mapping[Activity, Callable[[R, str], None]] = field(default_factory=dict)
    place: Callable[..., R] | None = None  # takes a World, which stands above, and keywords of the family's own
    samples: Samples[R] | None = None
    walk: Walk[R] | None = None
    written: Mapping[str, tuple[Callable[[Any], Any], Callable[[Any], Any]]] = field(default_factory=dict)
    published: Callable[[R, Limits], None] | None = None
    rules: Mapping[str, How] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """`acoustic model`: how messages call one."""
        return self.kind.family

    @property
    def phases(self) -> tuple[Phase, ...]:
        """The columns of its table."""
        return tuple(self.lifecycle.phases)


def commands_named(operation_id: str, families: Iterable[Family[Any]]) -> list[tuple[Family[Any], Command]]:
    """The rows of the tables that an operation asks, with their families."""
    return [(one, command) for one in families for command in one.lifecycle.commands if command.value == operation_id]
