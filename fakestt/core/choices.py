"""The one place where one of several possible outcomes is chosen.

A training may succeed or fail, and take any time within the documented range. The choice is made here. An ordinary
test gets the defaults; a search or a replay puts another object in this place.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

from fakestt.core.resources import Activity, Address
from fakestt.errors import ConfigurationError

__all__ = ["LENGTHS", "TIE", "Choices", "Kind", "Point"]

T = TypeVar("T")

LENGTHS = ("middle", "least", "most")
"""Where the length of an activity lies within the documented range. The first is the default."""

TIE = ("change", "request")
"""Which comes first if a change is due at the very instant of a request. The first is the default."""


class Kind(StrEnum):
    """The question that a point asks."""

    ENDING = "ending"
    TAKES = "takes"
    TIE = "tie"
    FAULT = "fault"


@dataclass(frozen=True, slots=True)
class Point:
    """One question that has several possible answers.

    Its text is stable from run to run: `training:car` for an ending, `training.takes:car` for a length,
    `training.tie:car` for a tie, each with `#2` for a second training of that name; `r9:getAcousticModel` for a fault.

    Attributes:
        kind: the question.
        subject: the resource, or the id of the operation that may meet a fault.
        visit: the number of this activity among those of its name; for a fault, of the request. Counted from 1.
        activity: the activity; None for a fault.
        owner: for a fault, the instance whose request it is. An address has its own.
    """

    kind: Kind
    subject: Address | str
    visit: int
    activity: Activity | None = None
    owner: str = ""

    def __str__(self) -> str:
        if self.activity is None:
            return f"r{self.visit}:{self.subject}"
        assert isinstance(self.subject, Address)
        what = self.activity.value if self.kind is Kind.ENDING else f"{self.activity.value}.{self.kind.value}"
        again = f"#{self.visit}" if self.visit > 1 else ""
        return f"{what}:{self.subject.name}{again}"


class Choices:
    """Chooses the defaults. For other choices, derive from it and override `decide`.

    A point is decided once. Asked again, it gives the same option, as long as that is still possible.
    """

    def __init__(self) -> None:
        self._chosen: dict[Point, Any] = {}  # Any: an option of the point

    def choose(self, point: Point, options: Sequence[T]) -> T:
        """One of `options`, the first of which is the default. If there is only one, nothing is decided."""
        if len(options) == 1:
            return options[0]
        if self._chosen.get(point) not in options:
            decided = self.decide(point, options)
            if decided not in options:
                possible = ", ".join(map(str, options))
                raise ConfigurationError(f"decide({point}): {decided!r} is not possible. Return one of: {possible}.")
            self._chosen[point] = decided
        chosen: T = self._chosen[point]
        return chosen

    def may_deviate(self) -> bool:
        """Whether a later point may get another option than its default. Whoever decides by rules of his own may."""
        return type(self) is not Choices

    def decide(self, point: Point, options: Sequence[T]) -> T:
        """The default."""
        return options[0]
