"""The words that may be shown: those of the contract, those of HTTP, and what is nearly one of them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from difflib import SequenceMatcher

from fakestt.contract.audio_types import ARCHIVE_TYPES, AUDIO_TYPES
from fakestt.contract.operations import OPERATIONS
from fakestt.editions import EDITIONS
from fakestt.media.grammar import GRAMMAR_TYPES

__all__ = [
    "CODINGS",
    "HIDDEN",
    "METHODS",
    "MOST_WORDS",
    "NAMES",
    "PATHS",
    "PREFIXES",
    "SEGMENTS",
    "TYPES",
    "shown_names",
    "shown_word",
]

HIDDEN = "…"
MOST_WORDS = 20
"""Of one path, query or body. To look for near words takes time, and more of them tell nothing."""

PATHS = tuple(row.path.split("/") for row in OPERATIONS.values())
PREFIXES = tuple(prefix.split("/") for one in EDITIONS.values() for prefix in one.traits.path_prefixes)
# fmt: off
SEGMENTS = frozenset({
    *(segment for path in (*PATHS, *PREFIXES) for segment in path if not segment.startswith("{")),
    # The service's operations that no row has. Source: ibm-watson 11.2.0 speech_to_text_v1.py
    "corpora", "customizations", "recognitions", "recognize", "register_callback", "unregister_callback",
    "words", "icp4d-api",
})
NAMES = frozenset({
    *(param.name for row in OPERATIONS.values() for param in row.params),
    *(name for row in OPERATIONS.values() if row.record is not None for name in row.record.fields),
    "watson-token",
})
METHODS = frozenset({"CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "TRACE"})
CODINGS = frozenset({"br", "chunked", "compress", "deflate", "gzip", "identity", "x-gzip", "zstd"})
TYPES = frozenset({
    *AUDIO_TYPES, *ARCHIVE_TYPES, *GRAMMAR_TYPES, "application/*", "application/json", "application/octet-stream",
    "application/x-www-form-urlencoded", "audio/*", "multipart/form-data", "text/html", "text/plain",
})
# fmt: on

_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_./-]{2,39}")


def shown_word(word: str, known: Collection[str]) -> str:
    """The word, if it is known or nearly so.

    A near word tells an author of a misspelt name. It has nearly all letters of a word that everybody knows, and at
    most two others: nobody's secret is that short.
    """
    if word in known:
        return word
    if _PLAIN.fullmatch(word) is None:
        return HIDDEN
    return word if any(_is_near(word.lower(), one.lower()) for one in known) else HIDDEN


def _is_near(word: str, known: str) -> bool:
    if word[:1] != known[:1]:
        return False
    matched = sum(block.size for block in SequenceMatcher(None, word, known).get_matching_blocks())
    return len(word) - matched <= 2 and 4 * matched >= 3 * len(known)


def shown_names(names: Iterable[str]) -> tuple[str, ...]:
    """The names of parameters and fields that no row has, as far as they may be shown."""
    found = tuple(names)
    shown = [shown_word(name, NAMES) for name in found[:MOST_WORDS]]
    return tuple(dict.fromkeys([*shown, HIDDEN] if len(found) > MOST_WORDS else shown))
