"""Who moves the clock: each policy with a client that polls, unchanged."""

from __future__ import annotations

import datetime
import threading
import time
from typing import Any

import pytest
import requests

from fakestt import ClockError, ConfigurationError, FakeSTT
from fakestt.timing import policies

START = "2018-10-27T00:00:00Z"
START_S = 1540598400.0


def status(stt: FakeSTT, model_id: str, **options: Any) -> str:
    url = f"{stt.url}/v1/acoustic_customizations/{model_id}"
    return str(requests.get(url, auth=("apikey", stt.api_key), **options).json()["status"])


def wait(stt: FakeSTT, model_id: str, every_s: float) -> int:
    """Poll until the training is over; how many requests it took."""
    count = 1
    while status(stt, model_id) == "training":
        time.sleep(every_s)
        count += 1
    return count


def passed(stt: FakeSTT) -> float:
    return round(stt.clock.now() - stt.started_at_s, 6)


@pytest.mark.parametrize(
    ("policy", "requests_made", "at_s"),
    [("on_sleep", 37, 2160), ("next_event", 2, 2160), ("per_request:60s", 37, 37 * 60), ("per_request:1h", 2, 7200)],
)
def test_a_poller_sees_its_training_end(policy: str, requests_made: int, at_s: float) -> None:
    stt = FakeSTT(time=policy, start=START)
    model = stt.acoustic_models.add(status="training")
    with stt.reachable():
        assert wait(stt, model.id, 0.001 if policy.startswith("per") else 60) == requests_made
    assert passed(stt) == at_s
    assert model.history[-1].at_s == START_S + 2160


def test_a_clock_that_runs_by_itself_is_real_time_many_times_over(monkeypatch: pytest.MonkeyPatch) -> None:
    real_s = [100.0]

    def sleep(seconds_s: float) -> None:
        real_s[0] += seconds_s

    monkeypatch.setattr(policies, "REAL", {"monotonic": lambda: real_s[0], "sleep": sleep})
    stt = FakeSTT(time="real:x600", start=START)
    model = stt.acoustic_models.add(status="training")
    seen = []
    for real_s[0] in (100.0, 103.5, 103.6):
        seen.append((passed(stt), model.status))
    assert seen == [(0, "training"), (2100, "training"), (2160, "available")]


def test_a_late_answer_is_late_by_the_clock_s_own_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []
    real_s = [0.0]

    def sleep(seconds_s: float) -> None:
        slept.append(seconds_s)
        real_s[0] += seconds_s

    monkeypatch.setattr(policies, "REAL", {"monotonic": lambda: real_s[0], "sleep": sleep})
    stt = FakeSTT(time="real:x600", start=START)
    model = stt.acoustic_models.add()
    stt.faults.on("getAcousticModel").slow("10m")
    with stt.reachable():
        assert status(stt, model.id, timeout=1.5) == "pending"
        with pytest.raises(requests.ReadTimeout):
            status(stt, model.id, timeout=0.5)
    assert slept == [1.0, 0.5]
    assert passed(stt) == 900


def test_real_time_is_real() -> None:
    before_s = time.time()
    stt = FakeSTT(time="real")
    assert int(before_s) <= stt.clock.now() <= time.time()
    assert passed(stt) < 60


@pytest.mark.parametrize("policy", ["real", "real:x600"])
def test_a_clock_that_runs_by_itself_is_not_to_be_advanced(policy: str) -> None:
    stt = FakeSTT(time=policy)
    with pytest.raises(ClockError, match=r"advance\('1h'\): this fake runs by itself\. Wait for it, or use"):
        stt.clock.advance("1h")


@pytest.mark.parametrize("policy", ["on_sleep", "next_event", "per_request:60s", "manual"])
def test_what_is_the_fake_s_to_move_can_be_advanced(policy: str) -> None:
    stt = FakeSTT(time=policy, start=START)
    model = stt.acoustic_models.add(status="training")
    with stt.reachable():
        assert [change.at_s for change in stt.clock.advance("1h")] == [START_S + 2160]
    assert (passed(stt), model.status) == (3600, "available")


def test_the_client_s_clocks_show_the_fake_s_time_while_it_is_reachable_and_no_longer() -> None:
    stt = FakeSTT(time="on_sleep", start=START)
    real_s = time.time()
    with stt.reachable():
        began_s = time.monotonic()
        assert (time.time(), datetime.datetime.now(tz=datetime.UTC).year) == (START_S, 2018)
        stt.clock.advance("1h")
        time.sleep(60)
        assert (time.time() - START_S, time.monotonic() - began_s) == (3660, 3660)
    assert time.time() >= real_s
    assert time.sleep.__module__ == "time"


def test_a_manual_clock_leaves_the_client_s_time_alone() -> None:
    stt = FakeSTT(time="manual", start=START)
    with stt.reachable():
        assert datetime.datetime.now(tz=datetime.UTC).year > 2018


def test_fakes_that_share_a_clock_share_the_client_s_waiting() -> None:
    one = FakeSTT(time="on_sleep", start=START)
    other = FakeSTT(time=one.clock, seed=1, host="other.test")
    models = [
        stt.acoustic_models.add(status="training", minutes_of_audio=minutes)
        for stt, minutes in ((one, 12), (other, 20))
    ]
    with one.reachable(), other.reachable(vendor=False):
        time.sleep(2160)
        seen = [[model.status for model in models]]
        time.sleep(3600 - 2160)
        seen.append([model.status for model in models])
    assert seen == [["available", "training"], ["available", "available"]]
    assert models[1].history[-1].at_s == START_S + 3600


def test_two_times_at_once_are_refused_with_the_way_out() -> None:
    one, other = FakeSTT(time="on_sleep"), FakeSTT(time="on_sleep")
    with one.reachable():
        with pytest.raises(
            ClockError, match=r"give the clock of the first to the others, FakeSTT\(time=first\.clock\)"
        ):
            other.reachable().__enter__()
        assert status(one, one.acoustic_models.add().id) == "pending"


def test_a_fake_can_be_reachable_again_and_within_itself() -> None:
    stt = FakeSTT(time="on_sleep", start=START)
    for _ in range(2):
        with stt.reachable(), stt.reachable("more.test"):
            time.sleep(30)
    assert passed(stt) == 60


def test_a_late_answer_moves_the_client_s_time_and_lets_other_threads_act_meanwhile() -> None:
    stt = FakeSTT(time="on_sleep", start=START)
    model = stt.acoustic_models.add()
    stt.faults.on("getAcousticModel").slow("45s")
    seen = []

    def other() -> None:
        time.sleep(10)
        seen.append(time.time() - START_S)

    with stt.reachable():
        thread = threading.Thread(target=other)
        thread.start()
        status(stt, model.id)
        seen.append(time.time() - START_S)
        thread.join()
    assert seen == [10, 45]


def test_restoring_an_earlier_state_does_not_turn_the_client_s_monotonic_clock_back() -> None:
    stt = FakeSTT(time="on_sleep", start=START)
    model = stt.acoustic_models.add(status="training")
    with stt.reachable():
        before, began_s = stt.snapshot(), time.monotonic()
        time.sleep(3600)
        stt.restore(before)
        assert (model.status, time.time(), time.monotonic() - began_s) == ("training", START_S, 3600)
        time.sleep(2160)
        assert (model.status, time.monotonic() - began_s) == ("available", 3600 + 2160)


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ({"time": "on_sleeep"}, ["time='on_sleeep'", "Did you mean 'on_sleep'?", "real:x600"]),
        ({"time": 60}, ["time=60", "All: on_sleep, manual"]),
        ({"time": "per_request"}, ["time='per_request'", "per_request:60s"]),
        ({"time": "per_request:often"}, ["'often' is not a duration", "'90s'"]),
        ({"time": "per_request:0s"}, ["time='per_request:0s'", "more than nothing"]),
        ({"time": "per_request:-60"}, ["per_request:-60", "more than nothing"]),
        ({"time": "per_request:0.0000001s"}, ["time='per_request:0.0000001s'", "more than nothing"]),
        ({"time": "real:x0"}, ["time='real:x0'", "'real:x600'"]),
        ({"time": "real:x-5"}, ["time='real:x-5'", "'real:x600'"]),
        ({"time": "real:600"}, ["time='real:600'", "'real:x600'"]),
        ({"time": "real:xfast"}, ["time='real:xfast'", "'real:x600'"]),
        ({"time": "real:xnan"}, ["time='real:xnan'", "'real:x600'"]),
        ({"time": "manual:x2"}, ["time='manual:x2'", "no such policy"]),
        ({"time": "on_sleep", "horizon": "0s"}, ["horizon='0s'", "'7d'"]),
        ({"time": "on_sleep", "horizon": "for ever"}, ["horizon: 'for ever' is not a duration"]),
        ({"patience": "0s"}, ["patience='0s'", "a positive duration, such as '10s'"]),
        ({"time": "on_sleep", "patience": -1}, ["patience=-1", "a positive duration, such as '10s'"]),
        ({"patience": "much"}, ["patience: 'much' is not a duration", "'90s'"]),
        ({"equal_reads": 1}, ["equal_reads=1", "2 or more"]),
        ({"time": "on_sleep", "equal_reads": True}, ["equal_reads=True", "2 or more"]),
        ({"equal_reads": "5000"}, ["equal_reads='5000'", "2 or more"]),
        ({"equal_reads": 5e3}, ["equal_reads=5000.0", "2 or more"]),
    ],
)
def test_a_policy_that_cannot_be_is_refused_with_those_that_can(keys: dict[str, Any], said: list[str]) -> None:
    with pytest.raises(ConfigurationError) as refused:
        FakeSTT(**keys)
    for text in said:
        assert text in str(refused.value)


@pytest.mark.parametrize("keys", [{"start": START}, {"horizon": "1d"}, {"patience": "1s"}, {"equal_reads": 9}])
def test_a_clock_of_another_fake_has_started_already(keys: dict[str, Any]) -> None:
    one = FakeSTT()
    with pytest.raises(ConfigurationError, match="with another fake's clock: it has started already"):
        FakeSTT(time=one.clock, **keys)
