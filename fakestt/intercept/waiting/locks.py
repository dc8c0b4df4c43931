"""The lock that is made in place of a real one while time is virtual: to wait for it is a virtual wait.

Condition, Event, Semaphore, Barrier, Queue and Future are all built on such locks, so nothing of them is replaced: not
for a poller that waits in `Event.wait`, a producer and a consumer, or APScheduler. The lock keeps a real one within, so
that it is as good as that for threads that don't take part, and after virtual time is over.
"""

from __future__ import annotations

import _thread
import queue
import sys
import threading
from _thread import allocate_lock
from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from fakestt.intercept.waiting.outside import waits_for_processes
from fakestt.intercept.waiting.stage import STAGE
from fakestt.intercept.waiting.waiting import Waiting
from fakestt.intercept.waiting.waits import Reason, Wait
from fakestt.intercept.waiting.whose import BETWEEN, asks, asks_for_real, is_kept_real

__all__ = ["Lock", "LockType", "SimpleQueue", "rlock"]

_PATIENCE_S = 1.0  # real


class Lock:
    """What `threading.Lock()` makes inside."""

    __slots__ = ("__weakref__", "inner", "is_quiet", "waits")

    def __init__(self) -> None:
        self.inner: _thread.LockType = allocate_lock()
        self.is_quiet: bool = False  # it is let go without a word, by `with`: who waits for it must look
        self.waits: deque[Wait] = deque()

    def acquire(self, blocking: bool = True, timeout: float = -1) -> bool:
        """As the real one; the time-out is virtual for those who take part."""
        __tracebackhide__ = True
        if not blocking:
            # The real one objects to a time-out here, in its own words.
            return self.inner.acquire(blocking, timeout)
        if self.inner.acquire(False):
            return True
        waiting = STAGE.waiting
        if waiting is None or (timeout < 0 and timeout != -1):
            STAGE.note_real_wait(timeout)
            return self.inner.acquire(blocking, timeout)
        who = waiting.waiter()
        if who is None:
            if waiting.turns.moves_here() and not asks_for_real():
                return self._acquire_in_callback(waiting, timeout)
            return self.inner.acquire(blocking, timeout)
        if timeout > 0 and waiting.hands.absorbs(timeout):
            return False
        what, real = _asked()
        if real:
            return self.inner.acquire(blocking, timeout)
        wait = waiting.timed(who, what, None if timeout == -1 else timeout, lock=self)
        rest_s = waiting.wait_s(wait)
        if wait.reason is not Reason.EXIT:
            return wait.reason is Reason.EVENT
        return self.inner.acquire(True, -1 if rest_s is None else rest_s)

    def _acquire_in_callback(self, waiting: Waiting, timeout: float) -> bool:
        __tracebackhide__ = True
        # Somebody who takes no part may have it for a moment.
        if timeout == -1 and self.inner.acquire(True, _PATIENCE_S):
            return True
        waiting.wait_in_callback(_asked()[0], None if timeout == -1 else timeout)
        return self.inner.acquire(False)

    def release(self) -> None:
        """As the real one."""
        self.inner.release()
        if self.waits:
            waiting = STAGE.waiting
            if waiting is not None:
                waiting.turns.freed(self)

    def locked(self) -> bool:
        """As the real one."""
        return self.inner.locked()

    # As the real one does, `with` takes it and lets it go in C: no handler of a signal can come between.

    @property
    def __enter__(self) -> Callable[[], bool]:
        self.is_quiet = True
        return self.acquire if self.inner.locked() else self.inner.__enter__

    @property
    def __exit__(self) -> Callable[..., None]:
        return self.inner.__exit__

    def __repr__(self) -> str:
        return f"<{'locked' if self.locked() else 'unlocked'} lock of virtual time at {id(self):#x}>"

    def _at_fork_reinit(self) -> None:
        self.inner = allocate_lock()
        self.waits = deque()

    acquire_lock: Callable[..., bool] = acquire
    release_lock = release
    locked_lock = locked


class LockType(Lock):
    """The same in the place of `threading.Lock` where that is a class, from Python 3.13 on."""

    __slots__ = ()


def rlock() -> Any:
    """What `threading.RLock()` makes inside: Python's own, of a Lock. Those that keep real time get the real one.

    So does trio, which insists on it.
    """
    module = asks(sys._getframe(1))
    is_real = is_kept_real(module) or (module or "").startswith("trio.")
    return _thread.RLock() if is_real else threading._PyRLock()  # type: ignore[attr-defined]  # in no stub


_RealSimpleQueue = queue.SimpleQueue
if TYPE_CHECKING:
    _PySimpleQueue = queue.SimpleQueue
else:
    _PySimpleQueue = queue._PySimpleQueue  # in no stub


class SimpleQueue(_PySimpleQueue[Any]):
    """What `queue.SimpleQueue()` makes inside: Python's own, of locks.

    Executors get the real one: their workers take part during a job alone. So do those that keep real time.
    """

    def __new__(cls) -> Any:
        """Make one."""
        is_executors = sys._getframe(1).f_globals.get("__name__") in BETWEEN
        return _RealSimpleQueue() if is_executors or asks_for_real() else object.__new__(cls)


def _asked() -> tuple[str, bool]:
    """What is waited for, as the caller wrote it, and whether it is waited for really: by test tools, for processes."""
    frame: Any = sys._getframe(2)  # Any: None at the end, which a wait never reaches
    what = "a lock"
    of_futures = False
    while frame.f_back is not None and frame.f_globals.get("__name__") in BETWEEN:
        if frame.f_code.co_name not in ("__enter__", "_acquire_restore"):
            owner = frame.f_locals.get("self")
            what = f"{type(owner).__name__}.{frame.f_code.co_name}" if owner is not None else frame.f_code.co_name
        of_futures = of_futures or frame.f_globals.get("__name__") == "concurrent.futures._base"
        frame = frame.f_back
    return what, is_kept_real(frame.f_globals.get("__name__")) or (of_futures and waits_for_processes())
