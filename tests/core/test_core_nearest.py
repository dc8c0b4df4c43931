"""Which right word a wrong one may stand for."""

from __future__ import annotations

import pytest

from fakestt.errors import nearest

WORDS = ("listAudio", "addAudio", "trainModel", "getModel", "audioRate")


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("trainModle", " Did you mean 'trainModel'?"),
        ("train", " Did you mean 'trainModel'?"),
        ("TRAINMODEL", " Did you mean 'trainModel'?"),
        ("model", " Did you mean 'trainModel' or 'getModel'?"),
        ("audio", " Did you mean 'audioRate', 'listAudio' or 'addAudio'?"),  # what begins with it comes first
        ("zzz", ""),
        ("a", ""),  # one letter is in every second word
        ("", ""),
        (3, ""),
        (None, ""),
        (["train"], ""),
    ],
)
def test_a_wrong_word_may_be_a_part_or_a_misspelling_of_a_right_one(word: object, said: str) -> None:
    assert nearest(word, WORDS) == said


def test_where_too_many_words_hold_it_only_the_closest_is_named() -> None:
    assert nearest("model1", [f"model{number}" for number in range(100, 120)]) == " Did you mean 'model119'?"
