"""An application that says `WireClosed` is as good as a socket that is closed there: wherever it is, for each way."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from functools import partial
from typing import Any

import pytest
from conformance_asking import Ask, Client, Heard, Reach
from conformance_outcome import outcome
from conformance_peer import HEAD, authority, broken_peer
from conformance_ways import IN_PROCESS, WAYS, Way

from fakestt.intercept.hosts import reachable
from fakestt.transports.inprocess import App, StartResponse
from fakestt.transports.live import serve
from fakestt.wire import WireClosed

LIBRARIES = [way for way in IN_PROCESS if way.name != "WSGI"]


class Anew:
    """A client for each request: behind the end of an answer over TLS, that of a kept connection may be under way."""

    def __init__(self, connect: Callable[[], Client]) -> None:
        self._connect = connect

    def send(self, ask: Ask) -> Heard:
        with closing(self._connect()) as client:
            return client.send(ask)

    def close(self) -> None:
        pass


def client_of(way: Way, ca_file: str | None = None) -> Client:
    connect = partial(way.client, Reach("", "", "", ca_file=ca_file))
    return Anew(connect) if way.tls else connect()


@contextmanager
def reached(way: Way, app: App) -> Iterator[tuple[Client, str]]:
    """A client of the way, and the URL of the application for it."""
    if way.live:
        with (
            serve(app, tls=authority() if way.tls else False) as server,
            closing(client_of(way, server.ca_file)) as client,
        ):
            yield client, f"{server.url}/"
    else:
        with reachable({"cut.test": app}), closing(client_of(way)) as client:
            yield client, "http://cut.test/"


def fates(client: Client, url: str, targets: Iterable[Any], **more: Any) -> dict[Any, tuple[Any, ...]]:
    return {target: outcome(lambda: client.send(Ask(url=f"{url}{target}", **more))) for target in targets}  # noqa: B023


@pytest.mark.parametrize("way", [way for way in WAYS if way.name != "WSGI" and "curl" not in way.name], ids=str)
def test_a_head_may_end_at_any_byte(way: Way) -> None:
    def app(environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        raise WireClosed(HEAD[: int(environ["PATH_INFO"][1:])])

    # Each of them where nothing is in between, a few over a socket.
    cuts = range(len(HEAD)) if not way.live else (0, 1, 8, 12, 15, 17, 30, 60, len(HEAD) - 3, len(HEAD) - 1)
    with reached(way, app) as (client, url):
        got = fates(client, url, cuts)
    with (
        broken_peer(lambda target: HEAD[: int(target[1:])], "fin", tls=way.tls) as (url, ca_file),
        closing(client_of(way, ca_file)) as client,
    ):
        assert got == fates(client, url, cuts)


@pytest.mark.parametrize("in_pieces", [True, False], ids=["in pieces", "at once"])
@pytest.mark.parametrize("way", [way for way in WAYS if way.name != "WSGI"], ids=str)
def test_a_body_may_end_before_its_length(way: Way, in_pieces: bool) -> None:
    body = b"x" * 70  # of 100

    def app(environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", "100")])
        yield body[:60]
        yield body[60:]
        raise WireClosed()

    with reached(way, app) as (client, url):
        got = fates(client, url, [""], in_pieces=in_pieces)
    with (
        broken_peer(HEAD + body, "fin", tls=way.tls) as (url, ca_file),
        closing(client_of(way, ca_file)) as client,
    ):
        assert got == fates(client, url, [""], in_pieces=in_pieces)


@pytest.mark.parametrize("way", LIBRARIES, ids=str)
def test_a_long_body_may_end_where_a_client_still_reads(way: Way) -> None:
    """Beyond what is run ahead of the client."""
    body = b"x" * 200_000
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 300000\r\n\r\n"

    def app(environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        start_response("200 OK", [("Content-Length", "300000")])
        yield from (body[at : at + 50_000] for at in range(0, len(body), 50_000))
        raise WireClosed()

    with reached(way, app) as (client, url):
        got = fates(client, url, [""], in_pieces=True)
    with broken_peer(head + body, "fin") as (url, _), closing(client_of(way)) as client:
        assert got == fates(client, url, [""], in_pieces=True)
