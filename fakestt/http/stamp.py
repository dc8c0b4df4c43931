"""What the layer in front of the service puts on every answer: the numbers of the transaction, the time, its name."""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache
from typing import NamedTuple

from fakestt.contract.edition import Traits, TransactionIds
from fakestt.core.ids import seeded_hex

__all__ = ["Stamp", "is_sendable", "stamp"]


class Stamp(NamedTuple):
    """Of one answer. `transaction` is the gateway's own number. SDKs read it and the global one into exceptions."""

    transaction: str
    headers: tuple[tuple[str, str], ...]


def stamp(traits: Traits, transaction: str, now_s: float, own_id: str | None) -> Stamp:
    """The stamp of a transaction, made from a text that names it.

    Args:
        own_id: the client's own number, if it brought one; gateways hand it back. A line break in it would begin
            another header, so such a number is left out.

    Source: python-sdk issue 402 of 2018; the Assistant phone integration's docs, a 403 of 2021-05-13.
    """
    digits = seeded_hex(transaction, 32)
    if own_id is not None and not is_sendable(own_id):
        own_id = None
    date, server = _date(int(now_s)), ("Server", traits.server)
    if traits.transaction_ids is _OLD:
        number = f"gateway02-{int(digits[24:32], 16)}"
        global_id = ("X-Global-Transaction-Id", own_id or digits[:24])
        return Stamp(number, (global_id, ("X-DP-Watson-Tran-ID", number), date, server))
    number = _guid(digits)
    global_id = ("X-Global-Transaction-Id", own_id or _guid(digits[32:]))
    return Stamp(number, (global_id, ("X-DP-Watson-Tran-ID", number), ("X-Request-Id", number), date, server))


def is_sendable(text: str) -> bool:
    """Whether a header may have this value."""
    return text.isascii() and text.isprintable()


def _guid(digits: str) -> str:
    """A GUID of version 4, as the observed ones are. `uuid.UUID` takes longer than all the rest here."""
    return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-a{digits[17:20]}-{digits[20:32]}"


_OLD = TransactionIds.OLD
_FIRST_DAY = date(1970, 1, 1)
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def _date(at_s: int) -> tuple[str, str]:
    """The header: `Sat, 27 Oct 2018 09:15:02 GMT`, whatever the language of the computer (RFC 9110, 5.6.7)."""
    day, of_day = divmod(at_s, 86_400)
    return "Date", f"{_day(day)} {of_day // 3600:02d}:{of_day // 60 % 60:02d}:{of_day % 60:02d} GMT"


@lru_cache(maxsize=64)  # a poller asks all day, and its clock may jump by more than a second at each poll
def _day(day: int) -> str:
    at = _FIRST_DAY + timedelta(day)
    return f"{_DAYS[at.weekday()]}, {at.day:02d} {_MONTHS[at.month - 1]} {at.year:04d}"
