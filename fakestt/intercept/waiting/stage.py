"""Whether time is virtual now: the one place where the functions that are put in other libraries look."""

from __future__ import annotations

import os
from collections.abc import Callable

from fakestt.intercept.waiting.real import REAL
from fakestt.intercept.waiting.sockets import SocketPatches
from fakestt.intercept.waiting.waiting import Waiting

__all__ = ["STAGE", "ahead_s"]


class _Stage:
    """One in a process, because the modules that are changed are."""

    def __init__(self) -> None:
        self.waiting: Waiting | None = None
        self.sockets: SocketPatches | None = None  # as long as that
        self.monotonic_us = 0  # what the monotonic clock shows at the entry
        self.perf_counter_us = 0
        # By how many seconds the clock for time-outs is ahead in a thread, by its ident: one that began a wait with a
        # time-out when its time was the other one, virtual or real, looks at that clock again when it has been woken.
        self.ahead_s: dict[int, float] = {}
        # What undoes a patch, returning whether it could: somebody else had replaced ours when virtual time was over.
        self.late: list[Callable[[], bool]] = []

    def forget(self) -> None:
        """In a child process time is real: the threads that would have to take part are not there."""
        self.waiting = None


STAGE = _Stage()


def ahead_s(waiting: Waiting) -> float:
    """How many seconds the monotonic clock of virtual time is ahead of the real one."""
    virtual_s = (STAGE.monotonic_us + waiting.hands.now_us()) / 1e6
    return float(virtual_s - REAL["monotonic"]())


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=STAGE.forget)
