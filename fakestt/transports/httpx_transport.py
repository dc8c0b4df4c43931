"""How httpx talks to a WSGI application without the objects of httpcore in between: for speed alone.

What is said of `httpcore_pool` holds here, and so do its answers and failures: those are raised as httpx's, with
httpcore's as their cause, as httpx itself makes them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpcore
import httpx

from fakestt.transports import httpcore_pool
from fakestt.transports.httpcore_pool import (
    ASYNC_SOCKET,
    SOCKET,
    AsyncStream,
    Rest,
    Stream,
    extensions,
    others_first,
    reply_to,
)
from fakestt.transports.inprocess import App, Response
from fakestt.transports.self_signed import SelfSigned

__all__ = ["answer", "answer_async", "is_ours", "verify"]


def answer(app: App, request: httpx.Request, *, scheme: str, host: str, port: int) -> httpx.Response:
    """Run the application for one request of a `httpx.HTTPTransport`.

    Raises:
        httpx.RemoteProtocolError, httpx.ReadError, httpx.ReadTimeout: what the transport raises where a real connection
            is closed, reset, or silent for longer than the request's read timeout.
    """
    reply = _reply(app, request, request.stream, scheme, host, port)
    return _response(reply, _Stream(reply.body), SOCKET)


async def answer_async(app: App, request: httpx.Request, *, scheme: str, host: str, port: int) -> httpx.Response:
    """The same for a `httpx.AsyncHTTPTransport`."""
    await others_first()
    assert isinstance(request.stream, httpx.AsyncByteStream)
    chunks = [chunk async for chunk in request.stream]
    reply = _reply(app, request, chunks, scheme, host, port)
    return _response(reply, _AsyncStream(reply.body), ASYNC_SOCKET)


def verify(app: SelfSigned, pool: Any) -> None:  # Any: httpcore's pool, whose context is private to it
    """Look at a certificate as a connection of this pool does.

    Raises:
        httpx.ConnectError: the pool does not trust it.
    """
    try:
        httpcore_pool.verify(app, pool)
    except httpcore.ConnectError as error:
        raise _as_httpx(error) from error


def is_ours(response: httpx.Response) -> bool:
    """Whether a response is one of these."""
    return response.extensions.get("network_stream") in (SOCKET, ASYNC_SOCKET)


def _reply(app: App, request: httpx.Request, stream: object, scheme: str, host: str, port: int) -> Response:
    try:
        return reply_to(
            app,
            request.method,
            request.url.raw_path.decode("ascii"),
            request.headers.raw,
            stream,
            request.extensions.get("timeout"),
            scheme=scheme,
            host=host,
            port=port,
        )
    except (httpcore.ProtocolError, httpcore.NetworkError, httpcore.TimeoutException) as error:
        raise _as_httpx(error) from error


def _response(reply: Response, stream: httpx.SyncByteStream | httpx.AsyncByteStream, socket: object) -> httpx.Response:
    return httpx.Response(
        reply.status,
        headers=[(name.encode("latin-1"), value.encode("latin-1")) for name, value in reply.headers],
        stream=stream,
        extensions=extensions(reply, socket),
    )


class _Rest(Rest):
    def parts(self) -> Iterator[bytes]:
        try:
            yield from super().parts()
        except (httpcore.ProtocolError, httpcore.NetworkError, httpcore.TimeoutException) as error:
            raise _as_httpx(error) from error


class _Stream(_Rest, Stream, httpx.SyncByteStream):
    """For a client that reads."""


class _AsyncStream(_Rest, AsyncStream, httpx.AsyncByteStream):
    """For one that awaits."""


def _as_httpx(error: Exception) -> httpx.TransportError:
    """What httpx makes of an exception of httpcore's: the one of the same name."""
    kind: type[httpx.TransportError] = getattr(httpx, type(error).__name__)
    return kind(str(error))
