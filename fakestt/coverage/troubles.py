"""Which trouble a fault's effect is to a client, and which troubles an operation can meet."""

from __future__ import annotations

from collections.abc import Mapping

from fakestt.contract.operation import Operation
from fakestt.coverage.items import Trouble
from fakestt.faults import effects
from fakestt.faults.effects import Effect

__all__ = ["TROUBLES", "trouble_of", "troubles_on"]

LOST = (Trouble.LOST_REQUEST, Trouble.LOST_REPLY)

# Where an effect has two, the second is that of work that was done.
# fmt: off
TROUBLES: Mapping[str, tuple[Trouble, ...]] = {
    "drip":          (Trouble.LATE,),
    "fail":          (Trouble.ERROR,),
    "garble":        (Trouble.BROKEN,),
    "html":          (Trouble.ERROR,),
    "interrupt":     (Trouble.INTERRUPT,),
    "lose_reply":    LOST,
    "lose_request":  LOST,
    "ok":            (),
    "reset":         LOST,
    "slow":          (Trouble.LATE,),
    "stale":         (Trouble.OLD,),
    "truncate":      (Trouble.BROKEN,),
    "truncate_head": (Trouble.BROKEN,),
}
# fmt: on


def is_read(operation: Operation) -> bool:
    """Whether a request for it changes nothing. Then it is all one to the client whether the work was done."""
    return operation.method == "GET"


def trouble_of(effect: Effect, operation: Operation) -> Trouble | None:
    """What a client has met that this effect hit; None if nothing happened to it."""
    rows = TROUBLES.get(effect.spelled.partition("(")[0], ())
    return rows[-1 if effect.commits or is_read(operation) else 0] if rows else None


def troubles_on(operation: Operation) -> list[Trouble]:
    """Those that count for an operation, the most telling first.

    An interrupt does not: it is for clients in this process alone.
    """
    there = {trouble for name in effects.__all__ for trouble in TROUBLES.get(name, ())}
    there -= {Trouble.INTERRUPT, Trouble.LOST_REQUEST if is_read(operation) else Trouble.OLD}
    return [trouble for trouble in Trouble if trouble in there]
