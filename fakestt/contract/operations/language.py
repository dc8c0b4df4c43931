"""Custom language models: seven operations."""

from __future__ import annotations

from functools import partial

from fakestt.contract.operation import Body, In, Operation, Param
from fakestt.contract.operations.customizations import (
    EMPTY,
    NEW_MODEL,
    ON_A_MODEL,
    REFUSED_TO_CREATE,
    SDK,
    TRAINING,
    created,
    flag,
    list_of_models,
    model_id,
    model_record,
)
from fakestt.contract.shapes import Number, OneOf, Optional, Record, Text
from fakestt.core.language.family import LANGUAGE
from fakestt.core.provenance import Source
from fakestt.core.refusals import Why

__all__ = ["LANGUAGE_OPERATIONS"]

CREATE_PAGE = "icp2018 language-create.md"
PAGE = "icp2018 language-models.md"

MODELS_PATH = "/v1/customizations"
MODEL_PATH = f"{MODELS_PATH}/{{customization_id}}"
MODEL = model_record("LanguageModel", dialect=Text())
MODEL_ID = model_id(Source(SDK, "get_language_model"))
TRAIN = Source(SDK, "train_language_model")

_of_models = partial(Operation, family=LANGUAGE)

LANGUAGE_OPERATIONS = (
    _of_models(
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
    ),
    _of_models(
        "listLanguageModels",
        "GET",
        MODELS_PATH,
        "List custom language models",
        Source(PAGE, "listModels"),
        list_of_models(MODEL),
        params=(Param(name="language", where=In.QUERY, shape=Text(), how=Source(PAGE, "listExample")),),
    ),
    _of_models(
        "getLanguageModel",
        "GET",
        MODEL_PATH,
        "Get a custom language model",
        Source(PAGE, "listModels"),
        MODEL,
        params=(MODEL_ID,),
        refusals=ON_A_MODEL,
    ),
    _of_models(
        "deleteLanguageModel",
        "DELETE",
        MODEL_PATH,
        "Delete a custom language model",
        Source(PAGE, "deleteModel"),
        EMPTY,
        params=(MODEL_ID,),
        refusals=(*ON_A_MODEL, Why.BUSY),
    ),
    _of_models(
        "trainLanguageModel",
        "POST",
        f"{MODEL_PATH}/train",
        "Train a custom language model",
        Source(CREATE_PAGE, "trainModel"),
        TRAINING,
        params=(
            MODEL_ID,
            Param(name="word_type_to_add", where=In.QUERY, shape=OneOf(("all", "user")), how=TRAIN),
            Param(name="customization_weight", where=In.QUERY, shape=Number(least=0.0, most=1.0), how=TRAIN),
            flag("strict", TRAIN, default=True, switch="knows_strict"),
            flag("force", TRAIN, switch="knows_force_of_language_models"),
        ),
        refusals=(*ON_A_MODEL, Why.BUSY, Why.UNMODIFIED, Why.NO_INPUT_DATA, Why.INVALID_DATA),
    ),
    _of_models(
        "resetLanguageModel",
        "POST",
        f"{MODEL_PATH}/reset",
        "Reset a custom language model",
        Source(PAGE, "resetModel"),
        EMPTY,
        params=(MODEL_ID,),
        refusals=(*ON_A_MODEL, Why.BUSY),
    ),
    _of_models(
        "upgradeLanguageModel",
        "POST",
        f"{MODEL_PATH}/upgrade_model",
        "Upgrade a custom language model",
        Source("icp2018 custom-upgrade.md", "upgradeLanguage"),
        EMPTY,
        params=(MODEL_ID,),
        refusals=(*ON_A_MODEL, Why.BUSY, Why.UPGRADES_BY_TRAINING, Why.UP_TO_DATE, Why.NOT_UPGRADABLE),
    ),
)
