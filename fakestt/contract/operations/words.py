"""The words of custom language models: five operations."""

from __future__ import annotations

from fakestt.contract.operation import Body, In, Param
from fakestt.contract.operations.customizations import METADATA, SDK, WARNINGS
from fakestt.contract.operations.language import MODEL
from fakestt.contract.shapes import Either, Flag, Integer, ListOf, OneOf, Optional, Record, Shape, Text
from fakestt.core.provenance import Source
from fakestt.core.refusals import Why

__all__ = ["WORD_OPERATIONS"]

PAGE = "icp2018 language-words.md"
ADDED = Source("icp2018 language-create.md", "addWords")
LISTED = Source(SDK, "list_words")
MAPPING_ONLY = Optional(Either((Flag(), ListOf(Text()))))
RECORD: dict[str, Shape] = {
    "display_as": Text(),
    "sounds_like": ListOf(Text()),
    "count": Integer(),
    "source": ListOf(Text()),
    "word": Text(),
    "mapping_only": MAPPING_ONLY,
    "error": Optional(ListOf(Record("WordError", open=True))),
}
DEFINITION: dict[str, Shape] = {
    "sounds_like": Optional(ListOf(Text(least=1))),
    "display_as": Optional(Text()),
    "mapping_only": MAPPING_ONLY,
}
NEW_WORD = Record("CustomWord", {"word": Text(least=1), **DEFINITION}, open=True)
TYPES = OneOf(("all", "user", "corpora", "grammars"))
ORDERS = OneOf(tuple(sign + order for order in ("alphabetical", "count") for sign in ("", "+", "-")))
REFUSED_TO_ADD = (
    Why.WRONG_CONTENT_TYPE,
    Why.BODY_TOO_LARGE,
    Why.MALFORMED_JSON,
    Why.BUSY,
    Why.WORD_WITH_SPACE,
    Why.TOO_MANY_PRONUNCIATIONS,
    Why.TOO_MANY_WORDS,
)
WORD = MODEL.child("words", "word_name", Source(SDK, "add_word"), Why.NO_SUCH_WORD)

WORD_OPERATIONS = (
    MODEL.row(
        "listWords",
        "GET",
        "/words",
        "List custom words",
        Source(PAGE, "listWords"),
        Record("Words", {"words": ListOf(Record("WordOfList", RECORD)), "warnings": WARNINGS}),
        params=(
            Param(name="word_type", where=In.QUERY, shape=TYPES, how=LISTED),
            Param(name="sort", where=In.QUERY, shape=ORDERS, how=LISTED),
        ),
    ),
    MODEL.row(
        "addWords",
        "POST",
        "/words",
        "Add custom words",
        ADDED,
        success=201,
        params=(METADATA,),
        body=Body.JSON,
        record=Record("AddWords", {"words": ListOf(NEW_WORD, least=1)}, open=True),
        most_bytes="max_words_bytes",
        refusals=(*REFUSED_TO_ADD, Why.MISSING_PARAMETER),
    ),
    WORD.row(
        "addWord",
        "PUT",
        "",
        "Add a custom word",
        ADDED,
        success=201,
        params=(METADATA,),
        body=Body.JSON,
        record=Record("AddWord", {"word": Optional(Text()), **DEFINITION}, open=True),
        refusals=(*REFUSED_TO_ADD, Why.INVALID_WORD),
    ),
    WORD.get(
        "getWord",
        "Get a custom word",
        Source(PAGE, "listWords"),
        Record("Word", {**RECORD, "warnings": WARNINGS}),
    ),
    WORD.delete("deleteWord", "Delete a custom word", Source(PAGE, "deleteWord")),
)
