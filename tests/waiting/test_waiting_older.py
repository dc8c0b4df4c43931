"""Threads and loops from before the test: they take part from when one that does has woken them."""

from __future__ import annotations

import _thread
import asyncio
import contextlib
import queue
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import pytest
from waiting_rig import BareWorld, Gate, bare, elapsed

from fakestt.intercept.client_time import ClientNeverStopped
from fakestt.intercept.waiting import stage
from fakestt.intercept.waiting.real import REAL
from fakestt.intercept.waiting.watch import Watch


class Worker:
    """A thread that does what it is given, one after the other, as clients keep one at module level."""

    def __init__(self) -> None:
        self.jobs: queue.Queue[tuple[Callable[[], Any], Future[Any]] | None] = queue.Queue()
        self.thread = threading.Thread(target=self._run, name="worker", daemon=True)
        self.thread.start()

    def _run(self) -> None:
        while (job := self.jobs.get()) is not None:
            work, future = job
            future.set_result(work())

    def submit(self, work: Callable[[], Any]) -> Future[Any]:
        future: Future[Any] = Future()
        self.jobs.put((work, future))
        return future


def until_idle(jobs: queue.Queue[Any]) -> None:
    """Wait until the worker waits for a job: one that is not idle yet looks for its work by itself."""
    until_s = REAL["monotonic"]() + 10
    # It has said that it waits, and let go of the queue's lock: what is left to it is to block.
    while not jobs.not_empty._waiters or jobs.mutex.locked():
        assert REAL["monotonic"]() < until_s
        REAL["sleep"](0.002)


@pytest.fixture
def worker() -> Iterator[Worker]:
    worker = Worker()
    until_idle(worker.jobs)
    yield worker
    worker.jobs.put(None)
    worker.thread.join(5)
    assert not worker.thread.is_alive()


@pytest.fixture
def loop() -> Iterator[asyncio.AbstractEventLoop]:
    """One that runs in a thread of its own."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="loop", daemon=True)
    thread.start()
    yield loop
    loop.call_soon_threadsafe(loop.stop)
    thread.join(5)
    assert not thread.is_alive()
    loop.close()


def test_a_worker_thread_that_is_given_work_waits_in_virtual_time(worker):
    began_s = REAL["monotonic"]()
    with bare() as (world, _):
        assert worker.submit(lambda: time.sleep(3600) or "done").result(timeout=7200) == "done"
        assert elapsed(world) == 3600
    assert REAL["monotonic"]() - began_s < 5


def test_it_does_so_in_one_test_after_the_other(worker):
    for _ in range(3):
        with bare() as (world, _):
            assert worker.submit(lambda: time.sleep(60) or "first").result(timeout=90) == "first"
            time.sleep(10)
            assert worker.submit(lambda: time.sleep(60) or "second").result(timeout=90) == "second"
            assert elapsed(world) == 130


def test_a_worker_that_one_test_has_started_is_the_same_for_the_next():
    with bare() as (world, _):
        worker = Worker()
        worker.submit(lambda: time.sleep(60)).result(timeout=90)
        assert elapsed(world) == 60
    with bare() as (world, _):
        worker.submit(lambda: time.sleep(60)).result(timeout=90)
        assert elapsed(world) == 60
        worker.jobs.put(None)
        worker.thread.join(timeout=90)
        assert not worker.thread.is_alive()
        assert elapsed(world) == 60


def test_its_time_out_passes_while_the_worker_is_late(worker):
    with bare() as (world, _):
        late = worker.submit(lambda: time.sleep(60))
        with pytest.raises(TimeoutError):
            late.result(timeout=10)
        assert elapsed(world) == 10
        late.result()
        assert elapsed(world) == 60


def test_a_thread_that_waits_with_a_time_out_of_real_time_takes_part_when_it_is_woken():
    told = []
    stop = threading.Event()
    waits = threading.Event()

    def run():
        waits.set()
        told.append(stop.wait(3600))
        time.sleep(5)

    thread = threading.Thread(target=run)
    thread.start()
    waits.wait()
    with bare() as (world, _):
        _until_it_waits_for(stop)
        stop.set()
        thread.join(timeout=60)
        assert told == [True]
        assert not thread.is_alive()
        assert elapsed(world) == 5


def _until_it_waits_for(event):
    while not event._cond._waiters:
        REAL["sleep"](0.001)


def test_one_that_ends_without_ever_waiting_holds_nobody_up(worker):
    with bare() as (world, _):
        worker.jobs.put(None)
        time.sleep(10)
        assert elapsed(world) == 10


def test_a_thread_that_nobody_wakes_lives_in_real_time():
    seen = []
    go = Gate()

    def run():
        go.wait()
        seen.append(time.monotonic())

    thread = threading.Thread(target=run)
    thread.start()
    with bare():
        time.sleep(100_000)
        before_s = REAL["monotonic"]()
        go.open()
        thread.join()
    assert before_s <= seen[0] < before_s + 60


def test_a_loop_in_a_thread_waits_in_virtual_time(loop):
    with bare() as (world, _):
        assert asyncio.run_coroutine_threadsafe(asyncio.sleep(3600, "slept"), loop).result(timeout=7200) == "slept"
        assert elapsed(world) == 3600


def test_it_does_so_again_and_its_results_may_be_late(loop):
    for _ in range(3):
        with bare() as (world, _):
            late = asyncio.run_coroutine_threadsafe(asyncio.sleep(60, "slept"), loop)
            with pytest.raises(TimeoutError):
                late.result(timeout=10)
            assert late.result() == "slept"
            assert elapsed(world) == 60


def test_the_timers_that_such_a_loop_has_keep_the_time_that_is_left_of_them(loop):
    told: list[float] = []
    with bare() as (world, _):
        asyncio.run_coroutine_threadsafe(_plan(loop, 600, lambda: told.append(elapsed(world))), loop).result()
        time.sleep(86_400)
    assert told == [600]
    with bare() as (world, _):
        asyncio.run_coroutine_threadsafe(asyncio.sleep(0), loop).result()
        # From a test before, in which it stood still.
        asyncio.run_coroutine_threadsafe(_plan(loop, 60, lambda: told.append(elapsed(world))), loop).result()
        time.sleep(50)
    with bare() as (world, _):
        time.sleep(1000)
        asyncio.run_coroutine_threadsafe(asyncio.sleep(0), loop).result()
        time.sleep(20)
    assert told[1] == pytest.approx(1010, abs=2)


async def _plan(loop, after_s, call):
    loop.call_later(after_s, call)


def test_jobs_of_an_older_executor_and_an_older_thread_beside_each_other(worker):
    with ThreadPoolExecutor(1) as pool:
        pool.submit(int).result()
        with bare() as (world, _):
            first = pool.submit(time.sleep, 100)
            second = worker.submit(lambda: time.sleep(60))
            second.result(timeout=70)
            assert elapsed(world) == 60
            first.result(timeout=70)
            assert elapsed(world) == 100


def test_the_turns_of_older_threads_are_the_same_in_every_run():
    jobs: queue.Queue[Any] = queue.Queue()

    def work():
        while (job := jobs.get()) is not None:
            job()
            jobs.task_done()

    def told_by(name, told):
        told.append(name)
        time.sleep(10)
        told.append(name)

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
        _until(lambda: len(jobs.not_empty._waiters) == threads.index(thread) + 1)  # noqa: B023
    seen = []
    for _ in range(20):
        told: list[str] = []
        with bare():
            for name in "abc":
                jobs.put(lambda name=name, told=told: told_by(name, told))
            told.append("main")
            jobs.join()
        seen.append("".join(told))
    for _ in threads:
        jobs.put(None)
    for thread in threads:
        thread.join(5)
    assert set(seen) == {"mainabcabc"}


def _until(condition):
    while not condition():
        REAL["sleep"](0.001)


def test_a_callback_wakes_an_older_thread_into_virtual_time(worker):
    world = BareWorld()
    with bare(world):
        done: list[Future[Any]] = []
        over = threading.Event()
        world.at(25, lambda: done.append(worker.submit(lambda: (time.sleep(20), over.set(), elapsed(world)))))
        assert over.wait(3600)
        assert done[0].result()[2] == 45


def test_an_idle_thread_from_before_survives_what_ends_the_clients_waits(worker):
    def poll_for_ever():
        while True:
            time.sleep(600)

    with bare(horizon_s=3600):
        worker.submit(lambda: time.sleep(60)).result()
        with pytest.raises(ClientNeverStopped):
            poll_for_ever()
    assert worker.thread.is_alive()
    assert worker.submit(lambda: "at work").result(5) == "at work"


def test_an_idle_thread_from_before_is_held_up_by_nobody(worker):
    with bare() as (world, _):
        worker.submit(lambda: time.sleep(60)).result()
        assert stage.STAGE.waiting is not None
        stage.STAGE.waiting._watch = Watch(0.02)  # from here on: a busy machine may take longer to begin the job
        REAL["sleep"](0.3)  # what nobody waits for may take as long as it likes
        assert worker.submit(lambda: "at work").result(5) == "at work"
        assert elapsed(world) == 60


@pytest.mark.slow
def test_a_thread_that_polls_its_queue_sees_its_time_outs_end_after_the_test():
    jobs: queue.Queue[Callable[[], object]] = queue.Queue()
    stop = threading.Event()

    def work():
        while not stop.is_set():
            with contextlib.suppress(queue.Empty):
                jobs.get(timeout=0.05)()
                jobs.task_done()

    thread = threading.Thread(target=work)  # no daemon: nobody is warned of it all the same
    thread.start()
    try:
        for _ in range(2):
            with bare() as (world, _):
                jobs.put(lambda: time.sleep(3600))
                jobs.join()
                time.sleep(3600)
                assert elapsed(world) == 7200
    finally:
        stop.set()
        thread.join(20)
    assert not thread.is_alive()


def test_the_loop_that_an_older_executor_runs_takes_part_until_it_ends():
    jobs: queue.Queue[int | None] = queue.Queue()
    done = []

    def consume():
        while (job := jobs.get()) is not None:
            done.append(job)
            time.sleep(1)

    with ThreadPoolExecutor(1) as pool:
        consumer = pool.submit(consume)
        _until(lambda: jobs.not_empty._waiters)
        with bare(patience_s=0.1) as (world, _):
            jobs.put(1)
            jobs.put(None)
            consumer.result(timeout=60)
            time.sleep(60)
            assert (done, elapsed(world)) == ([1], 61)
        with bare() as (world, _):
            pool.submit(lambda: time.sleep(60)).result(90)
            assert elapsed(world) == 60


def test_a_pool_that_is_first_used_in_a_callback_does_its_job_in_virtual_time():
    told = []
    world = BareWorld()
    pool = ThreadPoolExecutor(1)
    with bare(world, patience_s=0.1):
        world.at(25, lambda: pool.submit(lambda: (time.sleep(10), told.append(elapsed(world)))))
        time.sleep(3600)
        pool.shutdown()
    assert told == [35]


def test_a_thread_that_c_has_started_lives_in_real_time():
    wake = threading.Event()

    def wait():
        threading.current_thread()  # a dummy, whose end nobody is told of
        wake.wait()

    _thread.start_new_thread(wait, ())
    _until(lambda: wake._cond._waiters)
    with bare(patience_s=0.1) as (world, _):
        wake.set()
        time.sleep(60)
        assert elapsed(world) == 60


def test_one_whose_own_time_out_comes_before_its_turn_does_no_harm():
    condition, told = threading.Condition(), []

    def wait():
        with condition:
            condition.wait(0.3)
        told.append("awake")
        time.sleep(5)

    thread = threading.Thread(target=wait)
    thread.start()
    _until(lambda: condition._waiters)
    with bare() as (world, _):
        with condition:
            condition.notify()
        _until(lambda: told)
        thread.join()
        assert elapsed(world) == 5
