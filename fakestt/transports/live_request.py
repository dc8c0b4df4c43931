"""One request on a kept connection: werkzeug reads its head, the application answers, the answer is sent.

Different from werkzeug's own handler: the connection is kept, head and body leave in one write, a chunked body has its
trailers read, `100 Continue` is said when the application begins to read, and nothing is logged.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Generator
from contextlib import suppress
from http import HTTPStatus
from types import TracebackType
from typing import Any, Protocol

from werkzeug.serving import WSGIRequestHandler

from fakestt.contract.wire import WireBreak, WireClosed, WireTimeout
from fakestt.transports.inprocess import App
from fakestt.transports.live_connection import ClientGone, Connection, End

__all__ = ["HEAD_BYTES", "SILENCE_S", "SMALL_BODY_BYTES", "Gateway", "Headless", "Late", "Request", "find_head"]

HEAD_BYTES = 64 * 1024
SMALL_BODY_BYTES = 64 * 1024
SILENCE_S = 300.0
"""The longest real silence before a late answer: a client without a timeout is not kept for a virtual week."""
_CHUNK_LINE_BYTES = 4096
_TRAILERS = 100

_REQUEST_LINE = re.compile(rb"[!-~]+ +[^ \r\n]+ +HTTP/\d+\.\d+\r?\n")
_BLANK_LINE = re.compile(rb"\n\r?\n")
_NAME = re.compile(rb"[A-Za-z0-9!#$%&'*+.^_`|~-]")

Start = tuple[str, list[tuple[str, str]]]
ExcInfo = tuple[type[BaseException], BaseException, TracebackType]


class Gateway(Protocol):
    """What a request asks of its server. werkzeug reads the lower names."""

    app: App
    failures: list[BaseException]

    ssl_context: Any  # Any: werkzeug looks whether it is None
    multithread: bool
    multiprocess: bool
    server_address: tuple[str, int]
    _server_version: str


class Headless(Exception):
    """What arrived is no head of a request and can't become one."""

    def __init__(self, status: HTTPStatus, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


class BadRequest(ClientGone):
    """The client is there, but what it sends is no request."""


class Late:
    """For how many real seconds nothing is sent. Whoever waits writes into `passed_s` how many passed."""

    __slots__ = ("passed_s", "seconds_s")

    def __init__(self, seconds_s: float) -> None:
        self.seconds_s = min(seconds_s, SILENCE_S)
        self.passed_s = 0.0


def find_head(buffer: bytearray) -> bytes | None:
    """Take the head of a request out of what arrived; None while it is not whole.

    Raises:
        Headless: it is too large, or no HTTP.
    """
    while buffer.startswith((b"\r", b"\n")):  # RFC 9112, 2.2: empty lines before a request line are passed over
        del buffer[:1]
    end = _BLANK_LINE.search(buffer)
    if end is not None and end.end() <= HEAD_BYTES:
        head = bytes(buffer[: end.end()])
        del buffer[: end.end()]
        return head
    if len(buffer) > HEAD_BYTES:
        if b"\n" not in buffer[:HEAD_BYTES]:
            raise Headless(HTTPStatus.REQUEST_URI_TOO_LONG, f"the request line is longer than {HEAD_BYTES} bytes")
        raise Headless(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, f"the head is longer than {HEAD_BYTES} bytes")
    # Nobody waits for the end of what never was a head: a TLS greeting, another protocol.
    line_end = buffer.find(b"\n")
    no_http = buffer and _NAME.match(buffer) is None
    if no_http or (line_end >= 0 and _REQUEST_LINE.fullmatch(buffer, 0, line_end + 1) is None):
        raise Headless(HTTPStatus.BAD_REQUEST, "this is no HTTP/1.1 request")
    return None


class Request(WSGIRequestHandler):
    """One request, from its head on. `steps()` answers it.

    Args:
        head: request line, headers and the blank line; or why there is none.
    """

    protocol_version = "HTTP/1.1"
    # An error in the request line is answered in HTTP/1.1 as well, and not in the status-less way of HTTP/0.9.
    default_request_version = "HTTP/1.1"
    error_content_type = "text/plain; charset=utf-8"
    error_message_format = "%(code)d %(message)s: %(explain)s\n"

    # The base class would serve the whole connection in here.
    def __init__(self, connection: Connection, gateway: Gateway, head: bytes | Headless) -> None:
        self.gateway = gateway
        self.server = gateway  # type: ignore[assignment]  # as much of a BaseWSGIServer as werkzeug reads
        self.link = connection
        self.connection = connection.sock
        self.client_address = connection.peer
        self.close_connection = True
        self.wfile = self._said = io.BytesIO()  # what the base class says by itself: errors
        self.body: _Body = _Empty()
        self.command = ""
        self.requestline = ""
        self.request_version = "HTTP/1.1"
        self.expects_100 = False
        if isinstance(head, Headless):
            self.send_error(head.status, None, head.message)
            self.refused = True
            return
        line_end = head.index(b"\n") + 1
        self.raw_requestline = head[:line_end]
        self.rfile = io.BytesIO(head[line_end:])
        self.refused = not (self.parse_request() and self._frame())

    # The head

    def handle_expect_100(self) -> bool:
        """Later: when somebody wants to read."""
        self.expects_100 = True
        return True

    def _frame(self) -> bool:
        """Find out where the body ends. False: it was answered that this can't be told."""
        headers = self.headers
        if len(self.requestline.split()) != 3:
            return self._refuse(HTTPStatus.BAD_REQUEST, "the request line has no version")
        if headers.defects or headers.get_payload():  # what the parser took for a body
            return self._refuse(HTTPStatus.BAD_REQUEST, "a line among the headers is no header")
        lengths = set(headers.get_all("Content-Length", ()))
        codings = headers.get("Transfer-Encoding")
        if codings is not None:
            if codings.strip().lower() != "chunked" or len(headers.get_all("Transfer-Encoding", ())) > 1:
                return self._refuse(HTTPStatus.NOT_IMPLEMENTED, "the only Transfer-Encoding known here is chunked")
            if lengths:
                # Two truths about one body: RFC 9112, 6.3 calls it an attempt at smuggling.
                return self._refuse(HTTPStatus.BAD_REQUEST, "Content-Length and Transfer-Encoding exclude each other")
            self.body = _Chunked(self.link, self._say_100)
        elif len(lengths) > 1:
            return self._refuse(HTTPStatus.BAD_REQUEST, "more than one Content-Length")
        elif lengths:
            text = lengths.pop().strip()
            if not (text.isascii() and text.isdigit() and len(text) < 19):
                # The application says what is wrong with it; where the body would end, nobody knows.
                self.close_connection = True
            elif int(text):
                self.body = _Sized(self.link, self._say_100, int(text))
        return True

    def _refuse(self, status: HTTPStatus, why: str) -> bool:
        self.close_connection = True
        self.send_error(status, None, why)
        return False

    def wants(self) -> int:
        """How many bytes of its body a small request should have before anybody is troubled with it."""
        body = self.body
        if isinstance(body, _Sized) and body.left <= SMALL_BODY_BYTES and not self.expects_100:
            return body.left
        return 0

    def make_environ(self) -> dict[str, Any]:
        """werkzeug's, with the target as it was sent, and with our body."""
        environ = super().make_environ()
        # The base class has made one slash of several, and has the target encoded twice where it is not ASCII.
        environ["RAW_URI"] = environ["REQUEST_URI"] = self.requestline.split()[1]
        environ["wsgi.input"] = self.body
        if isinstance(self.body, _Chunked):
            environ["wsgi.input_terminated"] = True
        return environ

    def address_string(self) -> str:
        return self.client_address[0]

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Nothing, as `log`."""

    def log(self, type: str, message: str, *args: Any) -> None:  # noqa: A002  # werkzeug's name
        """Nothing: a request's line or headers may hold a credential."""

    def _say_100(self) -> None:
        if self.expects_100:
            self.expects_100 = False
            if self.request_version >= "HTTP/1.1":
                self.link.send(b"HTTP/1.1 100 Continue\r\n\r\n")

    # The answer

    def steps(self) -> Generator[Late, None, End]:
        """Answer; yield where to wait before going on, return what becomes of the connection.

        A client that gives up meanwhile is said by throwing ClientGone in.
        """
        if self.refused:
            try:
                self.link.send(self._said.getvalue())
            except ClientGone:
                return End.DROP
            return End.FIN
        lateness = _Lateness()
        answer = _Outgoing(self)
        try:
            try:
                yield from self._run(answer, lateness)
            except WireTimeout:
                # Said without a client's timeout to go by: nothing comes, for as long as anybody could wait.
                yield Late(SILENCE_S)
                return End.FIN
            except WireBreak as broken:
                yield from lateness.over()
                return End.FIN if isinstance(broken, WireClosed) else End.RESET
        except BadRequest as bad:
            if answer.begun:
                return End.RESET
            return self._last_words(HTTPStatus.BAD_REQUEST, str(bad))
        except ClientGone:
            return End.DROP
        except Exception as error:
            # The application raised what it must not: the server keeps it, and the client gets a 500.
            self.gateway.failures.append(error)
            if answer.begun:
                return End.RESET
            return self._last_words(HTTPStatus.INTERNAL_SERVER_ERROR, f"the application raised {type(error).__name__}")
        return answer.end()

    def _run(self, answer: _Outgoing, lateness: _Lateness) -> Generator[Late, None, None]:
        try:
            environ = self.make_environ()
        except ValueError as error:
            raise BadRequest(f"the target of the request: {error}") from None
        environ["fakestt.be_late"] = lateness.be_late
        result = self.gateway.app(environ, answer.start_response)
        try:
            if isinstance(result, (list, tuple)) and len(result) == 1:
                yield from lateness.over()
                answer.write_all(result[0])
            else:
                for chunk in result:
                    yield from lateness.over()
                    answer.write(chunk)
                yield from lateness.over()
                answer.finish()
        finally:
            close = getattr(result, "close", None)
            if close is not None:
                close()

    def _last_words(self, status: HTTPStatus, why: str) -> End:
        self.send_error(status, None, why)
        with suppress(ClientGone):
            self.link.send(self._said.getvalue())
        return End.FIN


class _Lateness:
    """How late the answer is, as the application has said by `fakestt.be_late`."""

    def __init__(self) -> None:
        self._waits: list[tuple[float, Callable[[float], object]]] = []

    def be_late(self, late_s: float, then: Callable[[float], object]) -> None:
        """Send what comes next only after `late_s` real seconds, or never, if the client gives up first.

        No thread waits for it. Afterwards `then` is told `late_s`, or after how many seconds the client gave up.
        """
        self._waits.append((late_s, then))

    def over(self) -> Generator[Late, None, None]:
        while self._waits:
            late_s, then = self._waits.pop(0)
            late = Late(late_s)
            arrived = False
            try:
                yield late
                arrived = True
            finally:
                then(late_s if arrived else late.passed_s)


class _Outgoing:
    """An answer on its way: its head leaves with the first bytes of its body."""

    def __init__(self, request: Request) -> None:
        self._request = request
        self._start: Start | None = None
        self._chunked = False
        self._left: int | None = None  # bytes that Content-Length still promises
        self._bodiless = request.command == "HEAD"
        self.begun = False
        self._keeps = not request.close_connection

    def start_response(
        self, status: str, headers: list[tuple[str, str]], exc_info: ExcInfo | None = None
    ) -> Callable[[bytes], object]:
        if exc_info is not None:
            if self.begun:
                raise exc_info[1].with_traceback(exc_info[2])
        elif self._start is not None:
            raise AssertionError("start_response was called twice; a second call must pass exc_info (PEP 3333)")
        self._start = (status, headers)
        return self.write

    def write_all(self, data: bytes) -> None:
        """The whole body at once."""
        head = self._head(len(data))
        self._request.link.send(head + self._framed(data) + (b"0\r\n\r\n" if self._chunked else b""))

    def write(self, data: bytes) -> None:
        """A piece of the body, of which more may come."""
        if not data:
            return
        head = b"" if self.begun else self._head(None)
        out = head + self._framed(data)
        if out:
            self._request.link.send(out)

    def finish(self) -> None:
        """There is no more."""
        head = b"" if self.begun else self._head(0)
        if head or self._chunked:
            self._request.link.send(head + (b"0\r\n\r\n" if self._chunked else b""))

    def end(self) -> End:
        """What becomes of the connection. A body shorter than it was said to be ends with it."""
        if self._left or not self._keeps or not self._request.body.skip():
            return End.FIN
        return End.KEEP

    def _framed(self, data: bytes) -> bytes:
        if self._bodiless:
            return b""
        if self._left is not None:
            data = data[: self._left]
            self._left -= len(data)
        if self._chunked and data:
            return b"%x\r\n%b\r\n" % (len(data), data)
        return data

    def _head(self, whole_bytes: int | None) -> bytes:
        """Status line and headers, with the framing that the application has left to the server."""
        if self._start is None:
            raise AssertionError("the application ended without calling start_response (PEP 3333)")
        request = self._request
        status, headers = self._start
        code = int(status[:3])
        lines = [f"HTTP/1.1 {status}"]
        named = set()
        for name, value in headers:
            lines.append(f"{name}: {value}")
            named.add(name.lower())
            if name in ("Content-Length", "content-length"):
                self._left = int(value)
        may_have_body = code >= 200 and code not in (204, 304)
        if not may_have_body:
            self._bodiless = True
        elif "content-length" not in named:
            if whole_bytes is not None and not self._bodiless:
                self._left = whole_bytes
                lines.append(f"Content-Length: {whole_bytes}")
            elif whole_bytes is None and not self._bodiless:
                self._chunked = request.request_version >= "HTTP/1.1"
                if self._chunked:
                    lines.append("Transfer-Encoding: chunked")
                else:
                    self._keeps = False
        if self._bodiless:
            self._left = None
        if "connection" in named:
            self._keeps = self._keeps and not any(
                n.lower() == "connection" and v.lower() == "close" for n, v in headers
            )
        else:
            if self._keeps and not request.body.can_skip():
                self._keeps = False
            if not self._keeps:
                lines.append("Connection: close")
            elif request.request_version < "HTTP/1.1":
                lines.append("Connection: keep-alive")
        text = "\r\n".join(lines)
        if text.count("\n") != len(lines) - 1 or text.count("\r") != len(lines) - 1:
            raise AssertionError("a header of the answer has a line break in it")
        self.begun = True
        return (text + "\r\n\r\n").encode("latin-1")


# The body of a request, as `wsgi.input`


class _Body(io.RawIOBase):
    """Reads from the connection up to the end of the body, at most what has arrived at once."""

    def readable(self) -> bool:
        return True

    def can_skip(self) -> bool:
        """Whether the rest, if any, is here and can be passed over."""
        return True

    def skip(self) -> bool:
        """Pass over the rest. False: the connection is in the middle of the body."""
        return self.can_skip()

    def some(self, size: int) -> bytes:
        """Up to `size` bytes; b"" at the end."""
        return b""

    def read(self, size: int | None = -1, /) -> bytes:
        if size is None or size < 0:
            return b"".join(iter(lambda: self.some(SMALL_BODY_BYTES), b""))
        return self.some(size) if size else b""

    def readinto(self, buffer: Any, /) -> int:  # Any: anything with the buffer protocol
        data = self.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)


class _Empty(_Body):
    """No body."""


class _Sized(_Body):
    """A body of a known length."""

    def __init__(self, link: Connection, before_first: Callable[[], None], size_bytes: int) -> None:
        self._link = link
        self._before_first = before_first
        self.left = size_bytes

    def some(self, size: int) -> bytes:
        if not self.left:
            return b""
        self._before_first()
        data = self._link.read(min(size, self.left))
        self.left -= len(data)
        return data

    def can_skip(self) -> bool:
        return self.left <= len(self._link.buffer)

    def skip(self) -> bool:
        if not self.can_skip():
            return False
        del self._link.buffer[: self.left]
        self.left = 0
        return True


class _Chunked(_Body):
    """A body in chunks, without them. After a chunk that is none, it ends as if the client had gone."""

    def __init__(self, link: Connection, before_first: Callable[[], None]) -> None:
        self._link = link
        self._before_first = before_first
        self._left = 0
        self._first = True
        self._done = False

    def can_skip(self) -> bool:
        return self._done

    def some(self, size: int) -> bytes:
        if not self._left and not self._done:
            self._begin()
        if self._done:
            return b""
        data = self._link.read(min(size, self._left))
        self._left -= len(data)
        return data

    def _begin(self) -> None:
        if self._first:
            self._before_first()
            self._first = False
        elif self._link.read_line(2) != b"":
            raise _malformed()
        line = self._link.read_line(_CHUNK_LINE_BYTES)
        size = line.partition(b";")[0].strip() if line is not None else b""
        if not re.fullmatch(rb"[0-9A-Fa-f]{1,15}", size):
            raise _malformed()
        self._left = int(size, 16)
        if self._left == 0:
            self._done = True
            for _ in range(_TRAILERS):
                line = self._link.read_line(_CHUNK_LINE_BYTES)
                if not line:
                    break
            if line != b"":
                raise _malformed()


def _malformed() -> BadRequest:
    return BadRequest("the chunks of the body can't be told apart")
