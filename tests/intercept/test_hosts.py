"""Host names lead to applications, for everything that goes through urllib3, and for no longer than entered."""

from __future__ import annotations

import base64
import gc
import http.server
import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import requests
import urllib3
from ibm_cloud_sdk_core.authenticators import IAMAuthenticator, NoAuthAuthenticator
from ibm_watson import ApiException, SpeechToTextV1
from intercept_rig import DEAD_PROXY, FAKE, HOST, named
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from fakestt.editions.hosts import VENDOR_HOSTS
from fakestt.errors import ConfigurationError
from fakestt.intercept.hosts import Hosts, put_right, reachable
from fakestt.transports.inprocess import StartResponse

PATCHED = [
    (HTTPConnectionPool, "_make_request"),
    (HTTPConnectionPool, "_get_conn"),
    (HTTPConnectionPool, "ConnectionCls"),
    (HTTPConnectionPool, "urlopen"),
    (HTTPSConnectionPool, "_prepare_proxy"),
    (HTTPSConnectionPool, "ConnectionCls"),
    (requests.sessions, "get_environ_proxies"),
    (requests.sessions, "get_netrc_auth"),
    (requests.adapters.HTTPAdapter, "cert_verify"),
]


def got(url: str, **options: Any) -> str:
    return requests.get(url, timeout=5, **options).text


class RealServer(http.server.ThreadingHTTPServer):
    """A server on loopback that keeps connections open and answers "real"."""

    daemon_threads = True

    def __init__(self) -> None:
        self.connections = 0
        super().__init__(("127.0.0.1", 0), RealHandler)
        self.where = f"127.0.0.1:{self.server_port}"

    def process_request(self, request: Any, client_address: Any) -> None:
        self.connections += 1
        super().process_request(request, client_address)


class RealHandler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "4")
        self.end_headers()
        self.wfile.write(b"real")

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  # the name of the overridden method
        pass


@pytest.fixture(scope="module")
def real() -> Iterator[RealServer]:
    with RealServer() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture(autouse=True)
def nothing_left() -> Iterator[None]:
    """Every test leaves the very objects behind that it found."""
    put_right()  # the one before may have put ours back when its own patches were undone
    before = [vars(owner)[name] for owner, name in PATCHED]
    yield
    assert all(vars(owner)[name] is one for (owner, name), one in zip(PATCHED, before, strict=True))


# -- who is led where ---------------------------------------------------------------------------------------------


def module_level(url: str, session: requests.Session) -> str:
    return got(url)


def in_session(url: str, session: requests.Session) -> str:
    return session.get(url, timeout=5).text


def pool_manager(url: str, session: requests.Session) -> str:
    with urllib3.PoolManager() as manager:
        return manager.request("GET", url, retries=False).data.decode()


def proxy_manager(url: str, session: requests.Session) -> str:
    with urllib3.ProxyManager(DEAD_PROXY) as manager:
        return manager.request("GET", url, retries=False).data.decode()


def explicit_proxies(url: str, session: requests.Session) -> str:
    return session.get(url, timeout=5, proxies={"http": DEAD_PROXY, "https": DEAD_PROXY}).text


def in_thread(url: str, session: requests.Session) -> str:
    with ThreadPoolExecutor(1) as threads:
        return threads.submit(in_session, url, session).result()


WAYS = [module_level, in_session, pool_manager, proxy_manager, explicit_proxies, in_thread]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("variables", [(), ("http_proxy", "https_proxy"), ("ALL_PROXY",)], ids=str)
@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize("old", [True, False], ids=["session from before", "session from inside"])
def test_every_way_leads_to_the_fake(
    way: Callable[..., str], variables: tuple[str, ...], scheme: str, old: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in variables:
        monkeypatch.setenv(name, DEAD_PROXY)
    session = requests.Session() if old else None
    with reachable({HOST: FAKE}), session or requests.Session() as one:
        assert way(f"{scheme}://{HOST}:8443/v1/x", one) == "fake"


def test_a_proxy_variable_that_requests_cannot_use_is_not_even_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALL_PROXY", "unknown://127.0.0.1:9")
    with pytest.raises((ValueError, requests.RequestException)):
        requests.get(f"https://{HOST}/", timeout=5)
    with reachable({HOST: FAKE}):
        assert got(f"https://{HOST}/") == "fake"


@pytest.mark.parametrize("way", [in_session, explicit_proxies, in_thread])
def test_a_kept_connection_in_an_old_pool_does_not_matter_and_is_still_good_afterwards(
    way: Callable[..., str], real: RealServer
) -> None:
    url = f"http://{real.where}/"
    with requests.Session() as session:
        before = real.connections
        assert in_session(url, session) == "real"
        with reachable({real.where: FAKE}):
            assert way(url, session) == "fake"
            assert way(url, session) == "fake"
        assert in_session(url, session) == "real"
        assert real.connections == before + 1


@pytest.mark.parametrize("way", [in_session, in_thread])
def test_a_session_that_was_used_inside_never_reaches_the_fake_afterwards(
    way: Callable[..., str], real: RealServer
) -> None:
    url = f"http://{real.where}/"
    with requests.Session() as session:
        with reachable({real.where: FAKE}):
            assert way(url, session) == "fake"
        assert way(url, session) == "real"
        with pytest.raises(requests.exceptions.SSLError):
            # The server speaks no TLS: to fail at that is to have reached it.
            session.get(f"https://{real.where}/", timeout=5)


@pytest.mark.parametrize("way", [proxy_manager, explicit_proxies])
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_proxy_is_used_and_blamed_again_afterwards(way: Callable[..., str], scheme: str) -> None:
    # Not HOST: in a run that has used fixtures it is the plugin who answers for that when there is no fake.
    url = f"{scheme}://proxied.test/"
    with requests.Session() as session, urllib3.ProxyManager(DEAD_PROXY) as manager:
        with reachable({"proxied.test": FAKE}):
            assert explicit_proxies(url, session) == "fake"
            assert manager.request("GET", url).data == b"fake"
        with pytest.raises(requests.exceptions.ProxyError):
            explicit_proxies(url, session)
        with pytest.raises(urllib3.exceptions.ProxyError):
            manager.request("GET", url, retries=False)


def test_a_target_behind_a_proxy_arrives_as_a_server_would_get_it() -> None:
    with reachable({HOST: FAKE}), urllib3.ProxyManager(DEAD_PROXY) as manager:
        for url in (f"http://{HOST}:81/a%2Fb?c", f"https://{HOST}:81/a%2Fb?c"):
            headers = manager.request("GET", url, retries=False).headers
            assert (headers["X-Host"], headers["X-Target"]) == (f"{HOST}:81", "/a%2Fb?c")
        assert manager.request("GET", f"http://{HOST}?q=1", retries=False).headers["X-Target"] == "/?q=1"


def test_other_hosts_pass_through(real: RealServer) -> None:
    with reachable({HOST: FAKE}):
        assert got(f"http://{real.where}/") == "real"
        assert got(f"http://{HOST}/", proxies={"http": f"http://{real.where}"}) == "fake"
        assert got("http://elsewhere.test/", proxies={"http": f"http://{real.where}"}) == "real"


def test_a_redirect_may_lead_in_and_out(real: RealServer) -> None:
    def app(environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        location = {"/out": f"http://{real.where}/", "/in": "https://api.other.test/"}[environ["PATH_INFO"]]
        start_response("302 Found", [("Location", location)])
        return []

    with reachable({HOST: app, "api.*.test": FAKE}):
        assert got(f"https://{HOST}/out") == "real"
        assert got(f"https://{HOST}/in") == "fake"


# -- patterns -----------------------------------------------------------------------------------------------------


def test_the_more_a_pattern_says_the_earlier_it_is_asked() -> None:
    rows = {"*.example": "star", "*.example:81": "star:81", "a.example": "name", "a.example:81": "name:81"}
    hosts = Hosts({pattern: named(name) for pattern, name in rows.items()})

    def found(host: str, port: int) -> str | None:
        app = hosts.find(host, port)
        return None if app is None else b"".join(app({"HTTP_HOST": "", "RAW_URI": ""}, lambda *_: print)).decode()

    assert found("a.example", 81) == "name:81"
    assert found("a.example", 80) == "name"
    assert found("b.example", 81) == "star:81"
    assert found("B.Example.", 443) == "star"
    assert found("a.b.example", 443) is None
    assert found("example", 443) is None


LOCATIONS = ("us-south", "us-east", "eu-de", "eu-gb", "au-syd", "jp-tok", "kr-seo")


@pytest.mark.parametrize(
    "host",
    [
        *(f"api.{location}.speech-to-text.watson.cloud.ibm.com" for location in LOCATIONS),
        *(f"api.private.{location}.speech-to-text.watson.cloud.ibm.com" for location in LOCATIONS),
        "stream.watsonplatform.net",
        "stream-fra.watsonplatform.net",
        *(f"gateway-{place}.watsonplatform.net" for place in ("wdc", "fra", "syd", "tok", "lon", "seo")),
        "iam.cloud.ibm.com",
        "private.iam.cloud.ibm.com",
        *(f"private.{location}.iam.cloud.ibm.com" for location in LOCATIONS),
        "iam.bluemix.net",
        "fakestt.test",
    ],
)
def test_each_base_url_of_the_vendor_leads_to_the_fake_and_else_is_refused(host: str) -> None:
    led, refused = Hosts(dict.fromkeys(VENDOR_HOSTS, FAKE)), Hosts({}, refused=VENDOR_HOSTS)
    assert led.find(host, 443) is FAKE
    assert refused.refuses(host, 443)
    assert led.find(f"{host}.evil.example", 443) is None
    assert not refused.refuses(f"{host}.evil.example", 443)


def test_an_ipv6_address_is_a_host() -> None:
    with reachable({"[::1]:8080": FAKE}):
        assert got("http://[::1]:8080/") == "fake"


@pytest.mark.parametrize("pattern", ["", "https://a.example", "a.example/v1", "user@a.example", "a b", "a.example:x"])
def test_what_is_no_host_name_is_refused_at_once(pattern: str) -> None:
    with pytest.raises(ConfigurationError, match=r"host pattern .* possible are .* Leave out scheme"):
        reachable({pattern: FAKE})


# -- blocking -----------------------------------------------------------------------------------------------------


def test_a_blocked_host_is_a_connection_error_that_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    with reachable({HOST: FAKE}, block_network=True):
        assert got(f"https://{HOST}/") == "fake"
        for url in ("http://elsewhere.test/", "https://elsewhere.test:81/"):
            with pytest.raises(requests.ConnectionError, match=r"fakestt\.test.*block_network is on\. Add the host"):
                requests.get(url, timeout=5)
            with pytest.raises(requests.ConnectionError, match="block_network"):
                requests.get(url, timeout=5, proxies={"http": DEAD_PROXY, "https": DEAD_PROXY})


def test_a_blocked_host_is_not_retried_and_nobody_waits_for_it() -> None:
    with reachable({HOST: FAKE}, block_network=True), urllib3.PoolManager() as manager:
        with pytest.raises(urllib3.exceptions.MaxRetryError) as caught:
            manager.request("GET", "https://elsewhere.test/", retries=urllib3.Retry(5, backoff_factor=100))
        assert isinstance(caught.value.reason, urllib3.exceptions.NewConnectionError)


@pytest.mark.skipif(urllib3.__version__.startswith("1."), reason="1.26 doesn't tell there how often to retry")
@pytest.mark.parametrize("retries", [False, urllib3.Retry(False)], ids=["False", "Retry"])
@pytest.mark.parametrize("proxied", [True, False])
def test_a_blocked_host_is_the_bare_error_for_who_wants_no_retries(retries: Any, proxied: bool) -> None:
    with (
        reachable({HOST: FAKE}, block_network=True),
        urllib3.ProxyManager(DEAD_PROXY) if proxied else urllib3.PoolManager() as manager,
    ):
        for url in ("http://elsewhere.test/", "https://elsewhere.test/"):
            with pytest.raises(urllib3.exceptions.NewConnectionError, match="block_network is on"):
                manager.request("GET", url, retries=retries)
        assert manager.request("GET", f"https://{HOST}/", retries=retries).data == b"fake"


def test_loopback_is_never_blocked(real: RealServer) -> None:
    with reachable({HOST: FAKE}, block_network=True):
        assert got(f"http://{real.where}/") == "real"


def test_an_outer_block_holds_inside_and_not_after() -> None:
    with reachable({HOST: FAKE}, block_network=True):
        with reachable({"icp.test": FAKE}):
            assert got("https://icp.test/") == "fake"
            with pytest.raises(requests.ConnectionError, match=r"icp\.test, fakestt\.test"):
                got("https://elsewhere.test/")
        with pytest.raises(requests.ConnectionError, match="block_network"):
            got("https://icp.test/")


# -- several at once ----------------------------------------------------------------------------------------------


def test_the_inner_one_wins_for_its_hosts_only() -> None:
    with reachable({HOST: named("outer"), "icp.test": named("icp")}):
        with reachable({HOST: named("inner")}):
            assert [got(f"https://{host}/") for host in (HOST, "icp.test")] == ["inner", "icp"]
        assert got(f"https://{HOST}/") == "outer"


def test_two_fakes_end_in_any_order() -> None:
    one, other = reachable({"one.test": named("one")}), reachable({"other.test": named("other")})
    one.__enter__()
    other.__enter__()
    assert [got("https://one.test/"), got("https://other.test/")] == ["one", "other"]
    one.__exit__(None, None, None)
    assert got("https://other.test/") == "other"
    other.__exit__(None, None, None)


def test_the_same_hosts_may_be_entered_again() -> None:
    hosts = reachable({HOST: FAKE})
    for _ in range(2):
        with hosts, hosts:
            assert got(f"https://{HOST}/") == "fake"


def test_many_threads_with_hosts_of_their_own_do_not_mix() -> None:
    def work(i: int) -> bool:
        with reachable({f"h{i}.test": named(str(i))}), requests.Session() as session:
            return all(session.get(f"https://h{i}.test/", timeout=5).text == str(i) for _ in range(5))

    with ThreadPoolExecutor(8) as threads:
        assert all(threads.map(work, range(40)))


def test_whoever_patches_after_us_keeps_their_patch(monkeypatch: pytest.MonkeyPatch) -> None:
    native = vars(HTTPConnectionPool)["_make_request"]
    hosts = reachable({HOST: FAKE})
    hosts.__enter__()
    ours = vars(HTTPConnectionPool)["_make_request"]

    def theirs(pool: Any, *args: Any, **options: Any) -> Any:
        return ours(pool, *args, **options)

    monkeypatch.setattr(HTTPConnectionPool, "_make_request", theirs)
    hosts.__exit__(None, None, None)
    assert vars(HTTPConnectionPool)["_make_request"] is theirs
    with hosts:
        assert got(f"https://{HOST}/") == "fake"
    assert vars(HTTPConnectionPool)["_make_request"] is theirs
    monkeypatch.setattr(HTTPConnectionPool, "_make_request", native)


# -- the vendor's SDK ---------------------------------------------------------------------------------------------


def token() -> str:
    def part(value: object) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")

    return f"{part({'alg': 'HS256', 'typ': 'JWT'})}.{part({'iat': 1, 'exp': 2**33})}.{part('signature')}"


class Service:
    """Tokens and models, as much as the SDK asks for; it may fail some times first."""

    def __init__(self, failures: int = 0) -> None:
        self.failures = failures
        self.asked: list[str] = []

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        self.asked.append(f"{environ['REQUEST_METHOD']} {environ['HTTP_HOST']}{environ['PATH_INFO']}")
        answer: dict[str, object] = {"customizations": [environ.get("HTTP_AUTHORIZATION")]}
        status = "200 OK"
        if environ["PATH_INFO"] == "/identity/token":
            answer = {"access_token": token()}
        elif self.failures:
            self.failures -= 1
            status = "503 Service Unavailable"
        start_response(status, [("Content-Type", "application/json"), ("Retry-After", "0")])
        return [json.dumps(answer).encode()]


def test_the_sdk_gets_its_token_at_module_level_and_its_models_in_a_session(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IBM_CREDENTIALS_FILE", os.devnull)
    app = Service()
    with reachable(dict.fromkeys(VENDOR_HOSTS, app), block_network=True):
        models = SpeechToTextV1(authenticator=IAMAuthenticator("key")).list_acoustic_models().get_result()
    assert models["customizations"] == [f"Bearer {token()}"]
    assert app.asked == [
        "POST iam.cloud.ibm.com/identity/token",
        "GET api.us-south.speech-to-text.watson.cloud.ibm.com/v1/acoustic_customizations",
    ]


def test_the_sdks_own_retries_run_and_give_up_as_they_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IBM_CREDENTIALS_FILE", os.devnull)
    client = SpeechToTextV1(authenticator=NoAuthAuthenticator())
    app = Service(failures=2)
    with reachable(dict.fromkeys(VENDOR_HOSTS, app)):
        with pytest.raises(ApiException):
            client.list_acoustic_models()
        client.enable_retries(max_retries=2, retry_interval=0.001)
        client.set_disable_ssl_verification(True)
        assert client.list_acoustic_models().get_status_code() == 200
        app.failures = 9
        with pytest.raises(requests.exceptions.RetryError):
            client.list_acoustic_models()
    assert len(app.asked) == 1 + 2 + 3


def test_the_developers_netrc_stays_out_but_a_file_that_the_test_names_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def authorization() -> str:
        return str(requests.get(f"https://{HOST}/", headers={"Authorization": "Bearer x"}, timeout=5).json())

    app = Service()
    (tmp_path / ".netrc").write_text(f"machine {HOST} login apikey password secret")
    (tmp_path / ".netrc").chmod(0o600)
    monkeypatch.setenv("HOME", str(tmp_path))
    with reachable({HOST: app}):
        assert "Bearer x" in authorization()
        monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
        assert "Basic" in authorization()


# -- coming and going ---------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_nothing_grows_over_two_hundred_entries() -> None:
    def held() -> tuple[int, int, int]:
        gc.collect()
        return threading.active_count(), len(os.listdir("/dev/fd")), sum(type(o) is Hosts for o in gc.get_objects())

    with requests.Session() as session:
        before = held()
        for _ in range(200):
            with reachable({HOST: FAKE}):
                assert session.get(f"https://{HOST}/", timeout=5).text == "fake"
        assert held() == before


def run(code: str) -> None:
    subprocess.run([sys.executable, "-W", "error", "-c", code], check=True, timeout=30)


SETUP = """
import sys
from fakestt.intercept.hosts import reachable
def app(environ, start_response):
    start_response("200 OK", [])
    return [b"fake"]
assert "urllib3" not in sys.modules
"""


@pytest.mark.slow
def test_requests_may_be_imported_inside() -> None:
    run(
        SETUP
        + """
import os
os.environ.update(HTTP_PROXY="http://127.0.0.1:9", HTTPS_PROXY="http://127.0.0.1:9")
with reachable({"fakestt.test": app}):
    assert "requests" not in sys.modules
    import requests
    for url in ("http://fakestt.test/", "https://fakestt.test/"):
        assert requests.get(url).text == "fake"
native = requests.sessions.get_environ_proxies
with reachable({"fakestt.test": app}):
    assert requests.sessions.get_environ_proxies is not native
assert requests.sessions.get_environ_proxies is native
"""
    )


@pytest.mark.slow
def test_without_urllib3_nothing_is_done_and_nothing_fails() -> None:
    run(
        SETUP
        + """
sys.modules["urllib3"] = None
with reachable({"fakestt.test": app}) as hosts:
    assert hosts.find("fakestt.test", 443) is app
"""
    )
