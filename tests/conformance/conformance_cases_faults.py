"""Faults: the client's own exception, the same as at a real socket with the same fault.

An effect of ours stands beside what a real peer on loopback does, and both are shown to the same client.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from functools import cache
from typing import Any

import pytest
from conformance_asking import LONGER_S, TIMEOUT_S, Ask, Client, Reach
from conformance_outcome import anatomy, outcome
from conformance_peer import HEAD, broken_peer
from conformance_session import BASE, MODELS, Session, session
from conformance_ways import Way

from fakestt.faults.effects import Effect, lose_reply, lose_request, reset, slow, truncate, truncate_head
from fakestt.wire import WireBreak, WireClosed, WireTimeout


@dataclass(frozen=True)
class Fault:
    """An effect of ours, the same fault of a real peer, and whether the work was done."""

    effect: Effect
    answer: bytes
    end: str
    done: bool
    wsgi: type[OSError]

    @property
    def timeouts_s(self) -> tuple[float, ...]:
        """Short only where it is waited for: a busy machine may take its time."""
        return LONGER_S if self.end == "silence" else (TIMEOUT_S,)


# As much as the fake sends: the same bytes at both, and so the same outcome.
HALF_HEAD = b"HTTP/1.1 201 Created\r\nContent-Type: application/json\r\nContent-"
LONG_HEAD = b"HTTP/1.1 201 Created\r\nContent-Type: application/json\r\nContent-Length: 61\r\nX-"

FAULTS = {
    "closed before the work": Fault(lose_request(), b"", "fin", False, WireClosed),
    "closed after the work": Fault(lose_reply(), b"", "fin", True, WireClosed),
    "reset before the work": Fault(reset(), b"", "reset", False, WireBreak),
    "reset after the work": Fault(reset(commits=True), b"", "reset", True, WireBreak),
    "cut in the status line": Fault(truncate_head(8), b"HTTP/1.1", "fin", True, WireClosed),
    "cut in the head": Fault(truncate_head(len(HALF_HEAD)), HALF_HEAD, "fin", True, WireClosed),
    "cut at the head's end": Fault(truncate_head(len(LONG_HEAD)), LONG_HEAD, "fin", True, WireClosed),
    "cut in the body": Fault(truncate(10), HEAD + b"0123456789", "fin", True, WireClosed),
    "cut in a streamed body": Fault(truncate(10), HEAD + b"0123456789", "fin", True, WireClosed),
    "reset in the body": Fault(truncate(10, reset=True), HEAD + b"0123456789", "reset", True, WireBreak),
    "reset in a streamed body": Fault(truncate(10, reset=True), HEAD + b"0123456789", "reset", True, WireBreak),
    "slow": Fault(slow("45s"), b"", "silence", True, WireTimeout),
}


def fault(name: str) -> Callable[[Way], None]:
    """The client's own exception, the work done or not, and a client that is still good afterwards."""
    row = FAULTS[name]
    in_pieces = "streamed" in name

    def check(way: Way) -> None:
        for timeout_s in row.timeouts_s:
            with session(way) as one:
                one.stt.faults.on("createAcousticModel", times=1).do(row.effect)
                body = {"name": "car", "base_model_name": BASE}
                got = outcome(lambda: one.ask("POST", MODELS, body, in_pieces=in_pieces, timeout_s=timeout_s))  # noqa: B023
                done = len(_listed(one, tries=2 if way.live else 1))
            expected = [anatomy(row.wsgi())] if way.name == "WSGI" else natives(way, name, timeout_s)
            if got in expected and done == row.done:
                break
        assert got in expected
        assert done == row.done

    return check


def _listed(one: Session, tries: int) -> list[Any]:
    """The models, as a client sees them that kept the connection: its end may still be on the way when it asks."""
    try:
        listed: list[Any] = one.ask("GET", MODELS).json["customizations"]
    except Exception:
        if tries == 1:
            raise
        return _listed(one, tries - 1)
    return listed


def slow_but_in_time(way: Way) -> None:
    """A late answer that the client's time-out allows for is an answer; virtual time pays for it.

    Over a socket the silence is real, so it is a short one there.
    """
    late_s = 0.05 if way.live else 5.0
    with session(way) as one:
        before = one.stt.clock.now()
        one.stt.faults.on("listAcousticModels", times=1).slow(late_s)
        assert one.ask("GET", MODELS, timeout_s=10).status == 200
        assert one.stt.clock.now() == pytest.approx(before + late_s, abs=1e-5)


def failed_status(way: Way) -> None:
    """A 503 is an answer, with its Retry-After."""
    with session(way) as one:
        one.stt.faults.on("listAcousticModels", times=1).fail(503, "later", retry_after=30)
        heard = one.ask("GET", MODELS)
        assert (heard.status, heard.headers["retry-after"], heard.json["error"]) == (503, "30", "later")


@cache
def _native(client: Callable[[Reach], Client], name: str, tls: bool, timeout_s: float) -> tuple[Any, ...]:
    row = FAULTS[name]
    with (
        broken_peer(row.answer, row.end, tls=tls) as (url, ca_file),
        closing(client(Reach("", "", "", ca_file=ca_file))) as one,
    ):
        ask = Ask(method="POST", url=url, body=b"{}", timeout_s=timeout_s, in_pieces="streamed" in name)
        return outcome(lambda: one.send(ask))


def native(way: Way, name: str, timeout_s: float) -> tuple[Any, ...]:
    """What the way's client makes of a real broken socket, of the same kind as the way's: with TLS or without.

    In process there is neither, and no TLS is compared with. (CPython before 3.11.9 and 3.12.3 takes a reset under TLS
    for an end.)
    """
    return _native(way.client, name, way.tls, timeout_s)


def natives(way: Way, name: str, timeout_s: float) -> list[tuple[Any, ...]]:
    """All that may come. A reset throws away what has arrived and isn't read: over a real socket that is a race."""
    one = [native(way, name, timeout_s)]
    return [*one, native(way, "reset before the work", timeout_s)] if way.live and name.startswith("reset in") else one
