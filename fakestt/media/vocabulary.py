"""The words that a base model knows. Nobody has published them, so a rule has to do."""

from __future__ import annotations

__all__ = ["known"]


def known(word: str, base_model: str) -> bool:
    """Whether a base model of this name knows a word as it is written.

    The rule: a word of letters and apostrophes is known, unless a letter behind its first is a capital. So `Watson` and
    `don't` are known; `HHonors`, `IEEE`, `hi-hat` and `trainingdata.txt` are new. In scripts without capitals every
    word of letters is known.
    """
    letters = word.replace("'", "").replace("\N{RIGHT SINGLE QUOTATION MARK}", "")
    return letters.isalpha() and letters[1:] == letters[1:].lower()
