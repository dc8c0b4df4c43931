"""Clocks tell the time in seconds since the epoch, UTC. Nothing else in core asks the system for it."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import lru_cache
from threading import Lock
from typing import Protocol

from fakestt.durations import whole_us
from fakestt.errors import ClockError

__all__ = ["LAST_AT_S", "LATEST_AT_S", "Clock", "Followed", "VirtualClock", "check_instant", "client_now_s", "iso"]

LAST_AT_S = 253_402_300_799.0
"""The last second of the year 9999, the last one that a `datetime` can have. What would be due later is due then."""

LATEST_AT_S = 253_370_764_800.0
"""The beginning of that year. No clock goes on from here: a client may add a little to what it reads."""


class Clock(Protocol):
    """The time of one fake, or of several."""

    def now_s(self) -> float:
        """The instant in seconds since the epoch."""


_LATEST_US = whole_us(LATEST_AT_S)

Followed = Callable[[], "tuple[object, float] | None"]
"""The test's own time: the object that sets it, and the instant in seconds since the epoch. None if it has none."""


def _nothing() -> None:
    return None


def check_instant(at_s: float, call: str) -> None:
    """Check that a clock can be set to an instant.

    Raises:
        ClockError: it is too late.
    """
    if at_s > LATEST_AT_S:
        raise ClockError(f"{call}: the clock can't go beyond {iso(LATEST_AT_S)}. A datetime ends a year later.")


class VirtualClock:
    """Stands still until it is moved, and for ever when it has come to the year 9999.

    Instants are kept in whole microseconds, so that ten steps of 0.1 s arrive exactly where one of 1 s does.

    Args:
        followed: the test's own time, which this clock follows while there is one. If it is ahead, this clock jumps
            there. If it is behind, or is put back, this clock stays: the service's time never goes back. In all cases
            this clock then moves on by as much as the other does.
    """

    def __init__(self, start_at_s: float, followed: Followed = _nothing) -> None:
        self._now_us = min(whole_us(start_at_s), _LATEST_US)
        self._followed = followed
        self._lock = Lock()
        self._seen = self._look()

    def now_s(self) -> float:
        if self._followed() is not None or self._seen is not None:
            self._follow()
        return self._now_us / 1e6

    def wait(self, seconds_s: float) -> None:
        """Let so many seconds pass."""
        self._now_us = min(self._now_us + whole_us(seconds_s), _LATEST_US)

    def begin(self) -> bool:
        """Go to the time that the test has set since, even back: nothing has happened yet. Returns whether it went."""
        seen, before = self._look(), self._seen
        if seen is None or (before is not None and seen[0] is before[0] and seen[1] >= before[1]):
            return False
        self._seen, self._now_us = seen, min(seen[1], _LATEST_US)
        return True

    def set(self, at_s: float) -> None:
        """Set the clock to an instant."""
        self.now_s()
        self._now_us = min(whole_us(at_s), _LATEST_US)

    def _follow(self) -> None:
        # Without the lock, two threads could add the same step of the other clock, and time would go twice as fast.
        with self._lock:
            before, seen = self._seen, self._look()
            if seen is not None and (before is None or seen[0] is not before[0]):
                self._now_us = min(max(self._now_us, seen[1]), _LATEST_US)
            elif seen is not None and before is not None:
                self._now_us = min(self._now_us + max(0, seen[1] - before[1]), _LATEST_US)
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
    text = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(ms / 1000))
    return f"{text}.{ms % 1000:03d}Z"
