"""The state of a world as plain data, and back."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from core_rig import (
    ALL,
    BASE,
    COLUMNS,
    OTHER_OWNER,
    OWNER,
    START_S,
    added,
    code,
    finish,
    make_model,
    make_world,
    objection,
    publish,
    reach,
)

from fakestt.core.acoustic import commands
from fakestt.core.acoustic.facts import AcousticModel
from fakestt.core.acoustic.placing import place_acoustic_model
from fakestt.core.clock import LAST_AT_S
from fakestt.core.language.placing import place_language_model
from fakestt.core.lifecycle import Stage, never
from fakestt.core.resources import Activity
from fakestt.core.snapshot import restore, snapshot
from fakestt.core.world import World
from fakestt.errors import StateError
from fakestt.media.facts import ArchiveFacts, AudioFacts, Member, NotAudio


def travelled(data: dict[str, Any]) -> dict[str, Any]:
    """As it comes back from a file."""
    return json.loads(json.dumps(data))  # type: ignore[no-any-return]


def copy_of(world: World, edition: str) -> World:
    copy = make_world(edition)
    state = travelled(snapshot(world))
    copy.clock.set(state["now_s"])  # type: ignore[attr-defined]
    restore(copy, state)
    return copy


def full_world(edition: str) -> World:
    """Two owners, every column of the table, all kinds of facts, helpers, a published version."""
    world = make_world(edition, seed=3)
    for column in COLUMNS:
        reach(world, column)
    model = make_model(world, OTHER_OWNER, description="of another owner")
    members = (Member("a.wav", AudioFacts(30.25, "pcm_s16le", 16000, 1, "estimated")), Member("b", NotAudio("text")))
    kinds = (ArchiveFacts("zip", members, None), ArchiveFacts("gzip", (), "cut off"), NotAudio("text", "mp3", 8000))
    for number, facts in enumerate(kinds):
        added(world, model, f"audio{number}", facts=facts)
    place_language_model(world, OTHER_OWNER, name="words", base_model_name=BASE, status="ready")
    helper = place_language_model(world, OWNER, name="words", base_model_name=BASE)
    commands.train(world, helped := reach(world, "R"), force=True)
    finish(world)
    commands.train(world, helped, force=True, helper_id=helper.id)
    for status in ("pending", "training", "upgrading", "failed"):
        values = {"name": status, "base_model_name": BASE, "minutes_of_audio": 20, "versions": [f"{BASE}.v1"]}
        place_acoustic_model(world, OTHER_OWNER, status=status, **values)  # type: ignore[arg-type]
    publish(world, f"{BASE}.v2100-01-01")
    world.clock.wait(1.123456)
    world.settle()
    return world


@pytest.mark.parametrize("edition", ALL)
def test_a_restored_world_is_the_same_world(edition: str) -> None:
    world = full_world(edition)
    copy = copy_of(world, edition)
    assert snapshot(copy) == snapshot(world)
    assert copy.machine.changes == world.machine.changes
    assert [one.address for _, one in copy.machine.schedule.pending()] == [
        one.address for _, one in world.machine.schedule.pending()
    ]


@pytest.mark.parametrize("edition", ALL)
def test_a_restored_world_has_the_same_future(edition: str) -> None:
    world = full_world(edition)
    copy = copy_of(world, edition)
    for one in (world, copy):
        finish(one)
        for model in list(one.models(AcousticModel, OWNER).values()):
            objection(commands.train, one, model)
        finish(one)
        make_model(one)
    assert snapshot(copy) == snapshot(world)


def test_histories_go_back_with_the_rest() -> None:
    world = make_world()
    model = reach(world, "T")
    state = snapshot(world)
    history = world.machine.history("acoustic model", model.id)
    finish(world)
    assert world.machine.history("acoustic model", model.id)[: len(history)] == history
    assert len(world.machine.history("acoustic model", model.id)) > len(history)
    restore(world, state)
    assert world.machine.history("acoustic model", model.id) == history


@pytest.mark.parametrize("column", COLUMNS)
def test_every_phase_survives(column: str) -> None:
    world = make_world()
    model = reach(world, column)
    copy = copy_of(world, "icp2018")
    assert code(copy, copy.find(AcousticModel, OWNER, model.id)) == code(world, model)
    assert len(copy.machine.schedule.pending()) == len(world.machine.schedule.pending())


def test_what_stalls_goes_on_stalling() -> None:
    world = make_world()
    world.machine.read_script(Stage(Activity.TRAINING, never), world.now_s)
    model = reach(world, "T")
    copy = copy_of(world, "icp2018")
    assert [one.address for one in copy.machine.schedule.stalled()] == [model.address]
    finish(copy)
    assert code(copy, copy.find(AcousticModel, OWNER, model.id)) == "T"


def test_a_snapshot_can_be_restored_again_and_again() -> None:
    world = make_world()
    model = reach(world, "T")
    state = travelled(snapshot(world))
    for _ in range(2):
        finish(world)
        commands.delete_acoustic_model(world, world.find(AcousticModel, OWNER, model.id))
        publish(world)
        world.clock.set(state["now_s"])  # type: ignore[attr-defined]
        restore(world, state)
        assert code(world, world.find(AcousticModel, OWNER, model.id)) == "T"
        assert snapshot(world) == state
    finish(world)
    assert code(world, world.find(AcousticModel, OWNER, model.id)) == "A"


def test_a_snapshot_does_not_change_when_the_world_does() -> None:
    world = make_world()
    model = reach(world, "A")
    state = snapshot(world)
    text = json.dumps(state)
    publish(world)
    commands.upgrade(world, model)
    finish(world)
    assert json.dumps(state) == text


def test_what_was_there_before_is_gone() -> None:
    world = make_world()
    empty = snapshot(world)
    reach(world, "T")
    place_language_model(world, OWNER, name="words", base_model_name=BASE)
    world.clock.set(START_S)  # type: ignore[attr-defined]
    restore(world, empty)
    assert (list(world.all_models()), world.machine.changes) == ([], [])
    assert world.machine.schedule.next_due() is None


def test_ids_go_on_where_they_were() -> None:
    world = make_world(seed=5)
    make_model(world)
    copy = copy_of(world, "icp2018")
    assert copy.new_id() == world.new_id()


def test_a_snapshot_is_not_changed_by_what_a_copy_does() -> None:
    world = make_world()
    reach(world, "A")
    state = snapshot(world)
    text = json.dumps(state)
    copy = make_world()
    copy.clock.set(world.now_s)  # type: ignore[attr-defined]
    restore(copy, state)
    publish(copy)
    [model] = copy.models(AcousticModel, OWNER).values()
    commands.upgrade(copy, model)
    finish(copy)
    assert len(model.versions) == 2
    assert json.dumps(state) == text


def test_what_is_due_when_dates_end_is_due_then_in_a_copy() -> None:
    world = make_world()
    world.machine.script.append(Stage(Activity.TRAINING, lambda _: (1e12, 1e12)))
    reach(world, "T")
    assert copy_of(world, "icp2018").machine.schedule.next_due() == LAST_AT_S


def test_restored_changes_are_seen_already() -> None:
    world = make_world()
    reach(world, "R")
    assert copy_of(world, "icp2018").machine.take_changes() == ()


@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        (lambda state: state.update(format=0), "ValueError('the base models are others')"),
        (lambda state: state.pop("format"), "KeyError('format')"),
        (lambda state: state["base_models"].pop(BASE), "ValueError('the base models are others')"),
        (lambda state: state.update(now_s=1e12), "ValueError('an instant is later than a datetime can be')"),
    ],
)
def test_anything_but_a_snapshot_of_this_edition_is_refused_and_nothing_is_lost(
    spoil: Callable[[dict[str, Any]], object], why: str
) -> None:
    world = make_world()
    model = reach(world, "A")
    state = snapshot(world)
    spoil(state)
    with pytest.raises(StateError) as error:
        restore(world, state)
    assert str(error.value) == (
        f"restore: this is not a snapshot of a fake of this edition and version of fakestt ({why}). "
        "Give what stt.snapshot() returned, from JSON or not."
    )
    assert world.find(AcousticModel, OWNER, model.id) is model


def test_a_snapshot_of_another_edition_is_refused() -> None:
    with pytest.raises(StateError, match="this is not a snapshot"):
        restore(make_world("icp2018"), snapshot(make_world("cloud2025")))
