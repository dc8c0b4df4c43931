"""What is called while the clock moves: its own sleeping moves it on, and the time that it reads is virtual."""

from __future__ import annotations

import _thread
import asyncio
import queue
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from waiting_rig import START_S, BareWorld, bare, elapsed

import fakestt
from fakestt.errors import ClockError
from fakestt.intercept.client_time import ClientNeverStopped
from fakestt.intercept.waiting import locks
from fakestt.intercept.waiting.real import REAL


@pytest.fixture(autouse=True)
def _nobody_sleeps_really(monkeypatch):
    def refuse(seconds):
        raise AssertionError(f"a real sleep({seconds})")

    monkeypatch.setitem(REAL, "sleep", refuse)


def test_a_callback_that_sleeps_moves_the_clock():
    told = []
    world = BareWorld()
    with bare(world):
        world.at(25, lambda: (time.sleep(2), told.append(elapsed(world))))
        time.sleep(60)
        assert told == [27]
        assert elapsed(world) == 60


def test_a_callback_that_sleeps_longer_than_the_client_makes_it_late():
    world = BareWorld()
    with bare(world):
        world.at(25, lambda: time.sleep(100))
        time.sleep(60)
        assert elapsed(world) == 125
        time.sleep(10)
        assert elapsed(world) == 135


def test_what_is_due_while_a_callback_sleeps_happens_at_its_instant():
    told = []
    stt = fakestt.FakeSTT(time="on_sleep", start="2018-10-27T00:00:00Z")
    model = stt.acoustic_models.add(status="training")
    began_s = stt.clock.now()
    stt.clock.on_change(model, lambda change: told.append((str(change.after), time.time() - began_s)))
    stt.at("10m", lambda: (time.sleep(3600), told.append(("slept", time.time() - began_s))))
    stt.at("20m", lambda: told.append(("between", time.time() - began_s)))
    with stt.reachable():
        time.sleep(7200)
    assert [name for name, _ in told] == ["between", "available", "slept"]
    assert told[0][1] == 1200
    assert told[2][1] == 4200


def test_a_callback_at_a_change_may_sleep():
    told = []
    stt = fakestt.FakeSTT(time="on_sleep")
    model = stt.acoustic_models.add(status="training")

    def sleep(change):
        began_s = stt.clock.now()
        time.sleep(2)
        told.append(stt.clock.now() - began_s)

    stt.clock.on_change(model, sleep)
    with stt.reachable():
        time.sleep(7200)
    assert told == [2]


def test_a_callback_that_sleeps_for_ever_is_stopped_at_the_horizon():
    def for_ever():
        while True:
            time.sleep(3600)

    world = BareWorld()
    with bare(world, horizon_s=86_400):
        world.at(25, for_ever)
        with pytest.raises(ClientNeverStopped, match="for 1 day of"):
            time.sleep(60)


def test_what_is_called_in_a_thread_that_has_just_ended_sees_virtual_time():
    told = []
    world = BareWorld()
    with bare(world):
        world.at(25, lambda: (told.append((time.time(), threading.current_thread().name)), time.sleep(1)))
        # The main thread waits, and the other one leaves: it is the one that moves the clock.
        threading.Thread(target=lambda: None, name="leaving").start()
        time.sleep(60)
    assert told == [(START_S + 25, "leaving")]


def test_a_callback_that_has_ended_leaves_the_threads_own_sleeps_alone():
    world = BareWorld()
    with bare(world):
        world.at(5, lambda: time.sleep(1))
        time.sleep(10)
        other = threading.Thread(target=time.sleep, args=(10,))
        other.start()
        # Moved on by itself, it would not let the other have its turn.
        time.sleep(10)
        other.join()
        assert elapsed(world) == 20


@pytest.mark.parametrize(
    ("wait", "result"),
    [
        (lambda: threading.Event().wait(7), False),
        (lambda: _empty(queue.Queue(), 7), True),
        (lambda: asyncio.run(asyncio.sleep(7, "slept")), "slept"),
        (lambda: asyncio.run(_timed_out(7)), True),
    ],
    ids=["Event", "Queue", "asyncio.sleep", "asyncio.wait_for"],
)
def test_a_wait_with_a_time_out_in_a_callback_moves_the_clock(wait, result):
    told = []
    world = BareWorld()
    with bare(world):
        world.at(25, lambda: (told.append(wait()), told.append(elapsed(world))))
        time.sleep(60)
        assert told == [result, 32]
        assert elapsed(world) == 60


def _empty(empty, timeout_s):
    with pytest.raises(queue.Empty):
        empty.get(timeout=timeout_s)
    return True


async def _timed_out(timeout_s):
    with pytest.raises(asyncio.TimeoutError):
        await asyncio.wait_for(asyncio.Event().wait(), timeout_s)
    return True


@pytest.mark.parametrize(
    ("wait", "what"),
    [
        (lambda other: threading.Event().wait(), r"Event\.wait"),
        (lambda other: queue.Queue().get(), r"Queue\.get"),
        (lambda other: other.join(), r"Thread\.join\(\) for other"),
    ],
    ids=["Event", "Queue", "join"],
)
def test_a_wait_for_others_in_a_callback_is_refused_in_words(wait, what, monkeypatch):
    monkeypatch.setattr(locks, "_PATIENCE_S", 0.01)
    told = []
    world = BareWorld()

    def callback():
        with pytest.raises(ClockError, match=f"{what} in a callback of at.. or on_change.. would never end"):
            wait(other)
        told.append(elapsed(world))

    with bare(world):
        world.at(25, callback)
        other = threading.Thread(target=time.sleep, args=(60,), name="other")
        other.start()
        time.sleep(60)
        other.join()
    assert told == [25]


def test_a_pool_with_jobs_that_a_callback_shuts_down_is_refused_in_words():
    told = []
    world = BareWorld()

    def callback():
        with pytest.raises(ClockError, match=r"ThreadPoolExecutor\.shutdown\(\) in a callback"):
            pool.shutdown()
        told.append(elapsed(world))

    with bare(world), ThreadPoolExecutor(1) as pool:
        pool.submit(time.sleep, 60)
        world.at(25, callback)
        time.sleep(60)
    assert told == [25]


def test_a_thread_that_a_callback_starts_takes_part():
    told = []
    world = BareWorld()
    with bare(world):
        world.at(25, lambda: threading.Thread(target=lambda: (time.sleep(10), told.append(elapsed(world)))).start())
        time.sleep(60)
        assert told == [35]


def test_a_lock_that_a_thread_of_real_time_has_for_a_moment_is_waited_for_in_a_callback():
    told = []
    world = BareWorld()
    with bare(world):
        lock = threading.Lock()
        lock.acquire()
        world.at(25, lambda: (_thread.start_new_thread(lock.release, ()), told.append(lock.acquire())))
        time.sleep(60)
    assert told == [True]
