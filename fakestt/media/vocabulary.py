"""The words that a base model knows. Nobody has published them: of English a list of usual words stands for them.

Of other languages no list is kept, and a rule has to do.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

__all__ = ["known", "stems", "usual_english"]

_APOSTROPHES = str.maketrans({"’": "'", "ʼ": "'"})
_JOINTS = re.compile("[-‐‑–/&]")
_NUMBER = re.compile("[0-9]+(st|nd|rd|th|s)?")
_LATIN = re.compile("[A-Za-z]")


def known(word: str, base_model: str) -> bool:
    """Whether a base model of this name knows a word as it is written.

    English models know what the list has (`usual_english`), in capitals or not, and what follows from it: plurals and
    forms on `-ed` and `-ing`, the possessive, letters by themselves, numbers with an ending (`3rd`, `1990s`), and what
    is joined of such parts by hyphens, slashes or `&`. So `OREO`, `hi-hat` and `M&M's` are known;
    `IEEE`, `McDouble` and `trainingdata.txt` are new.

    Other models know every word of letters and apostrophes, unless a letter behind its first is a capital. In scripts
    without capitals every word of letters is known. Korean models know no word with Latin letters.
    """
    if base_model.startswith("en-"):
        plain = word.translate(_APOSTROPHES).lower()
        return any(map(str.isalpha, plain)) and all(map(_is_english, _JOINTS.split(plain)))
    letters = word.translate(_APOSTROPHES).replace("'", "")
    if base_model.startswith("ko-") and _LATIN.search(letters):
        return False
    return letters.isalpha() and letters[1:] == letters[1:].lower()


def _is_english(part: str) -> bool:
    usual = usual_english()
    part = part if part in usual else part.removesuffix("'s").removesuffix("'")
    return len(part) < 2 or part in usual or bool(_NUMBER.fullmatch(part)) or any(map(usual.__contains__, stems(part)))


def stems(form: str) -> Iterator[str]:
    """What a form on `-s`, `-ed` or `-ing` may be made of, whether or not there is such a word."""
    for ending, originals in ENDINGS.items():
        stem = form.removesuffix(ending)
        if len(stem) < 2 or stem == form:
            continue
        yield from (stem + original for original in originals)
        if ending in ("ed", "ing") and stem[-1] == stem[-2]:
            yield stem[:-1]


ENDINGS = {"s": ("",), "es": ("",), "ies": ("y",), "ed": ("", "e"), "ied": ("y",), "ing": ("", "e")}


@cache
def usual_english() -> frozenset[str]:
    """The list, without the words that follow from others. It is read when the first word is asked for."""
    from importlib.resources import files  # it would cost each program that imports fakestt

    return frozenset(files(__package__).joinpath("english/words.txt").read_text(encoding="utf-8").split())
