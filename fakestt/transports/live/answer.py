"""Writing an answer: the application is asked, and what it says is framed, sent at once, or held back for a while."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import suppress
from http import HTTPStatus
from types import TracebackType

from fakestt.transports.live.body import BadRequest
from fakestt.transports.live.request import Headless, Request
from fakestt.transports.live.stream import ClientGone, End
from fakestt.wire import Arrival, How, WireBreak, WireClosed, WireTimeout

__all__ = ["SILENCE_S", "Silence", "answer"]

SILENCE_S = 300.0
"""The longest real silence before a late answer: a client without a timeout is not kept for a virtual week."""

Start = tuple[str, list[tuple[str, str]]]
ExcInfo = tuple[type[BaseException], BaseException, TracebackType]


class Silence:
    """For how many real seconds nothing is sent. Whoever waits writes into `passed_s` how many passed."""

    __slots__ = ("passed_s", "seconds_s")

    def __init__(self, seconds_s: float) -> None:
        self.seconds_s: float = min(seconds_s, SILENCE_S)
        self.passed_s: float = 0.0


def answer(request: Request) -> Generator[Silence, None, End]:
    """Answer; yield where to wait before going on, return what becomes of the connection.

    A client that gives up meanwhile is said by throwing ClientGone in.
    """
    out = _Outgoing(request)
    lateness, arrival = _Lateness(), out.arrival
    try:
        if request.refused is not None:
            request.stream.send(request.refusal(request.refused))
            return End.FIN
        return (yield from _as_the_wire_has_it(request, out, lateness))
    except BadRequest as bad:
        return _last_words(request, out, HTTPStatus.BAD_REQUEST, str(bad))
    except ClientGone:
        arrival.has_head = out.handed_bytes is not None
        arrival.end(How.TIMED_OUT if lateness.gave_up else How.CLOSED, out.handed_bytes or 0)
        return End.DROP
    except Exception as error:
        # The application raised what it must not: the server keeps it, and the client gets a 500.
        request.gateway.failures.append(error)
        why = f"the application raised {type(error).__name__}"
        return _last_words(request, out, HTTPStatus.INTERNAL_SERVER_ERROR, why)
    finally:
        if arrival.at_s is None:  # the server closes, or has had the last word itself
            arrival.end(How.CLOSED, out.handed_bytes or 0)


def _as_the_wire_has_it(request: Request, out: _Outgoing, lateness: _Lateness) -> Generator[Silence, None, End]:
    try:
        yield from _ask(request, out, lateness)
    except WireTimeout as silence:
        # Said without a client's timeout to go by: nothing comes, for as long as anybody could wait.
        yield Silence(SILENCE_S)
        out.arrival.broke(silence, out.handed_bytes or 0)
        return End.FIN
    except WireBreak as broken:
        yield from lateness.over()
        out.arrival.broke(broken, out.handed_bytes or 0)
        if not isinstance(broken, WireClosed):
            return End.RESET
        if broken.head and not out.begun:
            request.stream.send(broken.head)
        return End.FIN
    return out.end()


def _ask(request: Request, out: _Outgoing, lateness: _Lateness) -> Generator[Silence, None, None]:
    try:
        environ = request.make_environ()
    except ValueError as error:
        raise BadRequest(f"the target of the request: {error}") from None
    environ["fakestt.be_late"] = lateness.be_late
    environ["fakestt.arrival"] = out.arrival
    result = request.gateway.app(environ, out.start_response)
    try:
        if isinstance(result, (list, tuple)) and len(result) == 1:
            yield from lateness.over()
            out.write_all(result[0])
        else:
            for chunk in result:
                yield from lateness.over()
                out.write(chunk)
            yield from lateness.over()
            out.finish()
    finally:
        close = getattr(result, "close", None)
        if close is not None:
            close()


def _last_words(request: Request, out: _Outgoing, status: HTTPStatus, why: str) -> End:
    if out.begun:
        return End.RESET
    with suppress(ClientGone):
        request.stream.send(request.refusal(Headless(status, why)))
    return End.FIN


class _Lateness:
    """How late the answer is, as the application has said by `fakestt.be_late`."""

    def __init__(self) -> None:
        self.gave_up = False  # the client
        self._waits: list[tuple[float, Callable[[float], object]]] = []

    def be_late(self, late_s: float, then: Callable[[float], object]) -> None:
        """Send what comes next only after `late_s` real seconds, or never, if the client gives up first.

        No thread waits for it. Afterwards `then` is told `late_s`, or after how many seconds the client gave up.
        """
        self._waits.append((late_s, then))

    def over(self) -> Generator[Silence, None, None]:
        while self._waits:
            late_s, then = self._waits.pop(0)
            silence = Silence(late_s)
            try:
                yield silence
                silence.passed_s = late_s
            except ClientGone:
                self.gave_up = True
                raise
            finally:
                then(silence.passed_s)


class _Outgoing:
    """An answer on its way: its head leaves with the first bytes of its body, in one write."""

    def __init__(self, request: Request) -> None:
        self._request = request
        self._start: Start | None = None
        self._chunked = False
        self._left: int | None = None  # bytes that Content-Length still promises
        self._bodiless = request.command == "HEAD"
        self._keeps = not request.close_connection
        self._framed_bytes = 0
        self.begun = False
        self.handed_bytes: int | None = None  # of the body, to the system; None: not even the head
        self.arrival = Arrival()

    def start_response(
        self, status: str, headers: list[tuple[str, str]], exc_info: ExcInfo | None = None
    ) -> Callable[[bytes], object]:
        """WSGI's."""
        if exc_info is not None:
            if self.begun:
                raise exc_info[1].with_traceback(exc_info[2])
        elif self._start is not None:
            raise AssertionError("start_response was called twice; a second call must pass exc_info (PEP 3333)")
        self._start = (status, headers)
        return self.write

    def write_all(self, data: bytes) -> None:
        """The whole body at once."""
        self._send(self._head(len(data)) + self._framed(data) + self._last_chunk(), over=True)

    def write(self, data: bytes) -> None:
        """A piece of the body, of which more may come."""
        if data:
            head = b"" if self.begun else self._head(None)
            self._send(head + self._framed(data))

    def finish(self) -> None:
        """There is no more."""
        head = b"" if self.begun else self._head(0)
        self._send(head + self._last_chunk(), over=True)

    def end(self) -> End:
        """What becomes of the connection. A body shorter than it was said to be ends with it."""
        if self._left or not self._keeps or not self._request.body.skip():
            return End.FIN
        return End.KEEP

    def _send(self, data: bytes, *, over: bool = False) -> None:
        # Before the client can have read it.
        self.arrival.has_head = True
        if over or self._left == 0:
            self.arrival.end(How.CUT if self._left else How.WHOLE, self._framed_bytes)
        last = over and self._keeps
        if data or last:
            self._request.stream.send(data, last=last)
        self.handed_bytes = self._framed_bytes

    def _framed(self, data: bytes) -> bytes:
        if self._bodiless:
            return b""
        if self._left is not None:
            data = data[: self._left]
            self._left -= len(data)
        self._framed_bytes += len(data)
        if self._chunked and data:
            return b"%x\r\n%b\r\n" % (len(data), data)
        return data

    def _last_chunk(self) -> bytes:
        return b"0\r\n\r\n" if self._chunked else b""

    def _head(self, whole_bytes: int | None) -> bytes:
        """Status line and headers, with the framing that the application has left to the server."""
        if self._start is None:
            raise AssertionError("the application ended without calling start_response (PEP 3333)")
        status, headers = self._start
        said = {name.lower(): value for name, value in headers}
        lines = [f"HTTP/1.1 {status}", *(f"{name}: {value}" for name, value in headers)]
        lines += self._framing(int(status[:3]), said.get("content-length"), whole_bytes)
        lines += self._keeping(said.get("connection"))
        text = "\r\n".join(lines)
        if text.count("\n") != len(lines) - 1 or text.count("\r") != len(lines) - 1:
            raise AssertionError("a header of the answer has a line break in it")
        self.begun = True
        return (text + "\r\n\r\n").encode("latin-1")

    def _framing(self, code: int, length: str | None, whole_bytes: int | None) -> list[str]:
        """How the client is told where the body ends."""
        if code < 200 or code in (204, 304):
            self._bodiless = True
        if self._bodiless:
            return []
        if length is not None:
            self._left = int(length)
            return []
        if whole_bytes is not None:
            self._left = whole_bytes
            return [f"Content-Length: {whole_bytes}"]
        self._chunked = self._request.request_version >= "HTTP/1.1"
        if self._chunked:
            return ["Transfer-Encoding: chunked"]
        self._keeps = False
        return []

    def _keeping(self, said: str | None) -> list[str]:
        """How the client is told whether the connection is kept."""
        if said is not None:
            self._keeps = self._keeps and said.lower() != "close"
            return []
        self._keeps = self._keeps and self._request.body.can_skip()
        if not self._keeps:
            return ["Connection: close"]
        return ["Connection: keep-alive"] if self._request.request_version < "HTTP/1.1" else []
