"""Coverage as data: what was seen of what is possible. Two of one edition are merged by `a | b`."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from math import floor
from typing import Any, Generic, TypeVar

from fakestt.coverage.items import Answered, Item, Shown, Survived, Transition, Trouble
from fakestt.errors import StateError

__all__ = ["MEASURES", "Coverage", "Measure", "cut_off", "merged"]

I = TypeVar("I", bound=Item)  # noqa: E741 - an item


@dataclass(frozen=True, slots=True)
class Measure(Generic[I]):
    """Items of one kind.

    Attributes:
        possible: what the edition's tables can show a client, the most telling first.
        seen: what was seen. There may be more than is possible: a 503 that a fault gave, for instance.
    """

    possible: tuple[I, ...]
    seen: frozenset[I] = frozenset()

    @property
    def counted(self) -> int:
        """How many of those possible were seen."""
        return sum(item in self.seen for item in self.possible)

    @property
    def never(self) -> tuple[I, ...]:
        """Those possible that were not seen, the most telling first."""
        return tuple(item for item in self.possible if item not in self.seen)

    def where(self, counts: Callable[[I], bool]) -> Measure[I]:
        """The items that count by this, of those possible and of those seen."""
        return Measure(tuple(filter(counts, self.possible)), frozenset(filter(counts, self.seen)))

    def __or__(self, other: Measure[I]) -> Measure[I]:
        possible = self.possible
        if possible != other.possible:
            possible = tuple(dict.fromkeys((*possible, *other.possible)))
        return Measure(possible, self.seen | other.seen)


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """What clients have met of the contract of one edition.

    Attributes:
        edition: its name.
        statuses: statuses of resources that an answer has shown. It arrived whole.
        transitions: changes from one status to another that happened, whether or not anyone looked.
        answers: operations with the status that the client was answered.
        faults: faults that hit an operation, after which the client went on: it sent another request, or its test
            passed.
        met: faults after which nothing has come yet.
    """

    edition: str
    statuses: Measure[Shown]
    transitions: Measure[Transition]
    answers: Measure[Answered]
    faults: Measure[Survived]
    met: frozenset[Survived] = frozenset()

    @property
    def measures(self) -> tuple[Measure[Any], ...]:
        """All of them, in the order of `MEASURES`."""
        return tuple(getattr(self, name) for name in MEASURES)

    @property
    def counted(self) -> int:
        """How many items were seen, of those possible."""
        return sum(measure.counted for measure in self.measures)

    @property
    def possible(self) -> int:
        """How many items are possible."""
        return sum(len(measure.possible) for measure in self.measures)

    @property
    def is_empty(self) -> bool:
        """Whether nothing at all was seen, be it possible or not."""
        return not (self.met or any(measure.seen for measure in self.measures))

    @property
    def percent(self) -> float:
        """How much of what is possible was seen."""
        return 100 * self.counted / self.possible if self.possible else 100.0

    def __or__(self, other: Coverage) -> Coverage:
        if self.edition != other.edition:
            raise StateError(
                f"coverage of {self.edition} | coverage of {other.edition}: each edition has a contract of its own, so "
                "they are not merged. fakestt.coverage.record.merged([...]) keeps several apart."
            )
        faults = self.faults | other.faults
        return Coverage(
            edition=self.edition,
            statuses=self.statuses | other.statuses,
            transitions=self.transitions | other.transitions,
            answers=self.answers | other.answers,
            faults=faults,
            met=(self.met | other.met) - faults.seen,
        )

    def passed(self, earlier: frozenset[Survived] = frozenset()) -> Coverage:
        """The same after a test that has passed: its client has survived what it met.

        Args:
            earlier: what was met before the test.
        """
        survived = self.met - earlier
        return replace(self, faults=replace(self.faults, seen=self.faults.seen | survived), met=self.met & earlier)

    def narrowed(self, operations: Collection[str], families: Collection[str]) -> Coverage:
        """The part of it that is about these operations and these families."""
        return replace(
            self,
            statuses=self.statuses.where(lambda item: item.family in families),
            transitions=self.transitions.where(lambda item: item.family in families),
            answers=self.answers.where(lambda item: item.operation in operations),
            faults=self.faults.where(lambda item: item.operation in operations),
            met=frozenset(item for item in self.met if item.operation in operations),
        )

    def to_json(self) -> dict[str, Any]:
        """Plain data for JSON; `from_json` reads it. Equal coverage gives equal data."""
        return {
            "edition": self.edition,
            "percent": cut_off(self.percent),
            **{name: _written(measure) for name, measure in zip(MEASURES, self.measures, strict=True)},
            "met": _rows(sorted(self.met)),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Coverage:
        """What `to_json` has made.

        Raises:
            StateError: it is something else.
        """
        try:
            measures = {name: _read(kind, data[name]) for name, kind in MEASURES.items()}
            return cls(edition=str(data["edition"]), **measures, met=frozenset(_items(Survived, data["met"])))
        except (KeyError, TypeError, ValueError) as problem:
            raise StateError(
                f"this is not the coverage of an edition ({problem!r}). Give what --fakestt-cov-json has written."
            ) from None


MEASURES: Mapping[str, type[Any]] = {
    "statuses": Shown, "transitions": Transition, "answers": Answered, "faults": Survived,
}  # fmt: skip
"""The measures by their names, each with the type of its items."""


def cut_off(percent: float) -> float:
    """Two digits behind the point, and not rounded: 100 means all."""
    return floor(percent * 100) / 100


def merged(coverages: Iterable[Coverage]) -> dict[str, Coverage]:
    """All that were given, those of one edition as one, by the names of the editions."""
    found: dict[str, Coverage] = {}
    for one in coverages:
        found[one.edition] = found[one.edition] | one if one.edition in found else one
    return dict(sorted(found.items()))


def _written(measure: Measure[Any]) -> dict[str, Any]:
    seen = sorted(measure.seen, key=lambda item: [(value is not None, value) for value in item])
    return {"counted": measure.counted, "possible": _rows(measure.possible), "seen": _rows(seen)}


def _rows(items: Iterable[Any]) -> list[dict[str, Any]]:
    return [item._asdict() for item in items]


def _read(kind: type[Any], data: Mapping[str, Any]) -> Measure[Any]:
    return Measure(tuple(_items(kind, data["possible"])), frozenset(_items(kind, data["seen"])))


def _items(kind: type[Any], rows: Iterable[Mapping[str, Any]]) -> Iterator[Any]:
    for row in rows:
        yield Survived(Trouble(row["trouble"]), row["operation"]) if kind is Survived else kind(**row)
