"""The rows and columns of the tables for acoustic models and audio, and the phase that given facts amount to."""

from __future__ import annotations

from enum import unique

from fakestt.core.acoustic.facts import AcousticModel, Audio
from fakestt.core.lifecycle import Command, Phase
from fakestt.core.phases import ModelPhase, model_phase

__all__ = ["AcousticCommand", "AudioPhase", "audio_phase", "phase"]


@unique
class AudioPhase(Phase):
    """The statuses of an audio resource."""

    BEING_PROCESSED = ("B", "being_processed")
    OK = ("V", "ok")
    INVALID = ("I", "invalid")


@unique
class AcousticCommand(Command):
    """The rows of the table."""

    GET = "getAcousticModel"
    DELETE = "deleteAcousticModel"
    TRAIN = "trainAcousticModel"
    RESET = "resetAcousticModel"
    UPGRADE = "upgradeAcousticModel"
    LIST_AUDIO = "listAudio"
    ADD_AUDIO = "addAudio"
    GET_AUDIO = "getAudio"
    DELETE_AUDIO = "deleteAudio"
    DELETE_USER_DATA = "deleteUserData"


def phase(model: AcousticModel) -> ModelPhase:
    """The phase of a model and its audio."""
    valid = {audio.valid for audio in model.audio.values()}
    return model_phase(model, is_analysed=None not in valid, has_valid=True in valid, has_invalid=False in valid)


def audio_phase(audio: Audio) -> AudioPhase:
    """The result of the analysis, if it has ended."""
    if audio.valid is None:
        return AudioPhase.BEING_PROCESSED
    return AudioPhase.OK if audio.valid else AudioPhase.INVALID
