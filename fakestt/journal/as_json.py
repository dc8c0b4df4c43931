"""The journal as plain data, in a shape that has a version: what `json.dumps` takes, and other programs read."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable, Sequence
from dataclasses import fields, is_dataclass
from typing import Any

from fakestt.contract.messages import Call, Caller, Upload
from fakestt.core.changes import Change
from fakestt.core.lifecycle import Phase
from fakestt.journal.record import Exchange, Note

__all__ = ["FORMAT", "VERSION", "as_json", "text_of"]

FORMAT = "fakestt journal"
VERSION = 1

Data = dict[str, Any]


def as_json(exchanges: Sequence[Exchange], started_at_s: float, total: int, remarks: Iterable[Note]) -> Data:
    """What is kept of `total` exchanges. Instants are seconds since the epoch, in whole microseconds.

    Equal runs give equal data: a thread is not named but numbered, by the first exchange that it made.
    """
    threads: dict[str, int] = {}
    for one in exchanges:
        threads.setdefault(one.request.thread, len(threads) + 1)
    missing = total - len(exchanges)
    gap = next((seq for seq, one in enumerate(exchanges, 1) if one.seq != seq), len(exchanges) + 1)
    return {
        "format": FORMAT,
        "version": VERSION,
        "started_at_s": round(started_at_s, 6),
        "exchanges": [_exchange(one, threads[one.request.thread]) for one in exchanges],
        "not_kept": {"count": missing, "after_seq": gap - 1} if missing else None,
        "remarks": [{"after_seq": one.seq, "at_s": round(one.at_s, 6), "text": one.text} for one in remarks],
    }


def text_of(body: bytes) -> Data:
    """Bytes as text, with the name of the encoding if they are not UTF-8."""
    try:
        return {"text": body.decode("utf-8")}
    except UnicodeDecodeError:
        return {"text": b64encode(body).decode("ascii"), "encoding": "base64"}


def _exchange(one: Exchange, thread: int) -> Data:
    asked, arrival, rule = one.request, one.arrival, one.rule
    return {
        "seq": one.seq,
        "at_s": round(one.at_s, 6),
        "request": {
            "method": asked.method,
            "target": asked.target,
            "headers": asked.headers,
            "size_bytes": asked.size_bytes,
            "sha256": asked.sha256,
            "thread": thread,
        },
        "call": None if one.call is None else _call(one.call),
        "caller": _caller(one.caller),
        "fault": None if rule is None else {"rule": str(rule), "effect": str(rule.effect)},
        "reply": {
            "status": one.reply.status,
            "headers": dict(one.reply.headers),
            "body": text_of(one.reply.body),
        },
        "arrival": {
            "how": arrival.how.value,
            "at_s": None if arrival.at_s is None else round(arrival.at_s, 6),
            "status": one.status,
            "size_bytes": arrival.size_bytes,
        },
        "changes": [_change(change) for change in one.changes],
        "note": one.note,
        "problem": one.problem,
    }


def _call(call: Call) -> Data:
    return {
        "operation": call.operation.id,
        "values": _plain(call.values),
        "body": _plain(call.body),
        "upload": None if call.upload is None else _upload(call.upload),
        "content_type": call.content_type,
        "unknown": [*call.unknown_query, *call.unknown_fields],
    }


def _upload(upload: Upload) -> Data:
    return {
        "size_bytes": upload.size_bytes,
        "sha256": upload.sha256,
        "content_type": upload.content_type,
        "facts": _plain(upload.facts),
    }


def _caller(caller: Caller | None) -> Data | None:
    return None if caller is None else {"owner": caller.owner, "role": caller.role, "plan": caller.plan}


def _change(change: Change) -> Data:
    return {
        "at_s": round(change.at_s, 6),
        "subject": str(change.subject),
        "family": change.subject.family,
        "before": _phase(change.before),
        "after": _phase(change.after),
        "cause": str(change.cause),
    }


def _phase(phase: Phase | None) -> Data | None:
    return None if phase is None else {"status": phase.shown, "phase": phase.name.lower()}


def _plain(value: Any) -> Any:
    """Facts of audio are objects, with the name of their kind."""
    if is_dataclass(value):
        named = {one.name: _plain(getattr(value, one.name)) for one in fields(value)}
        return {"kind": type(value).__name__, **named}
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items()}
    return [_plain(one) for one in value] if isinstance(value, (tuple, list)) else value
