"""Words over HTTP: the forms of requests and answers, and errors of single words."""

from __future__ import annotations

import json
import weakref
from typing import Any
from urllib.parse import quote

import pytest
from asking import EDITIONS, START, Heard, ask

from fakestt import FakeSTT
from fakestt.contract.messages import Answer, Rows
from fakestt.http.render import body

MODELS = "/v1/customizations"


def begun(edition: str = "icp2018", **more: Any) -> tuple[FakeSTT, str]:
    stt = FakeSTT(edition=edition, start=START)
    return stt, f"{MODELS}/{stt.language_models.add(status='pending', **more).id}/words"


def put(stt: FakeSTT, words: str, spelling: str, **definition: Any) -> Heard:
    return ask(stt, "PUT", f"{words}/{quote(spelling, safe='')}", definition)


def test_words_are_listed_in_the_observed_form() -> None:
    stt, words = begun()
    assert ask(stt, "GET", words).body == b'{"words": []}\n'
    heard = put(stt, words, "tom-tomm")
    assert (heard.status, heard.body) == (201, b"{}\n")
    expected = b"""{"words": [{
   "display_as": "tom-tomm",
   "sounds_like": ["tom tomm"],
   "count": 1,
   "source": ["user"],
   "word": "tom-tomm"
}]}
"""
    assert ask(stt, "GET", words).body == expected
    assert ask(stt, "GET", f"{words}/tom-tomm").json == ask(stt, "GET", words).json["words"][0]


def test_a_word_with_an_error_shows_it_in_the_documented_form() -> None:
    stt, words = begun()
    body = {"words": [{"word": "75.00", "sounds_like": ["75 dollars"]}, {"word": "IEEE", "display_as": "I3E"}]}
    assert ask(stt, "POST", words, body).status == 201
    stt.clock.advance("1m")
    message = "Numbers are not allowed in sounds_like. You can try for example 'seventy five dollars'."
    assert ask(stt, "GET", f"{words}/75.00").json == {
        "display_as": "75.00",
        "sounds_like": ["75 dollars"],
        "count": 1,
        "source": ["user"],
        "word": "75.00",
        "error": [{"75 dollars": message}],
    }
    (model,) = stt.language_models
    assert (model.status, model.phase.code, model.words["75.00"].problem) == ("ready", "RM", message)
    heard = put(stt, words, "99", sounds_like=["99"])
    assert (heard.status, heard.error.endswith("'ninety nine'.")) == (400, True)


@pytest.mark.parametrize(
    ("body", "status", "says"),
    [
        ({}, 400, "Required parameter 'words' is missing"),
        ({"words": []}, 400, "expected an array that is not empty"),
        ({"words": "IEEE"}, 400, "expected an array"),
        ({"words": [{"sounds_like": ["a"]}]}, 400, "an object with 'word'"),
        ({"words": [{"word": ""}]}, 400, "a string that is not empty"),
        ({"words": [{"word": "a", "sounds_like": "a"}]}, 400, "'sounds_like' is an array"),
        ({"words": [{"word": "a", "sounds_like": [1]}]}, 400, "each item a string"),
        ({"words": [{"word": "a", "mapping_only": 3}]}, 400, "a boolean (`true` or `false`) or an array"),
        ({"words": [{"word": "a b"}]}, 400, "The word 'a b' must not contain a space"),
        ({"words": [{"word": "a", "sounds_like": ["b"] * 6}]}, 400, "The word 'a' has more than 5 pronunciations"),
        (b"[", 415, "application/json"),
    ],
    ids=str,
)
def test_a_request_that_is_wrong_stores_nothing(body: Any, status: int, says: str) -> None:
    stt, words = begun()
    heard = ask(stt, "POST", words, body)
    assert (heard.status, says in heard.error) == (status, True), heard
    assert ask(stt, "GET", words).json == {"words": []}
    assert next(iter(stt.language_models)).status == "pending"


def test_unknown_members_are_taken_no_notice_of() -> None:
    stt, words = begun()
    assert ask(stt, "POST", words, {"words": [{"word": "IEEE", "sound": "x"}]}).status == 201
    assert put(stt, words, "NCAA", display="x").status == 409
    stt.clock.advance("1m")
    assert put(stt, words, "NCAA", display="x").status == 201
    assert stt.journal.last().note == "an unknown field"


@pytest.mark.parametrize(("word", "status"), [("NCAA", 201), (None, 201), ("ncaa", 400)])
def test_the_word_may_stand_in_the_body_as_well_if_it_is_the_same(word: str | None, status: int) -> None:
    stt, words = begun()
    assert put(stt, words, "NCAA", word=word).status == status


def test_another_word_in_the_body_is_said_by_its_parameter() -> None:
    stt, words = begun()
    said = put(stt, words, "NCAA", word="ncaa").error
    assert said == "Invalid value of parameter 'word': expected the word of the path, or none"


@pytest.mark.parametrize("word", ["ＡＢＣ", "コヒー", "a/b", "100%", "é", "x+y"])
def test_words_of_any_script_are_found_again(word: str) -> None:
    stt, words = begun("cloud2025")
    assert put(stt, words, word).status == 201
    assert ask(stt, "GET", f"{words}/{quote(word, safe='')}").json["word"] == word
    assert ask(stt, "DELETE", f"{words}/{quote(word, safe='')}").status == 200
    heard = ask(stt, "GET", f"{words}/{quote(word, safe='')}")
    assert (heard.status, heard.error) == (400, f"Word '{word}' not found")


@pytest.mark.parametrize(
    ("query", "status", "first"),
    [
        ("", 200, "AB"), ("?sort=count", 200, "IEEE"), ("?sort=%2Bcount", 200, "AB"), ("?sort=+count", 200, "AB"),
        ("?sort=-count", 200, "IEEE"), ("?sort=-alphabetical", 200, "IEEE"), ("?word_type=user", 200, "AB"),
        ("?word_type=corpora", 200, "IEEE"), ("?word_type=grammars", 200, None), ("?sort=size", 400, None),
        ("?word_type=all&sort=+alphabetical", 200, "AB"), ("?word_type=mine", 400, None), ("?sort=++count", 400, None),
    ],
)  # fmt: skip
def test_a_list_is_chosen_and_sorted(query: str, status: int, first: str | None) -> None:
    stt = FakeSTT()
    model = stt.language_models.add(corpora={"one": "IEEE IEEE"}, words=["AB"])
    heard = ask(stt, "GET", f"{MODELS}/{model.id}/words{query}")
    assert heard.status == status
    if status == 200:
        assert [one["word"] for one in heard.json["words"]][:1] == ([] if first is None else [first])


@pytest.mark.parametrize("edition", EDITIONS)
@pytest.mark.parametrize("value", [True, False, ["IEEE"]])
def test_mapping_only_is_shown_where_it_is_known(edition: str, value: Any) -> None:
    stt, words = begun(edition)
    assert put(stt, words, "IEEE", mapping_only=value).status == 201
    shown = ask(stt, "GET", f"{words}/IEEE").json
    assert shown.get("mapping_only") == (value if edition in ("cloud2025", "cp4d2025") else None)


def test_both_lists_of_a_word_are_written_in_the_same_way() -> None:
    stt, words = begun("cloud2025")
    assert put(stt, words, "IEEE", sounds_like=["i e", "e e"], mapping_only=["i e", "e e"]).status == 201
    body = ask(stt, "GET", f"{words}/IEEE").body
    assert body.count(b': [\n      "i e",\n      "e e"\n   ]') == 2


@pytest.mark.parametrize("base", ["en-US_Telephony", "en-US"])
def test_later_generations_count_each_word_once(base: str) -> None:
    stt, words = begun("cloud2025", base_model_name=base)
    put(stt, words, "IEEE", sounds_like=["I triple E"])
    assert ask(stt, "GET", words).json["words"] == [
        {"display_as": "IEEE", "sounds_like": ["I triple E"], "count": 1, "source": ["user"], "word": "IEEE"}
    ]


def test_post_in_place_of_put_is_405() -> None:
    stt, words = begun()
    assert ask(stt, "POST", f"{words}/IEEE", {}).status == 405


def test_words_have_a_limit_by_edition() -> None:
    stt, words = begun()
    many = {"words": [{"word": f"w{number}"} for number in range(30_001)]}
    heard = ask(stt, "POST", words, many)
    assert (heard.status, heard.error) == (400, "A custom model has at most 30000 words")
    many["words"].pop()
    assert ask(stt, "POST", words, many).status == 201
    stt.clock.advance("10d")
    assert len(ask(stt, "GET", words).json["words"]) == 30_000
    assert put(stt, words, "more").status == 400


def test_labelled_words_go_with_user_data() -> None:
    stt, words = begun()
    label = {"X-Watson-Metadata": "customer_id=kim"}
    assert ask(stt, "PUT", f"{words}/IEEE", {}, label).status == 201
    assert ask(stt, "POST", words, {"words": [{"word": "NCAA"}]}, label).status == 201
    assert ask(stt, "DELETE", "/v1/user_data?customer_id=kim").status == 200
    assert ask(stt, "GET", words).json == {"words": []}


@pytest.mark.parametrize("known", [[], ["IEEE", "NCAA"]])
def test_a_list_beside_warnings_is_whole(known: list[str]) -> None:
    stt, words = begun()
    for word in known:
        assert put(stt, words, word).status == 201
    heard = ask(stt, "GET", f"{words}?x=1")
    assert [one["word"] for one in heard.json["words"]] == known
    assert heard.json["warnings"] == "Unexpected query parameter(s) ['x'] detected"


def test_a_long_list_is_written_row_by_row() -> None:
    """All rows at once would be many small objects, which the garbage collector walks again and again."""
    rows: list[weakref.ref[Row]] = []
    most = 0

    class Row(dict[str, Any]):
        pass

    def shown(word: str) -> Row:
        nonlocal most
        most = max(most, sum(row() is not None for row in rows))
        row = Row(word=word, source=["user"])
        rows.append(weakref.ref(row))
        return row

    data = body(Answer(200, {"words": Rows(["IEEE", "NCAA", "IBM", "OOV"], shown)}))
    assert [one["word"] for one in json.loads(data)["words"]] == ["IEEE", "NCAA", "IBM", "OOV"]
    assert most <= 1  # the one before, while the next is made
