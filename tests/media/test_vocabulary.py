"""Which words a base model knows: the list of English, what follows from it, and the rule of other languages."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from english_words import LISTS, WORDS, chosen, made

from fakestt.media.vocabulary import known, stems, usual_english

ENGLISH = "en-US_BroadbandModel"


@pytest.mark.parametrize(
    "word",
    [
        "word", "Word", "WORD", "I", "x", "Watson", "Colorado", "mr", "pyjamas", "pajamas", "realise", "café",
        "words", "boxes", "parties", "played", "tried", "planned", "hoping", "hopping", "trying",
        "it's", "It’s", "dogs'", "Watson's", "don't", "won’t", "o'clock",
        "3rd", "21st", "1990s", "24-hour", "hi-hat", "mother-in-law", "and/or", "M&M's", "M&M'S", "OREO",
    ],
)  # fmt: skip
def test_english_knows_usual_words_and_what_is_made_of_them(word: str) -> None:
    assert known(word, ENGLISH)
    assert known(word, "en-GB")


@pytest.mark.parametrize(
    "word",
    [
        "", "-", "75", "75.00", "IEEE", "NCAA", "IBM", "HHonors", "McDouble", "paradiddles", "trainingdata.txt",
        "a.txt", "fakestt", "fakestting", "hi-fakestt", "xs", "xing", "3D", "mp3", "3x", "коты", "ノード",
    ],
)  # fmt: skip
def test_english_does_not_know_what_is_unusual(word: str) -> None:
    assert not known(word, ENGLISH)


@pytest.mark.parametrize(
    ("word", "is_known"),
    [
        ("mot", True), ("l'été", True), ("l’été", True), ("Paris", True), ("コヒー", True), ("fakestt", True),
        ("HHonors", False), ("IEEE", False), ("hi-hat", False), ("a.txt", False), ("3e", False), ("", False),
    ],
)  # fmt: skip
@pytest.mark.parametrize("base_model", ["fr-FR_BroadbandModel", "ja-JP_NarrowbandModel", "es-ES"])
def test_other_languages_need_no_list(word: str, base_model: str, is_known: bool) -> None:
    assert known(word, base_model) is is_known


@pytest.mark.parametrize(
    ("word", "is_known"), [("홈페이지", True), ("London", False), ("IBM홈페이지", False), ("3월", False)]
)
def test_korean_knows_no_latin_letters(word: str, is_known: bool) -> None:
    assert known(word, "ko-KR_BroadbandModel") is is_known


def test_the_list_holds_small_letters_in_order_and_nothing_that_follows_from_it() -> None:
    words = WORDS.read_text(encoding="utf-8").split()
    assert words == sorted(set(words))
    assert all(word == word.lower() and len(word) > 1 for word in words)
    assert [word for word in words if any(stem in usual_english() for stem in stems(word))] == []
    assert 20_000 < len(words) < 50_000


def test_the_list_comes_with_its_licence_and_with_how_it_was_made() -> None:
    assert "provided that the above copyright notice appears in all copies" in " ".join(
        WORDS.with_name("LICENSE").read_text(encoding="utf-8").split()
    )
    assert "python tests/media/english_words.py" in WORDS.with_name("README.md").read_text(encoding="utf-8")


def test_the_list_is_what_its_source_makes() -> None:
    lists = Path(os.environ.get("FAKESTT_SCOWL", LISTS))
    if not lists.is_dir():
        pytest.skip("SCOWL is not here: `apt-get install scowl`, or FAKESTT_SCOWL=the folder of its lists")
    assert made(lists) == WORDS.read_text(encoding="utf-8")
    assert [word for word in chosen(lists) if not known(word, ENGLISH)] == []


def test_the_list_is_read_when_a_word_is_asked_for_and_not_before() -> None:
    code = (
        "from fakestt import FakeSTT; from fakestt.media import vocabulary as v;"
        "FakeSTT(); assert v.usual_english.cache_info().currsize == 0;"
        "assert v.known('word', 'en-US') and v.known('words', 'en-GB');"
        "assert v.usual_english.cache_info().misses == 1"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
