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
        self.left_out: int = 0
        """How many are not kept."""

    def add(self, note: Note) -> None:
        """Write one down. A loop of equal calls is one note, with their number."""
        notes: list[Note] | deque[Note] = self._latest or self._first
        last = notes[-1] if notes else None
        if last is not None and (last.seq, last.text, last.kind) == (note.seq, note.text, note.kind):
            notes[-1] = last._replace(times=last.times + 1, last_at_s=note.at_s)
            return
        if len(self._first) < self._most_first:
            self._first.append(note)
            return
        self.left_out += len(self._latest) == self._latest.maxlen
        self._latest.append(note)

    def kept(self) -> list[Note]:
        """Those that are kept, in order. A remark says where some are missing."""
        if not self.left_out:
            return [*self._first, *self._latest]
        after = self._latest[0]
        gap = after._replace(
            text=f"before this, {self.left_out} calls of the test are not kept", kind=NoteKind.REMARK, times=1
        )
        return [*self._first, gap, *self._latest]
