"""What a test does at a virtual instant, between two requests of the client."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import requests
from freezegun import freeze_time

from fakestt import ClockError, ConfigurationError, FakeSTT, NeverCame, StateError
from fakestt.media import forge

START = "2018-10-27T00:00:00Z"


@pytest.fixture
def stt() -> FakeSTT:
    return FakeSTT(time="on_sleep", start=START)


def get(stt: FakeSTT, path: str = "") -> requests.Response:
    return requests.get(f"{stt.url}/v1/acoustic_customizations{path}", auth=("apikey", stt.api_key))


def clock_s(stt: FakeSTT) -> float:
    return round(stt.clock.now() - stt.started_at_s, 6)


def test_a_moment_comes_at_its_instant_between_two_requests(stt: FakeSTT) -> None:
    model = stt.acoustic_models.add(status="training")
    seen: list[object] = []
    stt.at("30m", lambda: seen.append(("moment", clock_s(stt))))
    with stt.reachable():
        for _ in range(3):
            time.sleep(25 * 60)
            seen.append((get(stt, f"/{model.id}").json()["status"], clock_s(stt)))
    assert seen == [("training", 1500), ("moment", 1800), ("available", 3000), ("available", 4500)]


def test_moments_come_in_the_order_of_their_instants_and_then_of_their_planning(stt: FakeSTT) -> None:
    seen: list[str] = []
    for name, instant in (("c", "2h"), ("a", 60), ("d", timedelta(hours=2)), ("b", "1h")):
        stt.at(instant, lambda name=name: seen.append(name))  # type: ignore[misc]
    with stt.reachable():
        time.sleep(7200)
    assert seen == ["a", "b", "c", "d"]


def test_a_moment_comes_once(stt: FakeSTT) -> None:
    seen: list[float] = []
    stt.at(0, lambda: seen.append(clock_s(stt)))
    for _ in range(3):
        stt.clock.advance(1)
    assert seen == [0]


def test_a_change_that_is_due_at_the_same_instant_comes_first(stt: FakeSTT) -> None:
    model = stt.acoustic_models.add(status="training")
    seen: list[str] = []
    stt.at(2160, lambda: seen.append(model.status))
    stt.clock.advance("1h")
    assert seen == ["available"]


def test_under_a_manual_clock_a_moment_has_its_own_instant_in_a_long_step() -> None:
    stt = FakeSTT(start=START)
    model = stt.acoustic_models.add(status="training")
    seen: list[object] = []
    for minutes in (30, 40):
        stt.at(minutes * 60, lambda: seen.append((clock_s(stt), model.status)))
    stt.clock.advance("10h")
    assert seen == [(1800, "training"), (2400, "available")]
    assert clock_s(stt) == 36_000


def test_a_moment_may_do_what_a_test_may(stt: FakeSTT) -> None:
    model = stt.acoustic_models.add(status="training")

    def act() -> None:
        stt.faults.on("getAcousticModel", times=1).fail(503)
        model.script.training(takes="2h")
        stt.at("1h", lambda: seen.append("later"))
        get(stt)

    seen: list[object] = []
    stt.at("10m", act)
    with stt.reachable():
        for _ in range(3):
            time.sleep(2400)
            seen.append(get(stt, f"/{model.id}").status_code)
    assert seen == [503, "later", 200, 200]
    assert model.history[-1].at_s == stt.started_at_s + 7200
    assert [round(one.at_s - stt.started_at_s) for one in stt.journal.calls("listAcousticModels")] == [600]


def test_a_moment_may_move_the_clock_itself(stt: FakeSTT) -> None:
    stt.at("1m", lambda: stt.clock.advance("1h"))
    with stt.reachable():
        time.sleep(120)
    assert clock_s(stt) == 3660


@pytest.mark.parametrize("policy", ["follow", "per_request:60s"])
def test_where_the_time_is_not_the_fake_s_a_moment_comes_with_the_next_look(policy: str) -> None:
    seen: list[float] = []
    with freeze_time(START) as frozen:
        stt = FakeSTT(time=policy)
        stt.at(90, lambda: seen.append(clock_s(stt)))
        with stt.reachable():
            get(stt)
            frozen.tick(100)
            get(stt)
    assert seen == [90 if policy == "per_request:60s" else 100]


def test_such_a_moment_comes_before_the_request_that_looks_is_answered() -> None:
    with freeze_time(START) as frozen:
        stt = FakeSTT()
        stt.at(90, lambda: stt.faults.on("*").fail(503))
        with stt.reachable():
            seen = [get(stt).status_code]
            frozen.tick(100)
            seen.append(get(stt).status_code)
    assert seen == [200, 503]


# Changes


def test_each_change_of_a_model_is_told_at_its_own_instant(stt: FakeSTT) -> None:
    model, other = stt.acoustic_models.add(), stt.acoustic_models.add(status="training")
    told: list[tuple[str, float]] = []
    stt.clock.on_change(model, lambda change: told.append((str(change.after), clock_s(stt))))
    with stt.reachable():
        client = stt.client()
        time.sleep(10)
        client.add_audio(model.id, "one", forge.flac(600), content_type="audio/flac")
        time.sleep(60)
        client.train_acoustic_model(model.id)
        time.sleep(7200)
        client.delete_acoustic_model(model.id)
    assert told == [("pending", 10), ("ready", 22), ("training", 70), ("available", 1870), ("None", 7270)]
    assert other.status == "available"


def test_a_long_step_by_hand_stops_at_each_change_that_somebody_waits_for() -> None:
    stt = FakeSTT(start=START)
    models = [stt.acoustic_models.add(status="training", minutes_of_audio=minutes) for minutes in (10, 20)]
    told: list[float] = []
    for model in models:
        stt.clock.on_change(model.id, lambda change: told.append(clock_s(stt)))
    stt.clock.advance("10h")
    assert told == [1800, 3600]


def test_what_was_is_not_told(stt: FakeSTT) -> None:
    model = stt.acoustic_models.add(status="training")
    stt.clock.advance("1h")
    told: list[object] = []
    stt.clock.on_change(model, told.append)
    state = stt.snapshot()
    stt.clock.advance("1h")
    stt.restore(state)
    stt.clock.advance("1h")
    assert told == []


def test_what_happens_again_after_a_restored_state_is_told_again(stt: FakeSTT) -> None:
    model = stt.acoustic_models.add(status="training")
    told: list[str] = []
    stt.clock.on_change(model, lambda change: told.append(str(change.after)))
    state = stt.snapshot()
    stt.clock.advance("1h")
    stt.restore(state)
    stt.clock.advance("1h")
    assert told == ["available", "available"]


def test_the_next_change_is_the_one_that_was_due_whatever_a_moment_does_before(stt: FakeSTT) -> None:
    model = stt.acoustic_models.add(status="training")
    stt.at("10m", lambda: stt.acoustic_models.add(name="another"))
    change = stt.clock.advance_to_next()
    assert change is not None
    assert (change.subject, str(change.after)) == (model.id, "available")


def test_a_next_change_that_a_moment_prevents_is_none(stt: FakeSTT) -> None:
    model = stt.acoustic_models.add(status="training")
    stt.at("10m", lambda: model.script.training(stalls=True))
    assert stt.clock.advance_to_next() is None
    assert (clock_s(stt), model.status) == (2160, "training")


def test_a_callback_may_bring_about_the_next_change(stt: FakeSTT) -> None:
    model = stt.acoustic_models.add(status="training")
    told: list[str] = []

    def again(change: Any) -> None:
        told.append(str(change.after))
        if change.after == "available":
            model.script.training(takes="1h")
            stt.client().reset_acoustic_model(model.id)

    stt.clock.on_change(model, again)
    with stt.reachable():
        time.sleep(2160)
    assert told == ["available", "pending"]


# What goes wrong in them


def wrong() -> None:
    raise AssertionError("not so")


def test_what_a_moment_raises_is_the_test_s_failure_and_not_the_client_s(stt: FakeSTT) -> None:
    stt.at("1m", wrong)
    seen = []

    def run() -> None:
        with stt.reachable():
            time.sleep(120)
            seen.append(get(stt).status_code)

    with pytest.raises(AssertionError, match="not so"):
        run()
    assert seen == [200]


def test_an_author_who_moves_the_clock_meets_it_there(stt: FakeSTT) -> None:
    stt.at("1m", wrong)
    with pytest.raises(AssertionError, match="not so"):
        stt.clock.advance("1h")
    assert clock_s(stt) == 3600


def test_what_others_have_raised_is_told_with_the_first(stt: FakeSTT) -> None:
    def also() -> None:
        raise KeyError("gone")

    for instant, callback in (("1m", wrong), ("2m", also), ("3m", wrong)):
        stt.at(instant, callback)
    with pytest.raises(AssertionError, match="not so") as raised:
        stt.clock.advance("1h")
    assert raised.value.__notes__ == ["And KeyError: 'gone'", "And AssertionError: not so"]  # type: ignore[attr-defined]


def test_what_a_moment_has_raised_is_told_with_what_ended_a_thread_s_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(threading, "excepthook", lambda told: None)
    stt = FakeSTT(time="next_event")
    stt.at("1m", wrong)

    def run() -> None:
        with stt.reachable():
            client = threading.Thread(target=lambda: [time.sleep(1), time.sleep(1)])
            client.start()
            client.join()

    with pytest.raises(AssertionError, match="not so") as raised:
        run()
    assert [note[:25] for note in raised.value.__notes__] == ["And ClockError: sleep(1) "]  # type: ignore[attr-defined]


def test_a_failure_of_the_test_itself_is_not_hidden_by_it(stt: FakeSTT) -> None:
    stt.at("1m", wrong)

    def run() -> None:
        with stt.reachable():
            time.sleep(120)
            raise KeyError

    with pytest.raises(KeyError):
        run()


@pytest.mark.parametrize(
    ("ask", "error", "said"),
    [
        (lambda stt: stt.at("5m", None), ConfigurationError, "at: None can't be called"),
        (lambda stt: stt.at("soon", wrong), ConfigurationError, "at: 'soon' is not a duration"),
        (lambda stt: stt.at("1h", wrong, optional=0), ConfigurationError, "at('1h', optional=0): give True (it need"),
        (
            lambda stt: stt.at("5m", wrong),
            ClockError,
            "600 s have passed since the fake's start, and it counts from there",
        ),
        (lambda stt: stt.clock.on_change("nobody", wrong), StateError, "there is no such model"),
        (
            lambda stt: stt.clock.on_change(stt.acoustic_models.add(), 3),
            ConfigurationError,
            "on_change: 3 can't be called",
        ),
    ],
)
def test_what_cannot_be_is_refused_at_once(
    stt: FakeSTT, ask: Callable[[FakeSTT], object], error: type[Exception], said: str
) -> None:
    stt.clock.advance("10m")
    with pytest.raises(error) as refused:
        ask(stt)
    assert said in str(refused.value)


def test_a_fault_that_is_armed_at_a_moment_is_a_fault_like_any_other(stt: FakeSTT) -> None:
    stt.at("30m", lambda: stt.faults.on("*", times=1).fail(503))
    with stt.reachable():
        seen = []
        for _ in range(4):
            time.sleep(600)
            seen.append(get(stt).status_code)
    assert seen == [200, 200, 503, 200]


# What never came


def test_a_moment_that_never_came_is_told_at_the_end_with_where_the_clock_stopped(stt: FakeSTT) -> None:
    stt.at("30m", wrong)
    stt.at(7200, lambda: None)
    stt.at("10m", lambda: None)
    with stt.reachable():  # to leave it is not the end: it may be entered again
        time.sleep(600)
    with pytest.raises(NeverCame) as told:
        stt.check_used()
    assert str(told.value) == (
        "at('30m', wrong), at(7200, <lambda>): never came, so the test does not show what it says. The clock stopped "
        "at +0:10:00. Let it go on (clock.advance, or a client that waits), plan it earlier, or write optional=True "
        "if it need not come."
    )


@pytest.mark.parametrize("optional", [True, False])
def test_a_moment_that_came_or_need_not_come_is_not_told(stt: FakeSTT, optional: bool) -> None:
    stt.at("30m", lambda: None, optional=optional)
    if not optional:
        stt.clock.advance("30m")
    stt.check_used()


def test_an_optional_moment_comes_like_any_other(stt: FakeSTT) -> None:
    seen: list[float] = []
    stt.at("30m", lambda: seen.append(clock_s(stt)), optional=True)
    stt.clock.advance("1h")
    assert seen == [1800]


@pytest.mark.parametrize("policy", ["manual", "follow"])
def test_a_moment_for_which_nobody_looked_again_is_told_that(policy: str) -> None:
    with freeze_time(START) as frozen:
        stt = FakeSTT(time=policy)
        model = stt.acoustic_models.add()
        stt.at(0 if policy == "manual" else 90, wrong)
        frozen.tick(100)
        assert model.status == "pending"  # a look at the model is no request
    # The freeze is over, and the real time, years away, is not where the fake's clock stopped.
    reached = {"manual": r"\+0:00:00", "follow": r"\+0:01:40"}[policy]
    with pytest.raises(NeverCame, match=rf"The clock got to {reached}\. It comes with a request, or when"):
        stt.check_used()


def test_of_fakes_that_share_a_time_each_is_asked_for_its_own_moments(stt: FakeSTT) -> None:
    other = FakeSTT(time=stt.clock)
    other.at("30m", wrong)
    stt.check_used()
    with pytest.raises(NeverCame, match=r"at\('30m', wrong\): never came"):
        other.check_used()


def test_all_that_never_came_is_told_at_once(stt: FakeSTT) -> None:
    stt.faults.on("addAudio").fail(503)
    stt.at("30m", wrong)
    stt.script.training("car", takes="1h")
    with pytest.raises(NeverCame) as told:
        stt.check_used()
    heads = [line.partition(": ")[0] for line in str(told.value).splitlines() if not line.startswith(" ")]
    assert heads == ["on('addAudio').fail(503)", "at('30m', wrong)", "script.training('car', takes='1h')"]
