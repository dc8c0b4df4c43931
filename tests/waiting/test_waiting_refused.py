"""What can't take part says so: refused in words, or told where it waits really."""

from __future__ import annotations

import functools
import os
import signal
import sys
import threading
import time
import types
import warnings
from signal import alarm as early_alarm

import pytest
from waiting_rig import BareWorld, bare, elapsed

from fakestt.errors import ClockError
from fakestt.intercept.client_time import ClientNeverStopped, virtual_time
from fakestt.intercept.waiting import stage
from fakestt.intercept.waiting.real import REAL


@pytest.mark.parametrize(
    ("name", "attribute", "patched"),
    [
        ("gevent.monkey", "saved", {"time": {}, "threading": {}}),
        ("eventlet.patcher", "already_patched", {"time": True}),
    ],
    ids=["gevent", "eventlet"],
)
def test_green_threads_that_have_patched_time_are_refused(monkeypatch, name, attribute, patched):
    module = types.ModuleType(name)
    setattr(module, attribute, patched)
    monkeypatch.setitem(sys.modules, name, module)
    library = name.partition(".")[0]
    with pytest.raises(ClockError, match=rf"^{library} has patched time.*time='manual'.*{library}'s monkey patching"):
        virtual_time(BareWorld()).__enter__()
    assert stage.STAGE.waiting is None
    setattr(module, attribute, {"os": {}})
    with bare() as (world, _):
        time.sleep(60)
        assert elapsed(world) == 60


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="no such signals here")
@pytest.mark.parametrize(
    "ring",
    [lambda: signal.alarm(30), lambda: early_alarm(30), lambda: signal.setitimer(signal.ITIMER_REAL, 30.5)],
    ids=["alarm", "alarm bound early", "setitimer"],
)
def test_an_alarm_is_refused_in_words(ring):
    before = signal.alarm
    with bare(), pytest.raises(ClockError, match=r"signal\.\w+\(.*30.*\) under time='on_sleep'.*real time.*'manual'"):
        ring()
    assert signal.alarm is before


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="no such signals here")
def test_an_alarm_may_be_cancelled_and_a_test_tool_may_set_one():
    tool = types.ModuleType("pytest_timeout_of_ours")
    exec("import signal\ndef arm(s): signal.setitimer(signal.ITIMER_REAL, s)", vars(tool))
    with bare():
        tool.arm(3600)
        assert signal.getitimer(signal.ITIMER_REAL)[0] > 3000
        signal.alarm(0)
        signal.setitimer(signal.ITIMER_REAL, 0)
    assert signal.getitimer(signal.ITIMER_REAL)[0] == 0


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")
@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
@pytest.mark.parametrize("wait", [lambda s: time.sleep(s), lambda s: threading.Event().wait(s)], ids=["sleep", "Event"])
def test_the_first_long_wait_of_a_forked_child_says_that_it_is_real(wait):
    reads, writes = os.pipe()
    with bare():
        child = os.fork()
        if not child:
            os.dup2(writes, 2)
            wait(0.001)
            threading.Thread(target=lambda: (wait(3600), wait(7200)), daemon=True).start()
            REAL["sleep"](0.3)
            os._exit(0)
        os.close(writes)
        os.waitpid(child, 0)
    with os.fdopen(reads) as told:
        text = told.read()
    assert text.count("fakestt: process") == 1
    assert f"process {child} was forked in virtual time and waits 3600 s of real time" in text
    assert "time='real:x600'" in text


def test_a_thread_from_before_that_sleeps_for_long_says_so():
    go, told = threading.Lock(), []
    go.acquire()

    def work():
        go.acquire()
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            try:
                time.sleep(3600)
            except RuntimeWarning as warning:
                told.append(str(warning))

    thread = threading.Thread(target=work, name="uploader")
    thread.start()
    with bare():
        go.release()
        thread.join()
    assert "uploader waits 3600 s of real time: it takes no part in virtual time" in told[0]
    assert "test_waiting_refused.py:" in told[0]


def test_what_keeps_a_real_function_is_named_where_the_client_never_stops():
    kept = functools.partial(time.monotonic)

    def wait():
        until_s = kept() + 10
        while kept() < until_s:
            time.sleep(60)

    with bare(horizon_s=3600), pytest.raises(ClientNeverStopped) as told:
        wait()
    said = str(told.value)
    assert "From before the fixture a functools.partial keeps time.monotonic, which is real." in said
    assert "Make it in the test, or give it a function that calls time's." in said


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")
@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_a_forked_child_has_no_part_in_the_turns_of_its_parent():
    reads, writes = os.pipe()
    with bare(patience_s=0.5):
        thread = threading.Thread(target=time.sleep, args=(1000,))
        thread.start()
        time.sleep(1)
        child = os.fork()
        if not child:
            os._exit(0 if os.read(reads, 3) == b"yes" else 1)
        REAL["sleep"](0.05)
        os.write(writes, b"yes")
        assert os.waitpid(child, 0)[1] == 0
        thread.join()
    os.close(reads)
    os.close(writes)
