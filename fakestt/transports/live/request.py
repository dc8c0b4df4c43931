"""Reading a request: where its head ends, what it says, where its body ends, and what an application is told of it."""

from __future__ import annotations

import io
import re
from email.errors import (
    FirstHeaderLineIsContinuationDefect,
    InvalidHeaderDefect,
    MisplacedEnvelopeHeaderDefect,
    MissingHeaderBodySeparatorDefect,
)
from http import HTTPStatus
from typing import Any, Protocol

from werkzeug.serving import WSGIRequestHandler

from fakestt.contract.phrases import phrase
from fakestt.transports.inprocess import App
from fakestt.transports.live.body import SMALL_BODY_BYTES, Chunked, Empty, Sized
from fakestt.transports.live.stream import Stream

__all__ = ["HEAD_BYTES", "Gateway", "Headless", "Request", "find_head"]

HEAD_BYTES = 64 * 1024

_REQUEST_LINE = re.compile(rb"[!-~]+ +[^ \r\n]+ +HTTP/\d+\.\d+\r?\n")
_BLANK_LINE = re.compile(rb"\n\r?\n")
_NO_HEADER = (
    FirstHeaderLineIsContinuationDefect,
    InvalidHeaderDefect,
    MisplacedEnvelopeHeaderDefect,
    MissingHeaderBodySeparatorDefect,
)
_NAME = re.compile(rb"[A-Za-z0-9!#$%&'*+.^_`|~-]")


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
    """One request, read by werkzeug's handler. Different from that: who answers keeps the connection.

    Args:
        head: request line, headers and the blank line; or why there is none.
    """

    protocol_version = "HTTP/1.1"
    # An error in the request line is answered in HTTP/1.1 as well, and not in the status-less way of HTTP/0.9.
    default_request_version = "HTTP/1.1"
    error_content_type = "text/plain; charset=utf-8"
    error_message_format = "%(code)d %(message)s: %(explain)s\n"

    # The base class would serve the whole connection in here.
    def __init__(self, stream: Stream, gateway: Gateway, head: bytes | Headless) -> None:
        self.gateway = gateway
        self.server = gateway  # type: ignore[assignment]  # as much of a BaseWSGIServer as werkzeug reads
        self.stream = stream
        self.connection = stream.sock
        self.client_address = stream.peer
        self.close_connection = True
        self.wfile = self._said = io.BytesIO()  # what the base class says by itself: errors
        self.body: Empty | Sized | Chunked = Empty()
        self.command = ""
        self.requestline = ""
        self.request_version = "HTTP/1.1"
        self.expects_100 = False
        if isinstance(head, Headless):
            self.refused = not self._refuse(head.status, head.message)
            return
        line_end = head.index(b"\n") + 1
        self.raw_requestline = head[:line_end]
        self.rfile = io.BytesIO(head[line_end:])
        self.refused = not (self.parse_request() and self._frame())

    def refusal(self, status: HTTPStatus | None = None, why: str = "") -> bytes:
        """A whole answer that says what is wrong; without a status, what was found wrong already."""
        if status is not None:
            self._refuse(status, why)
        return self._said.getvalue()

    def wants(self) -> int:
        """How many bytes of its body a small request should have before anybody is troubled with it."""
        body = self.body
        if isinstance(body, Sized) and body.left <= SMALL_BODY_BYTES and not self.expects_100:
            return body.left
        return 0

    def make_environ(self) -> dict[str, Any]:
        """werkzeug's, with the target as it was sent, and with our body."""
        environ = super().make_environ()
        # The base class has made one slash of several, and has the target encoded twice where it is not ASCII.
        environ["RAW_URI"] = environ["REQUEST_URI"] = self.requestline.split()[1]
        environ["wsgi.input"] = self.body
        if isinstance(self.body, Chunked):
            environ["wsgi.input_terminated"] = True
        return environ

    # What the base class calls

    def handle_expect_100(self) -> bool:
        """Later: when somebody wants to read."""
        self.expects_100 = True
        return True

    def address_string(self) -> str:
        return self.client_address[0]

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Nothing, as `log`."""

    def log(self, type: str, message: str, *args: Any) -> None:  # noqa: A002  # werkzeug's name
        """Nothing: a request's line or headers may hold a credential."""

    def _frame(self) -> bool:
        """Find out where the body ends. False: it was answered that this can't be told."""
        headers = self.headers
        if len(self.requestline.split()) != 3:
            return self._refuse(HTTPStatus.BAD_REQUEST, "the request line has no version")
        # The parser is one for mails: where a form is announced, it misses the parts, which are not headers' business.
        rest = headers.get_payload()
        if any(isinstance(one, _NO_HEADER) for one in headers.defects) or (rest and isinstance(rest, str)):
            return self._refuse(HTTPStatus.BAD_REQUEST, "a line among the headers is no header")
        lengths = set(headers.get_all("Content-Length", ()))
        codings = headers.get_all("Transfer-Encoding", ())
        if codings:
            if [coding.strip().lower() for coding in codings] != ["chunked"]:
                return self._refuse(HTTPStatus.NOT_IMPLEMENTED, "the only Transfer-Encoding known here is chunked")
            if lengths:
                # Two truths about one body: RFC 9112, 6.3 calls it an attempt at smuggling.
                return self._refuse(HTTPStatus.BAD_REQUEST, "Content-Length and Transfer-Encoding exclude each other")
            self.body = Chunked(self.stream, self._say_100)
        elif len(lengths) > 1:
            return self._refuse(HTTPStatus.BAD_REQUEST, "more than one Content-Length")
        elif lengths:
            text = lengths.pop().strip()
            if not (text.isascii() and text.isdigit() and len(text) < 19):
                # The application says what is wrong with it; where the body would end, nobody knows.
                self.close_connection = True
            elif int(text):
                self.body = Sized(self.stream, self._say_100, int(text))
        return True

    def _refuse(self, status: HTTPStatus, why: str) -> bool:
        self.close_connection = True
        self.send_error(status, phrase(status), why)
        return False

    def _say_100(self) -> None:
        if self.expects_100:
            self.expects_100 = False
            if self.request_version >= "HTTP/1.1":
                self.stream.send(b"HTTP/1.1 100 Continue\r\n\r\n")
