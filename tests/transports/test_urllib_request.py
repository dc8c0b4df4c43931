"""What urllib.request makes of an application: requests out, replies in, and failures as real sockets give them."""

from __future__ import annotations

import http.client
import io
import socket
import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest
from transports_rig import HOST, URL, Blocks, Echo, answering

from fakestt.intercept.hosts import reachable
from fakestt.transports.inprocess import App
from fakestt.wire import WireBreak, WireClosed, WireTimeout


def opened(url: str = URL, data: Any = None, timeout: float | None = 5, **options: Any) -> http.client.HTTPResponse:
    response = urllib.request.urlopen(urllib.request.Request(url, data, **options), timeout=timeout)
    assert isinstance(response, http.client.HTTPResponse)
    return response


def test_a_request_and_its_reply_arrive_whole() -> None:
    echo = Echo()
    with reachable({HOST: echo}):
        response = opened(f"{URL}a%2Fb?c=1", b"body", headers={"X-Up": "1", "Content-Type": "a/b"}, timeout=7)
        assert (response.status, response.reason, response.msg, response.url) == (
            201,
            "Made",
            "Made",
            f"{URL}a%2Fb?c=1",
        )
        assert response.headers["X-Name"] == "ü"
        assert response.read() == b"body"
    environ = echo.environ
    assert (environ["RAW_URI"], environ["HTTP_X_UP"], environ["CONTENT_LENGTH"]) == ("/a%2Fb?c=1", "1", "4")
    assert (environ["CONTENT_TYPE"], environ["HTTP_CONNECTION"], environ["REQUEST_METHOD"]) == ("a/b", "close", "POST")
    assert environ["HTTP_USER_AGENT"].startswith("Python-urllib/")
    assert environ["HTTP_ACCEPT_ENCODING"] == "identity"
    assert environ["fakestt.read_timeout_s"] == 7


@pytest.mark.parametrize(
    ("data", "framing"),
    [
        (b"abc", ("3", None)),
        (bytearray(b"abc"), ("3", None)),
        (io.BytesIO(b"abc"), (None, "chunked")),
        (iter([b"a", b"", b"bc"]), (None, "chunked")),
    ],
    ids=["bytes", "bytearray", "file", "iterable"],
)
def test_data_comes_in_each_of_its_forms(data: Any, framing: tuple[str | None, str | None]) -> None:
    echo = Echo()
    with reachable({HOST: echo}):
        assert opened(data=data).read() == b"abc"
    assert (echo.environ.get("CONTENT_LENGTH"), echo.environ.get("HTTP_TRANSFER_ENCODING")) == framing


def test_the_default_timeout_of_sockets_counts() -> None:
    echo = Echo()
    before = socket.getdefaulttimeout()
    with reachable({HOST: echo}):
        opened(timeout=None)
        assert "fakestt.read_timeout_s" not in echo.environ
        socket.setdefaulttimeout(3)
        try:
            urllib.request.urlopen(URL)
        finally:
            socket.setdefaulttimeout(before)
    assert echo.environ["fakestt.read_timeout_s"] == 3


def test_an_error_status_is_an_httperror_with_its_answer() -> None:
    app = answering(b"no", status="404 Not There", headers=(("Content-Length", "2"), ("X-A", "b")))
    with reachable({HOST: app}), pytest.raises(urllib.error.HTTPError, match="HTTP Error 404: Not There") as caught:
        opened()
    with caught.value as error:
        assert (error.code, error.read(), error.headers["X-A"]) == (404, b"no", "b")


LENGTH = (("Content-Length", "9"),)
FAILURES: dict[str, tuple[App, type[Exception]]] = {
    "reset":               (answering(WireBreak()),                                ConnectionResetError),
    "closed":              (answering(WireClosed()),                               http.client.RemoteDisconnected),
    "silence":             (answering(WireTimeout()),                              TimeoutError),
    "reset in the body":   (answering(b"abc", WireBreak(), headers=LENGTH),        ConnectionResetError),
    "silence in the body": (answering(b"abc", WireTimeout(), headers=LENGTH),      TimeoutError),
    "end in the body":     (answering(b"abc", headers=LENGTH),                     http.client.IncompleteRead),
}  # fmt: skip


@pytest.mark.parametrize("case", FAILURES)
def test_a_failure_is_raised_as_by_a_socket(case: str) -> None:
    app, kind = FAILURES[case]
    with reachable({HOST: app}), pytest.raises(kind) as caught:
        opened().read()
    assert caught.type is kind


def test_what_the_data_raises_is_wrapped_as_natively() -> None:
    def data() -> Iterator[bytes]:
        yield b"a"
        raise PermissionError("mine")

    with reachable({HOST: Echo()}), pytest.raises(urllib.error.URLError) as caught:
        opened(data=data())
    assert isinstance(caught.value.reason, PermissionError)


@pytest.mark.parametrize("path", ["a b", "a\tb", "a\x7fb"])
def test_a_target_that_cannot_be_sent_is_refused_as_natively(path: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener, pytest.raises(http.client.InvalidURL) as native:
        opened(f"http://127.0.0.1:{listener.getsockname()[1]}/{path}")
    with reachable({HOST: Echo()}), pytest.raises(http.client.InvalidURL) as ours:
        opened(URL + path)
    assert str(ours.value) == str(native.value)


def test_a_reply_is_streamed_and_closing_it_tells_the_application() -> None:
    blocks = Blocks()
    with reachable({HOST: blocks}):
        with opened() as response:
            assert response.read(10) == b"x" * 10
            assert not blocks.closed
        assert blocks.closed == 1
        assert len(opened().read()) == 50 * 65536


def test_head_has_no_body() -> None:
    with reachable({HOST: answering(b"abc", headers=(("Content-Length", "3"),))}):
        response = opened(method="HEAD")
        assert (response.read(), response.headers["Content-Length"]) == (b"", "3")
