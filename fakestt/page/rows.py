"""Exchanges as rows: equal reads are one row, for a client polls a hundred times before anything happens."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from fakestt.journal.record import Exchange

__all__ = ["Row", "folded"]

_READS = ("GET", "HEAD")


@dataclass(slots=True)
class Row:
    """One exchange, or several of which nothing but the instant differs.

    Attributes:
        every_s: the time from each to the next; None if it differs, or there is one exchange.
    """

    first: Exchange
    last: Exchange
    times: int = 1
    every_s: float | None = None

    def add(self, exchange: Exchange) -> None:
        """One more."""
        gap_s = round(exchange.at_s - self.last.at_s, 3)
        self.every_s = gap_s if self.times == 1 or self.every_s == gap_s else None
        self.last = exchange
        self.times += 1


def folded(exchanges: Iterable[Exchange], apart: int | None = None) -> list[Row]:
    """The rows, in the order of their first exchanges.

    Reads of two resources may take turns, so a read is compared with the read before it of the same target. Whatever
    changes something, or asks for a change, ends all rows. So does the request with the number `apart`.
    """
    rows: list[Row] = []
    open_rows: dict[str, Row] = {}
    for exchange in exchanges:
        is_read = exchange.method in _READS
        if exchange.changes or not is_read or exchange.seq == apart:
            open_rows.clear()
        row = open_rows.get(exchange.path)
        if row is not None and _is_same(row.last, exchange):
            row.add(exchange)
            continue
        rows.append(Row(exchange, exchange))
        if is_read:
            open_rows[exchange.path] = rows[-1]
    return rows


def _is_same(one: Exchange, other: Exchange) -> bool:
    return _told(one) == _told(other)


def _told(exchange: Exchange) -> tuple[object, ...]:
    arrival, rule = exchange.arrival, exchange.rule
    return (
        exchange.method,
        exchange.status,
        exchange.reply.body,
        arrival.how,
        None if rule is None else str(rule.effect),
        exchange.note,
        exchange.problem,
    )
