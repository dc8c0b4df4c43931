"""What a report tells, one thing after another, and what of it repeats itself."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Hashable, Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from fakestt.core.changes import ByHand, Change
from fakestt.journal.record import Exchange, Note, NoteKind
from fakestt.journal.timeline import arrival_text, is_own
from fakestt.wire import How

__all__ = ["MOST_IN_ROUND", "Block", "LeftOut", "Own", "Story", "states_text"]

MOST_IN_ROUND = 6
"""A client that polls asks for so many things a round, at most, the test's own calls between them included."""

LEAST_TIMES = 3
"""What happens twice is told twice."""


_ROUNDS = range(1, MOST_IN_ROUND + 1)
_ALONE = -1  # the code of what is like no other


class LeftOut(NamedTuple):
    """So many exchanges are not kept. What the test did between them is not told either."""

    exchanges: int
    calls: int


class Own(NamedTuple):
    """A change that is the work of the request before it."""

    change: Change


Told = Exchange | Note | Change | Own | LeftOut


Block = tuple[int, int, int]
"""What is told at once: the place of the first, how many things make a round, how often the round comes in a row."""


class Story:
    """All that happened, in order.

    Args:
        later: changes that no request has met yet.
    """

    def __init__(self, exchanges: Iterable[Exchange], notes: Iterable[Note], later: Iterable[Change]) -> None:
        self.told: list[Told] = []
        self._codes: list[int] = []  # equal where nothing but number and instant differ; a change is like no other
        self._known: dict[Hashable, int] = {}
        self._texts: dict[bytes, str] = {}
        waiting = deque(notes)
        seq = 0
        for exchange in exchanges:
            if exchange.seq > seq + 1:
                self._tell(_of(waiting, seq))
                between = list(_of(waiting, exchange.seq - 2))
                calls = [note for note in between if note.kind is NoteKind.TEST]
                self._tell([LeftOut(exchange.seq - seq - 1, sum(note.times for note in calls))])
                self._tell(note for note in between if note.kind is not NoteKind.TEST)
            seq = exchange.seq
            changes = exchange.changes
            if not changes:
                while waiting and waiting[0].seq < seq:
                    self._add(waiting.popleft())
                self._add(exchange)
            else:
                own = [change for change in changes if is_own(change, exchange)]
                self._tell(_merged(list(_of(waiting, seq - 1)), changes[: len(changes) - len(own)]))
                self._tell([exchange])
                self._tell(map(Own, own))
        self._tell(_merged(list(waiting), later))

    def _tell(self, told: Iterable[Told]) -> None:
        for one in told:
            self._add(one)

    def _add(self, told: Told) -> None:
        self.told.append(told)
        self._codes.append(self._code(told))

    def _code(self, told: Told) -> int:
        if isinstance(told, Exchange):
            request, arrival, rule, reply = told.request, told.arrival, told.rule, told.reply
            key: Hashable = (
                request[:2],
                reply.status,
                arrival.how if arrival.how is How.WHOLE else arrival_text(told),
                arrival.has_head,
                None if rule is None else rule.effect.spelled,
                self.states(told) if reply.status < 400 else self._said(told),
                told.note,
                told.problem,
            )
        elif isinstance(told, Note):
            key = (told.text, told.kind, told.times)
        else:
            return _ALONE
        return self._known.setdefault(key, len(self._known))

    def states(self, exchange: Exchange) -> str:
        """What the answer to a read says of states, as far as it arrived."""
        if exchange.request.method != "GET" or exchange.arrival.how not in (How.WHOLE, How.LATE):
            return ""
        return self._said(exchange)

    def _said(self, exchange: Exchange) -> str:
        """What an answer says, without what is never twice the same. A poll's is read once."""
        body = exchange.reply.body
        found = self._texts.get(body)
        if found is None:
            found = self._texts[body] = states_text(exchange.reply.json)
        return found

    def blocks(self) -> list[Block]:
        """What happened, with that told once that comes again and again."""
        blocks = []
        codes = [*self._codes, *[_ALONE] * MOST_IN_ROUND]
        at = 0
        while at < len(self.told):
            block = _block(codes, at)
            blocks.append(block)
            at += block[1] * block[2]
        return blocks


def _block(codes: Sequence[int], at: int) -> Block:
    """The longest repetition that begins here. The time that this takes grows with what it finds."""
    code = codes[at]
    best, longest = (at, 1, 1), 1
    if code == _ALONE:
        return best
    for size in _ROUNDS:
        if codes[at + size] != code:
            continue
        first = codes[at : at + size]
        if _ALONE in first:
            break
        end = at + size
        while codes[end : end + size] == first:
            end += size
        if end - at >= LEAST_TIMES * size and end - at > longest:
            best, longest = (at, size, (end - at) // size), end - at
    return best


def _of(waiting: deque[Note], up_to_seq: int) -> Iterator[Note]:
    """The notes whose place has come."""
    while waiting and waiting[0].seq <= up_to_seq:
        yield waiting.popleft()


def _merged(notes: Sequence[Note], changes: Iterable[Change]) -> Iterator[Told]:
    """By their instants. What a note of the test has made by hand is told by the note."""
    waiting = deque(notes)
    for change in changes:
        by_hand = isinstance(change.cause, ByHand)
        while waiting and waiting[0].at_s < change.at_s:
            yield waiting.popleft()
        if not (by_hand and any(note.at_s == change.at_s and note.kind is NoteKind.TEST for note in notes)):
            yield change
    yield from waiting


def states_text(said: Any) -> str:
    """The status in an answer, or in a list how often there is each: `1 ok, 2 invalid`. Of a refusal, the error.

    Args:
        said: JSON.
    """
    if not isinstance(said, dict):
        return ""
    if isinstance(said.get("error"), str) and "status" not in said:
        return str(said["error"])
    shown = said.get("container", said)
    status = shown.get("status") if isinstance(shown, dict) else None
    if isinstance(status, str):
        return status
    for rows in said.values():
        if isinstance(rows, list):
            statuses = [row.get("status") if isinstance(row, dict) else None for row in rows]
            if all(isinstance(one, str) for one in statuses):
                return ", ".join(f"{count} {one}" for one, count in Counter(statuses).items()) or "none"
    return ""
