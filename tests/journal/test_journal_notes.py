"""What the test did is written down at its place."""

from __future__ import annotations

import pytest
from asking import MODELS, NOBODY, START, ask

import fakestt
from fakestt import FakeSTT
from fakestt.journal.notes import Notes
from fakestt.journal.record import Note, NoteKind


def noted(stt: FakeSTT) -> list[str]:
    return [one.text for one in stt.journal.notes.kept()]


def test_each_thing_that_a_test_does_has_a_note_as_its_author_wrote_it() -> None:
    stt = FakeSTT(start=START)
    car = stt.acoustic_models.add(name="car", status="ready", minutes_of_audio=20, id=NOBODY)
    stt.language_models.add()
    stt.script.training("car", takes="45m")
    stt.script.audio("*.bin", duration="12m")
    car.script.analysis(invalid=True)
    rule = stt.faults.on("addAudio", nth=2).lose_reply()
    stt.faults.remove(rule)
    stt.faults.on("listModels").do(fakestt.fail(503))
    stt.faults.remove(rule)  # which is no rule any more
    stt.base_models.publish("en-US_BroadbandModel", "en-US_BroadbandModel.v2")
    stt.at("30m", test_each_thing_that_a_test_does_has_a_note_as_its_author_wrote_it, optional=True)
    stt.clock.advance("10s")
    stt.clock.advance_to_next()
    stt.restore(stt.snapshot())
    assert noted(stt) == [
        f"acoustic_models.add(id={NOBODY!r}, name='car', status='ready', minutes_of_audio=20)",
        "language_models.add(name='words', status='available')",
        "script.training('car', takes='45m')",
        "script.audio('*.bin', duration='12m', rate_hz=16000)",
        f"script.analysis(invalid=True) of {NOBODY}",
        "faults.on('addAudio', nth=2).lose_reply()",
        "faults.remove(on('addAudio', nth=2).lose_reply())",
        "faults.on('listModels').fail(503)",
        "base_models.publish('en-US_BroadbandModel', 'en-US_BroadbandModel.v2')",
        "at('30m', test_each_thing_that_a_test_does_has_a_note_as_its_author_wrote_it)",
        "clock.advance('10s')",
        "restore(...)",
    ]
    assert {(one.kind, one.times) for one in stt.journal.notes.kept()} == {(NoteKind.TEST, 1)}


def test_a_note_stands_behind_the_exchange_that_came_before_it() -> None:
    stt = FakeSTT(start=START)
    for step in ("1m", "2m"):
        stt.clock.advance(step)
        ask(stt, "GET", MODELS)
        ask(stt, "GET", MODELS)
    notes = stt.journal.notes.kept()
    assert [(one.seq, one.at_s - stt.started_at_s) for one in notes] == [(0, 0), (2, 60)]


def test_what_a_test_may_not_do_has_no_note() -> None:
    stt = FakeSTT(start=START, time="real")
    with pytest.raises(fakestt.ClockError):
        stt.clock.advance("1m")
    with pytest.raises(fakestt.StateError):
        stt.acoustic_models.add(status="lost")
    with pytest.raises(fakestt.ScriptError):
        stt.script.training()
    with pytest.raises(fakestt.ConfigurationError):
        stt.faults.on("addAudio").fail(200)
    assert noted(stt) == []


def test_a_callback_that_is_called_and_one_that_raises_have_notes_where_they_come() -> None:
    stt = FakeSTT(start=START)

    def boom() -> None:
        stt.script.training(takes="1m")
        raise ValueError("no such thing")

    stt.at("30m", boom)
    with pytest.raises(ValueError, match="no such thing"):
        stt.clock.advance("1h")
    line = boom.__code__.co_firstlineno + 2
    assert noted(stt) == [
        "at('30m', boom)",
        "clock.advance('1h')",
        "at('30m', boom) is called",
        "script.training(takes='1m')",
        f"at('30m', boom) raised ValueError (at test_journal_notes.py:{line})",
    ]
    notes = stt.journal.notes.kept()
    assert [one.at_s - stt.started_at_s for one in notes] == [0, 0, 1800, 1800, 1800]
    assert notes[-1].kind is NoteKind.RAISED


@pytest.mark.parametrize("error", [KeyError("x"), AssertionError("a\nb"), pytest.fail.Exception("no")], ids=repr)
def test_a_callback_at_changes_has_a_note_only_if_it_raises(error: BaseException) -> None:
    stt = FakeSTT(start=START)
    model = stt.acoustic_models.add(status="training")
    seen: list[object] = []
    stt.clock.on_change(model, seen.append)

    def boom(change: object) -> None:
        raise error

    stt.clock.on_change(model, boom)
    with pytest.raises(type(error)):
        stt.clock.advance("1d")
    line = boom.__code__.co_firstlineno + 1
    assert len(seen) == 1
    told = f"on_change(..., boom) raised {type(error).__name__} (at test_journal_notes.py:{line})"
    assert noted(stt)[1:] == ["clock.advance('1d')", told]


def test_a_callback_that_is_not_pythons_has_no_line() -> None:
    stt = FakeSTT(start=START)
    model = stt.acoustic_models.add(status="training")
    stt.clock.on_change(model, [].remove)
    with pytest.raises(ValueError, match="not in list"):
        stt.clock.advance("1d")
    assert noted(stt)[-1] == "on_change(..., remove) raised ValueError"


def test_a_loop_of_equal_calls_is_one_note() -> None:
    stt = FakeSTT(start=START)
    for _ in range(1_000):
        stt.clock.advance("1s")
    [one] = stt.journal.notes.kept()
    assert (one.text, one.times) == ("clock.advance('1s')", 1_000)
    assert (one.at_s, one.last_at_s) == (stt.started_at_s, stt.started_at_s + 999)
    ask(stt, "GET", MODELS)
    stt.clock.advance("1s")
    assert [one.times for one in stt.journal.notes.kept()] == [1_000, 1]


@pytest.mark.parametrize("many", [0, 1, 9, 10, 11, 25, 100])
def test_of_many_notes_the_first_and_the_latest_are_kept(many: int) -> None:
    notes = Notes(keeps=10)
    for number in range(many):
        notes.add(Note(number, 0.0, "x", NoteKind.TEST))
    kept = [one for one in notes.kept() if one.kind is NoteKind.TEST]
    assert [one.seq for one in kept] == (list(range(many)) if many <= 10 else [0, *range(many - 9, many)])
    left_out = [one for one in notes.kept() if one.kind is NoteKind.REMARK]
    assert [(one.seq, one.text) for one in left_out] == (
        [(many - 9, f"before this, {many - 10} calls of the test are not kept")] if many > 10 else []
    )
