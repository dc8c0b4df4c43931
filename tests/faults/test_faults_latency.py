"""A latency: every answer is late, in every time policy, and no rule has anything to do with it."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
import requests
from asking import MODELS, START, ask, basic, environ_of
from freezegun import freeze_time

import fakestt
from fakestt import FakeSTT
from fakestt.errors import ConfigurationError
from fakestt.faults.effects import Effect
from fakestt.faults.latency import read_latency
from fakestt.intercept.waiting.real import REAL
from fakestt.wire import Close, How, Late, WireClosed, WireTimeout

LIST = "/v1/models"


def delays(stt: FakeSTT, count: int) -> list[float]:
    """How long so many requests take, in the fake's time."""
    taken = []
    for _ in range(count):
        at_s = stt.clock.now()
        assert ask(stt, "GET", LIST).status == 200
        taken.append(round(stt.clock.now() - at_s, 6))
    return taken


def test_each_answer_is_late_and_the_journal_says_so_of_no_rule() -> None:
    stt = FakeSTT(start=START, latency="120ms")
    assert delays(stt, 3) == [0.12] * 3
    exchange = stt.journal[0]
    assert (exchange.rule, exchange.arrival.how, exchange.status) == (None, How.LATE, 200)
    assert exchange.arrival.at_s == pytest.approx(exchange.at_s + 0.12)
    stt.check_used()


@pytest.mark.parametrize("none", [0, "0s", (0, 0)])
def test_without_a_latency_an_answer_is_prompt(none: Any) -> None:
    stt = FakeSTT(start=START, latency=none)
    assert delays(stt, 2) == [0, 0]
    assert stt.journal[0].arrival.how is How.WHOLE
    assert read_latency(none, seed=0) is None  # so it costs nothing


def test_a_range_is_drawn_from_by_the_seed() -> None:
    def drawn(seed: int) -> list[float]:
        return delays(FakeSTT(start=START, seed=seed, latency=("50ms", "200ms")), 200)

    first = drawn(7)
    assert first == drawn(7) != drawn(8)
    assert 0.05 <= min(first) < 0.06
    assert 0.19 < max(first) < 0.2
    assert sum(first) / 200 == pytest.approx(0.125, abs=0.01)


def test_refusals_tokens_and_what_no_route_fits_are_late_as_well() -> None:
    stt = FakeSTT(edition="cloud2025", start=START, latency="1s")
    form = b"grant_type=urn:ibm:params:oauth:grant-type:apikey&apikey=k"
    for request in (
        ("POST", "/identity/token", form),
        ("GET", "/v1/nowhere"),
        ("GET", f"{MODELS}/x"),
        ("OPTIONS", LIST),
    ):
        ask(stt, *request)
    assert stt.clock.now() - stt.started_at_s == 4


def test_a_latency_and_a_slow_answer_are_one_silence() -> None:
    stt = FakeSTT(start=START, latency="20s")
    stt.faults.on("listModels", times=2).slow("15s")
    assert ask(stt, "GET", LIST, **{"fakestt.read_timeout_s": 35.0}).status == 200
    with pytest.raises(WireTimeout):
        ask(stt, "GET", LIST, **{"fakestt.read_timeout_s": 34.0})
    assert stt.clock.now() - stt.started_at_s == 35 + 34


@pytest.mark.parametrize("effect", [fakestt.lose_reply(), Effect("by hand", None, (Late(0), Close()))])
def test_a_connection_ends_later_as_well(effect: Effect) -> None:
    stt = FakeSTT(start=START, latency="2s")
    stt.faults.on("listModels").do(effect)
    with pytest.raises(WireClosed):
        ask(stt, "GET", LIST)
    assert stt.clock.now() - stt.started_at_s == 2


def test_an_impatient_client_gives_up_and_the_work_is_done() -> None:
    stt = FakeSTT(start=START, latency="3s")
    with stt.reachable(), pytest.raises(requests.ReadTimeout):
        requests.post(
            f"{stt.url}{MODELS}", json={"name": "car", "base_model_name": "en-US_BroadbandModel"},
            auth=("apikey", "k"), timeout=2,
        )  # fmt: skip
    assert len(stt.acoustic_models) == 1


def test_the_clients_own_clock_goes_on_with_it() -> None:
    stt = FakeSTT(time="on_sleep", start=START, latency="500ms")
    with stt.reachable():
        began = time.monotonic()
        requests.get(f"{stt.url}/v1/models", auth=("apikey", "k"), timeout=5)
        assert time.monotonic() - began == pytest.approx(0.5)


def test_under_follow_the_tests_own_time_is_not_moved() -> None:
    with freeze_time(START):
        stt = FakeSTT(time="follow", latency="5s")
        assert delays(stt, 1) == [0]
        with pytest.raises(WireTimeout):
            ask(stt, "GET", LIST, **{"fakestt.read_timeout_s": 4.0})


def test_under_real_it_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    slept_s: list[float] = []
    monkeypatch.setitem(REAL, "sleep", slept_s.append)
    stt = FakeSTT(time="real:x600", latency="1m")
    ask(stt, "GET", LIST)
    assert slept_s == [0.1]


def test_a_server_that_can_be_silent_is_told_of_it() -> None:
    stt = FakeSTT(start=START, latency="120ms")
    asked_s: list[float] = []

    def be_late(late_s: float, then: Callable[[float], None]) -> None:
        asked_s.append(late_s)
        then(late_s)

    environ = environ_of("GET", LIST, headers={"Authorization": basic("k")})
    stt.app({**environ, "fakestt.be_late": be_late}, lambda *head: None)
    assert asked_s == [0.12]


@pytest.mark.parametrize(
    ("latency", "message"),
    [
        ("soon", "latency='soon': 'soon' is not a duration."),
        (
            -1,
            "latency=-1: an answer can't be early, and the least comes before the most: '120ms', or ('50ms', '200ms').",
        ),
        (("2s", "1s"), "latency=('2s', '1s'): an answer can't be early"),
        (("2s",), "latency=('2s',): give a duration, or the least and the most of a range: ('50ms', '200ms')."),
        ((1, 2, 3), "latency=(1, 2, 3): give a duration"),
        (None, "latency=None: None is not a duration."),
    ],
)
def test_misuse_is_an_error(latency: Any, message: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        FakeSTT(latency=latency)
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("ini", "marker", "expected"),
    [
        ("fakestt_latency = 120ms", "", "0.12 == late"),
        ("fakestt_latency = 50ms , 200ms", "", "0.05 <= late < 0.2"),
        ("fakestt_latency = 1h", "@pytest.mark.fakestt(latency=('3s', '4s'))", "3 <= late < 4"),
        ("", "@pytest.mark.fakestt(latency=2)", "2 == late"),
    ],
)
def test_marker_and_ini_file_say_it_as_well(pytester: pytest.Pytester, ini: str, marker: str, expected: str) -> None:
    pytester.makeini(f"[pytest]\n{ini}\n")
    pytester.makepyfile(
        f"""
        import pytest, requests

        {marker}
        def test_it(fake_stt):
            began_s = fake_stt.clock.now()
            requests.get(f"{{fake_stt.url}}/v1/models", auth=("apikey", "k"))
            late = round(fake_stt.clock.now() - began_s, 6)
            assert {expected}, late
        """
    )
    pytester.runpytest("-p", "no:cacheprovider", "-p", "no:asyncio").assert_outcomes(passed=1)
