"""Custom language models and their corpora: eleven operations."""

from __future__ import annotations

from functools import partial

from fakestt.contract.operation import Body, In, Operation, Param
from fakestt.contract.operations.customizations import (
    EMPTY,
    METADATA,
    NEW_MODEL,
    ON_A_MODEL,
    REFUSED_TO_CREATE,
    SDK,
    TRAINING,
    WARNINGS,
    created,
    flag,
    list_of_models,
    model_id,
    model_record,
)
from fakestt.contract.shapes import Integer, ListOf, Number, OneOf, Optional, Record, Shape, Text
from fakestt.core.language.family import LANGUAGE
from fakestt.core.provenance import Source
from fakestt.core.refusals import Why

__all__ = ["LANGUAGE_OPERATIONS"]

CREATE_PAGE = "icp2018 language-create.md"
PAGE = "icp2018 language-models.md"

MODELS_PATH = "/v1/customizations"
MODEL_PATH = f"{MODELS_PATH}/{{customization_id}}"
MODEL = model_record("LanguageModel", dialect=Text())
CORPUS_PATH = f"{MODEL_PATH}/corpora/{{corpus_name}}"
CORPUS: dict[str, Shape] = {
    "out_of_vocabulary_words": Integer(),
    "total_words": Integer(),
    "name": Text(),
    "status": OneOf(("analyzed", "being_processed", "undetermined")),
    "error": Optional(Text()),
}
ONE_CORPUS = Record("Corpus", {**CORPUS, "warnings": WARNINGS})
CORPORA = Record("Corpora", {"corpora": ListOf(Record("CorpusOfList", CORPUS)), "warnings": WARNINGS})
CORPUS_PAGE = "icp2018 language-corpora.md"
CORPUS_NAME = Param(
    name="corpus_name", where=In.PATH, shape=Text(least=1), required=True, how=Source(SDK, "add_corpus")
)
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
    _of_models(
        "listCorpora",
        "GET",
        f"{MODEL_PATH}/corpora",
        "List corpora",
        Source(CORPUS_PAGE, "listCorpora"),
        CORPORA,
        params=(MODEL_ID,),
        refusals=ON_A_MODEL,
    ),
    _of_models(
        "addCorpus",
        "POST",
        CORPUS_PATH,
        "Add a corpus",
        Source(CREATE_PAGE, "addCorpus"),
        EMPTY,
        success=201,
        params=(MODEL_ID, CORPUS_NAME, flag("allow_overwrite", Source(SDK, "add_corpus")), METADATA),
        body=Body.TEXT,
        refusals=(
            *ON_A_MODEL,
            Why.BODY_TOO_LARGE,
            Why.EMPTY_BODY,
            Why.DATA_NAME_TOO_LONG,
            Why.DATA_NAME_CHARACTERS,
            Why.DATA_NAME_RESERVED,
            Why.BUSY,
            Why.CORPUS_TAKEN,
        ),
    ),
    _of_models(
        "getCorpus",
        "GET",
        CORPUS_PATH,
        "Get a corpus",
        Source(CORPUS_PAGE, "listCorpora"),
        ONE_CORPUS,
        params=(MODEL_ID, CORPUS_NAME),
        refusals=(*ON_A_MODEL, Why.NO_SUCH_CORPUS),
    ),
    _of_models(
        "deleteCorpus",
        "DELETE",
        CORPUS_PATH,
        "Delete a corpus",
        Source(CORPUS_PAGE, "deleteCorpus"),
        EMPTY,
        params=(MODEL_ID, CORPUS_NAME),
        refusals=(*ON_A_MODEL, Why.BUSY, Why.NO_SUCH_CORPUS),
    ),
)
