"""The clock in the author's own hands."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests

from fakestt import ClockError, FakeSTT, StateError


@pytest.fixture
def stt() -> FakeSTT:
    return FakeSTT(start=0)


@pytest.mark.parametrize(
    ("duration", "seconds"),
    [
        (45, 45),
        (0.5, 0.5),
        (0, 0),
        ("90s", 90),
        ("45m", 2700),
        ("2h30m", 9000),
        ("1d", 86400),
        (timedelta(hours=1), 3600),
    ],
)
def test_time_moves_by_any_form_of_duration(stt: FakeSTT, duration: Any, seconds: float) -> None:
    stt.clock.advance(duration)
    assert stt.clock.now() == seconds


def test_ten_small_steps_arrive_where_a_large_one_does(stt: FakeSTT) -> None:
    for _ in range(10):
        stt.clock.advance(0.1)
    assert stt.clock.now() == 1.0


@pytest.mark.parametrize("duration", [-60, "-1s", timedelta(seconds=-1), "soon", None, True, "1 h", float("nan")])
def test_what_is_no_way_forward_is_refused_and_moves_nothing(stt: FakeSTT, duration: Any) -> None:
    with pytest.raises(ClockError):
        stt.clock.advance(duration)
    assert stt.clock.now() == 0


def test_a_negative_step_is_told_what_to_do(stt: FakeSTT) -> None:
    expected = r"advance\(-60\): time can't go backwards\. To start earlier, pass start= to FakeSTT\."
    with pytest.raises(ClockError, match=expected):
        stt.clock.advance(-60)


def test_advancing_returns_the_changes_on_the_way_in_order(stt: FakeSTT) -> None:
    slow = stt.acoustic_models.add(status="training", minutes_of_audio=20)
    quick = stt.acoustic_models.add(status="training", minutes_of_audio=10)
    changes = stt.clock.advance("10h")
    assert [(change.at_s, change.subject) for change in changes] == [(1800, quick.id), (3600, slow.id)]


def test_a_jump_of_ten_hours_leaves_each_change_at_its_own_instant(stt: FakeSTT) -> None:
    model = stt.acoustic_models.add(minutes_of_audio=12)
    stt.clock.advance("10h")
    assert [change.at_s for change in model.history] == [0, 14.4]
    assert stt.clock.now() == 36000


def test_a_change_happens_at_its_due_instant_and_not_before(stt: FakeSTT) -> None:
    model = stt.acoustic_models.add(status="training")
    stt.clock.advance(2159.999999)
    before = model.status
    stt.clock.advance(0.000001)
    assert (before, model.status) == ("training", "available")


def test_advance_to_next_stops_at_the_change_that_it_returns(stt: FakeSTT) -> None:
    model = stt.acoustic_models.add(minutes_of_audio=12)
    change = stt.clock.advance_to_next()
    assert change is not None
    assert (stt.clock.now(), change.at_s, change.subject) == (14.4, 14.4, f"{model.id}/audio1")
    assert model.status == "ready"


def test_advance_to_next_goes_nowhere_when_nothing_is_due(stt: FakeSTT) -> None:
    stt.acoustic_models.add()
    assert stt.clock.advance_to_next() is None
    assert stt.clock.now() == 0


def test_pending_tells_what_is_due_when(stt: FakeSTT) -> None:
    slow = stt.acoustic_models.add(status="training", minutes_of_audio=20)
    quick = stt.acoustic_models.add(minutes_of_audio=10)
    due = stt.clock.pending()
    assert [(one.at_s, one.subject, one.activity) for one in due] == [
        (12.0, f"{quick.id}/audio1", "analysis"),
        (3600.0, slow.id, "training"),
    ]


def test_what_has_ended_is_pending_no_more(stt: FakeSTT) -> None:
    stt.acoustic_models.add(status="training")
    stt.clock.advance("10h")
    assert stt.clock.pending() == []


def test_a_clock_can_be_shared_by_two_fakes() -> None:
    one = FakeSTT(start=0)
    other = FakeSTT(time=one.clock, edition="cloud2025")
    model = other.acoustic_models.add(status="training")
    one.clock.advance("10h")
    assert (other.clock.now(), model.status) == (36000, "available")


def test_who_asks_for_a_time_after_all_dates_is_told_so() -> None:
    stt = FakeSTT(start="3900-01-01")
    for _ in range(6):
        stt.clock.advance("365000d")
    before_s = stt.clock.now()
    with pytest.raises(ClockError, match=r"advance\('365000d'\): the clock can't go beyond 9999-01-01T00:00:00.000Z"):
        stt.clock.advance("365000d")
    assert stt.clock.now() == before_s


def test_nothing_is_due_after_all_dates() -> None:
    stt = FakeSTT(start="3900-01-01")
    for _ in range(6):
        stt.clock.advance("365000d")
    stt.script.training(takes="365000d")
    stt.acoustic_models.add(status="training")
    [due] = stt.clock.pending()
    assert datetime.fromtimestamp(due.at_s, UTC) == datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)
    with pytest.raises(ClockError, match=r"advance_to_next\(\): the clock can't go beyond"):
        stt.clock.advance_to_next()


def test_no_request_goes_there() -> None:
    stt = FakeSTT(start="3900-01-01", time="per_request:365000d")
    stt.faults.on("listAcousticModels", times=3).slow("365000d")
    with stt.reachable():
        for _ in range(9):
            with contextlib.suppress(requests.Timeout):
                stt.client().list_acoustic_models()
    assert stt.clock.now() == datetime(9999, 1, 1, tzinfo=UTC).timestamp()


def test_a_snapshot_of_a_time_after_all_dates_is_none() -> None:
    stt = FakeSTT(start="3900-01-01")
    stt.acoustic_models.add(status="training")
    state = stt.snapshot()
    late = {**state, "now_s": 1e12}
    with pytest.raises(StateError, match="an instant is later than a datetime can be"):
        stt.restore(late)
    assert stt.clock.now() == state["now_s"]
