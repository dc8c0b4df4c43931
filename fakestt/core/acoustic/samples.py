"""Example acoustic models and requests, for the documents that are computed from their table."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping
from functools import partial
from itertools import product
from typing import Any

from fakestt.core.acoustic import commands
from fakestt.core.acoustic.facts import AcousticModel, Audio
from fakestt.core.acoustic.phases import AcousticCommand
from fakestt.core.acoustic.table import AcousticAsk
from fakestt.core.family import Samples, Walk
from fakestt.core.language.facts import LanguageModel
from fakestt.core.lifecycle import Command
from fakestt.core.limits import Limits
from fakestt.core.resources import BaseModel
from fakestt.core.samples import STATES, outdated, sample, sample_base, told_apart
from fakestt.core.world import World
from fakestt.media.facts import AudioFacts, Facts, NotAudio

__all__ = ["SAMPLES", "WALK"]

# fmt: off
HELPED: tuple[dict[str, Any], ...] = ({}, {"helper_id": "helper"}, {"helper_id": "helper", "helper_lags": True})
# A name, and whether to overwrite.
UPLOADS = (("new", False), ("good", False), ("bad", False), ("good", True), ("fresh", True))
# fmt: on


def _models(limits: Limits) -> Iterator[AcousticModel]:
    """Models in every phase."""
    base = sample_base()
    amounts_s = (0.0, limits.min_audio_s / 2, limits.min_audio_s, limits.max_audio_s + 60)
    for state, helped, version, good_s, bad, fresh in product(
        STATES, HELPED, base.versions, amounts_s, (False, True), (False, True)
    ):
        model = sample(AcousticModel, base, version, **state, **helped)
        kinds = (("good", good_s, True), ("bad", 60.0 * bad, False), ("fresh", 60.0 * fresh, None))
        for name, length_s, valid in kinds:
            if length_s:
                model.audio[name] = _audio(model, name, AudioFacts(length_s, "flac", 16000, 1), valid)
        yield model


def _asks(command: Command, model: AcousticModel, limits: Limits) -> Iterator[AcousticAsk]:
    """Requests for this command."""
    if command is AcousticCommand.ADD_AUDIO:
        yield from (AcousticAsk(limits=limits, name=name, overwrite=overwrite) for name, overwrite in UPLOADS)
        return
    base = model.base_model
    helpers = [None, _helper(sample_base("other"), "old", trained=True)]
    helpers += [_helper(base, version, trained=trained) for version in base.versions for trained in (True, False)]
    for strict, force, helper in product((True, False) if limits.knows_strict else (True,), (False, True), helpers):
        yield AcousticAsk(limits=limits, strict=strict, force=force, helper=helper)


def _audio(model: AcousticModel, name: str, facts: Facts, valid: bool | None) -> Audio:
    return Audio(
        name=name,
        parent=model,
        created_at_s=0.0,
        content_type="audio/flac",
        size_bytes=1,
        sha256="",
        facts=facts,
        customer_id=name,
        valid=valid,
    )


def _helper(base: BaseModel, version: str, *, trained: bool) -> LanguageModel:
    return sample(LanguageModel, base, version, dialect=base.language, trained=trained, failed=not trained)


# The two kinds of audio that the phases tell apart. The good one is too short for a training without `force`, so that
# it leads to trainings and to refusals.
KINDS: Mapping[str, AudioFacts | NotAudio] = {"good": AudioFacts(60.0, "flac", 16000, 1), "bad": NotAudio("not audio")}


def _steps(limits: Limits) -> Iterator[Callable[..., object]]:
    yield commands.delete_acoustic_model
    yield commands.train
    yield partial(commands.train, force=True)
    if limits.knows_strict:
        yield partial(commands.train, force=True, strict=False)
    yield commands.reset
    yield commands.upgrade
    for name in KINDS:
        yield partial(_add_audio, name=name)
        yield partial(commands.delete_audio, name=name)
        yield partial(_delete_user_data, customer_id=name)


def _add_audio(world: World, model: AcousticModel, *, name: str) -> None:
    commands.add_audio(world, model, _audio(model, name, KINDS[name], None))


def _delete_user_data(world: World, model: AcousticModel, *, customer_id: str) -> None:
    commands.delete_user_data(world, model.owner, customer_id)


def _told_apart(model: AcousticModel) -> Hashable:
    audio = tuple((name, model.audio[name].valid) for name in KINDS if name in model.audio)
    return audio, told_apart(model)


WALK = Walk(start=partial(outdated, commands.create_acoustic_model), steps=_steps, told_apart=_told_apart)
SAMPLES = Samples(resources=_models, asks=_asks)
