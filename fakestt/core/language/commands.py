"""What requests do to language models. Commands on a model ask the table first. A command is done as a whole, or not.

The world must be settled; `world.now_s` is the instant of the command.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any

from fakestt.core.changes import ByCommand
from fakestt.core.language.facts import LanguageModel
from fakestt.core.language.phases import LanguageCommand as Command
from fakestt.core.language.table import LanguageAsk, upgrades_by_training
from fakestt.core.models import base_of_new_model, doing, list_models, remove_model
from fakestt.core.refusals import Refusal, Why
from fakestt.core.resources import Activity, BaseModel
from fakestt.core.world import World

__all__ = [
    "create_language_model",
    "delete_language_model",
    "dialect_of",
    "get_language_model",
    "list_language_models",
    "reset",
    "train",
    "upgrade",
]


def create_language_model(
    world: World,
    owner: str,
    *,
    name: str,
    base_model_name: str,
    dialect: str | None = None,
    description: str | None = None,
) -> LanguageModel:
    """Make an empty model on the newest version of its base.

    Raises:
        Refusal: NAME_TOO_LONG, NAME_CHARACTERS, DESCRIPTION_TOO_LONG, UNKNOWN_BASE_MODEL, NOT_CUSTOMIZABLE,
            TOO_MANY_MODELS, WRONG_DIALECT.

    Source: icp2018 language-create.md#createModel
    """
    base = base_of_new_model(
        world, LanguageModel, owner, name=name, base_model_name=base_model_name, description=description
    )
    model = world.new(
        LanguageModel,
        owner,
        base,
        name=name,
        description=description,
        versions=[base.newest],
        dialect=dialect_of(base, dialect),
    )
    world.machine.made(model, world.now_s, ByCommand("createLanguageModel"))
    return model


def dialect_of(base: BaseModel, asked: str | None) -> str:
    """The dialect of a model on this base, in whatever case it is asked for; the default if it is not.

    Raises:
        Refusal: WRONG_DIALECT.
    """
    possible = base.dialects or (base.language,)
    if asked is None:
        return possible[0]
    found = next((one for one in possible if one.lower() == asked.lower()), None)
    if found is None:
        raise Refusal(Why.WRONG_DIALECT, value=asked, name=base.name)
    return found


def list_language_models(world: World, owner: str, language: str | None = None) -> list[LanguageModel]:
    """The owner's models in the order of their creation, all of them or those of one language."""
    return list_models(world, LanguageModel, owner, language)


def get_language_model(world: World, model: LanguageModel) -> LanguageModel:
    """The model, if it may be looked at."""
    _permit(world, model, Command.GET)
    return model


def delete_language_model(world: World, model: LanguageModel) -> None:
    """Remove the model and all its data.

    Raises:
        Refusal: BUSY.
    """
    _permit(world, model, Command.DELETE)
    remove_model(world, model, ByCommand(Command.DELETE.value))


def train(world: World, model: LanguageModel, *, strict: bool = True, force: bool = False) -> list[str]:
    """Start training on all valid data that the model has now.

    Args:
        strict: with False, invalid data is left out instead of refused.
        force: train without any change since the last training, too.

    Returns:
        the words that are left out.

    Raises:
        Refusal: BUSY, UNMODIFIED, NO_INPUT_DATA, INVALID_DATA.

    Source: icp2018 language-create.md#trainModel; cloud2025 language-create.md#trainModel-language
    """
    with _doing(world, model, Command.TRAIN, strict=strict, force=force):
        world.machine.start(model, Activity.TRAINING, world.now_s)
        model.failed = False
        model.error = None
        if upgrades_by_training(model, LanguageAsk(limits=world.limits)) is not None:
            model.upgrading_to = model.base_model.newest
    return list(model.words.bad)


def reset(world: World, model: LanguageModel) -> None:
    """Remove all data. The model is then as it was created; it keeps its name, its base and its versions.

    Raises:
        Refusal: BUSY.
    """
    with _doing(world, model, Command.RESET):
        model.words.clear()
        model.trained = model.modified = model.failed = False
        model.error = None
        if not world.limits.reset_keeps_versions:
            model.versions[:] = [model.base_model.newest]


def upgrade(world: World, model: LanguageModel) -> None:
    """Start moving the model to the newest version of its base.

    Raises:
        Refusal: BUSY, UPGRADES_BY_TRAINING, UP_TO_DATE, NOT_UPGRADABLE.

    Source: icp2018 custom-upgrade.md#upgradeLanguage
    """
    with _doing(world, model, Command.UPGRADE):
        world.machine.start(model, Activity.UPGRADE, world.now_s)
        model.upgrading_to = model.base_model.newest


def _permit(world: World, model: LanguageModel, command: Command) -> None:
    world.machine.permit(model, command, LanguageAsk(limits=world.limits), world.now_s)


def _doing(
    world: World,
    model: LanguageModel,
    command: Command,
    **ask: Any,  # Any: fields of LanguageAsk
) -> AbstractContextManager[ByCommand]:
    """Ask the table; then change facts inside."""
    return doing(world, model, command, LanguageAsk(limits=world.limits, **ask))
