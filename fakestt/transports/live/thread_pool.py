"""A pool of threads in which one thread, the leader, does most of the work.

The leader looks for tasks and runs them itself. Most tasks are short: handing each to another thread would gain nothing
and cost two switches of threads. A second thread, the watcher, sleeps beside the leader. It becomes the leader when a
task is not over after a few milliseconds; then another thread becomes the watcher. So a slow task delays the others by
milliseconds only.

A task that must wait for a client steps aside first. Its thread does not count any more, so however many clients stall,
there is always a thread that leads.
"""

from __future__ import annotations

import threading
from _thread import allocate_lock  # the interpreter's own, whatever a virtual clock has put into `threading`
from collections.abc import Callable

from fakestt.transports.live.real_time import monotonic

__all__ = ["ThreadPool", "WorkerThread"]

_TICK_S = 0.004
_TICKS_UNTIL_SLEEP = 50


class WorkerThread(threading.Thread):
    """A thread of a server. It waits for sockets in real time: a virtual clock must not count it among the test's."""


class ThreadPool:
    """Threads, started when they are needed.

    Args:
        target: what the leader does: look for tasks, and `run` each. It returns when `run` has said that another thread
            leads, or when `stopping` is set.
        most_threads: how many threads there are at most, beside those that have stepped aside. One of them watches, so
            all others may be in slow tasks.
    """

    def __init__(self, target: Callable[[], None], most_threads: int) -> None:
        self.stopping: bool = False
        self._target = target
        self._most_threads = most_threads
        self._lock = allocate_lock()  # guards all that follows
        self._threads: set[WorkerThread] = set()
        self._aside: set[threading.Thread] = set()  # those whose tasks wait for clients
        self._leader: threading.Thread | None = None
        self._watcher: threading.Thread | None = None
        self._in_task = False  # the leader runs a task
        self._tasks_begun = 0
        self._watcher_sleeps = False  # until the bell rings
        self._bell = allocate_lock()  # held, but for the moment it rings
        self._bell.acquire()

    def start(self) -> None:
        """Start the first thread, unless there is one."""
        with self._lock:
            if not self._threads:
                self._new_thread()

    def run(self, task: Callable[[], None]) -> bool:
        """Run a task, which must not raise, as the leader. False: another thread has become the leader meanwhile."""
        me = threading.current_thread()
        with self._lock:
            self._tasks_begun += 1
            self._in_task = True
            if self._watcher_sleeps:
                self._ring()
            if self._watcher is None:
                self._watcher = self._new_thread()
        task()
        with self._lock:
            self._aside.discard(me)
            if self._leader is None:
                self._leader = me
            leads = self._leader is me
            if leads:
                self._in_task = False
        return leads

    def step_aside(self) -> bool:
        """Let another thread lead until the task of this one ends. False: there is none, so the task must not wait."""
        me = threading.current_thread()
        with self._lock:
            self._aside.add(me)
            if self._leader is me:
                if self._watcher is None and self._new_thread() is None:
                    return False
                self._leader = None
                self._ring()
        return True

    def stop(self) -> bool:
        """Have each thread end as soon as its task is over. False: that was said before."""
        with self._lock:
            before, self.stopping = self.stopping, True
            self._ring()
        return not before

    def join(self, patience_s: float) -> None:
        """Wait until all threads have ended."""
        give_up_s = monotonic() + patience_s
        for thread in list(self._threads):
            thread.join(max(0.0, give_up_s - monotonic()))

    def _new_thread(self) -> WorkerThread | None:
        """Start a thread, if there may be one more. With the lock held: nobody joins one that was not started."""
        if self.stopping or len(self._threads) - len(self._aside) >= self._most_threads:
            return None
        thread = WorkerThread(target=self._work, name="fakestt-server", daemon=True)
        try:
            thread.start()
        except RuntimeError:  # the system has no more
            return None
        self._threads.add(thread)
        return thread

    def _work(self) -> None:
        me = threading.current_thread()
        assert isinstance(me, WorkerThread)
        while self._becomes_leader(me):
            self._target()
        with self._lock:
            self._threads.discard(me)
            if self._leader is me:
                self._leader = None

    def _becomes_leader(self, me: WorkerThread) -> bool:
        """Wait until this thread is the leader. False: it is not needed any more."""
        with self._lock:
            if self.stopping:
                return False
            if self._leader is None:
                self._leader, self._in_task = me, False
                if self._watcher is me:
                    self._watcher = None
                return True
            if self._watcher not in (None, me):
                return False
            self._watcher = me
        return self._watch(me)

    def _watch(self, me: WorkerThread) -> bool:
        """Wait until there is no leader, or until it has been in one task for a tick; then lead. False: all is over."""
        seen, quiet_ticks = -1, 0
        while True:
            self._bell.acquire(timeout=-1 if self._watcher_sleeps else _TICK_S)
            with self._lock:
                if self.stopping:
                    self._ring()  # for nobody, or for one that comes
                    return False
                if self._leader is None or (self._in_task and self._tasks_begun == seen):
                    self._leader, self._watcher, self._in_task = me, None, False
                    return True
                quiet_ticks = quiet_ticks + 1 if self._tasks_begun == seen else 0
                seen = self._tasks_begun
                self._watcher_sleeps = quiet_ticks >= _TICKS_UNTIL_SLEEP and not self._in_task

    def _ring(self) -> None:
        """Wake the watcher. With the lock held."""
        self._watcher_sleeps = False
        if self._bell.locked():
            self._bell.release()
