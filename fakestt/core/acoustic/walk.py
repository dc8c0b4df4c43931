"""Steps that lead to all facts that an acoustic model can have."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping
from functools import partial

from fakestt.core.acoustic import commands
from fakestt.core.acoustic.facts import AcousticModel, Audio
from fakestt.core.family import Walk
from fakestt.core.limits import Limits
from fakestt.core.world import World
from fakestt.media.facts import AudioFacts, NotAudio

__all__ = ["WALK"]

# The two kinds of audio that the phases tell apart. The good one is too little to be trained on without `force`, so
# that one kind shows both what training does and what its refusal does.
KINDS: Mapping[str, AudioFacts | NotAudio] = {"good": AudioFacts(60.0, "flac", 16000, 1), "bad": NotAudio("not audio")}


def _start(world: World) -> AcousticModel:
    """There is a newer version to go to, until an upgrade has brought it."""
    base = world.base_models["base"]
    model = commands.create_acoustic_model(world, "owner", name="model", base_model_name=base.name)
    model.versions[:] = base.versions[:1]
    return model


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
    audio = Audio(
        name=name,
        parent=model,
        created_at_s=0.0,
        content_type="audio/flac",
        size_bytes=1,
        sha256="",
        customer_id=name,
        facts=KINDS[name],
    )
    commands.add_audio(world, model, audio)


def _delete_user_data(world: World, model: AcousticModel, *, customer_id: str) -> None:
    commands.delete_user_data(world, model.owner, customer_id)


def _told_apart(model: AcousticModel) -> Hashable:
    audio = tuple((name, model.audio[name].valid) for name in KINDS if name in model.audio)
    outdated = model.versions[-1] != model.base_model.newest
    return audio, model.trained, model.modified, model.failed, model.activity, outdated


WALK = Walk(start=_start, steps=_steps, told_apart=_told_apart)
