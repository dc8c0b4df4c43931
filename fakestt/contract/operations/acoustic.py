"""Custom acoustic models and their audio: eleven operations."""

from __future__ import annotations

from fakestt.contract.operation import Body, In, Operation, Param
from fakestt.contract.shapes import Flag, Guid, Integer, ListOf, Number, OneOf, Optional, Record, Shape, Text
from fakestt.core.provenance import Assumed, Source
from fakestt.core.refusals import Why

__all__ = ["ACOUSTIC_OPERATIONS"]

SDK = "ibm-watson 11.2.0 speech_to_text_v1.py"

# What comes back

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

# What goes in

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
FORCE = "sent by IBM's own tools since 2017 and never documented; unity-sdk documented it as waiving the minimum"
NEW_MODEL = Record(
    "CreateAcousticModel",
    {"name": Text(least=1), "base_model_name": Text(least=1), "description": Optional(Text())},
    open=True,
)

ON_A_MODEL = (Why.MALFORMED_GUID, Why.NO_SUCH_MODEL)

ACOUSTIC_OPERATIONS = (
    Operation(
        id="createAcousticModel",
        method="POST",
        path="/v1/acoustic_customizations",
        summary="Create a custom acoustic model",
        how=Source("icp2018 acoustic-create.md", "createModel"),
        success=201,
        success_how=Source("ibm-watson test_speech_to_text_v1.py", "create_acoustic_model"),
        returns=CREATED,
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
    Operation(
        id="listAcousticModels",
        method="GET",
        path="/v1/acoustic_customizations",
        summary="List custom acoustic models",
        how=Source("icp2018 acoustic-models.md", "listModels"),
        success=200,
        success_how=Source("ibm-watson test_speech_to_text_v1.py", "list_acoustic_models"),
        returns=MODELS,
        params=(
            Param(
                name="language",
                where=In.QUERY,
                shape=Text(),
                how=Source("icp2018 acoustic-models.md", "listExample"),
            ),
        ),
    ),
    Operation(
        id="getAcousticModel",
        method="GET",
        path="/v1/acoustic_customizations/{customization_id}",
        summary="Get a custom acoustic model",
        how=Source("icp2018 acoustic-models.md", "listModels"),
        success=200,
        success_how=Source("ibm-watson test_speech_to_text_v1.py", "get_acoustic_model"),
        returns=MODEL,
        params=(MODEL_ID,),
        refusals=ON_A_MODEL,
    ),
    Operation(
        id="deleteAcousticModel",
        method="DELETE",
        path="/v1/acoustic_customizations/{customization_id}",
        summary="Delete a custom acoustic model",
        how=Source("icp2018 acoustic-models.md", "deleteModel"),
        success=200,
        success_how=Source("ibm-watson test_speech_to_text_v1.py", "delete_acoustic_model"),
        returns=EMPTY,
        params=(MODEL_ID,),
        refusals=(*ON_A_MODEL, Why.BUSY),
    ),
    Operation(
        id="trainAcousticModel",
        method="POST",
        path="/v1/acoustic_customizations/{customization_id}/train",
        summary="Train a custom acoustic model",
        how=Source("icp2018 acoustic-create.md", "trainModel"),
        success=200,
        success_how=Source("ibm-watson test_speech_to_text_v1.py", "train_acoustic_model"),
        returns=TRAINING,
        params=(
            MODEL_ID,
            HELPER,
            Param(
                name="strict",
                where=In.QUERY,
                shape=Flag(default=True),
                switch="knows_strict",
                how=Source(SDK, "train_acoustic_model"),
            ),
            Param(
                name="force",
                where=In.QUERY,
                shape=Flag(default=False),
                how=Source("unity-sdk commit 6b4d61c0", FORCE),
            ),
            Param(
                name="clean",
                where=In.QUERY,
                shape=Flag(default=False),
                how=Assumed("an IBM tool of 2018 sends it beside `force`; accepted, and nothing comes of it"),
            ),
        ),
        refusals=(
            *ON_A_MODEL,
            Why.BUSY,
            Why.UNMODIFIED,
            Why.INVALID_AUDIO,
            Why.TOO_LITTLE_AUDIO,
            Why.TOO_MUCH_AUDIO,
            Why.HELPER_BASE,
            Why.HELPER_VERSION,
            Why.HELPER_NOT_AVAILABLE,
        ),
    ),
    Operation(
        id="resetAcousticModel",
        method="POST",
        path="/v1/acoustic_customizations/{customization_id}/reset",
        summary="Reset a custom acoustic model",
        how=Source("icp2018 acoustic-models.md", "resetModel"),
        success=200,
        success_how=Source("ibm-watson test_speech_to_text_v1.py", "reset_acoustic_model"),
        returns=EMPTY,
        params=(MODEL_ID,),
        refusals=(*ON_A_MODEL, Why.BUSY),
    ),
    Operation(
        id="upgradeAcousticModel",
        method="POST",
        path="/v1/acoustic_customizations/{customization_id}/upgrade_model",
        summary="Upgrade a custom acoustic model",
        how=Source("icp2018 custom-upgrade.md", "upgradeAcoustic"),
        success=200,
        success_how=Source("ibm-watson test_speech_to_text_v1.py", "upgrade_acoustic_model"),
        returns=EMPTY,
        params=(
            MODEL_ID,
            HELPER,
            Param(
                name="force",
                where=In.QUERY,
                shape=Flag(default=False),
                how=Source(SDK, "upgrade_acoustic_model"),
            ),
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
    Operation(
        id="listAudio",
        method="GET",
        path="/v1/acoustic_customizations/{customization_id}/audio",
        summary="List audio resources",
        how=Source("icp2018 acoustic-audio.md", "listAudio"),
        success=200,
        success_how=Source("ibm-watson test_speech_to_text_v1.py", "list_audio"),
        returns=AUDIO_LIST,
        params=(MODEL_ID,),
        refusals=ON_A_MODEL,
    ),
    Operation(
        id="addAudio",
        method="POST",
        path="/v1/acoustic_customizations/{customization_id}/audio/{audio_name}",
        summary="Add an audio resource",
        how=Source("icp2018 acoustic-create.md", "addAudio"),
        success=201,
        success_how=Source("ibm-watson test_speech_to_text_v1.py", "add_audio"),
        returns=EMPTY,
        params=(
            MODEL_ID,
            AUDIO_NAME,
            Param(
                name="allow_overwrite",
                where=In.QUERY,
                shape=Flag(default=False),
                how=Source(SDK, "add_audio"),
            ),
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
    Operation(
        id="getAudio",
        method="GET",
        path="/v1/acoustic_customizations/{customization_id}/audio/{audio_name}",
        summary="Get an audio resource",
        how=Source("icp2018 acoustic-audio.md", "getExampleAudio"),
        success=200,
        success_how=Source("ibm-watson test_speech_to_text_v1.py", "get_audio"),
        returns=AUDIO_LISTING,
        params=(MODEL_ID, AUDIO_NAME),
        refusals=(*ON_A_MODEL, Why.NO_SUCH_AUDIO),
    ),
    Operation(
        id="deleteAudio",
        method="DELETE",
        path="/v1/acoustic_customizations/{customization_id}/audio/{audio_name}",
        summary="Delete an audio resource",
        how=Source("icp2018 acoustic-audio.md", "deleteAudio"),
        success=200,
        success_how=Source("ibm-watson test_speech_to_text_v1.py", "delete_audio"),
        returns=EMPTY,
        params=(MODEL_ID, AUDIO_NAME),
        refusals=(*ON_A_MODEL, Why.BUSY, Why.NO_SUCH_AUDIO),
    ),
)
