"""What a failing test shows: the timeline, what was still to come, and what was prepared in vain."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby

from fakestt.core.changes import Change
from fakestt.core.clock import iso
from fakestt.journal.record import Exchange, Note
from fakestt.journal.timeline import LEFT_OUT, TIME_WIDTH, is_remark, shortened, timeline

__all__ = ["MOST_LINES", "report"]

MOST_LINES = 200
"""A poller's journal can have thousands of lines: the first and the last ones tell the story."""


def report(
    exchanges: Iterable[Exchange],
    started_at_s: float,
    later: Iterable[Change],
    due: Sequence[tuple[float, str, str]],
    *,
    stalled: Sequence[tuple[float, str, str]] = (),
    not_met: Sequence[str] = (),
    remarks: Iterable[Note] = (),
    started_now: bool = False,
) -> str:
    """The whole as text; `due` are instant, subject and activity of what is planned, `stalled` those of what began and
    does not end; `not_met` is what was prepared and has not come, as its author wrote it.

    `started_now`: the first instant was nobody's choice, so another run has another one; the report says so.
    """
    lines = _folded(timeline(exchanges, started_at_s, later, remarks).splitlines())
    if started_now:
        lines[0] += ", the real now (start= makes every run begin at the same instant)"
    if len(lines) > MOST_LINES:
        half = MOST_LINES // 2
        cut = lines[half:-half]
        kept = [line for line in cut if line.endswith(LEFT_OUT) or is_remark(line)]
        lines[half:-half] = [f"{'':{TIME_WIDTH}}... {len(cut) - len(kept)} lines left out ...", *kept]
    lines += [f"still due: {shortened(subject)} ends its {activity} at {iso(at_s)}" for at_s, subject, activity in due]
    lines += [
        f"stalls: {shortened(subject)} in its {activity} since {iso(at_s)}" for at_s, subject, activity in stalled
    ]
    lines += [f"prepared, and not met: {shortened(said)}" for said in not_met]
    return "\n".join(lines)


def _folded(lines: Sequence[str]) -> list[str]:
    """Lines of which nothing but the instant differs: the first, the last, and how many are between."""
    folded: list[str] = []
    for _, same in groupby(lines, key=lambda line: line[TIME_WIDTH:]):
        first, *others = same
        if len(others) > 2:
            others = [f"{'':{TIME_WIDTH}}... {len(others) - 1} times the same ...", others[-1]]
        folded += [first, *others]
    return folded
