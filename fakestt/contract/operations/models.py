"""The service's own models: two operations."""

from __future__ import annotations

from fakestt.contract.operation import In, Operation, Param
from fakestt.contract.shapes import Flag, Integer, ListOf, Optional, Record, Text
from fakestt.core.provenance import Source
from fakestt.core.refusals import Why

__all__ = ["MODEL_OPERATIONS"]

FEATURES = Record(
    "SupportedFeatures",
    {
        "custom_language_model": Flag(),
        "custom_acoustic_model": Optional(Flag()),
        "speaker_labels": Flag(),
        "low_latency": Optional(Flag()),
    },
)
SPEECH_MODEL = Record(
    "SpeechModel",
    {
        "name": Text(),
        "language": Text(),
        "url": Text(),
        "rate": Integer(),
        "supported_features": FEATURES,
        "description": Text(),
        "warnings": Optional(Text()),
    },
)

MODEL_OPERATIONS = (
    Operation(
        "listModels",
        "GET",
        "/v1/models",
        "List the service's models",
        Source("icp2020 models.md", "listExample"),
        Record("SpeechModels", {"models": ListOf(SPEECH_MODEL), "warnings": Optional(Text())}),
    ),
    Operation(
        "getModel",
        "GET",
        "/v1/models/{model_id}",
        "Get one of the service's models",
        Source("icp2020 models.md", "listExample"),
        SPEECH_MODEL,
        params=(
            Param(
                name="model_id",
                where=In.PATH,
                shape=Text(least=1),
                required=True,
                how=Source("ibm-watson 11.2.0 speech_to_text_v1.py", "get_model"),
            ),
        ),
        refusals=(Why.NO_SUCH_BASE_MODEL,),
    ),
)
