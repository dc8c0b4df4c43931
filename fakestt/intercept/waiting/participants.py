"""Those who take part in virtual time, and their waits."""

from __future__ import annotations

from _thread import allocate_lock
from collections.abc import Callable
from enum import Enum
from typing import Any

__all__ = ["Participant", "Reason", "Wait", "is_idle", "order"]


class Reason(Enum):
    """Why a wait is over."""

    TIME = "its deadline has come"
    EVENT = "what it waited for has happened"
    EXIT = "virtual time is over; what is left is waited really"


class Participant:
    """A thread, or a job of an executor, that takes part."""

    __slots__ = ("adopted", "aside", "first", "gate", "ident", "is_job", "joiners", "name", "number", "stamp", "wait")

    def __init__(self, number: int, name: str, *, is_job: bool = False) -> None:
        self.number = number
        self.name = name
        self.is_job = is_job  # of an executor
        self.ident = 0  # of the thread that it runs in, once it does
        self.adopted = False  # a thread from before
        self.stamp = 0  # when it was last woken, counted in wakings
        self.wait: Wait | None = None  # None while it runs
        self.first: Wait | None = None  # what one that was born waits for when it arrives
        self.aside = 0  # while not 0 its waits are real, and it counts as running
        self.gate = allocate_lock()  # let go when there is something to look at
        self.gate.acquire()
        self.joiners: list[Wait] | None = []  # None when it has left


class Wait:
    """One wait of one participant."""

    __slots__ = (
        "at_gate",
        "counted",
        "error",
        "exact",
        "granted",
        "holding",
        "lock",
        "peek",
        "reason",
        "until_us",
        "wake",
        "what",
        "who",
    )

    def __init__(
        self, who: Participant, what: str, *, until_us: int | None = None, exact: bool = False, counted: bool = True
    ) -> None:
        self.who = who
        self.what = what
        self.until_us = until_us
        self.exact = exact  # as long as it says, also under `next_event`
        self.counted = counted  # for the horizon; what the test's author orders is not
        self.holding = False  # the clock must not move: an answer from outside is on its way
        self.reason: Reason | None = None  # None while it is pending
        self.granted = False  # its thread has the turn
        self.error: BaseException | None = None
        self.lock: Any = None  # Any: of locks.Lock, which knows this module
        # For those that don't block at their gate:
        self.wake: Callable[[], object] | None = None
        self.at_gate = True  # but for a thread from before that waits really for its first turn
        self.peek: Callable[[], bool] | None = None  # whether the world outside has ended it


def is_idle(wait: Wait) -> bool:
    """Whether a thread from before waits for its next work, as it does between tests too: no error may end that."""
    return wait.who.adopted and (wait.until_us is None or wait.peek is not None)


def order(wait: Wait) -> tuple[float, int, int]:
    """The earliest first; of equals the one that was woken longest ago; of those the oldest."""
    return (float("inf") if wait.until_us is None else wait.until_us, wait.who.stamp, wait.who.number)
