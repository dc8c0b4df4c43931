"""Audio resources."""

from __future__ import annotations

from typing import Any

from fakestt.contract.messages import Call
from fakestt.core.acoustic import commands
from fakestt.core.acoustic.analysis import single_problem
from fakestt.core.acoustic.facts import Audio, rounded_s
from fakestt.core.acoustic.phases import AudioPhase
from fakestt.core.refusals import Refusal, Why
from fakestt.http.context import Context
from fakestt.http.handlers.acoustic import addressed
from fakestt.http.handlers.customizations import customer_id
from fakestt.media.facts import ArchiveFacts, AudioFacts, Facts

__all__ = ["add", "delete", "get", "list_"]


def list_(context: Context, call: Call) -> dict[str, Any]:
    model = addressed(context.world, call)
    audio = [_resource(context, one) for one in commands.list_audio(context.world, model)]
    return {"total_minutes_of_audio": round(model.valid_seconds() / 60, 2), "audio": audio}


def add(context: Context, call: Call) -> dict[str, Any]:
    values, upload = call.values, call.upload
    assert upload is not None  # it is there, be it empty
    model = addressed(context.world, call)
    if upload.facts is None or upload.size_bytes == 0:
        raise Refusal(Why.EMPTY_BODY, kind="audio")
    audio = Audio(
        name=values["audio_name"],
        parent=model,
        content_type=upload.content_type,
        size_bytes=upload.size_bytes,
        sha256=upload.sha256,
        facts=upload.facts,
        customer_id=customer_id(values["X-Watson-Metadata"]),
    )
    commands.add_audio(context.world, model, audio, overwrite=values["allow_overwrite"])
    return {}


def get(context: Context, call: Call) -> dict[str, Any]:
    audio = commands.get_audio(context.world, addressed(context.world, call), call.values["audio_name"])
    return _listing(context, audio)


def delete(context: Context, call: Call) -> dict[str, Any]:
    commands.delete_audio(context.world, addressed(context.world, call), call.values["audio_name"])
    return {}


def _resource(context: Context, audio: Audio) -> dict[str, Any]:
    """An AudioResource. Source: icp2018 acoustic-audio.md#listAudio"""
    phase = context.world.machine.phase(audio)
    details = {} if phase is AudioPhase.BEING_PROCESSED else _details(audio.facts)
    return {"duration": audio.duration_s, "name": audio.name, "details": details, "status": phase.shown}


def _listing(context: Context, audio: Audio) -> dict[str, Any]:
    """An AudioListing: an archive is shown as a container with its members.

    Source: icp2018 acoustic-audio.md#getExampleArchive; that members are shown once they are analysed is assumed.
    """
    resource = _resource(context, audio)
    if not audio.content_type.startswith("application/"):
        return resource
    members: list[dict[str, Any]] = []
    if audio.valid is not None and isinstance(audio.facts, ArchiveFacts):
        least_hz = audio.model.base_model.rate_hz
        members = [
            {
                "duration": rounded_s(member.facts.duration_s),
                "name": member.name,
                "details": _details(member.facts),
                "status": "invalid" if single_problem(member.facts, least_hz) else "ok",
            }
            for member in audio.facts.members
        ]
    return {"container": resource, "audio": members}


def _details(facts: Facts) -> dict[str, Any]:
    """AudioDetails. Source: icp2018 acoustic-audio.md#listAudio (codecs are named as FFmpeg names them)."""
    if isinstance(facts, ArchiveFacts):
        return {"type": "archive", "compression": facts.compression}
    if isinstance(facts, AudioFacts):
        return {"codec": facts.codec, "type": "audio", "frequency": facts.rate_hz}
    return {"type": "undetermined"}
