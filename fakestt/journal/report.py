"""What a failing test shows: what stands out, what happened, and what was still to come. A pure function of data."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from fakestt.core.clock import iso
from fakestt.journal.happened import Due, Happened
from fakestt.journal.names import Names
from fakestt.journal.outstanding import outstanding
from fakestt.journal.record import Exchange, Note, NoteKind
from fakestt.journal.story import Block, LeftOut, Own, Story, Told
from fakestt.journal.timeline import exchange_text, phases_text, since
from fakestt.journal.words import every, in_words

__all__ = ["MOST_LINES", "report"]

MOST_LINES = 200
"""Of what happened. A journal can have thousands of lines: the first and the last ones tell the story."""

MOST_DUE = 3


class Row(NamedTuple):
    """A line of the table: number, instant, text."""

    number: str
    when: str
    text: str


def report(happened: Happened) -> str:
    """The whole as text. A line is as long as it is: whoever prints it wraps it.

    `#number  offset  what was asked  what came`; the test's own calls begin with `test:`, the fake's remarks stand in
    brackets, changes are indented. What comes again and again is one line, with its number. `<car>` stands for the path
    of the model that is named so.
    """
    changes = [change for exchange in happened.exchanges for change in exchange.changes]
    names = Names.of([*changes, *happened.later], happened.names)
    started = f"fake started at {iso(happened.started_at_s)}"
    if happened.started_now:
        started += ", the real now (start= makes every run begin at the same instant)"
    lines = [started]
    found = outstanding(happened, names)
    if found:
        lines += ["what stands out:", *(f"  {one}" for one in found)]
    rows = list(_rows(happened, names))
    if found and rows:
        lines.append("")
    widths = [max((len(row[column]) for row in rows), default=0) for column in (0, 1)]
    lines += [f"{row.number:<{widths[0]}}  {row.when:>{widths[1]}}  {row.text}" for row in rows]
    if rows or happened.due or happened.stalled or happened.now_s != happened.started_at_s:
        lines += _end(happened, names)
    return "\n".join(lines)


def _end(happened: Happened, names: Names) -> Iterator[str]:
    def listed(what: Sequence[Due], text: str) -> str:
        told = [
            text.format(activity, names.subject(subject), since(at_s, happened.started_at_s))
            + (f", in {in_words(at_s - happened.now_s)}" if what is happened.due else "")
            for at_s, subject, activity in what[:MOST_DUE]
        ]
        return "; ".join(told) + (f"; and {len(what) - MOST_DUE} more" if len(what) > MOST_DUE else "")

    now = f"now {since(happened.now_s, happened.started_at_s)}"
    yield f"{now}; still due: {listed(happened.due, '{} of {} at {}')}" if happened.due else now
    if happened.stalled:
        yield f"stalls: {listed(happened.stalled, '{} of {} since {}')}"


def _rows(happened: Happened, names: Names) -> Iterable[Row]:
    """The rows of the table. Of more than MOST_LINES, those in the middle are left out, and not even made."""
    story = Story(happened.exchanges, happened.notes, happened.later)
    teller = _Teller(story, names, happened.started_at_s)
    blocks = list(story.blocks())
    total = sum(map(_lines, blocks))
    first = last = len(blocks)
    if total > MOST_LINES:
        first = _count(blocks, MOST_LINES // 2)
        last -= _count(blocks[::-1], MOST_LINES // 2)
    rows = [row for block in blocks[:first] for row in teller.rows(block)]
    kept = [block for block in blocks[first:last] if _is_kept(story.told[block[0]])]
    left_out = sum(map(_lines, blocks[first:last])) - len(kept)
    rows += [Row("", "", f"... {left_out} lines left out ...")] if left_out else []
    rows += [row for block in (*kept, *blocks[last:]) for row in teller.rows(block)]
    return rows


def _count(blocks: Sequence[Block], lines: int) -> int:
    """How many of these blocks fit into so many lines."""
    for count, block in enumerate(blocks):
        lines -= _lines(block)
        if lines < 0:
            return count
    return len(blocks)


def _lines(block: Block) -> int:
    """How many lines it takes."""
    _, size, times = block
    return size if times == 1 or size == 1 else size + 1


def _is_kept(told: Told) -> bool:
    return isinstance(told, LeftOut) or (isinstance(told, Note) and told.kind is not NoteKind.TEST)


class _Teller:
    """Makes the rows of blocks."""

    def __init__(self, story: Story, names: Names, started_at_s: float) -> None:
        self._story = story
        self._names = names
        self._started_at_s = started_at_s

    def rows(self, block: Block) -> list[Row]:
        at, size, count = block
        told = self._story.told[at : at + size * count]
        if count == 1:
            return [self._row(told[0])]
        exchanges = [one for one in told if isinstance(one, Exchange)]
        starts = [one.at_s for one in told[::size] if isinstance(one, (Exchange, Note))]
        times = f"×{count} {every([later - one for one, later in pairwise(starts)])}"
        number = f"#{exchanges[0].seq}–#{exchanges[-1].seq}" if exchanges else ""
        if size == 1:
            row = self._row(told[0], times)
            return [row._replace(number=number)]
        rows = [self._row(one) for one in told[:size]]
        return [
            Row(number, rows[0].when, f"{times}, each time:"),
            *(Row("", "", f"  {row.text}") for row in rows),
        ]

    def _row(self, told: Told, times: str = "") -> Row:
        match told:
            case Exchange():
                states = self._story.states(told) if told.reply.status < 400 else ""
                text = exchange_text(told, self._names.path, state=states, times=times)
                return Row(f"#{told.seq}", self._when(told.at_s), text)
            case Note():
                return Row("", self._when(told.at_s), self._note(told))
            case LeftOut():
                calls = f", and {told.calls} calls of the test" if told.calls else ""
                return Row("", "", f"... {told.exchanges} exchanges left out{calls} ...")
            case Own(change):
                return Row("", "", f"  {self._names.subject(change.subject)}: {phases_text(change)}{_why(change.why)}")
            case _:
                text = f"  {self._names.subject(told.subject)}: {phases_text(told)} by {told.cause}{_why(told.why)}"
                return Row("", self._when(told.at_s), text)

    def _note(self, note: Note) -> str:
        text = self._names.text(note.text) + (f"  ×{note.times}" if note.times > 1 else "")
        return f"({text})" if note.kind is NoteKind.REMARK else f"test: {text}"

    def _when(self, at_s: float) -> str:
        # A test may arm a fault before it sets the time that its fake then starts at.
        return since(max(at_s, self._started_at_s), self._started_at_s)


def _why(why: str | None) -> str:
    return "" if why is None else f": {why}"
