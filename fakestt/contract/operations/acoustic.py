"""Custom acoustic models and their audio: eleven operations."""

from __future__ import annotations

from fakestt.contract.operation import Body, In, Operation, Param
from fakestt.contract.operations.customizations import (
    METADATA,
    NEW_MODEL,
    REFUSED_TO_CREATE,
    SDK,
    TRAINING,
    WARNINGS,
    created,
    flag,
    list_of_models,
    model_of,
    model_record,
    of_language,
)
from fakestt.contract.shapes import Guid, Integer, ListOf, Number, OneOf, Optional, Record, Shape, Text
from fakestt.core.acoustic.family import ACOUSTIC
from fakestt.core.provenance import Assumed, Source
from fakestt.core.refusals import Why

__all__ = ["ACOUSTIC_OPERATIONS"]

# Answers

RECORD = model_record("AcousticModel")
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

MODELS_PATH = "/v1/acoustic_customizations"
MODEL = model_of(ACOUSTIC, MODELS_PATH, Source(SDK, "get_acoustic_model"))
ONE_AUDIO = MODEL.child("audio", "audio_name", Source(SDK, "add_audio"), Why.NO_SUCH_AUDIO)
CONTAINED = Param(name="Contained-Content-Type", where=In.HEADER, shape=Text(), how=Source(SDK, "add_audio"))
HELPER = Param(
    name="custom_language_model_id",
    where=In.QUERY,
    shape=Guid(),
    how=Source(SDK, "train_acoustic_model"),
)

FORCE = "sent by IBM's own tools since 2017 and never documented; unity-sdk documented it as waiving the minimum"
CREATE_PAGE = "icp2018 acoustic-create.md"
MODELS_PAGE = "icp2018 acoustic-models.md"
AUDIO_PAGE = "icp2018 acoustic-audio.md"

ACOUSTIC_OPERATIONS = (
    Operation(
        "createAcousticModel",
        "POST",
        MODELS_PATH,
        "Create a custom acoustic model",
        Source(CREATE_PAGE, "createModel"),
        created("CreatedAcousticModel"),
        success=201,
        body=Body.JSON,
        record=Record("CreateAcousticModel", NEW_MODEL, open=True),
        refusals=REFUSED_TO_CREATE,
        family=ACOUSTIC,
    ),
    Operation(
        "listAcousticModels",
        "GET",
        MODELS_PATH,
        "List custom acoustic models",
        Source(MODELS_PAGE, "listModels"),
        list_of_models(RECORD),
        params=(of_language(Source(MODELS_PAGE, "listExample")),),
        family=ACOUSTIC,
    ),
    MODEL.get("getAcousticModel", "Get a custom acoustic model", Source(MODELS_PAGE, "listModels"), RECORD),
    MODEL.delete("deleteAcousticModel", "Delete a custom acoustic model", Source(MODELS_PAGE, "deleteModel")),
    MODEL.row(
        "trainAcousticModel",
        "POST",
        "/train",
        "Train a custom acoustic model",
        Source(CREATE_PAGE, "trainModel"),
        TRAINING,
        params=(
            HELPER,
            flag("strict", Source(SDK, "train_acoustic_model"), default=True, switch="knows_strict"),
            flag("force", Source("watson-developer-cloud/unity-sdk commit 6b4d61c0", FORCE)),
            flag("clean", Assumed("an IBM tool of 2018 sends it beside `force`; accepted, and nothing comes of it")),
        ),
        refusals=(
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
    MODEL.row(
        "resetAcousticModel",
        "POST",
        "/reset",
        "Reset a custom acoustic model",
        Source(MODELS_PAGE, "resetModel"),
        refusals=(Why.BUSY,),
    ),
    MODEL.row(
        "upgradeAcousticModel",
        "POST",
        "/upgrade_model",
        "Upgrade a custom acoustic model",
        Source("icp2018 custom-upgrade.md", "upgradeAcoustic"),
        params=(HELPER, flag("force", Source(SDK, "upgrade_acoustic_model"))),
        refusals=(
            Why.BUSY,
            Why.UP_TO_DATE,
            Why.UNMODIFIED,
            Why.NOT_UPGRADABLE,
            Why.HELPER_REQUIRED,
            Why.HELPER_BASE,
            Why.HELPER_VERSION,
            Why.HELPER_NOT_AVAILABLE,
        ),
    ),
    MODEL.get("listAudio", "List audio resources", Source(AUDIO_PAGE, "listAudio"), AUDIO_LIST, below="/audio"),
    ONE_AUDIO.row(
        "addAudio",
        "POST",
        "",
        "Add an audio resource",
        Source(CREATE_PAGE, "addAudio"),
        success=201,
        params=(flag("allow_overwrite", Source(SDK, "add_audio")), CONTAINED, METADATA),
        body=Body.AUDIO,
        refusals=(
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
    ONE_AUDIO.get("getAudio", "Get an audio resource", Source(AUDIO_PAGE, "getExampleAudio"), AUDIO_LISTING),
    ONE_AUDIO.delete("deleteAudio", "Delete an audio resource", Source(AUDIO_PAGE, "deleteAudio")),
)
