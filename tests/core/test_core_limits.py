"""The limits of each edition, at their very edge, and what each knob of `Limits` turns."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from typing import Any

import pytest
from core_rig import (
    ALL,
    BASE,
    CLOUD,
    ICP,
    NARROW,
    NEWER,
    OTHER_OWNER,
    OWNER,
    START_S,
    add,
    added,
    code,
    finish,
    make_audio,
    make_model,
    make_world,
    objection,
    publish,
    reach,
    trained_with,
)
from language_rig import LANGUAGE_KNOBS

from fakestt.core.acoustic import commands
from fakestt.core.language.placing import place_language_model
from fakestt.core.limits import Limits
from fakestt.core.refusals import Refusal, Why
from fakestt.core.world import World
from fakestt.editions import EDITIONS
from fakestt.media.facts import ArchiveFacts, AudioFacts, Member

HOUR = 3600
MAX_HOURS = {"icp2018": 50, "icp2020": 100, "cloud2025": 50, "cp4d2025": 200}

# How much audio


@pytest.mark.parametrize("edition", ALL)
@pytest.mark.parametrize(("seconds", "why"), [(599, Why.TOO_LITTLE_AUDIO), (600, None), (601, None)])
def test_ten_minutes_are_the_least_to_train_on(edition: str, seconds: int, why: Why | None) -> None:
    world = make_world(edition)
    model = make_model(world)
    added(world, model, "audio", seconds)
    assert code(world, model) == "R"  # `ready` does not promise that there is enough
    assert objection(commands.train, world, model) is why
    assert code(world, model) == ("T" if why is None else "F")


@pytest.mark.parametrize(("edition", "hours"), MAX_HOURS.items())
@pytest.mark.parametrize(("more_s", "why"), [(0, None), (1, Why.TOO_MUCH_AUDIO)])
def test_the_maximum_is_the_most_to_train_on(edition: str, hours: int, more_s: int, why: Why | None) -> None:
    world = make_world(edition)
    model = make_model(world)
    added(world, model, "audio", hours * HOUR + more_s)
    assert objection(commands.train, world, model) is why
    assert code(world, model) == ("T" if why is None else "F")


@pytest.mark.parametrize("edition", ALL)
def test_the_amount_is_that_of_valid_audio(edition: str) -> None:
    world = make_world(edition)
    model = make_model(world)
    added(world, model, "good", 599)
    added(world, model, "bad", 600, rate_hz=8000)
    assert model.valid_seconds() == 599
    assert objection(commands.train, world, model, strict=False) is Why.TOO_LITTLE_AUDIO


@pytest.mark.parametrize("edition", ALL)
def test_force_waives_the_minimum_and_nothing_else(edition: str) -> None:
    world = make_world(edition)
    short, long = make_model(world), make_model(world)
    added(world, short, "audio", 1)
    added(world, long, "audio", MAX_HOURS[edition] * HOUR + 1)
    assert objection(commands.train, world, short, force=True) is None
    assert objection(commands.train, world, long, force=True) is Why.TOO_MUCH_AUDIO


@pytest.mark.parametrize("edition", ALL)
@pytest.mark.parametrize("more_s", [0, 1])
def test_only_the_cloud_takes_no_more_audio_over_the_maximum(edition: str, more_s: int) -> None:
    world = make_world(edition)
    model = make_model(world)
    added(world, model, "audio", MAX_HOURS[edition] * HOUR + more_s)
    expected = Why.OVER_THE_MAXIMUM if more_s and edition in CLOUD else None
    assert objection(add, world, model, "more") is expected


@pytest.mark.parametrize("edition", CLOUD)
def test_too_much_audio_can_be_replaced_by_less(edition: str) -> None:
    world = make_world(edition)
    model = make_model(world)
    added(world, model, "audio", MAX_HOURS[edition] * HOUR + 1)
    added(world, model, "audio", 600, overwrite=True)
    assert objection(commands.train, world, model) is None


@pytest.mark.parametrize("edition", ALL)
def test_a_training_that_leaves_audio_out_says_which(edition: str) -> None:
    world = make_world(edition)
    model = reach(world, "RM")
    assert [audio.name for audio in commands.train(world, model, strict=False)] == ["bad"]


@pytest.mark.parametrize("edition", ALL)
def test_overwritten_audio_counts_once_and_as_nothing_until_it_is_analysed(edition: str) -> None:
    world = make_world(edition)
    model = reach(world, "R")
    add(world, model, "good", 900, overwrite=True)
    assert (len(model.audio), model.valid_seconds(), model.audio["good"].duration_s) == (1, 0, 0)
    finish(world)
    assert (model.valid_seconds(), model.audio["good"].duration_s) == (900, 900)


# Names and numbers


@pytest.mark.parametrize("edition", ALL)
@pytest.mark.parametrize(
    ("values", "why"),
    [
        ({"name": "n" * 256}, None),
        ({"name": "n" * 257}, Why.NAME_TOO_LONG),
        ({"name": "n", "description": "d" * 128}, None),
        ({"name": "n", "description": "d" * 129}, Why.DESCRIPTION_TOO_LONG),
        *(({"name": f"a{char}b"}, Why.NAME_CHARACTERS) for char in "\\/:=&?"),
    ],
)
def test_names_and_descriptions_are_limited_on_the_cloud_alone(
    edition: str, values: dict[str, str], why: Why | None
) -> None:
    world = make_world(edition)
    assert objection(make_model, world, **values) is (why if edition in CLOUD else None)
    assert len(commands.list_acoustic_models(world, OWNER)) == (0 if why and edition in CLOUD else 1)


@pytest.mark.parametrize("edition", ALL)
def test_the_cloud_holds_1024_models_an_owner(edition: str) -> None:
    world = make_world(edition)
    for _ in range(1024):
        make_model(world)
    assert objection(make_model, world) is (Why.TOO_MANY_MODELS if edition in CLOUD else None)
    assert objection(make_model, world, OTHER_OWNER) is None
    last = commands.list_acoustic_models(world, OWNER)[-1]
    commands.delete_acoustic_model(world, last)
    assert objection(make_model, world) is None


@pytest.mark.parametrize("edition", ALL)
def test_names_of_models_may_be_equal(edition: str) -> None:
    world = make_world(edition)
    assert make_model(world, name="twin").id != make_model(world, name="twin").id


@pytest.mark.parametrize("edition", ALL)
@pytest.mark.parametrize(
    ("name", "why", "where"),
    [
        ("a" * 128, None, ALL),
        ("a" * 129, Why.AUDIO_NAME_TOO_LONG, ALL),
        ("audio-set1.zip", None, ALL),
        *((f"a{char}b", Why.AUDIO_NAME_CHARACTERS, ("icp2018",)) for char in " /\\"),
        ('a:&"+=?b', None, ALL),
    ],
)
def test_names_of_audio_have_128_characters_and_no_separators_in_2018(
    edition: str, name: str, why: Why | None, where: tuple[str, ...]
) -> None:
    world = make_world(edition)
    assert objection(add, world, make_model(world), name) is (why if edition in where else None)


@pytest.mark.parametrize("edition", ALL)
def test_an_unknown_base_model_is_refused(edition: str) -> None:
    assert objection(make_model, make_world(edition), base="xx-XX_BroadbandModel") is Why.UNKNOWN_BASE_MODEL


@pytest.mark.parametrize("edition", CLOUD)
@pytest.mark.parametrize("base", ["en-US_Telephony", "en-US_Multimedia", "en-US"])
def test_a_base_model_without_acoustic_customization_is_refused(edition: str, base: str) -> None:
    assert objection(make_model, make_world(edition), base=base) is Why.NOT_CUSTOMIZABLE


@pytest.mark.parametrize("edition", ALL)
@pytest.mark.parametrize(
    ("base", "rate_hz", "phase"),
    [(BASE, 15999, "PI"), (BASE, 16000, "R"), (BASE, 44100, "R"), (NARROW, 7999, "PI"), (NARROW, 8000, "R")],
)
def test_too_low_a_sampling_rate_is_invalid_once_it_is_analysed(
    edition: str, base: str, rate_hz: int, phase: str
) -> None:
    world = make_world(edition)
    model = make_model(world, base=base)
    add(world, model, "audio", rate_hz=rate_hz)
    assert code(world, model) == "PB"
    finish(world)
    assert code(world, model) == phase


# How long things take


@pytest.mark.parametrize("edition", ALL)
@pytest.mark.parametrize(("seconds", "takes_s"), [(1, 2), (100, 2), (720, 14.4), (HOUR, 72)])
def test_analysis_takes_several_seconds_and_grows_with_the_audio(edition: str, seconds: int, takes_s: float) -> None:
    world = make_world(edition)
    add(world, make_model(world), "audio", seconds)
    assert world.machine.schedule.next_due() == START_S + takes_s


@pytest.mark.parametrize(
    ("edition", "training", "upgrade"), [("icp2018", 3, 2), ("icp2020", 3, 2), ("cloud2025", 1, 1), ("cp4d2025", 1, 1)]
)
def test_training_and_upgrading_take_their_multiple_of_all_valid_audio(
    edition: str, training: float, upgrade: float
) -> None:
    world = make_world(edition)
    model = make_model(world)
    added(world, model, "one", 900)
    added(world, model, "two", 300)
    added(world, model, "bad", 5000, rate_hz=8000)
    began_s = world.now_s
    commands.train(world, model, strict=False)
    assert world.machine.schedule.next_due() == pytest.approx(began_s + training * 1200, abs=1e-5)
    finish(world)
    publish(world)
    began_s = world.now_s
    commands.upgrade(world, model)
    assert world.machine.schedule.next_due() == pytest.approx(began_s + upgrade * 1200, abs=1e-5)


# The knobs


def archive(*names: str) -> ArchiveFacts:
    return ArchiveFacts("zip", tuple(Member(name, AudioFacts(720, "flac", 16000, 1)) for name in names), None)


def phase_of_archives(world: World, *archives: ArchiveFacts) -> str:
    model = make_model(world)
    for number, facts in enumerate(archives):
        added(world, model, f"archive{number}", facts=facts)
    return code(world, model)


def upgraded_then_reset(world: World) -> int:
    model = reach(world, "A")
    publish(world)
    commands.upgrade(world, model)
    finish(world)
    commands.reset(world, model)
    return len(model.versions)


def empty_and_outdated(world: World) -> tuple[list[str], int]:
    empty, full = reach(world, "P0"), reach(world, "R")
    make_model(world, base=NARROW)
    publish(world)
    return empty.versions, len(full.versions)


def refused_training(column: str) -> Callable[[World], tuple[str, str | None]]:
    def act(world: World) -> tuple[str, str | None]:
        model = reach(world, column)
        with pytest.raises(Refusal):
            commands.train(world, model)
        return code(world, model), model.error

    return act


def training_with(**helper: Any) -> Callable[[World], Why | None]:
    def act(world: World) -> Why | None:
        model = reach(world, "R")
        words = place_language_model(world, OWNER, name="words", base_model_name=BASE, **helper)
        return objection(commands.train, world, model, helper_id=words.id)

    return act


def upgrade_after_helped_training(*, first: bool, status: str = "available", plain: bool = True) -> Any:
    """The plain first call, or the one with the helper after it."""

    def act(world: World) -> Why | None:
        model = reach(world, "R")
        words = place_language_model(world, OWNER, name="words", base_model_name=BASE)
        if plain:
            trained_with(world, model, words)
        publish(world)
        if first and plain:
            return objection(commands.upgrade, world, model)
        words.versions.append(NEWER)
        words.trained = status == "available"
        if not first:
            commands.upgrade(world, model)
            finish(world)
        return objection(commands.upgrade, world, model, helper_id=words.id)

    return act


def due_after_adding(world: World) -> float:
    add(world, make_model(world), "audio", 1000)
    return round((world.machine.schedule.next_due() or 0) - START_S, 6)


def due_after(column: str, act: Callable[..., Any]) -> Callable[[World], float]:
    def measure(world: World) -> float:
        model = reach(world, column)
        publish(world)
        began_s = world.now_s
        act(world, model)
        return round((world.machine.schedule.next_due() or 0) - began_s, 3)

    return measure


def uploads_at_once(world: World) -> Why | None:
    model = reach(world, "PB")
    return objection(add, world, model, "second")


def busy_after_deleting(world: World) -> Why | None:
    model = reach(world, "PB")
    commands.delete_audio(world, model, next(iter(model.audio)))
    return objection(commands.delete_acoustic_model, world, model)


def over_the_maximum(world: World) -> Why | None:
    model = make_model(world)
    added(world, model, "audio", 60 * HOUR)
    return objection(add, world, model, "more")


def second_call(world: World) -> Why | None:
    return upgrade_after_helped_training(first=False)(world)  # type: ignore[no-any-return]


KNOBS: dict[str, tuple[Callable[[World], object], object, object, object, object]] = {
    # what is looked at, one setting and what it gives, another setting and what that gives
    "max_models": (
        lambda world: [objection(make_model, world) for _ in range(2)][1], None, None, 1, Why.TOO_MANY_MODELS),
    "name_max": (lambda world: objection(make_model, world, name="abc"), 3, None, 2, Why.NAME_TOO_LONG),
    "name_forbidden": (lambda world: objection(make_model, world, name="a#"), "", None, "#", Why.NAME_CHARACTERS),
    "description_max": (
        lambda world: objection(make_model, world, description="abc"), 3, None, 2, Why.DESCRIPTION_TOO_LONG),
    "reset_keeps_versions": (upgraded_then_reset, True, 2, False, 1),
    "empty_model_follows_base": (
        empty_and_outdated, False, ([f"{BASE}.v2017-11-15"], 1), True, ([NEWER], 1)),
    "audio_name_max": (
        lambda world: objection(add, world, make_model(world), "abc"), 3, None, 2, Why.AUDIO_NAME_TOO_LONG),
    "audio_name_forbidden": (
        lambda world: objection(add, world, make_model(world), "a#"), "", None, "#", Why.AUDIO_NAME_CHARACTERS),
    "one_upload_at_a_time": (uploads_at_once, True, Why.BUSY, False, None),
    "refuses_audio_over_the_maximum": (over_the_maximum, True, Why.OVER_THE_MAXIMUM, False, None),
    "member_name_max": (lambda world: phase_of_archives(world, archive("abc")), 3, "R", 2, "PI"),
    "member_name_forbidden": (lambda world: phase_of_archives(world, archive("a#")), "", "R", "#", "PI"),
    "members_unique_in_model": (
        lambda world: phase_of_archives(world, archive("a"), archive("b", "a")), False, "R", True, "RM"),
    "min_audio_s": (lambda world: objection(commands.train, world, reach(world, "R")),
                    720.0, None, 720.5, Why.TOO_LITTLE_AUDIO),
    "max_audio_s": (lambda world: objection(commands.train, world, reach(world, "R")),
                    720.0, None, 719.5, Why.TOO_MUCH_AUDIO),
    "refused_training_fails_model": (refused_training("PI"), True, ("F", None), False, ("PI", None)),
    "empty_training_fails_model": (refused_training("P0"), True, ("F", None), False, ("P0", None)),
    "empty_training_says_no_input_data": (
        lambda world: objection(commands.train, world, reach(world, "P0")),
        False, Why.TOO_LITTLE_AUDIO, True, Why.NO_INPUT_DATA),
    "deleted_audio_frees_the_model": (busy_after_deleting, True, None, False, Why.BUSY),
    "refused_training_sets_error": (refused_training("PI"), True, ("F", "invalid audio"), False, ("F", None)),
    "helper_must_match_version": (training_with(versions=["v"]), True, Why.HELPER_VERSION, False, None),
    "helper_must_be_available_to_train": (training_with(status="ready"), True, Why.HELPER_NOT_AVAILABLE, False, None),
    "upgrade_needs_helper_of_training": (
        upgrade_after_helped_training(first=True), True, Why.HELPER_REQUIRED, False, None),
    "helper_must_be_available_to_upgrade": (
        upgrade_after_helped_training(first=True, status="ready", plain=False),
        True, Why.HELPER_NOT_AVAILABLE, False, None),
    "analysis_min_s": (due_after_adding, 30.0, 30.0, 10.0, 20.0),
    "analysis_factor": (due_after_adding, 0.1, 100.0, 0.5, 500.0),
    "training_factor": (due_after("R", commands.train), (1.0, 2.0), 1080.0, (4.0, 4.0), 2880.0),
    "upgrade_factor": (due_after("R", commands.upgrade), (1.0, 2.0), 1080.0, (4.0, 4.0), 2880.0),
    **LANGUAGE_KNOBS,
}  # fmt: skip

# In an edition of two upgrade calls, for these two are about the second.
SECOND_CALL: dict[str, tuple[object, object, object, object]] = {
    "helper_upgrade_in_second_call": (True, None, False, Why.UP_TO_DATE),
    "second_upgrade_needs_force": (False, None, True, Why.UNMODIFIED),
}

# These are looked at before the core: by the body's reader, the parameters' and the credentials'.
OUTSIDE = {
    "max_upload_bytes", "max_json_bytes", "member_type_default", "knows_strict", "several_owners", "knows_lite_plan",
    "knows_force_of_language_models", "max_text_bytes", "max_words_bytes", "max_grammar_bytes",
    "knows_grammars",
}  # fmt: skip


@pytest.mark.parametrize("name", KNOBS)
def test_the_knob_turns_what_it_says(name: str) -> None:
    look, one, gives, other, gives_then = KNOBS[name]
    assert look(make_world("icp2018", **{name: one})) == gives
    assert look(make_world("icp2018", **{name: other})) == gives_then


@pytest.mark.parametrize("name", SECOND_CALL)
def test_the_knob_of_the_second_upgrade_turns_what_it_says(name: str) -> None:
    one, gives, other, gives_then = SECOND_CALL[name]
    assert second_call(make_world("icp2020", **{name: one})) == gives
    assert second_call(make_world("icp2020", **{name: other})) == gives_then


def test_every_limit_has_its_knob_proved() -> None:
    assert {*KNOBS, *SECOND_CALL, *OUTSIDE} == {field.name for field in fields(Limits)}
    assert not {*KNOBS, *SECOND_CALL} & OUTSIDE


def test_limits_speak_in_the_units_of_messages() -> None:
    limits = EDITIONS["icp2018"].limits
    assert (limits.min_audio_minutes, limits.max_audio_minutes, limits.max_audio_hours) == (10, 3000, 50)


def test_bad_audio_fails_a_model_where_none_at_all_does_not() -> None:
    world = make_world(empty_training_fails_model=False)
    model = reach(world, "PI")
    assert objection(commands.train, world, model) is Why.INVALID_AUDIO
    assert code(world, model) == "F"


def test_only_icp_uploads_one_at_a_time() -> None:
    assert {name for name, one in EDITIONS.items() if one.limits.one_upload_at_a_time} == set(ICP)


def test_audio_that_nobody_has_analysed_has_no_duration() -> None:
    world = make_world()
    audio = make_audio(make_model(world), "audio", 720)
    assert (audio.duration_s, audio.facts_duration_s) == (0, 720)
