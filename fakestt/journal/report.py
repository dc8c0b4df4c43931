"""What a failing test shows: the timeline, and what was still to come."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from fakestt.core.clock import iso
from fakestt.core.lifecycle import Change
from fakestt.journal.record import Exchange
from fakestt.journal.timeline import timeline

__all__ = ["MOST_LINES", "report"]

MOST_LINES = 200
"""A poller's journal can have thousands of lines: the first and the last ones tell the story."""


def report(
    exchanges: Iterable[Exchange], started_at_s: float, later: Iterable[Change], due: Sequence[tuple[float, str, str]]
) -> str:
    """The whole as text; `due` are instant, subject and activity of what is planned."""
    lines = timeline(exchanges, started_at_s, later).splitlines()
    if len(lines) > MOST_LINES:
        half = MOST_LINES // 2
        lines[half:-half] = [f"             ... {len(lines) - 2 * half} lines left out ..."]
    lines += [f"still due: {subject} ends its {activity} at {iso(at_s)}" for at_s, subject, activity in due]
    return "\n".join(lines)
