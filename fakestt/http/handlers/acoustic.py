"""Custom acoustic models."""

from __future__ import annotations

from typing import Any

from fakestt.contract.edition import Edition
from fakestt.contract.messages import Call
from fakestt.core.acoustic import commands
from fakestt.core.acoustic.facts import AcousticModel
from fakestt.core.world import World
from fakestt.http.context import Context
from fakestt.http.handlers.customizations import owner_of, shown_model, training_answer

__all__ = ["addressed", "create", "delete", "get", "list_", "reset", "shown", "train", "upgrade"]


def addressed(world: World, call: Call) -> AcousticModel:
    """The model that the path names.

    Raises:
        Refusal: NO_SUCH_MODEL.
    """
    return world.find(AcousticModel, owner_of(call), call.values["customization_id"])


def create(context: Context, call: Call) -> dict[str, Any]:
    values = call.values
    model = commands.create_acoustic_model(
        context.world,
        owner_of(call),
        name=values["name"],
        base_model_name=values["base_model_name"],
        description=values["description"],
    )
    return {"customization_id": model.id}


def list_(context: Context, call: Call) -> dict[str, Any]:
    models = commands.list_acoustic_models(context.world, owner_of(call), call.values["language"])
    return {"customizations": [shown(context.world, context.edition, model) for model in models]}


def get(context: Context, call: Call) -> dict[str, Any]:
    model = commands.get_acoustic_model(context.world, addressed(context.world, call))
    return shown(context.world, context.edition, model)


def delete(context: Context, call: Call) -> dict[str, Any]:
    commands.delete_acoustic_model(context.world, addressed(context.world, call))
    return {}


def train(context: Context, call: Call) -> dict[str, Any]:
    values = call.values
    left_out = commands.train(
        context.world,
        addressed(context.world, call),
        strict=values.get("strict", True),
        force=values["force"],
        helper_id=values["custom_language_model_id"],
    )
    names = [audio.name for audio in left_out]
    return training_answer(context.edition, "acoustic", ("invalid_audio_files", "audio files", names))


def reset(context: Context, call: Call) -> dict[str, Any]:
    commands.reset(context.world, addressed(context.world, call))
    return {}


def upgrade(context: Context, call: Call) -> dict[str, Any]:
    values = call.values
    model = addressed(context.world, call)
    commands.upgrade(context.world, model, force=values["force"], helper_id=values["custom_language_model_id"])
    return {}


def shown(world: World, edition: Edition, model: AcousticModel) -> dict[str, Any]:
    """The object on the wire. Source: icp2018 acoustic-models.md#listModels"""
    return shown_model(world, edition, model)
