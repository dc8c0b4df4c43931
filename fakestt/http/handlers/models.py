"""The service's own models."""

from __future__ import annotations

from typing import Any

from fakestt.contract.messages import Call
from fakestt.core.refusals import Refusal, Why
from fakestt.core.resources import BaseModel
from fakestt.http.context import Context

__all__ = ["get_model", "list_models"]


def list_models(context: Context, call: Call) -> dict[str, Any]:
    return {"models": [_shown(context, call, base) for base in context.world.base_models.values()]}


def get_model(context: Context, call: Call) -> dict[str, Any]:
    name = call.values["model_id"]
    base = context.world.base_models.get(name)
    if base is None:
        raise Refusal(Why.NO_SUCH_BASE_MODEL, name=name)
    # Source: icp2020 models.md#listExample (alone, a model shows its rate first)
    return {"rate": base.rate_hz, **_shown(context, call, base)}


def _shown(context: Context, call: Call, base: BaseModel) -> dict[str, Any]:
    """A SpeechModel. Source: icp2020 models.md#listExample; cloud2025 models-list.md#models-list-info"""
    features: dict[str, Any] = {"custom_language_model": base.custom_language_model}
    if context.edition.traits.shows_custom_acoustic_model:
        features["custom_acoustic_model"] = base.custom_acoustic_model
    features["speaker_labels"] = base.speaker_labels
    if base.low_latency is not None:
        features["low_latency"] = base.low_latency
    return {
        "name": base.name,
        "language": base.language,
        "url": f"{call.base_url}/v1/models/{base.name}",
        "rate": base.rate_hz,
        "supported_features": features,
        "description": base.description,
    }
