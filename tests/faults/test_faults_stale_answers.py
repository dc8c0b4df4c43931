"""A read is answered with what it showed before the last change."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from asking import MODELS, NOBODY, START, Heard, ask, create

import fakestt
from fakestt import FakeSTT

TRANSACTION = ("x-dp-watson-tran-id", "x-global-transaction-id")


def statuses(stt: FakeSTT, model_id: str, polls: int) -> list[str]:
    return [ask(stt, "GET", f"{MODELS}/{model_id}").json["status"] for _ in range(polls)]


def test_a_poll_shows_the_status_before_the_last_change() -> None:
    stt = FakeSTT(start=START)
    model = stt.acoustic_models.add(status="training")
    stt.faults.on("getAcousticModel", nth=4).stale()
    assert statuses(stt, model.id, 2) == ["training", "training"]
    stt.clock.advance_to_next()
    assert statuses(stt, model.id, 3) == ["available", "training", "available"]
    assert stt.journal.timeline().splitlines()[-2].endswith("200  getAcousticModel  [fault: stale()]")
    stt.check_used()


def test_the_rule_may_be_armed_after_the_reads_and_last() -> None:
    stt = FakeSTT(start=START)
    model = stt.acoustic_models.add(status="training")
    statuses(stt, model.id, 1)
    stt.clock.advance_to_next()
    stt.faults.on("getAcousticModel").stale()
    assert statuses(stt, model.id, 3) == ["training"] * 3  # what was stale itself was never the truth


def test_of_several_changes_the_last_that_was_read_counts() -> None:
    stt = FakeSTT(start=START)
    model = stt.acoustic_models.add(status="training")
    statuses(stt, model.id, 1)
    stt.clock.advance_to_next()
    statuses(stt, model.id, 1)
    ask(stt, "POST", f"{MODELS}/{model.id}/reset")
    stt.faults.on("getAcousticModel", times=1).stale()
    assert statuses(stt, model.id, 2) == ["available", stt.acoustic_models[model.id].status]


def test_a_list_may_lack_what_was_just_made_and_show_what_is_gone() -> None:
    stt = FakeSTT(start=START)
    ask(stt, "GET", MODELS)
    model_id = create(stt)
    stt.faults.on("listAcousticModels", nth=1).stale()
    stt.faults.on("getAcousticModel", nth=2).stale()
    assert ask(stt, "GET", MODELS).json == {"customizations": []}
    assert ask(stt, "GET", f"{MODELS}/{model_id}").status == 200
    ask(stt, "DELETE", f"{MODELS}/{model_id}")
    heard = ask(stt, "GET", f"{MODELS}/{model_id}")
    assert (heard.status, heard.json["customization_id"]) == (200, model_id)
    assert heard.headers["content-length"] == str(len(heard.body))
    assert ask(stt, "GET", f"{MODELS}/{model_id}").status == 401


def test_an_old_answer_is_sent_now() -> None:
    """A replica that lags behind writes the answer itself: its date and its numbers are those of this request."""
    stt = FakeSTT(start=START)
    ask(stt, "GET", MODELS)
    create(stt)
    stt.clock.advance(3600)
    stt.faults.on("listAcousticModels").stale()
    old, first = ask(stt, "GET", MODELS), stt.journal[0]
    assert old.body == first.reply.body
    assert old.headers["date"] == "Sat, 27 Oct 2018 01:00:00 GMT"
    assert all(old.headers[name] not in dict(first.reply.headers).values() for name in TRANSACTION)


def change(stt: FakeSTT) -> None:
    stt.acoustic_models.add(name="new")


def listed(stt: FakeSTT, **more: Any) -> Heard:
    return ask(stt, "GET", MODELS, **more)


# What comes before a change and a stale read of the list: not one of these is an older reply to the same read.
NONE: dict[str, Callable[[FakeSTT], object]] = {
    "nothing": lambda stt: None,
    "another target": lambda stt: ask(stt, "GET", f"{MODELS}?language=en-US"),
    "another method": lambda stt: ask(stt, "HEAD", MODELS),
    "no credentials": lambda stt: listed(stt, key=None),
    "a failure": lambda stt: [stt.faults.on("*", times=1).fail(503), listed(stt)],
    "a failure after the work": lambda stt: [stt.faults.on("*", times=1).fail(503, commits=True), listed(stt)],
    "a page": lambda stt: [stt.faults.on("*", times=1).html(502), listed(stt)],
    "a garbled answer": lambda stt: [stt.faults.on("*", times=1).garble(), listed(stt)],
    "a lost request": lambda stt: [stt.faults.on("*", times=1).do(quiet(fakestt.lose_request())), listed(stt)],
}


def quiet(effect: fakestt.Effect) -> fakestt.Effect:
    """The same, without breaking the connection: the work alone counts here."""
    return fakestt.Effect(effect.spelled, effect.answer, commits=effect.commits)


@pytest.mark.parametrize("before", NONE)
def test_where_there_is_no_older_reply_the_true_one_comes_and_is_not_marked(before: str) -> None:
    stt = FakeSTT(start=START)
    NONE[before](stt)
    change(stt)
    rule = stt.faults.on("listAcousticModels", times=1).stale()
    heard = listed(stt)
    assert [one["name"] for one in heard.json["customizations"]] == ["new"]
    assert "x-fakestt-fault" not in heard.headers
    assert stt.journal.last().rule is rule


def test_what_another_caller_has_read_is_not_shown() -> None:
    stt = FakeSTT(start=START)
    other = stt.auth.add_key(owner=NOBODY)
    listed(stt, key=other)
    change(stt)
    stt.faults.on("listAcousticModels").stale()
    assert len(listed(stt).json["customizations"]) == 1


def test_a_read_whose_answer_was_lost_counts_for_the_service_gave_it() -> None:
    stt = FakeSTT(start=START)
    stt.faults.on("listAcousticModels", nth=1).slow("1s")
    listed(stt)
    change(stt)
    stt.faults.on("listAcousticModels", times=1).stale()
    assert listed(stt).json == {"customizations": []}


def test_what_is_refused_for_its_credentials_is_no_read() -> None:
    """The cloud's gateway puts another number into each of its errors, so no two are equal."""
    stt = FakeSTT(edition="cloud2025", start=START)
    listed(stt, key=None)
    stt.faults.on("listAcousticModels").stale()
    heard = listed(stt, key=None)
    assert heard.json["trace"] == heard.headers["x-request-id"]
    assert "x-fakestt-fault" not in heard.headers


def test_a_token_is_no_read() -> None:
    stt = FakeSTT(edition="cp4d2025", start=START)
    stt.faults.on(path="*", nth=2).stale()
    tokens = {ask(stt, "GET", "/v1/preauth/validateAuth").json["accessToken"] for _ in range(2)}
    assert len(tokens) == 2


def test_what_is_done_twice_is_told_twice() -> None:
    stt = FakeSTT(start=START)
    stt.faults.on(path="*", nth=2).stale()
    assert len({create(stt) for _ in range(2)}) == len(stt.acoustic_models) == 2


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS"])
def test_what_is_no_read_gets_the_true_answer(method: str) -> None:
    answers = []
    for is_stale in (False, True):
        stt = FakeSTT(start=START)
        if is_stale:
            stt.faults.on(path="*").stale()
        answers.append([ask(stt, method, f"{MODELS}/{path}") for path in ("", "nothing", "x/audio/y")])
    assert answers[0] == answers[1]


def test_a_target_that_the_journal_hides_is_not_mistaken_for_another() -> None:
    stt = FakeSTT(start=START)
    for name in ("first", "second"):
        ask(stt, "GET", f"{MODELS}?secret={name}")
        change(stt)
    stt.faults.on("listAcousticModels", times=1).stale()
    assert len(ask(stt, "GET", f"{MODELS}?secret=first").json["customizations"]) == 2


@pytest.mark.parametrize(
    ("effect", "is_true"),
    [(fakestt.lose_reply(), True), (fakestt.slow(1), True), (fakestt.lose_request(), False), (fakestt.stale(), False),
     (fakestt.garble(), False), (fakestt.html(502), False), (fakestt.fail(503, commits=True), False)],
)  # fmt: skip
def test_an_effect_knows_whether_the_service_has_its_say(effect: fakestt.Effect, is_true: bool) -> None:
    assert effect.says_the_truth is is_true


def test_a_stale_answer_to_head_has_the_old_length() -> None:
    stt = FakeSTT(start=START)
    old = ask(stt, "HEAD", MODELS).headers["content-length"]
    change(stt)
    stt.faults.on("listAcousticModels", nth=1).stale()
    lengths = [ask(stt, "HEAD", MODELS).headers["content-length"] for _ in range(2)]
    assert lengths[0] == old != lengths[1]


def test_it_goes_back_as_far_as_the_journal_does() -> None:
    stt = FakeSTT(start=START, journal=20)
    for _ in range(5):
        ask(stt, "GET", "/v1/models/none")
    listed(stt)
    change(stt)
    stt.faults.on("listAcousticModels").stale()
    for _ in range(10):
        ask(stt, "GET", "/v1/models/none")
    assert listed(stt).json == {"customizations": []}
    for _ in range(10):
        ask(stt, "GET", "/v1/models/none")
    assert len(listed(stt).json["customizations"]) == 1
