"""The report of a failing test: what stands out, what happened, what was still to come."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from time import process_time
from typing import Any

import pytest
from asking import MODELS, NOBODY, START, add, ask, create, flac
from golden_reports import CLIENTS, GOLDEN, GUIDE, computed, guide, story, timeline_of

import fakestt
from fakestt import FakeSTT
from fakestt.contract.messages import Reply
from fakestt.journal.happened import Happened
from fakestt.journal.names import Names
from fakestt.journal.record import Exchange, Note, NoteKind, RequestFacts
from fakestt.journal.report import MOST_LINES, report
from fakestt.journal.story import states_text
from fakestt.journal.timeline import since
from fakestt.journal.words import every, in_words, numbers
from fakestt.wire import Arrival, How

TEXT_MODELS = "/v1/customizations"
SCREEN_LINES = 40
OTHER = NOBODY.replace("0", "1", 8)


def lines_of(stt: FakeSTT) -> list[str]:
    return stt.report().splitlines()


def standing_out(stt: FakeSTT) -> list[str]:
    """What stands out, a sentence each."""
    lines = lines_of(stt)
    return [line.strip() for line in lines[2 : lines.index("")]] if "what stands out:" in lines else []


def rows_of(stt: FakeSTT) -> list[str]:
    """The table, with one space where there are several."""
    lines = lines_of(stt)
    first = lines.index("") + 1 if "" in lines else 1
    return [" ".join(line.split()) for line in lines[first:] if not line.startswith("now ")]


# Golden files


@pytest.fixture(scope="module")
def golden() -> dict[str, str]:
    return computed()


def names_of_clients() -> list[str]:
    text = CLIENTS.read_text(encoding="utf-8")
    return [line[9:].partition("(")[0].replace("_", "-") for line in text.splitlines() if line.startswith("def test_")]


# Words of its cause, which have to be among the first ten lines.
CAUSES = {
    "passing": "script.training(takes='45m')",
    "wrong-status": "'available' to the last, 684 times; nothing more is due",
    "wrong-base-url": "nothing is at fakestt.test/speech-to-text/v1/acoustic_customizations.",
    "invalid-audio": "car/recording is invalid since +0:00:14.400: 8000 Hz;",
    "missing-credentials": "#1: no credentials",
    "fault-not-met": "prepared, and not met: on('addAudio', nth=2).fail(503)",
    "callback-raised": "at('10m', check) raised AssertionError, see at +0:10:00",
    "clock-not-moved": "nobody moved it",
    "time-out": "the training of car would have ended at +0:36:15",
    "lost-reply": "and the client did not hear of it (lose_reply()): #2 did it again",
    "two-models-of-one-name": "2 models have the name car",
    "folded-polls": "nothing more is due",
}


def test_each_client_has_a_golden_file_and_a_cause() -> None:
    assert sorted(names_of_clients()) == sorted(CAUSES)
    files = {path.name for path in GOLDEN.glob("report-*.txt")}
    assert files == {f"report-{name}.txt" for name in CAUSES}


@pytest.mark.parametrize("name", CAUSES)
def test_a_report_reads_like_its_golden_file(golden: dict[str, str], name: str) -> None:
    assert golden[name] == (GOLDEN / f"report-{name}.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", CAUSES)
def test_a_report_fits_into_a_screen_and_its_cause_stands_in_the_first_ten_lines(name: str) -> None:
    lines = (GOLDEN / f"report-{name}.txt").read_text(encoding="utf-8").splitlines()
    assert len(lines) <= SCREEN_LINES
    assert max(map(len, lines)) <= 80
    assert CAUSES[name] in " ".join(" ".join(lines[:10]).split())


def test_the_guide_shows_a_report_as_it_is() -> None:
    assert guide() == GUIDE.read_text(encoding="utf-8")


def test_a_timeline_reads_like_its_golden_file() -> None:
    assert timeline_of(story()) == (GOLDEN / "timeline.txt").read_text(encoding="utf-8")


def test_a_timeline_is_what_requests_have_met() -> None:
    stt = story()
    assert timeline_of(stt).startswith(stt.journal.timeline())
    assert timeline_of(stt).strip() != stt.journal.timeline()


# What happened


def test_a_report_of_nothing_is_one_line() -> None:
    assert report(Happened(started_at_s=0, now_s=0)) == "fake started at 1970-01-01T00:00:00.000Z"


def test_a_fake_that_nobody_has_asked_says_where_it_is() -> None:
    stt = FakeSTT(start=START)
    assert lines_of(stt) == [
        "fake started at 2018-10-27T00:00:00.000Z",
        "what stands out:",
        "  no request has come: the fake is at https://fakestt.test/speech-to-text/api",
    ]


def test_a_report_says_that_its_start_was_nobodys_choice() -> None:
    assert ", the real now (start= makes" in lines_of(FakeSTT())[0]


def test_a_row_has_number_offset_call_answer_and_state() -> None:
    stt = FakeSTT(start=START)
    model_id = create(stt)
    stt.clock.advance("90s")
    ask(stt, "GET", f"{MODELS}/{model_id}")
    assert rows_of(stt) == [
        "#1 +0:00:00 POST /acoustic_customizations 201 createAcousticModel",
        "car: (new) -> pending",
        "+0:00:00 test: clock.advance('90s')",
        "#2 +0:01:30 GET <car> 200 pending getAcousticModel",
    ]


def test_what_did_not_arrive_shows_no_state() -> None:
    stt = FakeSTT(start=START)
    model = stt.acoustic_models.add()
    stt.faults.on("getAcousticModel").truncate(10)
    with suppress(OSError):
        ask(stt, "GET", f"{MODELS}/{model.id}")
    assert "200 getAcousticModel [fault: truncate(10)] cut after" in rows_of(stt)[-1]


def test_why_audio_is_invalid_stands_at_the_change_even_if_it_is_gone() -> None:
    stt = FakeSTT(start=START)
    model_id = create(stt)
    add(stt, model_id, data=flac(12, 8000))
    stt.clock.advance("1m")
    why = "8000 Hz; the base model needs at least 16000 Hz"
    assert standing_out(stt) == [f"car/audio1 is invalid since +0:00:14.400: {why}"]
    ask(stt, "DELETE", f"{MODELS}/{model_id}/audio/audio1")
    assert f"+0:00:14.400 car/audio1: being_processed -> invalid by analysis: {why}" in rows_of(stt)
    assert standing_out(stt) == [], "it is not there any more"


def test_why_words_are_invalid_is_told_as_long_as_they_are() -> None:
    stt = FakeSTT(start=START)
    model = stt.language_models.add(name="trip", status="pending")
    one = f"{TEXT_MODELS}/{model.id}"
    bad = [{"word": f"x{number}", "sounds_like": [f"x {number}"]} for number in (1, 2)]
    assert ask(stt, "POST", f"{one}/words", {"words": [{"word": "ok"}, *bad]}).status == 201
    stt.clock.advance("1m")
    assert ask(stt, "POST", f"{one}/train").status == 400
    why = "Numbers are not allowed in sounds_like. You can try for example 'x one'."
    assert standing_out(stt)[0] == f"the word 'x1' of trip is invalid: {why}; 2 are invalid in all"
    ask(stt, "DELETE", f"{one}/words/x2")
    assert standing_out(stt)[0] == f"the word 'x1' of trip is invalid: {why}"
    ask(stt, "DELETE", f"{one}/words/x1")
    assert not any("the word" in line for line in standing_out(stt))


def test_why_a_training_failed_stands_at_the_change() -> None:
    stt = FakeSTT(start=START)
    model = stt.acoustic_models.add(name="car", status="ready")
    stt.script.training(fails="not enough speech")
    ask(stt, "POST", f"{MODELS}/{model.id}/train")
    stt.clock.advance("1d")
    assert rows_of(stt)[-1] == "+0:36:00 car: training -> failed by training failed: not enough speech"
    assert standing_out(stt) == ["car is failed since +0:36:00: not enough speech"]


def test_what_the_test_has_made_by_hand_is_told_once() -> None:
    stt = FakeSTT(start=START)
    stt.acoustic_models.add(name="car", status="ready")
    ask(stt, "GET", MODELS)
    assert rows_of(stt) == [
        "+0:00:00 test: acoustic_models.add(name='car', status='ready')",
        "#1 +0:00:00 GET /acoustic_customizations 200 1 ready listAcousticModels",
    ]


def test_changes_and_notes_stand_in_the_order_of_their_instants() -> None:
    stt = FakeSTT(start=START)
    stt.acoustic_models.add(name="car", status="training")
    stt.clock.advance("10m")
    stt.script.upgrade(takes="1h")
    stt.clock.advance("1h")
    stt.script.upgrade(takes="2h")
    assert [row.partition(" (")[0] for row in rows_of(stt)] == [
        "+0:00:00 test: acoustic_models.add(name='car', status='training')",
        "+0:00:00 test: clock.advance('10m')",
        "+0:10:00 test: script.upgrade(takes='1h')",
        "+0:10:00 test: clock.advance('1h')",
        "+0:36:00 car: training -> available by training",
        "+1:10:00 test: script.upgrade(takes='2h')",
    ]


def test_a_script_of_one_model_names_it() -> None:
    stt = FakeSTT(start=START)
    stt.acoustic_models.add(name="car").script.training(takes="1h")
    assert rows_of(stt)[-1] == "+0:00:00 test: script.training(takes='1h') of car"


def test_an_error_of_a_callback_is_told_once_at_its_place() -> None:
    stt = FakeSTT(start=START)

    def boom() -> None:
        raise ValueError("no such thing")

    stt.at("30m", boom)
    with pytest.raises(ValueError, match="no such"):
        stt.clock.advance("1h")
    line = boom.__code__.co_firstlineno + 1
    assert standing_out(stt)[0] == "at('30m', boom) raised ValueError, see at +0:30:00"
    [told] = [row for row in rows_of(stt) if "raised" in row]
    assert told == f"+0:30:00 test: at('30m', boom) raised ValueError (at test_journal_report.py:{line})"
    assert "no such thing" not in stt.report(), "pytest shows it"


def test_what_was_done_before_the_start_stands_at_the_start() -> None:
    happened = Happened(started_at_s=100, now_s=100, notes=[Note(0, 50.0, "early", NoteKind.TEST)])
    assert report(happened).splitlines()[1].split() == ["+0:00:00", "test:", "early"]


# Names


def test_models_are_told_by_name_or_by_id_where_names_are_missing_or_doubled() -> None:
    names = Names({NOBODY: "car", OTHER: "noisy van", "x": "twin", "y": "twin"})
    assert names.subject(NOBODY) == "car"
    assert names.subject(f"{NOBODY}/a.wav") == "car/a.wav"
    assert names.subject(OTHER) == "'noisy van'"
    assert names.subject(OTHER.replace("1", "2")) == "22222222"
    assert names.subject("x") == "x"
    assert names.doubled() == {"twin": ["x", "y"]}
    assert names.path(f"/a/v1/acoustic_customizations/{NOBODY}/audio/{NOBODY}") == "<car>/audio/00000000"
    assert names.path(f"/v1/acoustic_customizations/{NOBODY}?x=1") == "<car>?x=1"
    assert names.path(f"/v1/acoustic_customizations/{OTHER.replace('1', '2')}") == "/acoustic_customizations/22222222"
    assert names.path("/v1/acoustic_customizations/car") == "/acoustic_customizations/car"
    assert names.path("/nowhere") == "/nowhere"
    assert names.text(f"training of {NOBODY}, {OTHER.replace('1', '2')}") == "training of car, 22222222"


def test_a_long_name_is_cut_and_two_that_are_cut_alike_are_told_by_id() -> None:
    assert Names({NOBODY: "x" * 99}).subject(NOBODY) == f"'{'x' * 29}…'"
    assert Names({NOBODY: "x" * 99, OTHER: "x" * 98}).subject(NOBODY) == NOBODY[:8]


def test_a_model_that_was_deleted_keeps_its_name() -> None:
    stt = FakeSTT(start=START)
    model_id = create(stt)
    ask(stt, "DELETE", f"{MODELS}/{model_id}")
    before = stt.snapshot()
    assert rows_of(stt)[-2:] == ["#2 +0:00:00 DELETE <car> 200 deleteAcousticModel", "car: pending -> (gone)"]
    stt = FakeSTT(start=START)
    create(stt)
    stt.restore(before | {"changes": []})
    assert "car: (new) -> pending" in rows_of(stt)


# Polls


def test_polls_that_are_alike_are_one_line() -> None:
    stt = FakeSTT(start=START, time="per_request:60s")
    for number in (2, 3, 100):
        for _ in range(number):
            ask(stt, "GET", "/v1/models")
        ask(stt, "GET", "/v1/recognize")
    told = [row.partition(" [")[0] for row in rows_of(stt)]
    assert [row for row in told if "recognize" not in row] == [
        "#1 +0:00:00 GET /models 200 listModels",
        "#2 +0:01:00 GET /models 200 listModels",
        "#4–#6 +0:03:00 GET /models ×3 every 60 s 200 listModels",
        "#8–#107 +0:07:00 GET /models ×100 every 60 s 200 listModels",
    ]


def test_another_state_begins_a_new_line_and_gaps_that_differ_are_a_range() -> None:
    stt = FakeSTT(start=START)
    model = stt.acoustic_models.add(name="car", status="training")
    for gap_s in [600, 600, 600, 600, 30, 60, 45]:
        ask(stt, "GET", f"{MODELS}/{model.id}")
        stt._time.advance_to(stt.clock.now() + gap_s)
    assert rows_of(stt)[1:] == [
        "#1–#4 +0:00:00 GET <car> ×4 every 600 s 200 training getAcousticModel",
        "+0:36:00 car: training -> available by training",
        "#5–#7 +0:40:00 GET <car> ×3 every 30 to 60 s 200 available getAcousticModel",
    ]


@pytest.mark.parametrize(
    "other",
    [
        lambda stt: ask(stt, "GET", f"{MODELS}?language=ja-JP"),
        lambda stt: ask(stt, "POST", MODELS),
        lambda stt: ask(stt, "GET", MODELS, key=None),
        lambda stt: (stt.faults.on("listAcousticModels", times=1).fail(503), ask(stt, "GET", MODELS)),
        lambda stt: (stt.faults.on("listAcousticModels", times=1).slow("1s"), ask(stt, "GET", MODELS)),
        lambda stt: stt.acoustic_models.add(),
        lambda stt: stt.journal.remark(stt.clock.now(), "here"),
    ],
)
def test_what_differs_in_anything_is_not_folded(other: Callable[[FakeSTT], object]) -> None:
    stt = FakeSTT(start=START)
    for _ in range(3):
        ask(stt, "GET", MODELS)
    other(stt)
    for _ in range(3):
        ask(stt, "GET", MODELS)
    times = [row for row in rows_of(stt) if "×3 at one instant" in row]
    assert len(times) == 2
    assert len(rows_of(stt)) >= 3


def test_an_equal_answer_by_a_fault_is_not_folded() -> None:
    stt = FakeSTT(start=START)
    stt.faults.on("listAcousticModels", nth=4).ok()
    for _ in range(7):
        ask(stt, "GET", MODELS)
    assert [row.partition(" ")[0] for row in rows_of(stt)[1:]] == ["#1–#3", "#4", "#5–#7"]


def test_an_equal_refusal_for_another_reason_is_not_folded() -> None:
    stt = FakeSTT(start=START)
    for authorization in (None, "Digest x"):
        for _ in range(3):
            headers = {} if authorization is None else {"Authorization": authorization}
            ask(stt, "GET", MODELS, key=None, headers=headers)
    assert [row.partition(" ")[0] for row in rows_of(stt)] == ["#1–#3", "#4–#6"]


def test_a_refusal_that_differs_in_its_transaction_alone_is_folded() -> None:
    stt = FakeSTT(start=START, edition="cloud2025")
    for _ in range(5):
        ask(stt, "GET", MODELS, key=None)
    assert len({exchange.reply.body for exchange in stt.journal}) == 5
    [row] = rows_of(stt)
    assert "×5 at one instant" in row


def test_a_round_of_several_requests_is_told_once() -> None:
    stt = FakeSTT(start=START)
    model = stt.acoustic_models.add(name="car", status="ready")
    for _ in range(50):
        ask(stt, "GET", f"{MODELS}/{model.id}")
        ask(stt, "GET", f"{MODELS}/{model.id}/audio")
        stt.clock.advance(60)
    assert rows_of(stt)[1:] == [
        "#1–#100 +0:00:00 ×50 every 60 s, each time:",
        "GET <car> 200 ready getAcousticModel",
        "GET <car>/audio 200 1 ok listAudio",
        "test: clock.advance(60)",
    ]


def test_a_thousand_calls_of_the_test_are_one_line() -> None:
    stt = FakeSTT(start=START)
    for _ in range(1_000):
        stt.clock.advance("1s")
    assert rows_of(stt) == ["+0:00:00 test: clock.advance('1s') ×1000"]
    for _ in range(1_000):
        stt.script.training(takes="1h")
        stt.clock.advance("1s")
    assert rows_of(stt)[1:] == [
        "+0:16:40 ×1000 every 1 s, each time:",
        "test: script.training(takes='1h')",
        "test: clock.advance('1s')",
    ]


SAID: list[tuple[Any, str]] = [
    ({"status": "training"}, "training"),
    ({"container": {"status": "ok"}, "audio": []}, "ok"),
    ({"customizations": []}, "none"),
    ({"total": 1, "audio": [{"status": "ok"}, {"status": "invalid"}, {"status": "ok"}]}, "2 ok, 1 invalid"),
    ({"models": [{"name": "x"}]}, ""),
    ({"models": ["x"]}, ""),
    ({"error": "no", "code": 404}, "no"),
    ({"status": "failed", "error": "why"}, "failed"),
    ({"container": 1}, ""),
    ({}, ""), ([], ""), (None, ""), ("status", ""),
]  # fmt: skip


@pytest.mark.parametrize(("said", "text"), SAID)
def test_the_states_of_an_answer_are_read_from_it(said: Any, text: str) -> None:
    assert states_text(said) == text


# The end


def test_a_report_ends_with_now_and_what_is_due() -> None:
    stt = FakeSTT(start=START)
    stt.acoustic_models.add(name="car", status="training")
    stt.clock.advance("1m")
    assert lines_of(stt)[-1] == "now +0:01:00; still due: training of car at +0:36:00, in 35 min"
    stt.clock.advance("1d")
    assert lines_of(stt)[-1] == "now +24:01:00"
    for name in "abcde":
        stt.acoustic_models.add(name=name, status="training")
    assert lines_of(stt)[-1].endswith("; training of c at +24:37:00, in 36 min; and 2 more")


def test_what_stalls_has_a_line() -> None:
    stalled = [(30.0, f"{NOBODY}/audio1", "analysis"), (40.0, OTHER, "training")]
    happened = Happened(
        started_at_s=0, now_s=60, due=[(60.0, "other", "training")], stalled=stalled, names={OTHER: "car"}
    )
    assert report(happened).splitlines()[1:] == [
        "now +0:01:00; still due: training of other at +0:01:00, in 0 s",
        "stalls: analysis of 00000000/audio1 since +0:00:30; training of car since +0:00:40",
    ]


# What stands out


def test_findings_that_were_given_stand_out() -> None:
    lines = report(Happened(started_at_s=0, now_s=0, findings=["polls too fast: #1–#9"])).splitlines()
    assert lines[1:] == ["what stands out:", "  polls too fast: #1–#9"]


def test_of_one_kind_a_few_stand_out() -> None:
    lines = report(Happened(started_at_s=0, now_s=0, not_met=list("abcde"))).splitlines()
    assert lines[2:] == [*(f"  prepared, and not met: {one}" for one in "abc"), "  and 2 more like this"]


def test_a_mistake_of_the_author_stands_out() -> None:
    stt = FakeSTT(start=START)
    stt.faults.on("listModels", when=lambda call: call.nothing).fail(503)
    with pytest.raises(fakestt.ConfigurationError):
        ask(stt, "GET", "/v1/models")
    assert standing_out(stt)[0].startswith("#1: on('listModels').fail(503): its when= (test_journal_report.py:")


def test_equal_complaints_are_told_once_with_their_numbers() -> None:
    stt = FakeSTT(start=START)
    for key in (None, None, "any", None):
        ask(stt, "GET", MODELS, key=key)
    ask(stt, "GET", f"{MODELS}?langage=ja-JP")
    assert standing_out(stt)[:2] == [
        "#1 and 2 more up to #4: no credentials",
        "#5: unknown parameter 'langage'; did you mean 'language'?",
    ]


def test_a_request_that_was_refused_and_not_made_again_stands_out() -> None:
    stt = FakeSTT(start=START)
    model_id = create(stt)
    ask(stt, "POST", f"{MODELS}/{model_id}/train")
    [told] = standing_out(stt)
    assert told.startswith("#2 trainAcousticModel: 400 ")
    assert told.endswith(", and it was not asked for again")
    add(stt, model_id, data=flac(12))
    stt.clock.advance("1m")
    ask(stt, "POST", f"{MODELS}/{model_id}/train")
    assert standing_out(stt) == []


AGAIN = {
    "lose_reply": (fakestt.lose_reply(), True),
    "a failure after the work": (fakestt.fail(504, commits=True), True),
    "a failure before it": (fakestt.fail(504), False),
    "a lost request": (fakestt.lose_request(), False),
    "a slow one that arrived": (fakestt.slow("1s"), False),
}


@pytest.mark.parametrize(("effect", "told"), AGAIN.values(), ids=AGAIN)
def test_work_that_was_done_and_is_asked_for_again_stands_out(effect: fakestt.Effect, told: bool) -> None:
    stt = FakeSTT(start=START)
    stt.faults.on("createAcousticModel", nth=1).do(effect)
    body = b'{"name": "car", "base_model_name": "en-US_BroadbandModel"}'
    for _ in range(2):
        with suppress(OSError):
            ask(stt, "POST", MODELS, body, {"Content-Type": "application/json"})
    found = [one for one in standing_out(stt) if "did its work" in one]
    assert found == [
        f"#1 createAcousticModel did its work, and the client did not hear of it ({effect}): #2 did it again"
    ] * told  # fmt: skip


OTHERS_BETWEEN: dict[str, Callable[[FakeSTT], object]] = {
    "another body": lambda stt: create(stt, "van"),
    "the same, refused by a fault": lambda stt: (
        stt.faults.on("createAcousticModel", nth=1).fail(503),
        ask_for_car(stt),
    ),
}


def ask_for_car(stt: FakeSTT) -> None:
    ask(stt, "POST", MODELS, {"name": "car", "base_model_name": "en-US_BroadbandModel"})


@pytest.mark.parametrize("between", OTHERS_BETWEEN.values(), ids=OTHERS_BETWEEN)
def test_work_that_is_asked_for_again_stands_out_whatever_was_asked_between(
    between: Callable[[FakeSTT], object],
) -> None:
    stt = FakeSTT(start=START)
    stt.faults.on("createAcousticModel", nth=1).lose_reply()
    with suppress(OSError):
        ask_for_car(stt)
    between(stt)
    ask_for_car(stt)
    assert standing_out(stt)[0] == (
        "#1 createAcousticModel did its work, and the client did not hear of it (lose_reply()): #3 did it again"
    )


def test_an_upload_that_is_sent_again_and_refused_stands_out_too() -> None:
    stt = FakeSTT(start=START)
    model_id = create(stt)
    stt.faults.on("addAudio", nth=1).lose_reply()
    for data in (flac(12), flac(12)):
        with suppress(OSError):
            add(stt, model_id, data=data)
    assert standing_out(stt)[0] == (
        "#2 addAudio did its work, and the client did not hear of it (lose_reply()): #3 asked for it again: 409"
    )
    stt = FakeSTT(start=START)
    model_id = create(stt)
    stt.faults.on("addAudio", nth=1).lose_reply()
    for data in (flac(12), flac(13)):
        with suppress(OSError):
            add(stt, model_id, data=data)
    assert not any("did its work" in one for one in standing_out(stt)), "it is other audio"


@pytest.mark.parametrize(
    ("effect", "told"),
    [
        (fakestt.fail(503), "503, by fail(503)"),
        (fakestt.lose_reply(), "no answer, by lose_reply()"),
        (fakestt.reset(), "no answer reset, by reset()"),
        (fakestt.truncate(1), "200 cut after 1 of 23 bytes, by truncate(1)"),
        (fakestt.slow("1s"), "200 1 s late, by slow('1s')"),
    ],
    ids=str,
)
def test_a_fault_that_nothing_follows_stands_out(effect: fakestt.Effect, told: str) -> None:
    stt = FakeSTT(start=START)
    stt.faults.on("listAcousticModels", nth=1).do(effect)
    with suppress(OSError):
        ask(stt, "GET", MODELS)
    assert standing_out(stt) == [f"#1 listAcousticModels: {told}, and nothing was asked after it"]
    ask(stt, "GET", MODELS)
    assert standing_out(stt) == []


def test_a_fault_that_lets_the_answer_be_does_not_stand_out() -> None:
    stt = FakeSTT(start=START)
    stt.faults.on("listAcousticModels").ok()
    ask(stt, "GET", MODELS)
    assert standing_out(stt) == []


def test_a_name_in_the_place_of_an_id_stands_out() -> None:
    stt = FakeSTT(start=START)
    model = stt.acoustic_models.add(name="car")
    ask(stt, "GET", f"{MODELS}/car?x=1")
    ask(stt, "GET", f"{MODELS}/van")
    assert standing_out(stt)[0] == f"#1: car stands where an id belongs. It is the name of {model.id}"
    assert "van" not in "".join(standing_out(stt))


def test_models_of_one_name_stand_out_with_who_made_them() -> None:
    stt = FakeSTT(start=START)
    by_hand = stt.acoustic_models.add(name="car").id
    asked_for = create(stt)
    assert (
        f"2 models have the name car, so they are told by their ids: {by_hand[:8]} (by the test), "
        in (standing_out(stt)[0])
    )
    assert standing_out(stt)[0].endswith(f"{asked_for[:8]} (by #1)")


MOVERS = {"manual": "clock.advance(...) moves it", "on_sleep": "The client's waiting", "next_event": "The client's"}


@pytest.mark.parametrize("policy", MOVERS)
def test_polls_at_an_instant_at_which_the_clock_stands_stand_out(policy: str) -> None:
    stt = FakeSTT(start=START, time=policy)
    model = stt.acoustic_models.add(name="car", status="training")
    for _ in range(3):
        assert not any("nobody moved" in one for one in standing_out(stt)), "two reads are no polls"
        ask(stt, "GET", f"{MODELS}/{model.id}")
    [told] = standing_out(stt)
    assert told.startswith("#1–#3 getAcousticModel: 3 times at +0:00:00, where the clock stands: nobody moved it. ")
    assert MOVERS[policy] in told
    stt.clock.advance("1m")
    [told] = standing_out(stt)
    assert told == (
        "#1–#3 getAcousticModel: 'training' to the last, 3 times; the training of car would have ended at +0:36:00, "
        "35 min later"
    )


def test_where_the_clock_stands_nobody_is_told_to_move_it_for_nothing() -> None:
    stt = FakeSTT(start=START, time="manual")
    car = stt.acoustic_models.add(name="car", status="available")
    bus = stt.acoustic_models.add(name="bus", status="training")

    def told(target: str, times: int = 3) -> list[str]:
        for _ in range(times):
            ask(stt, "GET", target)
        return standing_out(stt)

    assert told(f"{MODELS}/{car.id}") == [
        "#1–#3 getAcousticModel: 'available' to the last, 3 times; nothing more is due for it"
    ]
    assert told("/v1/models") == [], "it has no state that somebody could wait for"
    assert "nobody moved it" in told("/v1/models", 2)[0]
    bus.script.training(stalls=True)
    assert told(f"{MODELS}/{bus.id}", 5) == [
        "#9–#13 getAcousticModel: 'training' to the last, 5 times; the training of bus stalls"
    ]


def test_a_poll_to_the_last_is_told_what_is_to_come_for_its_model_alone() -> None:
    stt = FakeSTT(start=START)
    car = stt.acoustic_models.add(name="car", status="available")
    van = stt.acoustic_models.add(name="van", status="training")
    bus = stt.acoustic_models.add(name="bus", status="training")
    bus.script.training(stalls=True)

    def told(target: str) -> str:
        for _ in range(3):
            ask(stt, "GET", target)
            stt._time.advance_to(stt.clock.now() + 1)
        return standing_out(stt)[0].partition("; ")[2]

    assert told(f"{MODELS}/{car.id}") == "nothing more is due for it"
    assert told(f"{MODELS}/{van.id}").startswith("the training of van would have ended at +0:36:00, ")
    assert told(f"{MODELS}/{bus.id}") == "the training of bus stalls"
    assert told(MODELS).startswith("the training of van would have ended")


def test_a_new_token_between_polls_does_not_matter() -> None:
    stt = FakeSTT(start=START, edition="cloud2025", time="per_request:60s")
    car = stt.acoustic_models.add(name="car", status="available")
    token = b"grant_type=urn:ibm:params:oauth:grant-type:apikey&apikey=any"
    for number in range(6):
        ask(stt, "GET", f"{MODELS}/{car.id}")
        if number == 3:
            ask(stt, "POST", "/identity/token", token, {"Content-Type": "application/x-www-form-urlencoded"}, key=None)
    assert standing_out(stt) == ["#1–#7 getAcousticModel: 'available' to the last, 6 times; nothing more is due"]


# A long run


def test_a_long_report_shows_its_beginning_and_its_end() -> None:
    stt = various(MOST_LINES - 1)
    assert len(rows_of(stt)) == MOST_LINES - 1
    ask(stt, "GET", "/v1/models")
    assert len(rows_of(stt)) == MOST_LINES
    stt = various(5 * MOST_LINES)
    rows = rows_of(stt)
    assert len(rows) == MOST_LINES + 1
    assert rows[MOST_LINES // 2] == f"... {4 * MOST_LINES} lines left out ..."
    assert rows[0].startswith("#1 +0:00:00")
    assert rows[-1].startswith(f"#{5 * MOST_LINES} ")


def various(number: int) -> FakeSTT:
    """A fake after so many requests of which no two are alike."""
    stt = FakeSTT(start=START)
    for at in range(number):
        ask(stt, "GET", f"{MODELS}/{at:08x}{NOBODY[8:]}")
    return stt


def many(number: int, answers: Callable[[int], bytes]) -> Happened:
    """What a poller leaves behind that asks for thousands of things."""
    arrival = Arrival()
    arrival.how, arrival.has_head = How.WHOLE, True

    def exchanges() -> Iterator[Exchange]:
        for seq in range(1, number + 1):
            asked = RequestFacts("GET", f"{MODELS}/{NOBODY}")
            yield Exchange(seq, seq * 60.0, asked, None, None, None, Reply(200, (), answers(seq)), arrival, ())

    notes = [Note(seq, seq * 60.0, f"clock.advance({seq % 7})", NoteKind.TEST) for seq in range(number)]
    return Happened(exchanges=list(exchanges()), started_at_s=0, now_s=number * 60.0, notes=notes)


MANY: dict[str, Callable[[int], bytes]] = {
    "one answer": lambda seq: b'{"status": "training"}',
    "no two alike": lambda seq: b'{"status": "training %d"}' % seq,
}


@pytest.mark.slow
@pytest.mark.parametrize("answers", MANY.values(), ids=MANY)
def test_a_report_of_ten_times_as_many_exchanges_takes_ten_times_as_long(answers: Callable[[int], bytes]) -> None:
    def taken_s(number: int) -> float:
        happened = many(number, answers)
        began = process_time()
        report(happened)
        return process_time() - began

    few, lots = (min(taken_s(number) for _ in range(3)) for number in (1_000, 10_000))
    assert lots < 25 * few


@pytest.mark.slow
def test_a_report_of_100_000_exchanges_takes_less_than_a_second() -> None:
    happened = many(100_000, MANY["one answer"])
    taken_s = []
    for _ in range(3):
        began = process_time()
        report(happened)
        taken_s.append(process_time() - began)
    assert min(taken_s) < 1


# Words


@pytest.mark.parametrize(
    ("span_s", "text"),
    [
        (0, "0 s"), (14.4, "14.4 s"), (59.9999, "60 s"), (60, "1 min"), (2100, "35 min"), (90, "1 min 30 s"),
        (7500, "2 h 5 min"), (7205, "2 h"), (86400, "1 d"), (90000, "1 d 1 h"), (-5, "-5 s"),
    ],
)  # fmt: skip
def test_a_span_is_told_in_its_two_largest_units(span_s: float, text: str) -> None:
    assert in_words(span_s) == text


@pytest.mark.parametrize(
    ("gaps_s", "text"),
    [
        ([60, 60], "every 60 s"),
        ([30, 60, 45], "every 30 to 60 s"),
        ([0, 0], "at one instant"),
        ([0, 1], "every 0 to 1 s"),
    ],
)
def test_gaps_are_told_as_one_or_as_a_range(gaps_s: list[float], text: str) -> None:
    assert every(gaps_s) == text


@pytest.mark.parametrize(
    ("seqs", "text"), [([4], "#4"), ([4, 5, 6], "#4–#6"), ([4, 6, 9], "#4 and 2 more up to #9"), ([4, 5], "#4–#5")]
)
def test_numbers_are_told_as_a_range_where_they_are_one(seqs: list[int], text: str) -> None:
    assert numbers(seqs) == text


def test_since_is_what_rows_say() -> None:
    assert since(90, 0) == "+0:01:30"
