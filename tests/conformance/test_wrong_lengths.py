"""A Content-Length that isn't the body's, where what is too much or too little comes in one piece, or in none."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import closing
from typing import Any

import pytest
import urllib3
from conformance_asking import LONGER_S, TIMEOUT_S, Ask, Reach
from conformance_outcome import status_of
from conformance_peer import counting_peer
from conformance_ways import IN_PROCESS, Way

from fakestt.intercept.hosts import reachable
from fakestt.transports.inprocess import StartResponse

URL = "http://counted.test/"


class Counts:
    """An application that reads as a server does, as far as Content-Length, and keeps what it got."""

    def __init__(self) -> None:
        self.bodies: list[bytes] = []

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        body, length = b"", int(environ["CONTENT_LENGTH"])
        while piece := environ["wsgi.input"].read(length - len(body)):
            body += piece
        self.bodies.append(body)
        start_response("201 Created", [("Content-Length", "2")])
        return [b"{}"]


class Pieces(Ask):
    """A body in pieces of five bytes."""

    def blocks(self) -> Iterator[bytes]:
        assert self.body is not None
        return (self.body[at : at + 5] for at in range(0, len(self.body), 5))


@pytest.mark.parametrize("kind", ["bytes", "generator"])
@pytest.mark.parametrize(("body", "length"), [(b"0123456789", 5), (b"01234", 10), (b"01234", 5), (b"", 5)], ids=str)
@pytest.mark.parametrize("way", [way for way in IN_PROCESS if way.name != "WSGI"], ids=str)
def test_a_length_that_is_not_the_bodys_has_the_outcome_of_a_socket(
    way: Way, body: bytes, length: int, kind: str
) -> None:
    def outcome(url: str, timeout_s: float) -> Any:
        headers = {"Content-Type": "audio/flac", "Content-Length": str(length)}
        ask = Pieces(method="POST", url=url, headers=headers, body=body, kind=kind, timeout_s=timeout_s)
        with closing(way.client(Reach("", "", ""))) as client:
            return status_of(lambda: client.send(ask))

    with reachable({"counted.test": Counts()}):
        got = outcome(URL, TIMEOUT_S)
    for timeout_s in LONGER_S if len(body) < length else (TIMEOUT_S,):
        with counting_peer() as (url, _):
            real = outcome(url, timeout_s)
        if got == real:
            break
    assert got == real


def test_without_a_read_timeout_nobody_waits_for_what_does_not_come() -> None:
    app = Counts()
    with reachable({"counted.test": app}), urllib3.PoolManager(timeout=None) as pools:
        answer = pools.request("POST", URL, body=b"01234", headers={"Content-Length": "10"}, retries=False)
    assert (answer.status, app.bodies) == (201, [b"01234"])
