"""Threads from before the test take part from when one that does has woken them.

Many clients keep a worker thread, or a thread with an event loop, for as long as the process lives. The first test that
needs it starts it; for all others it is there already, and they must not fare differently. Until it is woken such a
thread lives in real time, and so does one that only ever wakes by itself.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from itertools import islice
from typing import Any

from fakestt.intercept.waiting.kept_real import asks_for_real, is_kept_real
from fakestt.intercept.waiting.participants import Participant
from fakestt.intercept.waiting.stage import STAGE
from fakestt.intercept.waiting.waiting import Waiting

__all__ = ["OlderThreads"]

Thread: Any = threading.Thread  # Any: what is replaced is private, and in no stub


class OlderThreads:
    """The methods that are put into `Condition` and `Thread`, for one virtual time.

    Event, Queue, Semaphore, Barrier and Future wake their threads by a Condition.

    Args:
        joined: told of each thread that takes part now, for those who wait for its end.
    """

    def __init__(self, waiting: Waiting, joined: Callable[[threading.Thread, Participant], None]) -> None:
        self._waiting = waiting
        self._joined = joined
        self._adopted: dict[int, Participant] = {}  # by the ident of its thread
        self.table: tuple[tuple[type, str, Callable[..., Any]], ...] = (
            (threading.Condition, "notify", self._notify(threading.Condition.notify)),
            (Thread, "_delete", self._delete(Thread._delete)),
        )

    def adopt(self, ident: int) -> bool:
        """One that takes part is about to wake the thread of this ident. Return whether that takes part from now on."""
        thread = threading._active.get(ident)  # type: ignore[attr-defined]  # a method would ask for the present thread
        if thread is None or isinstance(thread, threading._DummyThread) or keeps_real_time(thread):
            return False
        who = self._waiting.adopt(ident, thread.name)
        if who is not None:
            self._adopted[ident] = who
            self._joined(thread, who)
        return who is not None

    def _notify(self, real: Callable[..., None]) -> Callable[..., None]:
        def notify(condition: Any, n: int = 1) -> None:
            waiting = self._waiting
            if condition._waiters and STAGE.waiting is waiting and waiting.waiter() is not None and not asks_for_real():
                # Those that take part wait for a lock of ours, and are known to it.
                unknown = [lock for lock in islice(condition._waiters, n) if not getattr(lock, "waits", None)]
                if unknown:
                    for ident in self._who_wait_for(unknown):
                        self.adopt(ident)
            real(condition, n)

        return notify

    def _who_wait_for(self, locks: list[Any]) -> list[int]:
        """The threads that wait for one of these in `Condition.wait`."""
        found = []
        for ident, frame in sorted(sys._current_frames().items()):
            if self._waiting.takes_part(ident):
                continue
            top: Any = frame  # Any: or None
            for _ in range(_DEPTH):
                if top is None or top.f_code is _WAIT:
                    break
                top = top.f_back
            if top is not None and top.f_code is _WAIT and any(top.f_locals.get("waiter") is lock for lock in locks):
                found.append(ident)
        return found

    def _delete(self, real: Callable[..., None]) -> Callable[..., None]:
        def delete(thread: Any) -> None:
            who = self._adopted.pop(thread.ident, None)
            real(thread)
            if who is not None:
                self._waiting.leave(who)

        return delete


_WAIT = threading.Condition.wait.__code__
_DEPTH = 8  # and in it a lock of the virtual time before, which it may be about to leave


def keeps_real_time(thread: threading.Thread) -> bool:
    """Whether it is one of, or by, test tools and servers. (Workers of executors take part during a job.)"""
    target = getattr(thread, "_target", None) or getattr(thread, "function", None)  # a Timer's
    function = getattr(target, "__func__", target)
    return is_kept_real(type(thread).__module__) or is_kept_real(getattr(function, "__module__", None))
