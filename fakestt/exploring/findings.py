"""Failures told apart by exception, place and what was hit, each with its smallest schedule."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from fakestt.exploring.schedule import Schedule
from fakestt.journal.names import short_ids

__all__ = ["Failure", "Finding", "Findings"]

_MOST_TOLD = 20
_WIDTH = 70


@dataclass(frozen=True, slots=True)
class Failure:
    """How a test failed.

    Attributes:
        exception: the name of its class.
        place: `client.py:31 in train`: the author's line nearest to where it was raised.
        message: its first line.
        is_expected: a marker of the test expects it.
    """

    exception: str
    place: str
    message: str
    is_expected: bool = False


@dataclass(slots=True)
class Finding:
    """Failures of one kind."""

    failure: Failure
    hit: str
    schedule: Schedule
    count: int = 1

    def __str__(self) -> str:
        return f"{self.failure.exception} at {self.failure.place}, hit at {self.hit}"

    def lines(self) -> list[str]:
        """What it is, what was said, and the line to paste."""
        said = short_ids(self.failure.message)
        message = [said if len(said) <= _WIDTH else f"{said[: _WIDTH - 3]}..."] if said else []
        below = [*message, self.schedule.to_paste()]
        return [f"{self.count:>6,} x {self}", *(f"{'':9}{line}" for line in below)]


class Findings:
    """All failures of an exploration, as few as tell them apart."""

    def __init__(self) -> None:
        self.failed: int = 0
        self._found: dict[tuple[str, str, str], Finding] = {}

    def add(self, schedule: Schedule, failure: Failure) -> None:
        """One more.

        A schedule that holds a smaller one, and fails in the same place, fails for the same reason.
        """
        self.failed += 1
        hit = _hit(schedule)
        for (exception, place, known_hit), one in self._found.items():
            if (exception, place) == (failure.exception, failure.place) and (
                known_hit == hit or set(one.schedule) <= set(schedule)
            ):
                one.count += 1
                if len(schedule) < len(one.schedule):
                    one.schedule, one.failure = schedule, failure
                return
        self._found[failure.exception, failure.place, hit] = Finding(failure, hit, schedule)

    def __len__(self) -> int:
        return len(self._found)

    def __iter__(self) -> Iterator[Finding]:
        """The most frequent first; of those that are as frequent, the one that was found first."""
        return iter(sorted(self._found.values(), key=lambda one: -one.count))

    def join(self) -> None:
        """Join findings that have become the same: one schedule, one exception, one place."""
        joined: dict[tuple[str, str, str], Finding] = {}
        for one in self:
            key = (one.failure.exception, one.failure.place, str(one.schedule))
            if key in joined:
                joined[key].count += one.count
            else:
                joined[key] = one
                one.hit = _hit(one.schedule)
        self._found = joined

    def smallest(self) -> Finding:
        """The one with the fewest deviations; of several, the one that was found first. Ask only if there is one.

        If a marker expects some of the failures, the smallest of the others.
        """
        return min(self._found.values(), key=lambda one: (one.failure.is_expected, len(one.schedule)))

    def lines(self) -> list[str]:
        """The most frequent first, each with the line to paste."""
        told = list(self)
        lines = []
        for one in told[:_MOST_TOLD]:
            lines += one.lines()
        if len(told) > _MOST_TOLD:
            lines.append(f"{'':9}... and {len(told) - _MOST_TOLD} kinds more")
        return lines


def _hit(schedule: Schedule) -> str:
    """What the last deviation is about: an operation, or an activity."""
    if not schedule:
        return ""
    label = schedule.deviations[-1].label
    first, _, operation = label.partition(":")
    return operation.partition("@")[0] if first[1:].isdecimal() else first
