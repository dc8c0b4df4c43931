"""A schedule that no longer fits: the words say what was there in its place."""

from __future__ import annotations

import pytest
from asking import MODELS, ask

from fakestt import ConfigurationError, FakeSTT
from fakestt.exploring.marks import Replay
from fakestt.exploring.straying import strayed
from fakestt.exploring.trial import Trial


def said(schedule: str) -> str:
    """Of a client that lists, looks and trains."""
    replay = Replay.of(schedule)
    trial = Trial(replay.schedule)
    stt = FakeSTT(start=0, choices=trial)
    stt.faults.on("getAcousticModel").fail(500)
    stt.faults.offer(*replay.faults)
    model = stt.acoustic_models.add(name="bus", status="ready")
    ask(stt, "GET", MODELS)
    ask(stt, "GET", f"{MODELS}/{model.id}")
    ask(stt, "POST", f"{MODELS}/{model.id}/train")
    stt.clock.advance("1d")
    return strayed(trial) or ""


@pytest.mark.parametrize("schedule", ["", "r1:listAcousticModels=fail(503)", "training:bus=failed", "training=failed"])
def test_a_schedule_that_is_followed_leaves_nothing_to_say(schedule: str) -> None:
    assert said(schedule) == ""


@pytest.mark.parametrize(
    ("schedule", "why"),
    [
        ("r1:getModel=fail(503)", "its request 1 was listAcousticModels, and not getModel."),
        ("r4:getAcousticModel=fail(503)", "its last request was r3:trainAcousticModel."),
        ("r9=fail(503)", "its last request was r3:trainAcousticModel."),
        ("r2=fail(503)", "its request 2 met a fault of the test's own, or was none that a fault may meet."),
        ("training:car=failed", "of this kind there was training:bus."),
        ("training:bus#2=failed", "of this kind there was training:bus."),
        ("training.takes:car=most", "of this kind there was training.takes:bus."),
        ("analysis:audio1=invalid", "it came to no analysis."),
        ("upgrade=failed", "it came to no upgrade."),
    ],
)
def test_it_says_what_was_there_in_its_place(schedule: str, why: str) -> None:
    assert said(schedule).startswith(f"The test never came to {schedule}: {why} The schedule was found with")


def test_the_first_is_explained_and_the_others_are_named() -> None:
    schedule = "r1=fail(503); r8=fail(503); training:car=failed"
    text = said(schedule)
    assert text.startswith(f"{schedule}: the test never came")
    assert "never came to r8=fail(503): its last request was r3:trainAcousticModel. Nor did it" in text
    assert "Nor did it come to training:car=failed. The schedule" in text


def test_a_test_without_requests_is_told_so() -> None:
    assert "it made no request that a fault may meet" in str(strayed(Trial(Replay.of("r1=fail(503)").schedule)))


def test_a_way_that_an_activity_cannot_end_is_refused_with_those_it_can() -> None:
    with pytest.raises(ConfigurationError, match=r"training:bus can't be 'fialed'. Possible: available, failed"):
        said("training=fialed")
