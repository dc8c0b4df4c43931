"""An exception at any step of any wait: that of a signal's handler, Ctrl-C, or one of ours. The next test is well."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import inspect
import os
import queue
import select
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from waiting_rig import BareWorld, bare, elapsed

from fakestt.intercept.client_time import ClientNeverStopped
from fakestt.intercept.waiting import locks, stage
from fakestt.intercept.waiting.real import REAL

pytestmark = [
    pytest.mark.filterwarnings("ignore:when the test's time ended:ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning"),
    pytest.mark.filterwarnings("ignore:coroutine .* was never awaited:RuntimeWarning"),
]

FOLDER = os.path.dirname(stage.__file__)


class Alarm(Exception):
    """Raised by the handler of a signal, as pytest-timeout's is."""


def _thread(work: Callable[..., Any], *args: Any) -> threading.Thread:
    thread = threading.Thread(target=work, args=args, daemon=True)
    thread.start()
    _STARTED.append(thread)
    return thread


_STARTED: list[threading.Thread] = []


def sleep() -> None:
    _thread(time.sleep, 0.3)
    time.sleep(0.6)


def join() -> None:
    _thread(time.sleep, 0.3).join()


def lock() -> None:
    one = threading.Lock()

    def hold() -> None:
        with one:
            time.sleep(0.3)

    thread = _thread(hold)
    time.sleep(0.1)
    with one:
        pass
    thread.join()


def condition() -> None:
    one = threading.Condition()
    with one:
        one.wait(0.3)


def things() -> None:
    one: queue.Queue[int] = queue.Queue()
    _thread(lambda: (time.sleep(0.3), one.put(1)))
    one.get(timeout=0.6)


def future() -> None:
    one: Future[int] = Future()
    _thread(lambda: (time.sleep(0.3), one.set_result(1)))
    one.result(0.6)


def shutdown() -> None:
    with ThreadPoolExecutor(1) as pool:
        pool.submit(time.sleep, 0.3)
        pool.submit(time.sleep, 0.3)


def send_late(sock: socket.socket) -> None:
    time.sleep(0.3)
    with contextlib.suppress(OSError):  # it was closed by what has broken the wait off
        sock.send(b"x")


def selecting() -> None:
    one, other = socket.socketpair()
    with one, other:
        _thread(send_late, other)
        select.select([one], [], [], 0.6)


def receiving() -> None:
    one, other = socket.socketpair()
    with one, other:
        _thread(send_late, other)
        one.recv(1)


def loop() -> None:
    async def main() -> None:
        await asyncio.gather(asyncio.sleep(0.3), asyncio.to_thread(time.sleep, 0.2))

    asyncio.run(main())


def trios() -> None:
    trio = pytest.importorskip("trio")

    async def main() -> None:
        with trio.move_on_after(0.3):
            await trio.to_thread.run_sync(time.sleep, 0.2)
            await trio.sleep(0.6)

    trio.run(main)


WAITS = (sleep, join, lock, condition, things, future, shutdown, selecting, receiving, loop)
QUICK = [wait for wait in WAITS if wait not in (shutdown, loop)]
LONG = [pytest.param(wait, marks=pytest.mark.slow) for wait in (shutdown, loop)]
ERRORS = (Alarm, KeyboardInterrupt, ClientNeverStopped)


def broken_off(wait: Callable[[], None], nth: int, error: type[BaseException]) -> float:
    """Raise at the nth point of our own code at which Python calls handlers of signals.

    Returns:
        How many seconds a sleep of 5 s has taken afterwards, in the same virtual time.
    """
    points = 0

    def profile(frame: Any, event: str, argument: object) -> None:
        nonlocal points
        file = frame.f_code.co_filename
        # A lock that is taken or let go at that very moment may be lost, as one within Python's own Condition may be.
        # And at a generator that goes on, Python lets a handler raise inside of it, which a profiler can't.
        is_point = event == "c_return" or (event == "call" and not frame.f_code.co_flags & inspect.CO_GENERATOR)
        if is_point and file.startswith(FOLDER) and file != locks.__file__:
            points += 1
            if points == nth:
                raise error

    before = sys.getprofile()
    gc.disable()  # what is called when garbage is collected may look at the clock, and is no wait
    with bare(patience_s=0.3) as (world, virtual):
        sys.setprofile(profile)
        try:
            # asyncio puts it into another, or takes it for an error of its own.
            with contextlib.suppress(BaseException):
                wait()
        finally:
            sys.setprofile(before)
            gc.enable()
        began_s = elapsed(world)
        time.sleep(5)
        virtual.take_error()  # of what is due: it may have come to another thread
        return elapsed(world) - began_s


def all_is_well() -> None:
    assert stage.STAGE.waiting is None
    assert time.sleep is REAL["sleep"]
    with bare(patience_s=5) as (world, _):
        told: queue.Queue[str] = queue.Queue()
        thread = _thread(lambda: (time.sleep(30), told.put("told")))
        assert told.get(timeout=60) == "told"
        asyncio.run(asyncio.sleep(30))
        thread.join()
        assert elapsed(world) == 60


@pytest.fixture(autouse=True)
def _no_remains() -> Iterator[None]:
    """What a broken test leaves open is closed within it, and not while another test runs."""
    yield
    while _STARTED:
        _STARTED.pop().join(10)
    gc.collect(1)  # what is older than the test would take a hundred times as long


@pytest.mark.parametrize("wait", [*QUICK, *LONG], ids=lambda wait: wait.__name__)
@settings(deadline=None, database=None, max_examples=20, suppress_health_check=list(HealthCheck))
@given(nth=st.integers(1, 250), error=st.sampled_from(ERRORS))
def test_an_exception_at_any_step_of_a_wait_leaves_this_test_and_the_next_well(
    wait: Callable[[], None], nth: int, error: type[BaseException]
) -> None:
    began_s = REAL["monotonic"]()
    assert broken_off(wait, nth, error) == 5
    all_is_well()
    assert REAL["monotonic"]() - began_s < 20


# trio lets no handler raise within its loop, and takes what does for an error of its own.
@pytest.mark.parametrize("error", [ZeroDivisionError, Alarm])
@pytest.mark.parametrize(
    "wait",
    [pytest.param(wait, marks=[pytest.mark.slow] if wait in (shutdown, receiving) else []) for wait in (*WAITS, trios)],
    ids=lambda wait: wait.__name__,
)
def test_an_error_of_what_is_due_while_others_wait_leaves_the_next_test_well(
    wait: Callable[[], None], error: type[Exception]
) -> None:
    def fail() -> None:
        raise error("due")

    world = BareWorld()
    world.at(0.15, fail)
    # It is raised in whatever wait was the reason to move the clock, and at the end if that was not the test's own.
    with pytest.raises(BaseException), bare(world, patience_s=0.3):  # noqa: B017
        wait()
    all_is_well()


@pytest.mark.parametrize("more", range(12))
def test_a_recursion_of_the_client_that_sleeps_at_each_level_ends_in_its_own_error(more: int) -> None:
    slept: list[float] = []

    def recurse() -> None:
        time.sleep(1)
        recurse()

    with bare() as (world, _):
        other = _thread(lambda: (time.sleep(100), slept.append(elapsed(world))))
        before, depth = sys.getrecursionlimit(), len(inspect.stack())
        sys.setrecursionlimit(depth + 60 + more)  # so the stack is full at another step of the sleep each time
        try:
            with pytest.raises(RecursionError):
                recurse()
        finally:
            sys.setrecursionlimit(before)
        other.join()
        assert slept == [100]
