"""How httpcore talks to a WSGI application: what its connection pools, which are httpx's, hand on and get back.

Everything above a pool is kept: redirects, authentication, decoding, event hooks, and the exceptions that httpx makes
of httpcore's. Imported by those alone who found httpcore: it stands at the top here.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Generator, Iterable, Iterator, Mapping
from types import coroutine
from typing import Any

import h11
import httpcore
from anyio.lowlevel import checkpoint

from fakestt.transports.inprocess import App, Body, Response, call
from fakestt.transports.self_signed import SelfSigned
from fakestt.wire import WireBreak, WireClosed, WireTimeout

__all__ = [
    "ASYNC_SOCKET",
    "SOCKET",
    "AsyncStream",
    "Rest",
    "Stream",
    "answer",
    "answer_async",
    "extensions",
    "others_first",
    "reply_to",
    "verify",
]

# There is no socket to look at; these say None to every question, and fail when they are read.
SOCKET = httpcore.NetworkStream()
ASYNC_SOCKET = httpcore.AsyncNetworkStream()

# As much as httpcore reads at once.
_READ_BYTES = 64 * 1024

# What httpx sends with every request, so that a poll need not decode it again.
_HEADER_NAMES = {
    name.encode(): name
    for name in ("Host", "Accept", "Accept-Encoding", "Connection", "User-Agent", "Authorization", "Content-Type")
}


def answer(app: App, request: httpcore.Request, *, scheme: str, host: str, port: int) -> httpcore.Response:
    """Run the application for one request of a `httpcore.ConnectionPool`.

    Raises:
        httpcore.RemoteProtocolError, httpcore.ReadError, httpcore.ReadTimeout: what the pool raises where a real
            connection is closed, reset, or silent for longer than the request's read timeout.
    """
    reply = _reply(app, request, request.stream, scheme, host, port)
    return _response(reply, Stream(reply.body), SOCKET)


async def answer_async(app: App, request: httpcore.Request, *, scheme: str, host: str, port: int) -> httpcore.Response:
    """The same for a `httpcore.AsyncConnectionPool`, under asyncio and trio.

    The application runs in the loop's own thread and in one go. It is quick and in memory, so nobody waits for long,
    and requests are answered in the order in which tasks make them: the same at every run, which threads could not
    promise. The price: a streamed upload is collected first, because WSGI can't await it.
    """
    # A real pool lets other tasks run, and be cancelled, before anything is sent. After this line it is all or nothing.
    await others_first()
    chunks = [chunk async for chunk in request.stream]  # type: ignore[union-attr]  # the pool is asynchronous, so is it
    reply = _reply(app, request, chunks, scheme, host, port)
    return _response(reply, AsyncStream(reply.body), ASYNC_SOCKET)


def verify(app: SelfSigned, pool: Any) -> None:  # Any: its context is private to it
    """Look at a certificate as a connection of this pool does.

    Raises:
        httpcore.ConnectError: the pool does not trust it.
    """
    error = app.refusal(pool._ssl_context)
    if error is not None:
        raise httpcore.ConnectError(error) from error


async def others_first() -> None:
    """Let other tasks run, and be cancelled, for one turn of the loop."""
    try:
        in_asyncio = asyncio.current_task() is not None
    except RuntimeError:
        in_asyncio = False
    # The same as anyio's in a third of its time. `asyncio.sleep(0)` is the client's, and may be replaced.
    await (_one_turn() if in_asyncio else checkpoint())


@coroutine
def _one_turn() -> Generator[None, None, None]:
    yield


def reply_to(
    app: App,
    method: str,
    target: str,
    headers: Iterable[tuple[bytes, bytes]],
    stream: Any,  # Any: the body as an iterable of bytes; typed as one that may be asynchronous
    timeouts: Mapping[str, float | None] | None,
    **where: Any,  # Any: scheme, host and port
) -> Response:
    """Run the application, and say in httpcore's words how it failed."""
    sent, has_body, length = [], False, ""
    for name, value in headers:
        text = value.decode("latin-1")
        if not text.isprintable() and any(char in text for char in "\0\r\n"):
            raise httpcore.LocalProtocolError(f"Illegal header value {value!r}")
        known = _HEADER_NAMES.get(name)
        if known is None:
            known = name.decode("latin-1")
            lower = known.lower()
            has_body = has_body or lower in ("content-length", "transfer-encoding")
            length = text if lower == "content-length" else length
        sent.append((known, text))
    read_timeout_s = timeouts.get("read") if timeouts else None
    body = _Counted(stream, int(length)) if length.isdecimal() else stream if has_body else None
    try:
        reply = call(app, method, target, sent, body, read_timeout_s=read_timeout_s, **where)
        if isinstance(body, _Counted):
            body.end()
        return reply
    except WireTimeout as error:
        raise httpcore.ReadTimeout(error) from error
    except WireClosed as error:
        raise httpcore.RemoteProtocolError("Server disconnected without sending a response.") from error
    except WireBreak as error:
        raise httpcore.ReadError(error) from error


class _Counted:
    """The body of a request as h11 lets it out: neither longer nor shorter than its Content-Length.

    What h11 says of that is not translated by httpcore, nor by httpx.
    """

    def __init__(self, stream: Iterable[bytes], promised_bytes: int) -> None:
        self._stream = iter(stream)
        self._missing_bytes = promised_bytes

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        chunk = next(self._stream, None)
        if chunk is None:
            if self._missing_bytes:
                raise h11.LocalProtocolError("Too little data for declared Content-Length")
            raise StopIteration
        self._missing_bytes -= len(chunk)
        if self._missing_bytes < 0:
            raise h11.LocalProtocolError("Too much data for declared Content-Length")
        return chunk

    def end(self) -> None:
        """See whether more comes than an application has read, if that has read all."""
        while not self._missing_bytes:
            if next(self, None) is None:
                return


def extensions(reply: Response, socket: object) -> dict[str, Any]:
    """What both libraries tell of a reply beside its headers."""
    return {"http_version": b"HTTP/1.1", "reason_phrase": reply.reason.encode(), "network_stream": socket}


def _reply(app: App, request: httpcore.Request, stream: Any, scheme: str, host: str, port: int) -> Response:
    method, target = request.method.decode("ascii"), request.url.target.decode("ascii")
    timeouts = request.extensions.get("timeout")
    return reply_to(app, method, target, request.headers, stream, timeouts, scheme=scheme, host=host, port=port)


def _response(reply: Response, stream: Any, socket: object) -> httpcore.Response:
    return httpcore.Response(
        reply.status,
        headers=[(name.encode("latin-1"), value.encode("latin-1")) for name, value in reply.headers],
        content=stream,
        extensions=extensions(reply, socket),
    )


class Rest:
    """The rest of a reply while a client reads it."""

    __slots__ = ("_body",)

    def __init__(self, body: Body) -> None:
        self._body = body

    def parts(self) -> Iterator[bytes]:
        """The body as it comes, and how it ends."""
        promised_bytes, received_bytes = self._body.missing_bytes, 0
        try:
            while part := self._body.read1(_READ_BYTES):
                received_bytes += len(part)
                yield part
        except TimeoutError as error:
            raise httpcore.ReadTimeout(error) from error
        except ConnectionResetError as error:
            raise httpcore.ReadError(error) from error
        if promised_bytes is not None and received_bytes < promised_bytes:
            # The words of h11, which is what notices in a real pool.
            raise httpcore.RemoteProtocolError(
                "peer closed connection without sending complete message body "
                f"(received {received_bytes} bytes, expected {promised_bytes})"
            )


class Stream(Rest):
    """For a client that reads."""

    __slots__ = ()

    def __iter__(self) -> Iterator[bytes]:
        return self.parts()

    def close(self) -> None:
        self._body.close()


class AsyncStream(Rest):
    """For one that awaits."""

    __slots__ = ()

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for part in self.parts():
            yield part
            if not self._body.closed:
                await others_first()

    async def aclose(self) -> None:
        self._body.close()
