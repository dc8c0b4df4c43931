"""Custom language models: a client lists and reads those that a test has made."""

from __future__ import annotations

from typing import Any

from fakestt.contract.edition import Edition
from fakestt.contract.messages import Answer, Call
from fakestt.core.language.family import LanguageModel, list_language_models
from fakestt.core.world import World
from fakestt.http.context import Context
from fakestt.http.handlers.customizations import owner_of, shown_model

__all__ = ["get", "list_", "shown"]


def list_(context: Context, call: Call) -> Answer:
    models = list_language_models(context.world, owner_of(call), call.values["language"])
    return Answer(200, {"customizations": [shown(context.world, context.edition, model) for model in models]})


def get(context: Context, call: Call) -> Answer:
    model = context.world.find(LanguageModel, owner_of(call), call.values["customization_id"])
    return Answer(200, shown(context.world, context.edition, model))


def shown(world: World, edition: Edition, model: LanguageModel) -> dict[str, Any]:
    """The object on the wire. Source: icp2018 language-models.md#listModels"""
    return shown_model(world, edition, model, error=model.error, dialect=model.dialect)
