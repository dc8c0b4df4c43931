"""Custom language models."""

from __future__ import annotations

from typing import Any

from fakestt.contract.edition import Edition
from fakestt.contract.messages import Call
from fakestt.core.language import commands
from fakestt.core.language.facts import LanguageModel
from fakestt.core.world import World
from fakestt.http.context import Context
from fakestt.http.handlers.customizations import owner_of, shown_model, training_answer

__all__ = ["addressed", "create", "delete", "get", "list_", "reset", "shown", "train", "upgrade"]


def addressed(world: World, call: Call) -> LanguageModel:
    """The model that the path names.

    Raises:
        Refusal: NO_SUCH_MODEL.
    """
    return world.find(LanguageModel, owner_of(call), call.values["customization_id"])


def create(context: Context, call: Call) -> dict[str, Any]:
    values = call.values
    model = commands.create_language_model(
        context.world,
        owner_of(call),
        name=values["name"],
        base_model_name=values["base_model_name"],
        dialect=values["dialect"],
        description=values["description"],
    )
    return {"customization_id": model.id}


def list_(context: Context, call: Call) -> dict[str, Any]:
    models = commands.list_language_models(context.world, owner_of(call), call.values["language"])
    return {"customizations": [shown(context.world, context.edition, model) for model in models]}


def get(context: Context, call: Call) -> dict[str, Any]:
    model = commands.get_language_model(context.world, addressed(context.world, call))
    return shown(context.world, context.edition, model)


def delete(context: Context, call: Call) -> dict[str, Any]:
    commands.delete_language_model(context.world, addressed(context.world, call))
    return {}


def train(context: Context, call: Call) -> dict[str, Any]:
    """Words and weight of a training matter to recognition alone."""
    values, model = call.values, addressed(context.world, call)
    corpora, grammars, words = commands.train(
        context.world, model, strict=values.get("strict", True), force=bool(values.get("force"))
    )
    return training_answer(
        context.edition,
        "language",
        ("invalid_corpus_files", "corpus files", corpora),
        ("invalid_grammar_files", "grammar files", grammars),
        ("invalid_words", "custom words", words),
    )


def reset(context: Context, call: Call) -> dict[str, Any]:
    commands.reset(context.world, addressed(context.world, call))
    return {}


def upgrade(context: Context, call: Call) -> dict[str, Any]:
    commands.upgrade(context.world, addressed(context.world, call))
    return {}


def shown(world: World, edition: Edition, model: LanguageModel) -> dict[str, Any]:
    """The object on the wire. Source: icp2018 language-models.md#listModels"""
    return shown_model(world, edition, model, dialect=model.dialect)
