"""The state of a world as plain data, and back. Only facts travel: phases are computed from them again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from fakestt.core.acoustic import AcousticPhase, AudioPhase
from fakestt.core.lifecycle import Change, Phase
from fakestt.core.resources import AcousticModel, Activity, Audio, LanguageModel, Resource
from fakestt.core.world import World
from fakestt.errors import StateError
from fakestt.media.facts import ArchiveFacts, AudioFacts, Facts, Member, NotAudio

__all__ = ["restore", "snapshot"]

FORMAT = 1
Data = dict[str, Any]

# Fields that are links, or rebuilt from elsewhere.
_LINKS = frozenset({"parent", "base_model", "audio", "facts", "activity"})
_FACTS = {kind.__name__: kind for kind in (AudioFacts, NotAudio, ArchiveFacts)}
_PHASES: dict[str, Phase] = {phase.code: phase for phase in (*AcousticPhase, *AudioPhase)}


def snapshot(world: World) -> Data:
    """All facts of a settled world, as JSON can hold them."""
    return {
        "format": FORMAT,
        "now_s": world.now_s,
        "seed": world.seed,
        "ids_given": world.ids_given,
        "base_models": {name: list(base.versions) for name, base in world.base_models.items()},
        "acoustic_models": [_model(model) for models in world.acoustic.values() for model in models.values()],
        "language_models": [_model(model) for models in world.language.values() for model in models.values()],
        "due": [[at_s, *_address(resource)] for at_s, resource in world.machine.schedule.pending()],
        "stalled": [list(_address(resource)) for resource in world.machine.schedule.stalled()],
        "changes": [
            [
                change.at_s,
                change.subject,
                change.before and change.before.code,
                change.after and change.after.code,
                change.cause,
            ]
            for change in world.machine.changes
        ],
    }


def restore(world: World, data: Mapping[str, Any]) -> None:
    """Put a world into the state of a snapshot; what it held is gone. If the snapshot is none, nothing is changed.

    Raises:
        StateError: not a snapshot, or one of another edition.
    """
    try:
        if data["format"] != FORMAT or set(data["base_models"]) != set(world.base_models):
            raise ValueError("the base models are others")
        now_s, seed, ids_given = float(data["now_s"]), int(data["seed"]), int(data["ids_given"])
        versions = {name: [str(one) for one in row] for name, row in data["base_models"].items()}
        acoustic, language = _acoustic_models(world, data), _language_models(world, data)
        changes = [_change(*row) for row in data["changes"]]
        due = [(float(at_s), _found(acoustic, *address)) for at_s, *address in data["due"]]
        stalled = [_found(acoustic, *address) for address in data["stalled"]]
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise StateError(
            f"restore: this is not a snapshot of a fake of this edition and version of fakestt ({error!r}). "
            "Give what stt.snapshot() returned, from JSON or not."
        ) from None
    world.now_s, world.seed, world.ids_given = now_s, seed, ids_given
    for name, row in versions.items():
        world.base_models[name].versions[:] = row
    world.acoustic, world.language = acoustic, language
    world.machine.forget(changes)
    for at_s, resource in due:
        world.machine.schedule.plan(at_s, resource)
    for resource in stalled:
        world.machine.schedule.stall(resource)


def _acoustic_models(world: World, data: Mapping[str, Any]) -> dict[str, dict[str, AcousticModel]]:
    models: dict[str, dict[str, AcousticModel]] = {}
    for row in data["acoustic_models"]:
        model = AcousticModel(**_plain(row), base_model=world.base_models[row["base_model"]])
        model.activity = _activity(row)
        for audio_row in row["audio"]:
            audio = Audio(**_plain(audio_row), parent=model, facts=_read_facts(audio_row["facts"]))
            audio.activity = _activity(audio_row)
            model.audio[audio.name] = audio
        models.setdefault(model.owner, {})[model.id] = model
    return models


def _language_models(world: World, data: Mapping[str, Any]) -> dict[str, dict[str, LanguageModel]]:
    models: dict[str, dict[str, LanguageModel]] = {}
    for row in data["language_models"]:
        model = LanguageModel(**_plain(row), base_model=world.base_models[row["base_model"]])
        models.setdefault(model.owner, {})[model.id] = model
    return models


def _found(
    models: Mapping[str, Mapping[str, AcousticModel]], owner: str, model_id: str, audio_name: str | None
) -> Resource:
    model = models[owner][model_id]
    return model if audio_name is None else model.audio[audio_name]


def _change(at_s: float, subject: str, before: str | None, after: str | None, cause: str) -> Change:
    return Change(at_s, subject, _PHASES[before] if before else None, _PHASES[after] if after else None, cause)


def _model(model: AcousticModel | LanguageModel) -> Data:
    row = _record(model)
    row["base_model"] = model.base_model.name
    if isinstance(model, AcousticModel):
        row["audio"] = [{**_record(audio), "facts": _facts(audio.facts)} for audio in model.audio.values()]
    return row


def _record(resource: Resource) -> Data:
    values = {one.name: getattr(resource, one.name) for one in fields(resource) if one.name not in _LINKS}
    row: Data = {name: list(value) if isinstance(value, list) else value for name, value in values.items()}
    row["activity"] = resource.activity and resource.activity.value
    return row


def _plain(row: Mapping[str, Any]) -> Data:
    return {
        name: list(value) if isinstance(value, list) else value for name, value in row.items() if name not in _LINKS
    }


def _activity(row: Mapping[str, Any]) -> Activity | None:
    return Activity(row["activity"]) if row["activity"] else None


def _address(resource: Resource) -> tuple[str, str, str | None]:
    model = resource.parent or resource
    assert isinstance(model, AcousticModel)
    return model.owner, model.id, None if resource is model else resource.name


def _facts(facts: Facts) -> Data:
    row: Data = {one.name: getattr(facts, one.name) for one in fields(facts)}
    if isinstance(facts, ArchiveFacts):
        row["members"] = [{"name": member.name, "facts": _facts(member.facts)} for member in facts.members]
    return {"kind": type(facts).__name__, **row}


def _read_facts(row: Mapping[str, Any]) -> Any:
    values = {name: value for name, value in row.items() if name != "kind"}
    if "members" in values:
        values["members"] = tuple(Member(one["name"], _read_facts(one["facts"])) for one in values["members"])
    return _FACTS[row["kind"]](**values)
