"""Those who take part in virtual time, and their waits."""

from __future__ import annotations

from _thread import LockType, allocate_lock
from collections.abc import Callable
from enum import Enum
from typing import Any

__all__ = ["Participant", "Reason", "Wait"]


class Reason(Enum):
    """Why a wait is over."""

    TIME = "its deadline has come"
    EVENT = "what it waited for has happened"
    EXIT = "virtual time is over; what is left is waited really"


class Participant:
    """A thread that takes part, or a thread during a job of an executor."""

    __slots__ = (
        "adopted",
        "aside",
        "asked_in",
        "first",
        "gate",
        "ident",
        "is_job",
        "joiners",
        "name",
        "number",
        "stamp",
        "wait",
    )

    def __init__(self, number: int, name: str, *, is_job: bool = False) -> None:
        self.number: int = number
        self.name: str = name
        self.is_job: bool = is_job
        self.ident: int = 0  # of its thread; 0 until that is there
        self.adopted: bool = False  # its thread was started before virtual time
        self.stamp: int = 0  # when it last got its turn, counted in turns
        self.wait: Wait | None = None  # None while it runs
        self.first: Wait | None = None  # a new thread waits for its first turn
        self.asked_in: int = 0  # the row of equal reads in which it has made a request
        self.aside: int = 0  # while it is not 0, waits of the thread are real, and it counts as running
        self.gate: LockType = allocate_lock()  # the thread blocks here until it gets its turn
        self.gate.acquire()
        self.joiners: list[Wait] | None = []  # waits for its end; None when it has left


class Wait:
    """One wait of one participant.

    Args:
        what: as the client wrote it, for messages: `sleep(60)`.
        until_us: the deadline; None if there is none.
        exact: it lasts as long as it says, under `next_event` too.
        counted: its time counts for the horizon. What the test's author orders does not.
        lock: the lock that it waits for (of `locks`).
        other: the participant whose end it waits for.
        peek: whether the world outside has ended it.
        owed: whether an answer from outside is on its way, so that the clock must not move yet.
    """

    __slots__ = (
        "at_gate", "counted", "error", "exact", "granted", "lock", "other", "owed", "peek", "reason", "until_us",
        "wake", "what", "who",
    )  # fmt: skip

    def __init__(
        self,
        who: Participant,
        what: str,
        *,
        until_us: int | None = None,
        exact: bool = False,
        counted: bool = True,
        lock: Any = None,  # Any: of locks.Lock, which imports this module
        other: Participant | None = None,
        peek: Callable[[], bool] | None = None,
        owed: Callable[[], bool] | None = None,
    ) -> None:
        self.who: Participant = who
        self.what: str = what
        self.until_us: int | None = until_us
        self.exact: bool = exact
        self.counted: bool = counted
        self.lock: Any = lock
        self.other: Participant | None = other
        self.peek: Callable[[], bool] | None = peek
        self.owed: Callable[[], bool] | None = owed
        self.reason: Reason | None = None  # None while it is pending
        self.granted: bool = False  # its thread has the turn
        self.error: BaseException | None = None  # raised in the thread that waits
        # A thread from before blocks elsewhere until its first turn. Then this wakes it.
        self.wake: Callable[[], object] | None = None
        self.at_gate: bool = True

    def is_idle(self) -> bool:
        """Whether a thread from before waits for its next work, as it does between tests too: no error ends that."""
        return self.who.adopted and (self.until_us is None or self.peek is not None)

    def order(self) -> tuple[float, int, int]:
        """The earliest first; of equals the one whose turn is longest ago; of those the oldest."""
        return (float("inf") if self.until_us is None else self.until_us, self.who.stamp, self.who.number)
