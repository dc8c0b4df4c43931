"""What the test did, note by note, with a bound."""

from __future__ import annotations

from collections import deque

from fakestt.journal.record import Note, NoteKind

__all__ = ["Notes"]


class Notes:
    """The notes of one fake, in order. Of many, the first and the latest are kept.

    Args:
        keeps: how many are kept. A tenth of them are the first ones.
    """

    def __init__(self, keeps: int) -> None:
        self._first: list[Note] = []
        self._most_first = keeps // 10
        self._latest: deque[Note] = deque(maxlen=keeps - self._most_first)
        self.left_out = 0
        """How many notes are not kept. They were between the first and the latest."""

    def add(self, seq: int, at_s: float, text: str, kind: NoteKind) -> None:
        """Write one down. A loop of equal calls is one note, with their number."""
        notes: list[Note] | deque[Note] = self._latest or self._first
        last = notes[-1] if notes else None
        if last is not None and (last.seq, last.text, last.kind) == (seq, text, kind):
            notes[-1] = last._replace(times=last.times + 1, last_at_s=at_s)
            return
        note = Note(seq, at_s, text, kind)
        if len(self._first) < self._most_first:
            self._first.append(note)
            return
        self.left_out += len(self._latest) == self._latest.maxlen
        self._latest.append(note)

    def kept(self) -> list[Note]:
        """Those that are kept, in order."""
        return [*self._first, *self._latest]

    @property
    def first(self) -> int:
        """How many of those that are kept are the first ones. Those that are left out came behind them."""
        return len(self._first)
