"""Who moves the clock: the policies by name, their meaning, and the clock for each."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime

from fakestt.core.clock import VirtualClock, client_now_s
from fakestt.durations import seconds
from fakestt.errors import ConfigurationError, nearest
from fakestt.intercept.waiting.freezing import followed
from fakestt.intercept.waiting.real import REAL

__all__ = [
    "POLICIES",
    "FollowingClock",
    "Policy",
    "RunningClock",
    "clock_of",
    "is_set_by_test",
    "read_instant",
    "read_policy",
]

POLICIES = ("on_sleep", "manual", "follow", "per_request:60s", "next_event", "real", "real:x600")

_FARTHEST_S = 62_135_596_800  # years 1 to 3938: what begins there ends in a year that a datetime can have


@dataclass(frozen=True, slots=True)
class Policy:
    """Who moves the clock.

    `waits`: the client's waiting moves it. `itself`: it moves without the fake. `step_s`: each request moves it by so
    much. `rate`: how many of its seconds pass in one of the client's.
    """

    name: str
    waits: bool = False
    itself: bool = False
    step_s: float = 0.0
    rate: float = 1.0


class FollowingClock(VirtualClock):
    """A clock that is moved by the test's own time alone."""

    def __init__(self, followed: Callable[[], tuple[object, float]]) -> None:
        super().__init__(followed()[1], followed)

    def wait(self, seconds_s: float) -> None:
        """Do nothing: only the test moves its time."""


class RunningClock(VirtualClock):
    """A clock that runs by itself.

    Args:
        rate: how many times as fast as real time.
        monotonic: returns the real time in seconds.
        sleep: waits so many real seconds.
    """

    def __init__(
        self, start_at_s: float, rate: float, monotonic: Callable[[], float], sleep: Callable[[float], object]
    ) -> None:
        began_s = monotonic()
        super().__init__(start_at_s, lambda: (None, start_at_s + (monotonic() - began_s) * rate))
        self._rate = rate
        self._sleep = sleep

    def wait(self, seconds_s: float) -> None:
        """Wait until so many of its seconds have passed."""
        self._sleep(seconds_s / self._rate)


def is_set_by_test() -> bool:
    """Whether the test has set the time itself, by freezegun or time-machine."""
    return followed() is not None


def read_policy(policy: str) -> Policy:
    """Read the name of a policy, with the number in it.

    Raises:
        ConfigurationError: there is no such policy.
    """
    name, _, number = policy.partition(":") if isinstance(policy, str) else ("", "", "")
    if policy in ("on_sleep", "next_event"):
        return Policy(policy, waits=True)
    if policy == "manual":
        return Policy(policy)
    if policy == "follow":
        return Policy(policy, itself=True)
    if name == "per_request" and number:
        step_s = -1.0 if number.startswith("-") else seconds(number, f"time={policy!r}")
        if round(step_s * 1e6) <= 0:  # the clock's own microseconds
            raise ConfigurationError(f"time={policy!r}: each request moves the time on. Give more than nothing.")
        return Policy(policy, step_s=step_s)
    if policy == "real":
        return Policy(policy, itself=True)
    if name == "real" and number:
        return Policy(policy, itself=True, rate=_rate(policy, number))
    raise ConfigurationError(
        f"time={policy!r}: no such policy.{nearest(str(policy), POLICIES)} All: {', '.join(POLICIES)}."
    )


def _rate(policy: str, number: str) -> float:
    try:
        rate = float(number.removeprefix("x"))
    except ValueError:
        rate = 0.0
    if not number.startswith("x") or not 0 < rate < 1e9:
        raise ConfigurationError(
            f"time={policy!r}: give how many times as fast as real time it runs, more than nothing: 'real:x600'."
        )
    return rate


def clock_of(policy: Policy, start: str | float | datetime | None) -> VirtualClock:
    """A clock that starts at this instant. Unless one is given, that is the real now, cut to the second.

    Raises:
        ConfigurationError: `start` is no instant, or the time is the test's own and has no start.
    """
    if policy.name == "follow":
        if start is not None:
            raise ConfigurationError(
                f"start={start!r} with time='follow': the time is the test's own, and so is its start."
            )
        return FollowingClock(lambda: followed() or (None, client_now_s()))
    start_at_s = float(int(client_now_s())) if start is None else read_instant(start, "start")
    if policy.itself:
        return RunningClock(
            start_at_s, policy.rate, lambda: float(REAL["monotonic"]()), lambda rest_s: REAL["sleep"](rest_s)
        )
    return VirtualClock(start_at_s, followed) if policy.waits else VirtualClock(start_at_s)


def read_instant(instant: str | float | datetime, what: str) -> float:
    """Read an instant: seconds since the epoch, an ISO 8601 string (UTC if it names no zone), or a datetime.

    Raises:
        ConfigurationError: none of these, or before the year 1 or after 3938.
    """
    at_s: float | None = None
    date: object = instant
    if isinstance(instant, str):
        with suppress(ValueError):
            date = datetime.fromisoformat(instant.strip().upper())  # a small z is not read
    if isinstance(date, datetime):
        at_s = (date if date.tzinfo else date.replace(tzinfo=UTC)).timestamp()
    elif isinstance(instant, (int, float)) and not isinstance(instant, bool) and abs(instant) <= _FARTHEST_S:
        at_s = float(instant)
    if at_s is not None and abs(at_s) <= _FARTHEST_S:
        return at_s
    raise ConfigurationError(
        f"{what}: {instant!r} is not an instant. Give seconds since the epoch, a datetime, "
        "or a string such as '2018-10-27T00:00:00Z', in the years 1 to 3938."
    )
