"""A fake's state goes through JSON and comes back, a running training included."""

from __future__ import annotations

import json
from typing import Any

import pytest
from freezegun import freeze_time

from fakestt import FakeSTT, StateError

BASE = "en-US_BroadbandModel"


def through_json(state: dict[str, Any]) -> dict[str, Any]:
    return json.loads(json.dumps(state))  # type: ignore[no-any-return]  # json says Any


@pytest.fixture
def stt() -> FakeSTT:
    """A fake in the middle of things."""
    fake = FakeSTT(start=0)
    fake.base_models.publish(BASE, "next")
    fake.acoustic_models.add(name="trained", status="available", versions=["old", "next"])
    fake.acoustic_models.add(name="in training", status="training", minutes_of_audio=20, description="noisy")
    fake.acoustic_models.add(name="analysing", minutes_of_audio=60)
    fake.acoustic_models.add(name="broken", status="failed", error="why", invalid_audio=2)
    fake.acoustic_models.add(name="others", owner="11111111-1111-4111-8111-111111111111")
    fake.language_models.add(name="words")
    fake.clock.advance("10s")
    return fake


def test_a_restored_fake_is_the_same(stt: FakeSTT) -> None:
    state = through_json(stt.snapshot())
    twin = FakeSTT()
    twin.restore(state)
    assert twin.snapshot() == stt.snapshot()
    assert twin.clock.now() == 10
    assert [model.as_json() for model in twin.acoustic_models] == [model.as_json() for model in stt.acoustic_models]


def test_a_running_training_goes_on_where_it_was(stt: FakeSTT) -> None:
    state = through_json(stt.snapshot())
    twin = FakeSTT()
    twin.restore(state)
    assert twin.clock.pending() == stt.clock.pending()
    for fake in (stt, twin):
        fake.clock.advance("1d")
    assert twin.snapshot() == stt.snapshot()
    assert [model.status for model in twin.acoustic_models] == ["available", "available", "ready", "failed"]


def test_going_back_undoes_what_came_after(stt: FakeSTT) -> None:
    state = stt.snapshot()
    running = list(stt.acoustic_models)[1]
    stt.clock.advance("1d")
    late = stt.acoustic_models.add(name="late")
    stt.restore(state)
    assert (stt.clock.now(), running.status, late in stt.acoustic_models) == (10, "training", False)
    assert [change.cause for change in running.history] == ["hand"]


def test_ids_after_a_restore_are_those_of_the_first_time(stt: FakeSTT) -> None:
    state = stt.snapshot()
    first = stt.acoustic_models.add().id
    stt.restore(state)
    assert stt.acoustic_models.add().id == first


def test_scripts_and_faults_survive_a_restore(stt: FakeSTT) -> None:
    stt.script.training(takes="1h")
    rule = stt.faults.on("listModels").fail(503)
    stt.restore(stt.snapshot())
    assert stt.faults.unused() == [rule]
    model = stt.acoustic_models.add(status="training")
    assert stt.clock.pending()[-1] == (3610, model.id, "training")


def test_under_follow_the_instant_stays_the_tests(stt: FakeSTT) -> None:
    with freeze_time("2018-10-27"):
        twin = FakeSTT(time="follow")
        now_s = twin.clock.now()
        twin.restore(stt.snapshot())
        assert twin.clock.now() == now_s
        assert [model.status for model in twin.acoustic_models] == ["available", "available", "ready", "failed"]


@pytest.mark.parametrize("state", [{}, {"format": 1}, {"format": 99, "base_models": {}}, None, []], ids=str)
def test_what_is_no_snapshot_is_refused_and_changes_nothing(stt: FakeSTT, state: Any) -> None:
    before = stt.snapshot()
    with pytest.raises(StateError, match="not a snapshot"):
        stt.restore(state)
    assert stt.snapshot() == before


def test_another_editions_snapshot_is_refused(stt: FakeSTT) -> None:
    with pytest.raises(StateError, match="not a snapshot of a fake of this edition"):
        stt.restore(FakeSTT(edition="cloud2025").snapshot())


@pytest.mark.parametrize("missing", ["models", "begun", "due", "changes", "now_s"])
def test_a_broken_snapshot_changes_nothing(missing: str) -> None:
    stt = FakeSTT(start=0)
    stt.acoustic_models.add(status="training")
    before = stt.snapshot()
    with pytest.raises(StateError, match="not a snapshot"):
        stt.restore({name: value for name, value in before.items() if name != missing})
    with pytest.raises(StateError, match="not a snapshot"):
        stt.restore({**before, "now_s": "soon"})
    assert stt.snapshot() == before


def test_a_snapshot_of_an_edition_with_the_same_base_models_is_refused_too() -> None:
    with pytest.raises(StateError, match="of this edition, cp4d2025"):
        FakeSTT(edition="cp4d2025").restore(FakeSTT(edition="cloud2025").snapshot())
