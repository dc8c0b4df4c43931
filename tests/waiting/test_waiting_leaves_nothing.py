"""When virtual time is over all is as it was, whatever the test did; to enter and to leave costs next to nothing."""

from __future__ import annotations

import _thread
import asyncio
import gc
import os
import queue
import selectors
import socket
import statistics
import subprocess
import sys
import threading
import time
import types
from asyncio import base_events, base_subprocess, selector_events
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import thread as executors

import pytest
from waiting_rig import START_S, bare, elapsed, leaves_sleepers

from fakestt.intercept.waiting.real import REAL

CHANGED = (
    threading,
    threading.Thread,
    ThreadPoolExecutor,
    executors._WorkItem,
    socket.socket,
    base_events.BaseEventLoop,
    selector_events.BaseSelectorEventLoop,
    base_subprocess.BaseSubprocessTransport,
    threading.Condition,
    selectors.SelectSelector,
    selectors.DefaultSelector,
)


def everything():
    """All names of all modules, and of the classes that are changed, with what they are bound to."""
    state = {}
    for name, module in list(sys.modules.items()):
        if issubclass(type(module), types.ModuleType):  # others say that they are one
            state[name] = dict(types.ModuleType.__dict__["__dict__"].__get__(module))
    for one in CHANGED:
        state[repr(one)[:60]] = dict(one if isinstance(one, dict) else vars(one))
    return state


def differences(before, after):
    return [
        (module, name)
        for module, names in before.items()
        for name, value in names.items()
        # Counters and registries of the standard library go on; what is ours is never in them.
        if after[module].get(name) is not value and not isinstance(value, (int, str, float, tuple, type(None)))
    ] + [
        (module, name)
        for module, names in after.items()
        for name, value in names.items()
        if str(getattr(type(value), "__module__", "")).startswith("fakestt.intercept")
        and not module.startswith(("fakestt.", "waiting_", "test_waiting"))
    ]


def nothing():
    pass


def failure():
    raise KeyError("the test's own")


def sleepers():
    for _ in range(3):
        threading.Thread(target=time.sleep, args=(3600,), daemon=True).start()
    time.sleep(1)


def loops():
    asyncio.run(asyncio.sleep(60))


def pools():
    with ThreadPoolExecutor(2) as pool:
        pool.submit(time.sleep, 60)


def freezes():
    freezegun = pytest.importorskip("freezegun")
    with freezegun.freeze_time("2020-01-01"):
        time.sleep(60)


def replacements():
    from unittest import mock

    with mock.patch("time.sleep"), mock.patch("time.time", return_value=3):
        time.sleep(1)
        assert time.time() == 3


def imports():
    sys.modules.pop("sched", None)
    __import__("sched")


@leaves_sleepers
@pytest.mark.parametrize(
    "body", [nothing, failure, sleepers, loops, pools, freezes, replacements, imports], ids=lambda body: body.__name__
)
def test_nothing_is_left_whatever_the_test_did(body):
    before = everything()
    try:
        with bare():
            assert time.sleep is not REAL["sleep"]
            body()
    except KeyError:
        pass
    after = everything()
    assert [pair for pair in differences(before, after) if pair[0] in after and "sched" not in pair[0]] == []
    assert time.sleep is REAL["sleep"]
    assert time.time is time.time


def test_a_name_that_got_ours_by_an_undo_that_came_too_late_is_put_right_the_next_time(monkeypatch):
    from unittest import mock

    with bare():
        patch = mock.patch("time.sleep")
        patch.start()
    patch.stop()
    began_s = REAL["monotonic"]()
    time.sleep(0.01)
    assert REAL["monotonic"]() - began_s >= 0.01
    with bare():
        pass
    assert time.sleep is REAL["sleep"]


def test_locks_made_inside_are_locks_afterwards():
    with bare():
        lock, again, event, condition = threading.Lock(), threading.RLock(), threading.Event(), threading.Condition()
    with lock, again, again, condition:
        assert lock.locked()
        assert not lock.acquire(timeout=0.01)
        assert not lock.acquire(blocking=False)
        assert not condition.wait(0.01)
    threading.Timer(0.01, event.set).start()
    assert event.wait(10)


def test_locks_made_inside_have_all_that_real_ones_have():
    with bare():
        lock = threading.Lock()
    assert {name for name in dir(_thread.allocate_lock()) if not name.startswith("__")} <= set(dir(lock))
    assert lock.acquire_lock()
    assert lock.locked_lock()
    lock.release_lock()
    assert not lock.locked()


@leaves_sleepers
def test_a_sleeper_that_is_left_waits_for_the_rest_really():
    told = []
    with bare():

        def work():
            time.sleep(0.05)
            began_s = REAL["monotonic"]()
            time.sleep(1.03)
            told.append(REAL["monotonic"]() - began_s)

        thread = threading.Thread(target=work)
        thread.start()
        time.sleep(1.05)
    thread.join()
    assert 0.02 <= told[0] < 1


@leaves_sleepers
@pytest.mark.parametrize(
    "wait",
    [
        lambda: threading.Event().wait(1.03),
        lambda: asyncio.run(asyncio.sleep(1.03)),
        lambda: threading.Thread(target=lambda: None).start() or time.sleep(1.03),
    ],
    ids=["Event", "asyncio", "sleep"],
)
def test_whatever_waits_when_it_ends_waits_for_the_rest_really(wait):
    with bare():
        thread = threading.Thread(target=wait)
        thread.start()
        time.sleep(1)
    thread.join(10)
    assert not thread.is_alive()


def test_one_that_moves_the_clock_when_it_ends_has_moved_it():
    with bare() as (world, virtual):
        thread = threading.Thread(target=virtual.advance, args=(3600,), daemon=True)
        thread.start()
        time.sleep(1)
    thread.join(10)
    assert elapsed(world) == 3601


def test_one_that_waits_for_ever_when_it_ends_is_still_woken():
    with bare():
        event = threading.Event()
        thread = threading.Thread(target=event.wait)
        thread.start()
        time.sleep(1)
    event.set()
    thread.join(10)
    assert not thread.is_alive()


def test_a_finalizer_that_wakes_somebody_does_no_harm():
    class Waker:
        def __init__(self, lock):
            self.lock = lock
            self.ring = self

        def __del__(self):
            self.lock.release()

    with bare() as (world, _):
        # Collected as often as can be: in the midst of our own code as well.
        before = gc.get_threshold()
        gc.freeze()
        gc.set_threshold(1, 1, 1)
        try:
            for _ in range(50):
                lock = threading.Lock()
                lock.acquire()
                Waker(lock)
                waiter = threading.Thread(target=lock.acquire)
                waiter.start()
                waiter.join()
        finally:
            gc.set_threshold(*before)
            gc.unfreeze()
        assert elapsed(world) == 0


def test_an_exception_in_a_wait_leaves_the_others_their_turns():
    import signal

    class Alarm(Exception):
        pass

    def ring(number, frame):
        raise Alarm

    def wait_for_the_alarm():
        main = threading.get_ident()
        _thread.start_new_thread(lambda: (REAL["sleep"](0.02), signal.pthread_kill(main, signal.SIGALRM)), ())
        threading.Event().wait()

    before = signal.signal(signal.SIGALRM, ring)
    try:
        with bare() as (world, _):
            with pytest.raises(Alarm):
                wait_for_the_alarm()
            thread = threading.Thread(target=time.sleep, args=(60,))
            thread.start()
            thread.join()
            assert elapsed(world) == 60
    finally:
        signal.signal(signal.SIGALRM, before)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")
@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_time_is_real_in_a_forked_child():
    with bare():
        child = os.fork()
        if not child:
            began_s = REAL["monotonic"]()
            time.sleep(0.02)
            os._exit(0 if REAL["monotonic"]() - began_s >= 0.02 and time.time() == pytest.approx(time.time()) else 1)
        assert os.waitpid(child, 0)[1] == 0


def test_a_child_process_is_waited_for_really():
    with bare() as (world, _):
        done = subprocess.run([sys.executable, "-c", "import time; time.sleep(0.05)"], timeout=30, check=True)
        assert done.returncode == 0
        with pytest.raises(subprocess.TimeoutExpired):
            subprocess.run([sys.executable, "-c", "import time; time.sleep(60)"], timeout=0.05)
        assert elapsed(world) == 0


def test_entering_and_leaving_takes_next_to_nothing_after_the_first_time():
    def cost():
        # Of this thread's own: others are using the machine.
        began_s = time.thread_time()
        with bare():
            pass
        return time.thread_time() - began_s

    cost()
    costs = [cost() for _ in range(50)]
    # By itself a quarter of a millisecond; beside others, whose caches these are too, up to five times as much.
    assert min(costs) < 0.003
    assert statistics.median(costs) < 0.01


def test_a_thread_that_is_left_in_a_wait_is_named():
    left = []

    def leave():
        with bare():
            left.append(threading.Thread(target=lambda: time.sleep(7200.01), name="poller"))
            left[0].start()
            time.sleep(7200)

    with pytest.warns(ResourceWarning, match=r"poller was in sleep\(7200.01\)\. .* to 7200 s further off\. Stop such"):
        leave()
    left[0].join()


def test_a_thread_that_waits_without_end_is_not():
    things = queue.Queue()
    with bare():
        worker = threading.Thread(target=things.get)
        worker.start()
        time.sleep(60)
    things.put(1)
    worker.join()


def test_who_is_woken_by_the_last_act_of_a_test_has_its_turn_in_virtual_time():
    done, told = threading.Event(), []
    with bare() as (world, _):
        thread = threading.Thread(target=lambda: (done.wait(), told.append((elapsed(world), time.time()))))
        thread.start()
        time.sleep(60)
        done.set()
    thread.join()
    assert told == [(60, START_S + 60)]


def test_after_ten_thousand_years_the_clock_for_time_outs_begins_anew():
    with bare(horizon_s=1e12):
        time.sleep(3e11)
    with bare() as (world, _):
        assert time.monotonic() < 1e9  # a float of that size still tells microseconds apart
        with pytest.raises(queue.Empty):
            queue.Queue().get(timeout=1e-6)
        assert elapsed(world) == 1e-6
