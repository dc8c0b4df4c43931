"""What happened: one Exchange a request. Reports, counts and checks are computed from them and from nothing else."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from fakestt.contract.messages import Call, Caller, Reply
from fakestt.core.changes import Change
from fakestt.faults.rules import Rule
from fakestt.wire import Arrival

__all__ = ["Exchange", "Note", "NoteKind", "RequestFacts"]


class RequestFacts(NamedTuple):
    """What came, as far as it may be shown: `…` stands for the rest.

    Attributes:
        method: as the client sent it.
        target: path and query.
        shown: headers, with their names.
        size_bytes: of the body, unpacked.
        sha256: of the body; None if there was none, or no operation that takes one.
        thread: the name of the thread that made the request; behind a server, of one of the server's.
    """

    method: str
    target: str
    shown: tuple[tuple[str, str], ...] = ()
    size_bytes: int = 0
    sha256: str | None = None
    thread: str = ""

    @property
    def headers(self) -> dict[str, str]:
        """Those that may be shown."""
        return dict(self.shown)


class Exchange(NamedTuple):
    """One request and what became of it. It holds no credential: what it shows is what is listed to be shown.

    Attributes:
        seq: from 1.
        at_s: the fake's instant, in seconds since the epoch.
        request: what came.
        call: the request as it was understood, with typed values where it was well-formed; None if no route fits.
        caller: whose credentials came with it; None as long as they were not looked at, or were refused.
        rule: the fault that hit it.
        reply: what was said, in bytes.
        arrival: what of it reached the client, when, and how that ended.
        changes: what had changed since the exchange before, this request's own work included.
        problem: the test author's mistake that kept it from being answered, if one did.
    """

    seq: int
    at_s: float
    request: RequestFacts
    call: Call | None
    caller: Caller | None
    rule: Rule | None
    reply: Reply
    arrival: Arrival
    changes: tuple[Change, ...]
    problem: str | None = None

    def __repr__(self) -> str:
        return f"<Exchange {self.seq}: {self.method} {self.path[:200]} {self.status} {self.operation or ''}>"

    @property
    def method(self) -> str:
        """As the client sent it."""
        return self.request.method

    @property
    def path(self) -> str:
        """With its query, as the request's target."""
        return self.request.target

    @property
    def operation(self) -> str | None:
        """The id of the operation, or None for what is not one."""
        return None if self.call is None else self.call.operation.id

    @property
    def status(self) -> int | None:
        """The status that the client has: it has the whole head. None as long as it has not."""
        return self.reply.status if self.arrival.has_head else None

    @property
    def note(self) -> str | None:
        """What is worth knowing about the audio that came with it, or why its credentials were refused."""
        if self.reply.note is not None:
            return self.reply.note
        upload = None if self.call is None else self.call.upload
        return getattr(upload.facts, "note", None) if upload is not None else None


class NoteKind(StrEnum):
    """Whose note it is."""

    REMARK = "remark"  # the fake's own
    TEST = "test"  # what the test did: a call of its author
    RAISED = "raised"  # a callback of the author raised


class Note(NamedTuple):
    """What a reader should know at this place: behind the exchange of this number, 0 for the start.

    Attributes:
        seq: the number of the exchange before it.
        at_s: the fake's instant.
        text: a call as its author wrote it, or a sentence.
        kind: whose note it is.
        times: how often the same happened here, one after another and without an exchange in between.
        last_at_s: the instant of the last time; None if there was one time.
        number: counts all notes of a fake.
    """

    seq: int
    at_s: float
    text: str
    kind: NoteKind = NoteKind.REMARK
    times: int = 1
    last_at_s: float | None = None
    number: int = 0
