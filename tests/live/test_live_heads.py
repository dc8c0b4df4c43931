"""Heads of requests: those that are taken apart quickly mean what the standard library and werkzeug make of them."""

from __future__ import annotations

import random
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

GATEWAY: Any = SimpleNamespace(
    app=None, failures=[], ssl_context=None, server_address=("127.0.0.1", 8080),
    multithread=True, multiprocess=False, _server_version="fakestt",
)  # fmt: skip

# fmt: off
PLAIN_LINES = [
    b"GET / HTTP/1.1", b"POST /a%20b?x=%2F&y=1 HTTP/1.1", b"HEAD /a;b:c@d#e HTTP/1.1", b"GET /[x HTTP/1.1",
    b"GET /x//y?//z HTTP/1.1", b"DELETE /%ff%00?%ff HTTP/1.1",
]
ODD_LINES = [
    b"GET //two//x HTTP/1.1", b"GET http://other.test/x?y HTTP/1.1", b"GET http://[::1 HTTP/1.1", b"OPTIONS * HTTP/1.1",
    b"get /x HTTP/1.1", b"GET /\xe9?\xe9 HTTP/1.1", b"GET \x01//h/x HTTP/1.1", b"GET /x HTTP/1.0", b"GET /x HTTP/1.11",
    b"GET /x HTTP/2.0", b"GET  /x HTTP/1.1", b"GET /x\xa0y HTTP/1.1", b"GET /x", b"POST /x", b"GET / x HTTP/1.1",
]
PLAIN_FIELDS = [
    b"Host: x", b"host: y:80", b"X-A: 1", b"x-a: 2 ", b"X-A: a: b, c", b"Accept: */*", b"Content-Type: text/plain",
    b"Content-Type: multipart/form-data; boundary=x", b"Content-Type: message/rfc822", b"Content-Length: 5",
    b"content-length: 6", b"Content-Length: 5, 5", b"Content-Length: -1", b"Content-Length: 0 ", b"From: x",
    b"Transfer-Encoding: chunked", b"Transfer-Encoding: Chunked ", b"Transfer-Encoding: gzip, chunked",
    b"Connection: close", b"connection: Keep-Alive", b"Connection: close, x", b"Expect: 100-Continue", b"Expect: 200",
]
ODD_FIELDS = [
    b"Content-Length:5", b"Content-Length:", b"Content-Length: \xb2", b"Content-Length: 5\r\n 6", b"Content_Length: 7",
    b"X-A:\t4", b"X-A: a\r\n b", b"X_A: 3", b" X: 1", b"no header", b"X : 1", b": 1", b"From x: 2", b"X: \xe9",
    b"X\xe9: 1", b"X: a\rb", b"X: a\x0bb", b"X: a\x00b", b"X!: 1", b"Transfer-Encoding: \r\n chunked",
]
# fmt: on


@pytest.fixture
def stream() -> Iterator[Stream]:
    here, there = socket.socketpair()
    with here, there:
        yield Stream(here, ("127.0.0.1", 1234), lambda: True, Patience(each_s=1, all_s=1, start_s=1, least_rate=0))


def head_of(line: bytes, *fields: bytes, end: bytes = b"\r\n") -> bytes:
    return end.join((line, *fields, b"", b""))


def is_plain(stream: Stream, head: bytes) -> bool:
    return Request(stream, GATEWAY, b"GET / HTTP/1.1\r\n\r\n")._takes_plain(head)


def meaning(request: Request) -> dict[str, Any]:
    """All that is known of a request when its head is read."""
    names = ("refused", "close_connection", "expects_100", "command", "requestline", "request_version")
    said: dict[str, Any] = {name: getattr(request, name) for name in names}
    said["body"] = (type(request.body), request.wants())
    said["refusal"] = [line for line in request.refusal().split(b"\r\n") if not line.startswith(b"Date:")]
    if not request.refused:
        try:
            said["environ"] = {**request.make_environ(), "wsgi.input": None}
        except ValueError as error:
            said["environ"] = str(error)
    return said


def heads() -> Iterator[bytes]:
    """Each line and field alone, then many mixed and with bytes changed, the same ones each time."""
    yield from (head_of(line) for line in PLAIN_LINES + ODD_LINES)
    yield from (head_of(PLAIN_LINES[0], field) for field in PLAIN_FIELDS + ODD_FIELDS)
    yield from (head_of(PLAIN_LINES[0], *[b"X: 1"] * count) for count in (49, 50, 51, 98, 99, 100))
    choose = random.Random(7)
    for _ in range(1500):
        fields = choose.choices(PLAIN_FIELDS if choose.random() < 0.8 else ODD_FIELDS, k=choose.randrange(7))
        head = bytearray(head_of(choose.choice(PLAIN_LINES), *fields, end=choose.choice([b"\r\n", b"\r\n", b"\n"])))
        for _ in range(choose.choice([0, 0, 1, 2])):
            at = choose.randrange(len(head))
            head[at : at + choose.randint(0, 2)] = choose.randbytes(choose.randint(0, 2))
        try:
            whole = find_head(head)
        except Headless:
            continue
        if whole is not None:
            yield whole


def test_the_quick_way_says_of_every_head_what_the_standard_librarys_says(
    stream: Stream, monkeypatch: pytest.MonkeyPatch
) -> None:
    quick = {head: meaning(Request(stream, GATEWAY, head)) for head in heads() if is_plain(stream, head)}
    monkeypatch.setattr(Request, "_takes_plain", lambda *_: False)
    assert len(quick) > 300
    assert [head for head in quick if meaning(Request(stream, GATEWAY, head)) != quick[head]] == []


@pytest.mark.parametrize("line", PLAIN_LINES)
def test_what_clients_send_goes_the_quick_way(stream: Stream, line: bytes) -> None:
    assert is_plain(stream, head_of(line, *PLAIN_FIELDS))


@pytest.mark.parametrize(
    "head",
    [head_of(line) for line in ODD_LINES]
    + [head_of(PLAIN_LINES[0], field) for field in ODD_FIELDS]
    + [head_of(PLAIN_LINES[0], *[b"X: 1"] * 51), head_of(PLAIN_LINES[0], end=b"\n")],
)
def test_an_odd_head_does_not_go_the_quick_way(stream: Stream, head: bytes) -> None:
    assert not is_plain(stream, head)


def test_an_application_is_told_what_werkzeugs_server_would_tell_it(stream: Stream) -> None:
    told = 0
    for head in heads():
        request = Request(stream, GATEWAY, head)
        # Where werkzeug's has another truth: the target as it was sent, and the body.
        ours = meaning(request).get("environ")
        if not isinstance(ours, dict):
            continue
        theirs = werkzeugs(stream, request, head) | {"wsgi.input": None}
        theirs |= {name: request.requestline.split()[1] for name in ("RAW_URI", "REQUEST_URI")}
        assert ours == theirs, head
        told += 1
    assert told > 300


def werkzeugs(stream: Stream, request: Request, head: bytes) -> dict[str, Any]:
    handler: Any = WSGIRequestHandler.__new__(WSGIRequestHandler)
    headers: Message = parse_headers(BytesIO(head[head.index(b"\n") + 1 :]))
    vars(handler).update(
        server=GATEWAY, connection=stream.sock, client_address=stream.peer, rfile=None, headers=headers,
        path=request.path, command=request.command, request_version=request.request_version,
    )  # fmt: skip
    environ: dict[str, Any] = handler.make_environ()
    return environ
