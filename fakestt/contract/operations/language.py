"""Custom language models, their corpora and their words: sixteen operations."""

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
from fakestt.contract.shapes import Either, Flag, Integer, ListOf, Number, OneOf, Optional, Record, Shape, Text
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
WORD_PATH = f"{MODEL_PATH}/words/{{word_name}}"
WORDS_PAGE = "icp2018 language-words.md"
MAPPING_ONLY = Optional(Either((Flag(), ListOf(Text()))))
WORD: dict[str, Shape] = {
    "display_as": Text(),
    "sounds_like": ListOf(Text()),
    "count": Integer(),
    "source": ListOf(Text()),
    "word": Text(),
    "mapping_only": MAPPING_ONLY,
    "error": Optional(ListOf(Record("WordError", open=True))),
}
ONE_WORD = Record("Word", {**WORD, "warnings": WARNINGS})
WORDS = Record("Words", {"words": ListOf(Record("WordOfList", WORD)), "warnings": WARNINGS})
DEFINITION: dict[str, Shape] = {
    "sounds_like": Optional(ListOf(Text(least=1))),
    "display_as": Optional(Text()),
    "mapping_only": MAPPING_ONLY,
}
NEW_WORD = Record("CustomWord", {"word": Text(least=1), **DEFINITION}, open=True)
NEW_WORDS = Record("AddWords", {"words": ListOf(NEW_WORD, least=1)}, open=True)
WORD_NAME = Param(name="word_name", where=In.PATH, shape=Text(least=1), required=True, how=Source(SDK, "add_word"))
LISTED = Source(SDK, "list_words")
TYPES = OneOf(("all", "user", "corpora", "grammars"))
ORDERS = OneOf(tuple(sign + order for order in ("alphabetical", "count") for sign in ("", "+", "-")))
REFUSED_TO_ADD_WORDS = (
    *ON_A_MODEL,
    Why.WRONG_CONTENT_TYPE,
    Why.BODY_TOO_LARGE,
    Why.MALFORMED_JSON,
    Why.BUSY,
    Why.WORD_WITH_SPACE,
    Why.TOO_MANY_PRONUNCIATIONS,
    Why.TOO_MANY_WORDS,
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
            Why.NAME_OF_A_GRAMMAR,
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
    _of_models(
        "listWords",
        "GET",
        f"{MODEL_PATH}/words",
        "List custom words",
        Source(WORDS_PAGE, "listWords"),
        WORDS,
        params=(
            MODEL_ID,
            Param(name="word_type", where=In.QUERY, shape=TYPES, how=LISTED),
            Param(name="sort", where=In.QUERY, shape=ORDERS, how=LISTED),
        ),
        refusals=ON_A_MODEL,
    ),
    _of_models(
        "addWords",
        "POST",
        f"{MODEL_PATH}/words",
        "Add custom words",
        Source(CREATE_PAGE, "addWords"),
        EMPTY,
        success=201,
        params=(MODEL_ID, METADATA),
        body=Body.JSON,
        record=NEW_WORDS,
        most_bytes="max_words_bytes",
        refusals=(*REFUSED_TO_ADD_WORDS, Why.MISSING_PARAMETER),
    ),
    _of_models(
        "addWord",
        "PUT",
        WORD_PATH,
        "Add a custom word",
        Source(CREATE_PAGE, "addWords"),
        EMPTY,
        success=201,
        params=(MODEL_ID, WORD_NAME, METADATA),
        body=Body.JSON,
        record=Record("AddWord", {"word": Optional(Text()), **DEFINITION}, open=True),
        refusals=(*REFUSED_TO_ADD_WORDS, Why.INVALID_WORD),
    ),
    _of_models(
        "getWord",
        "GET",
        WORD_PATH,
        "Get a custom word",
        Source(WORDS_PAGE, "listWords"),
        ONE_WORD,
        params=(MODEL_ID, WORD_NAME),
        refusals=(*ON_A_MODEL, Why.NO_SUCH_WORD),
    ),
    _of_models(
        "deleteWord",
        "DELETE",
        WORD_PATH,
        "Delete a custom word",
        Source(WORDS_PAGE, "deleteWord"),
        EMPTY,
        params=(MODEL_ID, WORD_NAME),
        refusals=(*ON_A_MODEL, Why.BUSY, Why.NO_SUCH_WORD),
    ),
)
