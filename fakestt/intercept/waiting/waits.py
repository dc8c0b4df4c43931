"""Those who take part in virtual time, and their waits."""

from __future__ import annotations

from _thread import LockType, allocate_lock
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

__all__ = ["Participant", "Reason", "Wait"]


class Reason(Enum):
    """Why a wait is over."""

    TIME = "its deadline has come"
    EVENT = "what it waited for has happened"
    EXIT = "virtual time is over; what is left is waited really"


def _shut() -> LockType:
    gate = allocate_lock()
    gate.acquire()
    return gate


@dataclass(eq=False, repr=False, slots=True)
class Participant:
    """A thread that takes part, or a thread during a job of an executor."""

    number: int
    name: str
    is_job: bool = False
    ident: int = 0  # of its thread; 0 until that is there
    adopted: bool = False  # its thread was started before virtual time
    stamp: int = 0  # when it last got its turn, counted in turns
    wait: Wait | None = None  # None while it runs
    first: Wait | None = None  # a new thread waits for its first turn
    asked_in: int = 0  # the row of equal reads in which it has made a request
    aside: int = 0  # while it is not 0, waits of the thread are real, and it counts as running
    gate: LockType = field(default_factory=_shut)  # the thread blocks here until it gets its turn
    joiners: list[Wait] | None = field(default_factory=list)  # waits for its end; None when it has left


@dataclass(eq=False, repr=False, slots=True, kw_only=True)
class Wait:
    """One wait of one participant."""

    who: Participant = field(kw_only=False)
    what: str = field(kw_only=False)  # as the client wrote it, for messages: `sleep(60)`
    until_us: int | None = None  # the deadline; None if there is none
    exact: bool = False  # it lasts as long as it says, under `next_event` too
    counted: bool = True  # its time counts for the horizon. What the test's author orders does not
    lock: Any = None  # the lock that it waits for. Any: of locks.Lock, which imports this module
    other: Participant | None = None  # whose end it waits for
    peek: Callable[[], bool] | None = None  # whether the world outside has ended it
    owed: Callable[[], bool] | None = None  # whether an answer from outside is on its way: the clock must not move yet
    reason: Reason | None = None  # None while it is pending
    granted: bool = False  # its thread has the turn
    error: BaseException | None = None  # raised in the thread that waits
    # A thread from before blocks elsewhere until its first turn. Then this wakes it.
    wake: Callable[[], object] | None = None
    at_gate: bool = True

    def is_idle(self) -> bool:
        """Whether a thread from before waits for its next work, as it does between tests too: no error ends that."""
        return self.who.adopted and (self.until_us is None or self.peek is not None)

    def order(self) -> tuple[float, int, int]:
        """The earliest first; of equals the one whose turn is longest ago; of those the oldest."""
        return (float("inf") if self.until_us is None else self.until_us, self.who.stamp, self.who.number)
