"""What requests do to acoustic models. What is asked of a model asks the table first; all is done, or nothing.

All of them expect a settled world; `world.now_s` is the instant at which they happen.
"""

from __future__ import annotations

from fakestt.core.acoustic import AcousticCommand
from fakestt.core.audio import taken_for
from fakestt.core.lifecycle import Ask
from fakestt.core.refusals import Refusal, Why
from fakestt.core.resources import AcousticModel, Activity, Audio
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


def create_acoustic_model(
    world: World, owner: str, *, name: str, base_model_name: str, description: str | None = None
) -> AcousticModel:
    """Make an empty model on the newest version of its base.

    Raises:
        Refusal: NAME_TOO_LONG, NAME_CHARACTERS, DESCRIPTION_TOO_LONG, UNKNOWN_BASE_MODEL, NOT_CUSTOMIZABLE,
            TOO_MANY_MODELS.

    Source: icp2018 acoustic-create.md#createModel
    """
    limits = world.limits
    if limits.name_max is not None and len(name) > limits.name_max:
        raise Refusal(Why.NAME_TOO_LONG, length=len(name), most=limits.name_max)
    bad = next((char for char in limits.name_forbidden if char in name), None)
    if bad is not None:
        raise Refusal(Why.NAME_CHARACTERS, character=bad, forbidden=limits.name_forbidden)
    if limits.description_max is not None and description is not None and len(description) > limits.description_max:
        raise Refusal(Why.DESCRIPTION_TOO_LONG, length=len(description), most=limits.description_max)
    base = world.base_models.get(base_model_name)
    if base is None:
        raise Refusal(Why.UNKNOWN_BASE_MODEL, name=base_model_name)
    if not base.custom_acoustic_model:
        raise Refusal(Why.NOT_CUSTOMIZABLE, name=base_model_name)
    if limits.max_models is not None and len(world.acoustic.get(owner, ())) >= limits.max_models:
        raise Refusal(Why.TOO_MANY_MODELS, most=limits.max_models)
    model = world.new_acoustic_model(owner, base, name=name, description=description, versions=[base.newest])
    world.machine.made(model, world.now_s, "createAcousticModel")
    return model


def list_acoustic_models(world: World, owner: str, language: str | None = None) -> list[AcousticModel]:
    """The owner's models in the order of their creation, all of them or those of one language.

    Source: icp2018 acoustic-models.md#listModels; the order is assumed.
    """
    models = world.acoustic.get(owner, {}).values()
    return [model for model in models if language is None or model.base_model.language == language]


def delete_acoustic_model(world: World, model: AcousticModel) -> None:
    """Remove the model and all its audio.

    Raises:
        Refusal: BUSY.
    """
    world.machine.permit(model, AcousticCommand.DELETE, Ask(limits=world.limits), world.now_s)
    for audio in model.audio.values():
        world.machine.gone(audio, world.now_s, AcousticCommand.DELETE.value)
    world.machine.gone(model, world.now_s, AcousticCommand.DELETE.value)
    del world.acoustic[model.owner][model.id]


def train(
    world: World, model: AcousticModel, *, strict: bool = True, force: bool = False, helper_id: str | None = None
) -> list[Audio]:
    """Start training on all valid audio that the model has now.

    Args:
        strict: with False, invalid audio is left out instead of refused.
        force: below the minimum, and without any change since the last training.
        helper_id: a language model that helps.

    Returns:
        the audio that is left out.

    Raises:
        Refusal: NO_SUCH_MODEL (the helper), BUSY, UNMODIFIED, INVALID_AUDIO, TOO_LITTLE_AUDIO, TOO_MUCH_AUDIO,
            HELPER_BASE, HELPER_VERSION, HELPER_NOT_AVAILABLE.

    Source: icp2018 acoustic-create.md#trainModel; cloud2025 acoustic-create.md#trainModel-acoustic
    """
    helper = None if helper_id is None else world.language_model(model.owner, helper_id)
    ask = Ask(limits=world.limits, strict=strict, force=force, helper=helper)
    world.machine.permit(model, AcousticCommand.TRAIN, ask, world.now_s)
    with world.machine.changing(model, world.now_s, AcousticCommand.TRAIN.value):
        world.machine.start(model, Activity.TRAINING, world.now_s)
        model.failed = False
        model.error = None
        model.helper_id = helper_id
    return [audio for audio in model.audio.values() if not audio.valid]


def reset(world: World, model: AcousticModel) -> None:
    """Remove all audio; the model is as it was created, and keeps its name, its base and its versions.

    Raises:
        Refusal: BUSY.
    """
    machine = world.machine
    machine.permit(model, AcousticCommand.RESET, Ask(limits=world.limits), world.now_s)
    with machine.changing(model, world.now_s, AcousticCommand.RESET.value):
        for audio in model.audio.values():
            machine.gone(audio, world.now_s, AcousticCommand.RESET.value)
        model.audio.clear()
        model.trained = model.modified = model.failed = model.helper_lags = False
        model.error = model.helper_id = None
        if not world.limits.reset_keeps_versions:
            model.versions[:] = [model.base_model.newest]


def upgrade(world: World, model: AcousticModel, *, force: bool = False, helper_id: str | None = None) -> None:
    """Start moving the model to the newest version of its base.

    Raises:
        Refusal: NO_SUCH_MODEL (the helper), BUSY, UP_TO_DATE, NO_AUDIO, NOT_UPGRADABLE, UNMODIFIED, HELPER_REQUIRED,
            HELPER_BASE, HELPER_VERSION, HELPER_NOT_AVAILABLE.

    Source: icp2018 custom-upgrade.md#upgradeAcoustic
    """
    helper = None if helper_id is None else world.language_model(model.owner, helper_id)
    ask = Ask(limits=world.limits, force=force, helper=helper)
    world.machine.permit(model, AcousticCommand.UPGRADE, ask, world.now_s)
    with world.machine.changing(model, world.now_s, AcousticCommand.UPGRADE.value):
        world.machine.start(model, Activity.UPGRADE, world.now_s)
        model.upgrading_to = model.base_model.newest
        model.upgrading_with = helper_id


def add_audio(world: World, model: AcousticModel, audio: Audio, *, overwrite: bool = False) -> None:
    """Add audio to the model and start its analysis.

    Raises:
        Refusal: AUDIO_NAME_TOO_LONG, AUDIO_NAME_CHARACTERS, BUSY, NAME_TAKEN, OVER_THE_MAXIMUM.

    Source: icp2018 acoustic-create.md#addAudio
    """
    machine, limits, name = world.machine, world.limits, audio.name
    if len(name) > limits.audio_name_max:
        raise Refusal(Why.AUDIO_NAME_TOO_LONG, length=len(name), most=limits.audio_name_max)
    bad = next((char for char in limits.audio_name_forbidden if char in name), None)
    if bad is not None:
        raise Refusal(Why.AUDIO_NAME_CHARACTERS, character=bad, name=name)
    machine.permit(model, AcousticCommand.ADD_AUDIO, Ask(limits=limits, name=name, overwrite=overwrite), world.now_s)
    audio.facts = taken_for(world.taken, audio)
    with machine.changing(model, world.now_s, AcousticCommand.ADD_AUDIO.value):
        machine.start(audio, Activity.ANALYSIS, world.now_s)
        earlier = model.audio.get(name)
        if earlier is not None:
            machine.gone(earlier, world.now_s, AcousticCommand.ADD_AUDIO.value)
        model.audio[name] = audio
        _changed(model)
        machine.made(audio, world.now_s, AcousticCommand.ADD_AUDIO.value)


def get_acoustic_model(world: World, model: AcousticModel) -> AcousticModel:
    """The model, if it may be looked at."""
    world.machine.permit(model, AcousticCommand.GET, Ask(limits=world.limits), world.now_s)
    return model


def list_audio(world: World, model: AcousticModel) -> list[Audio]:
    """All audio of the model, in the order in which the names were first added."""
    world.machine.permit(model, AcousticCommand.LIST_AUDIO, Ask(limits=world.limits), world.now_s)
    return list(model.audio.values())


def get_audio(world: World, model: AcousticModel, name: str) -> Audio:
    """The audio of this name.

    Raises:
        Refusal: NO_SUCH_AUDIO.
    """
    world.machine.permit(model, AcousticCommand.GET_AUDIO, Ask(limits=world.limits, name=name), world.now_s)
    return _audio(model, name)


def _audio(model: AcousticModel, name: str) -> Audio:
    try:
        return model.audio[name]
    except KeyError:
        raise Refusal(Why.NO_SUCH_AUDIO, id=model.id, name=name) from None


def delete_audio(world: World, model: AcousticModel, name: str) -> None:
    """Remove one resource. If it is being analysed, the analysis ends with it.

    Raises:
        Refusal: BUSY, NO_SUCH_AUDIO.
    """
    world.machine.permit(model, AcousticCommand.DELETE_AUDIO, Ask(limits=world.limits, name=name), world.now_s)
    audio = _audio(model, name)
    with world.machine.changing(model, world.now_s, AcousticCommand.DELETE_AUDIO.value):
        _remove(world, audio, AcousticCommand.DELETE_AUDIO.value)


def delete_user_data(world: World, owner: str, customer_id: str) -> None:
    """Remove all audio that was labelled with `customer_id` by this owner, whatever its models are doing.

    Source: icp2018 information-security.md#delete-pi
    """
    command, ask = AcousticCommand.DELETE_USER_DATA, Ask(limits=world.limits)
    found = [
        (model, labelled)
        for model in world.acoustic.get(owner, {}).values()
        if (labelled := [audio for audio in model.audio.values() if audio.customer_id == customer_id])
    ]
    for model, _ in found:
        world.machine.permit(model, command, ask, world.now_s)
    for model, labelled in found:
        with world.machine.changing(model, world.now_s, command.value):
            for audio in labelled:
                _remove(world, audio, command.value)


def _remove(world: World, audio: Audio, cause: str) -> None:
    assert isinstance(audio.parent, AcousticModel)
    world.machine.gone(audio, world.now_s, cause)
    del audio.parent.audio[audio.name]
    _changed(audio.parent)


def _changed(model: AcousticModel) -> None:
    model.modified = True
    model.failed = False
    model.error = None
