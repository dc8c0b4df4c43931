"""What time is it? Clocks tell the instant in seconds since the epoch, UTC; nothing else in core asks the system."""

from __future__ import annotations

import re
import time
from contextlib import suppress
from datetime import datetime, timedelta, timezone
from functools import lru_cache
from typing import Protocol

from fakestt.errors import ClockError, ConfigurationError

__all__ = ["Clock", "Duration", "FollowingClock", "VirtualClock", "at", "client_now_s", "iso", "seconds"]

Duration = int | float | str | timedelta
"""Seconds, a timedelta, or a string such as "90s", "45m", "2h30m", "1d"."""

_UNITS_S = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
_FARTHEST_S = 62_135_596_800  # years 1 to 3938: any date of a datetime, without the risk of overflow
_PART = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m|h|d)")


class Clock(Protocol):
    """The time of one fake."""

    def now(self) -> float:
        """The instant in seconds since the epoch. Never less than before."""

    def wait(self, seconds_s: float) -> None:
        """A reply is late by so many seconds: move the hands, or let the one who owns the time do it."""

    def served(self, next_due_s: float | None) -> None:
        """An exchange is over; `next_due_s` is the instant of the next due change, if there is one."""

    def begin(self) -> None:
        """Nothing has happened yet: the time may still be an earlier one than it was."""


class VirtualClock:
    """Stands still until it is moved.

    Instants are kept in whole microseconds, so that ten steps of 0.1 s arrive exactly where one of 1 s does.
    """

    def __init__(self, start_at_s: float) -> None:
        self._now_us = round(start_at_s * 1e6)

    def now(self) -> float:
        return self._now_us / 1e6

    def wait(self, seconds_s: float) -> None:
        self._now_us += round(seconds_s * 1e6)

    def served(self, next_due_s: float | None) -> None:
        """Nothing: only `advance` moves this clock."""

    def begin(self) -> None:
        """Nothing: it begins where it was put."""

    def set(self, at_s: float) -> None:
        """Put the hands to an instant: a restored state brings its own."""
        self._now_us = round(at_s * 1e6)


class FollowingClock:
    """Is whatever `time.time()` says where the test runs: freezegun and time-machine drive it.

    A test may travel backwards; the service does not. The latest instant seen stays until time has passed it again.
    """

    def __init__(self) -> None:
        self.begin()

    def begin(self) -> None:
        self._latest_s = round(time.time(), 6)

    def now(self) -> float:
        self._latest_s = max(self._latest_s, round(time.time(), 6))
        return self._latest_s

    def wait(self, seconds_s: float) -> None:
        """Nothing: the time is the test's to move."""

    def served(self, next_due_s: float | None) -> None:
        """Nothing: the time is the test's to move."""


def client_now_s() -> float:
    """The instant that the code under test sees. Tokens carry it, for clients compare them with their own clock."""
    return time.time()


def seconds(duration: Duration, what: str) -> float:
    """Read a duration; `what` names it in the error.

    Raises:
        ConfigurationError: not a number of seconds, a timedelta, or a string such as "2h30m".
    """
    if isinstance(duration, timedelta):
        return duration.total_seconds()
    if isinstance(duration, (int, float)) and not isinstance(duration, bool) and abs(duration) < 1e12:
        return float(duration)
    if isinstance(duration, str):
        text = duration.strip()
        parts = _PART.findall(text)
        if parts and "".join(number + unit for number, unit in parts) == text:
            return sum(float(number) * _UNITS_S[unit] for number, unit in parts)
    raise ConfigurationError(
        f"{what}: {duration!r} is not a duration. Give seconds (45, 0.5), a timedelta, "
        "or a string such as '90s', '45m', '2h30m', '1d'."
    )


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
    try:
        step_s = seconds(duration, "advance")
    except ConfigurationError as error:
        raise ClockError(str(error)) from None
    if step_s < 0:
        raise ClockError(f"advance({duration!r}): time can't go backwards. To start earlier, pass start= to FakeSTT.")
    return step_s
