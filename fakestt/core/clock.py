"""Clocks tell the time in seconds since the epoch, UTC. Nothing else in core asks the system for it."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import lru_cache
from threading import Lock
from typing import Protocol

from fakestt.durations import whole_us

__all__ = ["Clock", "Followed", "VirtualClock", "client_now_s", "iso"]


class Clock(Protocol):
    """The time of one fake, or of several."""

    def now_s(self) -> float:
        """The instant in seconds since the epoch."""


Followed = Callable[[], "tuple[object, float] | None"]
"""The test's own time: the object that sets it, and the instant in seconds since the epoch. None if it has none."""


def _nothing() -> None:
    return None


class VirtualClock:
    """Stands still until it is moved.

    Instants are kept in whole microseconds, so that ten steps of 0.1 s arrive exactly where one of 1 s does.

    Args:
        followed: the test's own time, which this clock follows while there is one. If it is ahead, this clock jumps
            there. If it is behind, or is put back, this clock stays: the service's time never goes back. In all cases
            this clock then moves on by as much as the other does.
    """

    def __init__(self, start_at_s: float, followed: Followed = _nothing) -> None:
        self._now_us = whole_us(start_at_s)
        self._followed = followed
        self._lock = Lock()
        self._seen = self._look()

    def now_s(self) -> float:
        if self._followed() is not None or self._seen is not None:
            self._follow()
        return self._now_us / 1e6

    def wait(self, seconds_s: float) -> None:
        """Let so many seconds pass."""
        self._now_us += whole_us(seconds_s)

    def begin(self) -> bool:
        """Go to the time that the test has set since, even back: nothing has happened yet. Returns whether it went."""
        seen, before = self._look(), self._seen
        if seen is None or (before is not None and seen[0] is before[0] and seen[1] >= before[1]):
            return False
        self._seen, self._now_us = seen, seen[1]
        return True

    def set(self, at_s: float) -> None:
        """Set the clock to an instant."""
        self.now_s()
        self._now_us = whole_us(at_s)

    def _follow(self) -> None:
        # Without the lock, two threads could add the same step of the other clock, and time would go twice as fast.
        with self._lock:
            before, seen = self._seen, self._look()
            if seen is not None and (before is None or seen[0] is not before[0]):
                self._now_us = max(self._now_us, seen[1])
            elif seen is not None and before is not None:
                self._now_us += max(0, seen[1] - before[1])
            self._seen = seen

    def _look(self) -> tuple[object, int] | None:
        seen = self._followed()
        return None if seen is None else (seen[0], whole_us(seen[1]))


def client_now_s() -> float:
    """The instant that the code under test sees. Tokens carry it, for clients compare them with their own clock."""
    return time.time()


@lru_cache(maxsize=256)
def iso(at_s: float) -> str:
    """`2018-10-27T09:15:02.117Z`: the service's own form, UTC with milliseconds.

    Source: icp2018 acoustic-models.md#listExample
    """
    ms = round(at_s * 1000)
    text = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(ms // 1000))
    return f"{text}.{ms % 1000:03d}Z"
