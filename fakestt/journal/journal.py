"""The exchanges of one fake, and what is asked of them."""

from __future__ import annotations

import json
from collections import Counter, deque
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from heapq import merge
from itertools import chain
from operator import attrgetter
from os import PathLike
from pathlib import Path
from types import EllipsisType
from typing import Any, overload

from fakestt.contract.operations.absent import ABSENT
from fakestt.durations import Duration, seconds
from fakestt.errors import ConfigurationError, NotAsExpected, StateError, UnknownOperation, nearest
from fakestt.journal.as_json import as_json
from fakestt.journal.closing import Closing
from fakestt.journal.expected import Line, expected, lines_of
from fakestt.journal.failed_check import failed_check
from fakestt.journal.fields import Fault, Status, When
from fakestt.journal.har import har
from fakestt.journal.matching import are_in_order, paired_in_any_order, paired_in_order
from fakestt.journal.notes import Notes
from fakestt.journal.record import Exchange, Note, NoteKind
from fakestt.journal.tally import Tally, gaps_between
from fakestt.journal.timeline import timeline
from fakestt.literals import OperationId

__all__ = ["KEPT", "MOST_REMARKS", "Journal"]

KEPT = 10_000
MOST_REMARKS = 20


class Journal(Sequence[Exchange]):
    """A sequence of exchanges, in order. Names of operations are checked: a misspelt one never counts zero.

    Of a long run the first and the latest are kept. What counts, counts all; what shows the others raises.

    Args:
        keeps: how many are kept. A tenth of them are the first ones.
    """

    def __init__(self, operations: Collection[str], started_at_s: Callable[[], float], keeps: int = KEPT) -> None:
        self._operations = operations
        self._started_at_s = started_at_s
        self._first: list[Exchange] = []
        self._most_first = keeps // 10
        self._latest: deque[Exchange] = deque(maxlen=keeps - self._most_first)
        self._left_out = 0
        self._tallies: dict[str | None, Tally] = {}  # of those that were left out
        self._asked: tuple[object, ...] = ()
        self._remarks: deque[Note] = deque(maxlen=MOST_REMARKS)
        self._noted = 0
        self.notes: Notes = Notes(keeps)
        """What the test did, each at its place."""
        self.run: int = 0
        """How many exchanges in a row, up to the latest, have its method and path."""
        self.closing: Closing = Closing()
        """Tells of each exchange when it has closed."""

    def add(self, exchange: Exchange) -> None:
        """Write one down."""
        self.closing.add(exchange)
        asked = exchange.request[:2]  # method and target
        self.run = self.run + 1 if asked == self._asked else 1
        self._asked = asked
        if len(self._first) < self._most_first:
            self._first.append(exchange)
            return
        if len(self._latest) == self._latest.maxlen:
            self._leave_out(self._latest[0])
        self._latest.append(exchange)

    def remark(self, at_s: float, text: str) -> None:
        """Write down something that timeline and report say at this place. Only the latest are kept."""
        self._noted += 1
        self._remarks.append(Note(len(self), at_s, text, number=self._noted))

    def note(self, at_s: float, text: str, kind: NoteKind = NoteKind.TEST) -> None:
        """Write down what the test did at this place."""
        self._noted += 1
        self.notes.add(Note(len(self), at_s, text, kind, number=self._noted))

    @property
    def remarks(self) -> list[Note]:
        """The remarks that are kept, in order."""
        return list(self._remarks)

    def all_notes(self) -> list[Note]:
        """What the test did and what the fake remarks, in order."""
        return list(merge(self._remarks, self.notes.kept(), key=attrgetter("number")))

    def _leave_out(self, exchange: Exchange) -> None:
        self._left_out += 1
        name = exchange.operation
        if name not in self._tallies:
            self._tallies[name] = Tally([one for one in self._first if one.operation == name])
        self._tallies[name].add(exchange)

    def kept(self) -> list[Exchange]:
        """The exchanges that are kept: all, or the first and the latest of them."""
        return [*self._first, *self._latest]

    @overload
    def __getitem__(self, index: int) -> Exchange: ...
    @overload
    def __getitem__(self, index: slice) -> list[Exchange]: ...
    def __getitem__(self, index: int | slice) -> Exchange | list[Exchange]:
        chosen = range(len(self))[index]
        return self._at(chosen) if isinstance(chosen, int) else [self._at(at) for at in chosen]

    def _at(self, at: int) -> Exchange:
        if at < len(self._first):
            return self._first[at]
        at -= len(self._first) + self._left_out
        if at < 0:
            raise self._not_kept("journal[...]", self._left_out)
        return self._latest[at]

    def __len__(self) -> int:
        return len(self._first) + self._left_out + len(self._latest)

    def __iter__(self) -> Iterator[Exchange]:
        if self._left_out:
            raise self._not_kept("iterating over the journal", self._left_out)
        return iter(self.kept())

    def __repr__(self) -> str:
        return f"<Journal of {len(self)} exchanges>"

    def calls(self, operation: OperationId) -> list[Exchange]:
        """The exchanges of one operation.

        Raises:
            UnknownOperation: no operation has this id.
            StateError: not all of them are kept.
        """
        self._check(operation)
        if operation in self._tallies:
            raise self._not_kept(f"calls({operation!r})", self._tallies[operation].count)
        return [exchange for exchange in self.kept() if exchange.operation == operation]

    def count(self, operation: OperationId) -> int:
        """How many exchanges of one operation there were.

        Raises:
            UnknownOperation: no operation has this id.
        """
        self._check(operation)
        return self._counts()[operation]

    def last(self, operation: OperationId | None = None) -> Exchange:
        """The latest exchange, of one operation or of all.

        Raises:
            StateError: there is none.
            UnknownOperation: no operation has this id.
        """
        if operation is not None:
            self._check(operation)
        if operation is None and len(self):
            return self[-1]
        left_out = [self._tallies[operation].last] if operation in self._tallies else []
        backwards: tuple[Iterable[Exchange], ...] = (reversed(list(self._latest)), left_out, reversed(self._first))
        for exchange in chain.from_iterable(backwards):
            if exchange.operation == operation:
                return exchange
        asked, such = ("", "") if operation is None else (repr(operation), "such ")
        raise StateError(f"last({asked}): there was no {such}request. {self.summary()}")

    def gaps(self, operation: OperationId) -> list[float]:
        """Seconds of the fake's time between one exchange of an operation and the next.

        Raises:
            UnknownOperation: no operation has this id.
        """
        self._check(operation)
        first, latest = (
            [exchange.at_s for exchange in part if exchange.operation == operation]
            for part in (list(self._first), list(self._latest))  # at once: another thread may add to them
        )
        tally = self._tallies.get(operation)
        if tally is None:
            return gaps_between([*first, *latest])
        return [*gaps_between(first), *tally.gaps(), *gaps_between([tally.last.at_s, *latest])]

    def find(
        self,
        operation: str | None = None,
        *,
        method: str | None = None,
        path: str | None = None,
        status: Status | EllipsisType = ...,
        owner: str | None = None,
        fault: Fault | None = None,
        arrival: str | None = None,
        when: When | None = None,
        **values: object,
    ) -> list[Exchange]:
        """The exchanges of which all this is true: `find("addAudio", status=409, audio_name="a*")`.

        The arguments are those of `fakestt.expect`.

        Raises:
            UnknownOperation, ConfigurationError: as `expect`.
            StateError: there may be others among those that are not kept.
        """
        asked = expected("find", operation, (method, path, status, owner, fault, arrival, when), values)
        left_out = sum(tally.count for name, tally in list(self._tallies.items()) if asked.may_be(name))
        if left_out:
            raise self._not_kept(f"find({asked.arguments})", left_out)
        return [exchange for exchange in self.kept() if asked.fits(exchange)]

    def between(self, start: Duration, end: Duration) -> list[Exchange]:
        """The exchanges from one instant on and before another, counted from the fake's start: `between("30m", "1h")`.

        Raises:
            ConfigurationError: not a duration, or the end comes before the start.
            StateError: there are others among those that are not kept.
        """
        written = f"between({start!r}, {end!r})"
        start_s, end_s = seconds(start, written), seconds(end, written)
        if not 0 <= start_s <= end_s:
            raise ConfigurationError(f"{written}: both count from the fake's start, and the end does not come first.")
        began_at_s = self._started_at_s()

        def is_within(at_s: float) -> bool:
            return start_s <= round(at_s - began_at_s, 6) < end_s

        left_out = sum(is_within(at_s) for tally in list(self._tallies.values()) for at_s in tally.instants())
        if left_out:
            raise self._not_kept(written, left_out)
        return [exchange for exchange in self.kept() if is_within(exchange.at_s)]

    def check(self, expectation: Iterable[Line], *, ordered: bool = True, others: bool = False) -> None:
        """Compare all exchanges with an expectation: `check([("addAudio", 201), polls("getAudio")])`.

        Args:
            expectation: a line an exchange: an operation's id or a glob, a pair with a status too, or `expect(...)`;
                `polls(...)` stands for one or more in a row.
            ordered: with False the lines may have come in any order.
            others: with True there may be other exchanges, before, between and after.

        Raises:
            NotAsExpected: an AssertionError that shows what differs, field by field.
            UnknownOperation, ConfigurationError: as `expect`.
            StateError: not all exchanges are kept.
        """
        lines = lines_of(expectation)
        if self._left_out:
            raise self._not_kept("check(...)", self._left_out)
        exchanges = self.kept()
        if ordered and are_in_order(lines, exchanges, others=others):
            return
        pairs = paired_in_order(lines, exchanges, others=others) if ordered else paired_in_any_order(lines, exchanges)
        if not all(pair.is_good(others=others) for pair in pairs):
            raise NotAsExpected(failed_check(lines, pairs, self._started_at_s(), others=others))

    def timeline(self) -> str:
        """What is kept as text, a line a request, a change and a remark."""
        return timeline(self.kept(), self._started_at_s(), remarks=self.remarks)

    def to_json(self) -> dict[str, Any]:
        """What is kept as plain data, as `json.dumps` takes it; the guide `face` describes its shape."""
        return as_json(self.kept(), self._started_at_s(), len(self), self.remarks)

    def to_har(self, path: str | PathLike[str]) -> Path:
        """Write what is kept as an HTTP Archive (HAR 1.2), which browsers and proxies can open. Return its path.

        Raises:
            ConfigurationError: there can be no such file.
        """
        text = json.dumps(har(self.kept(), len(self)))
        try:
            file = Path(path)
            file.write_text(text, encoding="utf-8")
        except (OSError, TypeError, ValueError) as problem:
            raise ConfigurationError(
                f"to_har({path!r}): {problem}. Give the path of a file, such as 'run.har', in a folder that is there."
            ) from problem
        return file

    def summary(self) -> str:
        """One sentence: which operations there were, and how often."""
        counts = self._counts()
        if not counts:
            return "There were no exchanges."
        listed = ", ".join(f"{count} x {name or 'not understood'}" for name, count in counts.items())
        return f"The exchange{'s were' if len(self) > 1 else ' was'}: {listed}."

    def _counts(self) -> Counter[str | None]:
        counts = Counter(exchange.operation for exchange in list(self._first))
        counts.update({name: tally.count for name, tally in list(self._tallies.items())})
        counts.update(exchange.operation for exchange in list(self._latest))
        return counts

    def _check(self, operation: str) -> None:
        if operation not in self._operations:
            absent = ABSENT.get(operation)
            why = nearest(operation, self._operations) if absent is None else f" {absent.said}."
            raise UnknownOperation(f"no operation {operation!r}.{why} All: {', '.join(self._operations)}")

    def _not_kept(self, what: str, count: int) -> StateError:
        return StateError(
            f"{what}: {count} exchanges are not kept, only the first {len(self._first)} and the latest "
            f"{len(self._latest)}. They are in journal.kept(); count, gaps and last know all. To keep more: "
            f"journal={len(self)}, of FakeSTT, marker or ini file."
        )
