"""The corpora and grammars of custom language models: four operations each. icp2018 does not have grammars."""

from __future__ import annotations

from dataclasses import replace

from fakestt.contract.operation import Body
from fakestt.contract.operations.customizations import METADATA, SDK, WARNINGS, flag
from fakestt.contract.operations.language import MODEL
from fakestt.contract.shapes import Integer, ListOf, OneOf, Optional, Record, Shape, Text
from fakestt.core.provenance import Source
from fakestt.core.refusals import Why

__all__ = ["CORPUS_OPERATIONS", "GRAMMAR_OPERATIONS"]

CORPUS_PAGE = "icp2018 language-corpora.md"
GRAMMAR_PAGE = "icp2020 grammar-manage.md"
STATE: dict[str, Shape] = {
    "name": Text(),
    "status": OneOf(("analyzed", "being_processed", "undetermined")),
    "error": Optional(Text()),
}
CORPUS_RECORD: dict[str, Shape] = {"out_of_vocabulary_words": Integer(), "total_words": Integer(), **STATE}
GRAMMAR_RECORD: dict[str, Shape] = {"out_of_vocabulary_words": Integer(), **STATE}
REFUSED_TO_ADD = (
    Why.BODY_TOO_LARGE,
    Why.EMPTY_BODY,
    Why.DATA_NAME_TOO_LONG,
    Why.DATA_NAME_CHARACTERS,
    Why.DATA_NAME_RESERVED,
    Why.BUSY,
)
CORPUS = MODEL.child("corpora", "corpus_name", Source(SDK, "add_corpus"), Why.NO_SUCH_CORPUS)
MODEL_WITH_GRAMMARS = replace(MODEL, switch="knows_grammars")
GRAMMAR = MODEL_WITH_GRAMMARS.child("grammars", "grammar_name", Source(SDK, "add_grammar"), Why.NO_SUCH_GRAMMAR)

CORPUS_OPERATIONS = (
    MODEL.get(
        "listCorpora",
        "List corpora",
        Source(CORPUS_PAGE, "listCorpora"),
        Record("Corpora", {"corpora": ListOf(Record("CorpusOfList", CORPUS_RECORD)), "warnings": WARNINGS}),
        below="/corpora",
    ),
    CORPUS.row(
        "addCorpus",
        "POST",
        "",
        "Add a corpus",
        Source("icp2018 language-create.md", "addCorpus"),
        success=201,
        params=(flag("allow_overwrite", Source(SDK, "add_corpus")), METADATA),
        body=Body.TEXT,
        refusals=(*REFUSED_TO_ADD, Why.NAME_OF_A_GRAMMAR, Why.CORPUS_TAKEN),
    ),
    CORPUS.get(
        "getCorpus",
        "Get a corpus",
        Source(CORPUS_PAGE, "listCorpora"),
        Record("Corpus", {**CORPUS_RECORD, "warnings": WARNINGS}),
    ),
    CORPUS.delete("deleteCorpus", "Delete a corpus", Source(CORPUS_PAGE, "deleteCorpus")),
)

GRAMMAR_OPERATIONS = (
    MODEL_WITH_GRAMMARS.get(
        "listGrammars",
        "List grammars",
        Source(GRAMMAR_PAGE, "listGrammars"),
        Record("Grammars", {"grammars": ListOf(Record("GrammarOfList", GRAMMAR_RECORD)), "warnings": WARNINGS}),
        below="/grammars",
    ),
    GRAMMAR.row(
        "addGrammar",
        "POST",
        "",
        "Add a grammar",
        Source("icp2020 grammar-add.md", "addGrammar"),
        success=201,
        params=(flag("allow_overwrite", Source(SDK, "add_grammar")), METADATA),
        body=Body.GRAMMAR,
        refusals=(
            Why.WRONG_GRAMMAR_TYPE,
            *REFUSED_TO_ADD,
            Why.NO_GRAMMARS,
            Why.NAME_OF_A_CORPUS,
            Why.GRAMMAR_TAKEN,
        ),
    ),
    GRAMMAR.get(
        "getGrammar",
        "Get a grammar",
        Source(GRAMMAR_PAGE, "listGrammars"),
        Record("Grammar", {**GRAMMAR_RECORD, "warnings": WARNINGS}),
    ),
    GRAMMAR.delete("deleteGrammar", "Delete a grammar", Source(GRAMMAR_PAGE, "deleteGrammar")),
)
