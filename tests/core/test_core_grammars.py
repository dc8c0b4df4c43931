"""Grammars without HTTP: what they share with corpora, the words of both, and what a model says of a broken one."""

from __future__ import annotations

from typing import Any

import pytest
from core_rig import OTHER_OWNER, OWNER, code, finish, make_world, objection, publish
from language_rig import add, added, fresh, place, table_of

from fakestt.core.language import commands
from fakestt.core.language.facts import Corpus, Grammar, LanguageModel
from fakestt.core.language.family import GRAMMAR
from fakestt.core.language.texts import delete_text, get_text, list_texts
from fakestt.core.refusals import Why
from fakestt.core.resources import Activity
from fakestt.core.snapshot import restore, snapshot
from fakestt.core.world import World
from fakestt.editions import EDITIONS
from fakestt.errors import StateError

WITH = [name for name, one in EDITIONS.items() if one.limits.knows_grammars]
CLOUD = ("cloud2025", "cp4d2025")
RULES = "#ABNF 1.0; $a = the IEEE | a NCAA IEEE;"
BROKEN = b"/some/path.abnf"


def grammar(world: World, model: LanguageModel, name: str, text: str | bytes = RULES, **more: Any) -> Any:
    return added(world, model, name, text, kind=Grammar, **more)


def test_these_editions_have_grammars() -> None:
    assert WITH == ["icp2020", "cloud2025", "cp4d2025"]


@pytest.mark.parametrize("edition", WITH)
def test_a_grammar_is_analysed_and_brings_its_new_words(edition: str) -> None:
    world = make_world(edition)
    model = fresh(world)
    one = add(world, model, "one", RULES, kind=Grammar)
    assert (code(world, model), one.new_words, dict(model.words)) == ("PB", 0, {})
    assert objection(grammar, world, model, "two") is Why.BUSY
    assert objection(add, world, model, "two") is Why.BUSY
    assert objection(delete_text, world, model, Grammar, "one") is Why.BUSY
    finish(world)
    assert (code(world, model), one.new_words, one.total_words) == ("R", 2, 5)
    assert table_of(model) == {"IEEE": (2, ["one"]), "NCAA": (1, ["one"])}
    assert [str(change).partition(": ")[2] for change in world.machine.history("grammar", f"{model.id}/one")] == [
        "(new) -> being_processed by addGrammar",
        "being_processed -> analyzed by analysis",
    ]
    commands.train(world, model)
    finish(world)
    assert code(world, model) == "A"


@pytest.mark.parametrize("edition", WITH)
def test_corpora_and_grammars_count_together_and_words_go_with_the_last_of_them(edition: str) -> None:
    world = make_world(edition)
    model = fresh(world)
    grammar(world, model, "rules")
    added(world, model, "text", "IEEE IEEE IEEE HHonors")
    commands.add_word(world, model, commands.Definition(word="NCAA"))
    assert table_of(model) == {
        "IEEE": (5, ["rules", "text"]), "NCAA": (1, ["rules", "user"]), "HHonors": (1, ["text"]),
    }  # fmt: skip
    listed = {
        of: [word.word for word in commands.list_words(world, model, of, "alphabetical")]
        for of in ("corpora", "grammars", "user")
    }
    assert listed == {"corpora": ["HHonors", "IEEE"], "grammars": ["IEEE", "NCAA"], "user": ["NCAA"]}
    delete_text(world, model, Corpus, "text")
    assert table_of(model) == {"IEEE": (2, ["rules"]), "NCAA": (1, ["rules", "user"])}
    delete_text(world, model, Grammar, "rules")
    assert table_of(model) == {"NCAA": (1, ["user"])}
    assert objection(get_text, world, model, Grammar, "rules") is Why.NO_SUCH_GRAMMAR


@pytest.mark.parametrize("edition", WITH)
def test_a_grammar_is_replaced_only_if_that_is_said_and_its_words_go_first(edition: str) -> None:
    world = make_world(edition)
    model = fresh(world)
    grammar(world, model, "one")
    grammar(world, model, "two", "#ABNF 1.0; $a = HHonors;")
    assert objection(grammar, world, model, "one") is Why.GRAMMAR_TAKEN
    add(world, model, "one", "#ABNF 1.0; $a = AB;", kind=Grammar, overwrite=True)
    assert list(model.words) == ["HHonors"]
    finish(world)
    assert table_of(model) == {"HHonors": (1, ["two"]), "AB": (1, ["one"])}
    assert [one.name for one in list_texts(world, model, Grammar)] == ["one", "two"]


@pytest.mark.parametrize("edition", WITH)
def test_a_corpus_and_a_grammar_of_one_name_are_impossible(edition: str) -> None:
    world = make_world(edition)
    model = fresh(world)
    added(world, model, "text")
    grammar(world, model, "rules")
    for overwrite in (False, True):
        assert objection(grammar, world, model, "text", overwrite=overwrite) is Why.NAME_OF_A_CORPUS
        assert objection(add, world, model, "rules", overwrite=overwrite) is Why.NAME_OF_A_GRAMMAR
    for name, why in (("user", Why.DATA_NAME_RESERVED), ("base_lm", Why.DATA_NAME_RESERVED)):
        assert objection(grammar, world, model, name) is why
    assert objection(grammar, world, model, "a" * 129) is Why.DATA_NAME_TOO_LONG


@pytest.mark.parametrize("edition", WITH)
def test_a_grammar_that_is_broken_is_told_by_the_model_and_its_status_is_not_affected(edition: str) -> None:
    world = make_world(edition)
    model = fresh(world)
    added(world, model, "text")
    commands.train(world, model)
    finish(world)
    one = grammar(world, model, "one", BROKEN)
    assert (one.valid, one.problem, one.new_words) == (False, "it does not begin with #ABNF 1.0;", 0)
    assert (code(world, model), model.failed, model.trouble) == ("RM", False, "Cannot compile grammar")
    assert world.machine.history("language model", model.id)[-1].why == "Cannot compile grammar"
    state = snapshot(world)
    cures = {
        "overwritten": lambda: grammar(world, model, "one", overwrite=True),
        "deleted": lambda: delete_text(world, model, Grammar, "one"),
        "reset": lambda: commands.reset(world, model),
        "trained": lambda: commands.train(world, model, strict=False),
    }
    for cure in cures.values():
        restore(world, state)
        model = world.find(LanguageModel, OWNER, model.id)
        cure()
        assert model.trouble is None
    restore(world, state)
    model = world.find(LanguageModel, OWNER, model.id)
    commands.add_word(world, model, commands.Definition(word="AB"))
    grammar(world, model, "two")
    delete_text(world, model, Grammar, "two")
    assert model.trouble == "Cannot compile grammar"
    assert objection(commands.train, world, model) is Why.INVALID_DATA
    assert (code(world, model), model.trouble) == ("F", "Cannot compile grammar")


@pytest.mark.parametrize("edition", WITH)
def test_a_training_that_leaves_a_grammar_out_says_so(edition: str) -> None:
    world = make_world(edition)
    model = place(
        world,
        status="ready",
        corpora={"one": "text"},
        invalid_corpora=["two"],
        grammars={"three": RULES},
        invalid_grammars=["four", "five"],
    )
    assert commands.train(world, model, strict=False) == (["two"], ["four", "five"], [])


@pytest.mark.parametrize("edition", CLOUD)
def test_the_next_generation_takes_no_words_from_grammars_and_a_large_model_no_grammar(edition: str) -> None:
    world = make_world(edition)
    model = fresh(world, "en-US_Telephony")
    assert (grammar(world, model, "one").new_words, dict(model.words), code(world, model)) == (0, {}, "R")
    large = fresh(world, "en-US")
    assert objection(grammar, world, large, "one") is Why.NO_GRAMMARS
    assert list_texts(world, large, Grammar) == []
    added(world, large, "one")
    assert objection(grammar, world, large, "one") is Why.NO_GRAMMARS


def test_limits_are_about_corpora_and_grammars_together() -> None:
    world = make_world("icp2020", max_total_words=5, max_new_words=2)
    model = fresh(world)
    assert added(world, model, "text", "IEEE").valid
    assert grammar(world, model, "rules").problem == "the model would have 6 words; at most 5 are allowed"
    assert grammar(world, model, "more", "#ABNF 1.0; $a = XQZ QXZ;").problem == (
        "the model would have more than 2 words that its base does not know"
    )
    assert grammar(world, model, "fits", "#ABNF 1.0; $a = XQZ IEEE;").valid
    assert table_of(model) == {"IEEE": (2, ["text", "fits"]), "XQZ": (1, ["fits"])}
    assert added(world, model, "long", "a b c").problem == "the model would have 6 words; at most 5 are allowed"


@pytest.mark.parametrize("edition", WITH)
def test_labelled_grammars_of_an_owner_go_whatever_the_models_do(edition: str) -> None:
    world = make_world(edition)
    idle, busy, foreign = fresh(world), fresh(world), fresh(world, owner=OTHER_OWNER)
    for model in (idle, busy, foreign):
        grammar(world, model, "one", customer_id="kim")
        grammar(world, model, "two", BROKEN)
        grammar(world, model, "broken", BROKEN, customer_id="kim")
    commands.train(world, busy, strict=False)
    commands.delete_user_data(world, OWNER, "kim")
    assert [list(model.grammars) for model in (idle, busy, foreign)] == [["two"], ["two"], ["one", "two", "broken"]]
    assert [code(world, model) for model in (idle, busy, foreign)] == ["PI", "T", "RM"]
    assert [len(model.words) for model in (idle, busy, foreign)] == [0, 0, 2]


@pytest.mark.parametrize("edition", WITH)
def test_a_reset_takes_grammars_and_a_deletion_too(edition: str) -> None:
    world = make_world(edition)
    model = fresh(world)
    grammar(world, model, "one")
    commands.reset(world, model)
    assert (code(world, model), dict(model.grammars), dict(model.words)) == ("P0", {}, {})
    assert str(world.machine.history("grammar", f"{model.id}/one")[-1]).endswith("(gone) by resetLanguageModel")
    grammar(world, model, "one")
    commands.delete_language_model(world, model)
    assert str(world.machine.history("grammar", f"{model.id}/one")[-1]).endswith("(gone) by deleteLanguageModel")


@pytest.mark.parametrize("edition", WITH)
def test_a_grammar_alone_is_data_to_train_on_and_to_upgrade(edition: str) -> None:
    world = make_world(edition)
    model = place(world, status="ready", grammars={"one": RULES})
    publish(world)
    commands.upgrade(world, model)
    finish(world)
    assert (code(world, model), len(model.versions)) == ("R", 2)


def test_a_script_can_end_an_analysis_badly() -> None:
    world = make_world("icp2020")
    model = fresh(world)
    one = grammar(world, model, "one")
    GRAMMAR.spoil[Activity.ANALYSIS](one, "the script says so")
    assert (one.valid, one.problem, one.new_words, model.uncompiled) == (False, "the script says so", 0, "one")


@pytest.mark.parametrize("edition", WITH)
@pytest.mark.parametrize(
    ("values", "phase", "later", "error"),
    [
        ({"status": "pending", "grammars": {"one": RULES}}, "PB", "R", None),
        ({"status": "pending", "grammars": {"one": RULES}, "corpora": {"two": "IEEE"}}, "PB", "R", None),
        ({"status": "pending", "invalid_grammars": ["two"]}, "PI", "PI", "Cannot compile grammar"),
        ({"status": "ready", "grammars": {"one": RULES}, "invalid_grammars": ["two"]}, "RM", "RM",
         "Cannot compile grammar"),
        ({"status": "failed", "grammars": {"one": RULES}}, "F", "F", "training failed"),
        ({"status": "training", "grammars": {"one": RULES}, "invalid_grammars": ["two"]}, "T", "A", None),
        ({"grammars": {"one": RULES}}, "A", "A", None),
        ({"grammars": {"one": '<grammar><rule id="a">the IEEE</rule></grammar>'}, "words": ["IEEE"]}, "A", "A", None),
    ],
)  # fmt: skip
def test_grammars_are_put_there_by_hand(
    edition: str, values: dict[str, Any], phase: str, later: str, error: str | None
) -> None:
    world = make_world(edition)
    model = place(world, **values)
    assert (code(world, model), model.trouble) == (phase, error)
    state = snapshot(world)
    restore(world, state)
    assert snapshot(world) == state
    model = world.find(LanguageModel, OWNER, model.id)
    finish(world)
    assert (code(world, model), "IEEE" in model.words) == (later, "grammars" in values)


@pytest.mark.parametrize(
    ("edition", "values", "message"),
    [
        ("icp2020", {"grammars": ["one"]}, r"grammars=\['one'\]: give names with their texts, such as {'yesno'"),
        ("icp2020", {"grammars": {"one": "x"}}, "grammars: 'one' is no grammar: it does not begin with #ABNF 1.0;"),
        ("icp2020", {"grammars": {"one": "\ud800"}}, "grammars: 'one' is no grammar: it is not UTF-8. Name it among"),
        ("icp2020", {"invalid_grammars": "one"}, "invalid_grammars='one': give a list of them"),
        ("icp2020", {"grammars": {"one": RULES}, "invalid_grammars": ["one"]}, "'one' is in both"),
        ("icp2020", {"grammars": {"one": RULES}, "corpora": {"one": "IEEE"}}, "'one' is a corpus and a grammar: a"),
        ("icp2020", {"invalid_corpora": ["two"], "invalid_grammars": ["two"]}, "'two' is a corpus and a grammar"),
        ("icp2020", {"status": "pending", "grammars": {"a": RULES}, "invalid_words": ["b"]}, "data of both kinds"),
        ("icp2018", {"grammars": {"one": RULES}}, "grammars, such as 'one': a model on en-US_BroadbandModel has none"),
        ("cloud2025", {"base_model_name": "en-US", "invalid_grammars": ["one"]}, "a model on en-US has none in this"),
    ],
)  # fmt: skip
def test_what_is_impossible_is_not_put_there(edition: str, values: dict[str, Any], message: str) -> None:
    world = make_world(edition)
    with pytest.raises(StateError, match=message):
        place(world, **values)
    assert list(world.all_models()) == []
