"""The grammars of custom language models: four operations, which icp2018 does not have."""

from __future__ import annotations

from functools import partial

from fakestt.contract.operation import Body, In, Operation, Param
from fakestt.contract.operations.customizations import EMPTY, METADATA, ON_A_MODEL, SDK, WARNINGS, flag, model_id
from fakestt.contract.shapes import Integer, ListOf, OneOf, Optional, Record, Shape, Text
from fakestt.core.language.family import LANGUAGE
from fakestt.core.provenance import Source
from fakestt.core.refusals import Why

__all__ = ["GRAMMAR_OPERATIONS"]

PAGE = "icp2020 grammar-manage.md"
PATH = "/v1/customizations/{customization_id}/grammars"
ONE_PATH = f"{PATH}/{{grammar_name}}"
GRAMMAR: dict[str, Shape] = {
    "out_of_vocabulary_words": Integer(),
    "name": Text(),
    "status": OneOf(("analyzed", "being_processed", "undetermined")),
    "error": Optional(Text()),
}
MODEL_ID = model_id(Source(SDK, "get_language_model"))
NAME = Param(name="grammar_name", where=In.PATH, shape=Text(least=1), required=True, how=Source(SDK, "add_grammar"))

_of_grammars = partial(Operation, family=LANGUAGE, switch="knows_grammars")

GRAMMAR_OPERATIONS = (
    _of_grammars(
        "listGrammars",
        "GET",
        PATH,
        "List grammars",
        Source(PAGE, "listGrammars"),
        Record("Grammars", {"grammars": ListOf(Record("GrammarOfList", GRAMMAR)), "warnings": WARNINGS}),
        params=(MODEL_ID,),
        refusals=ON_A_MODEL,
    ),
    _of_grammars(
        "addGrammar",
        "POST",
        ONE_PATH,
        "Add a grammar",
        Source("icp2020 grammar-add.md", "addGrammar"),
        EMPTY,
        success=201,
        params=(MODEL_ID, NAME, flag("allow_overwrite", Source(SDK, "add_grammar")), METADATA),
        body=Body.GRAMMAR,
        refusals=(
            *ON_A_MODEL,
            Why.WRONG_GRAMMAR_TYPE,
            Why.BODY_TOO_LARGE,
            Why.EMPTY_BODY,
            Why.DATA_NAME_TOO_LONG,
            Why.DATA_NAME_CHARACTERS,
            Why.DATA_NAME_RESERVED,
            Why.BUSY,
            Why.NO_GRAMMARS,
            Why.NAME_OF_A_CORPUS,
            Why.GRAMMAR_TAKEN,
        ),
    ),
    _of_grammars(
        "getGrammar",
        "GET",
        ONE_PATH,
        "Get a grammar",
        Source(PAGE, "listGrammars"),
        Record("Grammar", {**GRAMMAR, "warnings": WARNINGS}),
        params=(MODEL_ID, NAME),
        refusals=(*ON_A_MODEL, Why.NO_SUCH_GRAMMAR),
    ),
    _of_grammars(
        "deleteGrammar",
        "DELETE",
        ONE_PATH,
        "Delete a grammar",
        Source(PAGE, "deleteGrammar"),
        EMPTY,
        params=(MODEL_ID, NAME),
        refusals=(*ON_A_MODEL, Why.BUSY, Why.NO_SUCH_GRAMMAR),
    ),
)
