"""How one HTTP request reaches a WSGI application without a socket.

    call(app, "GET", "/v1/models?x=1", [("Accept", "*/*")], None, scheme="https", host="fakestt.test", port=443)

No HTTP client is known here. What a client adds to a request by itself (User-Agent, framing headers), and what it makes
of a reply, is the business of the transport for that client.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from http.client import IncompleteRead
from typing import Any
from urllib.parse import unquote

from fakestt.contract.wire import WireBreak, WireClosed, WireTimeout

__all__ = ["App", "Body", "Reply", "StartResponse", "call"]

StartResponse = Callable[..., Callable[[bytes], object]]
App = Callable[[dict[str, Any], StartResponse], Iterable[bytes]]

# A server writes as far ahead of a reading client as the socket's buffer lets it. Up to here an application is run to
# its end before the client sees the reply, so that its close() never depends on a client that does not read.
_AHEAD_BYTES = 64 * 1024
_BLOCK_BYTES = 64 * 1024


def call(
    app: App,
    method: str,
    target: str,
    headers: Iterable[tuple[str, str | bytes]],
    body: object,
    *,
    scheme: str,
    host: str,
    port: int,
    read_timeout_s: float | None = None,
) -> Reply:
    """Let the application answer one request.

    Args:
        target: path and query as the client would send them, percent-encoding kept.
        headers: as on the wire; Host is added when it is missing.
        body: None, bytes, str (sent as UTF-8), a file, or an iterable of bytes. Files and iterables are read while the
            application reads its input; what it leaves is not read.

    A body that is longer than its Content-Length is read so far. One that is shorter leaves a server waiting, and so a
    client with a read timeout; without one, nobody waits here, and the application sees the end.

    Raises:
        WireBreak, WireTimeout: before the first byte of the body; later ones come from `Reply.body.read`.
        RuntimeError: the application raised another OSError, which every client would take for the network's.
    """
    path, _, query = target.partition("?")
    environ = _server(scheme, host, port).copy()
    for name, value in headers:
        key = _environ_key(name)
        text = value if type(value) is str and value.isascii() and value.isprintable() else _header_text(value)
        environ[key] = f"{environ[key]}, {text}" if key in environ else text
    if "HTTP_HOST" not in environ:
        environ["HTTP_HOST"] = _host_header(scheme, host, port)
    environ["REQUEST_METHOD"] = method
    environ["RAW_URI"] = target
    # PEP 3333: text in an environ is bytes dressed as latin-1.
    environ["PATH_INFO"] = unquote(path, "latin-1") if "%" in path else path
    environ["QUERY_STRING"] = query
    environ["wsgi.errors"] = sys.stderr
    if read_timeout_s is not None:
        environ["fakestt.read_timeout_s"] = float(read_timeout_s)
    upload = None
    promised_bytes = _promised_bytes(environ)
    if promised_bytes is not None and "HTTP_TRANSFER_ENCODING" in environ:
        return _two_lengths(method)
    if isinstance(body, str):
        body = body.encode()
    if body is None and not promised_bytes:
        environ["wsgi.input"] = io.BytesIO()
        environ["wsgi.input_terminated"] = False  # there is nothing to read, so nobody need try
    elif isinstance(body, bytes) and (promised_bytes is None or promised_bytes <= len(body)):
        environ["wsgi.input"] = io.BytesIO(body)
    else:
        upload = environ["wsgi.input"] = _Upload(
            _waited_for(_blocks(b"" if body is None else body), promised_bytes, read_timeout_s)
        )

    try:
        reply = _run(app, environ, method)
    except Exception as error:
        failure = upload and upload.failure
        if failure:
            raise failure from None
        if _passes_for_the_network(error):
            raise _mistake(error) from error
        raise
    if upload is not None and upload.failure is not None:
        # The client's own body failed. A client that can't send has no use for an answer, whatever the application
        # made of half a request.
        reply.body.close()
        raise upload.failure
    return reply


class Reply:
    """What came back: the status line, the headers in order, and the body as far as the client reads it."""

    __slots__ = ("body", "headers", "reason", "status")

    def __init__(self, status: int, reason: str, headers: list[tuple[str, str]], body: Body) -> None:
        self.status = status
        self.reason = reason
        self.headers = headers
        self.body = body


class Body:
    """A body as it is read from a socket: what has arrived, then what the application still sends, then its end.

    The end is `Content-Length` bytes, where the reply has such a header: a surplus is not seen, a body that is short
    of it raises `http.client.IncompleteRead`, as that module does, and so does one whose connection was closed
    (`WireClosed`). Without the header the end is the application's.
    """

    __slots__ = ("_at", "_broken", "_ready", "_rest", "missing_bytes")

    def __init__(self, ready: bytes, rest: _Sending | None, broken: OSError | None, length_bytes: int | None) -> None:
        self._ready = ready
        self._at = 0
        self._rest = rest
        self.missing_bytes = length_bytes
        self._broken = self._unless_counted(broken)
        if length_bytes == 0:
            self.close()

    @property
    def closed(self) -> bool:
        """Whether the end was reached, or the client closed the body."""
        return self._rest is None and self._broken is None and not self.missing_bytes and self._at == len(self._ready)

    def isclosed(self) -> bool:
        """The same, by the name under which urllib3 asks first."""
        return self.closed

    def read(self, size: int | None = None) -> bytes:
        """Return up to `size` bytes, fewer at the end or before a break; everything when no size is given.

        Raises:
            WireBreak, WireTimeout: no byte before the break is left.
            http.client.IncompleteRead: all was asked for, and Content-Length promised more.
        """
        if size is None or size < 0:
            return self._read_all()
        data = self._take(size)
        if len(data) < size and self._rest is not None:
            parts, size_bytes = [data], len(data)
            while size_bytes < size and self._more():
                parts.append(self._take(size - size_bytes))
                size_bytes += len(parts[-1])
            data = b"".join(parts)
        if not data and size:
            self._end()
        return data

    def read1(self, size: int | None = None) -> bytes:
        """Return what one reading of a socket would: at most one chunk of the application's."""
        wanted = sys.maxsize if size is None or size < 0 else size
        data = self._take(wanted)
        if not data and wanted:
            if self._more():
                return self._take(wanted)
            self._end()
        return data

    def close(self) -> None:
        """Let go of the rest; the application's iterable is closed."""
        rest, self._rest = self._rest, None
        self._ready, self._at = b"", 0
        self._broken, self.missing_bytes = None, None
        if rest is not None:
            rest.close()

    def _read_all(self) -> bytes:
        parts = [self._take(sys.maxsize)]
        while self._more():
            parts.append(self._take(sys.maxsize))
        data = b"".join(parts) if len(parts) > 1 else parts[0]
        if self._broken is not None:
            self._end()
        if self.missing_bytes:
            missing_bytes = self.missing_bytes
            self.close()
            raise IncompleteRead(data, missing_bytes)
        return data

    def _take(self, size: int) -> bytes:
        """Up to `size` of the bytes that are here."""
        if self.missing_bytes is not None and size > self.missing_bytes:
            size = self.missing_bytes
        start, whole = self._at, len(self._ready)
        stop = min(start + size, whole)
        self._at = stop
        data = self._ready if stop - start == whole else self._ready[start:stop]
        if self.missing_bytes is not None:
            self.missing_bytes -= len(data)
            if not self.missing_bytes:
                self.close()
        return data

    def _more(self) -> bool:
        """Have the application send a chunk more. False when there is none, or it ended in a break."""
        if self._rest is None:
            return False
        try:
            chunk = self._rest.chunk()
        except (WireBreak, WireTimeout) as error:
            self._rest, self._broken = None, self._unless_counted(error)
            return False
        except Exception as error:
            self._rest = None
            if _passes_for_the_network(error):
                raise _mistake(error) from error
            raise
        if not chunk:
            self._rest = None
            return False
        self._ready, self._at = chunk, 0
        return True

    def _unless_counted(self, broken: OSError | None) -> OSError | None:
        """A break as such, if it is one: a connection that is closed early is noticed by those who count."""
        return None if isinstance(broken, WireClosed) and self.missing_bytes is not None else broken

    def _end(self) -> None:
        """Nothing is left to read: say why, once."""
        broken = self._broken
        self.close()
        if broken is not None:
            raise broken


class _Sending:
    """An application's iterable while it sends. Closed exactly once, whatever happens."""

    __slots__ = ("_chunks", "_result", "written")

    def __init__(self, result: Iterable[bytes], written: list[bytes]) -> None:
        self._result: Iterable[bytes] | None = result
        self._chunks: Iterator[bytes] | None = None
        self.written = written

    def chunk(self) -> bytes:
        """The next chunk that is not empty; b"" at the end."""
        if self._result is None:
            return b""
        try:
            if self._chunks is None:
                self._chunks = iter(self._result)
            for chunk in self._chunks:
                # What went through write() stands before what was yielded after it.
                if self.written:
                    chunk = b"".join(self.written) + chunk
                    self.written.clear()
                if chunk:
                    return chunk
        except BaseException:
            self.close()
            raise
        self.close()
        rest = b"".join(self.written)
        self.written.clear()
        return rest

    def close(self) -> None:
        result, self._result = self._result, None
        close = getattr(result, "close", None)
        if close is not None:
            close()

    def __del__(self) -> None:
        # A client may drop a long reply unread; a server would notice and close, so the application is told as well.
        self.close()


def _run(app: App, environ: dict[str, Any], method: str) -> Reply:
    head: list[Any] = []
    written: list[bytes] = []
    sent = False

    def start_response(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Callable[[bytes], object]:
        # exc_info is Any: sys.exc_info()'s triple, of which only the exception is used.
        if exc_info is not None and sent:
            raise exc_info[1]
        if exc_info is None and head:
            raise AssertionError("start_response was called twice; a second call must pass exc_info (PEP 3333)")
        head[:] = (status, headers)
        return written.append

    sending = _Sending(app(environ, start_response), written)
    # Servers send the head with the first byte of the body. A break before it means that nothing arrived at all.
    ready = sending.chunk()
    if not head:
        sending.close()
        raise AssertionError("the application ended without calling start_response (PEP 3333)")
    sent = True
    rest: _Sending | None = sending
    broken = None
    if ready:
        ready, rest, broken = _run_ahead(ready, sending)
    else:
        rest = None

    status_line, headers = head
    code, _, reason = status_line.partition(" ")
    status = int(code)
    if method == "HEAD" or status in (204, 304) or status < 200:
        if rest is not None:
            rest.close()
        return Reply(status, reason, headers, Body(b"", None, None, None))
    return Reply(status, reason, headers, Body(ready, rest, broken, _content_length(headers)))


def _run_ahead(ready: bytes, sending: _Sending) -> tuple[bytes, _Sending | None, OSError | None]:
    """What arrives at once, who sends the rest, and how it broke."""
    parts = [ready]
    size_bytes = len(ready)
    while size_bytes < _AHEAD_BYTES:
        try:
            chunk = sending.chunk()
        except (WireBreak, WireTimeout) as error:
            return b"".join(parts), None, error
        if not chunk:
            return (b"".join(parts) if len(parts) > 1 else ready), None, None
        parts.append(chunk)
        size_bytes += len(chunk)
    return b"".join(parts), sending, None


def _promised_bytes(environ: dict[str, Any]) -> int | None:
    text: str | None = environ.get("CONTENT_LENGTH")
    return int(text) if text is not None and text.isdecimal() and len(text) < 19 else None


def _two_lengths(method: str) -> Reply:
    """What servers make of a request with both framing headers: no application hears of it.

    RFC 9112, 6.3 calls it an attempt at smuggling. requests sends both for a generator with a Content-Length.
    """
    why = b"400 Bad Request: Content-Length and Transfer-Encoding exclude each other\n"
    headers = [
        ("Connection", "close"),
        ("Content-Type", "text/plain; charset=utf-8"),
        ("Content-Length", str(len(why))),
    ]
    is_bodiless = method == "HEAD"
    body = Body(b"", None, None, None) if is_bodiless else Body(why, None, None, len(why))
    return Reply(400, "Bad Request", headers, body)


def _content_length(headers: list[tuple[str, str]]) -> int | None:
    for name, value in headers:
        if len(name) == 14 and name.lower() == "content-length":
            return int(value) if value.isdecimal() else None
    return None


def _passes_for_the_network(error: Exception) -> bool:
    """Whether clients would take for a failure of the network what is none."""
    return isinstance(error, OSError) and not isinstance(error, (WireBreak, WireTimeout))


def _mistake(error: Exception) -> RuntimeError:
    return RuntimeError(
        f"the application raised {error!r}: a mistake in it, or in a hook of the test, and no failure of the network. "
        "To fail like a network, raise WireBreak or WireTimeout of fakestt.contract.wire."
    )


class _Upload(io.RawIOBase):
    """A request body that is handed on as it comes: a read gives at most one chunk, and nothing is joined.

    `failure` keeps what the client's own iterator or file raised, because an application may well swallow it.
    """

    def __init__(self, blocks: Iterator[bytes | memoryview]) -> None:
        self._blocks = blocks
        self._ahead = memoryview(b"")
        self.failure: Exception | None = None

    def readable(self) -> bool:
        return True

    def read(self, size: int | None = -1, /) -> bytes:
        if size is None or size < 0:
            return self.readall()
        while size and not self._ahead:
            try:
                block = next(self._blocks)
                if type(block) is bytes and 0 < len(block) <= size:
                    return block  # as it came: a copy of all that is uploaded would be felt
                self._ahead = memoryview(block)
            except StopIteration:
                return b""
            except Exception as error:
                self.failure = error
                raise
        data, self._ahead = bytes(self._ahead[:size]), self._ahead[size:]
        return data

    def readinto(self, buffer: Any, /) -> int:  # Any: anything with the buffer protocol
        data = self.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)


def _waited_for(
    blocks: Iterator[bytes | memoryview], promised_bytes: int | None, read_timeout_s: float | None
) -> Iterator[bytes | memoryview]:
    """The blocks; where they end too early, a server goes on waiting until the client gives up."""
    return blocks if promised_bytes is None or read_timeout_s is None else _all_of(blocks, promised_bytes)


def _all_of(blocks: Iterator[bytes | memoryview], promised_bytes: int) -> Iterator[bytes | memoryview]:
    for block in blocks:
        promised_bytes -= len(block)
        yield block
    if promised_bytes > 0:
        raise WireTimeout()


def _blocks(body: Any) -> Iterator[bytes | memoryview]:  # Any: whatever a client's user passes for a body
    if hasattr(body, "read"):
        while block := body.read(_BLOCK_BYTES):
            yield block.encode() if isinstance(block, str) else block
        return
    try:
        buffer = memoryview(body).cast("B")
    except TypeError:
        for chunk in body:
            yield chunk.encode() if isinstance(chunk, str) else chunk
    else:
        yield buffer


# The functions below are pure, and remember what they said: a poll asks the same again.


@lru_cache(maxsize=64)
def _server(scheme: str, host: str, port: int) -> dict[str, Any]:
    return {
        "SCRIPT_NAME": "",
        "SERVER_NAME": host,
        "SERVER_PORT": str(port),
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scheme,
        "wsgi.input_terminated": True,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        "fakestt.in_process": True,
    }


@lru_cache(maxsize=64)
def _host_header(scheme: str, host: str, port: int) -> str:
    name = f"[{host}]" if ":" in host else host
    return name if port == {"http": 80, "https": 443}.get(scheme) else f"{name}:{port}"


@lru_cache(maxsize=256)
def _environ_key(name: str | bytes) -> str:
    text = name.decode("latin-1") if isinstance(name, bytes) else name
    if not text.isascii() or not text or any(char in text for char in ":\r\n \t"):
        raise ValueError(f"Invalid header name {name!r}")
    key = text.upper().replace("-", "_")
    return key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{key}"


def _header_text(value: object) -> str:
    """A header's value as http.client sends it, and refuses it."""
    if isinstance(value, bytes):
        text = value.decode("latin-1")
    elif isinstance(value, int):
        text = str(value)
    elif isinstance(value, str):
        # What can't be sent must fail here as it fails there.
        text = value.encode("latin-1").decode("latin-1")
    else:
        raise TypeError(f"expected string or bytes-like object for a header, got {value!r}")
    if "\n" in text or "\r" in text:
        raise ValueError(f"Invalid header value {value!r}")
    return text
