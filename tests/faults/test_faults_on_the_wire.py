"""Every fault at the application's edge: what is said, how it travels, whether the work is done."""

from __future__ import annotations

import errno
import inspect
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from asking import EDITIONS, MODELS, NOBODY, START, Heard, ask, basic, create, environ_of

import fakestt
from fakestt import Choices, FakeSTT
from fakestt.contract.messages import Call
from fakestt.errors import ConfigurationError, RuleNeverMatched, UnknownOperation
from fakestt.faults import effects
from fakestt.faults.effects import Effect
from fakestt.faults.rules import Rule, Target
from fakestt.wire import (
    Close,
    Delivery,
    Drip,
    Late,
    Pause,
    Reset,
    Send,
    SendHead,
    WireBreak,
    WireClosed,
    WireTimeout,
)

CREATE = {"name": "car", "base_model_name": "en-US_BroadbandModel"}


def attempt(stt: FakeSTT, **more: Any) -> Heard:
    return ask(stt, "POST", MODELS, CREATE, **more)


EFFECTS: list[tuple[Effect, int | type[Exception], bool]] = [
    # the effect                                what the client meets   the work is done
    (fakestt.ok(),                              201,                    True),
    (fakestt.fail(503),                         503,                    False),
    (fakestt.fail(504, commits=True),           504,                    True),
    (fakestt.fail(429, retry_after=5),          429,                    False),
    (fakestt.fail(500, body={"odd": [1]}),      500,                    False),
    (fakestt.fail(599, "strange"),              599,                    False),
    (fakestt.html(502),                         502,                    False),
    (fakestt.html(504, commits=True),           504,                    True),
    (fakestt.lose_request(),                    WireClosed,             False),
    (fakestt.lose_reply(),                      WireClosed,             True),
    (fakestt.reset(),                           WireBreak,              False),
    (fakestt.reset(commits=True),               WireBreak,              True),
    (fakestt.truncate(5),                       WireClosed,             True),
    (fakestt.truncate(5, reset=True),           WireBreak,              True),
    (fakestt.truncate(5_000),                   201,                    True),
    (fakestt.truncate_head(1),                  WireClosed,             True),
    (fakestt.truncate_head(5_000),              201,                    True),
    (fakestt.slow("45s"),                       201,                    True),
    (fakestt.slow(0),                           201,                    True),
    (fakestt.drip("45s"),                       201,                    True),
    (fakestt.garble(),                          201,                    True),
]  # fmt: skip


@pytest.mark.parametrize(("effect", "meets", "done"), EFFECTS, ids=[str(row[0]) for row in EFFECTS])
def test_an_effect_says_travels_and_does_what_it_promises(
    effect: Effect, meets: int | type[Exception], done: bool
) -> None:
    stt = FakeSTT(start=START)
    rule = stt.faults.on("createAcousticModel", nth=1).do(effect)
    if isinstance(meets, int):
        assert attempt(stt).status == meets
    else:
        with pytest.raises(meets) as caught:
            attempt(stt)
        assert type(caught.value) is meets
    assert len(stt.acoustic_models) == int(done)
    assert effect.commits is done
    exchange = stt.journal[0]
    assert exchange.rule is rule
    begun = isinstance(effect.delivery[0], Send)
    assert exchange.status == (meets if isinstance(meets, int) else 201 if begun else None)
    assert len(exchange.changes) == int(done)
    assert attempt(stt).status == 201
    stt.faults.check_used("")


@pytest.mark.parametrize("name", sorted(set(effects.__all__) - {"Effect"}))
def test_each_effect_is_exported_and_can_be_said_of_chosen_requests(name: str) -> None:
    maker = getattr(effects, name)
    assert getattr(fakestt, name) is maker
    said, made = (inspect.signature(one).parameters for one in (getattr(Target, name), maker))
    assert list(said.values())[1:] == list(made.values())


@pytest.mark.parametrize("commits", [False, True])
def test_an_interruption_comes_before_the_work_or_after_it(commits: bool) -> None:
    effect = fakestt.interrupt(commits=commits)
    assert (effect.commits, effect.interrupts) == (commits, True)


def test_who_asks_the_application_itself_is_not_interrupted() -> None:
    stt = FakeSTT(start=START)
    stt.faults.on("createAcousticModel").interrupt(commits=True)
    with pytest.raises(
        ConfigurationError, match=r"on\('createAcousticModel'\)\.interrupt\(commits=True\): only a client"
    ):
        attempt(stt)
    assert len(stt.acoustic_models) == 0


@pytest.mark.parametrize(
    ("effect", "number", "words"),
    [
        (fakestt.reset(), errno.ECONNRESET, "Connection reset by peer"),
        (fakestt.lose_reply(), None, "Remote end closed connection without response"),
    ],
)
def test_a_broken_connection_speaks_as_a_socket(effect: Effect, number: int | None, words: str) -> None:
    stt = FakeSTT()
    stt.faults.on("listModels").do(effect)
    with pytest.raises(ConnectionResetError) as caught:
        ask(stt, "GET", "/v1/models")
    assert caught.value.errno == number
    assert words in str(caught.value)


def test_a_truncated_answer_promises_all_and_brings_a_part() -> None:
    stt = FakeSTT(start=START)
    whole = ask(stt, "GET", "/v1/models").body
    stt.faults.on("listModels").truncate(20)
    heard: list[Any] = []
    pieces = iter(
        stt.app(environ_of("GET", "/v1/models", headers={"Authorization": basic("k")}), lambda *h: heard.extend(h))
    )
    assert next(pieces) == whole[:20]
    assert dict(heard[1])["Content-Length"] == str(len(whole))
    with pytest.raises(WireBreak):
        next(pieces)


@pytest.mark.parametrize("cut", [lambda size: size, lambda size: size + 1])
def test_an_answer_shorter_than_the_cut_arrives_whole(cut: Callable[[int], int]) -> None:
    stt = FakeSTT()
    whole = ask(stt, "GET", "/v1/models").body
    stt.faults.on("listModels").truncate(cut(len(whole)))
    assert ask(stt, "GET", "/v1/models").body == whole


DELIVERIES: list[tuple[Delivery, list[float], type[Exception] | None]] = [
    # the steps                                         seconds before each part and the end    how it ends
    ((Send(),),                                         [0, 0],                                 None),
    ((Late(5), Send()),                                 [5, 0],                                 None),
    ((Late(0), Send()),                                 [0, 0],                                 None),
    ((SendHead(), Send()),                              [0, 0],                                 None),
    ((Send(2), Pause(3), Send(2), Pause(4), Send()),    [0, 3, 4, 0],                           None),
    ((Late(1), Send(2), Pause(3), Close()),             [1, 3],                                 WireClosed),
    ((Send(2), Send(9_999), Pause(3), Reset()),         [0, 0, 0],                              None),
    ((Send(2), Pause(1), Send(3), Pause(2), Reset()),   [0, 1, 2],                              WireBreak),
    ((Send(2),),                                        [0, 0],                                 None),
    ((Drip(3, 5),),                                     [0, 5, 5, 0],                           None),
    ((Late(1), Send(2), Pause(3), Drip(2, 5)),          [1, 3, 5, 0],                           None),
    ((Drip(2, 5), Reset()),                             [0, 5, 0],                              None),
]  # fmt: skip


@pytest.mark.parametrize(("delivery", "passes_s", "end"), DELIVERIES, ids=[str(row[0]) for row in DELIVERIES])
def test_a_delivery_is_taken_step_by_step(
    delivery: Delivery, passes_s: list[float], end: type[Exception] | None
) -> None:
    stt = FakeSTT(start=START)
    whole = ask(stt, "GET", "/v1/models").body
    stt.faults.on("listModels").do(Effect("by hand", delivery=delivery))
    environ = environ_of("GET", "/v1/models", headers={"Authorization": basic("k")})
    parts, passed_s, at_s, met = [], [], stt.clock.now(), None
    chunks = iter(stt.app(environ, lambda *head: None))
    try:
        for part in chunks:
            parts.append(part)
            passed_s.append(stt.clock.now() - at_s)
            at_s = stt.clock.now()
    except OSError as error:
        met = type(error)
    assert ([*passed_s, stt.clock.now() - at_s], met) == (passes_s, end)
    sizes = [None if isinstance(step, Drip) else step.size_bytes for step in delivery if isinstance(step, (Send, Drip))]
    assert b"".join(parts) == (whole if None in sizes or 9_999 in sizes else whole[: sum(filter(None, sizes))])


def test_a_head_may_end_before_a_connection_does() -> None:
    stt = FakeSTT(start=START)
    stt.faults.on("listModels").do(Effect("by hand", delivery=(SendHead(), Late(2), Close())))
    with pytest.raises(WireClosed) as caught:
        ask(stt, "GET", "/v1/models")
    assert caught.value.head.startswith(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n")
    assert caught.value.head.endswith(b"\r\n\r\n")
    assert stt.clock.now() - stt.started_at_s == 2


def test_a_slow_answer_moves_the_hands_and_is_there_before_a_patient_client_gives_up() -> None:
    stt = FakeSTT(start=START)
    began = stt.clock.now()
    stt.faults.on("listModels", times=2).slow("45s")
    assert ask(stt, "GET", "/v1/models").status == 200
    assert stt.clock.now() - began == 45
    assert ask(stt, "GET", "/v1/models", **{"fakestt.read_timeout_s": 45.0}).status == 200
    assert stt.clock.now() - began == 90


def test_a_slow_answer_is_a_timeout_for_an_impatient_client_and_the_work_is_done() -> None:
    stt = FakeSTT(start=START)
    began = stt.clock.now()
    stt.faults.on("createAcousticModel").slow("45s")
    with pytest.raises(WireTimeout, match="timed out") as caught:
        attempt(stt, **{"fakestt.read_timeout_s": 30.0})
    assert isinstance(caught.value, TimeoutError)
    assert stt.clock.now() - began == 30
    assert len(stt.acoustic_models) == 1


def test_a_lost_reply_leaves_the_audio_stored_so_a_retry_finds_its_name_taken() -> None:
    stt = FakeSTT(edition="cloud2025", start=START)
    model_id = create(stt)
    stt.faults.on("addAudio", times=1).lose_reply()
    target, sent = f"{MODELS}/{model_id}/audio/a", {"Content-Type": "audio/wav"}
    with pytest.raises(WireClosed):
        ask(stt, "POST", target, b"bytes", sent)
    assert list(stt.acoustic_models[model_id].audio) == ["a"]
    assert "already exists" in ask(stt, "POST", target, b"bytes", sent).error


@pytest.mark.parametrize("edition", EDITIONS)
@pytest.mark.parametrize(
    ("method", "target", "operation"),
    [
        ("POST", MODELS, "createAcousticModel"),
        ("GET", f"{MODELS}/not-an-id", "getAcousticModel"),
        ("GET", f"{MODELS}/{NOBODY}", "getAcousticModel"),
        ("POST", f"{MODELS}/{NOBODY}/audio/a", "addAudio"),
        ("DELETE", "/v1/user_data", "deleteUserData"),
    ],
)
def test_a_fault_comes_before_any_check_of_the_service(edition: str, method: str, target: str, operation: str) -> None:
    stt = FakeSTT(edition=edition)
    stt.faults.on(operation, times=1).fail(503)
    assert ask(stt, method, target, key=None).status == 503
    assert ask(stt, method, target, key=None).status == 401


def test_a_path_that_is_no_operation_meets_no_fault() -> None:
    stt = FakeSTT()
    stt.faults.on("*", optional=True).fail(503)
    assert ask(stt, "GET", "/v1/nothing").status == 404
    assert ask(stt, "OPTIONS", MODELS).status == 204


def test_a_star_is_every_operation_of_the_service_and_not_the_token_of_another_host() -> None:
    stt = FakeSTT()
    stt.faults.on("*").fail(503)
    form = b"grant_type=urn:ibm:params:oauth:grant-type:apikey&apikey=k"
    assert ask(stt, "POST", "/identity/token", form, key=None).status == 200
    assert ask(stt, "GET", "/v1/models").status == 503


STATUSES = [
    # rules                                                                  the statuses of six polls
    ([{"nth": 3}],                                                           [200, 200, 503, 200, 200, 200]),
    ([{"times": 2}],                                                         [503, 503, 200, 200, 200, 200]),
    ([{"nth": 2, "times": 3}],                                               [200, 503, 503, 503, 200, 200]),
    ([{}],                                                                   [503] * 6),
    ([{"times": 1}, {"times": 1}],                                           [503, 503, 200, 200, 200, 200]),
    ([{"nth": 1}, {"nth": 4}],                                               [503, 200, 200, 503, 200, 200]),
    ([{"nth": 2}, {"nth": 2}],                                               [200, 503, 503, 200, 200, 200]),
]  # fmt: skip


@pytest.mark.parametrize(("rules", "statuses"), STATUSES)
def test_which_requests_are_hit(rules: list[dict[str, int]], statuses: list[int]) -> None:
    stt = FakeSTT()
    for rule in rules:
        stt.faults.on("listModels", **rule).fail(503)
    assert [ask(stt, "GET", "/v1/models").status for _ in statuses] == statuses
    assert not stt.faults.unused()


def test_of_two_rules_that_fit_the_last_wins_and_both_count() -> None:
    stt = FakeSTT()
    first = stt.faults.on("list*", times=1).fail(503)
    second = stt.faults.on("listModels", times=1).fail(429)
    third = stt.faults.on("listModels", nth=4).fail(500)
    assert [ask(stt, "GET", "/v1/models").status for _ in range(5)] == [429, 503, 200, 500, 200]
    assert [stt.faults.used(rule) for rule in (first, second, third)] == [1, 1, 1]


class OwnChoices(Choices):
    pass


FATES: list[tuple[Callable[[FakeSTT], object], list[bool]]] = [
    # what was said                                                                   after 0, 1, 2, 3 requests
    (lambda stt: None,                                                                [False, False, False, False]),
    (lambda stt: stt.faults.on("listModels"),                                         [False, False, False, False]),
    (lambda stt: stt.faults.on("listModels").fail(503),                               [False, False, False, False]),
    (lambda stt: stt.faults.on("listModels", times=2).fail(503),                      [True, True, False, False]),
    (lambda stt: stt.faults.on("listModels", nth=2).fail(503),                        [True, True, False, False]),
    (lambda stt: stt.faults.on("listModels", nth=2, times=2).fail(503),               [True, True, True, False]),
    (lambda stt: stt.faults.add(Rule(effect=fakestt.fail(503), nth=2)),               [True, True, False, False]),
    (lambda stt: stt.faults.add(Rule(effect=fakestt.fail(503), nth=3)),               [True, True, True, False]),
    (lambda stt: stt.faults.on("listModels", when=lambda call: False).fail(503),      [True, True, True, True]),
    (lambda stt: stt.faults.on("listModels", times=1, when=lambda call: True).ok(),   [True, False, False, False]),
    (lambda stt: stt.faults.on("addAudio", times=1, optional=True).ok(),              [True, True, True, True]),
    (lambda stt: stt.faults.remove(stt.faults.on("addAudio", nth=1).ok()),            [False, False, False, False]),
    (lambda stt: stt.faults.offer(fakestt.fail(503)),                                 [False, False, False, False]),
]  # fmt: skip


@pytest.mark.parametrize(("say", "expected"), FATES)
def test_the_faults_tell_whether_a_request_may_meet_another_fate_than_before(
    say: Callable[[FakeSTT], object], expected: list[bool]
) -> None:
    stt = FakeSTT(start=START)
    say(stt)
    told = [stt.faults.may_change()]
    for _ in range(3):
        ask(stt, "GET", "/v1/models")
        told.append(stt.faults.may_change())
    assert told == expected


def test_what_is_offered_may_change_a_fate_if_choices_of_ones_own_decide() -> None:
    stt = FakeSTT(choices=OwnChoices())
    assert not stt.faults.may_change()
    stt.faults.offer(fakestt.fail(503))
    assert stt.faults.may_change()
    stt.faults.offer()
    assert not stt.faults.may_change()


def test_a_rule_for_all_is_overruled_by_a_later_one_for_some() -> None:
    stt = FakeSTT()
    stt.faults.on("*").fail(503)
    stt.faults.on("listModels").ok()
    assert [ask(stt, "GET", target).status for target in ("/v1/models", MODELS)] == [200, 503]


PATHS: list[tuple[dict[str, str], set[str]]] = [
    ({"path": "/v1/*"}, {"models", "a model", "nothing", "a prefix", "options", "a login"}),
    ({"path": "*/v1/*"}, {"models", "a model", "nothing", "a prefix", "options", "a login"}),
    ({"path": "/v1/models"}, {"models", "a prefix", "options"}),
    ({"path": "/speech-to-text/api/v1/models"}, {"a prefix"}),
    ({"path": "/nowhere/*"}, {"nowhere"}),
    ({"path": "nowhere/*"}, set()),
    ({"path": "/identity/token"}, {"a token"}),
    ({"path": "*"}, {"models", "a model", "nothing", "a prefix", "options", "a login", "nowhere", "a token"}),
    ({"operation": "*", "path": "/v1/[no]*"}, {"nothing"}),
    ({"operation": "list*", "path": "/v1/models"}, {"models", "a prefix"}),
    ({"operation": "*"}, {"models", "a model", "a prefix"}),
    ({"operation": "getToken"}, {"a token"}),
    ({"operation": "authorize"}, {"a login"}),
    ({"operation": "getToken", "path": "/identity/*"}, {"a token"}),
]


@pytest.mark.parametrize(("chosen", "hit"), PATHS, ids=[str(row[0]) for row in PATHS])
def test_a_path_chooses_requests_be_they_known_or_not(chosen: dict[str, Any], hit: set[str]) -> None:
    stt = FakeSTT(edition="cloud2025")
    rule = stt.faults.on(**chosen).fail(503, "met")
    requests: dict[str, tuple[str, str]] = {
        "models": ("GET", "/v1/models?x=/nowhere/"), "a model": ("GET", f"{MODELS}/{NOBODY}"),
        "nothing": ("GET", "/v1/nothing/v1/models"), "a prefix": ("GET", "/speech-to-text/api/v1/models"),
        "options": ("OPTIONS", "/v1/models"),
        "a login": ("POST", "/v1/authorize"), "nowhere": ("PUT", "/nowhere/1"), "a token": ("POST", "/identity/token"),
    }  # fmt: skip
    met = {name for name, request in requests.items() if b'"met"' in ask(stt, *request).body}
    assert met == hit
    for name, exchange in zip(requests, stt.journal, strict=True):
        assert exchange.rule is (rule if name in hit else None)
        assert (exchange.call is None) == (name in ("nothing", "nowhere", "options"))


def test_where_no_route_fits_when_is_given_none() -> None:
    stt = FakeSTT()
    seen: list[Call | None] = []
    stt.faults.on(path="/nowhere/*", when=seen.append, optional=True).fail(503)
    assert [ask(stt, "GET", target).status for target in ("/nowhere/1", "/v1/models")] == [404, 200]
    assert seen == [None]
    stt.faults.on(path="/nowhere/*", when=lambda call: call.values == {}).fail(503)
    with pytest.raises(
        ConfigurationError,
        match=r"at what no route fits\. .* may be missing\. Where no route fits, there is no Call but None\.$",
    ):
        ask(stt, "GET", "/nowhere/2")


def test_a_token_is_met_by_its_operation_and_stays_a_secret() -> None:
    stt = FakeSTT(edition="cloud2025")
    stt.faults.on("getToken", nth=1).fail(503)
    stt.faults.on("getToken", nth=2).truncate(100)
    form = b"grant_type=urn:ibm:params:oauth:grant-type:apikey&apikey=k"
    assert ask(stt, "POST", "/identity/token", form, key=None).status == 503
    with pytest.raises(WireClosed):
        ask(stt, "POST", "/identity/token", form, key=None)
    assert ask(stt, "POST", "/identity/token", form, key=None).status == 200
    assert [exchange.reply.json.get("access_token") for exchange in stt.journal] == [None, "…", "…"]


@pytest.mark.parametrize(
    ("glob", "hit"),
    [("*Audio", {"addAudio", "getAudio", "listAudio", "deleteAudio"}),
     ("get*", {"getAudio", "getAcousticModel", "getModel"}),
     ("getModel", {"getModel"}), ("?istModels", {"listModels"})],
)  # fmt: skip
def test_a_glob_chooses_operations(glob: str, hit: set[str]) -> None:
    stt = FakeSTT()
    rule = stt.faults.on(glob).fail(503)
    model = stt.acoustic_models.add(status="ready")
    requests = {
        "listModels": ("GET", "/v1/models"), "getModel": ("GET", "/v1/models/x"), "listAcousticModels": ("GET", MODELS),
        "getAcousticModel": ("GET", f"{MODELS}/{model.id}"), "listAudio": ("GET", f"{MODELS}/{model.id}/audio"),
        "getAudio": ("GET", f"{MODELS}/{model.id}/audio/a"), "addAudio": ("POST", f"{MODELS}/{model.id}/audio/a"),
        "deleteAudio": ("DELETE", f"{MODELS}/{model.id}/audio/a"), "deleteUserData": ("DELETE", "/v1/user_data"),
    }  # fmt: skip
    assert {name for name, request in requests.items() if ask(stt, *request).status == 503} == hit
    assert stt.faults.used(rule) == len(hit)


def test_when_looks_at_the_call() -> None:
    stt = FakeSTT()
    seen: list[Call] = []

    def japanese(call: Call) -> bool:
        seen.append(call)
        return call.values.get("language") == "ja-JP"

    stt.faults.on("listAcousticModels", nth=2, when=japanese).fail(503)
    languages = ("ja-JP", "en-US", "en-US", "ja-JP", "ja-JP")
    assert [ask(stt, "GET", f"{MODELS}?language={one}").status for one in languages] == [200, 200, 200, 503, 200]
    assert all(call.operation.id == "listAcousticModels" for call in seen)


def test_when_sees_an_upload_measured() -> None:
    stt = FakeSTT()
    model_id = create(stt)
    stt.faults.on("addAudio", when=lambda call: call.upload is not None and call.upload.size_bytes > 10).fail(413)
    target, sent = f"{MODELS}/{model_id}/audio/a", {"Content-Type": "audio/wav"}
    assert ask(stt, "POST", target, b"x" * 11, sent).status == 413
    assert ask(stt, "POST", target, b"x" * 10, sent).status == 201


def test_a_rule_that_was_never_used_is_an_error_at_the_end_unless_it_is_optional() -> None:
    stt = FakeSTT()
    rule = stt.faults.on("trainAcousticModel", nth=2).lose_reply()
    line = sys._getframe().f_lineno - 1
    stt.faults.on("addAudio", optional=True).fail(503)
    ask(stt, "GET", "/v1/models")
    assert stt.faults.unused() == [rule]
    with pytest.raises(RuleNeverMatched) as caught:
        stt.faults.check_used(stt.journal.summary())
    assert str(caught.value) == (
        "on('trainAcousticModel', nth=2).lose_reply(): armed and never used, so the test does not show what it says. "
        "The exchange was: 1 x listModels. Mend the rule, or write optional=True if it need not happen."
        f"\n    was written at {__file__}:{line}"
    )
    stt.faults.remove(rule)
    stt.faults.remove(rule)
    stt.faults.check_used("")
    assert stt.faults.used(rule) == 0


@pytest.mark.parametrize("optional", [False, True])
def test_chosen_requests_to_which_nothing_happens_are_told_at_the_end_with_their_place(optional: bool) -> None:
    stt = FakeSTT()
    stt.faults.on("addAudio", times=1, optional=optional)
    line = sys._getframe().f_lineno - 1
    stt.faults.on("getAudio")
    with pytest.raises(ConfigurationError) as caught:
        stt.faults.check_used(stt.journal.summary())
    assert str(caught.value) == (
        f"on('addAudio') at {__file__}:{line}; on('getAudio') at {__file__}:{line + 2}: it says which requests, and "
        "not what happens to them, so nothing does. Say that as well: on('addAudio').fail(503)."
    )


def test_what_happens_to_chosen_requests_may_be_said_later_and_more_than_once() -> None:
    stt = FakeSTT()
    target = stt.faults.on("listModels", times=1)
    assert ask(stt, "GET", "/v1/models").status == 200  # no request is in the way of it
    target.fail(503)
    target.do(fakestt.fail(429))
    assert [ask(stt, "GET", "/v1/models").status for _ in range(3)] == [429, 503, 200]
    stt.faults.check_used(stt.journal.summary())


def test_of_two_alike_that_chose_requests_the_one_without_an_effect_is_told() -> None:
    stt = FakeSTT()
    stt.faults.on("listModels", optional=True)
    line = sys._getframe().f_lineno - 1
    stt.faults.on("listModels", optional=True).fail(503)
    with pytest.raises(ConfigurationError, match=rf":{line}: it says which requests"):
        stt.faults.check_used(stt.journal.summary())


def test_a_rule_may_be_made_once_and_armed_by_hand() -> None:
    stt = FakeSTT()
    rule = Rule(operation="listModels", effect=fakestt.fail(503), times=1)
    assert stt.faults.add(rule) is rule
    assert [ask(stt, "GET", "/v1/models").status for _ in range(2)] == [503, 200]


SPELLINGS: list[tuple[Callable[[FakeSTT], Rule], str]] = [
    (lambda stt: stt.faults.on("addAudio").fail(503), "on('addAudio').fail(503)"),
    (lambda stt: stt.faults.on("addAudio", nth=2).lose_request(), "on('addAudio', nth=2).lose_request()"),
    (lambda stt: stt.faults.on("addAudio", times=3).reset(), "on('addAudio', times=3).reset()"),
    (lambda stt: stt.faults.on(path="/x*", nth=2).reset(), "on('*', path='/x*', nth=2).reset()"),
    (lambda stt: stt.faults.on("addAudio", path="/x").ok(), "on('addAudio', path='/x').ok()"),
    (lambda stt: stt.faults.on("*").reset(commits=True), "on('*').reset(commits=True)"),
    (lambda stt: stt.faults.on("*").interrupt(), "on('*').interrupt()"),
    (lambda stt: stt.faults.on("addAudio").slow("45s"), "on('addAudio').slow('45s')"),
    (lambda stt: stt.faults.on("addAudio").drip("1s"), "on('addAudio').drip('1s')"),
    (lambda stt: stt.faults.on("addAudio").drip(2, pieces=3), "on('addAudio').drip(2, pieces=3)"),
    (lambda stt: stt.faults.on("addAudio").garble(), "on('addAudio').garble()"),
    (lambda stt: stt.faults.on("addAudio").truncate(9), "on('addAudio').truncate(9)"),
    (lambda stt: stt.faults.on("addAudio").truncate(9, reset=True), "on('addAudio').truncate(9, reset=True)"),
    (lambda stt: stt.faults.on("addAudio").truncate_head(9), "on('addAudio').truncate_head(9)"),
    (lambda stt: stt.faults.on("getAudio", marked=False).stale(), "on('getAudio', marked=False).stale()"),
    (lambda stt: stt.faults.on("addAudio").ok(), "on('addAudio').ok()"),
    (lambda stt: stt.faults.on("addAudio").lose_reply(), "on('addAudio').lose_reply()"),
    (
        lambda stt: stt.faults.on("addAudio").fail(503, "why", retry_after=3, body={}, commits=True),
        "on('addAudio').fail(503, 'why', retry_after=3, body=..., commits=True)",
    ),
]


@pytest.mark.parametrize(("make", "spelled"), SPELLINGS, ids=[row[1] for row in SPELLINGS])
def test_a_rule_reads_as_it_was_written(make: Callable[[FakeSTT], Rule], spelled: str) -> None:
    assert str(make(FakeSTT())) == spelled


MISUSE: list[tuple[Callable[[FakeSTT], object], type[Exception], str]] = [
    (lambda stt: stt.faults.on("addAudios"), UnknownOperation, "no operation has this id. Did you mean 'addAudio'?"),
    (lambda stt: stt.faults.on("getTokens"), UnknownOperation, "no operation has this id. Did you mean 'getToken'?"),
    (lambda stt: stt.faults.on("*Token"), UnknownOperation, "on('*Token'): no operation fits this glob. Did you mean"),
    (lambda stt: stt.faults.on(), ConfigurationError, "on(): give an operation, or a path=. All: listModels"),
    (lambda stt: stt.faults.on(path=3), ConfigurationError, "path=3): give a path or a glob, a string."),  # type: ignore[arg-type]  # misuse
    (lambda stt: stt.faults.on("Audio"), UnknownOperation, "'listAudio', 'addAudio', 'getAudio' or 'deleteAudio'?"),
    (lambda stt: stt.faults.on(3), ConfigurationError, "on(3): give an operation's id or a glob, a string. All: list"),  # type: ignore[arg-type]  # misuse
    (lambda stt: stt.faults.on("*", nth=True), ConfigurationError, "nth=True): count from 1"),
    (lambda stt: stt.faults.on("*", times=True), ConfigurationError, "times=True): count from 1"),
    (lambda stt: stt.faults.on("*", times=1.5), ConfigurationError, "times=1.5): count from 1"),  # type: ignore[arg-type]  # misuse
    (lambda stt: stt.faults.on("*", optional=1), ConfigurationError, "optional=1): give True"),  # type: ignore[arg-type]  # misuse
    (lambda stt: stt.faults.on("*", marked=1), ConfigurationError, "marked=1): give True (a header tells of it)"),  # type: ignore[arg-type]  # misuse
    (lambda stt: stt.faults.on("addAudio").stale(), ConfigurationError, "on('addAudio').stale(): only a read shows"),
    (lambda stt: stt.faults.on("*Token").stale(), UnknownOperation, "no operation fits this glob"),
    (lambda stt: stt.faults.on("getToken").stale(), ConfigurationError, "old. Reads: listModels, getModel, "),
    (lambda stt: stt.faults.on("validateAuth").stale(), ConfigurationError, "only a read shows something"),
    (lambda stt: stt.faults.on("train*", path="/v1/*").stale(), ConfigurationError, "only a read shows something"),
    (
        lambda stt: stt.faults.on("*").do("fail"),  # type: ignore[arg-type]  # misuse
        ConfigurationError,
        "on('*').do('fail'): give an effect, as fakestt.fail(503) and fakestt.slow('45s') make them.",
    ),
    (lambda stt: stt.faults.add(fakestt.fail(503)), ConfigurationError, "): give a Rule, or write on(...)"),  # type: ignore[arg-type]  # misuse
    (lambda stt: stt.faults.add(Rule(operation="addAudios", effect=fakestt.ok())), UnknownOperation, "'addAudio'?"),
    (lambda stt: stt.faults.add(Rule(operation="*", effect=fakestt.ok(), nth=0)), ConfigurationError, "nth=0): count"),
    (lambda stt: stt.faults.on("*Job"), UnknownOperation, "'*Job'"),
    (lambda stt: stt.faults.on("?x"), UnknownOperation, "on('?x'): no operation fits this glob."),
    (lambda stt: stt.faults.on("[xy]"), UnknownOperation, "on('[xy]'): no operation fits this glob."),
    (lambda stt: stt.faults.on("XX"), UnknownOperation, "on('XX'): no operation has this id."),
    (lambda stt: stt.faults.offer("f"), ConfigurationError, "offer('f'): give effects, such as fakestt.fail(503)."),  # type: ignore[arg-type]  # misuse
    (
        lambda stt: stt.faults.on("add?rammar"), UnknownOperation,
        "on('add?rammar'): edition icp2018 has no addGrammar. A request for it is answered 404. Take an edition that "
        "has it (icp2020, cloud2025, cp4d2025), or choose it by on(path=...).",
    ),
    (
        lambda stt: stt.faults.on("detect*"),
        UnknownOperation,
        "on('detect*'): detectLanguage is part of the service (of cloud2025 alone) and not of fakestt. A request for",
    ),
    (
        lambda stt: stt.faults.on("checkJob"), UnknownOperation,
        "on('checkJob'): checkJob is part of the service and not of fakestt. A request for it is answered 404. To "
        "choose it: on(path='/v1/recognitions/*'). All: listModels",
    ),
    (lambda stt: stt.faults.on("*", nth=0), ConfigurationError, "nth=0): count from 1"),
    (lambda stt: stt.faults.on("*", times=-1), ConfigurationError, "times=-1): count from 1"),
    (lambda stt: stt.faults.on("*", times="2"), ConfigurationError, "times='2'): count from 1"),  # type: ignore[arg-type]  # misuse
    (lambda stt: stt.faults.on("*").reset(commits="no"), ConfigurationError, "reset(commits='no'): give True"),  # type: ignore[arg-type]  # misuse
    (lambda stt: stt.faults.on("*").interrupt(commits=1), ConfigurationError, "interrupt(commits=1): give True"),  # type: ignore[arg-type]  # misuse
    (lambda stt: stt.faults.on("*").slow(True), ConfigurationError, "slow: True is not a duration"),
    (lambda stt: stt.faults.on("*").slow(-1), ConfigurationError, "slow(-1): an answer can't be early"),
    (lambda stt: stt.faults.on("*").slow("soon"), ConfigurationError, "slow: 'soon' is not a duration"),
    (lambda stt: stt.faults.on("*").drip(0), ConfigurationError, "drip(0): give a silence, more than 0 seconds"),
    (lambda stt: stt.faults.on("*").drip("-1s"), ConfigurationError, "drip: '-1s' is not a duration"),
    (lambda stt: stt.faults.on("*").drip("1s", pieces=1), ConfigurationError, "drip('1s', pieces=1): give how many"),
    (lambda stt: stt.faults.on("*").drip("1s", pieces=True), ConfigurationError, "pieces=True): give how many"),
    (lambda stt: stt.faults.on("*").drip("1s", pieces=2.0), ConfigurationError, "pieces=2.0): give how many"),  # type: ignore[arg-type]  # misuse
    (lambda stt: stt.faults.on("*").truncate(0), ConfigurationError, "truncate(0): give how many bytes arrive"),
    (lambda stt: stt.faults.on("*").truncate(1, reset=1), ConfigurationError, "truncate(1, reset=1)"),  # type: ignore[arg-type]  # misuse
    (lambda stt: stt.faults.on("*").truncate_head(0), ConfigurationError, "truncate_head(0): give how many bytes"),
    (lambda stt: stt.faults.on("*").truncate_head(True), ConfigurationError, "truncate_head(True): give how many"),
    (lambda stt: stt.faults.on("*").truncate_head("1"), ConfigurationError, "truncate_head('1'): give how many"),  # type: ignore[arg-type]  # misuse
    (lambda stt: stt.faults.on("*").truncate(True), ConfigurationError, "truncate(True): give how many bytes arrive"),
    (lambda stt: stt.faults.on("*").truncate("1"), ConfigurationError, "truncate('1')"),  # type: ignore[arg-type]  # misuse
]  # fmt: skip


@pytest.mark.parametrize(("misuse", "error", "message"), MISUSE, ids=[row[2] for row in MISUSE])
def test_misuse_is_an_error_when_it_is_written(
    misuse: Callable[[FakeSTT], object], error: type[Exception], message: str
) -> None:
    stt = FakeSTT()
    with pytest.raises(error) as caught:
        misuse(stt)
    assert message in str(caught.value)
    assert not stt.faults.unused()


def test_when_must_be_a_function() -> None:
    with pytest.raises(ConfigurationError, match="give a function that takes a Call"):
        FakeSTT().faults.on("addAudio", when=3)  # type: ignore[arg-type]  # what is tested


def broken(stt: FakeSTT, **more: Any) -> Rule:
    """A rule that looks at what a call need not have."""
    return stt.faults.on("listModels", when=lambda call: call.values["customization_id"] == "x", **more).fail(503)


LINE = broken.__code__.co_firstlineno + 2


def test_a_when_that_raises_is_the_authors_mistake_and_names_its_rule() -> None:
    stt = FakeSTT()
    broken(stt, nth=2)
    with pytest.raises(ConfigurationError) as caught:
        ask(stt, "GET", "/v1/models")
    assert str(caught.value) == (
        f"on('listModels', nth=2).fail(503): its when= (test_faults_on_the_wire.py:{LINE}) raised "
        "KeyError('customization_id') at listModels. A when= takes a Call and says whether the rule matches: look at "
        "call.values, call.body and call.upload, each of which may be missing."
    )
    assert isinstance(caught.value.__cause__, KeyError)


def test_where_a_when_raises_no_rule_has_counted_the_request() -> None:
    stt = FakeSTT()
    first = stt.faults.on("listModels", times=1).fail(429)
    stt.faults.remove(last := broken(stt))
    stt.faults.add(last)
    with pytest.raises(ConfigurationError):
        ask(stt, "GET", "/v1/models")
    stt.faults.remove(last)
    assert stt.faults.used(first) == 0
    assert [ask(stt, "GET", "/v1/models").status for _ in range(2)] == [429, 200]


@pytest.mark.parametrize("optional", [False, True])
def test_a_client_that_catches_what_a_when_raised_does_not_hide_it_from_the_tests_end(optional: bool) -> None:
    stt = FakeSTT()
    broken(stt, optional=optional)
    with suppress(ConfigurationError):
        ask(stt, "GET", "/v1/models")
    with pytest.raises(ConfigurationError, match=rf":{LINE}\) raised KeyError\('customization_id'\) at listModels"):
        stt.faults.check_used(stt.journal.summary())


def test_a_when_is_not_asked_about_other_operations() -> None:
    stt = FakeSTT()
    broken(stt)
    assert ask(stt, "GET", MODELS).status == 200
