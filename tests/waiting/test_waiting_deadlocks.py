"""When all that take part wait and nobody would wake them, or a job has nobody to do it: errors that name them."""

from __future__ import annotations

import asyncio
import functools
import queue
import threading
import time
from _thread import allocate_lock
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import requests
from waiting_rig import START, START_S, BareWorld, Gate, bare, elapsed

import fakestt
from fakestt.errors import ClockError
from fakestt.intercept.waiting import watch
from fakestt.intercept.waiting.real import REAL
from fakestt.intercept.waiting.waits import Participant, Wait

SOON_S = 0.1  # and three times that until a deadlock is one


async def never():
    await asyncio.get_running_loop().create_future()


@pytest.mark.parametrize(
    ("wait", "what"),
    [
        (lambda: queue.Queue().get(), "Queue.get"),
        (lambda: threading.Event().wait(), "Event.wait"),
        (lambda: asyncio.run(never()), "an event loop"),
    ],
    ids=["Queue", "Event", "asyncio"],
)
def test_a_wait_that_nobody_would_end_is_an_error_that_says_so(wait, what):
    said = rf"take part wait without a time-out, and nothing is due: MainThread in {what}\. Who should wake it\?"
    with bare(patience_s=SOON_S) as (world, _):
        with pytest.raises(ClockError, match=said):
            wait()
        time.sleep(1)
        assert elapsed(world) == 1


def test_all_that_wait_for_each_other_are_named_and_told():
    told = []

    def work(things):
        try:
            things.get()
        except ClockError as error:
            told.append(str(error))

    with bare(patience_s=0.1):  # a thread may take that long to start on a busy machine
        thread = threading.Thread(target=work, args=(queue.Queue(),), name="consumer")
        thread.start()
        with pytest.raises(ClockError) as error:
            thread.join()
        thread.join()
    assert "MainThread in Thread.join() for consumer, consumer in Queue.get. Who should wake them?" in str(error.value)
    assert told == [str(error.value)]


@pytest.mark.slow
def test_while_one_of_them_goes_on_the_others_may_wait_for_ever():
    with bare(patience_s=SOON_S) as (world, _):
        threading.Thread(target=queue.Queue().get, daemon=True).start()
        until_s = REAL["monotonic"]() + 8 * SOON_S
        while REAL["monotonic"]() < until_s:
            time.sleep(0.001)
        now_s = elapsed(world)
        time.sleep(60)
        assert elapsed(world) == round(now_s + 60, 6)


def test_a_thread_from_before_has_three_times_as_long():
    go, things = Gate(), queue.Queue()
    thread = threading.Thread(target=lambda: (go.wait(), REAL["sleep"](0.2), things.put(1)))
    thread.start()
    with bare(patience_s=0.1):
        go.open()
        assert things.get() == 1
    thread.join()


def test_what_was_begun_while_all_waited_happens_first():
    event = threading.Event()

    class BegunLate(BareWorld):
        looks = 0

        def next_due_s(self):
            self.looks += 1
            if self.looks == 2:
                self.at(25, event.set)
            return super().next_due_s()

    world = BegunLate()
    with bare(world, patience_s=SOON_S):
        assert event.wait()
        assert elapsed(world) == 25


# Executors whose workers are busy


def named():
    pass


@pytest.mark.parametrize(
    ("submit", "name"),
    [
        (lambda pool: pool.submit(named), "named"),
        (lambda pool: pool.submit(functools.partial(named)), "named"),
        (lambda pool: pool.submit(threading.Event().wait), "Event.wait"),
        (lambda pool: pool.submit(time.sleep, 3), "sleep"),
    ],
    ids=["function", "partial", "method", "time.sleep"],
)
def test_a_job_whose_executor_is_busy_from_before_is_told_apart(submit, name):
    with ThreadPoolExecutor(1) as pool:
        begun, done = threading.Event(), allocate_lock()
        done.acquire()
        pool.submit(lambda: begun.set() or done.acquire())
        begun.wait()
        try:
            with bare(patience_s=0.05):
                job = submit(pool)
                with pytest.raises(ClockError, match=rf"^job of {name} has had no worker for .*from before the fake"):
                    job.result()
                job.cancel()
        finally:
            done.release()


def hold_up(lock):
    lock.acquire()


def test_a_job_that_is_stuck_is_named_by_its_function():
    plain = allocate_lock()
    plain.acquire()

    async def wait_for_it():
        task = asyncio.ensure_future(asyncio.to_thread(hold_up, plain))
        try:
            await asyncio.sleep(60)
        finally:
            plain.release()
            await task

    with bare(patience_s=0.1), pytest.raises(ClockError, match=r"^job of hold_up has run for .*MainThread waited"):
        asyncio.run(wait_for_it())


def test_what_a_thread_of_real_time_begins_happens_though_all_others_wait_without_a_time_out():
    stt = fakestt.FakeSTT(time="on_sleep", start=START)
    model = stt.acoustic_models.add(status="ready")
    available, gate = threading.Event(), Gate()

    def train():
        gate.wait()
        requests.post(f"{stt.url}/v1/acoustic_customizations/{model.id}/train", auth=("apikey", "k")).raise_for_status()

    thread = threading.Thread(target=train)
    thread.start()
    began_s = REAL["monotonic"]()
    with stt.reachable():
        stt.clock.on_change(model, lambda change: str(change.after) == "available" and available.set())
        gate.open()
        available.wait()
        assert stt.clock.now() > START_S
        thread.join()
    # By the verdict that they would wait for ever it would take thirty seconds.
    assert REAL["monotonic"]() - began_s < 20


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="only Linux tells who waits for a processor")
def test_who_waits_for_a_processor_is_not_taken_for_blocked(monkeypatch):
    monkeypatch.setattr(watch, "_place", lambda *_: "the same, for it has got no processor")
    gate = allocate_lock()
    gate.acquire()
    blocked = threading.Thread(target=gate.acquire, name="blocked")
    blocked.start()
    other = Wait(Participant(1, "other"), "sleep(60)", until_us=60_000_000)
    try:
        for ident, verdict in ((threading.get_ident(), None), (blocked.ident, watch.Verdict.TURN)):
            runs = Participant(2, "runs")
            runs.ident = ident
            looks = watch.Watch(60)
            _until_it_blocks(blocked)
            assert [looks.look([runs], "no sign", [other]) for _ in range(3)] == [None, None, verdict]
    finally:
        gate.release()
        blocked.join()


def _until_it_blocks(thread):
    until_s = REAL["monotonic"]() + 10
    while "futex" not in watch._place_in_kernel(thread.ident):
        assert REAL["monotonic"]() < until_s
        REAL["sleep"](0.001)
