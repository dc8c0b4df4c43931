"""Threads and the jobs of executors take part in virtual time: a poller beside the test, uploads in a pool.

Waiting for them is done through locks (see `locks`); what is left is when they begin and end, and `join`.
"""

from __future__ import annotations

import contextvars
import functools
import sys
import threading
import weakref
from _thread import allocate_lock
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import thread as executors
from typing import Any

from fakestt.intercept.waiting.clocks import Clocks
from fakestt.intercept.waiting.earlier import EarlierThreads, keeps_real_time
from fakestt.intercept.waiting.hands import ClientNeverStopped
from fakestt.intercept.waiting.stage import STAGE
from fakestt.intercept.waiting.waiting import Waiting
from fakestt.intercept.waiting.waits import Participant, Reason, Wait
from fakestt.intercept.waiting.whose import is_kept_real

__all__ = ["ThreadPatches", "name_of"]


class ThreadPatches:
    """The methods that are put into `Thread`, `ThreadPoolExecutor` and its work items, for one virtual time."""

    def __init__(self, waiting: Waiting) -> None:
        self._waiting = waiting
        self._threads: weakref.WeakKeyDictionary[threading.Thread, Participant] = weakref.WeakKeyDictionary()
        self._pools: weakref.WeakKeyDictionary[ThreadPoolExecutor, _Pool] = weakref.WeakKeyDictionary()
        self.earlier: EarlierThreads = EarlierThreads(waiting, self._set)
        self.table: tuple[tuple[type, str, Callable[..., Any]], ...] = (
            *self.earlier.table,
            (threading.Thread, "start", self._start(threading.Thread.start)),
            (threading.Thread, "join", self._join(threading.Thread.join)),
            (ThreadPoolExecutor, "submit", self._submit(ThreadPoolExecutor.submit)),
            (ThreadPoolExecutor, "shutdown", self._shutdown(ThreadPoolExecutor.shutdown)),
            (executors._WorkItem, "run", self._run(executors._WorkItem.run)),
        )

    def _set(self, thread: threading.Thread, who: Participant | None) -> None:
        if who is None:
            self._threads.pop(thread, None)
        else:
            self._threads[thread] = who

    def _start(self, real: Callable[..., None]) -> Callable[..., None]:
        def start(thread: threading.Thread) -> None:
            waiting = self._waiting
            if STAGE.waiting is not waiting or not waiting.may_wake():
                return real(thread)
            if not _takes_part(thread) or thread in self._threads:
                with waiting.aside():
                    return real(thread)
            who = self._threads[thread] = waiting.new(thread.name)
            run, own = thread.run, vars(thread).get("run")

            def arrive_and_run() -> None:
                _put_back(thread, own)
                try:
                    waiting.arrive(who)
                    run()
                except ClientNeverStopped:
                    # It is raised where the one that entered waits, or at the end: once is enough.
                    if not waiting.turns.ended_all:
                        raise
                finally:
                    waiting.leave(who)

            thread.run = arrive_and_run  # type: ignore[method-assign]
            try:
                waiting.born(who)
                # The new thread says that it has started before it takes part: a real wait, and a short one.
                with waiting.aside():
                    return real(thread)
            except BaseException:
                _put_back(thread, own)
                waiting.leave(who)
                raise

        return start

    def _join(self, real: Callable[..., None]) -> Callable[..., None]:
        def join(thread: threading.Thread, timeout: float | None = None) -> None:
            __tracebackhide__ = True
            waiting = self._waiting
            is_virtual = STAGE.waiting is waiting
            me, other = waiting.waiter() if is_virtual else None, self._threads.get(thread)
            if other is not None and other.joiners is not None and is_virtual and waiting.turns.moves_here():
                return waiting.wait_in_callback(f"Thread.join() for {other.name}", timeout)
            if me is None or other is None or other is me:
                with waiting.aside():
                    return real(thread, timeout)
            until_us = None if timeout is None else waiting.hands.until(max(timeout, 0))
            what = "Thread.join()" if timeout is None else f"Thread.join({timeout:g})"
            wait = Wait(me, f"{what} for {other.name}", until_us=until_us, other=other)
            rest_s = waiting.wait_s(wait)
            if wait.reason is Reason.TIME:
                return None
            with waiting.aside():
                # One that has left ends by itself, in no time.
                return real(thread, rest_s if wait.reason is Reason.EXIT else None)

        return join

    def _submit(self, real: Callable[..., Any]) -> Callable[..., Any]:
        def submit(pool: ThreadPoolExecutor, fn: Callable[..., Any], /, *args: Any, **options: Any) -> Any:
            waiting = self._waiting
            if STAGE.waiting is not waiting or not waiting.may_wake():
                return real(pool, fn, *args, **options)
            state = self._pools.get(pool)
            if state is None:
                state = self._pools[pool] = _Pool(waiting, pool)
            job = _Job(fn, state)
            try:
                state.add(job)
                with waiting.aside():
                    future: Future[Any] = real(pool, job, *args, **options)
            except BaseException:
                state.forget(job, void=True)
                raise
            # Cancelled, or the pool is broken: then nobody ever runs it.
            future.add_done_callback(lambda _: state.forget(job))
            return future

        return submit

    def _shutdown(self, real: Callable[..., None]) -> Callable[..., None]:
        def shutdown(pool: ThreadPoolExecutor, wait: bool = True, **options: Any) -> None:
            waiting = self._waiting
            me = waiting.waiter() if STAGE.waiting is waiting else None
            state = self._pools.get(pool)
            if wait and state is not None and state.jobs and waiting.turns.moves_here():
                waiting.wait_in_callback("ThreadPoolExecutor.shutdown()", None)
            if me is None or state is None:
                with waiting.aside():
                    return real(pool, wait, **options)
            with waiting.aside():
                real(pool, False, **options)
            if not wait:
                return None
            # The workers end when their jobs have: wait for those in virtual time, then for the workers really.
            while state.jobs:
                job = next(iter(state.jobs))
                if job.who is None:
                    break
                if waiting.wait(Wait(me, "ThreadPoolExecutor.shutdown()", other=job.who)) is Reason.EXIT:
                    break
            with waiting.aside():
                return real(pool, True, **options)

        return shutdown

    def _run(self, real: Callable[..., None]) -> Callable[..., None]:
        def run(item: Any, *args: Any) -> None:
            job = item.fn if hasattr(item, "fn") else item.task[0]
            if not isinstance(job, _Job) or STAGE.waiting is not self._waiting:
                return real(item, *args)
            if not job.pool.begin(job):
                return None
            who = job.who = job.who or self._waiting.new(f"job of {name_of(job.fn)}", is_job=True)
            try:
                self._waiting.arrive(who)
                # The result is set in here too: who waits for it is woken before the clock can move.
                return real(item, *args)
            finally:
                job.pool.done(job)
                self._waiting.leave(who)

        return run


class _Job:
    """What is submitted to an executor, in place of the function."""

    def __init__(self, fn: Callable[..., Any], pool: _Pool) -> None:
        self.fn = fn
        self.pool = pool
        self.who: Participant | None = None  # None until a worker is free for it
        self.has_begun = False
        self.is_void = False  # an exception has broken its submission off: it may lie in the executor's queue

    def __call__(self, *args: Any, **options: Any) -> Any:
        return self.fn(*args, **options)


class _Pool:
    """The jobs of one executor. A job takes part from when a worker is sure to take it, in the order of submission."""

    def __init__(self, waiting: Waiting, pool: ThreadPoolExecutor) -> None:
        self._waiting = waiting
        self._workers = pool._max_workers
        self._queued: deque[_Job] = deque()
        self._lock = allocate_lock()
        self.jobs: dict[_Job, None] = {}  # those that are not over, in order

    def add(self, job: _Job) -> None:
        with self._lock:
            self.jobs[job] = None
            self._queued.append(job)
            self._admit()

    def begin(self, job: _Job) -> bool:
        """A worker has it. Return whether it is to be done."""
        with self._lock:
            job.has_begun = True
            return not job.is_void

    def forget(self, job: _Job, *, void: bool = False) -> None:
        """It may never begin, and must not if it is void. If a worker has it, that will say when it is done."""
        self.done(job, unless_begun=True, void=void)

    def done(self, job: _Job, *, unless_begun: bool = False, void: bool = False) -> None:
        with self._lock:
            if unless_begun and job.has_begun:
                return
            job.is_void = void
            if self.jobs.pop(job, job) is job:
                return
            if job in self._queued:
                self._queued.remove(job)
            # Before the one that ends leaves, or the clock might move in between.
            self._admit()
        if job.who is not None:
            self._waiting.leave(job.who)

    def _admit(self) -> None:
        while self._queued and len(self.jobs) - len(self._queued) < self._workers:
            job = self._queued.popleft()
            job.who = self._waiting.new(f"job of {name_of(job.fn)}", is_job=True)
            self._waiting.born(job.who)


def name_of(fn: Any) -> str:
    """Under what name a reader knows a function."""
    while isinstance(fn, functools.partial):
        # asyncio.to_thread submits the `run` of a context, with the function for it.
        is_run = isinstance(getattr(fn.func, "__self__", None), contextvars.Context)
        fn = fn.args[0] if is_run and fn.args else fn.func
    if isinstance(getattr(fn, "__self__", None), Clocks):
        return str(fn.__name__)  # time.sleep, for the reader
    return str(getattr(fn, "__qualname__", type(fn).__qualname__))


def _put_back(thread: threading.Thread, own: Callable[[], None] | None) -> None:
    """Nearly always a thread has no `run` of its own, but its class's."""
    if own is None:
        vars(thread).pop("run", None)
    else:
        thread.run = own  # type: ignore[method-assign]


def _takes_part(thread: threading.Thread) -> bool:
    # Workers of executors do so during a job.
    if getattr(thread, "_target", None) is executors._worker:
        return False
    return not keeps_real_time(thread) and not is_kept_real(sys._getframe(2).f_globals.get("__name__"))
