"""A client of sockets alone, and applications that tell what reached them."""

from __future__ import annotations

import os
import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from fakestt.transports.live import Server

PATIENCE_S = 5.0
"""No test waits so long unless it fails."""


@dataclass
class Message:
    """A response as it came over the wire."""

    status: int
    headers: dict[str, str]
    body: bytes


class Raw:
    """One connection. What was received and not used yet is kept. Under `tls` an end without a good-bye is an error."""

    def __init__(self, server: Server, *, tls: bool = False) -> None:
        self.sock = socket.create_connection((server.host, server.port), PATIENCE_S)
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if tls:
            context = ssl.create_default_context(cafile=server.ca_file)
            self.sock = context.wrap_socket(self.sock, server_hostname="localhost", suppress_ragged_eofs=False)
        self.received = b""

    def send(self, data: bytes) -> Raw:
        self.sock.sendall(data)
        return self

    def get(self, target: str = "/", *headers: str, version: str = "1.1") -> Raw:
        lines = [f"GET {target} HTTP/{version}", "Host: fake", *headers, "", ""]
        return self.send("\r\n".join(lines).encode("latin-1"))

    def post(self, body: bytes, *headers: str) -> Raw:
        lines = ["POST / HTTP/1.1", "Host: fake", *headers, "", ""]
        return self.send("\r\n".join(lines).encode() + body)

    def message(self, *, bodiless: bool = False) -> Message:
        """The next response."""
        head = self.until(b"\r\n\r\n").decode("latin-1")
        status_line, *lines = head[:-4].split("\r\n")
        headers = dict(line.split(": ", 1) for line in lines)
        names = {name.lower(): value for name, value in headers.items()}
        status = int(status_line.split(" ")[1])
        body = b""
        if not bodiless and status not in (100, 204, 304):
            if "content-length" in names:
                body = self.exactly(int(names["content-length"]))
            elif names.get("transfer-encoding") == "chunked":
                while size := int(self.until(b"\r\n"), 16):
                    body += self.exactly(size + 2)[:-2]
                self.exactly(2)
            else:
                body = self.rest()
        return Message(status, names, body)

    def until(self, mark: bytes) -> bytes:
        while mark not in self.received:
            self._more()
        end = self.received.index(mark) + len(mark)
        data, self.received = self.received[:end], self.received[end:]
        return data

    def exactly(self, size: int) -> bytes:
        while len(self.received) < size:
            self._more()
        data, self.received = self.received[:size], self.received[size:]
        return data

    def rest(self) -> bytes:
        """Everything up to the end of the connection. ConnectionResetError if it was reset."""
        while data := self.sock.recv(65536):
            self.received += data
        data, self.received = self.received, b""
        return data

    def vanish(self) -> None:
        """Be gone without a good-bye."""
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.sock.close()

    def _more(self) -> None:
        data = self.sock.recv(65536)
        if not data:
            raise EOFError(f"the connection ended after {self.received!r}")
        self.received += data

    def __enter__(self) -> Raw:
        return self

    def __exit__(self, *error: object) -> None:
        self.sock.close()


@dataclass
class Echo:
    """Reads its input, remembers the environ, answers with the body that it got."""

    environs: list[dict[str, Any]] = field(default_factory=list)
    threads: set[str] = field(default_factory=set)

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        body = b"".join(iter(lambda: environ["wsgi.input"].read(65536), b""))
        self.environs.append(environ)
        self.threads.add(str(threading.get_ident()))
        start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", str(len(body)))])
        return [body]


class Gate:
    """An application that is in the middle of a request until it is opened."""

    def __init__(self) -> None:
        self.entered = threading.Event()
        self.opened = threading.Event()
        self.left = threading.Event()

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        if environ["PATH_INFO"] == "/gate":
            self.entered.set()
            self.opened.wait(PATIENCE_S)
            self.left.set()
        start_response("200 OK", [("Content-Length", "2")])
        return [b"ok"]


def says(body: bytes = b"hello", status: str = "200 OK") -> Callable[..., Iterable[bytes]]:
    def app(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        start_response(status, [("Content-Length", str(len(body)))])
        return [body]

    return app


def raises(error: BaseException, after: bytes | None = None) -> Callable[..., Iterable[bytes]]:
    """Raises at once, or after a piece of a body of 1000 bytes. `/fine` is answered."""

    def app(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        if environ["PATH_INFO"] == "/fine":
            return says()(environ, start_response)
        if after is None:
            raise error
        start_response("200 OK", [("Content-Length", "1000")])
        return pieces(after)

    def pieces(first: bytes) -> Iterator[bytes]:
        yield first
        raise error

    return app


def sockets_open() -> int:
    """How many sockets this process has; 0 where the system does not tell."""
    found = 0
    if not os.path.isdir("/proc/self/fd"):
        return found
    for number in os.listdir("/proc/self/fd"):
        try:
            found += os.readlink(f"/proc/self/fd/{number}").startswith("socket:")
        except OSError:
            continue
    return found
