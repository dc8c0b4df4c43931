"""Which requests a rule hits: every one of so many, a window of the fake's time, a series, and all of that together."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from asking import MODELS, START, ask

import fakestt
from fakestt import FakeSTT, fail, lose_reply, ok
from fakestt.contract.messages import Call
from fakestt.errors import ConfigurationError, RuleNeverMatched
from fakestt.faults.rules import Rule
from fakestt.wire import WireClosed


def statuses(stt: FakeSTT, count: int, every_s: float = 0) -> list[int]:
    """What so many polls are answered, so far apart."""
    heard = []
    for _ in range(count):
        heard.append(ask(stt, "GET", "/v1/models").status)
        stt.clock.advance(every_s)
    return heard


COUNTED: list[tuple[dict[str, Any], str]] = [
    # what is asked for                                what nine polls meet: x is hit
    ({"every": 1},                                      "xxxxxxxxx"),
    ({"every": 3},                                      "..x..x..x"),
    ({"every": 3, "nth": 1},                            "x..x..x.."),
    ({"every": 2, "nth": 4},                            "...x.x.x."),
    ({"every": 2, "times": 2},                          ".x.x....."),
    ({"every": 2, "nth": 3, "times": 2},                "..x.x...."),
    ({"between": ("2m", "5m")},                         "..xxx...."),
    ({"between": (0, 60.5)},                            "xx......."),
    ({"between": (60.0, 120.0)},                        ".x......."),
    ({"between": ["2m", "1d"]},                         "..xxxxxxx"),
    ({"between": ("2m", "6m"), "nth": 2},               "...x....."),
    ({"between": ("2m", "6m"), "every": 2},             "...x.x..."),
    ({"between": ("2m", "6m"), "every": 2, "nth": 1},   "..x.x...."),
    ({"between": ("1m", "8m"), "nth": 2, "times": 2},   "..xx....."),
    ({"between": ("0s", "3m"), "path": "/v1/m*"},       "xxx......"),
    ({"between": ("0s", "3m"), "when": lambda _: False, "optional": True}, "........."),
]  # fmt: skip


@pytest.mark.parametrize(("asked", "met"), COUNTED, ids=range(len(COUNTED)))
def test_which_of_nine_polls_a_minute_apart_are_hit(asked: dict[str, Any], met: str) -> None:
    stt = FakeSTT(start=START)
    stt.faults.on("listModels", **asked).fail(503)
    assert "".join(".x"[status == 503] for status in statuses(stt, 9, 60)) == met
    assert not stt.faults.unused()


def test_only_a_request_of_the_window_counts_as_one_that_matches() -> None:
    stt = FakeSTT(start=START)
    seen: list[Call] = []
    stt.faults.on("listModels", between=("2m", "4m"), nth=2, when=lambda call: not seen.append(call)).fail(503)
    assert statuses(stt, 6, 60) == [200, 200, 200, 503, 200, 200]
    assert len(seen) == 2  # when= is asked last


def test_a_window_counts_from_the_start_and_not_from_where_it_was_written() -> None:
    stt = FakeSTT(start=START)
    stt.clock.advance("4m")
    stt.faults.on("*", between=("3m", "5m")).fail(503)
    assert statuses(stt, 2, 60) == [503, 200]


SERIES: list[tuple[dict[str, Any], list[int | None]]] = [
    ({}, [503, 200, 429, 200, 200, 200]),
    ({"nth": 2}, [200, 503, 200, 429, 200, 200]),
    ({"every": 2}, [200, 503, 200, 200, 200, 429]),
    ({"nth": 1, "every": 2}, [503, 200, 200, 200, 429, 200]),
    ({"between": ("1m", "6m")}, [200, 503, 200, 429, 200, 200]),
]


@pytest.mark.parametrize(("asked", "met"), SERIES, ids=[str(row[0]) for row in SERIES])
def test_of_a_series_one_effect_happens_at_each_request_that_is_hit(asked: dict[str, Any], met: list[int]) -> None:
    stt = FakeSTT(start=START)
    rule = stt.faults.on("listModels", **asked).then(fail(503), ok(), fail(429, retry_after=5))
    assert statuses(stt, 6, 60) == met
    assert stt.faults.used(rule) == 3
    hit = [exchange.rule for exchange in stt.journal if exchange.rule is not None]
    assert [str(one.effect) for one in hit] == ["fail(503)", "ok()", "fail(429, retry_after=5)"]
    assert not stt.faults.unused()


def test_behind_its_last_effect_a_series_lets_an_earlier_rule_have_its_turn() -> None:
    stt = FakeSTT()
    stt.faults.on("listModels").fail(500)
    stt.faults.on("listModels").then(fail(503), ok())
    assert statuses(stt, 4) == [503, 200, 500, 500]


def test_a_series_may_mix_what_is_said_with_how_it_travels() -> None:
    stt = FakeSTT()
    stt.faults.on("createAcousticModel").then(fail(503), lose_reply(), fail(504, commits=True))
    sent = {"name": "car", "base_model_name": "en-US_BroadbandModel"}
    assert ask(stt, "POST", MODELS, sent).status == 503
    with pytest.raises(WireClosed):
        ask(stt, "POST", MODELS, sent)
    assert [ask(stt, "POST", MODELS, sent).status for _ in range(2)] == [504, 201]
    assert len(stt.acoustic_models) == 3


def test_what_of_a_series_has_not_happened_is_told_at_the_end() -> None:
    stt = FakeSTT()
    rule = stt.faults.on("listModels").then(fail(503), fail(502), ok())
    statuses(stt, 1)
    assert stt.faults.unused() == [rule]
    with pytest.raises(RuleNeverMatched, match=r"fail\(502\), ok\(\) of it: armed and never used"):
        stt.faults.check_used("")
    statuses(stt, 2)
    stt.faults.check_used("")


def test_a_series_of_one_effect_is_that_effect_once() -> None:
    stt = FakeSTT()
    rule = stt.faults.on("listModels").then(fail(503))
    assert statuses(stt, 3) == [503, 200, 200]
    assert str(rule) == "on('listModels', nth=1).fail(503)"


def test_a_rule_that_is_armed_anew_counts_anew_and_wins() -> None:
    stt = FakeSTT()
    rule = stt.faults.on("listModels", nth=2).fail(503)
    stt.faults.on("listModels").fail(500)
    assert statuses(stt, 2) == [500, 500]
    stt.faults.add(rule)
    assert statuses(stt, 3) == [500, 503, 500]


POLLS = range(5)
FATES: list[tuple[Callable[[FakeSTT], object], str]] = [
    # what was said                                                                     may change after 0, 1, ... polls
    (lambda stt: stt.faults.on("listModels", every=2).fail(503),                        "yyyyyy"),
    (lambda stt: stt.faults.on("listModels", every=2, times=1).fail(503),               "yynnnn"),
    (lambda stt: stt.faults.on("listModels", between=("1m", "3m")).fail(503),           "yyyynn"),
    (lambda stt: stt.faults.on("listModels", between=("1m", "3m"), times=1).fail(503),  "yynnnn"),
    (lambda stt: stt.faults.on("addAudio", between=("1m", "3m")).fail(503),             "yyyynn"),
    (lambda stt: stt.faults.on("listModels").then(fail(503), ok()),                     "yynnnn"),
    (lambda stt: stt.faults.on("listModels", nth=3).then(fail(503), ok()),              "yyyynn"),
    (lambda stt: stt.faults.add(Rule(effect=ok(), every=2)),                            "yyyyyy"),
]  # fmt: skip


@pytest.mark.parametrize(("say", "expected"), FATES)
def test_the_faults_tell_whether_a_poll_may_meet_another_fate(say: Callable[[FakeSTT], object], expected: str) -> None:
    stt = FakeSTT(start=START)
    say(stt)
    told = [stt.faults.may_change()]
    for at in POLLS:
        stt.clock.advance(0 if at == 0 else 60)
        ask(stt, "GET", "/v1/models")
        told.append(stt.faults.may_change())
    assert "".join("ny"[one] for one in told) == expected


@pytest.mark.parametrize(
    ("make", "spelled"),
    [
        (lambda on: on("addAudio", every=2).fail(503), "on('addAudio', every=2).fail(503)"),
        (lambda on: on("addAudio", every=3, nth=1).fail(503), "on('addAudio', nth=1, every=3).fail(503)"),
        (lambda on: on("addAudio", every=3, times=1).ok(), "on('addAudio', every=3, times=1).ok()"),
        (lambda on: on("*", between=("1m", 90)).fail(503), "on('*', between=('1m', 90)).fail(503)"),
        (lambda on: on("*", nth=2).then(fail(503), ok()), "on('*', nth=2).then(fail(503), ok())"),
        (lambda on: on("*", nth=2).fail(503), "on('*', nth=2).fail(503)"),
    ],
)  # fmt: skip
def test_a_rule_reads_as_it_was_written(make: Callable[[Any], Rule], spelled: str) -> None:
    assert str(make(FakeSTT().faults.on)) == spelled


MISUSE: list[tuple[Callable[[Any], object], str]] = [
    (lambda on: on("*", every=0), "on('*', every=0): count from 1, in whole numbers."),
    (lambda on: on("*", every=True), "every=True): count from 1"),
    (lambda on: on("*", every="2"), "every='2'): count from 1"),
    (lambda on: on("*", every=2, nth=0), "nth=0): count from 1"),
    (lambda on: on("*", between="30m"), "between='30m'): give the begin and the end of a window, counted from the"),
    (lambda on: on("*", between=("30m",)), "give the begin and the end of a window"),
    (lambda on: on("*", between=("40m", "30m")), "between=('40m', '30m')): the window begins at the fake's start or "),
    (lambda on: on("*", between=("30m", "30m")), "and ends after it has begun: ('30m', '40m')."),
    (lambda on: on("*", between=(-5, "30m")), "between=(-5, '30m')): the window begins at the fake's start or later"),
    (lambda on: on("*", between=("soon", "30m")), "on('*', between=('soon', '30m')): 'soon' is not a duration."),
    (
        lambda on: on("*", between=("10s", "50s")),
        "50s')): 60 s have passed since the fake's start, and this counts from",
    ),
    (
        lambda on: on("*").then(),
        "on('*').then(...): give the effects that happen in turn, as in then(fail(503), ok()). For one that happens "
        "several times, write it several times, or use times= with that effect alone.",
    ),
    (lambda on: on("*").then("fail"), "on('*').then('fail'): give an effect, as fakestt.fail(503) and"),
    (lambda on: on("*").then(fail(503), 3), "on('*').then(3): give an effect"),
    (lambda on: on("*", times=2).then(ok(), ok()), "on('*', times=2).then(...): each of the effects happens once, as"),
    (lambda on: on("*", nth=2, times=1).then(ok()), "times=1).then(...): each of the effects happens once"),
]


@pytest.mark.parametrize(("misuse", "message"), MISUSE, ids=[row[1] for row in MISUSE])
def test_misuse_is_an_error_when_it_is_written(misuse: Callable[[Any], object], message: str) -> None:
    stt = FakeSTT(start=START)
    stt.clock.advance("1m")
    ask(stt, "GET", "/v1/models")
    with pytest.raises(ConfigurationError) as caught:
        misuse(stt.faults.on)
    assert message in str(caught.value)
    assert not stt.faults.unused()


def test_a_series_made_by_hand_has_no_times() -> None:
    with pytest.raises(ConfigurationError, match="times=2\\): each effect of a series happens once"):
        FakeSTT().faults.add(Rule(effect=ok(), then=(fakestt.ok(),), times=2))
