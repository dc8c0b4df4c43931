"""Custom acoustic models and their audio: eleven operations."""

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
from fakestt.contract.shapes import Guid, Integer, ListOf, Number, OneOf, Optional, Record, Shape, Text
from fakestt.core.acoustic.family import ACOUSTIC
from fakestt.core.provenance import Assumed, Source
from fakestt.core.refusals import Why

__all__ = ["ACOUSTIC_OPERATIONS"]

# Answers

MODEL = model_record("AcousticModel")
DETAILS = Record(
    "AudioDetails",
    {
        "codec": Optional(Text()),
        "type": Optional(OneOf(("audio", "archive", "undetermined"))),
        "frequency": Optional(Integer()),
        "compression": Optional(OneOf(("zip", "gzip"))),
    },
)
AUDIO_RESOURCE: dict[str, Shape] = {
    "duration": Integer(),
    "name": Text(),
    "details": DETAILS,
    "status": OneOf(("ok", "being_processed", "invalid")),
}
AUDIO = Record("AudioResource", AUDIO_RESOURCE)
AUDIO_LIST = Record(
    "AudioResources", {"total_minutes_of_audio": Number(), "audio": ListOf(AUDIO), "warnings": WARNINGS}
)
AUDIO_LISTING = Record(
    "AudioListing",
    {
        **{name: Optional(shape) for name, shape in AUDIO_RESOURCE.items()},
        "container": Optional(AUDIO),
        "audio": Optional(ListOf(AUDIO)),
        "warnings": WARNINGS,
    },
)

# Parameters and bodies

MODEL_ID = model_id(Source(SDK, "get_acoustic_model"))
AUDIO_NAME = Param(name="audio_name", where=In.PATH, shape=Text(least=1), required=True, how=Source(SDK, "add_audio"))
HELPER = Param(
    name="custom_language_model_id",
    where=In.QUERY,
    shape=Guid(),
    how=Source(SDK, "train_acoustic_model"),
)


FORCE = "sent by IBM's own tools since 2017 and never documented; unity-sdk documented it as waiving the minimum"
MODELS_PATH = "/v1/acoustic_customizations"
MODEL_PATH = f"{MODELS_PATH}/{{customization_id}}"
AUDIO_PATH = f"{MODEL_PATH}/audio/{{audio_name}}"

_of_models = partial(Operation, family=ACOUSTIC)

ACOUSTIC_OPERATIONS = (
    _of_models(
        "createAcousticModel",
        "POST",
        MODELS_PATH,
        "Create a custom acoustic model",
        Source("icp2018 acoustic-create.md", "createModel"),
        created("CreatedAcousticModel"),
        success=201,
        body=Body.JSON,
        record=Record("CreateAcousticModel", NEW_MODEL, open=True),
        refusals=REFUSED_TO_CREATE,
    ),
    _of_models(
        "listAcousticModels",
        "GET",
        MODELS_PATH,
        "List custom acoustic models",
        Source("icp2018 acoustic-models.md", "listModels"),
        list_of_models(MODEL),
        params=(
            Param(
                name="language",
                where=In.QUERY,
                shape=Text(),
                how=Source("icp2018 acoustic-models.md", "listExample"),
            ),
        ),
    ),
    _of_models(
        "getAcousticModel",
        "GET",
        MODEL_PATH,
        "Get a custom acoustic model",
        Source("icp2018 acoustic-models.md", "listModels"),
        MODEL,
        params=(MODEL_ID,),
        refusals=ON_A_MODEL,
    ),
    _of_models(
        "deleteAcousticModel",
        "DELETE",
        MODEL_PATH,
        "Delete a custom acoustic model",
        Source("icp2018 acoustic-models.md", "deleteModel"),
        EMPTY,
        params=(MODEL_ID,),
        refusals=(*ON_A_MODEL, Why.BUSY),
    ),
    _of_models(
        "trainAcousticModel",
        "POST",
        f"{MODEL_PATH}/train",
        "Train a custom acoustic model",
        Source("icp2018 acoustic-create.md", "trainModel"),
        TRAINING,
        params=(
            MODEL_ID,
            HELPER,
            flag("strict", Source(SDK, "train_acoustic_model"), default=True, switch="knows_strict"),
            flag("force", Source("watson-developer-cloud/unity-sdk commit 6b4d61c0", FORCE)),
            flag("clean", Assumed("an IBM tool of 2018 sends it beside `force`; accepted, and nothing comes of it")),
        ),
        refusals=(
            *ON_A_MODEL,
            Why.BUSY,
            Why.UNMODIFIED,
            Why.NO_INPUT_DATA,
            Why.INVALID_AUDIO,
            Why.TOO_LITTLE_AUDIO,
            Why.TOO_MUCH_AUDIO,
            Why.HELPER_BASE,
            Why.HELPER_VERSION,
            Why.HELPER_NOT_AVAILABLE,
        ),
        switches={Why.NO_INPUT_DATA: "empty_training_says_no_input_data"},
    ),
    _of_models(
        "resetAcousticModel",
        "POST",
        f"{MODEL_PATH}/reset",
        "Reset a custom acoustic model",
        Source("icp2018 acoustic-models.md", "resetModel"),
        EMPTY,
        params=(MODEL_ID,),
        refusals=(*ON_A_MODEL, Why.BUSY),
    ),
    _of_models(
        "upgradeAcousticModel",
        "POST",
        f"{MODEL_PATH}/upgrade_model",
        "Upgrade a custom acoustic model",
        Source("icp2018 custom-upgrade.md", "upgradeAcoustic"),
        EMPTY,
        params=(
            MODEL_ID,
            HELPER,
            flag("force", Source(SDK, "upgrade_acoustic_model")),
        ),
        refusals=(
            *ON_A_MODEL,
            Why.BUSY,
            Why.UP_TO_DATE,
            Why.UNMODIFIED,
            Why.NO_AUDIO,
            Why.NOT_UPGRADABLE,
            Why.HELPER_REQUIRED,
            Why.HELPER_BASE,
            Why.HELPER_VERSION,
            Why.HELPER_NOT_AVAILABLE,
        ),
    ),
    _of_models(
        "listAudio",
        "GET",
        f"{MODEL_PATH}/audio",
        "List audio resources",
        Source("icp2018 acoustic-audio.md", "listAudio"),
        AUDIO_LIST,
        params=(MODEL_ID,),
        refusals=ON_A_MODEL,
    ),
    _of_models(
        "addAudio",
        "POST",
        AUDIO_PATH,
        "Add an audio resource",
        Source("icp2018 acoustic-create.md", "addAudio"),
        EMPTY,
        success=201,
        params=(
            MODEL_ID,
            AUDIO_NAME,
            flag("allow_overwrite", Source(SDK, "add_audio")),
            Param(
                name="Contained-Content-Type",
                where=In.HEADER,
                shape=Text(),
                how=Source(SDK, "add_audio"),
            ),
            METADATA,
        ),
        body=Body.AUDIO,
        refusals=(
            *ON_A_MODEL,
            Why.UNSUPPORTED_AUDIO_TYPE,
            Why.MALFORMED_AUDIO_TYPE,
            Why.RATE_MISSING,
            Why.BODY_TOO_LARGE,
            Why.EMPTY_BODY,
            Why.AUDIO_NAME_TOO_LONG,
            Why.AUDIO_NAME_CHARACTERS,
            Why.BUSY,
            Why.NAME_TAKEN,
            Why.OVER_THE_MAXIMUM,
        ),
    ),
    _of_models(
        "getAudio",
        "GET",
        AUDIO_PATH,
        "Get an audio resource",
        Source("icp2018 acoustic-audio.md", "getExampleAudio"),
        AUDIO_LISTING,
        params=(MODEL_ID, AUDIO_NAME),
        refusals=(*ON_A_MODEL, Why.NO_SUCH_AUDIO),
    ),
    _of_models(
        "deleteAudio",
        "DELETE",
        AUDIO_PATH,
        "Delete an audio resource",
        Source("icp2018 acoustic-audio.md", "deleteAudio"),
        EMPTY,
        params=(MODEL_ID, AUDIO_NAME),
        refusals=(*ON_A_MODEL, Why.BUSY, Why.NO_SUCH_AUDIO),
    ),
)
