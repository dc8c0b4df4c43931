"""The standard library: urllib.request and http.client."""

from __future__ import annotations

import http.client
import urllib.error
import urllib.request
from typing import Any
from urllib.parse import urlsplit

from conformance_asking import PIECE_BYTES, Ask, Heard, Reach, lower, nothing, tls_of


class UrllibRequestClient:
    def __init__(self, reach: Reach) -> None:
        handlers: list[Any] = [urllib.request.ProxyHandler({}), _NoRedirects()]
        if reach.ca_file:
            handlers.append(urllib.request.HTTPSHandler(context=tls_of(reach)))
        self._opener = urllib.request.build_opener(*handlers)

    def send(self, ask: Ask) -> Heard:
        ask = ask.by_hand() if ask.kind == "multipart" else ask
        with ask.file() if ask.kind == "file" else nothing() as file:
            body = file or (ask.blocks() if ask.kind == "generator" else ask.body)
            request = urllib.request.Request(ask.url, body, dict(ask.headers), method=ask.method)
            if body is not None:
                request.add_unredirected_header("Content-type", ask.headers.get("Content-Type", ""))
            try:
                response = self._opener.open(request, timeout=ask.timeout_s)
            except urllib.error.HTTPError as error:
                # An answer like any other, raised.
                response = error
            with response:
                pieces = iter(lambda: response.read(PIECE_BYTES), b"") if ask.in_pieces else [response.read()]
                return Heard(response.status, lower(response.headers.items()), b"".join(pieces))

    def close(self) -> None:
        self._opener.close()


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args: Any) -> None:
        return None


class HttpClientClient:
    """http.client, a connection kept for each place."""

    def __init__(self, reach: Reach) -> None:
        self._reach = reach
        self._connections: dict[str, http.client.HTTPConnection] = {}

    def send(self, ask: Ask) -> Heard:
        ask = ask.by_hand() if ask.kind == "multipart" else ask
        parts = urlsplit(ask.url)
        if parts.netloc not in self._connections:
            self._connections[parts.netloc] = (
                http.client.HTTPSConnection(parts.netloc, context=tls_of(self._reach))
                if parts.scheme == "https"
                else http.client.HTTPConnection(parts.netloc)
            )
        connection = self._connections[parts.netloc]
        connection.timeout = ask.timeout_s
        if connection.sock is not None:
            connection.sock.settimeout(ask.timeout_s)
        target = parts.path + (f"?{parts.query}" if parts.query else "")
        with ask.file() if ask.kind == "file" else nothing() as file:
            body = file or (ask.blocks() if ask.kind == "generator" else ask.body)
            response = None
            try:
                connection.request(ask.method, target, body, dict(ask.headers))
                response = connection.getresponse()
                pieces = iter(lambda: response.read(PIECE_BYTES), b"") if ask.in_pieces else [response.read()]
                body = b"".join(pieces)
                if response.length:
                    # Cut off; read in pieces, that is not said.
                    connection.close()
                response.close()  # one that is not kept owns its socket
                return Heard(response.status, lower(response.getheaders()), body)
            except BaseException:
                # A connection that won't be kept has given its socket to the response.
                if response is not None:
                    response.close()
                connection.close()
                raise

    def close(self) -> None:
        for connection in self._connections.values():
            connection.close()
