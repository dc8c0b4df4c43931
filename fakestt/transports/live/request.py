"""Reading a request: where its head ends, what it says, where its body ends, and what an application is told of it."""

from __future__ import annotations

import io
import re
import ssl
import sys
from email.errors import (
    FirstHeaderLineIsContinuationDefect,
    InvalidHeaderDefect,
    MisplacedEnvelopeHeaderDefect,
    MissingHeaderBodySeparatorDefect,
)
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from typing import Any, Protocol
from urllib.parse import unquote, urlsplit

from fakestt.phrases import phrase
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
# The usual form: ASCII, one space where more may be, and nothing that two parsers could read in two ways.
_PLAIN_HEAD = re.compile(
    r"(([A-Z]+) (/(?!/)[!-~]*) HTTP/1\.1)\r\n"
    r"((?:[A-Za-z0-9-]+: [!-~][ -~]*\r\n){0,50})\r\n"
)
_FIELD = re.compile(r"([^:]+): ([^\r]+)\r\n")


class Gateway(Protocol):
    """What a request asks of its server."""

    app: App
    failures: list[BaseException]
    ssl_context: ssl.SSLContext | None
    server_address: tuple[str, int]


class Headless(Exception):
    """What arrived is no head of a request and can't become one."""

    def __init__(self, status: HTTPStatus, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


def find_head(buffer: bytearray) -> bytes | None:
    """Take the head of a request out of what has arrived. None: it is not whole yet.

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
    # A TLS greeting, or another protocol, never was a head: nobody need wait for its end.
    line_end = buffer.find(b"\n")
    no_http = buffer and _NAME.match(buffer) is None
    if no_http or (line_end >= 0 and _REQUEST_LINE.fullmatch(buffer, 0, line_end + 1) is None):
        raise Headless(HTTPStatus.BAD_REQUEST, "this is no HTTP/1.1 request")
    return None


class Request(BaseHTTPRequestHandler):
    """One request. The standard library's handler reads an odd head, or refuses it.

    That handler would also serve the connection. This class leaves that to the code that answers.

    Args:
        head: request line, headers and the blank line; or why there is none.
    """

    server_version = "fakestt"
    protocol_version = "HTTP/1.1"
    # An error in the request line is answered in HTTP/1.1 as well, and not in the status-less way of HTTP/0.9.
    default_request_version = "HTTP/1.1"
    error_content_type = "text/plain; charset=utf-8"
    error_message_format = "%(code)d %(message)s: %(explain)s\n"

    # The base class would serve the whole connection in here.
    def __init__(self, stream: Stream, gateway: Gateway, head: bytes | Headless) -> None:
        self.gateway = gateway
        self.stream = stream
        self.close_connection = True
        self.wfile = self._said = io.BytesIO()  # the base class writes its errors there
        self.body: Empty | Sized | Chunked = Empty()
        self.command = ""
        self.requestline = ""
        self.request_version = "HTTP/1.1"
        self.expects_100 = False
        self._fields: list[tuple[str, str]] = []  # the headers, by their names in an environ
        if isinstance(head, Headless):
            self.refused = not self._refuse(head.status, head.message)
            return
        self.refused = not ((self._takes_plain(head) or self._takes_odd(head)) and self._frame())

    def refusal(self, status: HTTPStatus | None = None, why: str = "") -> bytes:
        """Return a whole answer that says what is wrong. Without a status, that was found out already."""
        if status is not None:
            self._refuse(status, why)
        return self._said.getvalue()

    def wants(self) -> int:
        """How many bytes of a small body should have arrived before a thread runs the request."""
        body = self.body
        if isinstance(body, Sized) and body.left <= SMALL_BODY_BYTES and not self.expects_100:
            return body.left
        return 0

    def make_environ(self) -> dict[str, Any]:
        """Make the environ of PEP 3333, with the target as it was sent, and with what werkzeug's server adds.

        Raises:
            ValueError: the target is no URL.
        """
        url = urlsplit(self.path)
        # A target that begins with two slashes is a path all the same, and names no host.
        path = url.path if url.scheme or not url.netloc else f"/{url.netloc}{url.path}"
        target = self.requestline.split()[1]
        host, port = self.gateway.server_address
        environ: dict[str, Any] = {
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http" if self.gateway.ssl_context is None else "https",
            "wsgi.input": self.body,
            "wsgi.errors": sys.stderr,
            "wsgi.multithread": True,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
            "werkzeug.socket": self.stream.sock,
            "SERVER_SOFTWARE": self.server_version,
            "REQUEST_METHOD": self.command,
            "SCRIPT_NAME": "",
            "PATH_INFO": _latin_1(unquote(path)),
            "QUERY_STRING": _latin_1(url.query),
            "REQUEST_URI": target,
            "RAW_URI": target,
            "REMOTE_ADDR": self.stream.peer[0],
            "REMOTE_PORT": self.stream.peer[1],
            "SERVER_NAME": host,
            "SERVER_PORT": str(port),
            "SERVER_PROTOCOL": self.request_version,
        }
        for name, line in self._fields:
            value = line.replace("\r\n", "")  # of a header that is written on several lines
            if name in environ and name.startswith("HTTP_"):
                value = f"{environ[name]},{value}"
            environ[name] = value
        if url.scheme and url.netloc:  # RFC 9112, 3.2.2: it counts for more than the header
            environ["HTTP_HOST"] = url.netloc
        if isinstance(self.body, Chunked):
            environ["wsgi.input_terminated"] = True
        return environ

    # What the base class calls

    def handle_expect_100(self) -> bool:
        """Send nothing yet: `_say_100` does when somebody reads the body."""
        self.expects_100 = True
        return True

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the base class's name
        """Log nothing: a request's line or headers may hold a credential."""

    # What the head says

    def _takes_plain(self, head: bytes) -> bool:
        """Take apart a head in the usual form. False: this one has another.

        The base class reads such a head in the same way. But that takes longer than all the rest of a request here.
        """
        plain = _PLAIN_HEAD.fullmatch(head.decode("latin-1"))
        if plain is None:
            return False
        self.requestline, self.command, self.path, fields = plain.groups()
        self._fields = [(_variable(name), value) for name, value in _FIELD.findall(fields)]
        said = dict(reversed(self._fields))  # the first of several counts, as in the base class
        self.close_connection = said.get("HTTP_CONNECTION", "").lower() == "close"
        self.expects_100 = said.get("HTTP_EXPECT", "").lower() == "100-continue"
        return True

    def _takes_odd(self, head: bytes) -> bool:
        """Take apart any head. False: that can't be done, and an answer says so."""
        line_end = head.index(b"\n") + 1
        self.raw_requestline = head[:line_end]
        self.rfile = io.BytesIO(head[line_end:])
        if not self.parse_request():
            return False
        headers = self.headers
        if len(self.requestline.split()) != 3:
            return self._refuse(HTTPStatus.BAD_REQUEST, "the request line has no version")
        # The parser is made for mails. Where the headers announce a form it misses the parts, which is no defect here.
        rest = headers.get_payload()
        if any(isinstance(one, _NO_HEADER) for one in headers.defects) or (rest and isinstance(rest, str)):
            return self._refuse(HTTPStatus.BAD_REQUEST, "a line among the headers is no header")
        self._fields = [(_variable(name), value) for name, value in headers.items() if "_" not in name]
        return True

    def _frame(self) -> bool:
        """Find out where the body ends. False: that can't be told, and an answer says so."""
        lengths = {value for name, value in self._fields if name == "CONTENT_LENGTH"}
        codings = [value for name, value in self._fields if name == "HTTP_TRANSFER_ENCODING"]
        if codings:
            if [coding.strip().lower() for coding in codings] != ["chunked"]:
                return self._refuse(HTTPStatus.NOT_IMPLEMENTED, "the only Transfer-Encoding known here is chunked")
            if lengths:
                # Two ends of one body: RFC 9112, 6.3 calls it an attempt at smuggling.
                return self._refuse(HTTPStatus.BAD_REQUEST, "Content-Length and Transfer-Encoding exclude each other")
            self.body = Chunked(self.stream, self._say_100)
        elif len(lengths) > 1:
            return self._refuse(HTTPStatus.BAD_REQUEST, "more than one Content-Length")
        elif lengths:
            text = lengths.pop().strip()
            if not (text.isascii() and text.isdigit() and len(text) < 19):
                # The application says what is wrong with it. Nobody knows where the body ends, so nothing can follow.
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


def _variable(name: str) -> str:
    """Return the name of a header in an environ."""
    name = name.upper().replace("-", "_")
    return name if name in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{name}"


def _latin_1(text: str) -> str:
    """Return a text as WSGI hands it on: a character for each byte."""
    return text if text.isascii() else text.encode().decode("latin-1")
