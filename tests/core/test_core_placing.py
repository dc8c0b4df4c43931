"""Resources put there by hand: every documented status, and none that can't be."""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace
from typing import Any

import pytest
from core_rig import ALL, BASE, NEWER, OWNER, START_S, code, finish, make_world, objection, publish, shown, wait

from fakestt.core.acoustic import commands
from fakestt.core.acoustic.facts import AcousticModel
from fakestt.core.acoustic.placing import place_acoustic_model
from fakestt.core.changes import ByActivity
from fakestt.core.clock import VirtualClock
from fakestt.core.families import FAMILIES
from fakestt.core.language.facts import LanguageModel
from fakestt.core.language.placing import place_language_model, upgrade_by_hand
from fakestt.core.world import World
from fakestt.editions import EDITIONS
from fakestt.errors import StateError
from fakestt.fake import FakeSTT
from fakestt.media.facts import MOST_MINUTES, AudioFacts


def place(world: World, **values: Any) -> AcousticModel:
    return place_acoustic_model(world, OWNER, **{"name": "car", "base_model_name": BASE, **values})


# What is asked for, the phase it is, and what time makes of it.
REACHED: list[tuple[dict[str, Any], str, str]] = [
    ({}, "P0", "P0"),
    ({"status": "pending", "minutes_of_audio": 12}, "PB", "R"),
    ({"status": "pending", "invalid_audio": 2}, "PI", "PI"),
    ({"status": "ready"}, "R", "R"),
    ({"status": "ready", "minutes_of_audio": 0.5}, "R", "R"),
    ({"status": "ready", "invalid_audio": 1}, "RM", "RM"),
    ({"status": "training"}, "T", "A"),
    ({"status": "available"}, "A", "A"),
    ({"status": "upgrading"}, "U", "A"),
    ({"status": "failed"}, "F", "F"),
    ({"status": "failed", "minutes_of_audio": 0}, "F", "F"),
    ({"status": "failed", "invalid_audio": 3, "error": "engine stopped"}, "F", "F"),
]


# With `force` a training takes less than the least amount, and without `strict` it leaves out what is invalid. What it
# does not take may still be upgraded, and is then as ready as before.
TOO_MUCH = {edition: int(make_world(edition).limits.max_audio_minutes) + 1 for edition in ALL}
AT_LIMITS: list[tuple[str, dict[str, Any], str, str]] = [
    *((edition, {"status": "training", "minutes_of_audio": 1}, "T", "A") for edition in ALL),
    *((edition, {"status": "available", "minutes_of_audio": 1}, "A", "A") for edition in ALL),
    *((edition, {"status": "training", "minutes_of_audio": most - 1}, "T", "A") for edition, most in TOO_MUCH.items()),
    *((edition, {"status": "ready", "minutes_of_audio": most}, "R", "R") for edition, most in TOO_MUCH.items()),
    *((edition, {"status": "failed", "minutes_of_audio": most}, "F", "F") for edition, most in TOO_MUCH.items()),
    *((edition, {"status": "upgrading", "minutes_of_audio": most}, "U", "R") for edition, most in TOO_MUCH.items()),
    ("icp2018", {"status": "upgrading", "invalid_audio": 1}, "U", "RM"),
    *((edition, {"status": "upgrading", "invalid_audio": 1}, "U", "A") for edition in ALL if edition != "icp2018"),
    *((edition, {"status": "training", "invalid_audio": 1}, "T", "A") for edition in ALL if edition != "icp2018"),
    *((edition, {"status": "available", "invalid_audio": 1}, "A", "A") for edition in ALL if edition != "icp2018"),
]


@pytest.mark.parametrize(
    ("edition", "values", "phase", "later"),
    [*((edition, *row) for edition in ALL for row in REACHED), *AT_LIMITS],
)
def test_every_documented_status_can_be_placed_and_lives_on(
    edition: str, values: dict[str, Any], phase: str, later: str
) -> None:
    world = make_world(edition)
    publish(world)
    began_s = world.now_s
    model = place(world, **values)
    assert (code(world, model), shown(world, model)) == (phase, values.get("status", "pending"))
    assert world.now_s == began_s
    assert world.find(AcousticModel, OWNER, model.id) is model
    finish(world)
    assert code(world, model) == later


def test_every_phase_is_reached_by_some_placing() -> None:
    world = make_world()
    phases = type(world.machine.phase(place(world)))
    assert {phase for _, phase, _ in REACHED} == {phase.code for phase in phases}


def test_all_that_is_given_is_there() -> None:
    world = make_world()
    model = place(
        world,
        name="noisy",
        status="failed",
        minutes_of_audio=30,
        invalid_audio=2,
        description="cabin",
        versions=[f"{BASE}.v1", f"{BASE}.v2"],
        error="engine stopped",
    )
    assert (model.name, model.description, model.error) == ("noisy", "cabin", "engine stopped")
    assert model.versions == [f"{BASE}.v1", f"{BASE}.v2"]
    assert model.valid_seconds() == 1800
    assert sorted((audio.name, audio.valid) for audio in model.audio.values()) == [
        ("audio1", True), ("invalid1", False), ("invalid2", False),
    ]  # fmt: skip


def test_a_placed_model_behaves_as_one_that_got_there_by_itself() -> None:
    world = make_world()
    model = place(world, status="ready", minutes_of_audio=12)
    assert objection(commands.train, world, model) is None
    finish(world)
    assert code(world, model) == "A"


def test_a_model_has_as_much_audio_as_a_file_can_have() -> None:
    model = place(make_world(), status="ready", minutes_of_audio=MOST_MINUTES)
    assert model.valid_seconds() == MOST_MINUTES * 60


def test_a_placed_upgrade_ends_on_the_newest_version() -> None:
    world = make_world()
    old = world.base_models[BASE].newest
    publish(world)
    model = place(world, status="upgrading")
    assert model.versions == [old]
    finish(world)
    assert model.versions == [old, NEWER]


def test_an_upgrade_from_a_named_version_needs_no_publishing() -> None:
    world = make_world()
    model = place(world, status="upgrading", versions=[f"{BASE}.v2010"])
    finish(world)
    assert model.versions == [f"{BASE}.v2010", world.base_models[BASE].newest]


def test_a_failed_model_that_nobody_words_has_an_error() -> None:
    assert place(make_world(), status="failed").error == "training failed"


def test_the_history_of_what_was_placed_says_so() -> None:
    world = make_world()
    model = place(world, status="available")
    assert [str(change) for change in world.machine.changes] == [
        f"{model.id}/audio1: (new) -> ok by hand",
        f"{model.id}: (new) -> available by hand",
    ]
    assert {change.at_s for change in world.machine.changes} == {world.now_s}


@pytest.mark.parametrize("status", ["training", "available"])
@pytest.mark.parametrize("edition", ALL)
def test_what_no_training_takes_was_not_trained(edition: str, status: str) -> None:
    most = TOO_MUCH[edition]
    said = (
        f"status='{status}' with minutes_of_audio={most}: no training takes more than {most - 1} minutes "
        rf"\({(most - 1) // 60} hours\) in this edition. Give at most that, or status='ready' or 'failed'."
    )
    with pytest.raises(StateError, match=said):
        place(make_world(edition), status=status, minutes_of_audio=most)


IMPOSSIBLE: list[tuple[dict[str, Any], str, str]] = [
    # what is given, what of it the message shows, and the way out that it names
    ({"status": "redy"}, "status='redy'", "Did you mean 'ready'"),
    ({"status": None}, "status=None", "All: pending, ready, training, available, upgrading, failed"),
    ({"base_model_name": "en-US_BroadbandModl"}, "'en-US_BroadbandModl'", "Did you mean 'en-US_BroadbandModel'"),
    ({"minutes_of_audio": -1}, "minutes_of_audio=-1", "give 0 to 100,000,000 minutes, and 0 or more"),
    ({"status": "ready", "invalid_audio": -1}, "invalid_audio=-1", "give 0 to 100,000,000 minutes, and 0 or more"),
    ({"status": "ready", "minutes_of_audio": 0}, "status='ready'", "a model without audio is 'pending' or 'failed'"),
    ({"status": "available", "minutes_of_audio": 0}, "status='available'", "'pending' or 'failed'"),
    ({"status": "training", "minutes_of_audio": 0}, "status='training'", "'pending' or 'failed'"),
    ({"status": "upgrading", "minutes_of_audio": 0}, "status='upgrading'", "'pending' or 'failed'"),
    (
        {"minutes_of_audio": 5, "invalid_audio": 1},
        "status='pending' with audio of both kinds: once it is analysed, a model with some valid audio is 'ready'.",
        "'ready'",
    ),
    (
        {"status": "training", "invalid_audio": 2},
        "invalid_audio=2",
        "does not know `strict`. Leave it out, give status=",
    ),
    ({"status": "available", "invalid_audio": 1}, "invalid_audio=1", "does not know `strict`"),
    ({"status": "ready", "error": "no"}, "error='no'", "only a 'failed' model has an error"),
    ({"versions": []}, "versions=[]", "a model is built on some version of its base"),
    ({"status": "upgrading"}, "status='upgrading'", "Publish a newer one first"),
    (
        {"status": "upgrading", "versions": [f"{BASE}.v2017-11-15"]},
        "v2017-11-15",
        "there is nothing to upgrade to. Publish a newer one first (stt.base_models.publish), or name an older one.",
    ),
    ({"versions": f"{BASE}.v1"}, f"versions='{BASE}.v1'", "Give a list"),
    ({"minutes_of_audio": float("nan")}, "minutes_of_audio=nan", "give 0 to 100,000,000 minutes, and 0 or more"),
    ({"minutes_of_audio": 10**400}, "minutes_of_audio=1000", "give 0 to 100,000,000 minutes, and 0 or more"),
    ({"minutes_of_audio": True}, "minutes_of_audio=True", "give a number, such as 12 or 0.5"),
    ({"invalid_audio": True}, "invalid_audio=True", "give a number of resources, a whole one"),
    ({"invalid_audio": 1.5}, "invalid_audio=1.5", "give a number of resources, a whole one"),
    ({"invalid_audio": None}, "invalid_audio=None", "give a number of resources, a whole one"),
    ({"name": 3}, "name=3", "give a string that is not empty"),
    ({"name": ""}, "name=''", "give a string that is not empty"),
    ({"description": 3}, "description=3", "give a string, or None for none"),
    ({"status": "failed", "error": {}}, "error={}", "give a string, or None for none"),
    ({"base_model_name": ["x"]}, "base_model_name=['x']", "no such base model. All: en-US_BroadbandModel"),
    ({"base_model_name": None}, "base_model_name=None", "no such base model. All: en-US_BroadbandModel"),
    ({"versions": 3}, "versions=3", f"a list of their names, the newest last, such as ['{BASE}.v2017-11-15']"),
    ({"versions": ["v1", 2]}, "versions=['v1', 2]", "a list of their names"),
    ({"versions": [""]}, "versions=['']", "a list of their names"),
    ({"versions": {"v1"}}, "versions={'v1'}", "a list of their names"),
    ({"status": []}, "status=[]", "no such status. All: pending"),
    ({"minutes_of_audio": float("inf")}, "minutes_of_audio=inf", "give 0 to 100,000,000 minutes, and 0 or more"),
]


@pytest.mark.parametrize(("values", "given", "way_out"), IMPOSSIBLE)
def test_a_state_that_cannot_be_is_refused_with_the_value_and_the_way_out(
    values: dict[str, Any], given: str, way_out: str
) -> None:
    world = make_world()
    with pytest.raises(StateError) as error:
        place(world, **values)
    assert re.match("[a-z_]+=", str(error.value)), "it begins with an argument"
    assert given in str(error.value)
    assert way_out in str(error.value)
    assert not world.models(AcousticModel, OWNER)
    assert (world.machine.changes, world.ids_given) == ([], 0)


@pytest.mark.parametrize("edition", ["cloud2025", "cp4d2025"])
def test_a_base_model_without_acoustic_customization_has_no_models(edition: str) -> None:
    with pytest.raises(StateError, match="'en-US_Telephony' has no acoustic customization"):
        place(make_world(edition), base_model_name="en-US_Telephony")


def test_where_there_are_too_many_base_models_to_list_the_message_says_where_they_are() -> None:
    with pytest.raises(StateError, match=r"no such base model\. All 87: list\(stt\.base_models\)\."):
        place(make_world("cloud2025"), base_model_name="nothing")
    for count, said in ((20, r" All 20: list\(stt\.base_models\)\.$"), (19, " All: 0, 1, .*, 17, 18\\.$")):
        bases = [replace(EDITIONS["icp2018"].base_models[0], name=str(number)) for number in range(count)]
        world = World(VirtualClock(0), EDITIONS["icp2018"].limits, bases, 0, FAMILIES)
        with pytest.raises(StateError, match=said):
            place(world, base_model_name="nothing")


def test_what_is_placed_is_as_if_it_had_been_uploaded() -> None:
    world = make_world("icp2020")
    wait(world, 60)
    nothing = hashlib.sha256().hexdigest()
    good, bad = place(world, status="ready", invalid_audio=1).audio.values()
    assert good.facts == AudioFacts(720, "pcm_s16le", 16000, 1)
    for audio, problem in ((good, None), (bad, "put there as invalid")):
        assert (audio.content_type, audio.size_bytes, audio.sha256) == ("audio/wav", 0, nothing)
        assert audio.problem == problem
    model = place_language_model(
        world, OWNER, name="words", base_model_name=BASE, corpora={"one": "é"}, invalid_grammars=["two"]
    )
    one, two = model.texts
    assert (one.size_bytes, one.sha256) == (2, hashlib.sha256("é".encode()).hexdigest())
    assert (two.size_bytes, two.sha256, two.problem) == (0, nothing, "put there as invalid")


# Language models


def test_an_upgrade_by_hand_is_written_with_its_instant() -> None:
    world = make_world()
    model = place_language_model(world, OWNER, name="words", base_model_name=BASE)
    publish(world)
    wait(world, 60)
    upgrade_by_hand(world, model)
    changes = world.machine.changes[1:]
    assert [(change.at_s - START_S, str(change.after), change.cause) for change in changes] == [
        (60, "upgrading", "hand"), (60, "available", "upgrade"),
    ]  # fmt: skip
    assert isinstance(changes[-1].cause, ByActivity)
    assert changes[-1].cause.ending == "done"
    assert (model.versions[1:], model.updated_at_s) == ([NEWER], world.now_s)


def test_an_upgrade_by_hand_leaves_what_is_going_on() -> None:
    world = make_world()
    model = place_language_model(world, OWNER, name="words", base_model_name=BASE, status="training")
    publish(world)
    wait(world, 10)
    changes = list(world.machine.changes)
    upgrade_by_hand(world, model)
    assert (model.versions[1:], model.updated_at_s, world.machine.changes) == ([NEWER], START_S + 10, changes)


LANGUAGE_REACHED: list[tuple[dict[str, Any], str, str]] = [
    ({"status": "pending"}, "P0", "P0"),
    ({"status": "pending", "words": ["a", "b"]}, "PB", "R"),
    ({"status": "pending", "invalid_words": ["75.00"]}, "PI", "PI"),
    ({"status": "ready"}, "R", "R"),
    ({"status": "ready", "invalid_words": ["75.00"]}, "RM", "RM"),
    ({"status": "training"}, "T", "A"),
    ({}, "A", "A"),
    ({"status": "upgrading"}, "U", "A"),
    ({"status": "failed"}, "F", "F"),
    ({"status": "failed", "words": []}, "F", "F"),
]
LANGUAGE_INVALID: list[tuple[str, dict[str, Any], str, str]] = [
    (edition, {"status": status, "invalid_words": ["75.00"]}, phase, later)
    for edition in ALL
    for status, phase, later in (("training", "T", "A"), ("available", "A", "A"), ("upgrading", "U", "A"))
    if edition != "icp2018"
]


@pytest.mark.parametrize(
    ("edition", "values", "phase", "later"),
    [
        *((edition, *row) for edition in ALL for row in LANGUAGE_REACHED),
        *LANGUAGE_INVALID,
        ("icp2018", {"status": "upgrading", "invalid_words": ["75.00"]}, "U", "RM"),
    ],
)
def test_every_status_of_a_language_model_can_be_placed_and_lives_on(
    edition: str, values: dict[str, Any], phase: str, later: str
) -> None:
    world = make_world(edition)
    publish(world)
    model = place_language_model(world, OWNER, name="words", base_model_name=BASE, **values)
    found = world.find(LanguageModel, OWNER, model.id)
    assert (world.machine.phase(found).code, world.machine.phase(found).shown) == (
        phase, values.get("status", "available"),
    )  # fmt: skip
    finish(world)
    assert world.machine.phase(found).code == later
    assert model.versions[-1] == world.base_models[BASE].newest


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"status": "availabel"}, "status='availabel': no such status. Did you mean 'available'"),
        (
            {"base_model_name": "en-US"},
            "no such base model. Did you mean 'en-US_BroadbandModel' or 'en-US_NarrowbandModel'",
        ),
        ({"versions": []}, r"versions=\[\]: a model is built on some version of its base"),
        ({"versions": "v1"}, "versions='v1': .* Give a list"),
        ({"versions": [3]}, r"versions=\[3\]: .* Give a list"),
        ({"name": None}, "name=None: give a string"),
        (
            {"grammars": {"yesno": "#ABNF 1.0; $a = yes | no;"}},
            "^grammars, such as 'yesno': a model on en-US_BroadbandModel has none in this edition. Take another "
            "edition or base model: icp2018 has no grammars, and a large model has none.$",
        ),
        (
            {"status": "pending", "words": ["a"], "invalid_words": ["b"]},
            "^status='pending' with data of both kinds: once it is analysed, a model with some valid data is 'ready'.$",
        ),
        ({"base_model_name": 3}, "base_model_name=3: no such base model"),
        (
            {"invalid_words": ["75.00"], "invalid_corpora": ["c"]},
            r"status='available' with invalid_corpora=\['c'\], invalid_words=\['75.00'\]: no training takes",
        ),
        ({"status": "training", "invalid_corpora": ["c"]}, r"status='training' with invalid_corpora=\['c'\]: no train"),
    ],
)
def test_a_language_model_that_cannot_be_is_refused(values: dict[str, Any], message: str) -> None:
    world = make_world()
    with pytest.raises(StateError, match=message):
        place_language_model(world, OWNER, **{"name": "words", "base_model_name": BASE, **values})
    assert (list(world.all_models()), world.ids_given) == ([], 0)


def test_all_that_no_training_takes_is_named() -> None:
    given = {"invalid_corpora": ["one"], "invalid_grammars": ["two"], "invalid_words": ["three"]}
    said = (
        r"^status='training' with invalid_corpora=\['one'\], invalid_grammars=\['two'\], invalid_words=\['three'\]: no"
    )
    with pytest.raises(StateError, match=said):
        place_language_model(
            make_world("icp2020", knows_strict=False), OWNER,
            name="words", base_model_name=BASE, status="training", words=["IEEE"], **given,
        )  # fmt: skip


def test_a_dialect_that_the_base_model_lacks_is_refused_with_those_that_it_has() -> None:
    said = "^dialect='es': es-ES_BroadbandModel has no such dialect. All: es-ES, es-LA, es-US$"
    with pytest.raises(StateError, match=said):
        place_language_model(
            make_world("icp2020"), OWNER, name="words", base_model_name="es-ES_BroadbandModel", dialect="es"
        )


@pytest.mark.parametrize("given", [{"minutes_of_audio": "12"}, {"invalid_audio": "1"}])
def test_an_amount_that_is_no_number_is_refused(given: dict[str, Any]) -> None:
    with pytest.raises(StateError, match="give a number"):
        FakeSTT().acoustic_models.add(status="ready", **given)
