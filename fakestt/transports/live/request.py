"""Reading a request: where its head ends, what it says, where its body ends, and what an application is told of it."""

from __future__ import annotations

import re
import ssl
import sys
from http import HTTPStatus
from typing import Any, Protocol
from urllib.parse import unquote, urlsplit

from fakestt.phrases import phrase
from fakestt.transports.inprocess import App
from fakestt.transports.live.body import FIELD, SMALL_BODY_BYTES, TOKEN, Chunked, Empty, Sized
from fakestt.transports.live.stream import Stream

__all__ = ["HEAD_BYTES", "Gateway", "Headless", "Request", "find_head"]

HEAD_BYTES = 64 * 1024
MOST_FIELDS = 100

# RFC 9112, without what two parsers could read in two ways. A line ends with a line feed. A CR may stand before it and
# nowhere else. A field is on one line. White space is space and tab. No pattern can match in more than one way, or it
# would try all of them on a long head that doesn't match.
_BLANK_LINE = re.compile(rb"\n\r?\n")
_REQUEST_LINE = re.compile(rb"(%b+) ([!-~]+) HTTP/([0-9])\.([0-9])\r?\n" % TOKEN)
_FIELDS = re.compile(rb"(?:%b\r?\n)*\r?\n" % FIELD)
_FIELD = re.compile(r"([^:\n]+):[ \t]*([^\r\n]*)\r?\n")
_NAME = re.compile(TOKEN)
# RFC 3986, 3.2, without the name of a user, which RFC 9110, 4.2.4 has servers refuse.
_AUTHORITY = re.compile(r"[A-Za-z0-9!$%&'()*+,.:;=_~\[\]-]*")
_LENGTH = re.compile(r"[0-9]{1,18}")


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


class Request:
    """One request.

    Args:
        head: request line, headers and the blank line; or why there is none.
    """

    def __init__(self, stream: Stream, gateway: Gateway, head: bytes | Headless) -> None:
        self.gateway = gateway
        self.stream = stream
        self.body: Empty | Sized | Chunked = Empty()
        self.command: str = ""
        self.target: str = ""
        self.request_version: str = "HTTP/1.1"
        self.close_connection: bool = True
        self.expects_100: bool = False
        self.refused: Headless | None = None
        """Why it gets no answer of the application."""
        self._fields: list[tuple[str, str]] = []  # the headers, by their names in an environ
        try:
            if isinstance(head, Headless):
                raise head
            self._read(head)
            self._frame()
        except Headless as refused:
            self.refused = refused

    def refusal(self, refused: Headless) -> bytes:
        """Return a whole answer that says what is wrong."""
        status = f"{refused.status.value} {phrase(refused.status)}"
        text = f"{status}: {refused.message}\n".encode()
        head = (
            f"HTTP/1.1 {status}\r\nContent-Type: text/plain; charset=utf-8\r\n"
            f"Content-Length: {len(text)}\r\nConnection: close\r\n\r\n"
        )
        return head.encode() + (b"" if self.command == "HEAD" else text)

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
        target = self.target
        # A target that begins with two slashes is a path all the same, and names no host.
        url = urlsplit(f"/{target.lstrip('/')}" if target.startswith("//") else target)
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
            "SERVER_SOFTWARE": "fakestt",
            "REQUEST_METHOD": self.command,
            "SCRIPT_NAME": "",
            "PATH_INFO": _latin_1(unquote(url.path)),
            "QUERY_STRING": _latin_1(url.query),
            "REQUEST_URI": target,
            "RAW_URI": target,
            "REMOTE_ADDR": self.stream.peer[0],
            "REMOTE_PORT": self.stream.peer[1],
            "SERVER_NAME": host,
            "SERVER_PORT": str(port),
            "SERVER_PROTOCOL": self.request_version,
        }
        for name, value in self._fields:
            joined = name in environ and name.startswith("HTTP_")
            environ[name] = f"{environ[name]},{value}" if joined else value
        if url.netloc:  # RFC 9112, 3.2.2: it counts for more than the header
            if _AUTHORITY.fullmatch(url.netloc) is None:
                raise ValueError("its host is no host")
            environ["HTTP_HOST"] = url.netloc
        if isinstance(self.body, Chunked):
            environ["wsgi.input_terminated"] = True
        return environ

    # What the head says

    def _read(self, head: bytes) -> None:
        """Take the head apart.

        Raises:
            Headless: that can't be done in the one way in which everybody would.
        """
        line = _REQUEST_LINE.match(head)
        if line is None:
            raise _bad("the request line is none of HTTP/1.1")
        method, target, major, minor = line.groups()
        self.command = method.decode()
        self.target = target.decode()
        if major != b"1":
            raise Headless(HTTPStatus.HTTP_VERSION_NOT_SUPPORTED, f"HTTP/{major.decode()}.{minor.decode()}")
        is_old = minor == b"0"
        self.request_version = "HTTP/1.0" if is_old else "HTTP/1.1"
        if _FIELDS.fullmatch(head, line.end()) is None:
            raise _bad("a line among the headers is no header")
        fields = _FIELD.findall(head[line.end() :].decode("latin-1"))
        if len(fields) > MOST_FIELDS:
            raise Headless(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, f"more than {MOST_FIELDS} headers")
        self._fields = [(_variable(name), value.rstrip(" \t")) for name, value in fields if "_" not in name]
        hosts = self._all("HTTP_HOST")
        if len(hosts) > 1 or not (hosts or is_old):
            raise _bad("more than one Host" if hosts else "no Host")
        if hosts and _AUTHORITY.fullmatch(hosts[0]) is None:
            raise _bad("the Host is no host")
        connection = _words(self._all("HTTP_CONNECTION"))
        self.close_connection = "close" in connection or (is_old and "keep-alive" not in connection)
        self.expects_100 = not is_old and "100-continue" in _words(self._all("HTTP_EXPECT"))

    def _frame(self) -> None:
        """Find out where the body ends.

        Raises:
            Headless: that can't be told.
        """
        lengths = set(self._all("CONTENT_LENGTH"))
        codings = self._all("HTTP_TRANSFER_ENCODING")
        if codings:
            if self.request_version == "HTTP/1.0":
                # RFC 9112, 6.1: there is no such thing, so whoever has passed it on may not have understood it.
                raise _bad("HTTP/1.0 has no Transfer-Encoding")
            if [coding.lower() for coding in codings] != ["chunked"]:
                raise Headless(HTTPStatus.NOT_IMPLEMENTED, "the only Transfer-Encoding known here is chunked")
            if lengths:
                # Two ends of one body: RFC 9112, 6.3 calls it an attempt at smuggling.
                raise _bad("Content-Length and Transfer-Encoding exclude each other")
            self.body = Chunked(self.stream, self._say_100)
        elif lengths:
            text = lengths.pop()
            if lengths:
                raise _bad("more than one Content-Length")
            if _LENGTH.fullmatch(text) is None:
                raise _bad("the Content-Length is no number of bytes")
            if int(text):
                self.body = Sized(self.stream, self._say_100, int(text))

    def _all(self, variable: str) -> list[str]:
        return [value for name, value in self._fields if name == variable]

    def _say_100(self) -> None:
        if self.expects_100:
            self.expects_100 = False
            self.stream.send(b"HTTP/1.1 100 Continue\r\n\r\n")


def _bad(why: str) -> Headless:
    return Headless(HTTPStatus.BAD_REQUEST, why)


def _words(values: list[str]) -> list[str]:
    """Return the words of a header that is a list of words."""
    return [word.strip(" \t").lower() for value in values for word in value.split(",")]


def _variable(name: str) -> str:
    """Return the name of a header in an environ."""
    name = name.upper().replace("-", "_")
    return name if name in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{name}"


def _latin_1(text: str) -> str:
    """Return a text as WSGI hands it on: a character for each byte."""
    return text if text.isascii() else text.encode().decode("latin-1")
