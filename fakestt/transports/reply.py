"""What a WSGI application answers, as a client reads it: the head, and a body that comes, ends or breaks."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from http.client import IncompleteRead
from typing import Any

from fakestt.wire import Arrival, How, WireBreak, WireClosed, WireTimeout, as_of_a_socket

__all__ = ["App", "Body", "Response", "StartResponse", "run"]

StartResponse = Callable[..., Callable[[bytes], object]]
App = Callable[[dict[str, Any], StartResponse], Iterable[bytes]]

# A server writes as far ahead of a reading client as the socket's buffer lets it. Up to here an application is run to
# its end before the client sees the reply, so that its close() never depends on a client that does not read.
_AHEAD_BYTES = 64 * 1024


def run(app: App, environ: dict[str, Any], method: str) -> Response:
    """Run an application until its reply has begun, and further where nobody need wait for that.

    Raises:
        WireBreak, WireTimeout: before the first byte of the body. Later `Response.body.read` raises what a socket does.
        RuntimeError: the application raised another OSError, which every client would take for the network's.
    """
    arrival = environ["fakestt.arrival"] = Arrival()
    try:
        return _begun(app, environ, method, arrival)
    except Exception as error:
        if _passes_for_the_network(error):
            raise _mistake(error) from error
        raise


class Response:
    """What came back: the status line, the headers in order, and the body as far as the client reads it."""

    __slots__ = ("body", "headers", "reason", "status")

    def __init__(self, status: int, reason: str, headers: list[tuple[str, str]], body: Body) -> None:
        self.status: int = status
        self.reason: str = reason
        self.headers: list[tuple[str, str]] = headers
        self.body: Body = body


class Body:
    """A body as it is read from a socket: what has arrived, then what the application still sends, then its end.

    The end is `Content-Length` bytes, where the reply has such a header: a surplus is not seen, a body that is short
    of it raises `http.client.IncompleteRead`, as that module does, and so does one whose connection was closed
    (`WireClosed`). Without the header the end is the application's. What comes of it stands in `arrival`.
    """

    __slots__ = ("_arrival", "_at", "_broken", "_ready", "_rest", "_size_bytes", "missing_bytes")

    def __init__(
        self,
        ready: bytes,
        rest: _Sending | None,
        broken: OSError | None,
        length_bytes: int | None,
        arrival: Arrival | None = None,
    ) -> None:
        self._arrival = arrival
        self._size_bytes = 0
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
            ConnectionResetError, TimeoutError: no byte before the break is left.
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
        arrival, self._arrival = self._arrival, None
        if arrival is not None:
            arrival.end(self._how(), self._size_bytes)
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
        if self.missing_bytes is None:
            self.close()
        return data

    def _take(self, size: int) -> bytes:
        """Up to `size` of the bytes that are here."""
        if self.missing_bytes is not None and size > self.missing_bytes:
            size = self.missing_bytes
        start, whole = self._at, len(self._ready)
        stop = min(start + size, whole)
        self._at = stop
        self._size_bytes += stop - start
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

    def _how(self) -> How:
        """How it has ended, if this is the end."""
        if self.missing_bytes == 0:
            return How.WHOLE
        if self._rest is not None or self._at < len(self._ready):
            return How.CLOSED
        if isinstance(self._broken, WireTimeout):
            return How.TIMED_OUT
        return How.CUT if self._broken is not None or self.missing_bytes else How.WHOLE

    def _unless_counted(self, broken: OSError | None) -> OSError | None:
        """A break as such, if it is one: a connection that is closed early is noticed by those who count."""
        return None if isinstance(broken, WireClosed) and self.missing_bytes is not None else broken

    def _end(self) -> None:
        """Nothing is left to read: say why, once."""
        broken = self._broken
        self.close()
        if broken is not None:
            raise as_of_a_socket(broken)


def _begun(app: App, environ: dict[str, Any], method: str, arrival: Arrival) -> Response:
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
    sent = arrival.has_head = True
    rest: _Sending | None = sending if arrival.in_parts else None
    broken = None
    if ready and rest is None:
        ready, rest, broken = _run_ahead(ready, sending)

    status_line, headers = head
    code, _, reason = status_line.partition(" ")
    status = int(code)
    if method == "HEAD" or status in (204, 304) or status < 200:
        if rest is not None:
            rest.close()
        arrival.end(How.WHOLE)
        return Response(status, reason, headers, Body(b"", None, None, None))
    return Response(status, reason, headers, Body(ready, rest, broken, _content_length(headers), arrival))


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


def _content_length(headers: list[tuple[str, str]]) -> int | None:
    for name, value in headers:
        if len(name) == 14 and name.lower() == "content-length":
            return int(value) if value.isdecimal() else None
    return None


class _Sending:
    """An application's iterable while it sends. Closed exactly once, whatever happens."""

    __slots__ = ("_chunks", "_result", "written")

    def __init__(self, result: Iterable[bytes], written: list[bytes]) -> None:
        self._result: Iterable[bytes] | None = result
        self._chunks: Iterator[bytes] | None = None
        self.written: list[bytes] = written

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


def _passes_for_the_network(error: Exception) -> bool:
    """Whether clients would take for a failure of the network what is none."""
    return isinstance(error, OSError) and not isinstance(error, (WireBreak, WireTimeout))


def _mistake(error: Exception) -> RuntimeError:
    return RuntimeError(
        f"the application raised {error!r}: a mistake in it, or in a hook of the test, and no failure of the network. "
        "To fail like a network, raise WireBreak or WireTimeout of fakestt.wire."
    )
