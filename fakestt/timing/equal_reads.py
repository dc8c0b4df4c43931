"""When is a client taken for endless? When it reads the same again and again, and nothing can change what it reads."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import NamedTuple, Protocol

from fakestt.faults.effects import Effect
from fakestt.journal.journal import Journal
from fakestt.journal.record import Exchange
from fakestt.journal.timeline import short_path
from fakestt.service import Service
from fakestt.timing.moments import Moments

__all__ = ["MOST_EQUAL_READS", "Client", "EqualReads"]

MOST_EQUAL_READS = 5_000
READS = frozenset(("GET", "HEAD", "OPTIONS"))
MOST_TARGETS = 1_000
"""So many are remembered in a row. A client that reads more of them in turn is not found here; its horizon ends it."""

_LATEST = 100  # exchanges, which tell what a client is reading now
_MOST_NAMED = 3


class Client(Protocol):
    """The client's time, as far as it is told of reads."""

    def reads_began_anew(self) -> None:
        """A row of equal reads begins. It is called often."""

    def note_equal_reads(self, count: int, text: str) -> bool:
        """Another request has come in after so many equal reads, and nothing can change.

        Returns:
            Whether the client's waits last longer than asked from here on.

        Raises:
            ClientNeverStopped: nothing but the reads would end it. `text` is its message.
        """


class _Target(NamedTuple):
    journal: Journal  # stands for the fake that was asked
    method: str
    path: str


class _Said(NamedTuple):
    """All of an answer that a client may go by. Headers differ at each request."""

    status: int
    body: bytes
    effect: Effect | None


class _Row:
    """Reads in a row, each answered as the last one of its target."""

    __slots__ = ("count", "is_told", "said", "text")

    def __init__(self) -> None:
        self.count = 0
        self.said: dict[_Target, _Said] = {}
        self.text = ""
        self.is_told = False


class EqualReads:
    """Counts the reads in a row that were answered as before, and tells the client's time when there are too many.

    Several threads may ask at once, and there is no lock: it would cost more than the count, and a signal's handler
    could wait for it in vain. Of two reads at the same moment one may go uncounted, which does no harm. A row that is
    over is another object than the next, so a late count never goes into a new row.

    Args:
        most: how many a client may make while nothing can change.
        services: all that share the time.
        moments: of the test.
        client: the client's time.
        describe: what was asked last and what stalls, in sentences.
    """

    def __init__(
        self, most: int, services: Sequence[Service], moments: Moments, client: Client, describe: Callable[[], str]
    ) -> None:
        self._most = most
        self._services = services
        self._moments = moments
        self._client = client
        self._describe = describe
        self._row = _Row()

    def begin_anew(self) -> None:
        """Forget the row: the test or its client has done something else than read."""
        self._row = _Row()
        self._client.reads_began_anew()

    def note(self, journal: Journal, exchange: Exchange) -> None:
        """A request was answered, and written down in this journal. This is done at each request, so it is brief."""
        call, request, rule, reply = exchange.call, exchange.request, exchange.rule, exchange.reply
        if call is not None and not call.operation.authenticated:
            return  # a client that only reads needs a new token from time to time
        if request.method not in READS:
            self.begin_anew()
            return
        row = self._row
        target = _Target(journal, request.method, request.target)
        said = _Said(reply.status, reply.body, None if rule is None else rule.effect)
        before = row.said.get(target)
        if before is not None:
            if said == before or _same_but_for_trace(said, before):
                row.count += 1
                return
            self.begin_anew()
            row = self._row
        # The first read of a target is equal to none: a client may go through thousands of models.
        if len(row.said) >= MOST_TARGETS:
            row.said.clear()
        row.said[target] = said

    def look(self, now_s: Callable[[], float]) -> None:
        """The next request has come in: see whether too many reads came before it. Call it in the client's thread.

        Raises:
            ClientNeverStopped: nothing but the reads would end the client.
        """
        row = self._row
        if row.count < self._most or self._may_change():
            return
        row.text = row.text or self._text(row)  # once a row: it looks at many exchanges
        if self._client.note_equal_reads(row.count, row.text) and not row.is_told:
            row.is_told = True
            remark = (
                f"from here on the client's waits last longer than asked: {row.count} equal reads, "
                "and nothing can change"
            )
            for journal in {target.journal for target in list(row.said)}:
                journal.remark(now_s(), remark)

    def _may_change(self) -> bool:
        """Whether a read may still be answered otherwise than the last one, though the client does nothing but read.

        Scripts need no look. They speak of activities that begin, and a read begins none.
        """
        if self._moments.first_s() is not None:
            return True
        return any(one.next_due_s() is not None or one.faults.may_change() for one in self._services)

    def _text(self, row: _Row) -> str:
        journals = dict.fromkeys(target.journal for target in list(row.said))
        latest = {(journal, one.method, one.path) for journal in journals for one in journal.kept()[-_LATEST:]}
        asked = [f"{one.method} {short_path(one.path)}" for one in list(row.said) if one in latest]
        named, more = asked[:_MOST_NAMED], len(asked) - _MOST_NAMED
        of_what = ", ".join(named) + (f" and {more} more" if more > 0 else "")
        said = (
            f"The client has made {row.count} reads in a row (of {of_what}), and each was answered as the last one of "
            "its target. Nothing can change any more while it only reads: nothing is due, and no moment of at(...), no "
            "script and no fault is left that could change an answer."
        )
        remedy = (
            "Let the client give up at some time. If it counts further than that, give a larger equal_reads=, of "
            "FakeSTT, marker or ini file."
        )
        return f"{said} {self._describe()} {remedy}"


def _same_but_for_trace(one: _Said, other: _Said) -> bool:
    """Whether only the id of the transaction differs, which the cloud's gateway puts into the body of its errors."""
    if not (b'"trace"' in one.body and b'"trace"' in other.body):
        return False
    return one.status == other.status and one.effect == other.effect and _plain(one.body) == _plain(other.body)


def _plain(body: bytes) -> object:
    try:
        members = json.loads(body)
    except (ValueError, RecursionError):
        return body
    return {**members, "trace": None} if isinstance(members, dict) else members
