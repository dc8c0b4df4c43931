"""A library that is not built as we know it is told of in words, when hosts are entered and at each request."""

from __future__ import annotations

import sys
import urllib.request
from importlib.util import find_spec
from types import ModuleType
from typing import Any
from unittest.mock import MagicMock

import httpcore
import httpx
import pytest
import requests
import urllib3
from intercept_rig import FAKE, HOST
from urllib3 import connectionpool
from urllib3.connectionpool import HTTPConnectionPool

from fakestt.errors import ConfigurationError
from fakestt.intercept import hosts
from fakestt.intercept.hosts import guarded, reachable
from fakestt.transports.live import serve

IS_FUTURE = find_spec("urllib3_future") is not None
WORDS = r"urllib3 .* is not built as fakestt knows it \(.*_use_recommended_ciphers.*fake_stt_server.*guide versions"

pytestmark = pytest.mark.usefixtures("no_guard_around")


@pytest.fixture(autouse=True)
def another_urllib3(monkeypatch: pytest.MonkeyPatch) -> None:
    """One whose pool looks for more in a connection than ours has, as that of urllib3-future does."""
    if IS_FUTURE:
        return
    known: Any = vars(HTTPConnectionPool)["_make_request"]

    def make_request(pool: Any, conn: Any, *args: Any, on_post_connection: Any = None, **options: Any) -> Any:
        conn._use_recommended_ciphers = on_post_connection is None
        return known(pool, conn, *args, **options)

    make_request.__code__ = make_request.__code__.replace(co_filename=connectionpool.__file__)
    monkeypatch.setattr(HTTPConnectionPool, "_make_request", make_request)


def test_hosts_that_lead_somewhere_say_so_when_they_are_entered_and_leave_nothing() -> None:
    before = vars(HTTPConnectionPool)["_make_request"], list(sys.meta_path)
    with pytest.raises(ConfigurationError, match=WORDS), reachable({HOST: FAKE}):
        pass
    assert (vars(HTTPConnectionPool)["_make_request"], sys.meta_path) == before


def test_the_guard_stands_and_clients_reach_a_real_server() -> None:
    with guarded([HOST], "Open one."), reachable({}, block_network=True), serve(FAKE) as server:
        assert requests.get(server.url, timeout=5).text == "fake"
        with pytest.raises(requests.ConnectionError, match=r"no fake is open to answer for it\. Open one\."):
            requests.get(f"https://{HOST}/", timeout=5)
        with pytest.raises(urllib3.exceptions.MaxRetryError, match="block_network is on"):
            urllib3.PoolManager().request("GET", "https://elsewhere.test/")


def test_one_that_is_imported_inside_is_refused_at_each_request() -> None:
    with pytest.MonkeyPatch.context() as not_yet:
        not_yet.setitem(sys.modules, "urllib3", None)
        entered = reachable({HOST: FAKE}).__enter__()
    try:
        hosts._SWITCHBOARD._cut_into("urllib3")  # as the watch of imports does
        with pytest.raises(requests.ConnectionError, match=WORDS):
            requests.get(f"https://{HOST}/", timeout=5)
        assert httpx.get(f"https://{HOST}/").text == "fake"
    finally:
        entered.__exit__(None, None, None)


@pytest.mark.skipif(not IS_FUTURE, reason="urllib3-future is not installed")
def test_urllib3_future_is_called_by_its_name() -> None:
    with pytest.raises(ConfigurationError, match="urllib3-future, which niquests brings"), reachable({HOST: FAKE}):
        pass


@pytest.mark.parametrize(
    ("owner", "name", "words"),
    [
        (httpcore.ConnectionPool, "handle_request", r"httpcore .* not built as fakestt knows it \('handle_request'\)"),
        (requests.sessions, "get_netrc_auth", r"requests .* not built as fakestt knows it \('get_netrc_auth'\)"),
    ],
    ids=["httpcore", "requests"],
)
def test_so_it_is_with_every_library(owner: Any, name: str, words: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(owner, name)
    with pytest.raises(ConfigurationError, match=words), reachable({HOST: FAKE}):
        pass


def test_a_patch_of_the_tests_own_is_not_tried_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()

    def broken(*args: Any, **options: Any) -> Any:
        raise AssertionError("nobody asks it")

    monkeypatch.setattr(HTTPConnectionPool, "_make_request", broken)
    with reachable({HOST: FAKE}) as hosts:
        assert hosts.find(HOST, 443) is FAKE
    assert vars(HTTPConnectionPool)["_make_request"] is broken


@pytest.mark.parametrize("other", [ModuleType("requests"), MagicMock()], ids=["module", "mock"])
def test_what_only_has_the_name_of_a_library_is_left_alone(other: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()  # urllib3 is the usual one
    for name in ("requests", "httpx", "httpcore", "urllib3"):
        monkeypatch.setitem(sys.modules, name, other)
        monkeypatch.delitem(sys.modules, f"fakestt.intercept.cuts.{name}_cuts", raising=False)
    with reachable({HOST: FAKE}), urllib.request.urlopen(f"https://{HOST}/") as response:
        assert response.read() == b"fake"
