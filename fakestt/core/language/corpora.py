"""The analysis of corpora and grammars: whether a model can use one, if not why, and which words it brings."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from fakestt.core.language.facts import LanguageModel, Text, Word
from fakestt.core.language.hangul import in_hangul
from fakestt.core.limits import Limits
from fakestt.core.provenance import Assumed, How, Source
from fakestt.core.resources import BaseModel, Generation
from fakestt.media.vocabulary import known

__all__ = ["RULES", "analyse", "brings_words", "is_new", "pronounced", "remove_words"]

# What holds for corpora in every edition, and how we know.
RULES: Mapping[str, How] = {
    "words stand between white space, and each is counted": Assumed(
        "three public texts have 19, 43 and 293 such words, and their answers say so"
    ),
    "what stands in brackets brings no new word": Source("icp2018 language-resource.md", "parseCorpus"),
    "punctuation around a word, and what has no letter, brings none either": Assumed(
        "the pages describe the cleaning by examples"
    ),
    "English base models know usual words, and what is made of them by endings or hyphens, in capitals or not": Assumed(
        "no vocabulary was ever published; two public texts get the counts that their answers say, 1 and 3"
    ),
    "other base models know every word of letters, unless a letter behind its first is a capital": Assumed(
        "no vocabulary was ever published; a test may say which words are known"
    ),
    "a word with Latin letters is new in Korean, and its capitals sound like the names of letters in Hangul": Source(
        "icp2020 language-resource.md", "corpusLanguages-koKR"
    ),
    "words are told apart by their case": Source("icp2018 language-resource.md", "wordsResource"),
    "a corpus that is not UTF-8, has control characters or no word is undetermined": Assumed(
        "the pages ask for UTF-8 text, and do not say what becomes of others"
    ),
    "a corpus with which its model would have too many words is undetermined": Assumed(
        "limits are documented, without what happens beyond them"
    ),
}


def is_new(word: str, base: BaseModel) -> bool:
    """Whether the base model does not know a word. What the test's author has said of it counts first."""
    said = base.vocabulary.get(word)
    return not (known(word, base.name) if said is None else said)


def brings_words(base: BaseModel) -> bool:
    """Whether new words of a text become words of a model on this base.

    Source: cloud2025 language-create.md#addCorpus; that large models are as the next generation is assumed.
    """
    return base.generation is Generation.PREVIOUS


def analyse(text: Text, limits: Limits) -> None:
    """The analysis ends."""
    model, facts = text.model, text.facts
    assert isinstance(model, LanguageModel)
    counts_new = model.base_model.generation in (Generation.PREVIOUS, Generation.LARGE)
    new = {word: n for word, n in facts.words.items() if counts_new and is_new(word, model.base_model)}
    text.problem = facts.problem or _too_much(model, facts.total_words, new, facts.overflows, limits)
    text.valid = text.problem is None
    facts.words = new if text.valid else {}
    if text.valid and brings_words(model.base_model):
        for spelling, count in new.items():
            word = model.words.get(spelling)
            if word is None:
                word = Word(word=spelling, sounds_like=pronounced(spelling, model.base_model), display_as=spelling)
            model.words.put(replace(word, found_in={**word.found_in, text.name: count}))


def pronounced(spelling: str, base: BaseModel) -> tuple[str, ...]:
    """The pronunciations that the service makes for a word. Source: watson-developer-cloud/unity-sdk issue 261"""
    if base.language == "ko-KR":
        spelling = in_hangul(spelling)
    if len(spelling) > 1 and spelling.isalpha() and spelling.isupper():
        return " ".join(f"{letter}." for letter in spelling), spelling
    return (" ".join(re.sub(r"[^\w']|_", " ", spelling).split()) or spelling,)


def _too_much(
    model: LanguageModel, total_words: int, new: Mapping[str, int], overflows: bool, limits: Limits
) -> str | None:
    total_words += sum(other.total_words for other in model.texts)
    if total_words > limits.max_total_words:
        return f"the model would have {total_words} words; at most {limits.max_total_words} are allowed"
    if not brings_words(model.base_model):
        return None
    count = len(model.words) + sum(word not in model.words for word in new)
    if overflows or count > limits.max_new_words:
        return f"the model would have more than {limits.max_new_words} words that its base does not know"
    return None


def remove_words(model: LanguageModel, text: Text) -> None:
    """Its words go with a corpus or a grammar, unless another one has them too, or the user has touched them.

    Source: icp2018 language-corpora.md#deleteCorpus
    """
    for word in [word for word in model.words.values() if text.name in word.found_in]:
        left = {name: count for name, count in word.found_in.items() if name != text.name}
        if left or word.by_user:
            model.words.put(replace(word, found_in=left))
        else:
            model.words.remove(word.word)
