"""Acoustic models put into a state by hand."""

from __future__ import annotations

import hashlib
from typing import Unpack

from fakestt.core.acoustic.facts import AcousticModel, Audio, rounded_s
from fakestt.core.limits import Limits
from fakestt.core.placing import (
    BUSY,
    TRAINED,
    Common,
    check_trainable,
    checked_base,
    new_model,
    put_there,
    takes_invalid_data,
)
from fakestt.core.world import World
from fakestt.errors import StateError
from fakestt.media.facts import MOST_MINUTES, AudioFacts, Facts, NotAudio

__all__ = ["place_acoustic_model"]

ORDINARY_MINUTES = 12.0
"""Enough to train on. A model gets it if its status needs audio and the author gives no amount."""


def place_acoustic_model(
    world: World,
    owner: str,
    *,
    status: str = "pending",
    minutes_of_audio: float | None = None,
    invalid_audio: int = 0,
    **common: Unpack[Common],
) -> AcousticModel:
    """Make a model in any documented state, as if it had just got there.

    The audio of a `pending` model is being analysed. A running activity ends in its ordinary time. A model may be
    trained on less than the least amount, for a training with `force` takes it. What no training takes may still be
    upgraded; then the model was never trained.

    Raises:
        StateError: no model can be in such a state.
    """
    base = checked_base(world, AcousticModel, status, **common)
    minutes = _minutes(minutes_of_audio, invalid_audio, status)
    check_trainable(status, world.limits, f"invalid_audio={invalid_audio!r}" if invalid_audio else "")
    is_too_much = _is_too_much(minutes, world.limits)
    if is_too_much and status in TRAINED:
        raise StateError(
            f"status={status!r} with minutes_of_audio={minutes_of_audio!r}: no training takes more than "
            f"{world.limits.max_audio_minutes:g} minutes ({world.limits.max_audio_hours:g} hours) in this edition. "
            "Give at most that, or status='ready' or 'failed'."
        )
    trainable = not is_too_much and (takes_invalid_data(world.limits) or not invalid_audio)
    model = new_model(world, AcousticModel, owner, base, status, trainable, {}, **common)
    if minutes:
        good = AudioFacts(minutes * 60, "pcm_s16le", base.rate_hz, 1)
        _place_audio(world, model, "audio1", good, valid=None if status == "pending" else True)
    for number in range(invalid_audio):
        _place_audio(world, model, f"invalid{number + 1}", NotAudio("put there as invalid"), valid=False)
    put_there(world, model, BUSY.get(status))
    return model


def _minutes(minutes_of_audio: float | None, invalid_audio: int, status: str) -> float:
    """The minutes of valid audio that the model gets. Both amounts are checked."""
    minutes = minutes_of_audio if minutes_of_audio is not None else 0.0 if status == "pending" else ORDINARY_MINUTES
    if isinstance(minutes, bool) or not isinstance(minutes, (int, float)):
        raise StateError(f"minutes_of_audio={minutes_of_audio!r}: give a number, such as 12 or 0.5.")
    if isinstance(invalid_audio, bool) or not isinstance(invalid_audio, int):
        raise StateError(f"invalid_audio={invalid_audio!r}: give a number of resources, a whole one.")
    if not 0 <= minutes <= MOST_MINUTES or invalid_audio < 0:
        raise StateError(
            f"minutes_of_audio={minutes_of_audio!r}, invalid_audio={invalid_audio!r}: give 0 to {MOST_MINUTES:,.0f} "
            "minutes, and 0 or more invalid resources."
        )
    if status not in ("pending", "failed") and minutes == 0:
        raise StateError(f"status={status!r} with minutes_of_audio=0: a model without audio is 'pending' or 'failed'.")
    if status == "pending" and minutes and invalid_audio:
        raise StateError(
            "status='pending' with audio of both kinds: once it is analysed, a model with some valid audio is 'ready'."
        )
    return minutes


def _is_too_much(minutes: float, limits: Limits) -> bool:
    return rounded_s(minutes * 60) > limits.max_audio_s


def _place_audio(world: World, model: AcousticModel, name: str, facts: Facts, *, valid: bool | None) -> None:
    model.audio[name] = Audio(
        name=name,
        parent=model,
        content_type="audio/wav",
        size_bytes=0,
        sha256=hashlib.sha256().hexdigest(),
        facts=facts,
        valid=valid,
        problem=facts.reason if isinstance(facts, NotAudio) else None,
    )
