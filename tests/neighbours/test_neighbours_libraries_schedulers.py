"""Schedulers and queues of tasks: a virtual hour holds as many runs as a real one."""

from __future__ import annotations

import sched
import time

import pytest

pytestmark = pytest.mark.timeout(60)


def elapsed(stt):
    return round(stt.clock.now() - stt.started_at_s, 6)


@pytest.mark.slow
def test_apscheduler_runs_a_job_as_often_as_in_a_real_hour(passes):
    passes(
        """
from datetime import datetime, timedelta, timezone
from apscheduler.schedulers.background import BackgroundScheduler

@pytest.mark.parametrize("n", range(2))
def test_an_interval(fake_stt, n):
    ran = []
    scheduler = BackgroundScheduler(timezone="UTC")
    scheduler.add_job(lambda: ran.append(elapsed(fake_stt)), "interval", minutes=10)
    scheduler.start()
    time.sleep(3601)
    scheduler.shutdown()
    assert ran == pytest.approx([600, 1200, 1800, 2400, 3000, 3600], abs=0.1)
    time.sleep(3600)
    assert len(ran) == 6

@pytest.mark.fakestt(start="2018-10-27T00:00:00Z")
def test_a_date_and_a_cron_job_that_waits_itself(fake_stt):
    ran = []
    def work(name):
        time.sleep(30)
        ran.append((name, elapsed(fake_stt)))
    scheduler = BackgroundScheduler(timezone="UTC")
    scheduler.add_job(work, "date", ["date"], run_date=datetime.now(timezone.utc) + timedelta(minutes=5))
    scheduler.add_job(work, "cron", ["cron"], hour="*", minute=15)
    scheduler.start()
    time.sleep(7200)
    scheduler.shutdown()
    assert [name for name, _ in ran] == ["date", "cron", "cron"]
    assert [at_s for _, at_s in ran] == pytest.approx([330, 930, 4530], abs=0.1)
""",
        tests=3,
        needs="apscheduler",
    )


@pytest.mark.slow
def test_schedule_runs_a_job_as_often_as_in_a_real_hour(passes):
    passes(
        """
import threading
import schedule

@pytest.mark.parametrize("n", range(2))
def test_in_the_thread_of_the_test(fake_stt, n):
    jobs, ran = schedule.Scheduler(), []
    jobs.every(10).minutes.do(lambda: ran.append(elapsed(fake_stt)))
    for _ in range(60):
        time.sleep(60)
        jobs.run_pending()
    assert ran == [600, 1200, 1800, 2400, 3000, 3600]

def test_in_a_thread_with_the_scheduler_of_the_module(fake_stt):
    ran, stop = [], threading.Event()
    schedule.every().hour.do(ran.append, "ran")
    def keep_on():
        while not stop.wait(1):
            schedule.run_pending()
    thread = threading.Thread(target=keep_on)
    thread.start()
    time.sleep(2 * 3600 + 5)
    stop.set()
    thread.join()
    schedule.clear()
    assert ran == ["ran", "ran"]
    assert elapsed(fake_stt) == 7205
""",
        tests=3,
        needs="schedule",
    )


def test_the_scheduler_of_the_standard_library_waits_virtually(fake_stt):
    ran = []
    jobs = sched.scheduler()  # its clock and its sleep are default arguments
    jobs.enter(3600, 1, lambda: ran.append(elapsed(fake_stt)))
    jobs.enter(60, 1, lambda: ran.append(elapsed(fake_stt)))
    jobs.run()
    assert ran == [60, 3600]
    assert elapsed(fake_stt) == 3600


def test_the_scheduler_of_the_standard_library_with_functions_that_are_given(fake_stt):
    ran = []
    jobs = sched.scheduler(time.time, time.sleep)
    jobs.enter(3600, 1, lambda: ran.append(elapsed(fake_stt)))
    assert jobs.run(blocking=False) == 3600
    jobs.run()
    assert ran == [3600]


@pytest.mark.slow
def test_a_task_of_celery_is_done_at_once_when_eager(passes):
    passes(
        """
from celery import Celery

app = Celery("app", broker="memory://", backend="cache+memory://")
app.conf.task_always_eager = True
tried = []

@app.task
def train(seconds):
    time.sleep(seconds)
    return time.time()

@app.task(bind=True, max_retries=3, default_retry_delay=600)
def poll(self):
    tried.append(time.time())
    if len(tried) < 3:
        raise self.retry(countdown=60)
    return "available"

@pytest.mark.parametrize("n", range(2))
def test_a_task_that_waits(fake_stt, n):
    assert train.delay(3600).get(timeout=10) == fake_stt.started_at_s + 3600
    assert elapsed(fake_stt) == 3600

def test_a_countdown_is_not_waited_for(fake_stt):
    assert train.apply_async((60,), countdown=600).get() == fake_stt.started_at_s + 60

def test_a_retry(fake_stt):
    assert poll.delay().get(timeout=10) == "available"
    assert (len(tried), elapsed(fake_stt)) == (3, 0)
""",
        tests=4,
        needs="celery",
    )


@pytest.mark.slow
def test_a_worker_of_celery_in_a_thread_does_a_task_when_it_is_due(passes):
    passes(
        """
from celery import Celery
from celery.contrib.testing.worker import start_worker

app = Celery("app", broker="memory://", backend="cache+memory://")
app.conf.worker_hijack_root_logger = False

@app.task
def train():
    return time.time()

def test_it(fake_stt):
    with start_worker(app, perform_ping_check=False, shutdown_timeout=600):
        began_s = time.time()
        assert train.delay().get(timeout=600) - began_s < 60
        began_s = time.time()
        assert train.apply_async(countdown=3600).get(timeout=7200) - began_s == pytest.approx(3600, abs=60)
""",
        needs="celery",
    )


@pytest.mark.slow
def test_kombu_in_memory(passes):
    passes(
        """
import socket, threading
from kombu import Connection, Consumer, Exchange, Queue

@pytest.mark.parametrize("n", range(2))
def test_it(fake_stt, n):
    queue = Queue("trainings", Exchange("trainings"), routing_key="x")
    told = []
    def publish(after_s):
        time.sleep(after_s)
        with Connection("memory://") as connection:
            connection.Producer().publish({"n": n}, exchange=queue.exchange, routing_key="x", declare=[queue])
    def receive(body, message):
        told.append(body)
        message.ack()
    with Connection("memory://") as connection, Consumer(connection, [queue], callbacks=[receive]):
        publish(0)
        connection.drain_events(timeout=5)
        assert (told, elapsed(fake_stt)) == ([{"n": n}], 0)
        with pytest.raises(socket.timeout):
            connection.drain_events(timeout=60)
        assert 60 <= elapsed(fake_stt) <= 62
        thread = threading.Thread(target=publish, args=(600,))
        thread.start()
        connection.drain_events(timeout=3600)
        thread.join()
        assert len(told) == 2
        assert 660 <= elapsed(fake_stt) <= 664
""",
        tests=2,
        needs="kombu",
    )
