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


@pytest.mark.parametrize("wait", [_sleep, _sleep_for_nothing])
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
