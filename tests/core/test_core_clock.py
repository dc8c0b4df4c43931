"""Clocks, durations and instants."""

from __future__ import annotations

import contextlib
import threading
import time
from datetime import UTC, datetime, timedelta, timezone

import pytest

from fakestt.core.clock import LAST_AT_S, LATEST_AT_S, VirtualClock, check_instant, client_now_s, iso
from fakestt.durations import seconds
from fakestt.errors import ClockError, ConfigurationError
from fakestt.timing.fake_clock import forward
from fakestt.timing.policies import FollowingClock, RunningClock
from fakestt.timing.policies import read_instant as at

START = "2018-10-27T00:00:00Z"
START_S = 1_540_598_400.0


@pytest.mark.parametrize(
    ("duration", "expected_s"),
    [
        (0, 0.0),
        (45, 45.0),
        (0.5, 0.5),
        (timedelta(minutes=1, milliseconds=5), 60.005),
        ("90s", 90.0),
        ("45m", 2700.0),
        ("2h30m", 9000.0),
        ("1d", 86400.0),
        ("1.5h", 5400.0),
        ("250ms", 0.25),
        ("1m250ms", 60.25),
        (" 5s ", 5.0),
    ],
)
def test_a_duration_is_seconds_a_timedelta_or_a_string(duration: object, expected_s: float) -> None:
    assert seconds(duration, "it") == pytest.approx(expected_s)  # type: ignore[arg-type]


@pytest.mark.parametrize("duration", ["", "5", "5 minutes", "m5", "-5m", "1h 30m", True, None, 1e12, float("nan"), []])
def test_anything_else_is_no_duration_and_the_error_says_what_is(duration: object) -> None:
    with pytest.raises(ConfigurationError, match=r"takes: .* is not a duration\. Give seconds .*'2h30m'") as error:
        seconds(duration, "takes")  # type: ignore[arg-type]
    assert repr(duration) in str(error.value)


@pytest.mark.parametrize(
    "instant",
    [
        START,
        "2018-10-27T00:00:00z",
        "2018-10-27T00:00:00",
        "2018-10-27",
        " 2018-10-27T02:00:00+02:00 ",
        START_S,
        int(START_S),
        datetime(2018, 10, 27),  # noqa: DTZ001 - without a zone it is UTC
        datetime(2018, 10, 27, tzinfo=UTC),
        datetime(2018, 10, 27, 2, tzinfo=timezone(timedelta(hours=2))),
    ],
)
def test_an_instant_is_seconds_a_datetime_or_a_string(instant: str | float | datetime) -> None:
    assert at(instant, "start") == START_S


@pytest.mark.parametrize(
    "instant",
    [
        "tomorrow",
        "",
        True,
        None,
        "2018-13-01",
        "9999-12-31T23:59:59Z",
        datetime(3940, 1, 1, tzinfo=UTC),
        1e11,
        -1e11,
        10**400,
        float("nan"),
    ],
)
def test_anything_else_is_no_instant(instant: object) -> None:
    with pytest.raises(ConfigurationError, match=r"start: .* is not an instant\. Give seconds") as error:
        at(instant, "start")  # type: ignore[arg-type]
    assert repr(instant) in str(error.value)


@pytest.mark.parametrize(
    ("at_s", "text"),
    [
        (START_S, "2018-10-27T00:00:00.000Z"),
        (START_S + 0.117, "2018-10-27T00:00:00.117Z"),
        (START_S + 0.9996, "2018-10-27T00:00:01.000Z"),
        (START_S + 0.0004, "2018-10-27T00:00:00.000Z"),
        (0.0, "1970-01-01T00:00:00.000Z"),
    ],
)
def test_instants_are_shown_in_utc_with_milliseconds(at_s: float, text: str) -> None:
    assert iso(at_s) == text


@pytest.mark.parametrize(("duration", "expected_s"), [(0, 0), ("45m", 2700), (0.5, 0.5)])
def test_time_is_advanced_by_a_duration(duration: str | float, expected_s: float) -> None:
    assert forward(duration) == expected_s


@pytest.mark.parametrize("duration", [-60, -0.001, timedelta(seconds=-1)])
def test_time_never_goes_backwards(duration: float | timedelta) -> None:
    with pytest.raises(
        ClockError, match=r"time can't go backwards\. To start earlier, pass start= to FakeSTT"
    ) as error:
        forward(duration)
    assert repr(duration) in str(error.value)


@pytest.mark.parametrize("duration", ["soon", None, True])
def test_advancing_by_no_duration_is_a_mistake_with_the_clock(duration: object) -> None:
    with pytest.raises(ClockError, match="is not a duration"):
        forward(duration)  # type: ignore[arg-type]


def test_a_virtual_clock_stands_still_until_it_is_moved() -> None:
    clock = VirtualClock(START_S)
    assert clock.now_s() == START_S
    clock.wait(1.5)
    assert clock.now_s() == START_S + 1.5


def test_every_clock_stands_still_in_the_last_year_of_dates() -> None:
    clock = VirtualClock(START_S)
    clock.set(1e15)
    assert clock.now_s() == LATEST_AT_S
    clock.wait(1e15)
    assert clock.now_s() == LATEST_AT_S
    assert datetime.fromtimestamp(LATEST_AT_S, UTC) == datetime(9999, 1, 1, tzinfo=UTC)
    assert datetime.fromtimestamp(LAST_AT_S, UTC) == datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)


def test_a_clock_that_follows_stands_still_there_too() -> None:
    own = [START_S]
    clock = FollowingClock(lambda: (own, own[0]))
    for later_s in (1e12, 2e12):
        own[0] = later_s
        assert clock.now_s() == LATEST_AT_S
    assert FollowingClock(lambda: (own, own[0])).now_s() == LATEST_AT_S
    begun = VirtualClock(START_S, lambda: (own, own[0]) if own[0] else None)
    own = [3e12]
    assert begun.begin()
    assert begun.now_s() == LATEST_AT_S


def test_many_small_steps_arrive_where_one_large_one_does() -> None:
    small, large = VirtualClock(START_S), VirtualClock(START_S)
    for _ in range(10_000):
        small.wait(0.1)
    large.wait(1000)
    assert small.now_s() == large.now_s() == START_S + 1000


def test_a_virtual_clock_knows_microseconds_and_nothing_finer() -> None:
    clock = VirtualClock(START_S)
    clock.wait(0.000001)
    assert clock.now_s() == START_S + 0.000001
    clock.wait(0.0000001)
    assert clock.now_s() == START_S + 0.000001


def test_a_virtual_clock_can_be_set_to_a_restored_instant() -> None:
    clock = VirtualClock(START_S)
    clock.set(START_S - 5)
    assert clock.now_s() == START_S - 5


def test_a_following_clock_follows_and_never_goes_back_and_passes_with_what_passes_then() -> None:
    now = [100.0]
    clock = FollowingClock(lambda: (None, now[0]))
    seen = []
    for now[0] in (100.0, 160.0, 130.0, 159.0, 161.1234567):
        seen.append(clock.now_s())
    assert seen == [100.0, 160.0, 160.0, 189.0, 191.123457]


def test_a_following_clock_is_moved_by_nobody_else() -> None:
    clock = FollowingClock(lambda: (None, 100.0))
    clock.wait(60)
    assert clock.now_s() == 100.0


def test_the_client_s_now_is_what_its_time_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "time", lambda: 100.0)
    assert client_now_s() == 100.0


def test_a_clock_that_runs_goes_on_at_its_rate_and_really_waits() -> None:
    real_s, slept = [7.0], []

    def sleep(seconds_s: float) -> None:
        slept.append(seconds_s)
        real_s[0] += seconds_s

    clock = RunningClock(START_S, 600, lambda: real_s[0], sleep)
    seen = [clock.now_s()]
    for real_s[0] in (8.0, 8.5):
        seen.append(clock.now_s())
    assert seen == [START_S, START_S + 600, START_S + 900]
    clock.wait(60)
    assert (slept, clock.now_s(), clock.begin()) == ([0.1], START_S + 960, False)


def test_a_time_that_is_set_takes_over_where_it_is_ahead_and_moves_the_clock_where_it_is_not() -> None:
    one, other = object(), object()
    followed: list[tuple[object, float] | None] = [None]
    clock = VirtualClock(1000, lambda: followed[0])
    seen = []
    for followed[0] in (
        None,
        (one, 5000.0),
        (one, 5060.0),
        (one, 4000.0),
        (one, 4001.0),
        None,
        (one, 4500.0),
        (other, 10.0),
        (other, 13.0),
    ):
        seen.append(clock.now_s())
    assert seen == [1000, 5000, 5060, 5060, 5061, 5061, 5061, 5061, 5064]


def test_a_clock_whose_time_is_set_is_moved_beside_it() -> None:
    followed: list[tuple[object, float]] = [(None, 5000.0)]
    clock = VirtualClock(1000, lambda: followed[0])
    clock.now_s()
    clock.wait(60)
    followed[0] = (None, 5010.0)
    assert clock.now_s() == 1070
    clock.set(2000)
    assert clock.now_s() == 2000


def test_a_clock_with_nothing_behind_it_begins_where_the_time_was_set_once() -> None:
    followed: list[tuple[object, float] | None] = [None]
    clock = VirtualClock(1000, lambda: followed[0])
    assert not clock.begin()
    one = object()
    begun = []
    for followed[0] in ((one, 10.0), (one, 10.0), (one, 15.0), (one, 5.0), (object(), 500.0)):
        begun.append((clock.begin(), clock.now_s()))
    assert begun == [(True, 10), (False, 10), (False, 15), (True, 5), (True, 500)]


def test_threads_that_look_at_once_do_not_add_what_has_passed_twice() -> None:
    followed = [(None, 0.0)]
    met, looks = threading.Barrier(2, timeout=5), threading.local()

    def look() -> tuple[None, float]:
        # The second look of each thread is the one that is written down: both are there with the same past in hand.
        looks.count = getattr(looks, "count", 0) + 1
        if followed[0][1] and looks.count == 2:
            with contextlib.suppress(threading.BrokenBarrierError):
                met.wait(0.05)
        return followed[0]

    clock = VirtualClock(0, look)
    followed[0] = (None, 10.0)
    threads = [threading.Thread(target=clock.now_s) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert clock.now_s() == 10


def test_no_clock_goes_beyond_the_year_9998() -> None:
    check_instant(LATEST_AT_S, "advance('1s')")
    with pytest.raises(ClockError, match=r"^advance\('1s'\): the clock can't go beyond 9999-01-01T00:00:00"):
        check_instant(LATEST_AT_S + 1, "advance('1s')")
