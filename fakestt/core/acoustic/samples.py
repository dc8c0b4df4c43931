"""Example acoustic models and requests, for the documents that are computed from their table."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from itertools import product
from typing import Any

from fakestt.core.acoustic import commands
from fakestt.core.acoustic.facts import AcousticModel, Audio
from fakestt.core.acoustic.phases import AcousticCommand, phase
from fakestt.core.acoustic.table import AcousticAsk
from fakestt.core.family import Samples, Walk
from fakestt.core.language.facts import LanguageModel
from fakestt.core.lifecycle import Command
from fakestt.core.limits import Limits
from fakestt.core.phases import ModelPhase
from fakestt.core.placing import takes_invalid_data
from fakestt.core.samples import BASE, STATES, outdated, put, sample, told_apart
from fakestt.core.world import World
from fakestt.media.facts import AudioFacts, Facts, NotAudio

__all__ = ["SAMPLES", "WALK"]

A_SECOND = 1.0
GOOD = AudioFacts(60.0, "flac", 16000, 1)
# What all audio has, and what no guard looks at.
UNREAD: Mapping[str, Any] = {"content_type": "audio/flac", "size_bytes": 1, "sha256": ""}

# fmt: off
HELPED: tuple[dict[str, Any], ...] = ({}, {"helper_id": "helper"}, {"helper_id": "helper", "helper_lags": True})
# The audio beside the good one, by name, and what the analysis has found it to be.
OTHERS: tuple[dict[str, bool | None], ...] = ({}, {"bad": False}, {"fresh": None}, {"bad": False, "fresh": None})
# A name, and whether to overwrite.
UPLOADS = (("new", False), ("good", False), ("bad", False), ("good", True), ("fresh", True))
# fmt: on

_helper = partial(sample, LanguageModel, dialect="en-US")
HELPERS = (
    None,
    _helper("old", base=replace(BASE), trained=True),
    *(_helper(version, trained=trained) for version in BASE.versions for trained in (True, False)),
)


def _models(limits: Limits) -> Iterator[AcousticModel]:
    """Models in every phase."""
    taken_s = (A_SECOND, limits.min_audio_s)  # what a training takes, with `force` or without
    amounts_s = (0.0, *taken_s, limits.max_audio_s + A_SECOND)
    for state, helped, version, good_s, others in product(STATES, HELPED, BASE.versions, amounts_s, OTHERS):
        model = sample(AcousticModel, version, **state, **helped)
        if good_s:
            put(_audio(model, "good", replace(GOOD, duration_s=good_s), valid=True))
        for name, valid in others.items():
            put(_audio(model, name, valid=valid))
        # What is trained was taken by a training, and what is changed later is a change.
        is_taken = good_s in taken_s and (takes_invalid_data(limits) or "bad" not in others)
        if is_taken or phase(model) is not ModelPhase.AVAILABLE:
            yield model


def _asks(command: Command, model: AcousticModel, limits: Limits) -> Iterator[AcousticAsk]:
    """Requests for this command."""
    if command is AcousticCommand.ADD_AUDIO:
        yield from (AcousticAsk(limits=limits, name=name, overwrite=overwrite) for name, overwrite in UPLOADS)
        return
    for strict, force, helper in product((True, False) if limits.knows_strict else (True,), (False, True), HELPERS):
        yield AcousticAsk(limits=limits, strict=strict, force=force, helper=helper)


def _audio(model: AcousticModel, name: str, facts: Facts = GOOD, *, valid: bool | None = None) -> Audio:
    return Audio(name=name, parent=model, facts=facts, valid=valid, customer_id=name, **UNREAD)


# The two kinds of audio that the phases tell apart. The good one is too short for a training without `force`, so that
# it leads to trainings and to refusals.
KINDS: Mapping[str, AudioFacts | NotAudio] = {"good": GOOD, "bad": NotAudio("not audio")}


def _add_audio(world: World, model: AcousticModel, *, name: str) -> None:
    commands.add_audio(world, model, _audio(model, name, KINDS[name]))


def _delete_user_data(world: World, model: AcousticModel, *, name: str) -> None:
    commands.delete_user_data(world, model.owner, name)


STEPS: tuple[Callable[..., object], ...] = (
    commands.delete_acoustic_model,
    commands.train,
    partial(commands.train, force=True),
    commands.reset,
    commands.upgrade,
    *(partial(step, name=name) for step in (_add_audio, commands.delete_audio, _delete_user_data) for name in KINDS),
)
STEP_WITH_STRICT = partial(commands.train, force=True, strict=False)


def _steps(limits: Limits) -> Iterator[Callable[..., object]]:
    yield from STEPS
    if limits.knows_strict:
        yield STEP_WITH_STRICT


def _told_apart(model: AcousticModel) -> Hashable:
    audio = tuple((name, model.audio[name].valid) for name in KINDS if name in model.audio)
    return audio, told_apart(model)


WALK = Walk(start=partial(outdated, commands.create_acoustic_model), steps=_steps, told_apart=_told_apart)
SAMPLES = Samples(resources=_models, asks=_asks)
