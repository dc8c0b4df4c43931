"""What happened to one fake, as the page draws it: plain data for JSON, of a bounded size."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from fakestt.core.changes import Change
from fakestt.core.clock import iso
from fakestt.journal.record import Exchange, Note
from fakestt.page.lanes import Lanes
from fakestt.page.rows import Row, folded
from fakestt.wire import How

__all__ = ["MOST_JUMPS", "MOST_ROWS", "NOTHING", "Due", "Seen", "fake_data"]

MOST_ROWS = 400
"""A journal can have thousands of rows that do not fold: the first and the last ones tell the story."""

MOST_JUMPS = 60
MOST_NOTES = 200
MOST_LISTED = 100
"""Of what is due, of what stalls."""

MOST_CHARACTERS = 400

Due = tuple[float, str, str]
"""Instant, subject, activity."""


class Seen(NamedTuple):
    """How much of a fake's history is older than the test: a fake can be older than it."""

    exchanges: int = 0
    changes: int = 0


NOTHING = Seen()


def fake_data(
    exchanges: Iterable[Exchange],
    changes: Sequence[Change],
    remarks: Iterable[Note] = (),
    *,
    name: str,
    edition: str,
    started_at_s: float,
    now_s: float,
    due: Sequence[Due] = (),
    stalled: Sequence[Due] = (),
    seen: Seen = NOTHING,
    apart: int | None = None,
) -> dict[str, Any]:
    """What the page shows of a fake. Instants are seconds from the fake's start. What is empty is left out.

    `lanes` are the resources, each with its phases; a row of `rows` is one request, or several equal reads, and `lane`
    says whose; `jumps` are the stretches of time in which no request came.
    """
    exchanges = [one for one in exchanges if one.seq > seen.exchanges]
    rows = folded(exchanges, apart)
    first, last = rows[: MOST_ROWS // 4], rows[MOST_ROWS // 4 :][-(MOST_ROWS - MOST_ROWS // 4) :]
    kept = [*first, *last]
    lanes = Lanes(changes, seen.changes, started_at_s, exchanges)
    drawn = [_row(row, lanes, started_at_s) for row in kept]
    count = exchanges[-1].seq - seen.exchanges if exchanges else 0
    from_s = 0.0
    if seen != NOTHING:
        instants = [*(one.at_s for one in exchanges[:1]), *(one.at_s for one in changes[seen.changes :][:1]), now_s]
        from_s = _offset(min(instants), started_at_s)
    planned, stuck = (_listed(some, lanes, started_at_s) for some in (due, stalled))
    return _without_empty(
        {
            "name": name,
            "edition": edition,
            "started": iso(started_at_s),
            "from": from_s or None,
            "to": _offset(now_s, started_at_s),
            "requests": count,
            "left_out": count - sum(row.times for row in kept) or None,
            "lanes": lanes.data(),
            "lanes_left_out": lanes.left_out or None,
            "rows": drawn,
            "jumps": _jumps(rows, started_at_s, from_s, now_s),
            "remarks": [
                [_offset(one.at_s, started_at_s), one.seq, _cut(one.text)]
                for one in _first_and_last([one for one in remarks if one.seq >= seen.exchanges])
            ],
            "due": planned,
            "stalled": stuck,
        }
    )


def _first_and_last(notes: list[Note]) -> list[Note]:
    return notes if len(notes) <= MOST_NOTES else [*notes[: MOST_NOTES // 2], *notes[-MOST_NOTES // 2 :]]


def _row(row: Row, lanes: Lanes, started_at_s: float) -> dict[str, Any]:
    one, last = row.first, row.last
    said = one.reply.json
    status = said.get("status") if isinstance(said, dict) else None
    error = said.get("error") if isinstance(said, dict) and one.reply.status >= 400 else None
    arrival = one.arrival
    return _without_empty(
        {
            "seq": one.seq,
            "at": _offset(one.at_s, started_at_s),
            **({} if row.times == 1 else {
                "times": row.times, "last": last.seq, "until": _offset(last.at_s, started_at_s), "every": row.every_s,
            }),
            "lane": lanes.of_exchange(one),
            "operation": one.operation,
            "call": f"{one.method} {_cut(one.path)}",
            "status": one.status,
            "shows": status if isinstance(status, str) else None,
            "arrival": "" if arrival.how is How.WHOLE else str(arrival.how),
            "after_s": round((arrival.at_s or one.at_s) - one.at_s, 6) or None,
            "arrived_bytes": arrival.size_bytes or None,
            "fault": "" if one.rule is None else _cut(str(one.rule.effect)),
            "error": "" if error is None else _cut(str(error)),
            "note": _cut(one.note or ""),
            "mistake": _cut(one.problem or ""),
            "sent_bytes": one.request.size_bytes or None,
            "headers": [[name, _cut(value)] for name, value in one.request.shown],
            "retry_after": dict(one.reply.headers).get("Retry-After"),
            "body": _cut(one.reply.body.decode("utf-8", "replace")),
            "thread": "" if one.request.thread == "MainThread" else _cut(one.request.thread),
        }
    )  # fmt: skip


def _jumps(rows: Sequence[Row], started_at_s: float, from_s: float, now_s: float) -> list[list[float]]:
    """The longest stretches without a request, in order. Those between equal reads are told with their row."""
    ends = sorted((row.first.at_s, row.last.at_s) for row in rows)
    offsets = [(_offset(first, started_at_s), _offset(last, started_at_s)) for first, last in ends]
    now = _offset(now_s, started_at_s)
    gaps, reached = [], from_s
    for first, last in [*offsets, (now, now)]:
        if first > reached:
            gaps.append([reached, first])
        reached = max(reached, last)
    longest = sorted(gaps, key=lambda gap: gap[0] - gap[1])[:MOST_JUMPS]
    return sorted(longest)


def _listed(some: Sequence[Due], lanes: Lanes, started_at_s: float) -> list[list[Any]]:
    return [
        [_offset(at_s, started_at_s), lanes.of_subject(subject), activity]
        for at_s, subject, activity in some[:MOST_LISTED]
    ]


def _offset(at_s: float, started_at_s: float) -> float:
    return round(at_s - started_at_s, 6)


def _cut(text: str) -> str:
    return text if len(text) <= MOST_CHARACTERS else f"{text[:MOST_CHARACTERS]}… ({len(text)} characters)"


def _without_empty(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value not in (None, "", [])}
