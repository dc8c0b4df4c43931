"""The test's own clock drives the fake as well as `advance` does."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
import requests
import time_machine
from freezegun import freeze_time

from fakestt import ClockError, ConfigurationError, FakeSTT
from fakestt.media import forge

BASE = "en-US_BroadbandModel"
START = "2018-10-27T00:00:00Z"
Move = Callable[[float], object]
Story = list[tuple[float, str, str | None, str | None, str]]


def story(stt: FakeSTT, move: Move) -> Story:
    """Drive a model through its life over HTTP; return its history, instants counted from the fake's start."""
    auth = ("apikey", stt.api_key)
    models = f"{stt.url}/v1/acoustic_customizations"
    wav = {"Content-Type": "audio/wav"}
    with stt.reachable():
        made = requests.post(models, json={"name": "car", "base_model_name": BASE}, auth=auth)
        model_id = made.json()["customization_id"]
        at = f"{models}/{model_id}"
        requests.post(f"{at}/audio/one", data=forge.wav(600, 8000), headers=wav, auth=auth)  # a rate that is too low
        move(60)
        requests.post(f"{at}/audio/one?allow_overwrite=true", data=forge.wav(660), headers=wav, auth=auth)
        move(0.5)
        requests.get(at, auth=auth)
        move(59.5)
        requests.post(f"{at}/train", auth=auth)
        move(10 * 3600)
        stt.base_models.publish(BASE, f"{BASE}.v2018-07-31")
        requests.post(f"{at}/upgrade_model", auth=auth)
        move(36 * 3600)
        model = stt.acoustic_models[model_id]
        stt.script.training(fails="too noisy", after="10m")
        requests.post(f"{at}/audio/two", data=forge.wav(10), headers=wav, auth=auth)
        move(60)
        requests.post(f"{at}/train", auth=auth)
        move(3600)
        return [
            (
                round(change.at_s - stt.started_at_s, 6),
                change.subject.replace(model_id, "model"),
                change.before and change.before.code,
                change.after and change.after.code,
                change.cause,
            )
            for change in model.history
        ]


@pytest.fixture(scope="module")
def by_advance() -> Story:
    stt = FakeSTT(start=START)
    return story(stt, stt.clock.advance)


def test_the_story_is_worth_comparing(by_advance: Story) -> None:
    reached = [after for _, _, _, after, _ in by_advance]
    assert reached == ["P0", "PB", "PI", "PB", "R", "T", "A", "U", "A", "PB", "R", "T", "F"]
    assert [at_s for at_s, _, _, after, _ in by_advance if after in ("A", "F")] == [2100, 37440, 166380]


def test_ticking_gives_the_same_history_as_advancing(by_advance: Story) -> None:
    with freeze_time(START) as frozen:
        stt = FakeSTT(time="follow")
        assert story(stt, lambda step_s: frozen.tick(timedelta(seconds=step_s))) == by_advance


def test_moving_to_an_instant_gives_the_same_history_as_advancing(by_advance: Story) -> None:
    with freeze_time(START) as frozen:
        stt = FakeSTT(time="follow")

        def move(step_s: float) -> None:
            frozen.move_to(datetime.now(tz=UTC) + timedelta(seconds=step_s))

        assert story(stt, move) == by_advance


def test_many_small_ticks_give_the_same_history_as_few_large_ones(by_advance: Story) -> None:
    with freeze_time(START) as frozen:
        stt = FakeSTT(time="follow")

        def move(step_s: float) -> None:
            for _ in range(5):
                frozen.tick(timedelta(seconds=step_s / 5))
                len(stt.acoustic_models)

        assert story(stt, move) == by_advance


def test_looking_on_the_way_changes_nothing(by_advance: Story) -> None:
    stt = FakeSTT(start=START)

    def move(step_s: float) -> None:
        for _ in range(10):
            stt.clock.advance(step_s / 10)
            list(stt.acoustic_models)
            stt.report()

    assert story(stt, move) == by_advance


@pytest.mark.parametrize("policy", ["follow", "on_sleep"])
def test_a_time_machine_s_shifts_give_the_same_history_as_advancing(by_advance: Story, policy: str) -> None:
    with time_machine.travel(START, tick=False) as traveller:
        assert story(FakeSTT(time=policy), traveller.shift) == by_advance


@pytest.mark.parametrize("policy", ["follow", "on_sleep"])
def test_a_time_machine_s_moves_give_the_same_history_as_advancing(by_advance: Story, policy: str) -> None:
    with time_machine.travel(START, tick=False) as traveller:
        moved_s = 0.0

        def move(step_s: float) -> None:
            nonlocal moved_s
            moved_s += step_s
            traveller.move_to(datetime.fromisoformat(START[:-1] + "+00:00") + timedelta(seconds=moved_s))

        assert story(FakeSTT(time=policy), move) == by_advance


def test_sleeping_gives_the_same_history_as_advancing(by_advance: Story) -> None:
    stt = FakeSTT(time="on_sleep", start=START)
    assert story(stt, lambda step_s: time.sleep(step_s)) == by_advance  # found anew each time: the name is replaced


def test_sleeping_in_a_freeze_gives_the_same_history_though_the_freeze_stands(by_advance: Story) -> None:
    with freeze_time(START):
        assert story(FakeSTT(time="on_sleep"), lambda step_s: time.sleep(step_s)) == by_advance
        assert time.time() == 1540598400


def test_sleeping_and_ticking_by_turns_give_the_same_history(by_advance: Story) -> None:
    with freeze_time(START) as frozen:
        stt = FakeSTT(time="on_sleep")

        def move(step_s: float) -> None:
            time.sleep(step_s / 2)
            frozen.tick(timedelta(seconds=step_s / 2))

        assert story(stt, move) == by_advance


def test_a_freeze_in_a_service_that_is_reachable_gives_the_same_history(by_advance: Story) -> None:
    stt = FakeSTT(time="on_sleep")
    with stt.reachable(), freeze_time(START) as frozen:
        assert story(stt, lambda step_s: frozen.tick(timedelta(seconds=step_s))) == by_advance


# Jumps


def test_a_jump_of_ten_hours_leaves_each_change_at_its_own_instant() -> None:
    with freeze_time(START) as frozen:
        stt = FakeSTT(time="follow")
        model = stt.acoustic_models.add(minutes_of_audio=12)
        frozen.tick(timedelta(hours=10))
        assert [round(change.at_s - stt.started_at_s, 6) for change in model.history] == [0, 14.4]


def test_a_jump_backwards_undoes_nothing() -> None:
    with freeze_time(START) as frozen:
        stt = FakeSTT(time="follow")
        model = stt.acoustic_models.add(status="training")
        frozen.tick(timedelta(hours=10))
        history = model.history
        frozen.move_to("2018-10-01")
        assert (model.status, model.history, stt.clock.now()) == ("available", history, stt.started_at_s + 36000)


def test_what_is_asked_for_after_a_jump_backwards_is_not_before_what_was() -> None:
    with freeze_time(START) as frozen:
        stt = FakeSTT(time="follow")
        stt.acoustic_models.add(name="first")
        frozen.tick(timedelta(hours=10))
        second = stt.acoustic_models.add(name="second", minutes_of_audio=12)
        frozen.move_to("2018-10-01")
        third = stt.acoustic_models.add(name="third")
        assert third.history[0].at_s == second.history[0].at_s == stt.started_at_s + 36000
        frozen.move_to("2018-10-27T10:00:14.400001Z")
        assert second.status == "ready"


def test_a_fake_goes_on_when_time_has_passed_the_latest_instant_again() -> None:
    with freeze_time(START) as frozen:
        stt = FakeSTT(time="follow")
        stt.clock.now()
        frozen.move_to("2018-10-01")
        model = stt.acoustic_models.add(status="training")
        frozen.move_to("2018-10-28")
        assert model.status == "available"


# Frozen when, and where


def test_a_fake_made_before_a_freeze_follows_it() -> None:
    stt = FakeSTT(time="follow")
    model = stt.acoustic_models.add(status="training")
    with freeze_time("2100-01-01"):
        assert model.status == "available"
        assert stt.clock.now() == datetime(2100, 1, 1, tzinfo=UTC).timestamp()


def test_a_fake_made_in_a_freeze_goes_on_after_it() -> None:
    with freeze_time(START):
        stt = FakeSTT(time="follow")
        model = stt.acoustic_models.add(status="training")
        assert model.status == "training"
    assert model.status == "available"


@pytest.mark.parametrize("policy", ["follow", "on_sleep"])
def test_a_fake_that_was_looked_at_only_begins_where_a_later_freeze_does(policy: str) -> None:
    stt = FakeSTT(time=policy)
    assert stt.started_at_s > 1.7e9
    with freeze_time(START):
        looks = stt.clock.now(), stt.started_at_s
        assert looks == (1540598400, 1540598400)
        assert stt.acoustic_models.add().history[0].at_s == 1540598400


@pytest.mark.parametrize("policy", ["follow", "on_sleep"])
def test_a_fake_in_use_does_not_begin_anew_in_a_later_freeze(policy: str) -> None:
    stt = FakeSTT(time=policy)
    model = stt.acoustic_models.add()
    with freeze_time(START):
        assert stt.clock.now() >= stt.started_at_s > 1.7e9
        assert model.history[0].at_s > 1.7e9


def test_fakes_that_share_a_clock_begin_at_one_instant() -> None:
    first = FakeSTT(time="on_sleep")
    second = FakeSTT(time=first.clock)
    with freeze_time(START):
        assert second.started_at_s == first.started_at_s == 1540598400
        model = first.acoustic_models.add(status="training")
        second.clock.advance(2160)
        assert model.status == "available"


def test_a_fake_in_use_keeps_the_clock_that_it_shares_from_going_back() -> None:
    first = FakeSTT(time="on_sleep", start="2019-01-01")
    second = FakeSTT(time=first.clock)
    model = first.acoustic_models.add(status="training")
    with freeze_time(START) as frozen:
        second.acoustic_models.add()
        frozen.tick(timedelta(seconds=1))
        assert second.clock.now() == first.clock.now() == first.started_at_s + 1
        second.clock.advance(2159)
        assert model.status == "available"


def test_a_manual_fake_made_in_a_freeze_starts_there_and_stands_still() -> None:
    with freeze_time("2018-10-27T00:00:00.75Z") as frozen:
        stt = FakeSTT(time="manual")
        frozen.tick(3600)
        assert stt.clock.now() == datetime(2018, 10, 27, tzinfo=UTC).timestamp()


def test_a_freeze_that_ticks_at_each_look_is_moved_by_the_client_s_looks_and_not_by_the_fake_s() -> None:
    with freeze_time(START, auto_tick_seconds=60):
        stt = FakeSTT()
        instants = []
        for _ in range(3):
            datetime.now(tz=UTC)
            instants += [stt.clock.now(), stt.clock.now()]
    assert [later - earlier for earlier, later in itertools.pairwise(instants)] == [0, 60, 0, 60, 0]


def test_a_fake_made_in_a_freeze_follows_unless_it_is_told_otherwise() -> None:
    with freeze_time(START) as frozen:
        following, manual, started = FakeSTT(), FakeSTT(time="manual"), FakeSTT(start=START)
        frozen.tick(60)
        passed = [stt.clock.now() - stt.started_at_s for stt in (following, manual, started)]
    assert passed == [60, 0, 0]


def test_after_a_jump_backwards_the_service_s_time_passes_with_the_test_s() -> None:
    with freeze_time(START) as frozen:
        stt = FakeSTT()
        model = stt.acoustic_models.add(status="training")
        frozen.tick(60)
        assert model.status == "training"  # what passes between two looks is what counts
        frozen.move_to("2018-10-01")
        assert model.status == "training"
        frozen.tick(2160 - 61)
        assert model.status == "training"
        frozen.tick(1)
        assert model.status == "available"
        assert model.history[-1].at_s == stt.started_at_s + 2160


@pytest.mark.parametrize("call", ["advance", "advance_to_next"])
def test_a_following_clock_is_not_to_be_advanced(call: str) -> None:
    with freeze_time(START):
        stt = FakeSTT(time="follow")
        stt.acoustic_models.add(status="training")
        with pytest.raises(ClockError, match=rf"{call}\(.*follows the test's own time\. Move that \(freezer\.tick\)"):
            getattr(stt.clock, call)(*["1h"][: call == "advance"])


def test_pending_is_told_under_follow_as_well() -> None:
    with freeze_time(START) as frozen:
        stt = FakeSTT(time="follow")
        model = stt.acoustic_models.add(status="training")
        assert stt.clock.pending() == [(stt.started_at_s + 2160, model.id, "training")]
        frozen.tick(2160)
        assert stt.clock.pending() == []


def test_tokens_expire_as_the_frozen_time_passes() -> None:
    with freeze_time(START) as frozen:
        stt = FakeSTT(time="follow")
        bearer = {"Authorization": f"Bearer {stt.auth.hand_out(stt.api_key).text}"}
        with stt.reachable():
            seen = []
            for step_s in (0, 3599, 1):
                frozen.tick(step_s)
                seen.append(requests.get(f"{stt.url}/v1/models", headers=bearer).status_code)
        assert seen == [200, 200, 401]


# The start


@pytest.mark.parametrize(
    "start",
    [
        "2018-10-27T00:00:00Z",
        "2018-10-27",
        "2018-10-27T02:00:00+02:00",
        1540598400,
        1540598400.0,
        datetime(2018, 10, 27, tzinfo=UTC),
        datetime(2018, 10, 27),  # noqa: DTZ001  # one without a zone is UTC
        datetime(2018, 10, 26, 19, tzinfo=timezone(timedelta(hours=-5))),
    ],
    ids=str,
)
def test_a_start_can_be_said_in_many_ways(start: Any) -> None:
    assert FakeSTT(start=start).clock.now() == 1540598400


@pytest.mark.parametrize("start", ["yesterday", "", True, [1], float("nan"), float("inf"), 1e20], ids=str)
def test_a_start_that_is_no_instant_is_refused_with_what_is_one(start: Any) -> None:
    with pytest.raises(ConfigurationError, match=r"start: .* is not an instant\. Give seconds since the epoch"):
        FakeSTT(start=start)


def test_a_start_and_a_clock_that_follows_exclude_each_other() -> None:
    with pytest.raises(ConfigurationError, match="start=0 with time='follow': the time is the test's own"):
        FakeSTT(start=0, time="follow")
