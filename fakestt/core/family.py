"""All that is known of one kind of resource, for machine, world, snapshot, documents and command line."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from fakestt.core.lifecycle import Ask, Command, Lifecycle, Phase
from fakestt.core.limits import Limits
from fakestt.core.provenance import How
from fakestt.core.refusals import Why
from fakestt.core.resources import Activity, Resource

__all__ = ["Family", "Samples", "Walk"]

R = TypeVar("R", bound=Resource)


@dataclass(frozen=True, slots=True, kw_only=True)
class Samples(Generic[R]):
    """Example resources and requests, with one of every kind that a guard can tell from the others.

    `resources` gives some in every phase; `asks` gives the requests for a command on one of them.
    """

    resources: Callable[[Limits], Iterable[R]]
    asks: Callable[[Command, R, Limits], Iterable[Ask]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Walk(Generic[R]):
    """A way to find all facts that a resource can have: begin with a new one, then take one step after another.

    `start` makes the only resource of a world that has a base model `base`. A step takes the world and the resource; if
    it raises Refusal, it was not possible. Two resources for which `told_apart` gives equal values go on alike.
    """

    start: Callable[..., R]  # takes a World, which can't be imported here
    steps: Callable[[Limits], Iterable[Callable[..., object]]]
    told_apart: Callable[[R], Hashable]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Family(Generic[R]):
    """One kind of resource.

    Attributes:
        kind: the type of its records, which has the family's name.
        named_by: the path parameter that names a resource.
        missing: the refusal if there is no such resource.
        parent: the family that it belongs to; None for models, which belong to an owner.
        spoil: functions that end an activity badly; each takes the resource and the reason.
        place: makes a resource by hand; it takes the world, the owner and the author's keywords.
        samples, walk: for the documents that are computed from a table of commands.
        written: the fields that JSON can't hold, each with the functions that write and read it.
        names: the limits of a resource's name: that of its length, and that of the characters that it must not have.
        published: changes a resource at once when a newer version of its base model is published.
        rules: the rules that stand in no table, and how we know them.
    """

    kind: type[R]
    lifecycle: Lifecycle[R]
    named_by: str
    missing: Why
    parent: Family[Any] | None = None
    spoil: Mapping[Activity, Callable[[R, str], None]] = field(default_factory=dict)
    place: Callable[..., R] | None = None  # takes a World, which can't be imported here
    samples: Samples[R] | None = None
    walk: Walk[R] | None = None
    written: Mapping[str, tuple[Callable[[Any], Any], Callable[[Any], Any]]] = field(default_factory=dict)
    names: tuple[str, str] = ("name_max", "name_forbidden")
    published: Callable[[R, Phase, Limits], None] | None = None
    rules: Mapping[str, How] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """What messages call a resource: `acoustic model`."""
        return self.kind.family

    @property
    def phases(self) -> tuple[Phase, ...]:
        """The columns of its table."""
        return tuple(self.lifecycle.phases)
