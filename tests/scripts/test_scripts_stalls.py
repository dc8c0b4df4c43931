"""What stalls is not due, blocks like anything that is going on, and goes on when another word is said."""

from __future__ import annotations

import json
from typing import Any

import pytest
from asking import MODELS, ask

from fakestt import FakeSTT

RUNNING = {  # activity: how a model is put there that is doing it, its status, the status it ends in
    "training": ({"status": "training", "minutes_of_audio": 10}, "training", "available"),
    "upgrade": ({"status": "upgrading", "minutes_of_audio": 10, "versions": ["old"]}, "upgrading", "available"),
    "analysis": ({"minutes_of_audio": 10}, "pending", "ready"),
}
activities = pytest.mark.parametrize("activity", RUNNING)


def busy(stt: FakeSTT, activity: str, **more: Any) -> Any:
    return stt.acoustic_models.add(**{**RUNNING[activity][0], **more})


def say(stt: FakeSTT, activity: str, **words: Any) -> None:
    getattr(stt.script, activity)(**words)


def stalled(stt: FakeSTT, activity: str, **more: Any) -> Any:
    """A model that does this without an end, ten minutes on."""
    say(stt, activity, stalls=True)
    model = busy(stt, activity, **more)
    stt.clock.advance("10m")
    return model


# Stalling


@activities
@pytest.mark.parametrize("early", [True, False], ids=["before", "during"])
def test_what_stalls_never_ends_by_itself(stt: FakeSTT, activity: str, early: bool) -> None:
    if early:
        say(stt, activity, stalls=True)
    model = busy(stt, activity)
    if not early:
        stt.clock.advance("1s")
        say(stt, activity, stalls=True)
    assert stt.clock.pending() == []
    assert stt.clock.advance_to_next() is None
    assert stt.clock.advance("10000d") == []
    assert model.status == RUNNING[activity][1]


@activities
def test_only_what_is_meant_stalls(stt: FakeSTT, activity: str) -> None:
    first, second = busy(stt, activity), busy(stt, activity)
    getattr(first.script, activity)(stalls=True)
    stt.clock.advance("1d")
    assert (first.status, second.status) == RUNNING[activity][1:]


def test_what_has_ended_does_not_stall_any_more(stt: FakeSTT) -> None:
    model = busy(stt, "training")
    stt.clock.advance("1d")
    model.script.training(stalls=True)
    assert model.status == "available"


@pytest.mark.parametrize(
    ("activity", "method", "path"),
    [
        ("training", "DELETE", ""),
        ("training", "POST", "/reset"),
        ("training", "POST", "/train"),
        ("upgrade", "DELETE", ""),
        ("upgrade", "POST", "/upgrade_model"),
        ("upgrade", "DELETE", "/audio/audio1"),
        ("analysis", "DELETE", ""),
        ("analysis", "POST", "/train"),
    ],
)
def test_what_stalls_blocks_as_anything_that_is_going_on(stt: FakeSTT, activity: str, method: str, path: str) -> None:
    model = stalled(stt, activity)
    assert ask(stt, method, f"{MODELS}/{model.id}{path}").status == 409
    assert model.status == RUNNING[activity][1]


def test_audio_whose_analysis_stalls_can_be_deleted_and_the_model_is_free_again(stt: FakeSTT) -> None:
    model = stalled(stt, "analysis")
    assert ask(stt, "DELETE", f"{MODELS}/{model.id}/audio/audio1").status == 200
    stt.script.analysis(takes="1h")
    assert stt.clock.pending() == []
    assert ask(stt, "DELETE", f"{MODELS}/{model.id}").status == 200


# Going on


@activities
@pytest.mark.parametrize(
    ("takes", "ended_s"), [("45m", 2700), ("10m", 600), ("1m", 600)], ids=["ahead", "just now", "over already"]
)
def test_a_later_duration_counts_from_the_beginning_and_never_ends_in_the_past(
    stt: FakeSTT, activity: str, takes: str, ended_s: float
) -> None:
    model = stalled(stt, activity)
    say(stt, activity, takes=takes)
    stt.clock.advance("1d")
    assert (model.status, model.history[-1].at_s) == (RUNNING[activity][2], ended_s)


@pytest.mark.parametrize(
    ("activity", "words", "status", "at_s"),
    [
        ("training", {"fails": "late news"}, "failed", 1800),
        ("training", {"fails": "late news", "after": "20m"}, "failed", 1200),
        ("upgrade", {"fails": True}, "failed", 1200),
        ("analysis", {"invalid": True}, "pending", 600),
    ],
)
def test_a_later_ending_ends_it_too_in_the_time_that_it_takes_otherwise(
    stt: FakeSTT, activity: str, words: dict[str, Any], status: str, at_s: float
) -> None:
    model = stalled(stt, activity)
    say(stt, activity, **words)
    stt.clock.advance("1d")
    assert (model.status, model.history[-1].at_s) == (status, at_s)
    assert model.audio["audio1"].status == ("invalid" if activity == "analysis" else "ok")


def test_what_goes_on_again_for_one_model_still_stalls_for_others(stt: FakeSTT) -> None:
    first, second = stalled(stt, "training"), busy(stt, "training")
    first.script.training(takes="1h")
    stt.clock.advance("1d")
    assert (first.status, second.status) == ("available", "training")


def test_a_stall_said_after_an_ending_is_the_latest_word(stt: FakeSTT) -> None:
    stt.script.training(fails="why", after="1m")
    assert stalled(stt, "training").status == "training"


def test_an_earlier_ending_counts_when_a_stalled_training_goes_on(stt: FakeSTT) -> None:
    stt.script.training(fails="why")
    model = stalled(stt, "training")
    stt.script.training(takes="1h")
    stt.clock.advance("1h")
    assert (model.status, model.error) == ("failed", "why")


def test_it_can_stall_again(stt: FakeSTT) -> None:
    model = stalled(stt, "training")
    for _ in range(3):
        stt.script.training(takes="9h")
        assert len(stt.clock.pending()) == 1
        stt.script.training(stalls=True)
        assert stt.clock.pending() == []
    assert model.status == "training"


def test_what_stalled_ends_in_the_order_in_which_it_stalled(stt: FakeSTT) -> None:
    stt.script.training(stalls=True)
    models = [busy(stt, "training") for _ in range(9)]
    stt.script.training(takes="1h")
    assert [due.subject for due in stt.clock.pending()] == [model.id for model in models]


# Snapshots and views


@activities
def test_a_snapshot_keeps_what_stalls(stt: FakeSTT, activity: str) -> None:
    model = stalled(stt, activity)
    state = json.loads(json.dumps(stt.snapshot()))
    stt.script.training(takes="11m")
    twin = FakeSTT()
    twin.restore(state)
    assert twin.snapshot() == state
    twin.clock.advance("10000d")
    assert twin.acoustic_models[model.id].status == RUNNING[activity][1]


@activities
def test_what_stalls_in_a_restored_fake_goes_on_when_a_script_says_so(stt: FakeSTT, activity: str) -> None:
    model = stalled(stt, activity)
    twin = FakeSTT()
    twin.restore(stt.snapshot())
    say(twin, activity, takes="1h")
    assert [due.at_s for due in twin.clock.pending()] == [3600]
    twin.clock.advance("1h")
    assert twin.acoustic_models[model.id].status == RUNNING[activity][2]


@activities
def test_the_service_shows_what_stalls_as_what_is_going_on(stt: FakeSTT, activity: str) -> None:
    model = stalled(stt, activity)
    shown = ask(stt, "GET", f"{MODELS}/{model.id}").json
    assert (shown["status"], shown["progress"]) == (RUNNING[activity][1], 0)
    audio = ask(stt, "GET", f"{MODELS}/{model.id}/audio/audio1").json
    assert audio["status"] == ("being_processed" if activity == "analysis" else "ok")


def test_a_view_says_that_it_stalls(stt: FakeSTT) -> None:
    model = stalled(stt, "training", name="car")
    assert repr(model) == f"<acoustic model 'car' {model.id} training, which stalls, 1 audio>"
    stt.script.training(takes="1h")
    assert repr(model) == f"<acoustic model 'car' {model.id} training, 1 audio>"


def test_the_report_of_a_fake_says_what_stalls(stt: FakeSTT) -> None:
    stalled(stt, "training", name="car")
    assert stt.report().splitlines()[-1] == "stalls: training of car since +0:00:00"
    stt.script.training(takes="1h")
    assert "stalls:" not in stt.report()
