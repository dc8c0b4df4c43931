"""One request to a WSGI application, without any HTTP client."""

from __future__ import annotations

import gc
import io
from collections.abc import Callable, Iterable, Iterator
from http.client import IncompleteRead
from typing import Any

import pytest

from fakestt.transports.inprocess import App, Response, StartResponse, call
from fakestt.wire import WireBreak, WireTimeout

LONG = b"x" * 300_000


class Sends:
    """An application's iterable that tells whether it was closed, and how far it was run."""

    def __init__(self, parts: Iterable[bytes | Exception]) -> None:
        self._parts = iter(parts)
        self.given = 0
        self.closed = 0

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        part = next(self._parts)
        if isinstance(part, Exception):
            raise part
        self.given += 1
        return part

    def close(self) -> None:
        self.closed += 1


def answering(body: Iterable[bytes], *headers: tuple[str, str], status: str = "200 OK") -> App:
    def app(environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        start_response(status, list(headers))
        return body

    return app


def asked(
    app: App, method: str = "GET", target: str = "/", headers: Any = (), body: object = None, **kw: Any
) -> Response:
    where = {"scheme": "https", "host": "fakestt.test", "port": 443, **kw}
    return call(app, method, target, headers, body, **where)


def environ_of(*args: Any, **kw: Any) -> dict[str, Any]:
    seen: list[dict[str, Any]] = []

    def app(environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        seen.append(environ)
        return answering([])(environ, start_response)

    asked(app, *args, **kw)
    return seen[0]


def test_a_reply_has_status_reason_headers_in_order_and_body() -> None:
    reply = asked(answering([b"a", b"", b"b"], ("B", "1"), ("A", "2"), ("B", "3"), status="404 Not Found"))
    assert (reply.status, reply.reason) == (404, "Not Found")
    assert reply.headers == [("B", "1"), ("A", "2"), ("B", "3")]
    assert reply.body.read() == b"ab"
    assert reply.body.closed


def test_the_target_is_kept_as_sent_beside_the_decoded_path() -> None:
    environ = environ_of("GET", "/v1/a%2Fb%C3%A9?x=%2F&y")
    assert environ["RAW_URI"] == "/v1/a%2Fb%C3%A9?x=%2F&y"
    assert environ["PATH_INFO"] == "/v1/a/bÃ©"
    assert environ["QUERY_STRING"] == "x=%2F&y"


def test_duplicate_headers_are_joined_and_bytes_are_latin_1() -> None:
    environ = environ_of(
        headers=[("X-A", "1"), ("x-a", b"\xe9"), ("Content-Type", "audio/wav"), ("Content-Length", "0")]
    )
    assert environ["HTTP_X_A"] == "1, é"
    assert (environ["CONTENT_TYPE"], environ["CONTENT_LENGTH"]) == ("audio/wav", "0")


def test_the_environ_tells_where_the_request_went() -> None:
    environ = environ_of(scheme="http", host="icp.example", port=8443, read_timeout_s=3)
    assert environ["HTTP_HOST"] == "icp.example:8443"
    assert (environ["SERVER_NAME"], environ["SERVER_PORT"]) == ("icp.example", "8443")
    assert (environ["wsgi.url_scheme"], environ["REMOTE_ADDR"]) == ("http", "127.0.0.1")
    assert environ["fakestt.read_timeout_s"] == 3.0
    assert "fakestt.read_timeout_s" not in environ_of()
    assert environ_of()["HTTP_HOST"] == "fakestt.test"
    assert environ_of(headers=[("Host", "other")])["HTTP_HOST"] == "other"


def test_one_request_does_not_see_what_another_put_into_its_environ() -> None:
    environ_of()["SERVER_NAME"] = "spoilt"
    assert environ_of()["SERVER_NAME"] == "fakestt.test"


@pytest.mark.parametrize(
    ("value", "error"), [("a\r\nb", ValueError), (b"a\nb", ValueError), ("ж", UnicodeEncodeError), (None, TypeError)]
)
def test_a_header_that_cannot_be_sent_is_refused(value: Any, error: type[Exception]) -> None:
    with pytest.raises(error):
        environ_of(headers=[("X-A", value)])


@pytest.mark.parametrize(
    "body",
    [b"abc", "abc", bytearray(b"abc"), io.BytesIO(b"abc"), io.StringIO("abc"), iter([b"a", "b", b"", b"c"])],
    ids=lambda body: type(body).__name__,
)
def test_every_kind_of_body_arrives(body: object) -> None:
    assert environ_of(body=body)["wsgi.input"].read() == b"abc"
    assert environ_of(body=None)["wsgi.input"].read(10) == b""


def test_a_generator_is_handed_on_chunk_by_chunk() -> None:
    steps: list[str] = []

    def body() -> Iterator[bytes]:
        for chunk in (b"one", b"two"):
            steps.append(f"made {chunk.decode()}")
            yield chunk

    def app(environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        while chunk := environ["wsgi.input"].read(65536):
            steps.append(f"read {chunk.decode()}")
        return answering([])(environ, start_response)

    asked(app, "POST", body=body())
    assert steps == ["made one", "read one", "made two", "read two"]


def test_a_long_chunk_is_cut_to_the_size_that_was_asked_for() -> None:
    stream = environ_of(body=iter([b"abcdef\ngh"]))["wsgi.input"]
    assert stream.read(2) == b"ab"
    assert stream.readline() == b"cdef\n"
    assert io.BufferedReader(stream).read() == b"gh"


def test_a_file_is_read_in_blocks_while_the_application_reads() -> None:
    file = io.BytesIO(LONG)
    stream = environ_of(body=file)["wsgi.input"]
    assert file.tell() == 0
    stream.read(10)
    assert 0 < file.tell() < len(LONG)


def test_the_failure_of_the_clients_own_body_is_the_clients_whatever_the_application_makes_of_it() -> None:
    def body() -> Iterator[bytes]:
        yield b"a"
        raise OSError("disk")

    def swallowing(environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        try:
            environ["wsgi.input"].read()
        except OSError:
            return answering([], status="500 Oops")(environ, start_response)
        raise AssertionError("the body did not fail")

    def leaving(environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        return [environ["wsgi.input"].read()]

    for app in (swallowing, leaving):
        with pytest.raises(OSError, match="disk"):
            asked(app, "POST", body=body())


@pytest.mark.parametrize(("method", "status"), [("HEAD", "200 OK"), ("GET", "204 No Content"), ("GET", "304 Same")])
def test_replies_without_a_body_have_none(method: str, status: str) -> None:
    sends = Sends([b"x" * 10])
    reply = asked(answering(sends, ("Content-Length", "10"), status=status), method)
    assert reply.body.read() == b""
    assert reply.body.closed
    assert sends.closed == 1


@pytest.mark.parametrize("fault", [WireBreak(), WireTimeout()], ids=["break", "timeout"])
@pytest.mark.parametrize("before", [[], [b""]], ids=["at once", "after an empty chunk"])
def test_a_fault_before_the_first_byte_comes_from_the_call(fault: Exception, before: list[bytes]) -> None:
    sends = Sends([*before, fault])
    with pytest.raises(type(fault)):
        asked(answering(sends, ("Content-Length", "10")))
    assert sends.closed == 1


@pytest.mark.parametrize(("fault", "native"), [(WireBreak(), ConnectionResetError), (WireTimeout(), TimeoutError)])
@pytest.mark.parametrize("start", [b"abcdef", LONG], ids=["short", "long"])
def test_bytes_before_a_fault_arrive_and_then_what_a_socket_raises(
    fault: OSError, native: type[OSError], start: bytes
) -> None:
    sends = Sends([start, fault])
    body = asked(answering(sends, ("Content-Length", "900000"))).body
    got: list[bytes] = []
    with pytest.raises(native) as caught:
        got.extend(iter(lambda: body.read(1000), b""))
    assert (caught.type, caught.value.args) == (native, fault.args)
    assert b"".join(got) == start
    assert body.read(1000) == b""
    assert sends.closed == 1


def test_a_fault_behind_content_length_is_not_noticed() -> None:
    body = asked(answering(Sends([b"abc", WireBreak()]), ("Content-Length", "3"))).body
    assert body.read(10) == b"abc"
    assert body.closed


def test_a_body_ends_at_content_length_and_a_short_one_is_incomplete() -> None:
    assert asked(answering([b"abc", b"def"], ("Content-Length", "4"))).body.read() == b"abcd"
    with pytest.raises(IncompleteRead) as caught:
        asked(answering([b"abc"], ("content-length", "9"))).body.read()
    assert (caught.value.partial, caught.value.expected) == (b"abc", 6)


@pytest.mark.parametrize("size", [1, 7, 65536, 10**9, None, -1])
@pytest.mark.parametrize("known", [True, False])
def test_a_body_is_the_same_in_reads_of_any_size(size: int | None, known: bool) -> None:
    parts = [b"abc", b"", LONG[:70000], b"d" * 5]
    whole = b"".join(parts)
    headers = [("Content-Length", str(len(whole)))] if known else []
    body = asked(answering(Sends(parts), *headers)).body
    got = bytearray()
    while chunk := body.read(size):
        got += chunk
    assert got == whole
    assert body.closed


def test_read1_gives_what_is_there() -> None:
    body = asked(answering(Sends([LONG, b"abc", b"def"]))).body
    assert body.read1(10) == LONG[:10]
    assert body.read1() == LONG[10:]
    assert [body.read1(), body.read1(), body.read1()] == [b"abc", b"def", b""]


def test_the_iterable_is_closed_without_a_reader_when_it_is_short() -> None:
    sends = Sends([b"abc", b"def"])
    asked(answering(sends))
    assert sends.closed == 1


@pytest.mark.parametrize("way", ["read", "close", "drop"])
def test_the_iterable_of_a_long_reply_is_run_as_far_as_needed_and_closed_once(way: str) -> None:
    sends = Sends(LONG[:10_000] for _ in range(30))
    reply = asked(answering(sends))
    assert sends.given == 7
    if way == "read":
        assert len(reply.body.read()) == len(LONG)
        reply.body.close()
    elif way == "close":
        reply.body.close()
        assert reply.body.read() == b""
    else:
        del reply
        gc.collect()
    assert sends.closed == 1


def test_write_stands_before_what_is_yielded() -> None:
    def app(environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        write = start_response("200 OK", [])
        write(b"a")
        write(b"b")
        return [b"c"]

    assert asked(app).body.read() == b"abc"


def test_a_generator_may_start_the_response_with_its_first_chunk() -> None:
    def app(environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        start_response("200 OK", [])
        yield b"late"

    assert asked(app).body.read() == b"late"


def test_an_application_may_take_its_head_back_only_until_it_was_sent() -> None:
    def raises(environ: dict[str, Any], start_response: StartResponse, early: bool) -> Iterator[bytes]:
        start_response("200 OK", [])
        if not early:
            yield b"sent"
        try:
            raise KeyError("mistake")
        except KeyError as error:
            start_response("500 Oops", [], (KeyError, error, None))
            yield b"oops"

    assert asked(lambda environ, start: raises(environ, start, True)).status == 500
    with pytest.raises(KeyError, match="mistake"):
        asked(lambda environ, start: raises(environ, start, False))


def test_breaches_of_wsgi_are_said() -> None:
    def twice(environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        start_response("200 OK", [])
        start_response("200 OK", [])
        return []

    with pytest.raises(AssertionError, match="twice"):
        asked(twice)
    with pytest.raises(AssertionError, match="without calling start_response"):
        asked(lambda environ, start_response: [b"x"])


@pytest.mark.parametrize("error", [KeyError("a"), ValueError("b"), RuntimeError("c")])
def test_a_mistake_of_the_application_is_not_changed(error: Exception) -> None:
    def at_once(environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        raise error

    apps: list[Callable[..., Iterable[bytes]]] = [at_once, answering(Sends([b"abc", error]))]
    for app in apps:
        with pytest.raises(type(error)) as caught:
            asked(app)
        assert caught.value is error


def test_an_os_error_of_the_application_cannot_pass_for_the_networks() -> None:
    mistake = FileNotFoundError("model.bin")

    def at_once(environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        raise mistake

    with pytest.raises(RuntimeError, match="no failure of the network") as caught:
        asked(at_once)
    assert caught.value.__cause__ is mistake
    late = asked(answering(Sends([LONG, mistake]))).body
    with pytest.raises(RuntimeError, match="no failure of the network"):
        late.read()


def test_faults_speak_as_sockets_do() -> None:
    assert str(WireBreak()) == "[Errno 104] Connection reset by peer" or WireBreak().errno is not None
    assert WireBreak().strerror == "Connection reset by peer"
    assert str(WireTimeout()) == "timed out"
    assert str(WireBreak("in the middle")) == "in the middle"
