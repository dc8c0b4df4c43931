"""Custom language models, as far as they are here: a test makes them, and a client lists and reads them."""

from __future__ import annotations

from fakestt.contract.operation import In, Operation, Param
from fakestt.contract.shapes import Guid, ListOf, OneOf, Optional, Record, Text
from fakestt.core.language.family import LANGUAGE
from fakestt.core.provenance import Source
from fakestt.core.refusals import Why

__all__ = ["LANGUAGE_OPERATIONS"]

SDK = "ibm-watson 11.2.0 speech_to_text_v1.py"
PAGE = "icp2018 language-models.md"

WARNINGS = Optional(Text())
MODEL = Record(
    "LanguageModel",
    {
        "owner": Text(),
        "base_model_name": Text(),
        "customization_id": Guid(),
        "dialect": Text(),
        "versions": ListOf(Text()),
        "created": Text(),
        "name": Text(),
        "description": Optional(Text()),
        "progress": OneOf((0, 100)),
        "language": Text(),
        "updated": Optional(Text()),
        "error": Optional(Text()),
        "status": OneOf(("pending", "ready", "training", "available", "upgrading", "failed")),
        "warnings": WARNINGS,
    },
)

LANGUAGE_OPERATIONS = (
    Operation(
        "listLanguageModels",
        "GET",
        "/v1/customizations",
        "List custom language models",
        Source(PAGE, "listModels"),
        Record("LanguageModels", {"customizations": ListOf(MODEL), "warnings": WARNINGS}),
        params=(Param(name="language", where=In.QUERY, shape=Text(), how=Source(PAGE, "listExample")),),
        family=LANGUAGE,
    ),
    Operation(
        "getLanguageModel",
        "GET",
        "/v1/customizations/{customization_id}",
        "Get a custom language model",
        Source(PAGE, "listModels"),
        MODEL,
        params=(
            Param(
                name="customization_id",
                where=In.PATH,
                shape=Guid(),
                required=True,
                how=Source(SDK, "get_language_model"),
            ),
        ),
        refusals=(Why.MALFORMED_GUID, Why.NO_SUCH_MODEL),
        family=LANGUAGE,
    ),
)
