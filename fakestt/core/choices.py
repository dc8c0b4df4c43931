"""The one place where "it could be otherwise" is decided.

A training may succeed or fail, and take any time within the documented range. Whoever needs to know asks here. An
ordinary test gets the defaults; a search or a replay puts another object in this place.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

from fakestt.core.resources import Activity, Address

__all__ = ["LENGTHS", "TIE", "Choices", "Kind", "Point"]

T = TypeVar("T")

LENGTHS = ("middle", "least", "most")
"""Where in the documented range the length of an activity lies, the ordinary one first."""

TIE = ("change", "request")
"""What comes first when a change is due at the very instant of a request, the ordinary case first."""


class Kind(StrEnum):
    """What is asked at a point."""

    ENDING = "ending"
    TAKES = "takes"
    TIE = "tie"
    FAULT = "fault"


@dataclass(frozen=True, slots=True)
class Point:
    """One thing that could be otherwise.

    As text, which is stable from run to run: an ending `training:car`, a length `training.takes:car`, a tie
    `training.tie:car`, each with `#2` where it is the second training of that name, and a fault
    `r9:getAcousticModel`.

    Attributes:
        kind: what is asked.
        subject: the resource, or the id of the operation that may meet a fault.
        visit: the number of this activity among those of its name, or of the request, from 1.
        activity: what goes on; None for a fault.
    """

    kind: Kind
    subject: Address | str
    visit: int
    activity: Activity | None = None

    def __str__(self) -> str:
        if self.activity is None:
            return f"r{self.visit}:{self.subject}"
        assert isinstance(self.subject, Address)
        what = self.activity.value if self.kind is Kind.ENDING else f"{self.activity.value}.{self.kind.value}"
        again = f"#{self.visit}" if self.visit > 1 else ""
        return f"{what}:{self.subject.name}{again}"


class Choices:
    """The defaults. Derive from it and replace `decide` for others.

    A point is decided once: who asks again gets the same option, as long as it is still among those that are possible.
    """

    def __init__(self) -> None:
        self._chosen: dict[Point, Any] = {}  # Any: an option of the point

    def choose(self, point: Point, options: Sequence[T]) -> T:
        """Which of `options`, of which the first is the ordinary case. Where there is one alone, nothing is decided."""
        if len(options) == 1:
            return options[0]
        if self._chosen.get(point) not in options:
            self._chosen[point] = self.decide(point, options)
        chosen: T = self._chosen[point]
        return chosen

    def decide(self, point: Point, options: Sequence[T]) -> T:
        """The ordinary case."""
        return options[0]
