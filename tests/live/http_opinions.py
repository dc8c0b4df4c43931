"""What the server and h11 make of the same bytes: which requests they see, and whether they refuse what follows."""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

import h11
from live_rig import Raw

from fakestt.transports.live import Server

__all__ = ["Opinion", "Witness", "of_h11", "of_server"]


class Opinion(NamedTuple):
    """The requests that were seen, each with its target and body, and whether the bytes behind them were refused."""

    seen: list[tuple[str, bytes]]
    refused: bool


class Witness:
    """Notes each request with its whole body, then asks another application, if there is one."""

    def __init__(self, app: Callable[..., Iterable[bytes]] | None = None) -> None:
        self.seen: list[tuple[str, bytes]] = []
        self._app = app
        self._lock = threading.Lock()

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        body = b"".join(iter(lambda: environ["wsgi.input"].read(65536), b""))
        with self._lock:
            self.seen.append((environ["RAW_URI"], body))
        if self._app is not None:
            return self._app(environ, start_response)
        start_response("200 OK", [("Content-Length", "2")])
        return [b"ok"]


def of_h11(data: bytes) -> Opinion:
    seen = []
    while data:
        connection = h11.Connection(h11.SERVER, max_incomplete_event_size=65_536)
        try:
            connection.receive_data(data)
            request = connection.next_event()
            if request is h11.NEED_DATA:
                return Opinion(seen, refused=False)
            assert isinstance(request, h11.Request)
            body = b""
            while isinstance(event := connection.next_event(), h11.Data):
                body += event.data
        except h11.RemoteProtocolError:
            return Opinion(seen, refused=True)
        if not isinstance(event, h11.EndOfMessage):
            return Opinion(seen, refused=False)
        seen.append((request.target.decode(), body))
        if not is_kept(request):
            break
        data = connection.trailing_data[0]
    return Opinion(seen, refused=False)


def is_kept(request: h11.Request) -> bool:
    """Whether another request may follow. h11 keeps no connection of HTTP/1.0, though a client may ask for it."""
    said = b",".join(value for name, value in request.headers if name == b"connection").lower()
    words = [word.strip(b" \t") for word in said.split(b",")]
    return b"close" not in words and (request.http_version >= b"1.1" or b"keep-alive" in words)


def of_server(server: Server, witness: Witness, data: bytes) -> tuple[Opinion, list[int]]:
    """The server's opinion, and the statuses of its answers. The client sends all, then says that there is no more."""
    witness.seen = []
    said = b""
    with Raw(server) as raw:
        try:
            raw.send(data)
            raw.sock.shutdown(socket.SHUT_WR)
            while piece := raw.sock.recv(65536):
                said += piece
        except (ConnectionError, BrokenPipeError):
            pass  # reset, while the client was still sending
    statuses = [int(status) for status in re.findall(rb"HTTP/1\.1 (\d{3}) ", said)]
    statuses = [status for status in statuses if status >= 200]
    return Opinion(witness.seen, refused=len(statuses) > len(witness.seen)), statuses
