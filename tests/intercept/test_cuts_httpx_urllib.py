"""httpx and urllib.request lead to the fake as urllib3 does: old clients and new, proxies or not, and no longer."""

from __future__ import annotations

import asyncio
import socket
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpcore
import httpx
import pytest
from intercept_rig import DEAD_PROXY, FAKE, HOST, named

from fakestt.intercept.hosts import put_right, reachable

PATCHED = [
    (httpx.HTTPTransport, "handle_request"),
    (httpx.AsyncHTTPTransport, "handle_async_request"),
    (httpcore.ConnectionPool, "handle_request"),
    (httpcore.AsyncConnectionPool, "handle_async_request"),
    (urllib.request.AbstractHTTPHandler, "do_open"),  # type: ignore[attr-defined]  # not in the types of the library
]


@pytest.fixture(autouse=True)
def nothing_left() -> Iterator[None]:
    """Every test leaves the very objects behind that it found."""
    put_right()  # the one before may have put ours back when its own patches were undone
    before = [vars(owner)[name] for owner, name in PATCHED]
    finders = list(sys.meta_path)
    yield
    assert all(vars(owner)[name] is one for (owner, name), one in zip(PATCHED, before, strict=True))
    assert sys.meta_path == finders


@pytest.fixture
def real() -> Iterator[str]:
    """A real server on loopback that answers "real" to everything, a proxy's requests too; its host and port."""

    def serve() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with connection:
                connection.recv(65536)
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\nConnection: close\r\n\r\nreal")

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve)
        thread.start()
        yield f"127.0.0.1:{listener.getsockname()[1]}"
        listener.shutdown(socket.SHUT_RDWR)
        thread.join()


# -- clients: made by the left function, used by the right one ----------------------------------------------------


def asked_sync(client: httpx.Client, url: str) -> str:
    return client.get(url).text


def asked_async(client: httpx.AsyncClient, url: str) -> str:
    return asyncio.run(client.get(url)).text if not url.startswith("http://127") else asyncio.run(_async_get(url))


async def _async_get(url: str) -> str:
    async with httpx.AsyncClient() as client:
        return (await client.get(url)).text


def asked_opener(opener: urllib.request.OpenerDirector, url: str) -> str:
    with opener.open(url, timeout=5) as response:
        return str(response.read().decode())


def asked_in_thread(client: httpx.Client, url: str) -> str:
    with ThreadPoolExecutor(1) as threads:
        return threads.submit(asked_sync, client, url).result()


PROXIES = {"http": DEAD_PROXY, "https": DEAD_PROXY}
# To read the machine's certificates takes longer than all the rest; one who does it is enough.
QUICK: dict[str, Any] = {"verify": False}


def mounted() -> httpx.Client:
    return httpx.Client(mounts={"all://": httpx.HTTPTransport(proxy=DEAD_PROXY, **QUICK)}, **QUICK)


CLIENTS: dict[str, tuple[Callable[[], Any], Callable[[Any, str], str]]] = {
    "verified": (httpx.Client, asked_sync),
    "httpx.Client": (lambda: httpx.Client(**QUICK), asked_sync),
    "explicit proxy": (lambda: httpx.Client(proxy=DEAD_PROXY, **QUICK), asked_sync),
    "mounts": (mounted, asked_sync),
    "thread": (lambda: httpx.Client(**QUICK), asked_in_thread),
    "httpx.AsyncClient": (lambda: httpx.AsyncClient(**QUICK), asked_async),
    "async explicit proxy": (lambda: httpx.AsyncClient(proxy=DEAD_PROXY, **QUICK), asked_async),
    "opener": (urllib.request.build_opener, asked_opener),
    "opener with proxies": (lambda: urllib.request.build_opener(urllib.request.ProxyHandler(PROXIES)), asked_opener),
}


@pytest.mark.parametrize(("make", "ask"), CLIENTS.values(), ids=list(CLIENTS))
@pytest.mark.parametrize("variables", [(), ("HTTP_PROXY", "HTTPS_PROXY"), ("ALL_PROXY",)], ids=str)
@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize("old", [True, False], ids=["client from before", "client from inside"])
def test_every_client_leads_to_the_fake(
    make: Callable[[], Any],
    ask: Callable[[Any, str], str],
    variables: tuple[str, ...],
    scheme: str,
    old: bool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in variables:
        monkeypatch.setenv(name.lower(), DEAD_PROXY)
    client = make() if old else None
    with reachable({HOST: FAKE}, block_network=True):
        assert ask(client or make(), f"{scheme}://{HOST}:8443/v1/x") == "fake"


@pytest.mark.parametrize("get", [httpx.get, urllib.request.urlopen])
def test_module_level_functions_lead_to_the_fake(get: Any) -> None:
    with reachable({HOST: FAKE}):
        assert get(f"https://{HOST}/").read() == b"fake"


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_target_behind_a_proxy_arrives_as_a_server_would_get_it(scheme: str) -> None:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler(PROXIES))
    with reachable({HOST: FAKE}), httpx.Client(proxy=DEAD_PROXY) as client:
        url = f"{scheme}://{HOST}:81/a%2Fb?c=%20d"
        for headers in (client.get(url).headers, opener.open(url).headers):
            assert (headers["X-Host"], headers["X-Target"]) == (f"{HOST}:81", "/a%2Fb?c=%20d")


def test_an_ipv6_address_is_a_host() -> None:
    with reachable({"[::1]:8080": FAKE}):
        assert httpx.get("http://[::1]:8080/").text == "fake"
        assert asked_opener(urllib.request.build_opener(), "http://[::1]:8080/") == "fake"


# -- whoever else -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("make", "ask"), [CLIENTS[n] for n in ("httpx.Client", "httpx.AsyncClient", "opener")])
def test_other_hosts_pass_through(make: Callable[[], Any], ask: Callable[[Any, str], str], real: str) -> None:
    with reachable({HOST: FAKE}, block_network=True):
        assert ask(make(), f"http://{real}/") == "real"


@pytest.mark.parametrize(("make", "ask"), [CLIENTS[n] for n in ("httpx.Client", "httpx.AsyncClient", "opener")])
def test_a_client_that_was_used_inside_never_reaches_the_fake_afterwards(
    make: Callable[[], Any], ask: Callable[[Any, str], str], real: str
) -> None:
    client = make()
    with reachable({real: FAKE}):
        assert ask(client, f"http://{real}/") == "fake"
    assert ask(client, f"http://{real}/") == "real"


def test_a_transport_of_ones_own_is_left_alone() -> None:
    client = httpx.Client(transport=httpx.MockTransport(lambda request: httpx.Response(200, text="mine")))
    with reachable({HOST: FAKE}, block_network=True):
        assert client.get(f"https://{HOST}/").text == client.get("https://elsewhere.test/").text == "mine"


def test_other_schemes_are_the_librarys_own_business() -> None:
    with reachable({HOST: FAKE}, block_network=True):
        with pytest.raises(httpx.UnsupportedProtocol):
            httpx.get(f"ftp://{HOST}/")
        with pytest.raises(urllib.error.URLError, match="unknown url type"):
            urllib.request.urlopen(f"gopher://{HOST}/")


def test_whoever_calls_what_httpx_had_before_still_ends_at_the_fake() -> None:
    native = httpx.HTTPTransport.handle_request
    with reachable({HOST: FAKE}), httpx.HTTPTransport() as transport:
        response = native(transport, httpx.Request("GET", f"https://{HOST}/"))
        assert response.read() == b"fake"
        assert response.extensions["reason_phrase"] == b"OK"


def test_a_bare_httpcore_pool_leads_to_the_fake() -> None:
    with reachable({HOST: FAKE}), httpcore.ConnectionPool() as pool:
        assert pool.request("GET", f"https://{HOST}/").content == b"fake"


# -- blocking -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("url", ["http://elsewhere.test/", "https://elsewhere.test:81/"])
@pytest.mark.parametrize("proxied", [True, False])
def test_a_blocked_host_is_a_connection_error_that_says_what_to_do(url: str, proxied: bool) -> None:
    words = r"fakestt\.test.*block_network is on\. Add the host"
    proxy = DEAD_PROXY if proxied else None
    opener = urllib.request.build_opener(urllib.request.ProxyHandler(PROXIES if proxied else {}))
    with reachable({HOST: FAKE}, block_network=True):
        with httpx.Client(proxy=proxy) as client, pytest.raises(httpx.ConnectError, match=words):
            client.get(url)
        with pytest.raises(httpx.ConnectError, match=words):
            asyncio.run(httpx.AsyncClient(proxy=proxy).get(url))
        with pytest.raises(urllib.error.URLError, match=words) as caught:
            opener.open(url)
        assert isinstance(caught.value.reason, ConnectionRefusedError)


def test_a_socket_of_the_file_system_is_no_network(tmp_path: Path) -> None:
    path = str(tmp_path / "socket")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(path)
        listener.listen()

        def serve() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.recv(65536)
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\nConnection: close\r\n\r\nreal")

        thread = threading.Thread(target=serve)
        thread.start()
        with (
            reachable({HOST: FAKE}, block_network=True),
            httpx.Client(transport=httpx.HTTPTransport(uds=path)) as client,
        ):
            assert client.get("http://docker/").text == "real"
        thread.join()


# -- several at once ----------------------------------------------------------------------------------------------


def test_the_inner_one_wins_for_its_hosts_only() -> None:
    with reachable({HOST: named("outer"), "icp.test": named("icp")}):
        with reachable({HOST: named("inner")}):
            assert [httpx.get(f"https://{host}/").text for host in (HOST, "icp.test")] == ["inner", "icp"]
        assert httpx.get(f"https://{HOST}/").text == "outer"


def test_many_threads_with_hosts_of_their_own_do_not_mix() -> None:
    shared = httpx.Client()
    opener = urllib.request.build_opener()

    def work(i: int) -> bool:
        url = f"https://h{i}.test/"
        with reachable({f"h{i}.test": named(str(i))}):
            return all((shared.get(url).text, asked_opener(opener, url)) == (str(i), str(i)) for _ in range(3))

    with ThreadPoolExecutor(8) as threads:
        assert all(threads.map(work, range(40)))


def test_whoever_patches_after_us_keeps_their_patch(monkeypatch: pytest.MonkeyPatch) -> None:
    native = vars(httpx.HTTPTransport)["handle_request"]
    hosts = reachable({HOST: FAKE})
    hosts.__enter__()
    ours = vars(httpx.HTTPTransport)["handle_request"]

    def theirs(transport: Any, request: httpx.Request) -> httpx.Response:
        return ours(transport, request)  # type: ignore[no-any-return]  # out of vars()

    monkeypatch.setattr(httpx.HTTPTransport, "handle_request", theirs)
    hosts.__exit__(None, None, None)
    assert vars(httpx.HTTPTransport)["handle_request"] is theirs
    with hosts:
        assert httpx.get(f"https://{HOST}/").text == "fake"
    monkeypatch.setattr(httpx.HTTPTransport, "handle_request", native)


# -- coming late --------------------------------------------------------------------------------------------------

SETUP = """
import sys
from fakestt.intercept.hosts import reachable
def app(environ, start_response):
    start_response("200 OK", [])
    return [b"fake"]
finders = list(sys.meta_path)
"""

LATE = {
    "httpx": """
    import httpx
    assert httpx.get("https://fakestt.test/").text == "fake"
""",
    "httpx, by a part of it": """
    from httpx._client import Client
    assert Client().get("https://fakestt.test/").text == "fake"
""",
    "httpx, in a thread": """
    import threading
    got = []
    def late():
        import httpx
        got.append(httpx.get("https://fakestt.test/").text)
    threads = [threading.Thread(target=late) for _ in range(4)]
    [t.start() for t in threads]
    [t.join() for t in threads]
    assert got == ["fake"] * 4
""",
    "urllib.request": """
    import urllib.request
    assert urllib.request.urlopen("https://fakestt.test/").read() == b"fake"
""",
    "requests": """
    import requests
    assert requests.get("https://fakestt.test/").text == "fake"
    assert requests.sessions.get_netrc_auth.__module__.startswith("fakestt")
""",
    "urllib3": """
    import urllib3
    assert urllib3.PoolManager().request("GET", "https://fakestt.test/").data == b"fake"
""",
}
LIBRARIES = ("httpcore", "httpx", "requests", "urllib.request", "urllib3")


def run(code: str) -> None:
    subprocess.run([sys.executable, "-W", "error", "-c", code], check=True, timeout=60)


@pytest.mark.parametrize(
    "late",
    [pytest.param(late, marks=[] if name == "requests" else pytest.mark.slow, id=name) for name, late in LATE.items()],
)
def test_a_client_that_is_imported_inside_leads_to_the_fake_and_is_whole_afterwards(late: str) -> None:
    run(
        f"""{SETUP}
before = set(sys.modules)
with reachable({{"fakestt.test": app}}, block_network=True):
    # werkzeug 3.0 imports urllib.request, and what cuts into that is our own.
    assert all(name.startswith("fakestt.") for name in set(sys.modules) - before), "entering imported something"
{late}
    for name in {LIBRARIES}:
        # The loader is as Python made it.
        assert "exec_module" not in vars(sys.modules[name].__loader__) if name in sys.modules else True
# urllib3 1.26 leaves a finder of its own.
assert [one for one in sys.meta_path if type(one).__module__ != "urllib3.packages.six"] == finders
for name in {LIBRARIES}:
    for owner in [v for m, v in vars(sys.modules.get(name, sys)).items() if isinstance(v, type)]:
        assert not any(getattr(f, "__module__", "").startswith("fakestt.intercept") for f in vars(owner).values())
"""
    )


@pytest.mark.slow
def test_entering_imports_no_client_that_is_installed() -> None:
    run(
        f"""{SETUP}
before = set(sys.modules)
with reachable({{"fakestt.test": app}}):
    pass
assert all(name.startswith("fakestt.") for name in set(sys.modules) - before), set(sys.modules) - before
assert not set(sys.modules) & {{"httpx", "httpcore", "requests", "urllib3"}}
"""
    )


@pytest.mark.parametrize("name", ["requests", "urllib3"])
def test_something_else_of_a_librarys_name_is_left_alone(name: str) -> None:
    run(
        f"""{SETUP}
import types
sys.modules[{name!r}] = types.ModuleType({name!r})
with reachable({{"fakestt.test": app}}) as hosts:
    assert hosts.find("fakestt.test", 443) is app
"""
    )


def test_a_library_that_fails_to_import_fails_as_ever(tmp_path: Path) -> None:
    (tmp_path / "httpx.py").write_text("raise RuntimeError('broken')")
    run(
        f"""{SETUP}
sys.path.insert(0, {str(tmp_path)!r})
with reachable({{"fakestt.test": app}}):
    for _ in range(2):
        try:
            import httpx
        except RuntimeError as error:
            assert str(error) == "broken"
        else:
            raise AssertionError
    try:
        import urllib3.nothing
    except ModuleNotFoundError:
        pass
"""
    )
