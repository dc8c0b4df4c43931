"""Requests and answers as bytes: kept connections, framing, limits, garbage."""

from __future__ import annotations

import random
import socket
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from typing import Any

import pytest
from live_rig import Echo, Raw, raises, says

from fakestt.transports.live import Server

Serve = Callable[..., Server]


def test_a_connection_is_kept_for_many_requests(served: Serve) -> None:
    with Raw(served(says())) as raw:
        for _ in range(20):
            answer = raw.get().message()
            assert (answer.status, answer.body) == (200, b"hello")
            assert "connection" not in answer.headers


def test_an_answer_leaves_in_one_write(served: Serve) -> None:
    with Raw(served(says())) as raw:
        raw.get()
        assert raw.sock.recv(65536) == b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"


def test_pipelined_requests_are_answered_in_order(served: Serve) -> None:
    app = Echo()
    with Raw(served(app)) as raw:
        bodies = [b"%03d" % number for number in range(50)]
        raw.send(b"".join(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\n" + body for body in bodies))
        assert [raw.message().body for _ in bodies] == bodies


def test_a_pipelining_client_does_not_keep_others_waiting(served: Serve) -> None:
    server = served(says())
    with Raw(server) as greedy, Raw(server) as modest:
        greedy.send(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n" * 1000)
        modest.get()
        assert modest.message().body == b"hello"
        assert [greedy.message().status for _ in range(1000)] == [200] * 1000


@pytest.mark.parametrize("pieces", [[b"one"], [b"one", b"two", b"three"], [b"x" * 100_000, b"y" * 70_000]])
def test_a_chunked_upload_is_read_and_the_connection_kept(served: Serve, pieces: list[bytes]) -> None:
    app = Echo()
    chunks = b"".join(b"%x;name=value\r\n%b\r\n" % (len(piece), piece) for piece in pieces)
    with Raw(served(app)) as raw:
        raw.post(chunks + b"0\r\nTrailer: x\r\n\r\n", "Transfer-Encoding: chunked")
        assert raw.message().body == b"".join(pieces)
        assert raw.post(b"again", "Content-Length: 5").message().body == b"again"
    assert app.environs[0]["wsgi.input_terminated"] is True
    assert "wsgi.input_terminated" not in app.environs[1]


def test_a_chunked_upload_is_handed_on_while_it_comes(served: Serve) -> None:
    def app(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        start_response("200 OK", [])
        return iter(lambda: environ["wsgi.input"].read(65536), b"")

    with Raw(served(app)) as raw:
        raw.post(b"3\r\none\r\n", "Transfer-Encoding: chunked")
        assert raw.until(b"one\r\n").endswith(b"\r\n\r\n3\r\none\r\n")
        raw.send(b"3\r\ntwo\r\n0\r\n\r\n")
        assert raw.exactly(13) == b"3\r\ntwo\r\n0\r\n\r\n"


@pytest.mark.parametrize(
    "chunk", [b"hello\r\n", b"-1\r\n", b"3\r\nfour\r\n", b"f" * 18 + b"\r\n", b"1" * 5000, b"0\r\n" + b"X: y\r\n" * 200]
)
def test_chunks_that_are_none_get_a_400_and_the_end(served: Serve, chunk: bytes) -> None:
    with Raw(served(Echo())) as raw:
        answer = raw.post(chunk, "Transfer-Encoding: chunked").message()
        assert (answer.status, answer.headers["connection"]) == (400, "close")
        assert raw.rest() == b""


@pytest.mark.parametrize("size", [5, 200_000])
def test_the_body_is_asked_for_with_100_continue(served: Serve, size: int) -> None:
    with Raw(served(Echo())) as raw:
        raw.post(b"", f"Content-Length: {size}", "Expect: 100-continue")
        assert raw.message().status == 100
        assert raw.send(b"x" * size).message().body == b"x" * size
        assert raw.get().message().status == 200


def test_a_body_that_nobody_reads_is_not_asked_for(served: Serve) -> None:
    with Raw(served(says(b"no", "413 Too Large"))) as raw:
        answer = raw.post(b"", "Content-Length: 200000", "Expect: 100-continue").message()
        assert (answer.status, answer.headers["connection"]) == (413, "close")


def test_an_answer_reaches_a_client_that_still_sends(served: Serve) -> None:
    with Raw(served(says(b"no", "413 Too Large"))) as raw:
        raw.post(b"x" * 8_000_000, "Content-Length: 8000000")
        assert raw.message().status == 413
        assert raw.rest() == b""


def test_a_small_body_that_nobody_reads_is_passed_over(served: Serve) -> None:
    with Raw(served(says())) as raw:
        for _ in range(3):
            raw.post(b"GET / HTTP/1.1\r\n\r\n", "Content-Length: 18")
            assert raw.message().body == b"hello"
        raw.sock.shutdown(socket.SHUT_WR)
        assert raw.rest() == b""


def test_head_has_the_headers_and_no_body(served: Serve) -> None:
    with Raw(served(says())) as raw:
        answer = raw.send(b"HEAD / HTTP/1.1\r\nHost: x\r\n\r\n").message(bodiless=True)
        assert answer.headers["content-length"] == "5"
        assert raw.get().message().body == b"hello"


@pytest.mark.parametrize("status", ["204 No Content", "304 Not Modified"])
def test_an_answer_without_a_body_has_no_framing(served: Serve, status: str) -> None:
    def app(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        start_response(status, [])
        return [b""]

    with Raw(served(app)) as raw:
        assert set(raw.get().message().headers) == set()
        assert raw.get().message().status == int(status[:3])


@pytest.mark.parametrize(
    ("version", "headers", "kept"),
    [
        ("1.1", [], True),
        ("1.1", ["Connection: close"], False),
        ("1.0", [], False),
        ("1.0", ["Connection: keep-alive"], True),
    ],
)
def test_the_client_says_whether_a_connection_is_kept(
    served: Serve, version: str, headers: list[str], kept: bool
) -> None:
    with Raw(served(says())) as raw:
        answer = raw.get("/", *headers, version=version).message()
        expected = None if version == "1.1" and kept else "keep-alive" if kept else "close"
        assert answer.headers.get("connection") == expected
        if kept:
            assert raw.get().message().status == 200
        else:
            assert raw.rest() == b""


def test_a_body_of_unknown_length_is_chunked_or_ends_with_the_connection(served: Serve) -> None:
    def app(environ: dict[str, Any], start_response: Any) -> Iterator[bytes]:
        write = start_response("200 OK", [])
        write(b"one")
        yield b""
        yield b"two"

    server = served(app)
    with Raw(server) as raw:
        answer = raw.get().message()
        assert (answer.headers, answer.body) == ({"transfer-encoding": "chunked"}, b"onetwo")
        assert raw.get().message().body == b"onetwo"
    with Raw(server) as raw:
        answer = raw.get(version="1.0").message()
        assert (answer.headers, answer.body) == ({"connection": "close"}, b"onetwo")


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_the_applications_iterable_is_closed(served: Serve, method: str) -> None:
    closed: list[bool] = []

    class Result:
        def __iter__(self) -> Iterator[bytes]:
            return iter([b"he", b"llo"])

        def close(self) -> None:
            closed.append(True)

    def app(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        start_response("200 OK", [("Content-Length", "5")])
        return Result()

    with Raw(served(app)) as raw:
        raw.send(f"{method} / HTTP/1.1\r\nHost: x\r\n\r\n".encode()).message(bodiless=method == "HEAD")
        raw.get().message()
    assert closed[0]


@pytest.mark.parametrize(("sent", "arrives", "kept"), [(b"12345678", b"12345", True), (b"123", b"123", False)])
def test_a_body_that_is_not_as_long_as_it_says(served: Serve, sent: bytes, arrives: bytes, kept: bool) -> None:
    def app(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        start_response("200 OK", [("Content-Length", "5")])
        return [sent]

    with Raw(served(app)) as raw:
        raw.get().until(b"\r\n\r\n")
        if kept:
            assert raw.exactly(5) == arrives
            raw.get().until(b"\r\n\r\n")
        else:
            assert raw.rest() == arrives


def test_the_target_comes_as_it_was_sent(served: Serve) -> None:
    app = Echo()
    with Raw(served(app)) as raw:
        for target in ("/a%2Fb?x=%2F", "//two", "http://other.test/x?y"):
            raw.get(target).message()
    assert [environ["RAW_URI"] for environ in app.environs] == [
        "/a%2Fb?x=%2F",
        "//two",
        "http://other.test/x?y",
    ]
    assert app.environs[0]["REQUEST_URI"] == "/a%2Fb?x=%2F"
    assert (app.environs[0]["PATH_INFO"], app.environs[0]["QUERY_STRING"]) == ("/a/b", "x=%2F")
    assert app.environs[2]["HTTP_HOST"] == "other.test"


def test_the_environ_says_who_and_where(served: Serve) -> None:
    app = Echo()
    server = served(app)
    with Raw(server) as raw:
        raw.get("/", "X-Twice: 1", "X-Twice: 2", "X_Under: 3").message()
    environ = app.environs[0]
    assert (environ["SERVER_NAME"], environ["SERVER_PORT"]) == ("127.0.0.1", str(server.port))
    assert (environ["wsgi.url_scheme"], environ["REMOTE_ADDR"]) == ("http", "127.0.0.1")
    assert environ["HTTP_X_TWICE"] == "1,2"
    assert "HTTP_X_UNDER" not in environ


BOTH_ENDS = b"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n"
TWO_LENGTHS = b"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n"
# fmt: off
GARBAGE = {
    "a TLS greeting":              (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 400),
    "another protocol":            (b"EHLO there\r\n", 400),
    "no version":                  (b"GET /\r\n", 400),
    "HTTP/2":                      (b"PRI * HTTP/2.0\r\n\r\n", 505),
    "a strange version":           (b"GET / HTTP/1.1.1\r\n", 400),
    "nulls":                       (b"\x00" * 100, 400),
    "a line that is no header":    (b"GET / HTTP/1.1\r\nHost: x\r\nno header\r\n\r\n", 400),
    "a space before the colon":    (b"GET / HTTP/1.1\r\nHost: x\r\nContent-Length : 5\r\n\r\n", 400),
    "two lengths":                 (TWO_LENGTHS, 400),
    "length and chunks":           (BOTH_ENDS, 400),
    "an unknown transfer coding":  (b"GET / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip\r\n\r\n", 501),
    "101 headers":                 (b"GET / HTTP/1.1\r\n" + b"X: 1\r\n" * 101 + b"\r\n", 431),
    "a head of 70 KiB":            (b"GET / HTTP/1.1\r\n" + b"X: " + b"x" * 70_000, 431),
    "a header of 65 KiB":          (b"GET / HTTP/1.1\r\nX: " + b"x" * 65_520 + b"\r\n\r\n", 431),
    "a request line of 70 KiB":    (b"GET /" + b"x" * 70_000, 414),
    "half an address":             (b"GET http://[::1 HTTP/1.1\r\nHost: x\r\n\r\n", 400),
}
# fmt: on


@pytest.mark.parametrize("name", GARBAGE)
def test_garbage_is_answered_at_once_and_harms_nobody(served: Serve, name: str) -> None:
    data, status = GARBAGE[name]
    server = served(Echo())
    with Raw(server) as other, Raw(server) as raw:
        raw.send(data)
        answer = raw.message()
        assert (answer.status, answer.headers["connection"]) == (status, "close")
        assert raw.rest() == b""
        assert other.get().message().status == 200


def test_a_head_may_come_byte_by_byte_and_with_bare_line_feeds(served: Serve) -> None:
    with Raw(served(says())) as raw:
        for byte in b"GET / HTTP/1.1\nHost: x\n\n":
            raw.send(bytes([byte]))
        assert raw.message().body == b"hello"


def test_a_mistake_of_the_application_is_a_500_and_is_kept(workers: Any) -> None:
    error = ZeroDivisionError("secret")
    with workers.serve(raises(error)) as server, Raw(server) as raw:
        answer = raw.get().message()
        assert (answer.status, answer.headers["connection"]) == (500, "close")
        assert b"ZeroDivisionError" in answer.body
        assert b"secret" not in answer.body
        assert server.failures == [error]
        with Raw(server) as again:
            assert again.get("/fine").message().status == 200


def test_a_header_with_a_line_break_is_a_mistake_of_the_application(workers: Any) -> None:
    def app(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        start_response("200 OK", [("X", "a\r\nSet-Cookie: b")])
        return [b""]

    with workers.serve(app) as server, Raw(server) as raw:
        assert raw.get().message().status == 500
        assert len(server.failures) == 1


def test_nothing_is_written_to_the_terminal(served: Serve, capfd: pytest.CaptureFixture[str]) -> None:
    with Raw(served(says())) as raw:
        raw.get("/?apikey=secret", "Authorization: Basic secret").message()
    with Raw(served(says())) as raw:
        raw.send(b"secret\r\n\r\n").message()
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("seed", range(4))
def test_requests_with_bytes_changed_at_random_harm_nobody(served: Serve, seed: int) -> None:
    choose = random.Random(seed)
    samples = [data for data, _ in GARBAGE.values() if len(data) < 1000]
    samples.append(b"POST /a?b HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n")
    samples.append(b"POST /a%20 HTTP/1.0\r\nHost: x\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\nhello")
    server = served(Echo())
    with Raw(server) as other:
        for _ in range(100):
            data = bytearray(choose.choice(samples) * choose.randint(1, 3))
            for _ in range(choose.randint(1, 8)):
                at = choose.randrange(len(data) or 1)
                data[at : at + choose.randint(0, 3)] = choose.randbytes(choose.randint(0, 3))
            with Raw(server) as raw, suppress(ConnectionError):
                raw.send(bytes(data))
                raw.sock.shutdown(socket.SHUT_WR)
                raw.rest()
        assert other.get().message().status == 200
