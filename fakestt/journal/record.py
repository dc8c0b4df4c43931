"""What happened: one Exchange a request. Reports, counts and checks are computed from them and from nothing else."""

from __future__ import annotations

from dataclasses import dataclass

from fakestt.contract.messages import Call, Reply
from fakestt.core.changes import Change
from fakestt.faults.rules import Rule
from fakestt.wire import Close, Delivery, Reset

__all__ = ["Exchange"]


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and what became of it. It holds no credential: neither headers nor forms are kept.

    Attributes:
        seq: from 1.
        at_s: the fake's instant, in seconds since the epoch.
        method, path: as the client sent them, secrets in the query blanked.
        call: the request as it was understood; None if it was not.
        rule: the fault that hit it.
        reply: what was said, in bytes.
        delivery: how it was sent.
        changes: what had changed since the exchange before, this request's own work included.
        problem: the test author's mistake that kept it from being answered, if one did.
    """

    seq: int
    at_s: float
    method: str
    path: str
    call: Call | None
    rule: Rule | None
    reply: Reply
    delivery: Delivery
    changes: tuple[Change, ...]
    problem: str | None = None

    def __repr__(self) -> str:
        return f"<Exchange {self.seq}: {self.method} {self.path[:200]} {self.status} {self.operation or ''}>"

    @property
    def operation(self) -> str | None:
        """The id of the operation, or None for what is not one."""
        return None if self.call is None else self.call.operation.id

    @property
    def status(self) -> int | None:
        """The status that went out; None when no byte did."""
        return None if isinstance(self.delivery[0], (Close, Reset)) else self.reply.status

    @property
    def note(self) -> str | None:
        """What is worth knowing about the audio that came with it, or why its credentials were refused."""
        if self.reply.note is not None:
            return self.reply.note
        upload = None if self.call is None else self.call.upload
        return getattr(upload.facts, "note", None) if upload is not None else None
