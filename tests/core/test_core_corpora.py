"""Corpora without HTTP: their analysis, the words that they bring and take along, and what stops them."""

from __future__ import annotations

from typing import Any

import pytest
from core_rig import ALL, BASE, CLOUD, OTHER_OWNER, OWNER, code, finish, make_world, objection, wait
from language_rig import add, added, fresh, place, reach_language, table_of

from fakestt.core.language import commands
from fakestt.core.language.facts import Corpus, Word
from fakestt.core.language.family import CORPUS
from fakestt.core.language.texts import delete_text, get_text, list_texts
from fakestt.core.refusals import Why
from fakestt.core.resources import Activity
from fakestt.core.snapshot import snapshot


@pytest.mark.parametrize("edition", ALL)
def test_a_corpus_is_analysed_and_brings_its_new_words(edition: str) -> None:
    world = make_world(edition)
    model = fresh(world)
    corpus = add(world, model, "one", "IEEE and NCAA, IEEE (XXX) 75.00 Watson")
    assert (code(world, model), corpus.total_words, corpus.new_words, dict(model.words)) == ("PB", 0, 0, {})
    wait(world, 10.0)
    assert code(world, model) == "PB"
    finish(world)
    assert (code(world, model), corpus.total_words, corpus.new_words) == ("R", 7, 2)
    assert table_of(model) == {"IEEE": (2, ["one"]), "NCAA": (1, ["one"])}
    assert corpus.facts.words == {"IEEE": 2, "NCAA": 1}


@pytest.mark.parametrize("edition", ALL)
def test_what_is_no_text_is_undetermined_and_can_be_put_right(edition: str) -> None:
    world = make_world(edition)
    model = fresh(world)
    corpus = added(world, model, "one", b"\xff")
    assert (code(world, model), corpus.valid, corpus.problem) == ("PI", False, "it is not UTF-8")
    assert (corpus.total_words, corpus.new_words) == (0, 0)
    added(world, model, "one", "good", overwrite=True)
    assert code(world, model) == "R"


@pytest.mark.parametrize("edition", ALL)
@pytest.mark.parametrize("column", ["PB", "T", "U"])
def test_the_lock_is_on_the_model(edition: str, column: str) -> None:
    world = make_world(edition)
    model = reach_language(world, column)
    assert objection(add, world, model, "one") is Why.BUSY
    assert objection(delete_text, world, model, Corpus, "one") is Why.BUSY
    assert list_texts(world, model, Corpus) == []


@pytest.mark.parametrize("edition", ALL)
def test_while_one_corpus_is_analysed_all_else_is_locked(edition: str) -> None:
    world = make_world(edition)
    model = fresh(world)
    added(world, model, "one")
    add(world, model, "two")
    for act in (commands.train, commands.reset, commands.upgrade, commands.delete_language_model):
        assert objection(act, world, model) is Why.BUSY
    assert objection(add, world, model, "three") is Why.BUSY
    assert objection(add, world, model, "two", overwrite=True) is Why.BUSY
    for name in ("one", "two", "nothing"):
        assert objection(delete_text, world, model, Corpus, name) is Why.BUSY
    assert [corpus.name for corpus in list_texts(world, model, Corpus)] == ["one", "two"]
    assert get_text(world, model, Corpus, "two").valid is None


@pytest.mark.parametrize("edition", ALL)
def test_a_corpus_that_is_there_is_not_replaced_unless_that_is_said(edition: str) -> None:
    world = make_world(edition)
    model = fresh(world)
    added(world, model, "one", "IEEE NCAA")
    assert objection(add, world, model, "one", "HHonors") is Why.CORPUS_TAKEN
    assert table_of(model) == {"IEEE": (1, ["one"]), "NCAA": (1, ["one"])}
    add(world, model, "one", "NCAA NCAA HHonors", overwrite=True)
    assert table_of(model) == {}  # its words go first
    finish(world)
    assert table_of(model) == {"NCAA": (2, ["one"]), "HHonors": (1, ["one"])}
    assert [str(change).partition(": ")[2] for change in world.machine.history("corpus", f"{model.id}/one")] == [
        "(new) -> being_processed by addCorpus",
        "being_processed -> analyzed by analysis",
        "analyzed -> (gone) by addCorpus",
        "(new) -> being_processed by addCorpus",
        "being_processed -> analyzed by analysis",
    ]


# The words of a corpus that goes


@pytest.mark.parametrize("edition", ALL)
def test_words_go_with_their_last_corpus_unless_the_user_has_touched_them(edition: str) -> None:
    world = make_world(edition)
    model = fresh(world)
    for name, text in (("one", "IEEE NCAA HHonors IBM"), ("two", "IEEE IEEE"), ("three", "IEEE")):
        added(world, model, name, text)
    model.words.put(Word(word="NCAA", found_in={"one": 1}, by_user=True))
    model.words.put(Word(word="IBM", found_in={"one": 1}, by_user=True, user_first=True))
    assert table_of(model) == {
        "IEEE": (4, ["one", "two", "three"]), "NCAA": (1, ["one", "user"]), "HHonors": (1, ["one"]),
        "IBM": (2, ["one", "user"]),
    }  # fmt: skip
    delete_text(world, model, Corpus, "one")
    assert table_of(model) == {"IEEE": (3, ["two", "three"]), "NCAA": (1, ["user"]), "IBM": (1, ["user"])}
    delete_text(world, model, Corpus, "two")
    delete_text(world, model, Corpus, "three")
    assert table_of(model) == {"NCAA": (1, ["user"]), "IBM": (1, ["user"])}
    assert code(world, model) == "R"


@pytest.mark.parametrize("edition", ALL)
def test_deleting_the_last_data_of_a_trained_model_leaves_it_pending(edition: str) -> None:
    world = make_world(edition)
    model = fresh(world)
    added(world, model, "one")
    commands.train(world, model)
    finish(world)
    assert code(world, model) == "A"
    delete_text(world, model, Corpus, "one")
    assert (code(world, model), model.trained) == ("P0", True)
    assert objection(commands.train, world, model) is Why.NO_INPUT_DATA


def test_a_missing_corpus_is_missing() -> None:
    world = make_world()
    model = fresh(world)
    for act in (get_text, delete_text):
        assert objection(act, world, model, Corpus, "one") is Why.NO_SUCH_CORPUS


# Generations of base models


@pytest.mark.parametrize("edition", CLOUD)
@pytest.mark.parametrize(
    ("base", "new", "words"),
    [("en-US_BroadbandModel", 1, ["IEEE"]), ("fr-CA_Telephony", 0, []), ("en-US_Multimedia", 0, []), ("en-US", 1, [])],
)
def test_later_generations_take_no_words_from_corpora(edition: str, base: str, new: int, words: list[str]) -> None:
    world = make_world(edition)
    model = fresh(world, base)
    corpus = added(world, model, "one", "an IEEE text")
    assert (code(world, model), corpus.total_words, corpus.new_words, list(model.words)) == ("R", 3, new, words)
    delete_text(world, model, Corpus, "one")
    assert code(world, model) == "P0"


def test_a_large_model_has_no_limit_of_new_words() -> None:
    world = make_world("cloud2025", max_new_words=1)
    model = fresh(world, "en-US")
    assert added(world, model, "one", "IEEE NCAA IBM").valid
    assert not added(world, fresh(world), "one", "IEEE NCAA IBM").valid


def test_a_test_may_say_which_words_are_known() -> None:
    world = make_world()
    base = world.base_models[BASE]
    base.vocabulary |= {"IEEE": True, "drums": False}
    model = fresh(world)
    added(world, model, "one", "IEEE drums NCAA sticks")
    assert list(model.words) == ["drums", "NCAA"]
    assert make_world().base_models[BASE].vocabulary == {}


def test_a_text_of_too_many_different_words_is_too_much_for_a_model() -> None:
    world = make_world()
    model = fresh(world)
    corpus = add(world, model, "one", "IEEE")
    corpus.facts.overflows = True
    finish(world)
    assert corpus.problem == "the model would have more than 30000 words that its base does not know"
    assert corpus.facts.words == {}


# Labels, resets, spoiling, snapshots


@pytest.mark.parametrize("edition", ALL)
def test_labelled_corpora_of_an_owner_go_whatever_the_models_do(edition: str) -> None:
    world = make_world(edition)
    idle, busy, foreign = fresh(world), fresh(world), fresh(world, owner=OTHER_OWNER)
    for model in (idle, busy, foreign):
        added(world, model, "one", "IEEE", customer_id="jane")
        added(world, model, "two", "NCAA", customer_id="kim")
    add(world, busy, "three", customer_id="jane")
    commands.delete_user_data(world, OWNER, "jane")
    assert [list(model.corpora) for model in (idle, busy, foreign)] == [["two"], ["two"], ["one", "two"]]
    assert [code(world, model) for model in (idle, busy)] == ["R", "R"]
    assert list(idle.words) == ["NCAA"]
    assert world.machine.changes[-1].cause == "deleteUserData"
    before = snapshot(world)
    commands.delete_user_data(world, OWNER, "nobody")
    assert snapshot(world) == before


@pytest.mark.parametrize("edition", ALL)
def test_a_reset_takes_corpora_and_words(edition: str) -> None:
    world = make_world(edition)
    model = fresh(world)
    added(world, model, "one")
    commands.reset(world, model)
    assert (code(world, model), dict(model.corpora), dict(model.words)) == ("P0", {}, {})
    assert str(world.machine.history("corpus", f"{model.id}/one")[-1]).endswith("(gone) by resetLanguageModel")


def test_an_analysis_can_be_spoiled() -> None:
    world = make_world()
    model = fresh(world)
    corpus = added(world, model, "one")
    CORPUS.spoil[Activity.ANALYSIS](corpus, "the script says so")
    assert (corpus.valid, corpus.problem, corpus.new_words, code(world, model)) == (
        False, "the script says so", 0, "RM",
    )  # fmt: skip
    assert corpus.facts.words == {}


@pytest.mark.parametrize(
    ("values", "phase", "later"),
    [
        ({"status": "pending", "corpora": {"one": "IEEE"}}, "PB", "R"),
        ({"status": "pending", "corpora": {"one": "IEEE"}, "words": ["IBM"]}, "PB", "R"),
        ({"status": "pending", "invalid_corpora": ["two"]}, "PI", "PI"),
        ({"status": "ready", "corpora": {"one": "IEEE"}, "invalid_corpora": ["two"]}, "RM", "RM"),
        ({"status": "training", "corpora": {"one": "IEEE"}}, "T", "A"),
        ({"corpora": {"one": "IEEE"}, "words": ["IEEE"]}, "A", "A"),
    ],
)
def test_corpora_are_put_there_by_hand(values: dict[str, Any], phase: str, later: str) -> None:
    world = make_world()
    model = place(world, **values)
    assert code(world, model) == phase
    finish(world)
    assert code(world, model) == later
    expected = {"IEEE": (1, ["one"])} if "corpora" in values else {}
    if "words" in values:
        expected = {"IBM": (1, ["user"]), **expected} if "IBM" in values["words"] else {"IEEE": (2, ["one", "user"])}
    assert table_of(model) == expected
