"""What httpx's clients make of an application: requests out, replies in, and failures as real sockets give them."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from typing import Any

import httpcore
import httpx
import pytest
import trio
from transports_rig import HOST, URL, Blocks, Echo, answering

from fakestt.intercept.hosts import reachable
from fakestt.transports.inprocess import App, StartResponse
from fakestt.wire import WireBreak, WireClosed, WireTimeout

HEAD = b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n"
LENGTH = [("Content-Length", "10")]


async def chunks_of(*chunks: bytes) -> AsyncIterator[bytes]:
    for chunk in chunks:
        yield chunk


async def fetched(url: str, **options: Any) -> httpx.Response:
    async with httpx.AsyncClient() as client:
        return await client.request("POST", url, **options)


def by_asyncio(url: str, **options: Any) -> httpx.Response:
    return asyncio.run(fetched(url, **options))


def by_trio(url: str, **options: Any) -> httpx.Response:
    return trio.run(lambda: fetched(url, **options))


def by_client(url: str, **options: Any) -> httpx.Response:
    return httpx.post(url, **options)


BACKENDS = [by_client, by_asyncio, by_trio]
Fetch = Callable[..., httpx.Response]


# -- requests -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("fetch", BACKENDS)
def test_a_request_and_its_reply_arrive_whole(fetch: Fetch) -> None:
    echo = Echo()
    with reachable({HOST: echo}):
        response = fetch(f"{URL}a%2Fb?c=1", content=b"body", headers={"X-Up": "1"}, timeout=httpx.Timeout(9, read=7))
    assert (response.status_code, response.reason_phrase, response.http_version) == (201, "Made", "HTTP/1.1")
    assert response.content == b"body"
    assert response.headers["X-Name"] == "ü"
    assert response.headers.get_list("set-cookie") == ["a=1", "b=2"]
    assert dict(response.cookies) == {"a": "1", "b": "2"}
    assert response.elapsed.total_seconds() >= 0
    assert response.extensions["network_stream"].get_extra_info("server_addr") is None
    environ = echo.environ
    assert (environ["RAW_URI"], environ["HTTP_X_UP"], environ["CONTENT_LENGTH"]) == ("/a%2Fb?c=1", "1", "4")
    assert (environ["HTTP_HOST"], environ["wsgi.url_scheme"]) == (HOST, "https")
    assert environ["fakestt.read_timeout_s"] == 7


@pytest.mark.parametrize("fetch", [by_asyncio, by_trio])
def test_an_asynchronous_body_is_collected(fetch: Fetch) -> None:
    echo = Echo()
    with reachable({HOST: echo}):
        assert fetch(URL, content=chunks_of(b"a", b"", b"bc")).content == b"abc"
    assert echo.environ["HTTP_TRANSFER_ENCODING"] == "chunked"


def test_a_body_is_streamed_while_the_application_reads() -> None:
    given: list[int] = []

    def body() -> Iterator[bytes]:
        for number in range(9):
            given.append(number)
            yield b"x"

    def app(environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        assert given == []
        assert environ["wsgi.input"].read(2) == b"x"
        assert given == [0]
        start_response("200 OK", [])
        return []

    with reachable({HOST: app}):
        assert httpx.post(URL, content=body()).status_code == 200


@pytest.mark.parametrize("fetch", BACKENDS)
def test_what_a_body_raises_is_raised_as_it_is(fetch: Fetch) -> None:
    def body() -> Iterator[bytes]:
        yield b"a"
        raise ConnectionResetError("mine")

    async def async_body() -> AsyncIterator[bytes]:
        for one in body():
            yield one

    with reachable({HOST: Echo()}), pytest.raises(ConnectionResetError, match="mine"):
        fetch(URL, content=body() if fetch is by_client else async_body())


def test_a_header_that_cannot_be_sent_is_refused_as_natively() -> None:
    headers = {"X-A": "a\nb"}
    with socket.create_server(("127.0.0.1", 0)) as listener, pytest.raises(httpx.LocalProtocolError) as native:
        httpx.get(f"http://127.0.0.1:{listener.getsockname()[1]}/", headers=headers)
    with reachable({HOST: Echo()}), pytest.raises(httpx.LocalProtocolError) as ours:
        httpx.get(URL, headers=headers)
    assert str(ours.value) == str(native.value)


def test_no_timeout_is_no_timeout() -> None:
    echo = Echo()
    with reachable({HOST: echo}):
        httpx.get(URL, timeout=None)
    assert "fakestt.read_timeout_s" not in echo.environ


# -- replies ------------------------------------------------------------------------------------------------------


def test_a_reply_is_streamed_and_its_end_is_told_to_the_application() -> None:
    blocks = Blocks()
    with reachable({HOST: blocks}):
        with httpx.stream("GET", URL) as response:
            assert next(response.iter_raw()) == b"x" * 65536
            assert not blocks.closed
        assert blocks.closed == 1
        assert len(httpx.get(URL).content) == 50 * 65536
        assert len(asyncio.run(fetched(URL)).content) == 50 * 65536


def test_hooks_redirects_and_authentication_are_httpxs_own() -> None:
    seen: list[str] = []

    def app(environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        seen.append(f"{environ['PATH_INFO']} {environ.get('HTTP_AUTHORIZATION', '-')}")
        there = environ["PATH_INFO"] == "/there"
        start_response("200 OK" if there else "307 Elsewhere", [] if there else [("Location", "/there")])
        return []

    hooked: list[httpx.Response] = []
    with (
        reachable({HOST: app}),
        httpx.Client(auth=("u", "p"), follow_redirects=True, event_hooks={"response": [hooked.append]}) as client,
    ):
        assert client.get(URL).history[0].status_code == 307
    assert seen == ["/ Basic dTpw", "/there Basic dTpw"]
    assert len(hooked) == 2


# -- failures -----------------------------------------------------------------------------------------------------

CUT = "peer closed connection without sending complete message body (received 3 bytes, expected 10)"
FAILURES: dict[str, tuple[App, str, str]] = {
    # the case             the application                                     httpx's and httpcore's its words
    "reset":               (answering(WireBreak()),                            "ReadError",           "reset by peer"),
    "closed":              (answering(WireClosed()),                           "RemoteProtocolError", "disconnected"),
    "silence":             (answering(WireTimeout()),                          "ReadTimeout",         "timed out"),
    "reset in the body":   (answering(b"abc", WireBreak(), headers=LENGTH),    "ReadError",           "reset by peer"),
    "silence in the body": (answering(b"abc", WireTimeout(), headers=LENGTH),  "ReadTimeout",         "timed out"),
    "end in the body":     (answering(b"abc", headers=LENGTH),                 "RemoteProtocolError", CUT),
}  # fmt: skip


@pytest.mark.parametrize("case", FAILURES)
@pytest.mark.parametrize("fetch", BACKENDS)
def test_a_failure_is_httpxs_own_with_httpcores_behind_it(fetch: Fetch, case: str) -> None:
    app, name, words = FAILURES[case]
    with reachable({HOST: app}), pytest.raises(httpx.TransportError) as caught:
        fetch(URL)
    error = caught.value
    assert type(error) is getattr(httpx, name)
    assert words in str(error)
    assert type(error.__cause__) is getattr(httpcore, name)
    assert error.request.url == URL


def test_a_body_that_ends_early_is_reported_in_the_words_of_the_real_thing() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.recv(65536)
                connection.sendall(HEAD + b"abc")

        thread = threading.Thread(target=serve)
        thread.start()
        with pytest.raises(httpx.RemoteProtocolError) as native:
            httpx.get(f"http://127.0.0.1:{listener.getsockname()[1]}/")
        thread.join()
    with reachable({HOST: answering(b"abc", headers=LENGTH)}), pytest.raises(httpx.RemoteProtocolError) as ours:
        httpx.get(URL)
    assert str(ours.value) == str(native.value)


def test_what_arrived_before_a_break_is_read_first() -> None:
    with reachable({HOST: answering(b"abc", WireBreak(), headers=LENGTH)}), httpx.stream("GET", URL) as response:
        parts = response.iter_raw()
        assert next(parts) == b"abc"
        with pytest.raises(httpx.ReadError):
            next(parts)


@pytest.mark.parametrize("fetch", BACKENDS)
def test_a_mistake_in_the_application_is_no_failure_of_the_network(fetch: Fetch) -> None:
    with reachable({HOST: answering(OSError("disk"))}), pytest.raises(RuntimeError, match="a mistake in it"):
        fetch(URL)


# -- tasks --------------------------------------------------------------------------------------------------------


def test_other_tasks_run_while_one_polls() -> None:
    async def both() -> list[str]:
        said: list[str] = []

        async def polls(name: str) -> None:
            for _ in range(3):
                await client.get(URL)
                said.append(name)

        async with httpx.AsyncClient() as client:
            await asyncio.gather(polls("a"), polls("b"))
        return said

    with reachable({HOST: answering(b"x")}):
        assert asyncio.run(both()) == ["a", "b"] * 3


def test_an_endless_poll_can_be_cancelled() -> None:
    async def forever() -> None:
        async with httpx.AsyncClient() as client:
            while True:
                await client.get(URL)

    async def main() -> None:
        task = asyncio.create_task(forever())
        for _ in range(10):
            await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    async def trio_main() -> None:
        with trio.move_on_after(0.05) as scope:
            await forever()
        assert scope.cancelled_caught

    with reachable({HOST: answering(b"x")}):
        asyncio.run(main())
        trio.run(trio_main)


def test_a_request_cancelled_before_its_turn_was_never_sent() -> None:
    echo = Echo()

    async def main() -> None:
        async with httpx.AsyncClient() as client:
            task = asyncio.create_task(client.get(URL))
            await asyncio.sleep(0)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task

    with reachable({HOST: echo}):
        asyncio.run(main())
    assert echo.environ == {}
