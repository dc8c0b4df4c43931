"""Conditions: what holds for all requests that no rule hits, until it is disarmed."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import pytest
import requests
from asking import MODELS, START, Heard, add, ask, create
from ibm_watson import ApiException

import fakestt
from fakestt import Choices, ClientNeverStopped, FakeSTT, RuleNeverMatched, fail, lose_reply, ok, slow
from fakestt.core.choices import Kind, Point
from fakestt.errors import ConfigurationError
from fakestt.faults.condition import Condition
from fakestt.wire import WireBreak

Arm = Callable[[FakeSTT], Condition]
LIST = "/v1/models"


def polls(stt: FakeSTT, count: int, every_s: float, target: str = LIST) -> list[int]:
    """What so many polls are answered, so far apart."""
    heard = []
    for _ in range(count):
        heard.append(ask(stt, "GET", target).status)
        stt.clock.advance(every_s)
    return heard


# A limit of calls


def test_of_the_calls_of_any_minute_so_many_are_let_through() -> None:
    stt = FakeSTT(start=START)
    limit = stt.faults.rate_limit(per="1m", calls=2)
    assert polls(stt, 7, 20) == [200, 200, 429, 200, 200, 429, 200]
    assert limit.used == 2


def test_the_retry_after_of_a_limit_is_the_least_that_one_has_to_wait() -> None:
    stt = FakeSTT(start=START)
    stt.faults.rate_limit(per="1m", calls=1)
    ask(stt, "GET", LIST)
    stt.clock.advance(12.7)
    heard = ask(stt, "GET", LIST)
    assert (heard.status, heard.headers["retry-after"]) == (429, "48")
    assert heard.json == {"code": 429, "code_description": "Too Many Requests", "error": "Too Many Requests"}
    stt.clock.advance(46)
    assert (ask(stt, "GET", LIST).headers["retry-after"]) == "2"
    stt.clock.advance(1.3)
    assert ask(stt, "GET", LIST).status == 200


def test_a_client_that_waits_as_it_is_told_is_let_through_at_the_very_second() -> None:
    stt = FakeSTT(start=START)
    stt.faults.rate_limit(per=0.2, calls=1)
    stt.clock.advance(0.1)
    ask(stt, "GET", LIST)
    stt.clock.advance(0.2)  # 0.1 + 0.2 is more than 0.3 in floating point
    assert ask(stt, "GET", LIST).status == 200


def test_refused_calls_those_of_rules_and_tokens_do_not_count_for_a_limit() -> None:
    stt = FakeSTT(edition="cloud2025", start=START)
    stt.faults.rate_limit(per="1m", calls=1)
    form = b"grant_type=urn:ibm:params:oauth:grant-type:apikey&apikey=k"
    assert ask(stt, "POST", "/identity/token", form, key=None).status == 200
    assert ask(stt, "GET", "/v1/nowhere").status == 404
    assert ask(stt, "GET", LIST, key=None).status == 401
    stt.faults.on("listModels", times=1).fail(500)
    assert polls(stt, 4, 1) == [500, 200, 429, 429]


def test_each_owner_has_a_limit_of_its_own() -> None:
    stt = FakeSTT(start=START)
    other = stt.auth.add_key(owner="8391f918-3b76-e109-763c-b7732fae4829")
    stt.faults.rate_limit(per="1m", calls=1)
    assert [ask(stt, "GET", LIST, key=key).status for key in (stt.api_key, other, stt.api_key, other)] == [
        200, 200, 429, 429,
    ]  # fmt: skip


def test_the_official_client_heeds_a_limit_when_it_retries() -> None:
    stt = FakeSTT(time="on_sleep", start=START)
    limit = stt.faults.rate_limit(per="1m", calls=3)
    with stt.reachable():
        client = stt.client()
        client.enable_retries()
        began = time.time()
        for _ in range(9):
            client.list_models()
        assert 120 <= time.time() - began <= 121
    assert limit.used == 2


# Maintenance


def test_in_maintenance_all_is_503_and_the_retry_after_leads_to_its_end() -> None:
    stt = FakeSTT(start=START)
    condition = stt.faults.maintenance("1m", "3m")
    heard: list[Heard] = []
    for step_s in (59.5, 0.5, 119.5, 0.5, 0):
        heard.append(ask(stt, "GET", LIST))
        stt.clock.advance(step_s)
    assert [(one.status, one.headers.get("retry-after")) for one in heard] == [
        (200, None), (200, None), (503, "120"), (503, "1"), (200, None),
    ]  # fmt: skip
    assert condition.used == 2
    stt.faults.check_used("")


def test_maintenance_begins_and_ends_at_the_very_instant() -> None:
    stt = FakeSTT(start=START)
    stt.faults.maintenance(0.1, 0.3)
    assert polls(stt, 4, 0.1) == [200, 503, 503, 200]  # 0.3 - 0.1 is less than 0.2 in floating point


def test_in_maintenance_nothing_is_done_and_tokens_are_had() -> None:
    stt = FakeSTT(edition="cloud2025", start=START)
    stt.faults.maintenance(0, "3m")
    assert ask(stt, "POST", MODELS, {"name": "car", "base_model_name": "en-US_BroadbandModel"}).status == 503
    assert len(stt.acoustic_models) == 0
    form = b"grant_type=urn:ibm:params:oauth:grant-type:apikey&apikey=k"
    assert ask(stt, "POST", "/identity/token", form, key=None).status == 200


# Tokens


@contextmanager
def cloud() -> Iterator[FakeSTT]:
    stt = FakeSTT(edition="cloud2025", time="on_sleep", start=START)
    with stt.reachable():
        yield stt


def test_from_an_instant_on_the_tokens_from_before_are_refused_and_new_ones_are_not() -> None:
    stt = FakeSTT(edition="cloud2025", start=START)
    condition = stt.faults.expire_tokens("30m")

    def status(token: str) -> int:
        return ask(stt, "GET", LIST, key=None, headers={"Authorization": f"Bearer {token}"}).status

    first = stt.auth.hand_out(stt.api_key).text
    stt.clock.advance("29m")
    assert status(first) == 200
    assert condition.used == 0
    stt.clock.advance("1m")
    assert status(first) == 401
    assert status(stt.auth.hand_out(stt.api_key).text) == 200
    assert condition.used == 1


@pytest.mark.parametrize(("refresh", "status"), [(False, 200), (True, 400)])
def test_refresh_tokens_may_expire_as_well(refresh: bool, status: int) -> None:
    stt = FakeSTT(edition="cloud2025", start=START)
    stt.faults.expire_tokens("30m", refresh=refresh)
    token = stt.auth.hand_out_refresh(stt.api_key)
    stt.clock.advance("30m")
    form = f"grant_type=refresh_token&refresh_token={token}".encode()
    assert ask(stt, "POST", "/identity/token", form, key=None).status == status


def test_the_official_client_does_not_get_a_new_token_for_a_401() -> None:
    from ibm_cloud_sdk_core.authenticators import IAMAuthenticator
    from ibm_watson import SpeechToTextV1

    with cloud() as stt:
        stt.faults.expire_tokens("10m")
        client = SpeechToTextV1(authenticator=IAMAuthenticator(stt.api_key, url=stt.auth_url))
        client.set_service_url(stt.url)
        client.list_models()
        time.sleep(600)
        for _ in range(2):
            with pytest.raises(ApiException) as caught:
                client.list_models()
            assert caught.value.status_code == 401
        assert stt.journal.count("getToken") == 1


# The free plan


def test_on_the_lite_plan_all_customization_is_refused_and_the_rest_is_not() -> None:
    stt = FakeSTT(edition="cloud2025", start=START)
    condition = stt.faults.lite_plan()
    refused = [
        ask(stt, "GET", MODELS),
        ask(stt, "POST", MODELS, {"name": "car"}),
        ask(stt, "GET", "/v1/customizations"),
    ]
    assert {one.status for one in refused} == {400}
    key = stt.auth.add_key(plan="lite")
    condition.disarm()
    assert refused[0].json == ask(stt, "GET", MODELS, key=key).json
    condition.__enter__()
    assert ask(stt, "GET", LIST).status == 200
    assert ask(stt, "GET", MODELS, key=None).status == 401  # credentials come first
    assert condition.used == 3


# A model that is locked for readers


def test_a_read_of_a_busy_model_may_be_refused_as_a_change_is() -> None:
    stt = FakeSTT(start=START)
    condition = stt.faults.locked_reads()
    model_id = create(stt)
    assert ask(stt, "GET", f"{MODELS}/{model_id}").status == 200
    add(stt, model_id)
    refused = ask(stt, "GET", f"{MODELS}/{model_id}")
    assert refused.status == ask(stt, "HEAD", f"{MODELS}/{model_id}").status == 409
    assert refused.json == add(stt, model_id, "other").json
    assert ask(stt, "GET", f"{MODELS}/{model_id}/audio/audio1").status == 409
    assert ask(stt, "GET", MODELS).status == 200
    stt.clock.advance_to_next()
    assert ask(stt, "GET", f"{MODELS}/{model_id}").status == 200
    assert condition.used == 3


@pytest.mark.parametrize(("every", "refused"), [(1, "x.xx.xx.x"), (2, "..x..x..x"), (3, "...x....x")])
def test_each_so_manyth_read_of_a_busy_model_may_be_refused(every: int, refused: str) -> None:
    stt = FakeSTT(start=START)
    busy, idle = stt.acoustic_models.add(status="training"), stt.acoustic_models.add(status="ready")
    words = stt.language_models.add(status="training")
    stt.faults.locked_reads(every=every)
    targets = [f"{MODELS}/{busy.id}", f"{MODELS}/{idle.id}", f"/v1/customizations/{words.id}"] * 3
    assert "".join(".x"[ask(stt, "GET", target).status == 409] for target in targets) == refused


def test_a_busy_model_of_another_owner_is_missing_and_not_locked() -> None:
    stt = FakeSTT(start=START)
    other = stt.auth.add_key(owner="8391f918-3b76-e109-763c-b7732fae4829")
    busy = stt.acoustic_models.add(status="training")
    stt.faults.locked_reads(optional=True)
    asked = {"other": other, "none": None}
    assert {name: ask(stt, "GET", f"{MODELS}/{busy.id}", key=key).status for name, key in asked.items()} == {
        "other": 401, "none": 401,
    }  # fmt: skip
    assert ask(stt, "DELETE", f"{MODELS}/{busy.id}").status == 409
    assert [exchange.rule for exchange in stt.journal] == [None, None, None]


# A storm


def test_equal_seeds_give_equal_storms_and_others_another() -> None:
    def met(seed: int) -> list[str]:
        stt = FakeSTT(start=START)
        stt.faults.storm(rate=0.3, seed=seed)
        for _ in range(40):
            try:
                ask(stt, "GET", LIST)
            except WireBreak:
                continue
        return [str(exchange.rule and exchange.rule.drawn) for exchange in stt.journal]

    assert met(7) == met(7) != met(8)


@pytest.mark.parametrize("rate", [0.05, *(pytest.param(rate, marks=pytest.mark.slow) for rate in (0.5, 1))])
def test_a_storm_hits_at_its_rate_with_all_of_its_effects_alike(rate: float) -> None:
    stt = FakeSTT(start=START)
    storm = stt.faults.storm(fail(500), fail(501), fail(502), rate=rate, seed=1)
    counted = [statuses for statuses in polls(stt, 2_000, 0) if statuses != 200]
    assert len(counted) == storm.used
    assert len(counted) == pytest.approx(2_000 * rate, rel=0.25)
    for status in (500, 501, 502):
        assert counted.count(status) == pytest.approx(len(counted) / 3, rel=0.35)


def test_a_storm_is_over_the_service_and_not_over_what_hands_out_tokens() -> None:
    stt = FakeSTT(edition="cloud2025", start=START)
    stt.faults.storm(fail(500), rate=1, seed=1)
    form = b"grant_type=urn:ibm:params:oauth:grant-type:apikey&apikey=k"
    assert ask(stt, "POST", "/identity/token", form, key=None).status == 200
    assert [ask(stt, "GET", target).status for target in (LIST, "/v1/nowhere")] == [500, 404]


def test_what_a_storm_usually_brings_does_no_work() -> None:
    stt = FakeSTT(start=START)
    storm = stt.faults.storm(rate=1, seed=3)
    for _ in range(60):
        try:
            ask(stt, "POST", MODELS, {"name": "car", "base_model_name": "en-US_BroadbandModel"})
        except WireBreak:
            continue
    assert (storm.used, len(stt.acoustic_models)) == (60, 0)
    assert {str(exchange.rule.effect).partition(" by ")[0] for exchange in stt.journal if exchange.rule} == {
        "fail(500)", "fail(502)", "fail(503)", "fail(504)", "lose_request()", "reset()",
    }  # fmt: skip


def test_the_report_names_the_condition_with_its_seed() -> None:
    stt = FakeSTT(start=START)
    stt.faults.storm(fail(503), rate=1, seed=77)
    ask(stt, "GET", LIST)
    assert "[fault: fail(503) by storm(fail(503), rate=1, seed=77)]" in stt.report()
    assert stt.journal[0].rule is not None
    assert (stt.journal[0].rule.operation, stt.journal[0].rule.drawn) == ("listModels", fail(503))


def test_what_a_condition_does_without_chance_is_not_drawn() -> None:
    stt = FakeSTT(start=START)
    stt.faults.maintenance(0, "1h")
    ask(stt, "GET", LIST)
    assert stt.journal[0].rule is not None
    assert stt.journal[0].rule.drawn is None


# All of them

ARMED: dict[str, Arm] = {
    "maintenance('30m', '40m')": lambda stt: stt.faults.maintenance("30m", "40m"),
    "expire_tokens('30m')": lambda stt: stt.faults.expire_tokens("30m"),
    "expire_tokens('30m', refresh=True)": lambda stt: stt.faults.expire_tokens("30m", refresh=True),
    "lite_plan()": lambda stt: stt.faults.lite_plan(),
    "locked_reads()": lambda stt: stt.faults.locked_reads(),
    "locked_reads(every=2)": lambda stt: stt.faults.locked_reads(every=2),
    "storm(slow('1m'), rate=0.001, seed=7)": lambda stt: stt.faults.storm(slow("1m"), rate=0.001, seed=7),
}


@pytest.mark.parametrize("spelled", ARMED)
def test_a_condition_that_was_never_met_is_an_error_with_the_line_that_wrote_it(spelled: str) -> None:
    stt = FakeSTT(edition="cloud2025", start=START)
    condition = ARMED[spelled](stt)
    ask(stt, "GET", LIST)
    assert stt.faults.unused() == [condition]
    assert f"prepared, and not met: {spelled}" in stt.report()
    with pytest.raises(RuleNeverMatched) as caught:
        stt.check_used()
    assert str(caught.value).startswith(f"{spelled}: armed and never used, so the test does not show what it says. The")
    assert f"\n    was written at {__file__}:" in str(caught.value)
    condition.disarm()
    assert condition.is_armed is False
    stt.faults.check_used("")


@pytest.mark.parametrize(
    "arm",
    [
        lambda stt: stt.faults.rate_limit(per="1m", calls=30),
        lambda stt: stt.faults.maintenance("30m", "40m", optional=True),
        lambda stt: stt.faults.expire_tokens("30m", optional=True),
        lambda stt: stt.faults.lite_plan(optional=True),
        lambda stt: stt.faults.locked_reads(optional=True),
        lambda stt: stt.faults.storm(rate=0.2, seed=7, optional=True),
    ],
)
def test_what_is_optional_need_not_be_met_and_a_limit_never_need(arm: Arm) -> None:
    stt = FakeSTT(edition="cloud2025", start=START)
    with arm(stt):
        pass
    arm(stt)
    stt.faults.check_used("")


def test_in_a_block_of_with_a_condition_holds_to_its_end() -> None:
    stt = FakeSTT(start=START)
    with stt.faults.maintenance(0, "1h") as maintenance:
        assert polls(stt, 2, 0) == [503, 503]
    assert polls(stt, 1, 0) == [200]
    assert maintenance.used == 2
    assert repr(maintenance) == "<maintenance(0, '1h'), used 2 times>"
    line = sys._getframe().f_lineno + 1
    condition = stt.faults.maintenance("2h", "3h")
    with pytest.raises(RuleNeverMatched) as caught, condition:
        polls(stt, 1, 0)
    assert str(caught.value) == (
        "maintenance('2h', '3h'): armed for a block of `with`, and met by no request in it, so the test does not show "
        f"what it says. Mend it, or write optional=True if it need not happen.\n    was written at {__file__}:{line}"
    )
    with pytest.raises(ZeroDivisionError), stt.faults.maintenance("2h", "3h"):
        _ = 1 / 0
    stt.faults.check_used("")


def test_rules_come_before_conditions_and_of_conditions_the_last_one_written_wins() -> None:
    stt = FakeSTT(start=START)
    first = stt.faults.maintenance(0, "1h")
    second = stt.faults.storm(fail(502), rate=1, seed=1)
    stt.faults.on("listModels").then(fail(500), ok())
    assert polls(stt, 3, 0) == [500, 200, 502]
    second.disarm()
    assert polls(stt, 1, 0) == [503]
    assert (first.used, second.used) == (1, 1)


def test_conditions_come_before_what_is_offered_to_the_choices() -> None:
    class Eager(Choices):
        def decide(self, point: Any, options: Any) -> Any:
            return options[-1]

    stt = FakeSTT(start=START, choices=Eager())
    stt.faults.offer(fail(501))
    with stt.faults.maintenance(0, "1h"):
        assert polls(stt, 1, 0) == [503]
    assert polls(stt, 1, 0) == [501]


def test_what_is_offered_is_asked_of_the_choices_at_each_request_of_the_service_that_nothing_else_hits() -> None:
    class Noted(Choices):
        def decide(self, point: Any, options: Any) -> Any:
            asked.append((point, options))
            return super().decide(point, options)

    asked: list[tuple[Point, Any]] = []
    stt = FakeSTT(start=START, choices=Noted(), seed=7)
    stt.faults.on("listModels", nth=1).fail(500)
    stt.faults.offer(fail(501))
    assert [ask(stt, "GET", target).status for target in (LIST, LIST, "/v1/nowhere", MODELS)] == [500, 200, 404, 200]
    owner = asked[0][0].owner
    assert asked == [
        (Point(Kind.FAULT, name, seq, owner=owner), (ok(), fail(501)))
        for name, seq in (("listModels", 2), ("listAcousticModels", 4))
    ]
    assert owner == stt.acoustic_models.add().owner != ""
    assert [exchange.rule is None for exchange in stt.journal] == [False, True, True, True]


def test_what_is_chosen_of_what_is_offered_is_a_rule_for_the_operation() -> None:
    class Eager(Choices):
        def decide(self, point: Any, options: Any) -> Any:
            return options[-1]

    stt = FakeSTT(start=START, choices=Eager())
    stt.faults.offer(fail(501))
    ask(stt, "GET", LIST)
    assert str(stt.journal[0].rule) == "on('listModels').fail(501)"


FATES: list[tuple[Arm, str]] = [
    # the condition                                                     may change after 0, 1, ... polls, a minute apart
    (lambda stt: stt.faults.maintenance("1m", "3m"),                    "yyyynn"),
    (lambda stt: stt.faults.expire_tokens("2m"),                        "yyynnn"),
    (lambda stt: stt.faults.lite_plan(),                                "nnnnnn"),
    (lambda stt: stt.faults.locked_reads(),                             "nnnnnn"),
    (lambda stt: stt.faults.locked_reads(every=2),                      "yyyyyy"),
    (lambda stt: stt.faults.storm(rate=0.5, seed=1),                    "yyyyyy"),
    (lambda stt: stt.faults.rate_limit(per="2m", calls=5),              "yyynnn"),
    (lambda stt: stt.faults.rate_limit(per="1h", calls=50),             "yyyyyy"),
    (lambda stt: stt.faults.rate_limit(per="2m", calls=1),              "yyyyyy"),
]  # fmt: skip


@pytest.mark.parametrize(("arm", "expected"), FATES)
def test_the_conditions_tell_whether_a_poll_may_meet_another_fate(arm: Arm, expected: str) -> None:
    stt = FakeSTT(edition="cloud2025", start=START)
    condition = arm(stt)
    told = [stt.faults.may_change()]
    for at in range(5):
        stt.clock.advance(60 if at else 0)
        with suppress(WireBreak):
            ask(stt, "GET", LIST)
        told.append(stt.faults.may_change())
    assert "".join("ny"[one] for one in told) == expected
    condition.disarm()
    assert not stt.faults.may_change()


def test_a_poller_under_maintenance_is_not_endless_and_one_behind_it_is() -> None:
    stt = FakeSTT(time="on_sleep", start=START, equal_reads=10)
    stt.faults.maintenance("1h", "2h")

    def poll_until(status: int) -> float:
        while requests.get(f"{stt.url}/v1/models", auth=("apikey", "k"), timeout=5).status_code != status:
            time.sleep(60)
        return time.time() - stt.started_at_s

    with stt.reachable():
        assert (poll_until(503), poll_until(200)) == (3600, 7200)
        with pytest.raises(ClientNeverStopped, match="10 reads in a row"):
            poll_until(503)


MISUSE: list[tuple[Callable[[Any], object], str]] = [
    (lambda f: f.rate_limit(per="soon", calls=3), "rate_limit(per='soon', calls=3): 'soon' is not a duration."),
    (lambda f: f.rate_limit(per=0, calls=3), "rate_limit(per=0, calls=3): give a positive duration, such as per='1m'."),
    (lambda f: f.rate_limit(per="1m", calls=0), "rate_limit(per='1m', calls=0): count from 1, in whole numbers."),
    (lambda f: f.maintenance("40m", "30m"), "maintenance('40m', '30m'): the window begins at the fake's start or"),
    (
        lambda f: f.maintenance("10s", "50s"),
        "maintenance('10s', '50s'): 60 s have passed since the fake's start, and this counts from there, so no request "
        "can come in time.",
    ),
    (lambda f: f.maintenance("2m", "3m", optional=1), "maintenance(optional=1): give True (it need not"),
    (lambda f: f.expire_tokens("50s"), "expire_tokens('50s'): 60 s have passed since the fake's start"),
    (lambda f: f.expire_tokens(-1), "expire_tokens(-1): 60 s have passed"),
    (lambda f: f.expire_tokens("x"), "expire_tokens('x'): 'x' is not a duration."),
    (lambda f: f.expire_tokens("2m", refresh=2), "expire_tokens('2m', refresh=2): give True or False."),
    (lambda f: f.expire_tokens("2m", optional=2), "expire_tokens(optional=2): give True"),
    (
        lambda f: f.lite_plan(),
        "lite_plan(): icp2018 has no Lite plan, which is one of the public cloud. Use edition='cl",
    ),
    (lambda f: f.locked_reads(every=0), "locked_reads(every=0): count from 1, in whole numbers."),
    (lambda f: f.locked_reads(optional=2), "locked_reads(optional=2): give True"),
    (
        lambda f: f.storm(rate=0.2),
        "storm(rate=0.2): give a seed as well, such as seed=7. Equal seeds give equal storms,",
    ),
    (lambda f: f.storm(fail(503), ok(), rate=0.2), "storm(fail(503), ok(), rate=0.2): give a seed as well"),
    (lambda f: f.storm(rate=0, seed=1), "storm(rate=0, seed=1): the rate is a probability, more than 0 and at most 1"),
    (lambda f: f.storm(rate=1.1, seed=1), "storm(rate=1.1, seed=1): the rate is a probability"),
    (lambda f: f.storm(rate=True, seed=1), "storm(rate=True, seed=1): the rate is a probability"),
    (lambda f: f.storm(rate="1", seed=1), "storm(rate='1', seed=1): the rate is a probability"),
    (lambda f: f.storm(rate=1, seed="x"), "storm(rate=1, seed='x'): the seed is an int."),
    (lambda f: f.storm(rate=1, seed=True), "storm(rate=1, seed=True): the seed is an int."),
    (
        lambda f: f.storm("reset", rate=1, seed=1),
        "storm(reset, rate=1, seed=1): give effects, such as fakestt.fail(503)",
    ),
    (lambda f: f.storm(fail(503), rate=1, seed=1, optional=3), "storm(optional=3): give True"),
]


@pytest.mark.parametrize(("misuse", "message"), MISUSE, ids=[row[1] for row in MISUSE])
def test_misuse_is_an_error_when_it_is_written(misuse: Callable[[Any], object], message: str) -> None:
    stt = FakeSTT(start=START)
    stt.clock.advance("1m")
    ask(stt, "GET", LIST)
    with pytest.raises(ConfigurationError) as caught:
        misuse(stt.faults)
    assert message in str(caught.value)
    assert not stt.faults.unused()


def test_a_lite_plan_may_not_be_misspelt_either() -> None:
    with pytest.raises(ConfigurationError, match=r"lite_plan\(optional=3\): give True"):
        FakeSTT(edition="cloud2025").faults.lite_plan(optional=3)  # type: ignore[arg-type]  # misuse


def test_a_storm_may_bring_what_is_done_and_lost() -> None:
    stt = FakeSTT(start=START)
    stt.faults.storm(lose_reply(), fakestt.fail(504, commits=True), rate=1, seed=5)
    met = 0
    for _ in range(4):
        try:
            ask(stt, "POST", MODELS, {"name": "car", "base_model_name": "en-US_BroadbandModel"})
        except WireBreak:
            met += 1
    assert 0 < met < 4 == len(stt.acoustic_models)
