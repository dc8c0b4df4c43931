"""Heads of requests: an application is told of them what werkzeug's server would tell it."""

from __future__ import annotations

import random
import re
import socket
from collections.abc import Iterator
from email.message import Message
from http.client import parse_headers
from io import BytesIO
from types import SimpleNamespace
from typing import Any

import pytest
from werkzeug.serving import WSGIRequestHandler

from fakestt.transports.live.request import Headless, Request, find_head
from fakestt.transports.live.stream import Patience, Stream

HOST = b"Host: x"
GATEWAY: Any = SimpleNamespace(
    app=None, failures=[], ssl_context=None, server_address=("127.0.0.1", 8080),
    multithread=True, multiprocess=False, _server_version="fakestt",
)  # fmt: skip

# fmt: off
LINES = [
    b"GET / HTTP/1.1", b"POST /a%20b?x=%2F&y=1 HTTP/1.1", b"HEAD /a;b:c@d#e HTTP/1.1", b"GET /[x HTTP/1.1",
    b"GET /x//y?//z HTTP/1.1", b"DELETE /%ff%00?%ff HTTP/1.1", b"GET //two//x HTTP/1.1", b"GET /x HTTP/1.0",
    b"GET http://other.test/x?y HTTP/1.1", b"GET http://[::1 HTTP/1.1", b"OPTIONS * HTTP/1.1", b"get /x HTTP/1.1",
]
FIELDS = [
    b"host: y:80", b"X-A: 1", b"x-a: 2 ", b"X-A: a: b, c", b"Accept: */*", b"Content-Type: text/plain",
    b"Content-Type: multipart/form-data; boundary=x", b"Content-Type: message/rfc822", b"Content-Length: 5",
    b"content-length: 6", b"Content-Length: -1", b"Content-Length: 0 ", b"From: x", b"Transfer-Encoding: chunked",
    b"Transfer-Encoding: Chunked ", b"Transfer-Encoding: gzip", b"Connection: close", b"connection: Keep-Alive",
    b"Connection: close, x", b"Expect: 100-Continue", b"Expect: 200", b"Content-Length:5", b"Content-Length:",
    b"Content_Length: 7", b"X-A:\t4", b"X-A: a\r\n b", b"X_A: 3", b"no header", b"X: \xe9", b"X: a\x0bb", b"X!: 1",
]
# fmt: on


@pytest.fixture
def stream() -> Iterator[Stream]:
    here, there = socket.socketpair()
    with here, there:
        yield Stream(here, ("127.0.0.1", 1234), lambda: True, Patience(each_s=1, all_s=1, start_s=1, least_rate=0))


def head_of(line: bytes, *fields: bytes, end: bytes = b"\r\n") -> bytes:
    return end.join((line, *fields, b"", b""))


def heads() -> Iterator[bytes]:
    """Each line and field alone, then many mixed and with bytes changed, the same ones each time."""
    yield from (head_of(line, HOST) for line in LINES)
    yield from (head_of(LINES[0], HOST, field) for field in FIELDS)
    choose = random.Random(7)
    for _ in range(1500):
        fields = choose.choices(FIELDS, k=choose.randrange(5))
        head = bytearray(head_of(choose.choice(LINES), HOST, *fields, end=choose.choice([b"\r\n", b"\r\n", b"\n"])))
        for _ in range(choose.choice([0, 0, 1, 2])):
            at = choose.randrange(len(head))
            head[at : at + choose.randint(0, 2)] = choose.randbytes(choose.randint(0, 2))
        try:
            whole = find_head(head)
        except Headless:
            continue
        if whole is not None:
            yield whole


def test_an_application_is_told_what_werkzeugs_server_would_tell_it(stream: Stream) -> None:
    told = 0
    for head in heads():
        request = Request(stream, GATEWAY, head)
        if request.refused is not None:
            continue
        try:
            ours = {**request.make_environ(), "wsgi.input": None}
        except ValueError:
            continue
        # Where werkzeug's has another truth: the target as it was sent, the body, and the white space behind a value.
        theirs = werkzeugs(stream, request, head) | {"wsgi.input": None}
        theirs |= dict.fromkeys(("RAW_URI", "REQUEST_URI"), request.target)
        assert ours == theirs, head
        told += 1
    assert told > 300


def werkzeugs(stream: Stream, request: Request, head: bytes) -> dict[str, Any]:
    handler: Any = WSGIRequestHandler.__new__(WSGIRequestHandler)
    # As the standard library's has it: a target that begins with several slashes is a path.
    path = f"/{request.target.lstrip('/')}" if request.target.startswith("//") else request.target
    fields = re.sub(rb"[ \t]+(?=\r?\n)", b"", head[head.index(b"\n") + 1 :])
    headers: Message = parse_headers(BytesIO(fields))
    vars(handler).update(
        server=GATEWAY, connection=stream.sock, client_address=stream.peer, rfile=None, headers=headers,
        path=path, command=request.command, request_version=request.request_version,
    )  # fmt: skip
    environ: dict[str, Any] = handler.make_environ()
    return environ
