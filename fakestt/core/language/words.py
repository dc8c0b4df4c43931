"""Words: what a definition is stored as."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from string import ascii_letters

from fakestt.core.language.corpora import brings_words, is_new, pronounced
from fakestt.core.language.facts import LanguageModel, Word
from fakestt.core.language.pronunciations import PRONUNCIATION_RULES, problems
from fakestt.core.limits import Limits
from fakestt.core.provenance import Assumed, How, Source
from fakestt.core.resources import BaseModel, Generation

__all__ = ["WORD_RULES", "Definition", "is_listed", "spelled", "stored"]

_NG, _JAPANESE = "cloud2025 language-resource-ng.md", "wordsResourceAmount-japanese-ng"
JAPANESE_MAX = 25
_WIDE = {ord(letter): ord(letter) + 0xFEE0 for letter in ascii_letters}

# What holds for words in every edition, and how we know.
WORD_RULES: Mapping[str, How] = {
    **PRONUNCIATION_RULES,
    "letters of a Japanese word become full-width on a base of a later generation": Source(_NG, _JAPANESE),
    "a Japanese word or pronunciation of more than 25 characters makes a text of the word on such a base": Source(
        _NG, _JAPANESE
    ),
    "such a text alone is no data to train a model on": Assumed(
        "the pages say no more than that the word is not listed"
    ),
    "a word in capitals sounds like its letters or itself, any other like its spelling without punctuation": Assumed(
        "the pages name the spelling; the letters were seen for `OOV`"
    ),
    "a Korean word with small letters sounds like its spelling": Assumed(
        "the page has a transcription of `London`, which no rule makes; Latin letters are allowed there"
    ),
    "all of a word is shown while it is validated": Assumed("an SDK says that parts of it may come later"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """A word as a request defines it; None is what the request leaves out."""

    word: str
    sounds_like: Sequence[str] | None = None
    display_as: str | None = None
    mapping_only: bool | Sequence[str] | None = None


def spelled(definition: Definition, base: BaseModel) -> Definition:
    """The definition with the spelling under which the word is kept."""
    if not _is_later_japanese(base):
        return definition
    return replace(definition, word=definition.word.translate(_WIDE))


def is_listed(definition: Definition, base: BaseModel) -> bool:
    """Whether it becomes a word of the model. If not, it is taken as a text."""
    texts = (definition.word, *(definition.sounds_like or ()))
    return not _is_later_japanese(base) or all(len(text.strip()) <= JAPANESE_MAX for text in texts)


def _is_later_japanese(base: BaseModel) -> bool:
    return base.language == "ja-JP" and base.generation is not Generation.PREVIOUS


def stored(model: LanguageModel, given: Definition, limits: Limits, customer_id: str | None) -> Word:
    """What the user's definition is stored as. It replaces an earlier one; its texts and a label stay.

    Source: icp2018 language-resource.md#workingWords; cloud2025 language-resource-ng.md#workingWords-ng
    """
    base, earlier, spelling = model.base_model, model.words.get(given.word), given.word
    generates = brings_words(base)
    is_plain = generates and not is_new(spelling, base)
    sounds_like = tuple(given.sounds_like or ())
    if not sounds_like and generates and not is_plain:
        sounds_like = pronounced(spelling, base)
    display_as = "" if is_plain and not sounds_like else spelling
    mapping = given.mapping_only if limits.knows_mapping_only else None
    return Word(
        word=spelling,
        sounds_like=sounds_like,
        display_as=given.display_as or display_as,
        mapping_only=tuple(mapping) if isinstance(mapping, Sequence) else mapping,
        found_in={} if earlier is None else earlier.found_in,
        by_user=True,
        user_first=earlier is None or earlier.user_first,
        errors=problems(given.sounds_like or (), base, limits),
        customer_id=customer_id or (None if earlier is None else earlier.customer_id),
    )
