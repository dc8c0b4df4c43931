"""Everything in the standard library that waits, in threads: how long by the virtual clock, and with what result."""

from __future__ import annotations

import _thread
import concurrent.futures
import functools
import queue
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from threading import Lock as EarlyLock
from unittest import mock

import pytest
from waiting_rig import BareWorld, Gate, bare, elapsed, leaves_sleepers

from fakestt.intercept.waiting import stage
from fakestt.intercept.waiting.real import REAL

TIMED_OUT_IN_VAIN = (
    # what                       waits                                               result
    ("Event", lambda: threading.Event().wait(90), False),
    ("Condition", lambda: _condition(90), False),
    ("Semaphore", lambda: threading.Semaphore(0).acquire(timeout=90), False),
    ("BoundedSemaphore", lambda: _drained(threading.BoundedSemaphore(1)).acquire(timeout=90), False),
    ("Lock", lambda: _drained(threading.Lock()).acquire(timeout=90), False),
    ("Barrier", lambda: _raises(threading.BrokenBarrierError, threading.Barrier(2).wait, 90), True),
    ("Queue.get", lambda: _raises(queue.Empty, queue.Queue().get, True, 90), True),
    ("Queue.put", lambda: _raises(queue.Full, _full().put, 2, True, 90), True),
    ("LifoQueue.get", lambda: _raises(queue.Empty, queue.LifoQueue().get, True, 90), True),
    ("Future", lambda: _raises(concurrent.futures.TimeoutError, concurrent.futures.Future().result, 90), True),
    ("futures.wait", lambda: len(concurrent.futures.wait([concurrent.futures.Future()], 90).not_done), 1),
    ("join", lambda: _joined(_started(lambda: time.sleep(200)), 90), True),
    ("sleep", lambda: time.sleep(90), None),
    ("sleep of a float", lambda: time.sleep(90.0), None),
)


def _condition(timeout):
    condition = threading.Condition()
    with condition:
        return condition.wait_for(lambda: False, timeout)


def _drained(lock):
    assert lock.acquire()
    return lock


def _full():
    full = queue.Queue(1)
    full.put(1)
    return full


def _raises(kind, call, *args):
    with pytest.raises(kind):
        call(*args)
    return True


def _started(work, **options):
    thread = threading.Thread(target=work, **options)
    thread.start()
    return thread


def _joined(thread, timeout):
    thread.join(timeout)
    return thread.is_alive()


@leaves_sleepers
@pytest.mark.parametrize(("wait", "result"), [row[1:] for row in TIMED_OUT_IN_VAIN], ids=lambda v: None)
def test_a_time_out_passes_on_the_virtual_clock(wait, result):
    began_s = REAL["monotonic"]()
    with bare() as (world, _):
        assert wait() == result
        assert elapsed(world) == 90
    assert REAL["monotonic"]() - began_s < 5


@pytest.mark.parametrize(
    ("release", "wait"),
    [
        (lambda it: it.set(), lambda: (it := threading.Event(), lambda: it.wait(90))),
        (lambda it: it.set(), lambda: (it := threading.Event(), it.wait)),
        (lambda it: it.release(), lambda: (it := threading.Semaphore(0), it.acquire)),
        (lambda it: it.release(), lambda: (it := _drained(threading.Lock()), it.acquire)),
        (lambda it: it.put(True), lambda: (it := queue.Queue(), lambda: it.get(timeout=90))),
        (lambda it: it.put(True), lambda: (it := queue.Queue(), it.get)),
        (lambda it: it.set_result(True), lambda: (it := concurrent.futures.Future(), lambda: it.result(90))),
        (lambda it: it.wait() is not None, lambda: (it := threading.Barrier(2), lambda: it.wait(90) is not None)),
    ],
    ids=["Event, 90 s", "Event", "Semaphore", "Lock", "Queue, 90 s", "Queue", "Future", "Barrier"],
)
def test_who_waits_is_woken_at_the_instant_at_which_it_happens(release, wait):
    with bare() as (world, _):
        thing, waits = wait()

        def work():
            time.sleep(30)
            release(thing)
            time.sleep(1)

        thread = _started(work)
        assert waits()
        assert elapsed(world) == 30
        thread.join()
        assert elapsed(world) == 31


@leaves_sleepers
def test_a_queue_gives_up_at_its_time_out_however_often_it_is_woken():
    with bare() as (world, _):
        condition = threading.Condition()

        def nudge():
            for _ in range(9):
                time.sleep(0.1)
                with condition:
                    condition.notify_all()

        _started(nudge)
        with condition:
            assert condition.wait_for(lambda: False, 0.75) is False
        assert elapsed(world) == 0.75


@pytest.mark.parametrize("days", [0, 10, 3000])
def test_time_outs_in_a_row_do_not_drift_however_far_the_clock_has_come(days, monkeypatch):
    monkeypatch.setattr(stage.STAGE, "_latest_us", days * 86_400_000_000)  # of the tests before
    with bare() as (world, _):
        things, count, gone_us = queue.Queue(), threading.Semaphore(0), 0
        for step_us in (n * 7919 % 2_000_000 for n in range(1, 301)):
            with pytest.raises(queue.Empty):
                things.get(timeout=step_us / 1e6)
            assert not count.acquire(timeout=step_us / 1e6)
            gone_us += 2 * step_us
            assert elapsed(world) == gone_us / 1e6


def test_a_lock_made_inside_may_be_held_across_a_sleep():
    with bare() as (world, _):
        lock, told = threading.Lock(), []

        def work(name):
            with lock:
                time.sleep(10)
                told.append((name, elapsed(world)))

        threads = [_started(work, args=(name,)) for name in "abc"]
        for thread in threads:
            thread.join()
        assert told == [("a", 10), ("b", 20), ("c", 30)]


def test_a_reentrant_lock_made_inside_may_be_held_across_a_sleep():
    with bare() as (world, _):
        lock, told = threading.RLock(), []

        def work(name):
            with lock, lock:
                time.sleep(10)
                told.append((name, elapsed(world)))

        for thread in [_started(work, args=(name,)) for name in "ab"]:
            thread.join()
        assert told == [("a", 10), ("b", 20)]


def test_things_that_wait_may_be_made_before():
    event, things = threading.Event(), queue.Queue()
    with bare() as (world, _):
        thread = _started(lambda: (time.sleep(5), event.set(), time.sleep(5), things.put(1)))
        assert event.wait(60)
        assert things.get(timeout=60) == 1
        thread.join()
        assert elapsed(world) == 10


def test_threads_get_their_turns_in_the_order_of_their_instants():
    def run():
        told = []
        with bare() as (world, _):

            def work(name, every_s):
                for _ in range(5):
                    time.sleep(every_s)
                    told.append((elapsed(world), name))

            for thread in [_started(work, args=pair) for pair in (("a", 3), ("b", 2), ("c", 6))]:
                thread.join()
        return told

    told = run()
    assert [at_s for at_s, _ in told] == sorted(at_s for at_s, _ in told)
    assert len(told) == 15
    assert all(run() == told for _ in range(20))


def test_a_thread_runs_when_the_one_that_started_it_waits():
    with bare():
        told = []
        thread = _started(lambda: told.append("thread"))
        told.append("main")
        thread.join()
        assert told == ["main", "thread"]


def test_a_timer_fires_at_its_instant():
    with bare() as (world, _):
        fired = threading.Event()
        threading.Timer(45, fired.set).start()
        fired.wait()
        assert elapsed(world) == 45


def test_a_cancelled_timer_does_not_hold_the_clock():
    with bare() as (world, _):
        timer = threading.Timer(45, lambda: None)
        timer.start()
        time.sleep(1)
        timer.cancel()
        timer.join()
        assert elapsed(world) == 1


def test_a_daemon_that_waits_for_ever_does_not_hold_the_clock():
    things = queue.Queue()
    with bare() as (world, _):
        _started(things.get, daemon=True)
        time.sleep(60)
        assert elapsed(world) == 60
    things.put(None)


def test_a_thread_that_fails_does_not_hold_the_clock(monkeypatch):
    failed = []
    monkeypatch.setattr(threading, "excepthook", failed.append)
    with bare() as (world, _):
        thread = _started(lambda: 1 / 0)
        thread.join()
        time.sleep(60)
        assert elapsed(world) == 60
    assert failed[0].exc_type is ZeroDivisionError


def test_what_is_due_happens_between_two_wakings():
    told = []
    world = BareWorld()
    with bare(world):
        world.at(25, lambda: told.append(("due", elapsed(world))))
        for _ in range(3):
            time.sleep(10)
            told.append(("woken", elapsed(world)))
    assert told == [("woken", 10), ("woken", 20), ("due", 25), ("woken", 30)]


def test_what_is_due_at_the_very_instant_of_a_waking_comes_first():
    told = []
    world = BareWorld()
    with bare(world):
        world.at(10, lambda: told.append("due"))
        time.sleep(10)
        told.append("woken")
    assert told == ["due", "woken"]


def test_what_is_due_may_end_a_wait():
    world = BareWorld()
    with bare(world):
        event = threading.Event()
        world.at(25, event.set)
        assert event.wait(60)
        assert elapsed(world) == 25
        world.at(70, event.set)
        event.clear()
        assert event.wait()
        assert elapsed(world) == 70


def test_a_failure_in_what_is_due_is_raised_in_the_wait():
    world = BareWorld()
    with bare(world):
        world.at(25, lambda: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            time.sleep(60)
        assert elapsed(world) == 25
        time.sleep(60)
        assert elapsed(world) == 85


# Executors


def test_an_executors_workers_take_part_during_a_job_alone():
    with bare() as (world, _), ThreadPoolExecutor(4) as pool:
        assert pool.submit(lambda: 7).result() == 7
        time.sleep(60)
        assert elapsed(world) == 60


def test_an_executor_made_before_does_its_jobs_in_virtual_time():
    with ThreadPoolExecutor(2) as pool:
        assert pool.submit(lambda: 7).result() == 7
        with bare() as (world, _):
            jobs = [pool.submit(lambda: (time.sleep(30), elapsed(world))[1]) for _ in range(4)]
            assert [job.result(timeout=100) for job in jobs] == [30, 30, 60, 60]
        began_s = REAL["monotonic"]()
        pool.submit(time.sleep, 0.02).result()
        assert REAL["monotonic"]() - began_s >= 0.02


def test_jobs_begin_in_the_order_in_which_they_were_submitted():
    def run():
        told = []
        with bare() as (world, _), ThreadPoolExecutor(3) as pool:
            for n in range(9):
                pool.submit(lambda n=n: (told.append((n, elapsed(world))), time.sleep(n)))
        return told

    told = run()
    assert [n for n, _ in told] == list(range(9))
    assert all(run() == told for _ in range(20))


def test_leaving_an_executor_waits_for_its_jobs():
    with bare() as (world, _):
        with ThreadPoolExecutor(1) as pool:
            pool.submit(time.sleep, 100)
            pool.submit(time.sleep, 100)
        assert elapsed(world) == 200


def test_a_cancelled_job_does_not_hold_the_clock():
    with bare() as (world, _):
        with ThreadPoolExecutor(1) as pool:
            first, second = pool.submit(time.sleep, 100), pool.submit(time.sleep, 1000)
            assert second.cancel()
            first.result()
        assert elapsed(world) == 100
        time.sleep(5)
        assert elapsed(world) == 105


def test_shutting_down_with_jobs_cancelled_does_not_hold_the_clock():
    with bare() as (world, _):
        pool = ThreadPoolExecutor(1)
        jobs = [pool.submit(time.sleep, 100) for _ in range(3)]
        time.sleep(1)
        pool.shutdown(cancel_futures=True)
        assert [job.cancelled() for job in jobs] == [False, True, True]
        assert elapsed(world) == 100


def test_a_pool_whose_initializer_fails_does_not_hold_the_clock(caplog):
    with bare() as (world, _):
        pool = ThreadPoolExecutor(1, initializer=lambda: 1 / 0)
        job = pool.submit(time.sleep, 100)
        with pytest.raises(concurrent.futures.BrokenExecutor):
            job.result()
        time.sleep(5)
        pool.shutdown()
        assert elapsed(world) == 5


def test_futures_come_as_they_are_completed():
    with bare() as (world, _), ThreadPoolExecutor(3) as pool:
        jobs = [pool.submit(lambda n=n: (time.sleep(n), n)[1]) for n in (30, 10, 20)]
        told = [(job.result(), elapsed(world)) for job in concurrent.futures.as_completed(jobs, timeout=60)]
        assert told == [(10, 10), (20, 20), (30, 30)]


def test_as_completed_gives_up_at_its_time_out():
    with bare() as (world, _), ThreadPoolExecutor(1) as pool:
        job = pool.submit(time.sleep, 100)
        with pytest.raises(concurrent.futures.TimeoutError):
            list(concurrent.futures.as_completed([job], timeout=60))
        assert elapsed(world) == 60


# Those who don't take part


def test_a_thread_started_before_sees_and_waits_real_time():
    go, told = Gate(), []

    def work():
        go.wait()
        began_s = REAL["monotonic"]()
        time.sleep(0.02)
        told.append((REAL["monotonic"]() - began_s, time.time()))

    thread = _started(work)
    with bare() as (world, _):
        go.open()
        thread.join()
        assert elapsed(world) == 0
    slept_s, read_s = told[0]
    assert slept_s >= 0.02
    assert abs(read_s - time.time()) < 60


def test_one_that_takes_part_is_woken_by_one_that_does_not():
    go, things = Gate(), queue.Queue()
    thread = _started(lambda: (go.wait(), things.put(1)))
    with bare() as (world, _):
        go.open()
        assert things.get() == 1
        assert elapsed(world) == 0
    thread.join()


def test_one_that_does_not_take_part_is_woken_by_one_that_does():
    told = []
    go = threading.Event()
    with bare() as (world, _):
        done = threading.Event()
    with bare() as (world, _):
        lock = threading.Lock()
        lock.acquire()
    thread = _started(lambda: (go.set(), lock.acquire(), told.append(1), done.set()))
    go.wait()
    with bare() as (world, _):
        time.sleep(10)
        lock.release()
        assert done.wait()
        assert told == [1]
        assert elapsed(world) == 10
    thread.join()


def test_the_threads_of_a_server_keep_real_time():
    from http.server import BaseHTTPRequestHandler, HTTPServer
    from urllib.request import urlopen

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            time.sleep(0.02)
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"fine")

        def log_message(self, *args):
            pass

    with bare() as (world, _), HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = _started(server.serve_forever, kwargs={"poll_interval": 0.01})
        time.sleep(60)
        with urlopen(f"http://127.0.0.1:{server.server_port}", timeout=10) as answer:
            assert answer.read() == b"fine"
        time.sleep(60)
        server.shutdown()
        thread.join()
        assert elapsed(world) == 120


def test_those_who_are_woken_have_their_turns_in_the_order_of_waking():
    told = []

    def wait(number):
        events[number].wait()
        told.append(number)

    with bare():
        events = [threading.Event() for _ in range(4)]
        threads = [_started(lambda number=number: wait(number)) for number in range(4)]
        time.sleep(1)
        for number in (2, 0, 3, 1):
            events[number].set()
        for thread in threads:
            thread.join()
    assert told == [2, 0, 3, 1]


def test_those_who_wait_for_the_same_instant_have_their_turns_in_the_order_of_their_last_waking():
    told = []

    def wait(number, first_s):
        time.sleep(first_s)
        time.sleep(10 - first_s)
        told.append(number)

    with bare():
        threads = [_started(lambda number=number: wait(number, 4 - number)) for number in range(4)]
        for thread in threads:
            thread.join()
    assert told == [3, 2, 1, 0]


@pytest.mark.slow
def test_a_turn_costs_the_same_among_a_thousand_threads():
    def work(number):
        for nth in range(10):
            time.sleep(1 + (7 * number + nth) % 13)

    def run_s():
        began_s = time.process_time()
        with bare(patience_s=60) as (world, _):
            threads = [_started(lambda number=number: work(number)) for number in range(1000)]
            for thread in threads:
                thread.join()
            assert elapsed(world) == 85
        return time.process_time() - began_s

    # By itself it takes half a second, beside others a few times as long. A look at a thousand waits at each turn would
    # take minutes.
    assert min(run_s() for _ in range(3)) < 3


def test_a_lock_that_a_name_bound_before_makes_inside_takes_part():
    with bare() as (world, _):
        lock = EarlyLock()

        def hold():
            with lock:
                time.sleep(60)

        thread = _started(hold)
        time.sleep(1)
        with lock:
            assert elapsed(world) == 60
        thread.join()
    assert type(EarlyLock()) is type(_thread.allocate_lock())


def test_a_job_whose_submission_failed_is_not_done_and_nobody_waits_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []

    def work(name: str) -> None:
        time.sleep(60)
        done.append(name)

    def fail(pool: ThreadPoolExecutor) -> None:
        monkeypatch.undo()
        raise RuntimeError("can't start new thread")

    with bare(patience_s=0.5) as (world, _):
        with ThreadPoolExecutor(1) as pool:
            # The executor has put the job into its queue by then.
            monkeypatch.setattr(ThreadPoolExecutor, "_adjust_thread_count", fail)
            with pytest.raises(RuntimeError):
                pool.submit(work, "first")
            pool.submit(work, "second")
        assert (done, elapsed(world)) == (["second"], 60)


def test_a_thread_whose_run_a_test_has_replaced_has_that_until_the_test_puts_it_back():
    thread = threading.Thread()
    with bare() as (world, _):
        with mock.patch.object(thread, "run", functools.partial(time.sleep, 60)) as run:
            thread.start()
            thread.join()
            assert thread.run is run
        assert elapsed(world) == 60
    assert "run" not in vars(thread)
