"""Custom language models: seven operations."""

from __future__ import annotations

from fakestt.contract.operation import Body, In, Operation, Param
from fakestt.contract.operations.customizations import (
    NEW_MODEL,
    REFUSED_TO_CREATE,
    SDK,
    TRAINING,
    created,
    flag,
    list_of_models,
    model_of,
    model_record,
    of_language,
)
from fakestt.contract.shapes import Number, OneOf, Optional, Record, Text
from fakestt.core.language.family import LANGUAGE
from fakestt.core.provenance import Source
from fakestt.core.refusals import Why

__all__ = ["LANGUAGE_OPERATIONS", "MODEL"]

CREATE_PAGE = "icp2018 language-create.md"
PAGE = "icp2018 language-models.md"

RECORD = model_record("LanguageModel", dialect=Text())
MODELS_PATH = "/v1/customizations"
MODEL = model_of(LANGUAGE, MODELS_PATH, Source(SDK, "get_language_model"))
TRAIN = Source(SDK, "train_language_model")

LANGUAGE_OPERATIONS = (
    Operation(
        "createLanguageModel",
        "POST",
        MODELS_PATH,
        "Create a custom language model",
        Source(CREATE_PAGE, "createModel"),
        created("CreatedLanguageModel"),
        success=201,
        body=Body.JSON,
        record=Record("CreateLanguageModel", {**NEW_MODEL, "dialect": Optional(Text())}, open=True),
        refusals=(*REFUSED_TO_CREATE, Why.WRONG_DIALECT),
        family=LANGUAGE,
    ),
    Operation(
        "listLanguageModels",
        "GET",
        MODELS_PATH,
        "List custom language models",
        Source(PAGE, "listModels"),
        list_of_models(RECORD),
        params=(of_language(Source(PAGE, "listExample")),),
        family=LANGUAGE,
    ),
    MODEL.get("getLanguageModel", "Get a custom language model", Source(PAGE, "listModels"), RECORD),
    MODEL.delete("deleteLanguageModel", "Delete a custom language model", Source(PAGE, "deleteModel")),
    MODEL.row(
        "trainLanguageModel",
        "POST",
        "/train",
        "Train a custom language model",
        Source(CREATE_PAGE, "trainModel"),
        TRAINING,
        params=(
            Param(name="word_type_to_add", where=In.QUERY, shape=OneOf(("all", "user")), how=TRAIN),
            Param(name="customization_weight", where=In.QUERY, shape=Number(least=0.0, most=1.0), how=TRAIN),
            flag("strict", TRAIN, default=True, switch="knows_strict"),
            flag("force", TRAIN, switch="knows_force_of_language_models"),
        ),
        refusals=(Why.BUSY, Why.UNMODIFIED, Why.NO_INPUT_DATA, Why.INVALID_DATA),
    ),
    MODEL.row(
        "resetLanguageModel",
        "POST",
        "/reset",
        "Reset a custom language model",
        Source(PAGE, "resetModel"),
        refusals=(Why.BUSY,),
    ),
    MODEL.row(
        "upgradeLanguageModel",
        "POST",
        "/upgrade_model",
        "Upgrade a custom language model",
        Source("icp2018 custom-upgrade.md", "upgradeLanguage"),
        refusals=(Why.BUSY, Why.UPGRADES_BY_TRAINING, Why.UP_TO_DATE, Why.NOT_UPGRADABLE),
    ),
)
