"""How urllib.request talks to a WSGI application: a connection that its handlers can use in place of http.client's.

urllib.request keeps all it does around a connection: proxies, redirects, HTTPError, URLError. http.client itself reads
the reply, from bytes that look as they do on a socket. So its errors are its own.
"""

from __future__ import annotations

import io
import re
import socket
from collections.abc import Mapping
from http.client import HTTPResponse, InvalidURL
from typing import Any

from fakestt.transports.inprocess import App, Response, call, origin_form
from fakestt.wire import WireBreak, WireClosed, WireTimeout, as_of_a_socket

__all__ = ["InProcessConnection"]


class InProcessConnection:
    """One request to an application, in the place of `http.client.HTTPSConnection`.

    It is no subclass. Recorders of traffic replace http.client's classes, and would become its parent.
    """

    sock = None

    def __init__(
        self, app: App, *, scheme: str, host: str, port: int, timeout: Any, refusal: OSError | None = None
    ) -> None:
        # Any for timeout: a number, None, or the marker of the socket module for its default.
        self._app = app
        self._where: dict[str, Any] = {"scheme": scheme, "host": host, "port": port}  # Any: keywords of two types
        is_given = timeout is None or isinstance(timeout, (int, float))
        self._timeout_s: float | None = timeout if is_given else socket.getdefaulttimeout()
        self._refusal = refusal
        self._method = ""
        self._arrived: Response | WireBreak | WireTimeout | None = None
        self._debuglevel = 0

    def set_debuglevel(self, level: int) -> None:
        self._debuglevel = level

    def set_tunnel(self, host: str, port: int | None = None, headers: Mapping[str, str] | None = None) -> None:
        """Do nothing: there is no proxy to get through."""

    def request(
        self,
        method: str,
        url: str,
        body: Any = None,  # Any: bytes, a file or an iterable of bytes, as urllib.request takes them
        headers: Mapping[str, str] | None = None,
        *,
        encode_chunked: bool = False,
    ) -> None:
        """Send the request. `getresponse` raises a failure of the network; this raises one of the body itself.

        Raises:
            InvalidURL: the target holds what no request line can, such as a space.
            OSError: what connecting raises, where it was given.
        """
        if self._refusal is not None:
            raise self._refusal
        target = url if url.startswith("/") else origin_form(url)
        if unsendable := re.search(r"[\x00-\x20\x7f]", target):
            raise InvalidURL(f"URL can't contain control characters. {target!r} (found at least {unsendable[0]!r})")
        target.encode("ascii")
        sent = {"Accept-Encoding": "identity", **(headers or {})}
        self._method = method
        try:
            self._arrived = call(
                self._app, method, target, sent.items(), body, read_timeout_s=self._timeout_s, **self._where
            )
        except (WireBreak, WireTimeout) as error:
            self._arrived = error

    def getresponse(self) -> HTTPResponse:
        """Return the reply.

        Raises:
            ConnectionResetError, TimeoutError, http.client.RemoteDisconnected, http.client.BadStatusLine: no reply
                arrived.
        """
        arrived = self._arrived
        assert arrived is not None, "getresponse() comes after request()"
        if isinstance(arrived, (WireBreak, WireTimeout)) and not isinstance(arrived, WireClosed):
            raise as_of_a_socket(arrived)
        received: Any = _Received(arrived)  # Any: passes for a socket
        response = HTTPResponse(received, debuglevel=self._debuglevel, method=self._method)
        response.begin()
        return response

    def close(self) -> None:
        """Nothing is open."""


class _Received(io.RawIOBase):
    """A reply as the bytes that a socket would receive. A reply that broke off may have half a head, or nothing."""

    def __init__(self, arrived: Response | WireClosed) -> None:
        self._reply = None if isinstance(arrived, WireClosed) else arrived
        self._head = arrived.head if isinstance(arrived, WireClosed) else _head(arrived)

    def makefile(self, mode: str) -> io.BufferedReader:
        return io.BufferedReader(self)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int:  # Any: anything with the buffer protocol
        if self._head:
            data, self._head = self._head[: len(buffer)], self._head[len(buffer) :]
        else:
            data = b"" if self._reply is None else self._reply.body.read1(len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:
        if self._reply is not None:
            self._reply.body.close()
        super().close()


def _head(reply: Response) -> bytes:
    lines = [f"HTTP/1.1 {reply.status} {reply.reason}", *(f"{name}: {value}" for name, value in reply.headers), "", ""]
    return "\r\n".join(lines).encode("latin-1")
