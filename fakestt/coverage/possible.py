"""What a client can meet of an edition, from its tables alone.

A hundred percent can be reached by the tests of a client that is right. So what only a request gets that no such client
sends, whatever its user gives it, is not among it; nor is what the gateway says to any request alike. It is noted when
it is seen, and does not count.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Any, Generic, TypeVar

from fakestt.contract.edition import Edition
from fakestt.contract.operation import Operation
from fakestt.contract.operations import SERVICE_OPERATIONS, operations_in
from fakestt.contract.refusals_of import refusals_of
from fakestt.contract.state_diagram import arrows
from fakestt.core.changes import ByHand
from fakestt.core.families import FAMILIES
from fakestt.core.family import Family
from fakestt.core.lifecycle import Phase, Refuse
from fakestt.core.refusals import Why
from fakestt.coverage.items import Answered, Shown, Survived, Transition, Trouble
from fakestt.coverage.record import Coverage, Measure
from fakestt.coverage.showing import showing, shown_by
from fakestt.coverage.troubles import troubles_on

__all__ = ["possible"]

T = TypeVar("T")
ALL = tuple(SERVICE_OPERATIONS.values())

MISTAKES = frozenset(
    {
        Why.MALFORMED_REQUEST,
        Why.UNSUPPORTED_ENCODING,
        Why.MALFORMED_GUID,
        Why.NOT_ACCEPTABLE,
        Why.WRONG_CONTENT_TYPE,
        Why.WRONG_GRAMMAR_TYPE,
        Why.MALFORMED_JSON,
        Why.MISSING_PARAMETER,
        Why.BAD_VALUE,
    }
)
"""Refusals of requests that a client gets wrong by itself. So is a body of members that is too large."""


def possible(
    edition: Edition, operations: Sequence[Operation] = ALL, families: Sequence[Family[Any]] = FAMILIES
) -> Coverage:
    """The coverage of an edition of which nothing was seen yet.

    Args:
        operations: those that count. Of the families, those count whose statuses they show.
    """
    return _possible(_Same(edition), tuple(map(_Same, operations)), tuple(families))


class _Same(Generic[T]):
    """A row, equal to itself alone: its tables are no keys of a cache, and two editions may have one name."""

    def __init__(self, row: T) -> None:
        self.row = row

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.row is self.row

    def __hash__(self) -> int:
        return id(self.row)


@lru_cache(maxsize=16)
def _possible(
    same: _Same[Edition], chosen: tuple[_Same[Operation], ...], families: tuple[Family[Any], ...]
) -> Coverage:
    edition = same.row
    operations = operations_in(edition.limits, (one.row for one in chosen))
    shown = shown_by(operations, showing(operations, families))
    counted = [family for family in families if family.name in shown]
    return Coverage(
        edition=edition.name,
        statuses=Measure(tuple(dict.fromkeys(_statuses(counted)))),
        transitions=Measure(tuple(dict.fromkeys(_transitions(edition, counted, families)))),
        answers=Measure(tuple(_answers(edition, operations))),
        faults=Measure(tuple(_faults(operations))),
    )


def _statuses(families: Iterable[Family[Any]]) -> Iterator[Shown]:
    """The last columns of a table are met by the fewest."""
    for family in families:
        yield from (Shown(family.name, phase.shown) for phase in reversed(family.phases))


def _transitions(
    edition: Edition, families: Iterable[Family[Any]], walked: tuple[Family[Any], ...]
) -> Iterator[Transition]:
    for family in families:
        if family.walk is None and (family.parent is None or family.parent.walk is None):
            continue  # nothing that a client does changes one
        for arrow in reversed(arrows(family, edition.limits, walked)):
            before, after = _word(arrow.before), _word(arrow.after)
            if before != after and arrow.cause != ByHand():
                yield Transition(family.name, before, after)


def _answers(edition: Edition, operations: Iterable[Operation]) -> Iterator[Answered]:
    """What a state table refuses comes first, then what the service objects to besides, then success."""
    ranked: dict[Answered, int] = {}
    for operation in operations:
        ranked[Answered(operation.id, operation.success)] = 2
        by_state = set(_by_state(operation))
        own = [why for why in refusals_of(operation, edition) if why in operation.refusals]
        for why in own:
            if why in MISTAKES or (why is Why.BODY_TOO_LARGE and operation.record is not None):
                continue
            answer = Answered(operation.id, edition.wording[why].status)
            ranked[answer] = min(ranked.get(answer, 2), 0 if why in by_state else 1)
    yield from sorted(ranked, key=lambda answer: ranked[answer])


def _by_state(operation: Operation) -> Iterator[Why]:
    """The refusals that an operation's row of the state table names."""
    if operation.family is not None and operation.command is not None:
        for cell in operation.family.lifecycle.commands[operation.command].values():
            if isinstance(cell, Refuse):
                yield cell.why


def _faults(operations: Iterable[Operation]) -> Iterator[Survived]:
    rows = sorted(operations, key=lambda operation: operation.method == "GET")
    for trouble in Trouble:
        yield from (Survived(trouble, operation.id) for operation in rows if trouble in troubles_on(operation))


def _word(phase: Phase | None) -> str | None:
    return None if phase is None else phase.shown
