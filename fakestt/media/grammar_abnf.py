"""The plain form of a grammar, ABNF.

The rule, in short. The first line is `#ABNF 1.0;`, with an encoding or without. What follows are statements, each up to
its `;`: a declaration that begins with a word such as `language`, or a rule `$name = ...`. A rule holds words, quoted
words, rules of this grammar, brackets that match, `|` between two choices, repeats `<0-1>`, weights `/2/`, languages
`!en-US` and tags `{...}`. Rules elsewhere, and `$NULL`, `$VOID` and `$GARBAGE`, are not supported.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

__all__ = ["abnf_words"]

_HEAD = re.compile(r"#ABNF[ \t]+1\.0(?:[ \t]+[\w.:-]+)?[ \t]*;")
_TOKEN = re.compile(
    r"""(?P<space>\s+|//[^\n]*|/\*.*?\*/)
    |(?P<string>"[^"]*")
    |(?P<tag>\{!\{.*?\}!\}|\{[^{}]*\})
    |(?P<elsewhere>\$<[^<>]*>)
    |(?P<rule>\$[\w.:-]+)
    |(?P<angle><[^<>]*>)
    |(?P<weight>/\s*[0-9.]+\s*/)
    |(?P<language>![A-Za-z0-9-]+)
    |(?P<sign>[;=|()\[\]])
    |(?P<word>[^\s;=|()\[\]{}<>"$/!\\]+)""",
    re.VERBOSE | re.DOTALL,
)
_REPEAT = re.compile(r"<\s*\d+\s*(-\s*\d*\s*)?(/\s*[0-9.]+\s*/)?\s*>")
DECLARATIONS = frozenset({"base", "http-equiv", "language", "lexicon", "meta", "mode", "root", "tag-format"})
SPECIAL = frozenset({"$GARBAGE", "$NULL", "$VOID"})
CLOSES: Mapping[str, str] = {")": "(", "]": "["}


class _Token(NamedTuple):
    kind: str
    text: str
    line: int


def abnf_words(text: str) -> list[str]:
    """The words of all rules, as they come.

    Raises:
        ValueError: it is no such grammar; with the line.
    """
    head = _HEAD.match(text)
    if head is None:
        raise ValueError("it does not begin with #ABNF 1.0;")
    words: list[str] = []
    used: dict[str, int] = {}
    defined: set[str] = set()
    for statement in _statements(text, head.end()):
        first = statement[0]
        if first.kind == "word" and first.text in DECLARATIONS:
            used.update((one.text, one.line) for one in statement if one.kind == "rule")
        elif first.kind != "tag":
            name, expansion = _rule(statement)
            if name.text in defined:
                raise _wrong(name, "a rule is defined for the second time")
            defined.add(name.text)
            words += _expanded(expansion, used)
    if not defined:
        raise ValueError("it has no rule")
    for missing in (name for name in used if name not in defined):
        raise ValueError(f"line {used[missing]}: a rule is used that is not defined")
    return words


def _statements(text: str, start: int) -> Iterator[list[_Token]]:
    """The statements, each with its `;` at the end and with one token more at least."""
    statement: list[_Token] = []
    line = 1 + text.count("\n", 0, start)
    while start < len(text):
        found = _TOKEN.match(text, start)
        if found is None:
            raise ValueError(f"line {line}: what stands there belongs to no grammar")
        start, kind = found.end(), str(found.lastgroup)
        if kind != "space":
            statement.append(_Token(kind, found[0], line))
        line += found[0].count("\n")
        if found[0] == ";":
            if len(statement) == 1:
                raise _wrong(statement[0], "a statement is empty")
            yield statement
            statement = []
    if statement:
        raise _wrong(statement[-1], "the last statement has no ;")


def _rule(statement: Sequence[_Token]) -> tuple[_Token, Sequence[_Token]]:
    """The name of a rule, and what stands behind its `=`."""
    rest = statement[1:] if statement[0].text in ("public", "private") else statement
    if rest[0].kind != "rule" or rest[0].text in SPECIAL or rest[1].text != "=":
        raise _wrong(rest[0], "this is neither a declaration nor a rule")
    return rest[0], rest[2:]


def _expanded(expansion: Sequence[_Token], used: dict[str, int]) -> Iterator[str]:
    """The words of a rule. The rules that it uses are noted, each with a line."""
    opened: list[str] = []
    before = "start"  # or "choice", behind a bar, or "item"
    for token in expansion:
        match token.kind, token.text:
            case (("word" | "string" | "tag" | "rule"), text):
                if token.kind == "rule":
                    if text in SPECIAL:
                        raise _wrong(token, "special rules are not supported")
                    used.setdefault(text, token.line)
                elif token.kind != "tag":
                    yield text.strip('"')
                before = "item"
            case "elsewhere", _:
                raise _wrong(token, "rules of other grammars are not supported")
            case "angle", text if before != "item" or not _REPEAT.fullmatch(text):
                raise _wrong(token, "a repeat is wrong")
            case "weight", _ if before == "item":
                raise _wrong(token, "a weight stands before a choice")
            case "language", _ if before != "item":
                raise _wrong(token, "a language is that of nothing")
            case _, ("(" | "[") as bracket:
                opened.append(bracket)
                before = "start"
            case _, (")" | "]") as bracket:
                if before == "choice" or not opened or opened.pop() != CLOSES[bracket]:
                    raise _wrong(token, "a bracket closes nothing")
                before = "item"
            case _, "|" if before == "item":
                before = "choice"
            case _, ";" if before == "item" and not opened:
                pass
            case "sign", _:
                raise _wrong(token, "something is missing before it, or a bracket is open")


def _wrong(token: _Token, problem: str) -> ValueError:
    return ValueError(f"line {token.line}: {problem}")
