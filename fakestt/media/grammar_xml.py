"""The XML form of a grammar, read by the standard library's expat.

Nothing that XML can do beyond elements, attributes and text is allowed. A document type is refused as soon as it
begins, so there are no entities but XML's own five, and nothing is ever fetched.
"""

from __future__ import annotations

from collections.abc import Mapping
from xml.parsers import expat

__all__ = ["MOST_DEPTH", "xml_words"]

MOST_DEPTH = 100
"""So deep may elements stand in one another. No rule that a person has written comes near."""

# The elements, each with those in which it may stand.
INSIDE: Mapping[str, tuple[str, ...]] = {
    "grammar": ("",),
    "lexicon": ("grammar",),
    "meta": ("grammar",),
    "metadata": ("grammar",),
    "rule": ("grammar",),
    "example": ("rule",),
    "item": ("rule", "item", "one-of"),
    "one-of": ("rule", "item"),
    "ruleref": ("rule", "item"),
    "tag": ("grammar", "rule", "item"),
    "token": ("rule", "item"),
}
WITH_WORDS = frozenset({"rule", "item", "token"})
NAMESPACE = "http://www.w3.org/2001/06/grammar "


def xml_words(text: str) -> list[str]:
    """The texts of all rules, as they come.

    Raises:
        ValueError: it is no such grammar; with the line, if it has one.
    """
    grammar = _Grammar()
    try:
        grammar.parser.Parse(text, True)
    except expat.ExpatError as error:
        raise ValueError(f"line {error.lineno}: it is not well-formed XML") from None
    for name, line in grammar.used.items():
        if name not in grammar.defined:
            raise ValueError(f"line {line}: a rule is used that is not defined")
    if not grammar.defined:
        raise ValueError("it has no rule")
    return grammar.words


class _Grammar:
    """What was read so far."""

    def __init__(self) -> None:
        # A text is read as UTF-8, whatever encoding it names: expat does so with a str.
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.StartDoctypeDeclHandler = self._doctype
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text
        self.words: list[str] = []
        self.used: dict[str, int] = {}
        self.defined: set[str] = set()
        self._open: list[str] = [""]
        self._pieces: list[str] = []

    def _wrong(self, problem: str) -> ValueError:
        return ValueError(f"line {self.parser.CurrentLineNumber}: {problem}")

    def _doctype(self, *_: object) -> None:
        raise self._wrong("a document type is not allowed")

    def _start(self, full_name: str, attributes: dict[str, str]) -> None:
        self._flush()
        name = full_name.removeprefix(NAMESPACE)
        if len(self._open) > MOST_DEPTH:
            raise self._wrong(f"elements stand more than {MOST_DEPTH} deep in one another")
        if "metadata" not in self._open:
            if self._open[-1] not in INSIDE.get(name, ()):
                raise self._wrong("an element stands where no grammar has it")
            self._look(name, attributes)
        self._open.append(name)

    def _look(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "grammar" and "root" in attributes:
            self._use(attributes["root"])
        elif name == "rule":
            rule = attributes.get("id", "")
            if not rule or rule in self.defined:
                raise self._wrong("a rule has no id of its own")
            self.defined.add(rule)
        elif name == "ruleref":
            if "special" in attributes:
                raise self._wrong("special rules are not supported")
            place, sign, rule = attributes.get("uri", "").partition("#")
            if place or not sign:
                raise self._wrong("rules of other grammars are not supported")
            self._use(rule)

    def _use(self, rule: str) -> None:
        self.used.setdefault(rule, self.parser.CurrentLineNumber)

    def _text(self, piece: str) -> None:
        if self._open[-1] in WITH_WORDS:
            self._pieces.append(piece)

    def _flush(self) -> None:
        """What was read since the last tag is a text: expat gives it in any number of pieces."""
        self.words.append("".join(self._pieces))
        self._pieces.clear()

    def _end(self, _: str) -> None:
        self._flush()
        self._open.pop()
