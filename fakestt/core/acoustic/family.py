"""Acoustic models and their audio, as families."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from fakestt.core.acoustic.analysis import RULES
from fakestt.core.acoustic.facts import AcousticModel, Audio
from fakestt.core.acoustic.phases import AcousticCommand, AudioPhase, audio_phase, phase
from fakestt.core.acoustic.placing import place_acoustic_model
from fakestt.core.acoustic.samples import SAMPLES, WALK
from fakestt.core.acoustic.sources import ROWS
from fakestt.core.acoustic.stages import acoustic_stages, audio_stages, fail, spoil
from fakestt.core.acoustic.table import COMMANDS
from fakestt.core.family import Family
from fakestt.core.lifecycle import Lifecycle
from fakestt.core.models import follow_base
from fakestt.core.phases import ModelPhase
from fakestt.core.refusals import Why
from fakestt.core.resources import Activity
from fakestt.core.sources import by_cell
from fakestt.media.facts import ArchiveFacts, AudioFacts, Facts, Member, NotAudio

__all__ = ["ACOUSTIC", "AUDIO"]

_KINDS = {kind.__name__: kind for kind in (AudioFacts, NotAudio, ArchiveFacts)}


def _written(facts: Facts) -> dict[str, Any]:
    row: dict[str, Any] = {one.name: getattr(facts, one.name) for one in fields(facts)}
    if isinstance(facts, ArchiveFacts):
        row["members"] = [{"name": member.name, "facts": _written(member.facts)} for member in facts.members]
    return {"kind": type(facts).__name__, **row}


def _read(row: dict[str, Any]) -> Any:
    values = {name: value for name, value in row.items() if name != "kind"}
    if "members" in values:
        values["members"] = tuple(Member(one["name"], _read(one["facts"])) for one in values["members"])
    return _KINDS[row["kind"]](**values)


ACOUSTIC = Family(
    kind=AcousticModel,
    lifecycle=Lifecycle(ModelPhase, phase, COMMANDS, acoustic_stages, by_cell(ROWS, AcousticCommand, ModelPhase)),
    named_by="customization_id",
    missing=Why.NO_SUCH_MODEL,
    spoil={Activity.TRAINING: fail, Activity.UPGRADE: fail},
    place=place_acoustic_model,
    samples=SAMPLES,
    walk=WALK,
    published=follow_base,
)
AUDIO = Family(
    kind=Audio,
    lifecycle=Lifecycle(AudioPhase, audio_phase, {}, audio_stages, {}),
    named_by="audio_name",
    missing=Why.NO_SUCH_AUDIO,
    parent=ACOUSTIC,
    spoil={Activity.ANALYSIS: spoil},
    written={"facts": (_written, _read)},
    names=("audio_name_max", "audio_name_forbidden"),
    rules=RULES,
)
