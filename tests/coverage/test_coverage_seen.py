"""What a fake's clients have seen: what arrived, what happened, and what they got over."""

from __future__ import annotations

from contextlib import suppress

import pytest
from asking import MODELS, START, add, ask, create, flac

from fakestt import FakeSTT, StateError, wire
from fakestt.coverage.items import Answered, Shown, Survived, Transition, Trouble
from fakestt.faults.effects import Effect

MODEL, AUDIO = "acoustic model", "audio"


def fake(**settings: object) -> FakeSTT:
    return FakeSTT(start=START, **settings)  # type: ignore[arg-type]


def meets(stt: FakeSTT, method: str, target: str, effect: Effect, **more: object) -> None:
    """A request that a fault hits, however it ends."""
    rule = stt.faults.on("*", times=1).do(effect)
    with suppress(wire.WireBreak):
        ask(stt, method, target, **more)  # type: ignore[arg-type]
    assert stt.faults.used(rule) == 1


def test_a_status_counts_when_an_answer_has_shown_it() -> None:
    stt = fake()
    model_id = create(stt)
    assert stt.coverage.statuses.seen == set()
    ask(stt, "GET", f"{MODELS}/{model_id}")
    assert stt.coverage.statuses.seen == {Shown(MODEL, "pending")}
    stt.acoustic_models.add(status="failed")
    ask(stt, "GET", MODELS)
    assert Shown(MODEL, "failed") in stt.coverage.statuses.seen


def test_a_language_model_s_status_is_its_own() -> None:
    stt = fake()
    stt.language_models.add(name="words", base_model_name="en-US_BroadbandModel", status="available")
    ask(stt, "GET", "/v1/customizations")
    assert stt.coverage.statuses.seen == {Shown("language model", "available")}


def test_the_audio_of_a_listing_shows_its_status() -> None:
    stt = fake()
    model_id = create(stt)
    add(stt, model_id, data=b"no audio")
    ask(stt, "GET", f"{MODELS}/{model_id}/audio")
    stt.clock.advance("1h")
    ask(stt, "GET", f"{MODELS}/{model_id}/audio/audio1")
    assert stt.coverage.statuses.seen == {Shown(AUDIO, "being_processed"), Shown(AUDIO, "invalid")}


LOST = {
    "no answer": Effect("lose_reply()", None, (wire.Close(),)),
    "half an answer": Effect("truncate(30)", None, (wire.Send(30), wire.Close())),
}


@pytest.mark.parametrize("effect", LOST.values(), ids=LOST)
def test_what_did_not_arrive_was_not_seen(effect: Effect) -> None:
    stt = fake()
    model = stt.acoustic_models.add(status="failed")
    meets(stt, "GET", f"{MODELS}/{model.id}", effect)
    assert stt.coverage.statuses.seen == set()
    arrived = {Answered("getAcousticModel", 200)} if len(effect.delivery) > 1 else set()
    assert stt.coverage.answers.seen == arrived


def test_an_answer_without_a_body_shows_no_status() -> None:
    stt = fake()
    model = stt.acoustic_models.add(status="failed")
    ask(stt, "HEAD", f"{MODELS}/{model.id}")
    assert stt.coverage.statuses.seen == set()


def test_transitions_count_when_they_have_happened_whether_or_not_anyone_looks() -> None:
    stt = fake()
    model_id = create(stt)
    add(stt, model_id)
    stt.clock.advance("1h")
    assert stt.coverage.transitions.seen == {
        Transition(MODEL, None, "pending"),
        Transition(MODEL, "pending", "ready"),
        Transition(AUDIO, None, "being_processed"),
        Transition(AUDIO, "being_processed", "ok"),
    }


def test_what_the_test_does_by_hand_is_no_transition() -> None:
    stt = fake()
    stt.acoustic_models.add(status="ready")
    ask(stt, "GET", MODELS)
    assert stt.coverage.transitions.seen == set()


def test_a_status_that_a_fault_gave_is_seen_and_counts_only_where_it_is_possible() -> None:
    stt = fake()
    model = stt.acoustic_models.add(status="ready")
    stt.faults.on("trainAcousticModel", nth=1).fail(409)
    stt.faults.on("trainAcousticModel", nth=2).fail(503)
    for _ in range(2):
        ask(stt, "POST", f"{MODELS}/{model.id}/train")
    answers = stt.coverage.answers
    assert answers.seen == {Answered("trainAcousticModel", 409), Answered("trainAcousticModel", 503)}
    assert answers.counted == 1


def test_what_an_error_says_is_no_status_of_a_model() -> None:
    stt = fake()
    model = stt.acoustic_models.add(status="ready")
    stt.faults.on("getAcousticModel").fail(500, body={"status": "failed"})
    ask(stt, "GET", f"{MODELS}/{model.id}")
    assert stt.coverage.statuses.seen == set()


TROUBLES = {
    "fail(503)": Trouble.ERROR,
    "fail(503, commits=True)": Trouble.ERROR,
    "lose_request()": Trouble.LOST_REQUEST,
    "lose_reply()": Trouble.LOST_REPLY,
    "reset()": Trouble.LOST_REQUEST,
    "reset(commits=True)": Trouble.LOST_REPLY,
    "slow('5s')": Trouble.LATE,
    "truncate(4)": Trouble.BROKEN,
    "truncate_head(30)": Trouble.BROKEN,
}


@pytest.mark.parametrize(("written", "trouble"), TROUBLES.items())
def test_a_fault_is_survived_when_the_client_sends_another_request(written: str, trouble: Trouble) -> None:
    stt = fake()
    effect: Effect = eval(written, vars(__import__("fakestt")))
    body = {"name": "car", "base_model_name": "en-US_BroadbandModel"}
    meets(stt, "POST", MODELS, effect, body=body)
    fault = Survived(trouble, "createAcousticModel")
    assert (stt.coverage.faults.seen, stt.coverage.met) == (set(), {fault})
    ask(stt, "GET", "/v1/models")
    assert (stt.coverage.faults.seen, stt.coverage.met) == ({fault}, set())


def test_a_fault_is_survived_when_the_test_passes() -> None:
    stt = fake()
    meets(stt, "GET", MODELS, LOST["no answer"])
    fault = Survived(Trouble.LOST_REPLY, "listAcousticModels")
    assert stt.coverage.met == {fault}
    assert (stt.coverage.passed().faults.seen, stt.coverage.passed().met) == ({fault}, set())


def test_to_a_read_a_lost_request_is_as_good_as_a_lost_reply() -> None:
    stt = fake()
    meets(stt, "GET", MODELS, Effect("lose_request()", None, (wire.Close(),), commits=False))
    assert stt.coverage.met == {Survived(Trouble.LOST_REPLY, "listAcousticModels")}


@pytest.mark.parametrize("written", ["ok()", "truncate(100_000)", "truncate_head(100_000)"])
def test_a_fault_that_changed_nothing_is_none(written: str) -> None:
    stt = fake()
    meets(stt, "GET", MODELS, eval(written, vars(__import__("fakestt"))))
    assert stt.coverage.met == set()


def test_a_fault_on_what_is_no_operation_is_not_counted() -> None:
    stt = fake()
    stt.faults.on(path="/nowhere").fail(503)
    ask(stt, "GET", "/nowhere")
    assert stt.coverage.met == stt.coverage.answers.seen == set()


def polls(number: int, *, asked_first: bool) -> FakeSTT:
    stt = fake(journal=10)
    if asked_first:
        assert stt.coverage.counted == 0
    ask(stt, "GET", MODELS)
    for _ in range(number):
        ask(stt, "GET", "/v1/models")
    return stt


def test_a_bounded_journal_loses_nothing_if_coverage_was_asked_for_in_time() -> None:
    expected = {Answered("listAcousticModels", 200), Answered("listModels", 200)}
    assert polls(30, asked_first=True).coverage.answers.seen == expected
    assert polls(9, asked_first=False).coverage.answers.seen == expected


def test_it_says_so_if_it_was_asked_for_too_late() -> None:
    with pytest.raises(StateError, match="21 exchanges are not kept"):
        polls(30, asked_first=False).coverage  # noqa: B018 - it raises


def test_an_upload_s_statuses_are_its_own() -> None:
    stt = fake()
    model_id = create(stt)
    for content_type in ("audio/flac", "audio/flac", "text/plain"):
        add(stt, model_id, content_type=content_type, data=flac(12))
    assert {item.status for item in stt.coverage.answers.seen if item.operation == "addAudio"} == {201, 409, 415}
