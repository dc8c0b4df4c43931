"""Text as it streams past: whether it is text, how many words it has, and which.

The rule, in short: words stand between white space, and each of these counts. To find out which words a model does not
know yet, what stands in brackets is left out, then punctuation around a word, then what has no letter.
"""

from __future__ import annotations

import codecs
import re
import string
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from fakestt.media.reading import Readable

__all__ = ["LONGEST", "MOST_WORDS", "TOO_LONG", "TextFacts", "cleaned", "keep_words", "read_text"]

CHUNK_BYTES = 65536
MOST_WORDS = 200_000
"""The most different words that are kept of a text. No model can take as many new ones."""
LONGEST = 262_144
"""The most characters of a word. What is longer is no text that anybody has written."""

TOO_LONG = f"it has a word of more than {LONGEST} characters"

_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
_BRACKETS = re.compile(r"\([^()\n]*\)|<[^<>\n]*>|\[[^\[\]\n]*\]|\{[^{}\n]*\}")
_AROUND = string.punctuation + "¡¿«»“”„‘’‚…–—、。「」・！？，．®©™§°•"


@dataclass(slots=True)
class TextFacts:
    """What a text holds. `words` are the cleaned ones, each with the number of its occurrences.

    `overflows`: it has more different words than are kept. `problem`: why it is no text.
    """

    total_words: int = 0
    words: dict[str, int] = field(default_factory=dict)
    overflows: bool = False
    problem: str | None = None


def cleaned(token: str) -> str:
    """A word without the punctuation around it; "" if it has no letter."""
    word = token.strip(_AROUND)
    return word if any(map(str.isalpha, word)) else ""


def read_text(stream: Readable) -> TextFacts:
    """Read a text to its end in constant memory. If it is no text, the rest is not read."""
    facts, rest = TextFacts(), ""
    decoder = codecs.getincrementaldecoder("utf-8-sig")()
    try:
        while piece := stream.read(CHUNK_BYTES):
            rest = _count(facts, rest + decoder.decode(piece))
        _count(facts, rest + decoder.decode(b"", final=True), is_last=True)
    except UnicodeDecodeError:
        facts.problem = "it is not UTF-8"
    except ValueError as error:
        facts.problem = str(error)
    if facts.problem is None and facts.total_words == 0:
        facts.problem = "it holds no word"
    if facts.problem is not None:
        return TextFacts(problem=facts.problem)
    return facts


def _count(facts: TextFacts, text: str, *, is_last: bool = False) -> str:
    """Count the words up to the last line's end, or up to the last white space if a line is long. Returns the rest."""
    if _CONTROLS.search(text):
        raise ValueError("it holds control characters")
    rest = ""
    if not is_last:
        end = text.rfind("\n") + 1
        if end == 0 and len(text) > LONGEST:
            end = max(text.rfind(char) for char in " \t\r") + 1
            if end == 0:
                raise ValueError(TOO_LONG)
        text, rest = text[:end], text[end:]
    tokens = text.split()
    if len(text) > LONGEST and max(map(len, tokens), default=0) > LONGEST:
        raise ValueError(TOO_LONG)
    facts.total_words += len(tokens)
    bare = _BRACKETS.sub(" ", text) if any(map(text.__contains__, "(<[{")) else None
    keep_words(facts, tokens if bare is None else bare.split())
    return rest


def keep_words(facts: TextFacts, tokens: Iterable[str]) -> None:
    """Keep the words, cleaned, with how often each occurs; of different ones no more than `MOST_WORDS`."""
    for token, count in Counter(tokens).items():
        word = cleaned(token)
        if word in facts.words:
            facts.words[word] += count
        elif word and len(facts.words) < MOST_WORDS:
            facts.words[word] = count
        elif word:
            facts.overflows = True
