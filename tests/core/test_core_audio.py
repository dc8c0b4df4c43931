"""What the analysis makes of audio and archives."""

from __future__ import annotations

from typing import Any

import pytest
from core_rig import ALL, BASE, NARROW, add, added, code, finish, make_model, make_world, objection, reach, wait

from fakestt.core.acoustic import commands
from fakestt.core.acoustic.analysis import single_problem
from fakestt.core.acoustic.facts import rounded_s
from fakestt.core.refusals import Why
from fakestt.core.snapshot import restore, snapshot
from fakestt.core.world import World
from fakestt.media.facts import ArchiveFacts, AudioFacts, Facts, Member, NotAudio

GOOD = AudioFacts(300, "flac", 16000, 1)
LOW = AudioFacts(300, "flac", 8000, 1)


def archive(*members: tuple[str, AudioFacts | NotAudio], problem: str | None = None) -> ArchiveFacts:
    return ArchiveFacts("zip", tuple(Member(name, facts) for name, facts in members), problem)


@pytest.mark.parametrize(
    ("facts", "problem"),
    [
        (GOOD, None),
        (AudioFacts(1, "opus", 48000, 2), None),
        (LOW, "8000 Hz; the base model needs at least 16000 Hz"),
        (NotAudio("not audio"), "not audio"),
        (archive(("a", GOOD), ("b", GOOD)), None),
        (archive(("a", GOOD), ("b", LOW)), "b: 8000 Hz; the base model needs at least 16000 Hz"),
        (archive(("a", NotAudio("text")), ("b", GOOD)), "a: text"),
        (archive(("a", GOOD), problem="cut off"), "cut off"),
        (archive(("a", GOOD), ("", GOOD)), "a file: the name is empty"),
        (archive(("a" * 128, GOOD)), None),
        (archive(("a" * 129, GOOD)), f"{'a' * 129}: the name has 129 characters; at most 128 are allowed"),
    ],
)
@pytest.mark.parametrize("edition", ALL)
def test_one_bad_member_makes_the_whole_archive_invalid(edition: str, facts: Facts, problem: str | None) -> None:
    world = make_world(edition)
    model = make_model(world)
    audio = add(world, model, "audio", facts=facts)
    assert (audio.valid, audio.problem) == (None, None)
    finish(world)
    assert (audio.valid, audio.problem) == (problem is None, problem)
    history = world.machine.history("audio", f"{model.id}/audio")
    assert [change.why for change in history] == [None, problem], "the change says it"


@pytest.mark.parametrize("edition", ALL)
@pytest.mark.parametrize("name", ["with space", "Audio/6.wav", "back\\slash"])
def test_only_2018_forbids_separators_in_member_names(edition: str, name: str) -> None:
    world = make_world(edition)
    model = make_model(world)
    added(world, model, "audio", facts=archive((name, GOOD)))
    assert code(world, model) == ("PI" if edition == "icp2018" else "R")


@pytest.mark.parametrize("edition", ALL)
def test_only_2018_wants_member_names_unique_in_the_model(edition: str) -> None:
    world = make_world(edition)
    model = make_model(world)
    added(world, model, "one", facts=archive(("a", GOOD)))
    second = added(world, model, "two", facts=archive(("b", GOOD), ("a", GOOD)))
    assert second.valid is (edition != "icp2018")
    if edition == "icp2018":
        assert second.problem == "a: another archive of the model has a member of this name"
        assert model.audio["one"].valid


def test_single_files_and_its_own_earlier_self_do_not_count_as_other_archives() -> None:
    world = make_world("icp2018")
    model = make_model(world)
    added(world, model, "a", facts=GOOD)
    added(world, model, "archive", facts=archive(("a", GOOD)))
    again = added(world, model, "archive", facts=archive(("a", GOOD)), overwrite=True)
    assert again.valid


def test_a_deleted_archive_gives_its_member_names_back() -> None:
    world = make_world("icp2018")
    model = make_model(world)
    added(world, model, "one", facts=archive(("a", GOOD)))
    commands.delete_audio(world, model, "one")
    assert added(world, model, "two", facts=archive(("a", GOOD))).valid


def test_an_archive_is_as_long_as_its_members_in_whole_seconds() -> None:
    world = make_world()
    model = make_model(world)
    facts = archive(("a", AudioFacts(1.5, "flac", 16000, 1)), ("b", AudioFacts(2.4, "flac", 16000, 1)))
    audio = added(world, model, "audio", facts=facts)
    assert (audio.duration_s, model.valid_seconds()) == (4, 4)


@pytest.mark.parametrize(("exact_s", "whole_s"), [(0, 0), (0.49, 0), (0.5, 1), (1.5, 2), (2.5, 3), (720.4999, 720)])
def test_durations_are_rounded_to_the_nearest_second(exact_s: float, whole_s: int) -> None:
    assert rounded_s(exact_s) == whole_s


@pytest.mark.parametrize(("base", "least_hz"), [(BASE, 16000), (NARROW, 8000)])
def test_the_rate_must_reach_the_base_model_s(base: str, least_hz: int) -> None:
    assert make_world().base_models[base].rate_hz == least_hz
    assert single_problem(AudioFacts(1, "flac", least_hz, 1), least_hz) is None
    assert single_problem(AudioFacts(1, "flac", least_hz - 1, 1), least_hz) is not None


# A model that is not free at once when audio is deleted during its analysis


def locked_world(**knobs: Any) -> World:
    return make_world("cloud2025", deleted_audio_frees_the_model=False, analysis_min_s=60.0, **knobs)


def test_a_model_stays_locked_until_the_analysis_of_deleted_audio_would_have_ended() -> None:
    world = locked_world()
    model = reach(world, "PB")
    (name,) = model.audio
    commands.delete_audio(world, model, name)
    assert (list(model.audio), code(world, model)) == ([], "PB")
    for act in (commands.delete_acoustic_model, commands.train, commands.reset, commands.upgrade):
        assert objection(act, world, model) is Why.BUSY
    wait(world, 59.9)
    assert code(world, model) == "PB"
    wait(world, 0.1)
    assert code(world, model) == "P0"
    assert objection(commands.delete_acoustic_model, world, model) is None


@pytest.mark.parametrize("order", [("short", "long"), ("long", "short")])
def test_of_two_that_are_deleted_the_later_end_counts(order: tuple[str, str]) -> None:
    world = locked_world()
    model = make_model(world)
    began_s = world.now_s
    add(world, model, "long", 6000)  # 120 seconds of analysis
    wait(world, 10)
    add(world, model, "short", 60)
    for name in order:
        commands.delete_audio(world, model, name)
    assert world.machine.schedule.next_due() == began_s + 120
    wait(world, 109)
    assert code(world, model) == "PB"
    wait(world, 1)
    assert code(world, model) == "P0"


def test_the_lock_is_kept_by_a_snapshot() -> None:
    world = locked_world()
    model = reach(world, "PB")
    commands.delete_audio(world, model, next(iter(model.audio)))
    state = snapshot(world)
    finish(world)
    restore(world, state)
    (again,) = world.all_models()
    assert code(world, again) == "PB"
    finish(world)
    assert code(world, again) == "P0"
