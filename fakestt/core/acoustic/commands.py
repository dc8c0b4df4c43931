"""What requests do to acoustic models. Commands on a model ask the table first. A command is done as a whole, or not.

The world must be settled; `world.now_s` is the instant of the command.
"""

from __future__ import annotations

from functools import partial

from fakestt.core.acoustic.analysis import taken_for
from fakestt.core.acoustic.facts import AcousticModel, Audio
from fakestt.core.acoustic.phases import AcousticCommand as Command
from fakestt.core.acoustic.table import AcousticAsk
from fakestt.core.asking import doing, permit
from fakestt.core.changes import ByCommand
from fakestt.core.language.facts import LanguageModel
from fakestt.core.models import (
    add_data,
    base_of_new_model,
    empty,
    list_models,
    remove_data,
    remove_model,
    training_starts,
)
from fakestt.core.refusals import Refusal, Why
from fakestt.core.resources import Activity, first_in
from fakestt.core.world import World

__all__ = [
    "add_audio",
    "create_acoustic_model",
    "delete_acoustic_model",
    "delete_audio",
    "delete_user_data",
    "get_acoustic_model",
    "get_audio",
    "list_acoustic_models",
    "list_audio",
    "reset",
    "train",
    "upgrade",
]


_permit, _doing = partial(permit, asks=AcousticAsk), partial(doing, asks=AcousticAsk)


def create_acoustic_model(
    world: World, owner: str, *, name: str, base_model_name: str, description: str | None = None
) -> AcousticModel:
    """Make an empty model on the newest version of its base.

    Raises:
        Refusal: NAME_TOO_LONG, NAME_CHARACTERS, DESCRIPTION_TOO_LONG, UNKNOWN_BASE_MODEL, NOT_CUSTOMIZABLE,
            TOO_MANY_MODELS.

    Source: icp2018 acoustic-create.md#createModel
    """
    base = base_of_new_model(
        world, AcousticModel, owner, name=name, base_model_name=base_model_name, description=description
    )
    model = world.new(AcousticModel, owner, base, name=name, description=description, versions=[base.newest])
    world.machine.made(model, world.now_s, ByCommand("createAcousticModel"))
    return model


def list_acoustic_models(world: World, owner: str, language: str | None = None) -> list[AcousticModel]:
    """The owner's models in the order of their creation, all of them or those of one language."""
    return list_models(world, AcousticModel, owner, language)


def delete_acoustic_model(world: World, model: AcousticModel) -> None:
    """Remove the model and all its audio.

    Raises:
        Refusal: BUSY.
    """
    _permit(world, model, Command.DELETE)
    remove_model(world, model, ByCommand(Command.DELETE.value))


def train(
    world: World, model: AcousticModel, *, strict: bool = True, force: bool = False, helper_id: str | None = None
) -> list[Audio]:
    """Start training on all valid audio that the model has now.

    Args:
        strict: with False, invalid audio is left out instead of refused.
        force: train below the minimum too, and without any change since the last training.
        helper_id: the language model to train with.

    Returns:
        the audio that is left out.

    Raises:
        Refusal: NO_SUCH_MODEL (the helper), BUSY, UNMODIFIED, INVALID_AUDIO, TOO_LITTLE_AUDIO, TOO_MUCH_AUDIO,
            HELPER_BASE, HELPER_VERSION, HELPER_NOT_AVAILABLE.

    Source: icp2018 acoustic-create.md#trainModel; cloud2025 acoustic-create.md#trainModel-acoustic
    """
    helper = None if helper_id is None else world.find(LanguageModel, model.owner, helper_id)
    with _doing(world, model, Command.TRAIN, strict=strict, force=force, helper=helper):
        world.machine.start(model, Activity.TRAINING, world.now_s)
        training_starts(model)
        model.helper_id = helper_id
    return [audio for audio in model.audio.values() if not audio.valid]


def reset(world: World, model: AcousticModel) -> None:
    """Remove all audio. The model is then as it was created; it keeps its name, its base and its versions.

    Raises:
        Refusal: BUSY.
    """
    with _doing(world, model, Command.RESET) as cause:
        empty(world, model, cause)
        model.helper_lags = False
        model.helper_id = None


def upgrade(world: World, model: AcousticModel, *, force: bool = False, helper_id: str | None = None) -> None:
    """Start moving the model to the newest version of its base.

    Raises:
        Refusal: NO_SUCH_MODEL (the helper), BUSY, UP_TO_DATE, NOT_UPGRADABLE, UNMODIFIED, HELPER_REQUIRED,
            HELPER_BASE, HELPER_VERSION, HELPER_NOT_AVAILABLE.

    Source: icp2018 custom-upgrade.md#upgradeAcoustic
    """
    helper = None if helper_id is None else world.find(LanguageModel, model.owner, helper_id)
    with _doing(world, model, Command.UPGRADE, force=force, helper=helper):
        world.machine.start(model, Activity.UPGRADE, world.now_s)
        model.upgrading_to = model.base_model.newest
        model.upgrading_with = helper_id


def add_audio(world: World, model: AcousticModel, audio: Audio, *, overwrite: bool = False) -> None:
    """Add audio to the model and start its analysis.

    Raises:
        Refusal: AUDIO_NAME_TOO_LONG, AUDIO_NAME_CHARACTERS, BUSY, NAME_TAKEN, OVER_THE_MAXIMUM.

    Source: icp2018 acoustic-create.md#addAudio
    """
    limits, name = world.limits, audio.name
    if len(name) > limits.audio_name_max:
        raise Refusal(Why.AUDIO_NAME_TOO_LONG, length=len(name), most=limits.audio_name_max)
    bad = first_in(name, limits.audio_name_forbidden)
    if bad is not None:
        raise Refusal(Why.AUDIO_NAME_CHARACTERS, character=bad)
    with _doing(world, model, Command.ADD_AUDIO, name=name, overwrite=overwrite) as cause:
        audio.facts = taken_for(world.taken, audio)
        add_data(world, audio, cause)


def get_acoustic_model(world: World, model: AcousticModel) -> AcousticModel:
    """The model, if it may be looked at."""
    _permit(world, model, Command.GET)
    return model


def list_audio(world: World, model: AcousticModel) -> list[Audio]:
    """All audio of the model, in the order in which the names were first added."""
    _permit(world, model, Command.LIST_AUDIO)
    return list(model.audio.values())


def get_audio(world: World, model: AcousticModel, name: str) -> Audio:
    """The audio of this name.

    Raises:
        Refusal: NO_SUCH_AUDIO.
    """
    _permit(world, model, Command.GET_AUDIO)
    return _audio(model, name)


def _audio(model: AcousticModel, name: str) -> Audio:
    try:
        return model.audio[name]
    except KeyError:
        raise Refusal(Why.NO_SUCH_AUDIO, id=model.id, name=name) from None


def delete_audio(world: World, model: AcousticModel, name: str) -> None:
    """Remove one resource. If it is being analysed, the analysis ends with it, or goes on without it.

    Raises:
        Refusal: BUSY, NO_SUCH_AUDIO.
    """
    with _doing(world, model, Command.DELETE_AUDIO) as cause:
        _remove(world, _audio(model, name), cause)


def delete_user_data(world: World, owner: str, customer_id: str) -> None:
    """Remove all audio that was labelled with `customer_id` by this owner, whatever its models are doing.

    Source: icp2018 information-security.md#delete-pi
    """
    found = [
        (model, labelled)
        for model in world.models(AcousticModel, owner).values()
        if (labelled := [audio for audio in model.audio.values() if audio.customer_id == customer_id])
    ]
    for model, labelled in found:  # every cell of this command allows it, so none is left out
        with _doing(world, model, Command.DELETE_USER_DATA) as cause:
            for audio in labelled:
                _remove(world, audio, cause)


def _remove(world: World, audio: Audio, cause: ByCommand) -> None:
    model = audio.model
    assert isinstance(model, AcousticModel)
    if audio.valid is None and not world.limits.deleted_audio_frees_the_model:
        _clear_until(world, model, world.machine.ends_at(audio))
    remove_data(world, audio, cause)


def _clear_until(world: World, model: AcousticModel, ends_at_s: float) -> None:
    """Keep the model locked until an instant, or longer if it is so already. Nothing else is going on in it."""
    if model.activity is None:
        model.clearing_s = ends_at_s - world.now_s
        world.machine.start(model, Activity.CLEARING, world.now_s)
    else:
        model.clearing_s = max(model.clearing_s, ends_at_s - model.since_at_s)
        world.machine.plan(model, world.now_s)
