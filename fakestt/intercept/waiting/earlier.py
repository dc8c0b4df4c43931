"""A thread that was started before the test takes part from when one that does has woken it.

Many clients keep a worker thread, or a thread with an event loop, for as long as the process lives (a queue of uploads
at module level; a session of requests-futures). The first test that needs it starts it; for all others it is there
already, and they must not fare differently. Until it is woken such a thread lives in real time, and so does one that
only ever wakes by itself.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from concurrent.futures import thread as executors
from itertools import islice
from typing import Any

from fakestt.intercept.waiting.stage import STAGE, ahead_s
from fakestt.intercept.waiting.waiting import Waiting
from fakestt.intercept.waiting.waits import Participant
from fakestt.intercept.waiting.whose import asks_for_real, is_kept_real

__all__ = ["EarlierThreads"]

Thread: Any = threading.Thread  # Any: what is replaced is private, and in no stub


class EarlierThreads:
    """The methods that are put into `Condition` and `Thread`, for one virtual time.

    Event, Queue, Semaphore, Barrier and Future wake their threads by a Condition.

    Args:
        joined: told of each thread that takes part now, or no more, for those who wait for its end.
    """

    def __init__(self, waiting: Waiting, joined: Callable[[threading.Thread, Participant | None], None]) -> None:
        self._waiting = waiting
        self._joined = joined
        self._adopted: dict[int, Participant] = {}  # by the ident of its thread
        self.table: tuple[tuple[type, str, Callable[..., Any]], ...] = (
            (threading.Condition, "notify", self._notify(threading.Condition.notify)),
            (Thread, "_delete", self._delete(Thread._delete)),
        )

    def adopt(self, ident: int, wake: Callable[[], object] | None = None) -> bool:
        """One that takes part is about to wake the thread of this ident. Return whether that takes part from now on."""
        thread = threading._active.get(ident)  # type: ignore[attr-defined]  # a method would ask for the present thread
        if thread is None or isinstance(thread, threading._DummyThread) or keeps_real_time(thread):
            return False
        job = None
        if getattr(thread, "_target", None) is executors._worker:
            job = _job_of(sys._current_frames().get(ident))
            if job is None:
                return False  # an idle worker: its next job takes part by itself
        who = self._waiting.adopt(ident, thread.name, wake)
        if who is not None:
            if wake is None:
                STAGE.ahead_s[ident] = STAGE.ahead_s.get(ident, 0.0) - ahead_s(self._waiting)
            self._adopted[ident] = who
            self._joined(thread, who)
            if job is not None:
                job.add_done_callback(lambda _: self._is_over(thread))  # the worker waits in a SimpleQueue then
        return who is not None

    def _notify(self, real: Callable[..., None]) -> Callable[..., None]:
        def notify(condition: Any, n: int = 1) -> None:
            waiting = self._waiting
            if condition._waiters and STAGE.waiting is waiting and waiting.may_wake() and not asks_for_real():
                # Those that take part wait for a lock of ours, and are known to it.
                unknown = [lock for lock in islice(condition._waiters, n) if not getattr(lock, "waits", None)]
                waiters = self._who_wait_for(unknown) if unknown else []
                # One with a time-out may wake by itself before its turn: it runs at once.
                adopted = [
                    lock
                    for ident, lock, is_patient in waiters
                    if self.adopt(ident, lock.release if is_patient else None) and is_patient
                ]
                for lock in adopted:
                    condition._waiters.remove(lock)
                n -= len(adopted)
            real(condition, n)

        return notify

    def _is_over(self, thread: threading.Thread) -> None:
        """Its job, for a worker of an executor."""
        who = self._adopted.pop(thread.ident or 0, None)
        if who is not None:
            self._joined(thread, None)
            self._waiting.leave(who)

    def _who_wait_for(self, locks: list[Any]) -> list[tuple[int, Any, bool]]:
        """The threads that wait for one of these in `Condition.wait`, for which, and whether without a time-out.

        In the order in which they will be woken.
        """
        places = {id(lock): place for place, lock in enumerate(locks)}
        frames = [(ident, _waiting_frame(frame)) for ident, frame in sys._current_frames().items()]
        known = [(ident, frame.f_locals) for ident, frame in frames if frame is not None]
        found = [
            (places[id(its.get("waiter"))], ident, its.get("timeout") is None)
            for ident, its in known
            if id(its.get("waiter")) in places and not self._waiting.takes_part(ident)
        ]
        return [(ident, locks[place], is_patient) for place, ident, is_patient in sorted(found)]

    def _delete(self, real: Callable[..., None]) -> Callable[..., None]:
        def delete(thread: Any) -> None:
            who = self._adopted.pop(thread.ident, None)
            real(thread)
            if who is not None:
                self._waiting.leave(who)

        return delete


def _waiting_frame(frame: Any) -> Any:
    """The frame of `Condition.wait` that a thread is in, or None."""
    for _ in range(_DEPTH):
        if frame is None or frame.f_code is _WAIT:
            return frame
        frame = frame.f_back
    return None


def _job_of(frame: Any) -> Any:
    """The future of what a worker of an executor does, or None."""
    while frame is not None and frame.f_code is not _RUN:
        frame = frame.f_back
    return None if frame is None else getattr(frame.f_locals.get("self"), "future", None)


_RUN = executors._WorkItem.run.__code__
_WAIT = threading.Condition.wait.__code__
_DEPTH = 8  # and in it a lock of the virtual time before, which it may be about to leave


def keeps_real_time(thread: threading.Thread) -> bool:
    """Whether it is one of, or by, test tools and servers. (Workers of executors take part during a job.)"""
    target = getattr(thread, "_target", None) or getattr(thread, "function", None)  # a Timer's
    function = getattr(target, "__func__", target)
    return is_kept_real(type(thread).__module__) or is_kept_real(getattr(function, "__module__", None))
