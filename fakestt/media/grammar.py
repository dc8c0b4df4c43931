"""A grammar as it is uploaded: whether it is one, in either of its two forms, and which words it holds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Protocol

from fakestt.media.grammar_abnf import abnf_words
from fakestt.media.grammar_xml import xml_words
from fakestt.media.reading import Readable
from fakestt.media.text import LONGEST, TOO_LONG, TextFacts, keep_words

__all__ = ["ABNF", "GRAMMAR_TYPES", "XML", "read_grammar"]

ABNF, XML = "application/srgs", "application/srgs+xml"


class Form(Protocol):
    """Reads one form. Raises ValueError with what is wrong, and says nothing of what the grammar holds."""

    def __call__(self, text: str, /) -> Iterable[str]: ...


GRAMMAR_TYPES: Mapping[str, Form] = {ABNF: abnf_words, XML: xml_words}
"""The two forms by their content types, each with the function that gives its words."""


def read_grammar(stream: Readable, content_type: str | None = None) -> TextFacts:
    """Read a grammar to its end. It is all in memory: the stream must have a bound.

    An encoding that the grammar names is ignored, as the service says that it does: it is UTF-8, or is none.

    Args:
        content_type: None where nobody says it. XML begins with `<`, and ABNF with `#`.
    """
    facts = TextFacts()
    try:
        text = b"".join(iter(lambda: stream.read(65536), b"")).decode("utf-8-sig")
        form = content_type or (XML if text.lstrip().startswith("<") else ABNF)
        tokens = [word for token in GRAMMAR_TYPES[form](text) for word in token.split()]
        if max(map(len, tokens), default=0) > LONGEST:
            raise ValueError(TOO_LONG)
        if not tokens:
            raise ValueError("it holds no word")
    except UnicodeDecodeError:
        return TextFacts(problem="it is not UTF-8")
    except ValueError as error:
        return TextFacts(problem=str(error))
    facts.total_words = len(tokens)
    keep_words(facts, tokens)
    return facts
