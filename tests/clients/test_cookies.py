"""Cookies of an answer reach the client: gateways of 2018 set some."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import httpx
import pytest
import requests
import urllib3

from fakestt.intercept.hosts import reachable

HOST = "cookies.test"


def app(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    """Sets a cookie, and says which ones came."""
    body = environ.get("HTTP_COOKIE", "none").encode()
    headers = [("Content-Length", str(len(body)))]
    if environ["PATH_INFO"] == "/set":
        headers.append(("Set-Cookie", "Watson-DPAT=abc; path=/; secure; HttpOnly"))
    start_response("200 OK", headers)
    return [body]


def test_a_session_keeps_a_cookie_and_sends_it_again() -> None:
    with reachable({HOST: app}), requests.Session() as session:
        first = session.get(f"https://{HOST}/set")
        second = session.get(f"https://{HOST}/")
    assert first.cookies["Watson-DPAT"] == session.cookies["Watson-DPAT"] == "abc"
    assert (first.text, second.text) == ("none", "Watson-DPAT=abc")


def test_an_answer_without_a_cookie_has_none() -> None:
    with reachable({HOST: app}), requests.Session() as session:
        assert not session.get(f"https://{HOST}/").cookies
        assert not session.cookies


def test_a_client_of_httpx_keeps_a_cookie_and_sends_it_again() -> None:
    with reachable({HOST: app}), httpx.Client() as client:
        first, second = client.get(f"https://{HOST}/set"), client.get(f"https://{HOST}/")
    assert first.cookies["Watson-DPAT"] == client.cookies["Watson-DPAT"] == "abc"
    assert (first.text, second.text, dict(second.cookies)) == ("none", "Watson-DPAT=abc", {})


def test_who_is_not_ours_gives_httpx_cookies_as_ever() -> None:
    answer = httpx.Response(200, headers={"Set-Cookie": "a=1"}, request=httpx.Request("GET", "https://other.test"))
    looked_at: list[object] = []

    class Cookies(httpx.Cookies):
        class _CookieCompatResponse(httpx.Cookies._CookieCompatResponse):
            def __init__(self, response: httpx.Response) -> None:
                looked_at.append(response)
                super().__init__(response)

    with reachable({HOST: app}):
        Cookies().extract_cookies(answer)
        answer.headers.clear()
        Cookies().extract_cookies(answer)
        assert looked_at == [answer, answer]
        Cookies().extract_cookies(httpx.get(f"https://{HOST}/"))
        assert looked_at == [answer, answer]


@pytest.mark.parametrize("path", ["/set", "/"], ids=["cookie", "no cookie"])
def test_a_read_answer_gives_its_connection_back_to_the_pool(path: str) -> None:
    with reachable({HOST: app}), urllib3.HTTPSConnectionPool(HOST, maxsize=1, block=True) as pool:
        for _ in range(3):
            answer = pool.request("GET", path, preload_content=False, pool_timeout=0.1, retries=False)
            assert b"".join(answer.stream()) == b"none"
