"""Language models without HTTP: their table, what their activities do, and the rules of their bases."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from core_rig import (
    ALL,
    BASE,
    CLOUD,
    ICP,
    NEWER,
    OTHER_OWNER,
    OWNER,
    Steered,
    code,
    finish,
    make_world,
    objection,
    publish,
    wait,
)
from language_rig import PUT, SHARED_KNOBS, added, fresh, improve, place, reach_language
from language_rig import add as add_text

from fakestt.contract.cells import cell_of
from fakestt.contract.operations import OPERATIONS, commands_in
from fakestt.core.choices import Choices
from fakestt.core.language import commands
from fakestt.core.language.facts import Corpus, Grammar, LanguageModel, Text, Word, Words
from fakestt.core.language.family import LANGUAGE
from fakestt.core.language.phases import LanguageCommand
from fakestt.core.language.texts import delete_text
from fakestt.core.language.words import Definition
from fakestt.core.phases import ModelPhase
from fakestt.core.refusals import Why
from fakestt.core.resources import Activity
from fakestt.core.snapshot import restore, snapshot
from fakestt.editions import EDITIONS
from fakestt.errors import StateError

LIMITS = {edition: EDITIONS[edition].limits for edition in ALL}


# The table


@pytest.mark.parametrize("edition", ALL)
@pytest.mark.parametrize("column", PUT)
def test_a_model_meets_what_its_cells_say_and_nothing_else(edition: str, column: str) -> None:
    # Each way to say it: without and with `force` or `strict`, and with a newer version of the base.
    tries: list[tuple[LanguageCommand, Any, dict[str, bool], bool]] = [
        (LanguageCommand.TRAIN, commands.train, {}, False),
        (LanguageCommand.RESET, commands.reset, {}, False),
        (LanguageCommand.DELETE, commands.delete_language_model, {}, False),
        (LanguageCommand.GET, commands.get_language_model, {}, False),
        *((LanguageCommand.UPGRADE, commands.upgrade, {}, newer) for newer in (False, True)),
    ]
    if LIMITS[edition].knows_strict:
        tries.append((LanguageCommand.TRAIN, commands.train, {"strict": False}, False))
    if LIMITS[edition].knows_force_of_language_models:
        tries.append((LanguageCommand.TRAIN, commands.train, {"force": True}, False))
    met: dict[LanguageCommand, set[Why | None]] = {}
    for command, act, more, newer in tries:
        world = make_world(edition)
        model = reach_language(world, column)
        if newer:
            publish(world, "v2100")
        met.setdefault(command, set()).add(objection(act, world, model, **more))
    phase = next(one for one in ModelPhase if one.code == column)
    for command, whys in met.items():
        cell = cell_of(LANGUAGE, command, phase, LIMITS[edition])
        assert (None in whys) is cell.allowed, (command, whys, cell)
        assert whys - {None} <= set(cell.whys), (command, whys, cell)


@pytest.mark.parametrize("edition", ALL)
def test_what_a_cell_may_refuse_is_among_the_refusals_of_its_operation(edition: str) -> None:
    met = set()
    for command in commands_in(LIMITS[edition], LANGUAGE):
        for phase in ModelPhase:
            whys = cell_of(LANGUAGE, command, phase, LIMITS[edition]).whys
            assert set(whys) <= set(OPERATIONS[command.value].refusals), (command, phase)
            met |= set(whys)
    expected = {Why.BUSY, Why.UNMODIFIED, Why.NO_INPUT_DATA, Why.INVALID_DATA, Why.UP_TO_DATE, Why.NOT_UPGRADABLE}
    expected.add(Why.CORPUS_TAKEN)
    if LIMITS[edition].knows_grammars:
        expected |= {Why.GRAMMAR_TAKEN, Why.NAME_OF_A_CORPUS, Why.NAME_OF_A_GRAMMAR}
    assert met == expected | ({Why.UPGRADES_BY_TRAINING, Why.NO_GRAMMARS} if edition in CLOUD else set())


def test_a_change_names_the_command_and_the_instant() -> None:
    world = make_world("icp2020")
    model = fresh(world)
    steps: list[tuple[str, Callable[[], object]]] = [
        ("createLanguageModel", lambda: None),
        ("addCorpus", lambda: add_text(world, model, "one")),
        ("deleteCorpus", lambda: delete_text(world, model, Corpus, "one")),
        (
            "addGrammar",
            lambda: add_text(world, model, "two", "#ABNF 1.0; $a = IEEE;", kind=Grammar, customer_id="jane"),
        ),
        ("deleteUserData", lambda: commands.delete_user_data(world, OWNER, "jane")),
        ("addWord", lambda: commands.add_word(world, model, Definition(word="IEEE"))),
        ("deleteWord", lambda: commands.delete_word(world, model, "IEEE")),
        ("addWords", lambda: commands.add_words(world, model, [Definition(word="IEEE")])),
        ("trainLanguageModel", lambda: commands.train(world, model)),
        ("resetLanguageModel", lambda: commands.reset(world, model)),
        ("deleteLanguageModel", lambda: commands.delete_language_model(world, model)),
    ]
    for command, act in steps:
        act()
        changes = world.machine.take_changes()
        assert changes
        assert {(change.cause, change.at_s) for change in changes} == {(command, world.now_s)}
        finish(world)
        wait(world, 60)
        world.machine.take_changes()


# Training


@pytest.mark.parametrize("edition", ALL)
def test_a_model_without_a_change_since_its_training_is_refused_and_stays_available(edition: str) -> None:
    world = make_world(edition)
    model = reach_language(world, "A")
    before = snapshot(world)
    assert objection(commands.train, world, model) is Why.UNMODIFIED
    assert snapshot(world) == before


@pytest.mark.parametrize("edition", ALL)
def test_a_training_that_leaves_data_out_says_which(edition: str) -> None:
    world = make_world(edition)
    model = place(world, status="ready", invalid_words=["bad"], corpora={"one": "text"}, invalid_corpora=["two"])
    assert commands.train(world, model, strict=False) == (["two"], [], ["bad"])
    finish(world)
    assert (code(world, model), model.trained, model.modified) == ("A", True, False)


@pytest.mark.parametrize("edition", ALL)
def test_a_failed_training_has_an_error_and_can_be_tried_again(edition: str) -> None:
    world = make_world(edition, choices=Steered("training"))
    model = reach_language(world, "R")
    commands.train(world, model)
    finish(world)
    assert (code(world, model), model.error) == ("F", "training failed")
    world.machine.choices = Choices()
    commands.train(world, model)
    assert (code(world, model), model.error) == ("T", None)
    finish(world)
    assert code(world, model) == "A"


@pytest.mark.parametrize("edition", CLOUD)
@pytest.mark.parametrize("newer", [False, True])
def test_a_training_moves_a_model_on_an_improved_base_to_the_newest_version(edition: str, newer: bool) -> None:
    world = make_world(edition)
    improve(world)
    model = reach_language(world, "R")
    old = model.versions[-1]
    if newer:
        publish(world)
    commands.train(world, model)
    assert (code(world, model), model.versions) == ("T", [old])
    finish(world)
    assert (code(world, model), model.versions) == ("A", [old, NEWER] if newer else [old])


@pytest.mark.parametrize("edition", CLOUD)
def test_a_failed_training_moves_nothing(edition: str) -> None:
    world = make_world(edition, choices=Steered("training"))
    improve(world)
    model = reach_language(world, "R")
    publish(world)
    commands.train(world, model)
    finish(world)
    assert (code(world, model), len(model.versions), model.upgrading_to) == ("F", 1, None)


@pytest.mark.parametrize("edition", CLOUD)
@pytest.mark.parametrize("column", ["P0", "PI", "R", "RM", "A", "F"])
def test_a_model_on_an_improved_base_is_not_upgraded_by_a_request(edition: str, column: str) -> None:
    world = make_world(edition)
    improve(world)
    model = reach_language(world, column)
    publish(world)
    assert objection(commands.upgrade, world, model) is Why.UPGRADES_BY_TRAINING
    assert code(world, model) == column


# Upgrading


@pytest.mark.parametrize("edition", ALL)
@pytest.mark.parametrize("column", ["R", "RM", "A"])
def test_an_upgrade_ends_in_the_phase_before_it(edition: str, column: str) -> None:
    world = make_world(edition)
    model = reach_language(world, column)
    publish(world)
    commands.upgrade(world, model)
    assert code(world, model) == "U"
    publish(world, "later")  # while it goes on
    finish(world)
    assert (code(world, model), model.versions[1:]) == (column, [NEWER])


def test_a_failed_upgrade_leaves_the_model_failed_on_its_version() -> None:
    world = make_world(choices=Steered("upgrade"))
    model = reach_language(world, "A")
    publish(world)
    commands.upgrade(world, model)
    finish(world)
    assert (code(world, model), model.error, len(model.versions)) == ("F", "upgrade failed", 1)


# Words


def test_a_bad_word_that_is_removed_is_bad_no_more() -> None:
    words = Words([Word(word="a", errors={"4": "numbers"}), Word(word="b")])
    words.remove("a")
    assert (list(words), list(words.bad)) == (["b"], [])


def test_a_model_can_be_trained_on_a_corpus_without_a_new_word() -> None:
    world = make_world()
    model = fresh(world)
    add_text(world, model, "one", "a text")
    finish(world)
    assert (len(model.words), objection(commands.train, world, model)) == (0, None)


def test_words_keep_their_order_and_know_their_bad_ones() -> None:
    words = Words([Word(word="b"), Word(word="a", errors={"4": "numbers"})])
    assert (list(words), list(words.bad), len(words), words["b"].problem) == (["b", "a"], ["a"], 2, None)
    words.put(Word(word="b", errors={"b": "too long"}))
    words.put(Word(word="a"))
    assert (list(words), list(words.bad)) == (["b", "a"], ["b"])
    words.clear()
    assert (list(words), list(words.bad), "a" in words) == ([], [], False)


@pytest.mark.parametrize("edition", ALL)
def test_words_are_validated_and_then_the_model_is_ready(edition: str) -> None:
    world = make_world(edition)
    model = place(world, status="pending", words=["one", "two"])
    assert (code(world, model), model.checking) == ("PB", ["one", "two"])
    wait(world, 2.0)
    assert code(world, model) == "PB"
    wait(world, 0.1)
    assert (code(world, model), model.checking, list(model.words)) == ("R", [], ["one", "two"])


def test_a_validation_can_be_spoiled() -> None:
    world = make_world()
    model = place(world, status="pending", words=["one", "two"])
    LANGUAGE.spoil[Activity.ANALYSIS](model, "numbers")
    assert [word.problem for word in model.words.values()] == ["numbers", "numbers"]
    finish(world)
    assert code(world, model) == "PI"


# Creating and resetting


@pytest.mark.parametrize("edition", ALL)
def test_a_reset_model_is_as_it_was_created(edition: str) -> None:
    world = make_world(edition)
    fresh = commands.create_language_model(world, OWNER, name="new", base_model_name=BASE, description="so")
    model = place(world, status="failed", name="new", description="so", error="engine stopped")
    commands.reset(world, model)
    facts = [snapshot(world)["models"][at] for at in (0, 1)]
    for one in facts:
        one.pop("id")
    assert facts[0] == facts[1]
    assert (code(world, fresh), code(world, model)) == ("P0", "P0")


@pytest.mark.parametrize(
    ("edition", "base", "asked", "given"),
    [
        ("icp2018", BASE, None, "en-US"),
        ("icp2018", BASE, "en-us", "en-US"),
        ("icp2018", BASE, "en-GB", None),
        ("icp2020", "es-ES_BroadbandModel", None, "es-ES"),
        ("icp2020", "es-ES_BroadbandModel", "es-LA", "es-LA"),
        ("icp2020", "es-ES_BroadbandModel", "ES-us", "es-US"),
        ("cloud2025", "es-ES_BroadbandModel", "es-LA", None),
        ("cloud2025", "es-AR_BroadbandModel", None, "es-LA"),
        ("cloud2025", "es-AR_BroadbandModel", "es-AR", None),
        ("cp4d2025", "es-MX_BroadbandModel", "es-us", "es-US"),
        ("cloud2025", "es-LA_Telephony", "es-LA", "es-LA"),
        ("cloud2025", "es-MX", None, "es-US"),
    ],
)
def test_a_dialect_is_one_of_the_base_s(edition: str, base: str, asked: str | None, given: str | None) -> None:
    world = make_world(edition)
    values = {"name": "n", "base_model_name": base, "dialect": asked}
    if given is None:
        assert objection(commands.create_language_model, world, OWNER, **values) is Why.WRONG_DIALECT
        with pytest.raises(StateError, match=f"dialect='{asked}': {base} has no such dialect"):
            place(world, base=base, dialect=asked)
        assert list(world.all_models()) == []
        return
    assert commands.create_language_model(world, OWNER, **values).dialect == given  # type: ignore[arg-type]
    assert place(world, base=base, dialect=asked).dialect == given


@pytest.mark.parametrize("edition", ALL)
def test_each_kind_of_model_has_its_own_names_numbers_and_owners(edition: str) -> None:
    world = make_world(edition, max_models=1)
    commands.create_language_model(world, OWNER, name="n", base_model_name=BASE)
    make = commands.create_language_model
    assert objection(make, world, OWNER, name="n", base_model_name=BASE) is Why.TOO_MANY_MODELS
    assert objection(make, world, OTHER_OWNER, name="n", base_model_name=BASE) is None
    assert objection(make, world, OTHER_OWNER, name="n", base_model_name="x") is Why.UNKNOWN_BASE_MODEL


@pytest.mark.parametrize("edition", CLOUD)
def test_a_base_model_without_language_customization_takes_none(edition: str) -> None:
    world = make_world(edition)
    base = "zh-CN_BroadbandModel"
    why = objection(commands.create_language_model, world, OWNER, name="n", base_model_name=base)
    assert why is Why.NOT_CUSTOMIZABLE


# What is shared with acoustic models


@pytest.mark.parametrize("name", SHARED_KNOBS)
def test_a_knob_of_both_kinds_turns_what_it_says(name: str) -> None:
    look, one, gives, other, gives_then = SHARED_KNOBS[name]
    assert look(make_world("icp2018", **{name: one})) == gives
    assert look(make_world("icp2018", **{name: other})) == gives_then


@pytest.mark.parametrize("edition", ALL)
@pytest.mark.parametrize("column", PUT)
def test_a_snapshot_of_a_model_in_any_phase_has_the_same_future(edition: str, column: str) -> None:
    world = make_world(edition)
    model = reach_language(world, column)
    state = json.loads(json.dumps(snapshot(world)))
    copied = make_world(edition)
    restore(copied, state)
    twin = copied.find(LanguageModel, OWNER, model.id)
    assert (list(twin.words.values()), list(twin.words.bad), code(copied, twin)) == (
        list(model.words.values()), list(model.words.bad), column,
    )  # fmt: skip
    finish(world)
    finish(copied)
    assert snapshot(copied) == snapshot(world)


def test_only_later_editions_know_what_force_and_strict_are() -> None:
    assert [LIMITS[edition].knows_force_of_language_models for edition in ALL] == [False, False, True, False]
    assert {edition for edition in ALL if LIMITS[edition].training_upgrades_improved_models} == set(ALL) - set(ICP)


@pytest.mark.parametrize("kind", [Corpus, Grammar])
def test_whoever_chooses_may_have_a_text_found_invalid(kind: type[Text]) -> None:
    world = make_world("cloud2025", choices=Steered("analysis"))
    model = fresh(world)
    text = added(world, model, "one", "#ABNF 1.0; $a = some IEEE text;", kind=kind)
    assert (text.valid, text.trouble) == (False, "the analysis found it invalid")
    assert code(world, model) == "PI"


def test_whoever_chooses_may_have_words_found_invalid() -> None:
    world = make_world(choices=Steered("analysis"))
    model = fresh(world)
    commands.add_words(world, model, [Definition(word="IEEE"), Definition(word="NCAA")])
    finish(world)
    assert {word.problem for word in model.words.values()} == {"the analysis found it invalid"}
    assert code(world, model) == "PI"


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"words": "HHonors"}, "words='HHonors': give a list of them"),
        ({"words": 3}, "words=3: give a list of them"),
        ({"words": [3]}, r"words=\[3\]: give a list of them"),
        ({"invalid_words": None}, "invalid_words=None: give a list of them"),
        ({"corpora": ["one"]}, r"corpora=\['one'\]: give names with their texts"),
        ({"corpora": {"one": 1}}, r"corpora={'one': 1}: give names with their texts"),
        ({"corpora": {"one": " "}}, "corpora: 'one' is no text: it holds no word. Name it among invalid_corpora"),
        ({"corpora": {"one": "\ud800"}}, "corpora: 'one' is no text: it is not UTF-8"),
        ({"invalid_corpora": "one"}, "invalid_corpora='one': give a list of them"),
        ({"corpora": {"one": "x"}, "invalid_corpora": ["one"]}, "'one' is in both"),
        ({"status": "pending", "corpora": {"a": "b"}, "invalid_words": ["b"]}, "status='pending' with data of both"),
        ({"words": ["a"], "invalid_words": ["a"]}, "'a' is in both"),
        ({"status": "ready", "words": []}, "status='ready' without valid data"),
        ({"status": "pending", "words": ["a"], "invalid_words": ["b"]}, "status='pending' with data of both kinds"),
        ({"status": "pending", "words": ["a"], "invalid_words": ["b"], "invalid_corpora": ["c"]}, "data of both kinds"),
        ({"status": "upgrading"}, "status='upgrading': .* Publish a newer one first"),
        ({"dialect": 3}, "dialect=3: en-US_BroadbandModel has no such dialect. All: en-US"),
    ],
)
def test_a_language_model_that_cannot_be_is_refused(values: dict[str, Any], message: str) -> None:
    world = make_world()
    with pytest.raises(StateError, match=message):
        place(world, **values)
    assert (list(world.all_models()), world.ids_given) == ([], 0)
