"""Resources put into a state by hand: no request, no time."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from fakestt.core.acoustic import FAILURE
from fakestt.core.resources import AcousticModel, Activity, Audio, BaseModel, LanguageModel
from fakestt.core.world import World
from fakestt.errors import ScriptError, StateError, nearest
from fakestt.media.facts import AudioFacts, Facts, NotAudio

__all__ = ["find_base_model", "place_acoustic_model", "place_language_model"]

STATUSES = ("pending", "ready", "training", "available", "upgrading", "failed")
ORDINARY_MINUTES = 12.0
"""Enough to train on, where a status needs audio and nobody says how much."""
MOST_MINUTES = 1e8
"""Two centuries. What is longer would end after the last year that a date can have."""


def place_acoustic_model(
    world: World,
    owner: str,
    *,
    name: str,
    base_model_name: str,
    status: str = "pending",
    minutes_of_audio: float | None = None,
    invalid_audio: int = 0,
    description: str | None = None,
    versions: Sequence[str] | None = None,
    error: str | None = None,
) -> AcousticModel:
    """Put a model there, in any documented state, as if it had just got there.

    `pending` with audio is a model whose audio is being analysed; a running activity ends in its ordinary time.

    Raises:
        StateError: a state that can't be.
    """
    base = find_base_model(world, base_model_name, f"base_model_name={base_model_name!r}")
    if not base.custom_acoustic_model:
        raise StateError(f"base_model_name={base_model_name!r} has no acoustic customization.")
    _check_name(name)
    _check_status(status)
    for what, text in (("description", description), ("error", error)):
        if text is not None and not isinstance(text, str):
            raise StateError(f"{what}={text!r}: give a string, or None for none.")
    minutes = _minutes(minutes_of_audio, invalid_audio, status)
    if error is not None and status != "failed":
        raise StateError(f"error={error!r} with status={status!r}: only a 'failed' model has an error.")
    built_on = _versions(base, versions, status)
    model = world.new_acoustic_model(owner, base, name=name, description=description, versions=built_on)
    if minutes:
        good = AudioFacts(minutes * 60, "pcm_s16le", base.rate_hz, 1)
        _place_audio(world, model, "audio1", good, valid=None if status == "pending" else True)
    for number in range(invalid_audio):
        _place_audio(world, model, f"invalid{number + 1}", NotAudio("put there as invalid"), valid=False)
    model.trained = status in ("available", "upgrading")
    if status == "failed":
        model.failed = True
        model.error = error if error is not None else FAILURE
    if status == "upgrading":
        model.upgrading_to = base.newest
    try:
        _start(world, model, status)
    except ScriptError:  # a function of a script raised, so there shall be no such model
        del world.acoustic[owner][model.id]
        raise
    for audio in model.audio.values():
        world.machine.made(audio, world.now_s, "hand")
    world.machine.made(model, world.now_s, "hand")
    return model


def _start(world: World, model: AcousticModel, status: str) -> None:
    if status in ("training", "upgrading"):
        activity = Activity.TRAINING if status == "training" else Activity.UPGRADE
        world.machine.start(model, activity, world.now_s)
    for audio in model.audio.values():
        if audio.valid is None:
            world.machine.start(audio, Activity.ANALYSIS, world.now_s)


def place_language_model(
    world: World,
    owner: str,
    *,
    name: str,
    base_model_name: str,
    status: str = "available",
    versions: Sequence[str] | None = None,
) -> LanguageModel:
    """Put a language model there, with the status that it keeps.

    Raises:
        StateError: an unknown base model, version or status.
    """
    base = find_base_model(world, base_model_name, f"base_model_name={base_model_name!r}")
    _check_name(name)
    _check_status(status)
    built_on = _versions(base, versions, "available")
    model = LanguageModel(
        name=name,
        created_at_s=world.now_s,
        id=world.new_id(),
        owner=owner,
        base_model=base,
        versions=built_on,
        status=status,
    )
    world.language.setdefault(owner, {})[model.id] = model
    return model


def find_base_model(world: World, name: object, said: str) -> BaseModel:
    """The service's own model of this name; `said` is how the author wrote it.

    Raises:
        StateError: there is none.
    """
    models = world.base_models
    base = models.get(name) if isinstance(name, str) else None
    if base is None:
        possible = f"All: {', '.join(models)}." if len(models) < 20 else f"All {len(models)}: list(stt.base_models)."
        raise StateError(f"{said}: no such base model.{nearest(name, models)} {possible}")
    return base


def _is_name(name: object) -> bool:
    return isinstance(name, str) and name != ""


def _check_name(name: object) -> None:
    if not _is_name(name):
        raise StateError(f"name={name!r}: give a string that is not empty.")


def _check_status(status: object) -> None:
    if status not in STATUSES:
        raise StateError(f"status={status!r}: no such status.{nearest(status, STATUSES)} All: {', '.join(STATUSES)}")


def _minutes(minutes_of_audio: float | None, invalid_audio: int, status: str) -> float:
    """How many minutes of valid audio there shall be; both amounts are checked."""
    minutes = minutes_of_audio if minutes_of_audio is not None else 0.0 if status == "pending" else ORDINARY_MINUTES
    if isinstance(minutes, bool) or not isinstance(minutes, (int, float)):
        raise StateError(f"minutes_of_audio={minutes_of_audio!r}: give a number, such as 12 or 0.5.")
    if isinstance(invalid_audio, bool) or not isinstance(invalid_audio, int):
        raise StateError(f"invalid_audio={invalid_audio!r}: give a number of resources, a whole one.")
    if not 0 <= minutes <= MOST_MINUTES or invalid_audio < 0:
        raise StateError(
            f"minutes_of_audio={minutes_of_audio!r}, invalid_audio={invalid_audio!r}: neither is negative or endless."
        )
    if status not in ("pending", "failed") and minutes == 0:
        raise StateError(f"status={status!r} with minutes_of_audio=0: a model without audio is 'pending' or 'failed'.")
    if status == "pending" and minutes and invalid_audio:
        raise StateError(
            "status='pending' with audio of both kinds: once it is analysed, a model with some valid audio is 'ready'."
        )
    return minutes


def _versions(base: BaseModel, versions: Sequence[str] | None, status: str) -> list[str]:
    if versions is not None:
        if not isinstance(versions, (list, tuple)) or not versions or not all(_is_name(one) for one in versions):
            raise StateError(
                f"versions={versions!r}: a model is built on some version of its base. Give a list of their names, the "
                f"newest last, such as [{base.newest!r}]."
            )
        if status == "upgrading" and versions[-1] == base.newest:
            raise StateError(
                f"status='upgrading' with versions={versions!r}: {base.newest!r} is the newest, so there is nothing to "
                "upgrade to. Publish a newer one first (stt.base_models.publish), or name an older one."
            )
        return list(versions)
    if status != "upgrading":
        return [base.newest]
    if len(base.versions) < 2:
        raise StateError(
            f"status='upgrading': {base.name} has one version, {base.newest!r}, so there is nothing to upgrade to. "
            "Publish a newer one first (stt.base_models.publish), or say versions=['...'] of the model."
        )
    return [base.versions[-2]]


def _place_audio(world: World, model: AcousticModel, name: str, facts: Facts, *, valid: bool | None) -> None:
    model.audio[name] = Audio(
        name=name,
        parent=model,
        created_at_s=world.now_s,
        content_type="audio/wav",
        size_bytes=0,
        sha256=hashlib.sha256().hexdigest(),
        facts=facts,
        valid=valid,
        problem=facts.reason if isinstance(facts, NotAudio) else None,
    )
