"""The journal as text: what was asked and what changed, at which instant."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable, Iterable

from fakestt.core.changes import ByCommand, Change
from fakestt.core.clock import iso
from fakestt.core.lifecycle import Phase
from fakestt.journal.names import shortened
from fakestt.journal.record import Exchange, Note
from fakestt.wire import How

__all__ = [
    "arrival_text",
    "change_text",
    "entry",
    "exchange_text",
    "is_own",
    "phases_text",
    "short_path",
    "since",
    "timeline",
]

TIME_WIDTH = 14
"""Of the column that says when, with the space behind it."""


def timeline(
    exchanges: Iterable[Exchange],
    started_at_s: float,
    later: Iterable[Change] = (),
    remarks: Iterable[Note] = (),
) -> str:
    """One line a request and one a change, in the order of their instants; a remark stands behind its exchange.

    The first column counts from the fake's start; ids are cut to their first eight digits, paths to what follows `/v1`.
    `later` are changes that no request has met yet.

        +0:00:00  POST /acoustic_customizations  201  createAcousticModel
        +0:00:02    7c0a9f5e: pending -> ready by analysis
        +0:00:02  (a remark)
    """
    waiting = deque(remarks)
    lines = [f"fake started at {iso(started_at_s)}"]
    seq = 0
    for exchange in exchanges:
        lines += _remarks(waiting, seq, started_at_s)
        if exchange.seq > seq + 1:
            lines.append(f"{'':{TIME_WIDTH}}... {exchange.seq - seq - 1} exchanges left out ...")
        lines += _remarks(waiting, exchange.seq - 1, started_at_s)  # those whose exchanges are left out
        seq = exchange.seq
        lines += entry(exchange, started_at_s)
    lines += _remarks(waiting, math.inf, started_at_s)
    lines += [_line(change.at_s, started_at_s, "  " + change_text(change)) for change in later]
    return "\n".join(lines)


def entry(exchange: Exchange, started_at_s: float) -> list[str]:
    """The lines of one exchange: its own, and those of the changes that it has met or made."""
    before = [change for change in exchange.changes if not is_own(change, exchange)]
    after = exchange.changes[len(before) :]  # a request's own changes are the last
    return [
        *(_line(change.at_s, started_at_s, "  " + change_text(change)) for change in before),
        _line(exchange.at_s, started_at_s, exchange_text(exchange)),
        *(_line(change.at_s, started_at_s, "  " + change_text(change)) for change in after),
    ]


def _remarks(waiting: deque[Note], up_to_seq: float, started_at_s: float) -> list[str]:
    """The lines of the remarks whose place has come."""
    lines = []
    while waiting and waiting[0].seq <= up_to_seq:
        remark = waiting.popleft()
        lines.append(_line(remark.at_s, started_at_s, f"({remark.text})"))
    return lines


def is_own(change: Change, exchange: Exchange) -> bool:
    """Whether it is the work of this request."""
    return isinstance(change.cause, ByCommand) and change.cause.command == exchange.operation


def since(at_s: float, started_at_s: float) -> str:
    """`+1:02:03.500`: hours, minutes, seconds."""
    ms = round((at_s - started_at_s) * 1000)
    text = f"+{ms // 3_600_000}:{ms // 60_000 % 60:02d}:{ms // 1000 % 60:02d}"
    return f"{text}.{ms % 1000:03d}" if ms % 1000 else text


def change_text(change: Change) -> str:
    """`7c0a9f5e: pending -> ready by analysis`; where the statuses are equal, the phases tell what changed."""
    return f"{shortened(change.subject)}: {phases_text(change)} by {change.cause}"


def phases_text(change: Change) -> str:
    """`pending -> ready`; where the statuses are equal, `pending (empty) -> pending (analysing)`."""
    same = change.before is not None and change.after is not None and change.before.shown == change.after.shown
    before, after = (_phase(phase, same) for phase in (change.before, change.after))
    return f"{before or '(new)'} -> {after or '(gone)'}"


def _phase(phase: Phase | None, same: bool) -> str:
    if phase is None:
        return ""
    return f"{phase.shown} ({phase.name.lower().replace('_', ' ')})" if same else phase.shown


def _line(at_s: float, started_at_s: float, text: str) -> str:
    return f"{since(at_s, started_at_s):>{TIME_WIDTH - 2}}  {text}"


def short_path(target: str) -> str:
    """What follows `/v1`, with ids cut."""
    _, v1, inside = target.partition("/v1/")
    return shortened("/" + inside if v1 else target)


def exchange_text(
    exchange: Exchange, path: Callable[[str], str] = short_path, *, state: str = "", times: str = ""
) -> str:
    """What was asked, what came, and how.

    Args:
        path: shows a target.
        state: what the answer said of states.
        times: how often it was asked.
    """
    how = exchange.arrival.how
    came = str(exchange.status or ("no answer yet" if how is How.UNDER_WAY else "no answer"))
    parts = [exchange.method, path(exchange.path), times, f"{came} {state}".strip(), exchange.operation or ""]
    if exchange.rule is not None:
        parts.append(f"[fault: {exchange.rule.effect}]")
    parts.append(arrival_text(exchange))
    if exchange.status is not None and exchange.status >= 400:
        said = exchange.reply.json
        parts += [shortened(repr(said["error"]))] if isinstance(said, dict) and "error" in said else []
    if exchange.problem is not None:
        parts.append(f"[mistake: {exchange.problem}]")
    if exchange.note:
        parts.append(f"[note: {exchange.note}]")
    return "  ".join(filter(None, parts))


def arrival_text(exchange: Exchange) -> str:
    """How it came, where that is worth a word."""
    arrival = exchange.arrival
    after_s = (arrival.at_s or exchange.at_s) - exchange.at_s
    part = f"{arrival.size_bytes} of {_promised(exchange)} bytes" if arrival.has_head else ""
    match arrival.how:
        case How.LATE:
            return f"{after_s:g} s late" if after_s else "late"
        case How.TIMED_OUT:
            return (
                "the client gave up" + (f" after {after_s:g} s" if after_s else "") + (f", with {part}" if part else "")
            )
        case How.CUT:
            return f"cut after {part}"
        case How.CLOSED:
            return f"the client let go after {part}" if part else ""
        case How.RESET:
            return "reset"
    return ""


def _promised(exchange: Exchange) -> str:
    """The bytes of the whole body. A body that held a token is kept without it, and has another length."""
    return dict(exchange.reply.headers).get("Content-Length", str(len(exchange.reply.body)))
