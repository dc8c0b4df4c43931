"""Threads that take turns at one job, so that most of what it meets needs no switch of threads.

One of them, the leader, is at the job and runs the tasks that it meets there: where they are short, nothing is gained
by handing each to another thread, and two switches are lost. Beside it sleeps a second one, the watcher. It takes the
lead when a task is not over after a few milliseconds, or at once when a task is about to wait, and another thread
becomes the watcher. So a slow task delays others by milliseconds.
"""

from __future__ import annotations

import threading
from _thread import allocate_lock  # the interpreter's own, whatever a virtual clock has put into `threading`
from collections.abc import Callable

from fakestt.transports.live.real_time import monotonic

__all__ = ["Crew", "WorkerThread"]

_TICK_S = 0.004
_TICKS_UNTIL_SLEEP = 50


class WorkerThread(threading.Thread):
    """A thread of a server. It waits for sockets in real time: a virtual clock must not count it among the test's."""


class Crew:
    """Threads, started when they are needed.

    Args:
        lead: the job. It returns when `run` has said that another thread leads, or when `stopping` is set.
        most_threads: so many tasks, less one, may be slow at once.
    """

    def __init__(self, lead: Callable[[], None], most_threads: int) -> None:
        self.stopping = False
        self._lead = lead
        self._most_threads = most_threads
        self._lock = allocate_lock()  # guards all that follows
        self._threads: set[WorkerThread] = set()
        self._leader: threading.Thread | None = None
        self._watcher: threading.Thread | None = None
        self._busy = False  # the leader runs a task
        self._turn = 0  # how many tasks were begun
        self._sleeps = False  # the watcher sleeps until the bell rings
        self._bell = allocate_lock()  # held, but for the moment it rings
        self._bell.acquire()

    def muster(self) -> None:
        """Have somebody lead."""
        with self._lock:
            if not self._threads:
                self._new_thread()

    def run(self, task: Callable[[], None]) -> bool:
        """Run a task, which must not raise, as the leader. False: meanwhile another thread has taken the lead."""
        me = threading.current_thread()
        with self._lock:
            self._turn += 1
            self._busy = True
            if self._sleeps:
                self._ring()
            if self._watcher is None:
                self._watcher = self._new_thread()
        task()
        with self._lock:
            if self._leader is None:
                self._leader = me
            leads = self._leader is me
            if leads:
                self._busy = False
        return leads

    def step_down(self) -> None:
        """The task of this thread is about to wait: somebody else may lead meanwhile."""
        with self._lock:
            if self._leader is threading.current_thread() and self._watcher is not None:
                self._leader = None
                self._ring()

    def stop(self) -> bool:
        """Have all threads end as soon as they have finished what they are at. False: that was said before."""
        with self._lock:
            before, self.stopping = self.stopping, True
            self._ring()
        return not before

    def join(self, patience_s: float) -> None:
        """Wait until they have ended."""
        give_up_s = monotonic() + patience_s
        for thread in list(self._threads):
            thread.join(max(0.0, give_up_s - monotonic()))

    def _new_thread(self) -> WorkerThread | None:
        """Start a thread, if there may be one more. With the lock held: nobody joins one that was not started."""
        if self.stopping or len(self._threads) >= self._most_threads:
            return None
        thread = WorkerThread(target=self._work, name="fakestt-server", daemon=True)
        self._threads.add(thread)
        thread.start()
        return thread

    def _work(self) -> None:
        me = threading.current_thread()
        assert isinstance(me, WorkerThread)
        while self._leads(me):
            self._lead()
        with self._lock:
            self._threads.discard(me)
            if self._leader is me:
                self._leader = None

    def _leads(self, me: WorkerThread) -> bool:
        """Wait until this thread leads. False: it is not needed any more."""
        with self._lock:
            if self.stopping:
                return False
            if self._leader is None:
                self._leader, self._busy = me, False
                if self._watcher is me:
                    self._watcher = None
                return True
            if self._watcher not in (None, me):
                return False
            self._watcher = me
        return self._takes_over(me)

    def _takes_over(self, me: WorkerThread) -> bool:
        """Watch, until the lead is free or its holder has been in one task for a tick. False: all is over."""
        seen, quiet_ticks = -1, 0
        while True:
            self._bell.acquire(timeout=-1 if self._sleeps else _TICK_S)
            with self._lock:
                if self.stopping:
                    self._ring()  # for nobody, or for one that comes
                    return False
                if self._leader is None or (self._busy and self._turn == seen):
                    self._leader, self._watcher, self._busy = me, None, False
                    return True
                quiet_ticks = quiet_ticks + 1 if self._turn == seen else 0
                seen = self._turn
                self._sleeps = quiet_ticks >= _TICKS_UNTIL_SLEEP and not self._busy

    def _ring(self) -> None:
        """Wake the watcher. With the lock held."""
        self._sleeps = False
        if self._bell.locked():
            self._bell.release()
