"""pytest-timeout: its time is real, and a test that hangs in virtual time is ended."""

from __future__ import annotations

import pytest

HANGS = {
    "a loop that reads the time": "for _ in iter(int, 1): time.sleep(0)",
    "an event": "threading.Event().wait()",
    "a queue": "queue.Queue().get()",
    "a lock": "lock = threading.Lock(); lock.acquire(); lock.acquire()",
    "a thread": "t = threading.Thread(target=threading.Event().wait, daemon=True); t.start(); t.join()",
    "asyncio": "asyncio.run(asyncio.Event().wait())",
    "an executor": "e = ThreadPoolExecutor(1); e.submit(end.wait).result()",
}
TEST = """
import asyncio, queue, threading, time
from concurrent.futures import ThreadPoolExecutor
import pytest

end = threading.Event()

@pytest.mark.timeout(0.2, func_only=True)
def test_it(fake_stt):
    try:
        {body}
    finally:
        end.set()

@pytest.mark.timeout(60)
def test_next(fake_stt):
    time.sleep(86400)
    assert fake_stt.clock.now() - fake_stt.started_at_s == 86400
"""


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(body, id=name, marks=[] if name in ("a queue", "asyncio") else pytest.mark.slow)
        for name, body in HANGS.items()
    ],
)
def test_a_test_is_ended_that_hangs_in(run, body):
    result = run(TEST.format(body=body), plugins=["timeout"])
    result.assert_outcomes(failed=1, passed=1)
    result.stdout.fnmatch_lines(["E *Failed: Timeout (>0.2s) from pytest-timeout.", "*- fakestt: what happened -*"])


@pytest.mark.slow
def test_the_method_thread_ends_the_whole_run(run):
    source = TEST.format(body="threading.Event().wait()")
    result = run(source, "--timeout-method=thread", "-s", plugins=["timeout"], apart=True)
    result.stdout.fnmatch_lines(["*+ Timeout +*", "*~ Stack of MainThread *", "*threading.Event().wait()*"])
    assert " in " not in result.stdout.lines[-1]  # no summary: the process was ended from inside


def test_the_method_thread_lets_virtual_days_pass(run):
    source = TEST.format(body="time.sleep(86400)").replace("0.2", "60")
    run(source, "--timeout-method=thread", plugins=["timeout"]).assert_outcomes(passed=2)


EXPLORED = """
import time
import pytest, requests
import fakestt

@pytest.mark.timeout({seconds})
@fakestt.explore(faults=["fail(503)"], outcomes=False)
def test_it(fake_stt):
    for _ in range(3):
        status = requests.get(fake_stt.url + "/v1/models", auth=("apikey", "any")).status_code
        {then}
"""


def test_each_schedule_that_hangs_is_ended(run):
    then = "while status == 503: pass"
    result = run(EXPLORED.format(seconds=0.3, then=then), plugins=["timeout"])
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["     3 x Failed at test_it.py:* in test_it, hit at listModels"])
    assert "once more" not in result.stdout.str()


@pytest.mark.slow
def test_schedules_that_take_longer_together_are_not_ended(run):
    # Each takes a third of the time, all together more than the whole.
    then = "end = time.process_time() + 0.2\n        while time.process_time() < end: pass"
    run(EXPLORED.format(seconds=2, then=then), plugins=["timeout"]).assert_outcomes(passed=1)
