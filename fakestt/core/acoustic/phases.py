"""The rows and columns of the tables for acoustic models and audio, and the phase that given facts amount to."""

from __future__ import annotations

from enum import unique

from fakestt.core.acoustic.facts import AcousticModel, Audio
from fakestt.core.lifecycle import Command, Phase
from fakestt.core.resources import Activity

__all__ = ["AcousticCommand", "AcousticPhase", "AudioPhase", "audio_phase", "phase"]


@unique
class AcousticPhase(Phase):
    """The columns of the table. A trained model whose new audio is being analysed is ANALYSING."""

    EMPTY = ("P0", "pending")
    ANALYSING = ("PB", "pending")
    ONLY_INVALID = ("PI", "pending")
    READY = ("R", "ready")
    MIXED = ("RM", "ready")
    TRAINING = ("T", "training")
    AVAILABLE = ("A", "available")
    UPGRADING = ("U", "upgrading")
    FAILED = ("F", "failed")


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


_PHASE_DURING = {
    Activity.TRAINING: AcousticPhase.TRAINING,
    Activity.UPGRADE: AcousticPhase.UPGRADING,
    Activity.CLEARING: AcousticPhase.ANALYSING,
}


def phase(model: AcousticModel) -> AcousticPhase:
    """The first phase that fits. An activity comes before the other facts. They stay, and count again when it ends."""
    if model.activity is not None:
        return _PHASE_DURING[model.activity]
    valid = [audio.valid for audio in model.audio.values()]
    if None in valid:
        return AcousticPhase.ANALYSING
    if model.failed:
        return AcousticPhase.FAILED
    if model.trained and not model.modified:
        return AcousticPhase.AVAILABLE
    if not valid:
        return AcousticPhase.EMPTY
    if True not in valid:
        return AcousticPhase.ONLY_INVALID
    return AcousticPhase.MIXED if False in valid else AcousticPhase.READY


def audio_phase(audio: Audio) -> AudioPhase:
    """The result of the analysis, if it has ended."""
    if audio.valid is None:
        return AudioPhase.BEING_PROCESSED
    return AudioPhase.OK if audio.valid else AudioPhase.INVALID
