"""A signal handler that raises, as pytest-timeout's does and Ctrl-C, at any instant: the clock works afterwards."""

from __future__ import annotations

import _thread
import random
import signal
import threading
import time

import pytest
from waiting_rig import bare, elapsed

from fakestt.intercept.waiting.real import REAL

pytestmark = pytest.mark.skipif(not hasattr(signal, "pthread_kill"), reason="no such signals here")


class Alarm(Exception):
    pass


def _sleep():
    time.sleep(60)


def _sleep_for_nothing():
    time.sleep(0)


@pytest.mark.parametrize("wait", [_sleep, pytest.param(_sleep_for_nothing, marks=pytest.mark.slow)])
def test_the_clock_works_after_an_alarm_at_any_instant(wait):
    def raise_alarm(number, frame):
        raise Alarm

    def until_the_alarm():
        main = threading.get_ident()

        def ring(after_s):
            REAL["sleep"](after_s)
            signal.pthread_kill(main, signal.SIGALRM)

        _thread.start_new_thread(ring, (0.001 + chance.random() * 0.004,))
        while True:
            wait()

    chance = random.Random(1)
    before = signal.signal(signal.SIGALRM, raise_alarm)
    try:
        for _ in range(40):
            with bare(horizon_s=1e12) as (world, _):
                with pytest.raises(Alarm):
                    until_the_alarm()
                began_s = elapsed(world)
                other = threading.Thread(target=time.sleep, args=(7,))
                other.start()
                time.sleep(5)
                assert elapsed(world) - began_s == 5
                other.join()
                assert elapsed(world) - began_s == 7
    finally:
        signal.signal(signal.SIGALRM, before)


SET_TIMER = [getattr(signal, "setitimer", None)]  # in a list it stays the real one


@pytest.mark.skipif(SET_TIMER[0] is None, reason="no such signals here")
def test_no_handler_comes_between_taking_a_lock_and_knowing_that():
    def raise_alarm(number, frame):
        raise Alarm

    def take_it_until_the_alarm(lock, after_s):
        SET_TIMER[0](signal.ITIMER_REAL, after_s)
        while True:
            with lock:
                pass

    chance = random.Random(1)
    before = signal.signal(signal.SIGALRM, raise_alarm)
    try:
        with bare():
            locks = [threading.Lock() for _ in range(1000)]
            for lock in locks:
                with pytest.raises(Alarm):
                    take_it_until_the_alarm(lock, 2e-5 + 2e-4 * chance.random())
    finally:
        signal.signal(signal.SIGALRM, before)
    # Python's own has none left locked; a Python function of ours would have more than half.
    assert sum(lock.locked() for lock in locks) == 0
