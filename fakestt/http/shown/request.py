"""What may be shown of the head of a request: its method, its target and its headers."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import unquote_plus

from fakestt.contract.check import fits
from fakestt.contract.operation import In, Param
from fakestt.contract.operations import OPERATIONS
from fakestt.contract.shapes import Guid
from fakestt.http.routing import REMEMBERED_LENGTH, start_of
from fakestt.http.shown.words import (
    CODINGS,
    HIDDEN,
    METHODS,
    MOST_WORDS,
    NAMES,
    PATHS,
    PREFIXES,
    SEGMENTS,
    TYPES,
    shown_word,
)

__all__ = [
    "SHOWN_HEADERS",
    "shown_header",
    "shown_headers",
    "shown_host",
    "shown_method",
    "shown_path",
    "shown_query",
]

_MOST_CHARACTERS = 200


def shown_method(method: str) -> str:
    """The method, if HTTP has it."""
    return shown_word(method, METHODS)


# The target


def shown_path(path: str) -> str:
    """The path of a target, segment by segment."""
    return _remembered(path) if len(path) <= REMEMBERED_LENGTH else _shown_path(path)


def _shown_path(path: str) -> str:
    start = start_of(path)
    before, inside = path[:start].split("/"), path[start:].split("/")
    if not any(_is_prefix(before, prefix) for prefix in PREFIXES):
        before = _shown_segments(before, ())
    return "/".join(before) + "/".join(_shown_segments(inside, PATHS))


_remembered = lru_cache(maxsize=256)(_shown_path)


def _shown_segments(segments: list[str], fitting: tuple[list[str], ...]) -> list[str]:
    shown = []
    for at, segment in enumerate(segments[:MOST_WORDS]):
        fitting = tuple(one for one in fitting if len(one) > at and (one[at] == segment or one[at].startswith("{")))
        is_known = (
            fitting or not segment or Guid().problem(segment) is None
        )  # an id, where a word before it is misspelt
        shown.append(segment if is_known else shown_word(segment, SEGMENTS))
    return [*shown, HIDDEN] if len(segments) > MOST_WORDS else shown


def _is_prefix(segments: list[str], prefix: list[str]) -> bool:
    """Whether an edition has this prefix."""
    return len(segments) == len(prefix) and all(map(_may_stand_for, segments, prefix))


def _may_stand_for(segment: str, known: str) -> bool:
    return known in (segment, "{release}") or (known == "{guid}" and Guid().problem(segment) is None)


_QUERY: Mapping[str, Param] = {
    param.name: param
    for row in OPERATIONS.values()
    for param in row.params
    if param.where is In.QUERY and param.is_shown
}


def shown_query(query: str) -> str:
    """The query of a target: the parameters of rows with values that fit them. Their names are spelled plainly."""
    parts = query.split("&")
    shown = [_shown_part(part) for part in parts[:MOST_WORDS]]
    return "&".join([*shown, HIDDEN] if len(parts) > MOST_WORDS else shown)


def _shown_part(part: str) -> str:
    raw_name, equals, value = part.partition("=")
    name = unquote_plus(raw_name)
    param = _QUERY.get(name)
    if param is not None and fits(param, unquote_plus(value)):
        return name + equals + value
    return (name and shown_word(name, NAMES)) + equals + (value and HIDDEN)


# Headers

_NOTHING = re.compile(r"(?!)")
_PARAMETER = (
    r"(?i:q=[\d.]{1,5}|rate=\d{1,7}|channels=\d{1,3}|endianness=(?:big|little)-endian"
    r'|codecs="?(?:opus|vorbis)"?|charset="?(?:utf-?8|us-ascii|iso-8859-1)"?)'
)
_HOST = r"(?:[A-Za-z0-9.-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\])(?::\d{1,5})?"
_OF_TYPES = TYPES, re.compile(rf"\*/\*|{_PARAMETER}")
_OF_CODINGS = CODINGS, re.compile(rf"\*|{_PARAMETER}")

SHOWN_HEADERS: Mapping[str, tuple[Collection[str] | None, re.Pattern[str]]] = {
    "Accept": _OF_TYPES,
    "Accept-Encoding": _OF_CODINGS,
    "Contained-Content-Type": _OF_TYPES,
    "Content-Encoding": _OF_CODINGS,
    "Content-Length": (None, re.compile(r"\d{1,20}")),
    "Content-Type": _OF_TYPES,
    "Host": (None, re.compile(_HOST)),
    "Origin": (None, re.compile(rf"https?://{_HOST}|null")),
    "Transfer-Encoding": _OF_CODINGS,
    # A client's name and version, such as python-requests/2.32.3.
    "User-Agent": ((), re.compile(r"[A-Za-z-]{1,40}/\d[\d.]{0,15}")),
    # A client invents it, in order to find it in logs.
    "X-Global-Transaction-Id": (None, re.compile(r"[A-Za-z0-9_.:-]{1,64}")),
    "X-Watson-Learning-Opt-Out": (("0", "1", "false", "true"), _NOTHING),
}
"""The words that are known in a header, and the form of others that are shown. Spaces, commas and semicolons stand
between words; with None the whole value has that form. Any other header may be, or hold, a credential."""


def shown_header(name: str, value: str) -> str:
    """A header's value, with its words as far as they may be shown. A long value is hidden."""
    known, form = SHOWN_HEADERS[name]
    if known is None:
        return value if form.fullmatch(value) else HIDDEN

    def shown(word: re.Match[str]) -> str:
        return word[0] if form.fullmatch(word[0]) else shown_word(word[0], known)

    return re.sub(r"[^\s,;]+", shown, value) if len(value) <= _MOST_CHARACTERS else HIDDEN


@lru_cache(maxsize=64)
def shown_headers(values: tuple[object, ...]) -> tuple[tuple[str, str], ...]:
    """The headers that may be shown, of the values of SHOWN_HEADERS. A poll has the same ones again."""
    return tuple(
        (name, shown_header(name, str(values[at]))) for at, name in enumerate(SHOWN_HEADERS) if values[at] is not None
    )


def shown_host(environ: Mapping[str, Any]) -> str:
    """The host that was asked, without a user before it."""
    host = _without_user(str(environ.get("HTTP_HOST") or ""))
    return host or str(environ["SERVER_NAME"])


@lru_cache(maxsize=64)
def _without_user(host: str) -> str:
    found = re.fullmatch(f"(?:.*@)?({_HOST})", host)
    return found[1] if found else ""
