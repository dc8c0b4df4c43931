"""The words of the tables: a phase, a command, what a cell may say, and how long an activity takes."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, Generic, TypeVar

from fakestt.core.limits import Limits, Span
from fakestt.core.provenance import How
from fakestt.core.refusals import Why
from fakestt.core.resources import Activity, Resource

__all__ = [
    "Allow",
    "Ask",
    "Command",
    "Ending",
    "Guard",
    "Lifecycle",
    "Phase",
    "Refuse",
    "Stage",
    "always",
    "never",
]

R = TypeVar("R", bound=Resource)


class Phase(Enum):
    """The state that the facts of a resource amount to. `code` is the table's column, `shown` the status on the wire.

    A phase equals the word that it shows: `change.after == "available"`. It is no subclass of str, because two phases
    may show the same word and are still different.
    """

    def __init__(self, code: str, shown: str) -> None:
        self.code = code
        self.shown = shown

    def __eq__(self, other: object) -> bool:
        return self.shown == other if isinstance(other, str) else self is other

    def __hash__(self) -> int:
        return hash(self.shown)  # the word's, so that a set of words can hold it

    def __str__(self) -> str:
        return self.shown

    def __repr__(self) -> str:
        """`<ModelPhase.TRAINING: 'training'>`, as of any enumeration of words."""
        return f"<{type(self).__name__}.{self.name}: {self.shown!r}>"


class Command(Enum):
    """A row of the table: what a request wants of a resource. The value is the operation's id."""


@dataclass(slots=True, kw_only=True)  # not frozen: one is made at every request, and freezing costs most of it
class Ask:
    """The part of a request that guards look at. Families add to it; `name` is the name of a model's child."""

    limits: Limits
    name: str = ""


Guard = Callable[[R, Any], Why | None]  # Any: the family's own Ask
"""Named for what it objects to; returns the objection, or None."""


@dataclass(frozen=True, slots=True)
class Allow(Generic[R]):
    """The command is done unless a guard objects. If one does, `else_` may still change facts."""

    unless: tuple[Guard[R], ...] = ()
    else_: Callable[[R, Any, Why], None] | None = None  # Any: the family's own Ask


@dataclass(frozen=True, slots=True)
class Refuse:
    """The command is always refused."""

    why: Why


def always(resource: Resource) -> bool:
    """The `when` of a stage that fits every resource."""
    return True


def never(resource: Resource) -> Span:
    """The `after` of an activity that stalls: it goes on until another row says how it ends."""
    return math.inf, math.inf


@dataclass(frozen=True, slots=True)
class Ending(Generic[R]):
    """One way in which an activity may end. `end` changes the facts; `spoils` tells that the activity ended badly."""

    name: str
    end: Callable[[R], None]
    spoils: bool = False


@dataclass(frozen=True, slots=True)
class Stage(Generic[R]):
    """How long an activity takes and how it ends. An edition's timing and a test's script are rows of this type.

    `after` gives the least and the most seconds, or is `never`; `ends` are the possible endings, the default first.
    None leaves the question to the next row that fits. A row that stalls has no ending. If a row before it says how the
    activity ends, the row that stalls does not count.
    """

    activity: Activity
    after: Callable[[R], Span] | None = None
    ends: tuple[Ending[R], ...] | None = None
    when: Callable[[R], bool] = always


@dataclass(frozen=True, slots=True)
class Lifecycle(Generic[R]):
    """The phases of one kind of resource, its table of commands and how long its activities take."""

    phases: type[Phase]
    phase: Callable[[R], Phase]
    commands: Mapping[Command, Mapping[Phase, Allow[R] | Refuse]]
    stages: Callable[[Limits], tuple[Stage[R], ...]]
    sources: Mapping[Command, Mapping[Phase, How]]
