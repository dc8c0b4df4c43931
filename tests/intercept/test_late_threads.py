"""Old pool x proxy variables x thread x after exit, for each library: the fake while it is open, then nobody.

What was there before the hosts were entered leads to the fake, and is as good as before when they are left. A thread
that comes late to the vendor's hosts is refused: neither the vendor nor a proxy ever hears of it.
"""

from __future__ import annotations

import asyncio
import socket
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from queue import Queue
from threading import Event
from typing import Any

import httpx
import pytest
import requests
import urllib3

from fakestt.editions.hosts import VENDOR_HOSTS
from fakestt.intercept.hosts import guarded, reachable
from fakestt.transports.inprocess import StartResponse
from fakestt.transports.live import serve

VENDOR = "api.us-south.speech-to-text.watson.cloud.ibm.com"
PATIENCE_S = 10.0
VARIABLES = [(), ("http_proxy", "https_proxy"), ("all_proxy",)]


def fake(environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
    start_response("200 OK", [("Content-Length", "4")])
    return [b"fake"]


def real(environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
    """Tells over which connection it was asked."""
    text = f"real {environ['REMOTE_PORT']}".encode()
    start_response("200 OK", [("Content-Length", str(len(text)))])
    return [text]


# -- clients ------------------------------------------------------------------------------------------------------


class OfRequests:
    refusal: type[Exception] = requests.ConnectionError
    keeps_connections = True

    def __init__(self) -> None:
        self._session = requests.Session()

    def ask(self, url: str) -> str:
        return self._session.get(url, timeout=PATIENCE_S).text

    def close(self) -> None:
        self._session.close()


class OfUrllib3:
    refusal: type[Exception] = urllib3.exceptions.MaxRetryError
    keeps_connections = True

    def __init__(self) -> None:
        self._pools = urllib3.PoolManager()

    def ask(self, url: str) -> str:
        return self._pools.request("GET", url, timeout=PATIENCE_S).data.decode()

    def close(self) -> None:
        self._pools.clear()


class OfHttpx:
    refusal: type[Exception] = httpx.ConnectError
    keeps_connections = True

    def __init__(self) -> None:
        self._client = httpx.Client(verify=False, timeout=PATIENCE_S)

    def ask(self, url: str) -> str:
        return self._client.get(url).text

    def close(self) -> None:
        self._client.close()


class OfHttpxAsync:
    refusal: type[Exception] = httpx.ConnectError
    keeps_connections = True

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._client = httpx.AsyncClient(verify=False, timeout=PATIENCE_S)

    def ask(self, url: str) -> str:
        return self._loop.run_until_complete(self._client.get(url)).text

    def close(self) -> None:
        self._loop.run_until_complete(self._client.aclose())
        self._loop.close()


class OfUrllibRequest:
    refusal: type[Exception] = urllib.error.URLError
    keeps_connections = False

    def __init__(self) -> None:
        self._opener = urllib.request.build_opener()

    def ask(self, url: str) -> str:
        with self._opener.open(url, timeout=PATIENCE_S) as response:
            return str(response.read().decode())

    def close(self) -> None:
        self._opener.close()


CLIENTS: list[Callable[[], Any]] = [OfRequests, OfUrllib3, OfHttpx, OfHttpxAsync, OfUrllibRequest]


@pytest.fixture
def proxy() -> Iterator[str]:
    """The URL of a proxy that must not hear of anything."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        listener.settimeout(0)
        with pytest.raises(BlockingIOError):
            listener.accept()


# -- while it is open, and after ----------------------------------------------------------------------------------


@pytest.mark.parametrize("make", CLIENTS)
@pytest.mark.parametrize("variables", VARIABLES, ids=str)
@pytest.mark.parametrize("in_thread", [False, True], ids=["same thread", "other thread"])
def test_an_old_pool_leads_to_the_fake_and_has_its_connection_back_afterwards(
    make: Callable[[], Any], variables: tuple[str, ...], in_thread: bool, proxy: str
) -> None:
    with serve(real) as server, closing(make()) as client, ThreadPoolExecutor(1) as threads:

        def ask() -> str:
            return threads.submit(client.ask, server.url).result(PATIENCE_S) if in_thread else client.ask(server.url)

        before = client.ask(server.url)
        assert before.startswith("real ")
        with reachable({f"127.0.0.1:{server.port}": fake}), pytest.MonkeyPatch.context() as patch:
            for name in variables:
                patch.setenv(name, proxy)
            assert [ask(), ask()] == ["fake", "fake"]
        after = ask()
        assert after == before if client.keeps_connections else after.startswith("real ")


@pytest.mark.parametrize("make", CLIENTS)
@pytest.mark.parametrize("variables", VARIABLES, ids=str)
@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize("old", [True, False], ids=["client from before", "client from inside"])
def test_a_thread_that_outlives_the_fake_is_refused_and_nobody_hears_of_it(
    make: Callable[[], Any],
    variables: tuple[str, ...],
    scheme: str,
    old: bool,
    proxy: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in variables:
        monkeypatch.setenv(name, proxy)
    url = f"{scheme}://{VENDOR}/v1/models"
    heard: Queue[str] = Queue()
    over = Event()

    def work(client: Any) -> None:
        heard.put(client.ask(url))
        over.wait(PATIENCE_S)
        heard.put(client.ask(url))

    with guarded(VENDOR_HOSTS, "Open one."), ThreadPoolExecutor(1) as threads, ExitStack() as clients:
        client = clients.enter_context(closing(make())) if old else None
        with reachable(dict.fromkeys(VENDOR_HOSTS, fake)):
            client = client or clients.enter_context(closing(make()))
            worker = threads.submit(work, client)
            assert heard.get(timeout=PATIENCE_S) == "fake"
        over.set()
        with pytest.raises(client.refusal, match=r"is the real service, and no fake is open.*Open one\."):
            worker.result(PATIENCE_S)
        assert heard.empty()


@pytest.mark.parametrize("make", CLIENTS)
def test_a_thread_that_starts_late_is_refused_until_a_fake_is_open_again(make: Callable[[], Any], proxy: str) -> None:
    hosts = reachable({VENDOR: fake})
    with guarded(VENDOR_HOSTS, "Open one."), closing(make()) as client, ThreadPoolExecutor(1) as threads:
        for _ in range(2):
            with hosts:
                assert threads.submit(client.ask, f"https://{VENDOR}/").result(PATIENCE_S) == "fake"
            with pytest.raises(client.refusal, match="no fake is open"):
                threads.submit(client.ask, f"https://{VENDOR}/").result(PATIENCE_S)
