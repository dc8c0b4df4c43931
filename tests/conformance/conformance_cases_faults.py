"""Faults: the client's own exception or answer, the same as at a real socket with the same fault.

An effect of ours stands beside what a real peer on loopback does, and both are shown to the same client.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from functools import cache
from http import HTTPStatus
from typing import Any

import pytest
from conformance_asking import LONGER_S, TIMEOUT_S, Ask, Client, Heard, Reach
from conformance_client_stdlib import HttpClientClient
from conformance_outcome import anatomy, outcome
from conformance_peer import HEAD, faulty_peer
from conformance_session import BASE, MODELS, START, BareClient, Session, session
from conformance_ways import Way

from fakestt import FakeSTT
from fakestt.faults import effects
from fakestt.faults.effect import Effect
from fakestt.wire import WireBreak, WireClosed, WireTimeout

CREATE = {"name": "car", "base_model_name": BASE}


@dataclass(frozen=True)
class Fault:
    """An effect of ours, the same fault of a real peer, and whether the work was done.

    A fault without `wsgi` is an answer: the peer sends the bytes of it.
    """

    effect: Effect
    answer: bytes = b""
    end: str = "fin"
    done: bool = False
    wsgi: type[OSError] | None = None

    @property
    def timeouts_s(self) -> tuple[float, ...]:
        """Short only where it is waited for: a busy machine may take its time."""
        return LONGER_S if self.end == "silence" else (TIMEOUT_S,)


# As much as the fake sends: the same bytes at both, and so the same outcome.
HALF_HEAD = b"HTTP/1.1 201 Created\r\nContent-Type: application/json\r\nContent-"
LONG_HEAD = b"HTTP/1.1 201 Created\r\nContent-Type: application/json\r\nContent-Length: 61\r\nX-"
PART = HEAD + b"0123456789"

FAULTS = {
    "closed before the work": Fault(effects.lose_request(), b"", "fin", False, WireClosed),
    "closed after the work": Fault(effects.lose_reply(), b"", "fin", True, WireClosed),
    "reset before the work": Fault(effects.reset(), b"", "reset", False, WireBreak),
    "reset after the work": Fault(effects.reset(commits=True), b"", "reset", True, WireBreak),
    "cut in the status line": Fault(effects.truncate_head(8), b"HTTP/1.1", "fin", True, WireClosed),
    "cut in the head": Fault(effects.truncate_head(len(HALF_HEAD)), HALF_HEAD, "fin", True, WireClosed),
    "cut at the head's end": Fault(effects.truncate_head(len(LONG_HEAD)), LONG_HEAD, "fin", True, WireClosed),
    "cut in the body": Fault(effects.truncate(10), PART, "fin", True, WireClosed),
    "cut in a streamed body": Fault(effects.truncate(10), PART, "fin", True, WireClosed),
    "reset in the body": Fault(effects.truncate(10, reset=True), PART, "reset", True, WireBreak),
    "reset in a streamed body": Fault(effects.truncate(10, reset=True), PART, "reset", True, WireBreak),
    "slow": Fault(effects.slow("45s"), b"", "silence", True, WireTimeout),
    "a drip": Fault(effects.drip("45s", pieces=6), PART, "silence", True, WireTimeout),
    "a drip in a streamed body": Fault(effects.drip("45s", pieces=6), PART, "silence", True, WireTimeout),
    "a failure": Fault(effects.fail(503, "later", retry_after=0)),
    "a failure after the work": Fault(effects.fail(504, commits=True), done=True),
    "text": Fault(effects.fail(500, body="<p>no", content_type="text/html")),
    "a proxy's page": Fault(effects.html(502)),
    "garbled": Fault(effects.garble(), done=True),
    "nothing": Fault(effects.ok(), done=True),
}

Fate = tuple[Any, int]
"""What came of a request, and how often it was sent."""


def fault(name: str) -> Callable[[Way], None]:
    """The client's own exception or answer, as many tries as it makes, and the work done at each of them or not.

    Afterwards the client is still good. A fault that passes is another matter for a client that tries again.
    """
    row = FAULTS[name]

    def check(way: Way) -> None:
        for times in (None, 1) if way.for_faults else (None,):
            for timeout_s in row.timeouts_s:
                (got, tries), made = _fate(way, name, timeout_s, times)
                expected = natives(way, name, timeout_s, times)
                hits = tries if times is None else min(tries, times)
                done = tries if row.done else tries - hits
                if (got, tries) in expected and made == done:
                    break
            assert (got, tries) in expected
            assert made == done

    return check


def _fate(way: Way, name: str, timeout_s: float, times: int | None) -> tuple[Fate, int]:
    """And how many models there are then."""
    row = FAULTS[name]
    with session(way) as one:
        rule = one.stt.faults.on("createAcousticModel", times=times).do(row.effect)
        got = _came_of(row, lambda: one.ask("POST", MODELS, CREATE, in_pieces="streamed" in name, timeout_s=timeout_s))
        tries = one.stt.journal.count("createAcousticModel")
        one.stt.faults.remove(rule)
        return (got, tries), len(models(one, tries=2 if way.live else 1))


def models(one: Session, tries: int = 1) -> list[Any]:
    """As a client sees them that kept the connection: its end may still be on the way when it asks."""
    try:
        listed: list[Any] = one.ask("GET", MODELS).json["customizations"]
    except Exception:
        if tries == 1:
            raise
        return models(one, tries - 1)
    return listed


def _came_of(row: Fault, work: Callable[[], Heard]) -> Any:
    if row.wsgi is not None:
        return outcome(work)
    try:
        heard = work()
    except Exception as error:
        return anatomy(error)
    # A try that does the work once more makes a model of another id.
    body = heard.body if heard.status >= 400 else len(heard.body)
    return (heard.status, heard.headers["content-type"], heard.headers.get("retry-after"), body)


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


def dripping_in_time(way: Way) -> None:
    """A body whose pieces come in time is whole, though all of it takes longer than a read may.

    curl's time-out is one for the whole, so it has a longer one.
    """
    for every_s, timeout_s in LONG_ENOUGH if way.live else ((5.0, 8.0),):
        with session(way) as one:
            before = one.stt.clock.now()
            one.stt.faults.on("listAcousticModels", times=1).drip(every_s, pieces=4)
            limit_s = TIMEOUT_S if "curl" in way.name else timeout_s
            came = outcome(lambda: one.ask("GET", MODELS, timeout_s=limit_s))  # noqa: B023
            passed_s = one.stt.clock.now() - before
        if came[0] == "nothing raised":
            break
    assert came == ("nothing raised", 23)
    assert passed_s == pytest.approx(3 * every_s, abs=1e-5)
    assert passed_s > timeout_s


LONG_ENOUGH = ((0.05, 0.14), (0.5, 1.4), (2.0, 5.6))
"""A silence and a longer time-out, one pair after the other until all is well. A busy machine is late by itself."""


def an_old_answer(way: Way) -> None:
    """A stale read, which is marked as such."""
    with session(way) as one:
        assert models(one) == []
        assert one.ask("POST", MODELS, CREATE).status == 201
        one.stt.faults.on("listAcousticModels", times=1).stale()
        heard = one.ask("GET", MODELS)
        assert (heard.json, heard.headers["x-fakestt-fault"]) == ({"customizations": []}, "stale()")
        assert len(models(one)) == 1


def failed_status(way: Way) -> None:
    """A 503 is an answer, with its Retry-After."""
    with session(way) as one:
        one.stt.faults.on("listAcousticModels", times=1).fail(503, "later", retry_after=30)
        heard = one.ask("GET", MODELS)
        assert (heard.status, heard.headers["retry-after"], heard.json["error"]) == (503, "30", "later")


@cache
def _sent(name: str) -> bytes:
    """What an equal fake says, in the bytes of a server that closes the connection then."""
    stt = FakeSTT(start=START)
    stt.faults.on("createAcousticModel").do(FAULTS[name].effect)
    heard = Session(stt, BareClient(stt), Reach(stt.url, "", "")).ask("POST", MODELS, CREATE)
    lines = [f"HTTP/1.1 {heard.status} {HTTPStatus(heard.status).phrase}", "Connection: close"]
    lines += [f"{name}: {one}" for name, one in heard.headers.items()]
    return "\r\n".join([*lines, "", ""]).encode() + heard.body


@cache
def _native(client: Callable[[Reach], Client], name: str, tls: bool, timeout_s: float, times: int | None) -> Fate:
    row = FAULTS[name]
    answer = row.answer if row.wsgi is not None else _sent(name)
    then = None if times is None else _sent("nothing")
    with (
        faulty_peer(answer, row.end, then, tls=tls) as (peer, ca_file),
        closing(client(Reach("", "", "", ca_file=ca_file))) as one,
    ):
        body = b'{"name": "car", "base_model_name": "any"}'
        ask = Ask(method="POST", url=peer.url, body=body, timeout_s=timeout_s, in_pieces="streamed" in name)
        return _came_of(row, lambda: one.send(ask)), peer.asked


def native(way: Way, name: str, timeout_s: float, times: int | None = None) -> Fate:
    """What the way's client makes of a real broken socket, of the same kind as the way's: with TLS or without.

    In process there is neither, and no TLS is compared with. (CPython before 3.11.9 and 3.12.3 takes a reset under TLS
    for an end.)
    """
    client = HttpClientClient if way.name == "WSGI" else way.client
    return _native(client, name, way.tls, timeout_s, times)


def natives(way: Way, name: str, timeout_s: float, times: int | None) -> list[Fate]:
    """All that may come. A reset throws away what has arrived and isn't read: over a real socket that is a race."""
    wsgi = FAULTS[name].wsgi
    if way.name == "WSGI" and wsgi is not None:
        return [(anatomy(wsgi()), 1)]
    fates = [native(way, name, timeout_s, times)]
    if way.live and name.startswith("reset in"):
        fates.append(native(way, "reset before the work", timeout_s, times))
    return fates
