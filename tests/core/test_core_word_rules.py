"""Words without HTTP: what a definition is stored as, its errors, counts, sources and orders."""

from __future__ import annotations

from typing import Any

import pytest
from core_rig import ALL, CLOUD, OWNER, finish, make_world, objection
from language_rig import added, fresh, place

from fakestt.core.language import commands
from fakestt.core.language.corpora import pronounced
from fakestt.core.language.facts import LanguageModel, Word
from fakestt.core.language.words import Definition
from fakestt.core.refusals import Why
from fakestt.core.snapshot import snapshot
from fakestt.core.world import World


def put(world: World, model: LanguageModel, word: str, **more: Any) -> Word:
    commands.add_word(world, model, Definition(word=word, **more))
    return model.words[word]


def test_a_mapping_is_kept_as_nobody_can_change_it() -> None:
    world = make_world("cloud2025")
    kept = [put(world, fresh(world), "IEEE", mapping_only=given).mapping_only for given in (["a", "b"], True, None)]
    assert kept == [("a", "b"), True, None]


@pytest.mark.parametrize("edition", ALL)
@pytest.mark.parametrize(
    ("word", "given", "sounds_like", "display_as"),
    [
        ("paraDiddles", {}, ("paraDiddles",), "paraDiddles"),
        ("OOV", {}, ("O. O. V.", "OOV"), "OOV"),
        ("tom-tomm", {}, ("tom tomm",), "tom-tomm"),
        ("trainingdata.txt", {}, ("trainingdata txt",), "trainingdata.txt"),
        ("IEEE", {"sounds_like": ["I. triple E."]}, ("I. triple E.",), "IEEE"),
        ("IBM", {"display_as": "IBM™"}, ("I. B. M.", "IBM"), "IBM™"),
        ("hhOnors", {"sounds_like": ["hilton honors"], "display_as": "HHonors"}, ("hilton honors",), "HHonors"),
        # words that the base model knows
        ("drum", {}, (), ""),
        ("drum", {"sounds_like": ["drom"]}, ("drom",), "drum"),
        ("drum", {"display_as": "Drum"}, (), "Drum"),
        ("drum", {"sounds_like": [], "display_as": ""}, (), ""),
    ],
)
def test_a_definition_is_completed(
    edition: str, word: str, given: dict[str, Any], sounds_like: tuple[str, ...], display_as: str
) -> None:
    world = make_world(edition)
    found = put(world, fresh(world), word, **given)
    assert (found.sounds_like, found.display_as, found.count, found.source) == (sounds_like, display_as, 1, ["user"])


@pytest.mark.parametrize("edition", CLOUD)
@pytest.mark.parametrize("base", ["en-US_Telephony", "fr-CA_Telephony", "en-US"])
@pytest.mark.parametrize("word", ["OOV", "drum"])
def test_later_generations_complete_no_pronunciation(edition: str, base: str, word: str) -> None:
    world = make_world(edition)
    found = put(world, fresh(world, base), word)
    assert (found.sounds_like, found.display_as) == ((), word)


# Japanese words


@pytest.mark.parametrize("edition", CLOUD)
@pytest.mark.parametrize("base", ["ja-JP_Multimedia", "ja-JP"])
def test_letters_of_a_japanese_word_become_wide(edition: str, base: str) -> None:
    world = make_world(edition)
    model = fresh(world, base)
    commands.add_words(world, model, [Definition(word="AI人z", sounds_like=["エーアイ"]), Definition(word="ｎ")])
    assert [(word.word, word.display_as) for word in model.words.values()] == [("ＡＩ人ｚ", "ＡＩ人ｚ"), ("ｎ", "ｎ")]
    finish(world)
    put_again = Definition(word="AI人z", display_as="AI")
    commands.add_word(world, model, put_again)
    assert (model.words["ＡＩ人ｚ"].display_as, len(model.words)) == ("AI", 2)
    assert objection(commands.get_word, world, model, "AI人z") is Why.NO_SUCH_WORD


@pytest.mark.parametrize("edition", CLOUD)
@pytest.mark.parametrize(
    ("long", "is_listed"),
    [
        ({"word": "音" * 25}, True),
        ({"word": "音" * 26}, False),
        ({"word": "音", "sounds_like": [f" {'ア' * 25} "]}, True),
        ({"word": "音", "sounds_like": ["ア", "ア" * 26]}, False),
    ],
)
def test_a_long_japanese_word_is_taken_as_text(edition: str, long: dict[str, Any], is_listed: bool) -> None:
    world = make_world(edition)
    model = fresh(world, "ja-JP_Telephony")
    commands.add_word(world, model, Definition(**long))
    assert (len(model.words), world.machine.phase(model).code) == ((1, "R") if is_listed else (0, "P0"))
    commands.add_words(world, model, [Definition(**long), Definition(word="語")])
    assert model.checking == ([long["word"]] if is_listed else []) + ["語"]
    finish(world)
    assert (len(model.words), world.machine.phase(model).code) == (1 + is_listed, "R")


@pytest.mark.parametrize("base", ["ja-JP_BroadbandModel", "en-US_Multimedia"])
def test_other_words_are_kept_as_they_are_given(base: str) -> None:
    world = make_world("cloud2025")
    model = fresh(world, base)
    assert list(put(world, model, "A" * 26).word) == ["A"] * 26


# One and many


@pytest.mark.parametrize("edition", ALL)
def test_one_word_is_there_at_once_and_locks_nothing(edition: str) -> None:
    world = make_world(edition)
    model = place(world, status="available")
    put(world, model, "IEEE")
    assert world.machine.phase(model).code == "R"
    put(world, model, "IEEE", sounds_like=["I. triple E."])
    commands.train(world, model)
    assert objection(put, world, model, "NCAA") is Why.BUSY


@pytest.mark.parametrize("edition", ALL)
def test_a_bad_word_alone_is_refused_and_leaves_the_earlier_definition(edition: str) -> None:
    world = make_world(edition)
    model = fresh(world)
    put(world, model, "IEEE", sounds_like=["I. triple E."])
    before = snapshot(world)
    assert objection(put, world, model, "IEEE", sounds_like=["I 3 E"]) is Why.INVALID_WORD
    assert snapshot(world) == before


@pytest.mark.parametrize("edition", ALL)
def test_bad_words_among_many_are_stored_with_their_errors_and_stop_a_training(edition: str) -> None:
    world = make_world(edition)
    model = fresh(world)
    commands.add_words(world, model, [Definition(word="IEEE"), Definition(word="75.00", sounds_like=["75 dollars"])])
    assert (world.machine.phase(model).code, model.checking) == ("PB", ["IEEE", "75.00"])
    finish(world)
    assert (world.machine.phase(model).code, list(model.words), list(model.words.bad)) == (
        "RM", ["IEEE", "75.00"], ["75.00"],
    )  # fmt: skip
    assert objection(commands.train, world, model) is Why.INVALID_DATA
    put(world, model, "75.00", sounds_like=["seventy five dollars"])
    assert (world.machine.phase(model).code, dict(model.words["75.00"].errors)) == ("R", {})


@pytest.mark.parametrize("edition", ALL)
@pytest.mark.parametrize(
    ("bad", "why"),
    [
        ({"word": "two words"}, Why.WORD_WITH_SPACE),
        ({"word": "word", "sounds_like": ["a"] * 6}, Why.TOO_MANY_PRONUNCIATIONS),
    ],
)
def test_a_request_that_is_wrong_stores_no_word(edition: str, bad: dict[str, Any], why: Why) -> None:
    world = make_world(edition)
    model = fresh(world)
    before = snapshot(world)
    assert objection(commands.add_words, world, model, [Definition(word="IEEE"), Definition(**bad)]) is why
    assert objection(commands.add_word, world, model, Definition(**bad)) is why
    assert snapshot(world) == before


def test_a_model_has_so_many_words_and_no_more() -> None:
    world = make_world(max_new_words=2)
    model = fresh(world)
    many = [Definition(word=one) for one in ("one", "two", "two")]
    commands.add_words(world, model, many)
    finish(world)
    assert objection(put, world, model, "three") is Why.TOO_MANY_WORDS
    assert put(world, model, "two").count == 1
    assert objection(commands.add_words, world, model, [Definition(word="three")]) is Why.TOO_MANY_WORDS


# Counts, sources, orders


@pytest.mark.parametrize("edition", ALL)
def test_a_word_that_the_user_added_first_counts_once_before_any_corpus(edition: str) -> None:
    world = make_world(edition)
    model = fresh(world)
    put(world, model, "NCAA")
    added(world, model, "corpus3", "NCAA NCAA IEEE IEEE IEEE IEEE IEEE")
    added(world, model, "corpus4", "IEEE " * 7)
    put(world, model, "IEEE", sounds_like=["I. triple E."])
    found = {word.word: (word.count, word.source) for word in commands.list_words(world, model, "all", "count")}
    assert found == {"NCAA": (3, ["corpus3", "user"]), "IEEE": (12, ["corpus3", "corpus4", "user"])}
    assert model.words["IEEE"].sounds_like == ("I. triple E.",)


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("alphabetical", ["2nt", "AB", "Zed", "aB", "éT"]),
        ("+alphabetical", ["2nt", "AB", "Zed", "aB", "éT"]),
        ("-alphabetical", ["éT", "aB", "Zed", "AB", "2nt"]),
        ("count", ["aB", "2nt", "éT", "AB", "Zed"]),
        ("-count", ["aB", "2nt", "éT", "AB", "Zed"]),
        ("+count", ["AB", "Zed", "2nt", "éT", "aB"]),
    ],
)
def test_words_are_sorted_by_code_point_or_by_count(sort: str, expected: list[str]) -> None:
    world = make_world()
    model = fresh(world)
    added(world, model, "one", "aB aB aB éT éT 2nt 2nt")
    for word in ("Zed", "AB"):
        put(world, model, word)
    assert [word.word for word in commands.list_words(world, model, "all", sort)] == expected


@pytest.mark.parametrize(
    ("word_type", "expected"),
    [("all", ["AB", "aB", "éT"]), ("user", ["AB", "aB"]), ("corpora", ["aB", "éT"]), ("grammars", [])],
)
def test_words_are_chosen_by_their_origin(word_type: str, expected: list[str]) -> None:
    world = make_world()
    model = fresh(world)
    added(world, model, "one", "aB éT")
    for word in ("AB", "aB"):
        put(world, model, word)
    assert [word.word for word in commands.list_words(world, model, word_type, "alphabetical")] == expected


@pytest.mark.parametrize("edition", ALL)
def test_any_word_can_be_deleted_and_comes_back_with_its_own_corpus_alone(edition: str) -> None:
    world = make_world(edition)
    model = fresh(world)
    added(world, model, "one", "IEEE")
    commands.delete_word(world, model, "IEEE")
    assert objection(commands.get_word, world, model, "IEEE") is Why.NO_SUCH_WORD
    assert objection(commands.delete_word, world, model, "IEEE") is Why.NO_SUCH_WORD
    added(world, model, "two", "NCAA")
    assert list(model.words) == ["NCAA"]
    added(world, model, "one", "IEEE", overwrite=True)
    assert list(model.words) == ["NCAA", "IEEE"]


@pytest.mark.parametrize("edition", ALL)
def test_labelled_words_go_with_their_customer(edition: str) -> None:
    world = make_world(edition)
    model = fresh(world)
    added(world, model, "one", "IEEE", customer_id="jane")
    commands.add_word(world, model, Definition(word="IEEE"), "jane")
    commands.add_word(world, model, Definition(word="NCAA"), "kim")
    put(world, model, "NCAA", display_as="N")  # the label stays
    commands.add_words(world, model, [Definition(word="IBM"), Definition(word="SMT")], "jane")
    commands.delete_user_data(world, OWNER, "jane")
    assert (list(model.words), model.checking, list(model.corpora)) == (["NCAA"], [], [])
    finish(world)
    commands.delete_user_data(world, OWNER, "kim")
    assert (world.machine.phase(model).code, list(model.words)) == ("P0", [])


def test_a_script_that_raises_leaves_no_trace_of_the_words() -> None:
    world = make_world()
    model = fresh(world)

    def raising(*_: object) -> None:
        raise ValueError("a script's function")

    world.machine.start = raising  # type: ignore[method-assign]
    with pytest.raises(ValueError, match="a script's"):
        commands.add_words(world, model, [Definition(word="IEEE")])
    assert (model.checking, list(model.words)) == ([], [])


@pytest.mark.parametrize(
    ("word", "expected"),
    [("X", ("X",)), ("---", ("---",)), ("a_b", ("a b",)), ("A1", ("A1",)), ("TV", ("T. V.", "TV"))],
)
def test_a_pronunciation_is_never_empty(word: str, expected: tuple[str, ...]) -> None:
    assert pronounced(word, make_world().base_models["en-US_BroadbandModel"]) == expected


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("IBM홈페이지", "아이 비 엠 홈페이지"),  # as the page prints it
        ("홈페이지", "홈페이지"),
        ("USB", "유 에스 비"),
        ("Wi-Fi", "Wi Fi"),
        ("London", "London"),
        ("LCD티브이HD", "엘 씨 디 티브이 에이치 디"),
    ],
)
def test_capitals_are_pronounced_in_korean(word: str, expected: str) -> None:
    assert pronounced(word, make_world().base_models["ko-KR_BroadbandModel"]) == (expected,)


def test_a_latin_word_is_new_in_korean_and_a_korean_one_is_not() -> None:
    world = make_world()
    model = fresh(world, "ko-KR_BroadbandModel")
    assert put(world, model, "IBM홈페이지").sounds_like == ("아이 비 엠 홈페이지",)
    assert put(world, model, "London").sounds_like == ("London",)
    assert put(world, model, "홈페이지").sounds_like == ()
