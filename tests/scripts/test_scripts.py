"""An author says how long things take and how they end."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest
from ibm_watson import ApiException

from fakestt import FakeSTT
from fakestt.core.models import FAILURE
from fakestt.media import forge

STATUS = {"training": "training", "upgrade": "upgrading", "analysis": "pending"}


def due(stt: FakeSTT) -> dict[str, float]:
    """Instants of what is pending, by the model's or the audio's name."""
    names = {model.id: model.name for model in stt.acoustic_models}
    return {"/".join([names[one.subject[:36]], *one.subject.split("/")[1:]]): one.at_s for one in stt.clock.pending()}


def train(stt: FakeSTT, name: str = "car") -> Any:
    return stt.acoustic_models.add(name=name, status="training", minutes_of_audio=10)


# Durations


@pytest.mark.parametrize(("takes", "seconds"), [("45m", 2700), (90, 90), (0, 0), ("1d", 86400)])
def test_a_training_takes_what_the_script_says(stt: FakeSTT, takes: Any, seconds: float) -> None:
    stt.script.training(takes=takes)
    train(stt)
    assert due(stt) == ({"car": seconds} if seconds else {})


def test_without_a_script_a_training_takes_the_editions_time(stt: FakeSTT) -> None:
    train(stt)
    assert due(stt) == {"car": 1800}


def test_after_says_the_same_as_takes(stt: FakeSTT) -> None:
    stt.script.training(fails="too noisy", after="10m")
    train(stt)
    assert due(stt) == {"car": 600}


def test_a_failure_without_a_duration_takes_the_editions_time(stt: FakeSTT) -> None:
    stt.script.training(fails="too noisy")
    train(stt)
    assert due(stt) == {"car": 1800}


def test_an_upgrade_takes_what_the_script_says(stt: FakeSTT) -> None:
    stt.script.upgrade(takes="20m")
    stt.acoustic_models.add(name="car", status="upgrading", versions=["old"])
    assert due(stt) == {"car": 1200}


def test_a_script_of_one_activity_is_none_of_another(stt: FakeSTT) -> None:
    stt.script.upgrade(takes="1s")
    stt.script.analysis(takes="1s")
    train(stt)
    assert due(stt) == {"car": 1800}


# Endings


@pytest.mark.parametrize(("fails", "error"), [("not enough speech", "not enough speech"), (True, "training failed")])
def test_a_training_ends_in_failed_with_the_scripts_error(stt: FakeSTT, fails: Any, error: str) -> None:
    stt.script.training(fails=fails, after="10m")
    model = train(stt)
    stt.clock.advance("10m")
    assert (model.status, model.error, model.history[-1].at_s) == ("failed", error, 600)


def test_without_a_script_nothing_fails(stt: FakeSTT) -> None:
    model = train(stt)
    stt.clock.advance("1d")
    assert (model.status, model.error) == ("available", None)
    assert FAILURE == "training failed"


def test_an_upgrade_that_fails_leaves_the_versions(stt: FakeSTT) -> None:
    stt.script.upgrade(fails=True)
    model = stt.acoustic_models.add(status="upgrading", versions=["old"])
    stt.clock.advance("1d")
    assert (model.status, model.versions) == ("failed", ("old",))


@pytest.mark.parametrize(("invalid", "problem"), [(True, "the script says so"), ("a hum", "a hum")])
def test_an_analysis_can_find_audio_invalid(stt: FakeSTT, invalid: Any, problem: str) -> None:
    stt.script.analysis(invalid=invalid)
    model = stt.acoustic_models.add(minutes_of_audio=10)
    stt.clock.advance("1h")
    audio = model.audio["audio1"]
    assert (model.status, audio.status, audio.problem) == ("pending", "invalid", problem)


# Which


@pytest.mark.parametrize(
    ("which", "hit"),
    [
        (None, True),
        ("audio1", True),
        ("audio*", True),
        ("audio?", True),
        ("AUDIO1", False),
        ("audio", False),
        ("*.wav", False),
        (lambda name: name.endswith("1"), True),
        (lambda name: False, False),
    ],
    ids=["all", "name", "glob", "one letter", "other case", "a part", "other glob", "predicate", "never"],
)
def test_audio_is_chosen_by_name_glob_or_predicate(stt: FakeSTT, which: Any, hit: bool) -> None:
    stt.script.analysis(which, takes="1h")
    stt.acoustic_models.add(name="car", minutes_of_audio=10)
    assert due(stt) == {"car/audio1": 3600 if hit else 12}


@pytest.mark.parametrize("name", ["audio[1]", "audio1", "audio*"])
def test_a_name_counts_as_it_stands_before_it_counts_as_a_glob(name: str) -> None:
    stt = FakeSTT(edition="icp2020", start=0)
    stt.script.analysis(name, takes="1h")
    model = stt.acoustic_models.add(name="car")
    with stt.reachable():
        stt.client().add_audio(model.id, name, forge.flac(60), content_type="audio/flac")
    assert due(stt) == {f"car/{name}": 3600}


@pytest.mark.parametrize("activity", ["training", "upgrade"])
@pytest.mark.parametrize(
    ("which", "hit"),
    [(None, True), ("car", True), ("ca?", True), ("cab", False), (lambda name: name < "d", True)],
    ids=["all", "name", "glob", "other name", "predicate"],
)
def test_a_model_is_chosen_by_name_glob_or_predicate(stt: FakeSTT, activity: str, which: Any, hit: bool) -> None:
    getattr(stt.script, activity)(which, takes="3h")
    stt.acoustic_models.add(name="car", status=STATUS[activity], minutes_of_audio=10, versions=["old"])
    assert (due(stt) == {"car": 10800}) is hit


@pytest.mark.parametrize("activity", ["training", "upgrade"])
def test_a_model_is_chosen_by_name_also_while_it_is_busy(stt: FakeSTT, activity: str) -> None:
    for name in ("car", "bus"):
        stt.acoustic_models.add(name=name, status=STATUS[activity], minutes_of_audio=10, versions=["old"])
    ordinary = due(stt)["bus"]
    getattr(stt.script, activity)(lambda name: name == "car", takes="3h")
    assert due(stt) == {"bus": ordinary, "car": 10800}


def test_a_models_script_is_none_of_another_models(stt: FakeSTT) -> None:
    one, other = train(stt, "one"), train(stt, "other")
    one.script.training(fails=True, after="1h")
    assert due(stt) == {"one": 3600, "other": 1800}
    stt.clock.advance("1d")
    assert (one.status, other.status) == ("failed", "available")


def test_a_models_script_of_analysis_is_for_its_own_audio(stt: FakeSTT) -> None:
    one = stt.acoustic_models.add(name="one", minutes_of_audio=10)
    stt.acoustic_models.add(name="other", minutes_of_audio=10)
    one.script.analysis("audio1", takes="1h")
    assert due(stt) == {"one/audio1": 3600, "other/audio1": 12}


# When it is said


def test_a_script_also_rules_what_is_running_already(stt: FakeSTT) -> None:
    train(stt)
    stt.clock.advance("10m")
    stt.script.training(takes="45m")
    assert due(stt) == {"car": 2700}


def test_what_should_have_ended_already_ends_now_and_not_in_the_past(stt: FakeSTT) -> None:
    model = train(stt)
    stt.clock.advance("10m")
    stt.script.training(takes="1m")
    assert (model.status, model.history[-1].at_s) == ("available", 600)


def test_a_failure_said_during_the_training_is_how_it_ends(stt: FakeSTT) -> None:
    model = train(stt)
    stt.clock.advance("10m")
    model.script.training(fails="late news")
    stt.clock.advance("1d")
    assert (model.status, model.error, model.history[-1].at_s) == ("failed", "late news", 1800)


def test_a_script_does_not_change_what_is_over(stt: FakeSTT) -> None:
    model = train(stt)
    stt.clock.advance("1d")
    stt.script.training(fails=True)
    assert model.status == "available"


@pytest.mark.parametrize("running", [False, True], ids=["before", "during"])
def test_the_latest_word_counts(stt: FakeSTT, running: bool) -> None:
    if running:
        train(stt)
    stt.script.training(takes="1h")
    stt.script.training(takes="2h")
    if not running:
        train(stt)
    assert due(stt) == {"car": 7200}


def test_a_later_word_for_all_beats_an_earlier_one_for_one(stt: FakeSTT) -> None:
    model = train(stt)
    model.script.training(takes="1h")
    stt.script.training(takes="2h")
    assert due(stt) == {"car": 7200}


def test_what_one_row_leaves_open_an_earlier_one_says(stt: FakeSTT) -> None:
    stt.script.training(takes="1h")
    stt.script.training(fails="too noisy")
    model = train(stt)
    stt.clock.advance("1h")
    assert (model.status, model.error) == ("failed", "too noisy")


def test_a_script_for_an_earlier_training_rules_the_next_as_well(stt: FakeSTT) -> None:
    stt.script.training(takes="1h")
    with stt.reachable():
        client = stt.client()
        model = train(stt)
        for _ in range(2):
            stt.clock.advance("1h")
            assert model.status == "available"
            client.delete_audio(model.id, "audio1")
            client.add_audio(model.id, "audio1", forge.flac(720), content_type="audio/flac")
            stt.clock.advance_to_next()
            client.train_acoustic_model(model.id)
    assert due(stt) == {"car": stt.clock.now() + 3600}


@pytest.mark.parametrize(("needs_force", "status"), [(True, "available"), (False, "upgrading")])
def test_the_second_call_of_an_upgrade_can_be_made_to_need_force(needs_force: bool, status: str) -> None:
    stt = FakeSTT(edition="icp2020", start=0)
    stt.script.upgrade(needs_force=needs_force)
    model, helper = stt.acoustic_models.add(status="available"), stt.language_models.add()
    stt.base_models.publish(model.base_model_name, "next")
    helper.upgrade()
    with stt.reachable():
        client = stt.client()
        client.upgrade_acoustic_model(model.id)
        stt.clock.advance("1d")
        with suppress(ApiException):
            client.upgrade_acoustic_model(model.id, custom_language_model_id=helper.id)
        assert model.status == status
        stt.clock.advance("1d")
        if needs_force:
            client.upgrade_acoustic_model(model.id, custom_language_model_id=helper.id, force=True)
            assert model.status == "upgrading"
