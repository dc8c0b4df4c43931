"""Custom acoustic models and their audio: eleven operations."""

from __future__ import annotations

from functools import partial

from fakestt.contract.operation import Body, In, Operation, Param
from fakestt.contract.shapes import Flag, Guid, Integer, ListOf, Number, OneOf, Optional, Record, Shape, Text
from fakestt.core.acoustic.family import ACOUSTIC
from fakestt.core.provenance import Assumed, How, Source
from fakestt.core.refusals import Why

__all__ = ["ACOUSTIC_OPERATIONS"]

SDK = "ibm-watson 11.2.0 speech_to_text_v1.py"

# Answers

WARNINGS = Optional(Text())
EMPTY = Record("Empty", {"warnings": WARNINGS})
CREATED = Record("CreatedAcousticModel", {"customization_id": Guid(), "warnings": Optional(ListOf(Text()))})
MODEL = Record(
    "AcousticModel",
    {
        "owner": Text(),
        "base_model_name": Text(),
        "customization_id": Guid(),
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
MODELS = Record("AcousticModels", {"customizations": ListOf(MODEL), "warnings": WARNINGS})
TRAINING = Record("TrainingResponse", {"warnings": Optional(ListOf(Record("TrainingWarning", open=True)))})
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

MODEL_ID = Param(
    name="customization_id",
    where=In.PATH,
    shape=Guid(),
    required=True,
    how=Source(SDK, "get_acoustic_model"),
)
AUDIO_NAME = Param(name="audio_name", where=In.PATH, shape=Text(least=1), required=True, how=Source(SDK, "add_audio"))
HELPER = Param(
    name="custom_language_model_id",
    where=In.QUERY,
    shape=Guid(),
    how=Source(SDK, "train_acoustic_model"),
)


def _flag(name: str, how: How, *, default: bool = False, switch: str | None = None) -> Param:
    return Param(name=name, where=In.QUERY, shape=Flag(default=default), switch=switch, how=how)


FORCE = "sent by IBM's own tools since 2017 and never documented; unity-sdk documented it as waiving the minimum"
NEW_MODEL = Record(
    "CreateAcousticModel",
    {"name": Text(least=1), "base_model_name": Text(least=1), "description": Optional(Text())},
    open=True,
)

MODELS_PATH = "/v1/acoustic_customizations"
MODEL_PATH = f"{MODELS_PATH}/{{customization_id}}"
AUDIO_PATH = f"{MODEL_PATH}/audio/{{audio_name}}"
ON_A_MODEL = (Why.MALFORMED_GUID, Why.NO_SUCH_MODEL)

_of_models = partial(Operation, family=ACOUSTIC)

ACOUSTIC_OPERATIONS = (
    _of_models(
        "createAcousticModel",
        "POST",
        MODELS_PATH,
        "Create a custom acoustic model",
        Source("icp2018 acoustic-create.md", "createModel"),
        CREATED,
        success=201,
        body=Body.JSON,
        record=NEW_MODEL,
        refusals=(
            Why.WRONG_CONTENT_TYPE,
            Why.BODY_TOO_LARGE,
            Why.MALFORMED_JSON,
            Why.MISSING_PARAMETER,
            Why.NAME_TOO_LONG,
            Why.NAME_CHARACTERS,
            Why.DESCRIPTION_TOO_LONG,
            Why.UNKNOWN_BASE_MODEL,
            Why.NOT_CUSTOMIZABLE,
            Why.TOO_MANY_MODELS,
        ),
    ),
    _of_models(
        "listAcousticModels",
        "GET",
        MODELS_PATH,
        "List custom acoustic models",
        Source("icp2018 acoustic-models.md", "listModels"),
        MODELS,
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
            _flag("strict", Source(SDK, "train_acoustic_model"), default=True, switch="knows_strict"),
            _flag("force", Source("watson-developer-cloud/unity-sdk commit 6b4d61c0", FORCE)),
            _flag("clean", Assumed("an IBM tool of 2018 sends it beside `force`; accepted, and nothing comes of it")),
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
            _flag("force", Source(SDK, "upgrade_acoustic_model")),
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
            _flag("allow_overwrite", Source(SDK, "add_audio")),
            Param(
                name="Contained-Content-Type",
                where=In.HEADER,
                shape=Text(),
                how=Source(SDK, "add_audio"),
            ),
            Param(
                name="X-Watson-Metadata",
                where=In.HEADER,
                shape=Text(),
                how=Source("icp2018 information-security.md", "specify-customer-id"),
            ),
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
