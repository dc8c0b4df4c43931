"""Words: what a definition is stored as, and what is wrong with one."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from fakestt.core.language.corpora import brings_words, is_new, pronounced
from fakestt.core.language.facts import LanguageModel, Word
from fakestt.core.limits import Limits
from fakestt.core.provenance import Assumed, How

__all__ = ["WORD_RULES", "Definition", "errors_of", "stored"]

# What holds for words in every edition, and how we know.
WORD_RULES: Mapping[str, How] = {
    "a pronunciation with digits, or one that is too long, is an error; all else is accepted": Assumed(
        "digits and length are known to be enforced; a live test passes with `S.D.K.`, against the advice of the pages"
    ),
    "a word in capitals sounds like its letters or itself, any other like its spelling without punctuation": Assumed(
        "the pages name the spelling; the letters were seen for `OOV`"
    ),
    "all of a word is shown while it is validated": Assumed("an SDK says that parts of it may come later"),
}

# fmt: off
ONES = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)
TENS = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
# fmt: on


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """A word as a request defines it; None is what the request leaves out."""

    word: str
    sounds_like: Sequence[str] | None = None
    display_as: str | None = None
    mapping_only: bool | Sequence[str] | None = None


def stored(model: LanguageModel, given: Definition, limits: Limits, customer_id: str | None) -> Word:
    """What the user's definition is stored as. It replaces an earlier one; its corpora and a label stay.

    Source: icp2018 language-resource.md#workingWords; cloud2025 language-resource-ng.md#workingWords-ng
    """
    base, earlier, spelling = model.base_model, model.words.get(given.word), given.word
    generates = brings_words(base)
    is_plain = generates and not is_new(spelling, base)
    sounds_like = tuple(given.sounds_like or ())
    if not sounds_like and generates and not is_plain:
        sounds_like = pronounced(spelling)
    display_as = "" if is_plain and not sounds_like else spelling
    mapping = given.mapping_only if limits.knows_mapping_only else None
    return Word(
        word=spelling,
        sounds_like=sounds_like,
        display_as=given.display_as or display_as,
        mapping_only=tuple(mapping) if isinstance(mapping, Sequence) else mapping,
        in_corpora={} if earlier is None else earlier.in_corpora,
        by_user=True,
        user_first=earlier is None or earlier.user_first,
        errors=errors_of(given, limits),
        customer_id=customer_id or (None if earlier is None else earlier.customer_id),
    )


def errors_of(given: Definition, limits: Limits) -> dict[str, str]:
    """What is wrong with each pronunciation.

    Source: icp2018 language-words.md#listWords (the text about numbers); that of the length is assumed
    """
    errors = {}
    for one in given.sounds_like or ():
        counted = one.strip() if limits.pronunciation_counts_inner_spaces else one.replace(" ", "")
        if any(map(str.isdigit, one)):
            spelled = re.sub(r"[0-9]+", lambda found: _number(found[0]), one)
            errors[one] = f"Numbers are not allowed in sounds_like. You can try for example '{spelled}'."
        elif len(counted) > limits.pronunciation_max:
            errors[one] = (
                f"A pronunciation has at most {limits.pronunciation_max} characters. This one has {len(counted)}."
            )
    return errors


def _number(digits: str) -> str:
    if len(digits) > 3:
        return " ".join(ONES[int(digit)] for digit in digits)
    hundreds, rest = divmod(int(digits), 100)
    said = [f"{ONES[hundreds]} hundred"] if hundreds else []
    if rest or not hundreds:
        said.append(ONES[rest] if rest < 20 else TENS[rest // 10] + (f" {ONES[rest % 10]}" if rest % 10 else ""))
    return " ".join(said)
