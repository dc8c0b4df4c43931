"""What is wrong with a pronunciation that the user gives: digits, its length, characters, syllables."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from unicodedata import category

from fakestt.core.language.katakana import odd_syllable
from fakestt.core.language.numerals import in_words
from fakestt.core.limits import Limits
from fakestt.core.provenance import Assumed, How, Source
from fakestt.core.resources import BaseModel, Generation

__all__ = ["PRONUNCIATION_RULES", "problems"]

_PG = "icp2018 language-resource.md"
# What holds for pronunciations in every edition, and how we know.
PRONUNCIATION_RULES: Mapping[str, How] = {
    "a pronunciation has no digits": Source("icp2018 language-words.md", "listWords"),
    "one in English has the letters a to z; on a base of the previous generation also periods and dashes": Source(
        _PG, "soundsLike"
    ),
    "one in GB English has neither periods nor dashes": Source("cloud2025 language-resource.md", "sounds-like"),
    "one in another language of the previous generation has letters and periods, but no dashes": Source(
        "icp2020 language-resource.md", "wordLanguages-esES-frFR"
    ),
    "one in Japanese has full-width katakana, in the syllables that are listed": Source(_PG, "soundsLike"),
    "one in Korean has Hangul and the letters a to z": Source(_PG, "soundsLike"),
    "one on a base of a later generation has no punctuation": Source(
        "cloud2025 language-resource-ng.md", "sounds-like-general-ng"
    ),
    "an apostrophe is no punctuation, and `S.D.K.` needs no spaces": Assumed(
        "no page names the apostrophe; a live test passes with `S.D.K.`, against the advice of the pages"
    ),
    "the texts of errors are ours, but for that about numbers": Assumed("the pages print no other"),
}


@dataclass(frozen=True, slots=True)
class Alphabet:
    """The characters of a pronunciation: which may stand there, and how messages call them."""

    allows: Callable[[str], object]
    called: str


_ENGLISH = Alphabet(re.compile("[a-zA-Z' ]").match, "the letters a to z")
_DOTTED_ENGLISH = Alphabet(re.compile("[a-zA-Z' .-]").match, "the letters a to z, periods and dashes")
_KATAKANA = Alphabet(re.compile("[ァ-ヴー― ]").match, "full-width katakana")
_HANGUL = Alphabet(re.compile("[a-zA-Zᄀ-ᇿㄱ-ㆎ가-힣 ]").match, "Hangul and the letters a to z")
_LETTERS = Alphabet(lambda char: char in "'’ " or category(char)[0] in "LM", "letters")
_DOTTED_LETTERS = Alphabet(lambda char: char == "." or _LETTERS.allows(char), "letters and periods")


def _alphabet(base: BaseModel) -> Alphabet:
    language, is_previous = base.language[:2], base.generation is Generation.PREVIOUS
    if language == "en":
        return _DOTTED_ENGLISH if is_previous and base.language != "en-GB" else _ENGLISH
    return {"ja": _KATAKANA, "ko": _HANGUL}.get(language) or (_DOTTED_LETTERS if is_previous else _LETTERS)


def problems(sounds_like: Iterable[str], base: BaseModel, limits: Limits) -> dict[str, str]:
    """What is wrong with each of these pronunciations, by the pronunciation. Good ones are left out."""
    found = ((one, _problem(one, base, limits)) for one in sounds_like)
    return {one: problem for one, problem in found if problem is not None}


def _problem(text: str, base: BaseModel, limits: Limits) -> str | None:
    if any(map(str.isdigit, text)):
        return f"Numbers are not allowed in sounds_like. You can try for example '{in_words(text)}'."
    counted = text.strip() if limits.pronunciation_counts_inner_spaces else text.replace(" ", "")
    if len(counted) > limits.pronunciation_max:
        return f"A pronunciation has at most {limits.pronunciation_max} characters. This one has {len(counted)}."
    if not limits.checks_letters_of_pronunciations:
        return None
    alphabet = _alphabet(base)
    other = next((char for char in text if not alphabet.allows(char)), None)
    if other is not None:
        return f"'{other}' is not allowed in sounds_like. Use {alphabet.called} for {base.language}."
    syllable = odd_syllable(text) if alphabet is _KATAKANA else None
    return syllable and f"'{syllable}' is no syllable that is allowed in sounds_like for {base.language}."
