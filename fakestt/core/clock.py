"""What time is it? Clocks tell the instant in seconds since the epoch, UTC; nothing else in core asks the system."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timezone
from functools import lru_cache
from threading import Lock
from typing import Protocol

from fakestt.durations import Duration, seconds, seconds_or_none
from fakestt.errors import ClockError, ConfigurationError

__all__ = [
    "Clock",
    "Duration",
    "Followed",
    "FollowingClock",
    "RunningClock",
    "VirtualClock",
    "at",
    "client_now_s",
    "forward",
    "iso",
    "seconds",
    "whole_us",
]

_FARTHEST_S = 62_135_596_800  # years 1 to 3938: any date of a datetime, without the risk of overflow


class Clock(Protocol):
    """The time of one fake, or of several."""

    def now_s(self) -> float:
        """The instant in seconds since the epoch."""


Followed = Callable[[], "tuple[object, float] | None"]
"""A time that the test has set itself: what it is set by, and the instant in seconds since the epoch. None: no such."""


def _nothing() -> None:
    return None


class VirtualClock:
    """Stands still until it is moved.

    Instants are kept in whole microseconds, so that ten steps of 0.1 s arrive exactly where one of 1 s does.

    Args:
        followed: a time that takes over while there is one. Where it is ahead, this clock jumps there; from then on it
            moves as the other does. Where the other is behind, or is put back, this one stays and then goes on with it:
            the service does not travel backwards, and its time passes all the same.
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
        """So many seconds are to pass."""
        self._now_us += whole_us(seconds_s)

    def begin(self) -> bool:
        """Nothing has happened yet: go to where the test has set its time since, back even. Whether it did."""
        seen, before = self._look(), self._seen
        if seen is None or (before is not None and seen[0] is before[0] and seen[1] >= before[1]):
            return False
        self._seen, self._now_us = seen, seen[1]
        return True

    def set(self, at_s: float) -> None:
        """Put the hands to an instant."""
        self.now_s()
        self._now_us = whole_us(at_s)

    def _follow(self) -> None:
        # Two threads that both add what has passed since the last look would make time go twice as fast.
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


class FollowingClock(VirtualClock):
    """Is moved by the time that it follows, and by nothing else."""

    def __init__(self, followed: Callable[[], tuple[object, float]]) -> None:
        super().__init__(followed()[1], followed)

    def wait(self, seconds_s: float) -> None:
        """Nothing: the time is the test's to move."""


class RunningClock(VirtualClock):
    """Runs by itself.

    Args:
        rate: how many times as fast as real time.
        monotonic: seconds of real time.
        sleep: waits so many seconds of it.
    """

    def __init__(
        self, start_at_s: float, rate: float, monotonic: Callable[[], float], sleep: Callable[[float], object]
    ) -> None:
        began_s = monotonic()
        super().__init__(start_at_s, lambda: (None, start_at_s + (monotonic() - began_s) * rate))
        self._rate = rate
        self._sleep = sleep

    def wait(self, seconds_s: float) -> None:
        """Wait for them."""
        self._sleep(seconds_s / self._rate)


def whole_us(seconds_s: float) -> int:
    """The same in microseconds, the finest that clocks know."""
    return round(seconds_s * 1e6)


def client_now_s() -> float:
    """The instant that the code under test sees. Tokens carry it, for clients compare them with their own clock."""
    return time.time()


def at(instant: str | float | datetime, what: str) -> float:
    """Read an instant: seconds since the epoch, an ISO 8601 string (UTC unless it says otherwise), a datetime.

    Raises:
        ConfigurationError: none of these.
    """
    if isinstance(instant, (int, float)) and not isinstance(instant, bool) and abs(instant) < _FARTHEST_S:
        return float(instant)
    if isinstance(instant, str):
        with suppress(ValueError):
            # Python 3.10 does not read a trailing Z.
            instant = datetime.fromisoformat(re.sub(r"[zZ]$", "+00:00", instant.strip()))
    if isinstance(instant, datetime):
        return (instant if instant.tzinfo else instant.replace(tzinfo=timezone.utc)).timestamp()
    raise ConfigurationError(
        f"{what}: {instant!r} is not an instant. Give seconds since the epoch, a datetime, "
        "or a string such as '2018-10-27T00:00:00Z'."
    )


@lru_cache(maxsize=256)
def iso(at_s: float) -> str:
    """`2018-10-27T09:15:02.117Z`: the service's own form, UTC with milliseconds.

    Source: icp2018 acoustic-models.md#listExample
    """
    ms = round(at_s * 1000)
    text = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(ms // 1000))
    return f"{text}.{ms % 1000:03d}Z"


def forward(duration: Duration) -> float:
    """Read how far to advance.

    Raises:
        ClockError: a negative duration, or one that is no duration.
    """
    forwards = duration.strip().removeprefix("-") if isinstance(duration, str) else duration
    backwards = seconds_or_none(forwards) != seconds_or_none(duration)
    try:
        step_s = -1.0 if backwards else seconds(duration, "advance")
    except ConfigurationError as error:
        raise ClockError(str(error)) from None
    if step_s < 0:
        raise ClockError(f"advance({duration!r}): time can't go backwards. To start earlier, pass start= to FakeSTT.")
    return step_s
