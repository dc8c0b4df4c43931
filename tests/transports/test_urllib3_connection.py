"""urllib3 and requests over the in-process connection: everything above the wire stays native."""

from __future__ import annotations

import gzip
import io
import json
from collections.abc import Callable, Iterable, Iterator
from http.client import ResponseNotReady
from typing import Any

import pytest
import requests
import urllib3
from requests.adapters import HTTPAdapter
from urllib3._collections import HTTPHeaderDict
from urllib3.util import SKIP_HEADER

from fakestt.intercept.hosts import reachable
from fakestt.transports.inprocess import App, StartResponse
from fakestt.transports.urllib3_connection import InProcessConnection
from fakestt.wire import WireBreak, WireTimeout

HOST = "fakestt.test"
URL = f"https://{HOST}/"
PART = b"0123456789"
OLD = urllib3.__version__.startswith("1.")


def answering(*parts: bytes | Exception, headers: Iterable[tuple[str, str]] = (), status: str = "200 OK") -> App:
    def app(environ: dict[str, Any], start_response: StartResponse) -> Iterator[bytes]:
        start_response(status, list(headers))
        for part in parts:
            if isinstance(part, Exception):
                raise part
            yield part

    return app


class Seen:
    """An application that keeps its environs and bodies, and answers from a list of statuses, the last one for ever."""

    def __init__(self, *statuses: str, headers: Iterable[tuple[str, str]] = ()) -> None:
        self.statuses = list(statuses) or ["200 OK"]
        self.headers = list(headers)
        self.environs: list[dict[str, Any]] = []
        self.bodies: list[bytes] = []

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        self.environs.append(environ)
        self.bodies.append(environ["wsgi.input"].read())
        start_response(self.statuses.pop(0) if len(self.statuses) > 1 else self.statuses[0], self.headers)
        return [b"{}"]


# -- faults: the same as over a socket ----------------------------------------------------------------------------


def with_requests(url: str, timeout: float) -> None:
    with requests.Session() as session:
        session.get(url, timeout=timeout)


def with_requests_streaming(url: str, timeout: float) -> None:
    with requests.Session() as session, session.get(url, timeout=timeout, stream=True) as response:
        for _ in response.iter_content(4):
            pass


def with_requests_retrying(url: str, timeout: float) -> None:
    with requests.Session() as session:
        retries = urllib3.Retry(total=2, backoff_factor=0, status_forcelist=[503])
        session.mount("http://", HTTPAdapter(max_retries=retries))
        session.get(url, timeout=timeout)


def with_urllib3(url: str, timeout: float) -> None:
    with urllib3.PoolManager() as manager:
        manager.request("GET", url, retries=False, timeout=timeout)


def with_urllib3_reading(url: str, timeout: float) -> None:
    with urllib3.PoolManager() as manager:
        response = manager.request("GET", url, retries=False, timeout=timeout, preload_content=False)
        while response.read(4):
            pass


def with_urllib3_reading_all(url: str, timeout: float) -> None:
    with urllib3.PoolManager() as manager:
        manager.request("GET", url, retries=False, timeout=timeout, preload_content=False).read()


CLIENTS = [
    with_requests,
    with_requests_streaming,
    with_requests_retrying,
    with_urllib3,
    with_urllib3_reading,
    with_urllib3_reading_all,
]
HEAD = b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n"
LENGTH = [("Content-Length", "100")]
# fmt: off
FAULTS = {
    "reset before a byte":    (answering(WireBreak()),                       b"",         "reset"),
    "silence":                (answering(WireTimeout()),                     b"",         "silence"),
    "end in the body":        (answering(PART, headers=LENGTH),              HEAD + PART, "fin"),
    "reset in the body":      (answering(PART, WireBreak(), headers=LENGTH), HEAD + PART, "reset"),
    "silence in the body":    (answering(PART, WireTimeout(), headers=LENGTH), HEAD + PART, "silence"),
}
# fmt: on


def shape(action: Callable[[str, float], None], url: str, timeout: float) -> list[type]:
    """The types of the error that a client sees, of what it wraps, and so on."""
    found: list[type] = []
    error: object
    try:
        action(url, timeout)
    except Exception as caught:
        error = caught
    else:
        return found
    while isinstance(error, Exception):
        found.append(type(error))
        inside = [getattr(error, "reason", None), *error.args]
        error = next((one for one in inside if isinstance(one, Exception)), None)
    return found


@pytest.mark.parametrize("client", CLIENTS)
@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_looks_as_over_a_real_socket(fault: str, client: Callable[[str, float], None], peer: Any) -> None:
    app, answer, end = FAULTS[fault]
    with reachable({HOST: app}):
        ours = shape(client, f"http://{HOST}/", 5)
    for timeout in (0.05, 0.5, 5):
        # Of a busy machine's peer, nothing may have come in the shortest of these.
        native = shape(client, peer(answer, end).url, timeout)
        if native == ours:
            break
    # With 1.26, who reads in pieces isn't told that the end was missing.
    assert native or (OLD and fault == "end in the body")
    assert ours == native


@pytest.mark.parametrize("proxies", [None, {"http": "http://127.0.0.1:9", "https": "http://127.0.0.1:9"}])
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_requests_names_faults_as_its_users_expect(scheme: str, proxies: Any) -> None:
    def outcome(app: App) -> type:
        with reachable({HOST: app}), pytest.raises(requests.RequestException) as caught:
            requests.get(f"{scheme}://{HOST}/", timeout=5, proxies=proxies)
        return caught.type

    # 1.26 blames a proxy for every reset.
    reset = requests.exceptions.ProxyError if OLD and proxies else requests.ConnectionError
    assert outcome(answering(WireBreak())) is reset
    assert outcome(answering(WireTimeout())) is requests.ReadTimeout
    if not OLD:  # which takes a part for the whole
        assert outcome(answering(PART, headers=LENGTH)) is requests.exceptions.ChunkedEncodingError
    assert outcome(answering(PART, WireBreak(), headers=LENGTH)) is requests.exceptions.ChunkedEncodingError


def test_bytes_before_a_break_reach_the_client() -> None:
    got = []
    with reachable({HOST: answering(PART, WireBreak(), headers=LENGTH)}):
        response = requests.get(URL, stream=True, timeout=5)
        with pytest.raises(requests.exceptions.ChunkedEncodingError):
            got.extend(response.iter_content(5))  # urllib3 keeps what doesn't fill a chunk
    assert b"".join(got) == PART


def test_a_mistake_of_the_application_reaches_the_test_unchanged() -> None:
    for mistake in (KeyError("model"), AssertionError("hook")):
        with reachable({HOST: answering(mistake)}), pytest.raises(type(mistake)) as caught:
            requests.get(URL, timeout=5)
        assert caught.value is mistake
    with reachable({HOST: answering(FileNotFoundError("model"))}), pytest.raises(RuntimeError, match="mistake"):
        requests.get(URL, timeout=5)


# -- retries ------------------------------------------------------------------------------------------------------


def test_a_reset_is_retried_by_urllib3_itself() -> None:
    calls: list[int] = []

    def app(environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        calls.append(1)
        if len(calls) < 3:
            raise WireBreak
        start_response("200 OK", [])
        return [b"third"]

    with reachable({HOST: app}):
        assert urllib3.PoolManager().request("GET", URL, retries=urllib3.Retry(2, backoff_factor=0)).data == b"third"


def test_statuses_are_retried_with_retry_after_zero_and_the_file_is_rewound() -> None:
    app = Seen("503 Busy", "429 Slow down", "200 OK", headers=[("Retry-After", "0")])
    file = io.BytesIO(b"skipped:audio")
    file.seek(8)
    with reachable({HOST: app}), urllib3.PoolManager() as manager:
        retries = urllib3.Retry(4, backoff_factor=0, status_forcelist=[429, 503], allowed_methods=None)
        response = manager.request("POST", URL, body=file, retries=retries, headers={"Content-Length": "5"})
    assert response.status == 200
    assert response.retries is not None
    assert [one.status for one in response.retries.history] == [503, 429]
    assert app.bodies == [b"audio"] * 3


def test_exhausted_retries_are_a_retry_error() -> None:
    app = Seen("503 Busy")
    with reachable({HOST: app}), requests.Session() as session:
        session.mount("https://", HTTPAdapter(max_retries=urllib3.Retry(2, backoff_factor=0, status_forcelist=[503])))
        with pytest.raises(requests.exceptions.RetryError):
            session.get(URL, timeout=5)
    assert len(app.environs) == 3


# -- requests out -------------------------------------------------------------------------------------------------


def sent(action: Callable[[urllib3.PoolManager], object]) -> dict[str, Any]:
    app = Seen()
    with reachable({HOST: app}), urllib3.PoolManager() as manager:
        action(manager)
    return app.environs[0]


def real_head(peer: Any, action: Callable[[urllib3.PoolManager, str], object]) -> dict[str, str]:
    """The headers that urllib3 sends over a socket, as environ keys."""
    one = peer(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", "keep")
    heads: list[bytes] = []
    received = one._received

    def recording(connection: Any) -> bool:
        data = connection.recv(65536)
        while data and b"\r\n\r\n" not in data:
            data += connection.recv(65536)
        heads.append(data)
        return bool(data)

    one._received = recording
    with urllib3.PoolManager() as manager:
        action(manager, one.url)
    one._received = received
    lines = heads[0].partition(b"\r\n\r\n")[0].decode("latin-1").split("\r\n")[1:]
    found: dict[str, str] = {}
    for name, value in (line.split(": ", 1) for line in lines):
        key = name.upper().replace("-", "_")
        key = key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{key}"
        found[key] = f"{found[key]}, {value}" if key in found else value
    return found


@pytest.mark.parametrize("method", ["GET", "POST", "DELETE", "PUT"])
@pytest.mark.parametrize(
    "options",
    [
        {},
        {"body": b"abc"},
        {"body": "é"},
        {"body": bytearray(b"abc")},
        {"body": b"abc", "chunked": True},
        {"body": b"abc", "headers": {"content-length": "3"}},
        {"file": b"abc"},
        {"body": [b"abc"]},
        {"body": [b"abc"], "headers": {"Transfer-Encoding": "chunked"}},
        {"headers": {"User-Agent": "me", "accept-encoding": "gzip"}},
        {"headers": {"User-Agent": SKIP_HEADER, "Accept-Encoding": SKIP_HEADER}},
        {"headers": HTTPHeaderDict([("X-A", "1"), ("X-A", "2")])},
    ],
    ids=str,
)
def test_the_same_headers_are_sent_as_over_a_socket(method: str, options: dict[str, Any], peer: Any) -> None:
    def fresh() -> dict[str, Any]:
        return {"body": io.BytesIO(options["file"])} if "file" in options else options

    native = real_head(peer, lambda manager, url: manager.request(method, url, **fresh()))
    environ = sent(lambda manager: manager.request(method, URL, **fresh()))
    ours = {key: value for key, value in environ.items() if key.startswith(("HTTP_", "CONTENT_"))}
    del native["HTTP_HOST"]
    assert ours.pop("HTTP_HOST") == HOST
    assert ours == native


def test_a_percent_encoded_slash_stays_encoded() -> None:
    assert sent(lambda manager: manager.request("GET", f"{URL}v1/a%2fb?x=%20"))["RAW_URI"] == "/v1/a%2Fb?x=%20"
    app = Seen()
    with reachable({HOST: app}):
        requests.get(f"{URL}v1/audio/a%2Fb", params={"q": "ü/"}, timeout=5)
    assert app.environs[0]["RAW_URI"] == "/v1/audio/a%2Fb?q=%C3%BC%2F"


def test_the_read_timeout_is_told_in_seconds() -> None:
    def told(**options: Any) -> float | None:
        return sent(lambda manager: manager.request("GET", URL, **options)).get("fakestt.read_timeout_s")

    assert told(timeout=3) == 3.0
    assert told(timeout=urllib3.Timeout(connect=1, read=2.5)) == 2.5
    assert told(timeout=None) is None
    assert told() is None


def test_a_generator_is_uploaded_chunk_by_chunk() -> None:
    steps: list[str] = []

    def body() -> Iterator[bytes]:
        for chunk in (b"one", b"two"):
            steps.append(f"made {chunk.decode()}")
            yield chunk

    def app(environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        assert environ["HTTP_TRANSFER_ENCODING"] == "chunked"
        assert environ["wsgi.input_terminated"] is True
        while chunk := environ["wsgi.input"].read(65536):
            steps.append(f"read {chunk.decode()}")
        start_response("200 OK", [])
        return []

    with reachable({HOST: app}):
        requests.post(URL, data=body(), timeout=5)
    assert steps == ["made one", "read one", "made two", "read two"]


def test_the_error_of_a_users_generator_is_the_users() -> None:
    def body() -> Iterator[bytes]:
        yield b"a"
        raise LookupError("mine")

    with reachable({HOST: Seen()}), pytest.raises(LookupError, match="mine"):
        requests.post(URL, data=body(), timeout=5)


# -- answers in ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("stream", [True, False])
@pytest.mark.parametrize("known", [True, False])
def test_a_compressed_answer_is_decoded_and_its_raw_bytes_are_there(stream: bool, known: bool) -> None:
    packed = gzip.compress(b"transcript" * 1000)
    headers = [("Content-Encoding", "gzip"), *([("Content-Length", str(len(packed)))] if known else [])]
    with reachable({HOST: answering(packed, headers=headers)}):
        assert requests.get(URL, stream=stream, timeout=5).content == b"transcript" * 1000
        raw = requests.get(URL, stream=True, timeout=5).raw
        assert raw.read(decode_content=False) == packed


@pytest.mark.parametrize("preload", [True, False])
def test_a_large_answer_arrives_whole(preload: bool) -> None:
    blocks = [bytes([i]) * 65536 for i in range(100)]
    with reachable({HOST: answering(*blocks)}), urllib3.PoolManager() as manager:
        response = manager.request("GET", URL, preload_content=preload)
        assert b"".join([response.data] if preload else response.stream(10_000)) == b"".join(blocks)


@pytest.mark.parametrize("method", ["HEAD", "GET"])
def test_an_answer_without_a_body_gives_the_connection_back(method: str) -> None:
    app = answering(b"", headers=[("Content-Length", "9" if method == "HEAD" else "0")])
    with reachable({HOST: app}), urllib3.HTTPSConnectionPool(HOST, maxsize=1, block=True) as pool:
        for _ in range(3):
            response = pool.urlopen(method, "/", pool_timeout=1, preload_content=False)
            assert response.read() == b""


def test_a_blocking_pool_waits_for_an_unread_answer_as_ever() -> None:
    with reachable({HOST: answering(PART)}), urllib3.HTTPSConnectionPool(HOST, maxsize=1, block=True) as pool:
        unread = pool.urlopen("GET", "/", preload_content=False)
        with pytest.raises(urllib3.exceptions.EmptyPoolError):
            pool.urlopen("GET", "/", pool_timeout=0.001, retries=False)
        assert unread.read() == PART
        assert pool.urlopen("GET", "/", pool_timeout=0.001, retries=False).data == PART


def test_cookies_redirects_and_reasons_are_seen() -> None:
    def app(environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        if environ["PATH_INFO"] == "/old":
            start_response("307 Moved", [("Location", "/new"), ("Set-Cookie", "a=1"), ("Set-Cookie", "b=2")])
            return []
        start_response("200 Fine", [("Content-Type", "application/json"), ("X-A", "1"), ("X-A", "2")])
        return [json.dumps(environ["HTTP_COOKIE"]).encode()]

    with reachable({HOST: app}), requests.Session() as session:
        response = session.get(f"{URL}old", timeout=5)
    assert response.json() == "a=1; b=2"
    assert (response.reason, response.headers["x-a"], response.raw.version) == ("Fine", "1, 2", 11)
    assert OLD or response.raw.version_string == "HTTP/1.1"
    assert [one.reason for one in response.history] == ["Moved"]
    assert session.cookies["a"] == "1"


def test_content_length_is_enforced_only_where_it_is_asked_for() -> None:
    with reachable({HOST: answering(PART, headers=LENGTH)}), urllib3.PoolManager() as manager:
        response = manager.request("GET", URL, preload_content=False, enforce_content_length=False)
        assert b"".join(response.stream(4)) == PART


@pytest.mark.parametrize("verify", [True, False])
def test_there_is_no_warning_of_insecurity(verify: bool) -> None:
    # Warnings are errors in this suite.
    with reachable({HOST: answering(PART)}):
        assert requests.get(URL, verify=verify, timeout=5).content == PART
        with urllib3.PoolManager(cert_reqs="CERT_REQUIRED" if verify else "CERT_NONE") as manager:
            assert manager.request("GET", URL).data == PART


def test_an_answer_is_given_once() -> None:
    connection = InProcessConnection(answering(PART), scheme="https", host=HOST, port=443)
    with pytest.raises(ResponseNotReady):
        connection.getresponse()
