"""What a test replaces itself, with monkeypatch or mock, it keeps, and nothing of ours comes back with the undoing."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.slow

PATCHES = """
import threading, time
from time import sleep as early_sleep
from unittest import mock
import pytest

def elapsed(stt):
    return stt.clock.now() - stt.started_at_s

@pytest.fixture
def slept(monkeypatch):
    told = []
    monkeypatch.setattr(time, "sleep", told.append)
    return told
"""
# fmt: off
CASES = {
    "sleep replaced before": """
def test_it(slept, fake_stt):
    time.sleep(3)
    assert (slept, elapsed(fake_stt)) == ([3], 0)
    early_sleep(60)
    assert elapsed(fake_stt) == 60
""",
    "sleep replaced after": """
def test_it(fake_stt, slept):
    time.sleep(3)
    assert (slept, elapsed(fake_stt)) == ([3], 0)
    threading.Event().wait(60)
    assert elapsed(fake_stt) == 60
""",
    "sleep replaced inside, undone after the fake is gone": """
def test_it(monkeypatch, fake_stt):
    monkeypatch.setattr(time, "sleep", fake_stt.clock.advance)
    time.sleep(3600)
    assert elapsed(fake_stt) == 3600
""",
    "a name of the test's own module": """
def test_it(monkeypatch, fake_stt):
    monkeypatch.setattr(f"{__name__}.early_sleep", print)
    early_sleep(60)
    assert elapsed(fake_stt) == 0
""",
    "sleep replaced and undone inside": """
def test_it(fake_stt, monkeypatch):
    with monkeypatch.context() as inner:
        inner.setattr(time, "sleep", print)
        time.sleep(60)
    time.sleep(60)
    assert elapsed(fake_stt) == 60
""",
    "mock.patch around the test": """
@mock.patch("time.sleep")
def test_it(sleep, fake_stt):
    time.sleep(5)
    sleep.assert_called_once_with(5)
    assert elapsed(fake_stt) == 0
""",
    "mock.patch with autospec": """
def test_it(fake_stt):
    with mock.patch("time.sleep", autospec=True) as sleep:
        time.sleep(5)
    sleep.assert_called_once_with(5)
    time.sleep(5)
    assert elapsed(fake_stt) == 5
""",
    "time replaced before": """
@pytest.fixture
def then(monkeypatch):
    monkeypatch.setattr(time, "time", lambda: 1540598400.5)
def test_it(then, fake_stt):
    assert fake_stt.clock.now() == 1540598400
    time.sleep(60)
    assert (fake_stt.clock.now(), time.time()) == (1540598460, 1540598400.5)
""",
    "time replaced inside, undone after the fake is gone": """
def test_it(monkeypatch, fake_stt):
    before_s = fake_stt.clock.now()
    monkeypatch.setattr(time, "time", lambda: 42.0)
    monkeypatch.setattr(time, "monotonic", lambda: 42.0)
    time.sleep(60)
    assert (fake_stt.clock.now() - before_s, time.time(), time.monotonic()) == (60, 42, 42)
""",
    "threads and locks replaced inside, undone after the fake is gone": """
def test_it(monkeypatch, fake_stt):
    def refuse(thread):
        raise RuntimeError("can't start new thread")
    monkeypatch.setattr(threading.Thread, "start", refuse)
    real = threading.Lock
    monkeypatch.setattr(threading, "Lock", lambda: real())
    with pytest.raises(RuntimeError, match="can't start"):
        threading.Thread().start()
""",
}
# fmt: on


@pytest.mark.parametrize("source", CASES.values(), ids=CASES)
def test_a_test_with(run, source):
    # What is left is looked for after each test: see neighbours_left.
    run(PATCHES + source + "\ndef test_next(fake_stt): time.sleep(60)").assert_outcomes(passed=2)


def test_what_a_patch_puts_back_too_late_goes_with_the_next_virtual_time():
    import threading
    import time
    from unittest import mock

    from neighbours_left import left

    from fakestt import FakeSTT

    patches = [mock.patch("time.sleep"), mock.patch.object(threading.Thread, "start")]
    with FakeSTT(time="on_sleep").reachable():
        for patch in patches:
            patch.start()
    for patch in patches:
        patch.stop()
    assert left() == ["time.sleep", "Thread.start"]
    with FakeSTT(time="on_sleep").reachable():
        time.sleep(60)
    assert left() == []
