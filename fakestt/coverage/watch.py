"""Watches the exchanges of one fake as they close, and notes what its clients have met."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from fakestt.contract.edition import Edition
from fakestt.contract.operation import Operation
from fakestt.contract.operations import OPERATIONS
from fakestt.core.changes import ByHand, Change
from fakestt.core.families import FAMILIES
from fakestt.coverage.items import Answered, Shown, Survived, Transition
from fakestt.coverage.possible import possible
from fakestt.coverage.record import Coverage
from fakestt.coverage.showing import showing, shown_statuses
from fakestt.coverage.troubles import trouble_of
from fakestt.errors import StateError
from fakestt.journal.journal import Journal
from fakestt.journal.record import Exchange
from fakestt.wire import PROMPT, How

__all__ = ["Watch"]

ARRIVED = (How.WHOLE, How.LATE)
SHOWING = showing(OPERATIONS.values(), FAMILIES)


class Watch:
    """What the clients of one fake have met since it was made. Call its methods under the service's lock.

    Args:
        later: tells which changes have happened since the last exchange.

    Raises:
        StateError: the fake's journal has left out exchanges, which nobody can look at any more.
    """

    def __init__(self, edition: Edition, journal: Journal, later: Callable[[], Iterable[Change]]) -> None:
        kept = journal.kept()
        if len(kept) < len(journal):
            raise StateError(
                f"coverage: {len(journal) - len(kept)} exchanges are not kept, and it was never asked for before. Ask "
                "for stt.coverage once at the start of the test: from then on each exchange is looked at as it closes."
            )
        self._edition = edition
        self._journal = journal
        self._later = later
        self._statuses: set[Shown] = set()
        self._transitions: set[Transition] = set()
        self._answers: set[Answered] = set()
        self._faults: set[Survived] = set()
        self._met: set[Survived] = set()
        self._bodies: dict[str, bytes] = {}  # the latest of each operation: most polls are answered alike
        for exchange in kept:  # one that is under way is taken as it is
            self.saw(exchange)
        journal.closing.watch(self.saw)

    def so_far(self) -> Coverage:
        """All of it, up to now."""
        self._journal.closing.tell()
        self._changed(self._later())
        nothing = possible(self._edition)
        return replace(
            nothing,
            statuses=replace(nothing.statuses, seen=frozenset(self._statuses)),
            transitions=replace(nothing.transitions, seen=frozenset(self._transitions)),
            answers=replace(nothing.answers, seen=frozenset(self._answers)),
            faults=replace(nothing.faults, seen=frozenset(self._faults)),
            met=frozenset(self._met - self._faults),
        )

    def saw(self, exchange: Exchange) -> None:
        """One more has closed."""
        if self._met:
            self._faults |= self._met
            self._met.clear()
        if exchange.changes:
            self._changed(exchange.changes)
        if exchange.call is None:
            return
        operation, arrival, status = exchange.call.operation, exchange.arrival, exchange.status
        if status is not None:
            self._answers.add(Answered(operation.id, status))
        if status == operation.success and arrival.how in ARRIVED and exchange.method != "HEAD":
            self._read(operation, exchange)
        rule = exchange.rule
        # What came whole and at once, although it was to be cut or late, has troubled nobody.
        if rule is not None and (rule.effect.delivery == PROMPT or arrival.how is not How.WHOLE):
            trouble = trouble_of(rule.effect, operation)
            if trouble is not None:
                self._met.add(Survived(trouble, operation.id))

    def _read(self, operation: Operation, exchange: Exchange) -> None:
        body = exchange.reply.body
        if self._bodies.get(operation.id) != body:
            self._bodies[operation.id] = body
            found = shown_statuses(exchange.reply.json, operation.returns, SHOWING)
            self._statuses.update(Shown(family, status) for family, status in found)

    def _changed(self, changes: Iterable[Change]) -> None:
        for change in changes:
            before = None if change.before is None else change.before.shown
            after = None if change.after is None else change.after.shown
            if before != after and not isinstance(change.cause, ByHand):
                self._transitions.add(Transition(change.subject.family, before, after))
