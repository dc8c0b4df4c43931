"""The ways in: how each client library reaches a fake, behind one face.

A way is a client and a setting. A setting makes a fake reachable and says under which URL; a client sends an `Ask` and
returns what was `Heard`, or raises what its library raises. The cases (`conformance_cases`) know nothing else.

A further way is a row more in `WAYS`. To hold the same cases against a real service, write a setting for it.
"""

from __future__ import annotations

import asyncio
import http.client
import io
import json
import shutil
import socket
import ssl
import subprocess
import tempfile
import urllib.error
import urllib.request
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit

import aiohttp
import httpx
import requests
import trio
import urllib3
import werkzeug.test
from conformance_peer import authority

from fakestt import FakeSTT
from fakestt.transports.live import serve

TIMEOUT_S = 10.0
PIECE_BYTES = 1000


# -- what is asked and heard --------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Ask:
    """A request. `kind` says in which form the client gets the body; `in_pieces` that it reads the answer so."""

    method: str = "GET"
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None
    kind: str = "bytes"
    timeout_s: float = TIMEOUT_S
    in_pieces: bool = False

    def blocks(self) -> Iterator[bytes]:
        """The body as a generator gives it."""
        assert self.body is not None
        for at in range(0, len(self.body), 10_000):
            yield self.body[at : at + 10_000]

    async def async_blocks(self) -> AsyncIterator[bytes]:
        for block in self.blocks():
            yield block

    @contextmanager
    def file(self) -> Iterator[Any]:
        with tempfile.TemporaryFile() as file:
            assert self.body is not None
            file.write(self.body)
            file.seek(0)
            yield file


@dataclass(frozen=True)
class Heard:
    """An answer; header names in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class Client(Protocol):
    def send(self, ask: Ask) -> Heard: ...

    def close(self) -> None: ...


@dataclass(frozen=True)
class Reach:
    """Where a fake is reached. `nobody` is a URL at which a connection is refused."""

    url: str
    tokens_url: str
    nobody: str
    app: Any = None
    ca_file: str | None = None


def lower(pairs: Any) -> dict[str, str]:
    return {(name if isinstance(name, str) else name.decode()).lower(): str(value) for name, value in pairs}


# -- clients ------------------------------------------------------------------------------------------------------


class WsgiClient:
    """werkzeug's test client: no connection at all, only what WSGI has."""

    def __init__(self, reach: Reach) -> None:
        self._client = werkzeug.test.Client(reach.app)

    def send(self, ask: Ask) -> Heard:
        parts = urlsplit(ask.url)
        environ: dict[str, Any] = {
            "wsgi.input_terminated": True,
            "RAW_URI": parts.path + (f"?{parts.query}" if parts.query else ""),
            "fakestt.read_timeout_s": ask.timeout_s,
        }
        options: dict[str, Any] = {"data": ask.body}
        if ask.kind in ("file", "generator"):
            options = {"input_stream": io.BytesIO(b"".join(ask.blocks()))}
        response = self._client.open(
            parts.path,
            base_url=f"{parts.scheme}://{parts.netloc}",
            query_string=parts.query,
            method=ask.method,
            headers=dict(ask.headers),
            environ_overrides=environ,
            buffered=not ask.in_pieces,
            **options,
        )
        body = b"".join(response.iter_encoded()) if ask.in_pieces else response.data
        return Heard(response.status_code, lower(response.headers), body)

    def close(self) -> None:
        pass


class RequestsClient:
    def __init__(self, reach: Reach) -> None:
        self._session = requests.Session()
        self._session.trust_env = False
        self._verify = reach.ca_file or True

    def send(self, ask: Ask) -> Heard:
        with ask.file() if ask.kind == "file" else _none() as file:
            body = file or (ask.blocks() if ask.kind == "generator" else ask.body)
            response = self._session.request(
                ask.method,
                ask.url,
                headers=dict(ask.headers),
                data=body,
                timeout=ask.timeout_s,
                stream=ask.in_pieces,
                allow_redirects=False,
                verify=self._verify,
            )
            content = b"".join(response.iter_content(PIECE_BYTES)) if ask.in_pieces else response.content
        return Heard(response.status_code, lower(response.headers.items()), content)

    def close(self) -> None:
        self._session.close()


class Urllib3Client:
    def __init__(self, reach: Reach) -> None:
        self._pools = urllib3.PoolManager(ca_certs=reach.ca_file)

    def send(self, ask: Ask) -> Heard:
        with ask.file() if ask.kind == "file" else _none() as file:
            response = self._pools.request(
                ask.method,
                ask.url,
                headers=dict(ask.headers),
                body=file or (ask.blocks() if ask.kind == "generator" else ask.body),
                timeout=ask.timeout_s,
                retries=urllib3.Retry(0),
                redirect=False,
                preload_content=not ask.in_pieces,
            )
            body = b"".join(response.stream(PIECE_BYTES)) if ask.in_pieces else response.data
        response.release_conn()
        return Heard(response.status, lower(response.headers.items()), body)

    def close(self) -> None:
        self._pools.clear()


class HttpxClient:
    def __init__(self, reach: Reach) -> None:
        self._client = httpx.Client(trust_env=False, verify=_tls(reach))

    def send(self, ask: Ask) -> Heard:
        with ask.file() if ask.kind == "file" else _none() as file:
            content = file or (ask.blocks() if ask.kind == "generator" else ask.body)
            request = self._client.build_request(
                ask.method, ask.url, headers=dict(ask.headers), content=content, timeout=ask.timeout_s
            )
            response = self._client.send(request, stream=ask.in_pieces)
            body = b"".join(response.iter_raw(PIECE_BYTES)) if ask.in_pieces else response.content
            response.close()
        return Heard(response.status_code, lower(response.headers.items()), body)

    def close(self) -> None:
        self._client.close()


class AsyncioRun:
    """A loop that lives as long as its client."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()

    def __call__(self, function: Callable[..., Any], *args: Any) -> Any:
        return self._loop.run_until_complete(function(*args))

    def close(self) -> None:
        self._loop.run_until_complete(self._end())
        self._loop.close()

    async def _end(self) -> None:
        # A client's close() returns while TLS still says goodbye, and a peer that never answers would keep the socket
        # open beyond the loop. What is left is aborted; each abort takes one turn of the loop, its end another.
        await self._loop.shutdown_asyncgens()
        for transport in list(self._loop._transports.values()):  # type: ignore[attr-defined]
            transport.abort()
        for _ in range(2):
            await asyncio.sleep(0)


class TrioRun:
    def __call__(self, function: Callable[..., Any], *args: Any) -> Any:
        return trio.run(function, *args)

    def close(self) -> None:
        pass


class HttpxAsyncClient:
    run: Callable[[], Any] = AsyncioRun

    def __init__(self, reach: Reach) -> None:
        self._run = self.run()
        self._client = httpx.AsyncClient(trust_env=False, verify=_tls(reach), limits=self._limits())

    def send(self, ask: Ask) -> Heard:
        heard: Heard = self._run(self._send, ask)
        return heard

    async def _send(self, ask: Ask) -> Heard:
        # A client that awaits takes no plain file; its user would make an asynchronous generator of one.
        content = ask.async_blocks() if ask.kind in ("file", "generator") else ask.body
        request = self._client.build_request(
            ask.method, ask.url, headers=dict(ask.headers), content=content, timeout=ask.timeout_s
        )
        response = await self._client.send(request, stream=ask.in_pieces)
        body = b"".join([part async for part in response.aiter_raw(PIECE_BYTES)]) if ask.in_pieces else response.content
        await response.aclose()
        return Heard(response.status_code, lower(response.headers.items()), body)

    def _limits(self) -> httpx.Limits:
        return httpx.Limits()

    def close(self) -> None:
        self._run(self._client.aclose)
        self._run.close()


class HttpxTrioClient(HttpxAsyncClient):
    run = TrioRun

    def _limits(self) -> httpx.Limits:
        # Each request has a trio of its own, which no connection outlives.
        return httpx.Limits(max_keepalive_connections=0)


class UrllibRequestClient:
    def __init__(self, reach: Reach) -> None:
        handlers: list[Any] = [urllib.request.ProxyHandler({}), _NoRedirects()]
        if reach.ca_file:
            handlers.append(urllib.request.HTTPSHandler(context=_tls(reach)))
        self._opener = urllib.request.build_opener(*handlers)

    def send(self, ask: Ask) -> Heard:
        with ask.file() if ask.kind == "file" else _none() as file:
            body = file or (ask.blocks() if ask.kind == "generator" else ask.body)
            request = urllib.request.Request(ask.url, body, dict(ask.headers), method=ask.method)
            if body is not None:
                request.add_unredirected_header("Content-type", ask.headers.get("Content-Type", ""))
            try:
                response = self._opener.open(request, timeout=ask.timeout_s)
            except urllib.error.HTTPError as error:
                # An answer like any other, raised.
                response = error
            with response:
                pieces = iter(lambda: response.read(PIECE_BYTES), b"") if ask.in_pieces else [response.read()]
                return Heard(response.status, lower(response.headers.items()), b"".join(pieces))

    def close(self) -> None:
        self._opener.close()


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args: Any) -> None:
        return None


class HttpClientClient:
    """http.client, a connection kept for each place."""

    def __init__(self, reach: Reach) -> None:
        self._reach = reach
        self._connections: dict[str, http.client.HTTPConnection] = {}

    def send(self, ask: Ask) -> Heard:
        parts = urlsplit(ask.url)
        if parts.netloc not in self._connections:
            self._connections[parts.netloc] = (
                http.client.HTTPSConnection(parts.netloc, context=_tls(self._reach))
                if parts.scheme == "https"
                else http.client.HTTPConnection(parts.netloc)
            )
        connection = self._connections[parts.netloc]
        connection.timeout = ask.timeout_s
        if connection.sock is not None:
            connection.sock.settimeout(ask.timeout_s)
        target = parts.path + (f"?{parts.query}" if parts.query else "")
        with ask.file() if ask.kind == "file" else _none() as file:
            body = file or (ask.blocks() if ask.kind == "generator" else ask.body)
            response = None
            try:
                connection.request(ask.method, target, body, dict(ask.headers))
                response = connection.getresponse()
                pieces = iter(lambda: response.read(PIECE_BYTES), b"") if ask.in_pieces else [response.read()]
                body = b"".join(pieces)
                if response.length:
                    # Cut off; read in pieces, that is not said.
                    connection.close()
                response.close()  # one that is not kept owns its socket
                return Heard(response.status, lower(response.getheaders()), body)
            except BaseException:
                # A connection that won't be kept has given its socket to the response.
                if response is not None:
                    response.close()
                connection.close()
                raise

    def close(self) -> None:
        for connection in self._connections.values():
            connection.close()


class AiohttpClient:
    def __init__(self, reach: Reach) -> None:
        self._run = AsyncioRun()
        self._tls: Any = _tls(reach) if reach.ca_file else True
        self._session = self._run(self._open)

    async def _open(self) -> aiohttp.ClientSession:
        return aiohttp.ClientSession()

    def send(self, ask: Ask) -> Heard:
        heard: Heard = self._run(self._send, ask)
        return heard

    async def _send(self, ask: Ask) -> Heard:
        data = ask.async_blocks() if ask.kind in ("file", "generator") else ask.body
        async with self._session.request(
            ask.method,
            # Its URLs are normalised unless they are said to be encoded.
            _yarl(ask.url),
            headers=dict(ask.headers),
            data=data,
            timeout=aiohttp.ClientTimeout(total=None, sock_read=ask.timeout_s),
            allow_redirects=False,
            ssl=self._tls,
        ) as response:
            pieces = [p async for p in response.content.iter_chunked(PIECE_BYTES)] if ask.in_pieces else []
            body = b"".join(pieces) if ask.in_pieces else await response.read()
            return Heard(response.status, lower(response.headers.items()), body)

    def close(self) -> None:
        self._run(self._session.close)
        self._run.close()


def _yarl(url: str) -> Any:
    import yarl

    return yarl.URL(url, encoded=True)


class CurlFailed(OSError):
    """curl's exit status, as `errno`, and its words."""


class CurlClient:
    """One process a request, as in a shell script."""

    def __init__(self, reach: Reach) -> None:
        self._ca = ["--cacert", reach.ca_file] if reach.ca_file else []
        self._folder = tempfile.TemporaryDirectory()

    def send(self, ask: Ask) -> Heard:
        head, body = Path(self._folder.name) / "head", Path(self._folder.name) / "body"
        head.write_bytes(b"")
        body.write_bytes(b"")
        words = ["curl", "-q", "--silent", "--show-error", "--noproxy", "*", "--path-as-is", "-D", head, "-o", body]
        words += ["--max-time", str(ask.timeout_s), *self._ca]
        words += ["--head"] if ask.method == "HEAD" else ["-X", ask.method]
        for name, value in ask.headers.items():
            words += ["-H", f"{name}: {value}"]
        if ask.body is not None:
            words += ["-H", "Expect:"]
            words += ["-H", "Transfer-Encoding: chunked"] if ask.kind == "generator" else []
            words += ["--data-binary", "@-"]
        done = subprocess.run([*map(str, words), ask.url], input=ask.body, capture_output=True, check=False)
        if done.returncode:
            raise CurlFailed(done.returncode, done.stderr.decode())
        status_line, *lines = head.read_bytes().decode("latin-1").strip().splitlines()
        headers = dict(line.split(": ", 1) for line in lines if ": " in line)
        content = b"" if ask.method == "HEAD" else body.read_bytes()
        return Heard(int(status_line.split()[1]), lower(headers.items()), content)

    def close(self) -> None:
        self._folder.cleanup()


@contextmanager
def _none() -> Iterator[None]:
    yield None


def _tls(reach: Reach) -> Any:
    # In process nobody shows a certificate. Not to read the machine's own saves most of a case's time.
    return ssl.create_default_context(cafile=reach.ca_file) if reach.ca_file else False


# -- settings -----------------------------------------------------------------------------------------------------


@contextmanager
def in_process(stt: FakeSTT) -> Iterator[Reach]:
    with stt.reachable(block_network=True):
        yield Reach(stt.url, "https://iam.cloud.ibm.com/identity/token", "https://nobody.test/", stt.app)


@contextmanager
def live(stt: FakeSTT, *, tls: bool) -> Iterator[Reach]:
    path = urlsplit(stt.url).path
    with serve(stt.app, tls=authority() if tls else False) as server:
        ca_file = authority().ca_file if tls else None
        yield Reach(server.url + path, f"{server.url}/identity/token", nobody(), stt.app, ca_file)


@contextmanager
def live_http(stt: FakeSTT) -> Iterator[Reach]:
    with live(stt, tls=False) as reach:
        yield reach


@contextmanager
def live_https(stt: FakeSTT) -> Iterator[Reach]:
    with live(stt, tls=True) as reach:
        yield reach


def nobody() -> str:
    """A URL on loopback at which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return f"http://127.0.0.1:{listener.getsockname()[1]}/"


Setting = Callable[[FakeSTT], AbstractContextManager[Reach]]


# -- ways ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Way:
    """A way in. `lacks` names the faults that it can't have, and why."""

    name: str
    client: Callable[[Reach], Client]
    setting: Setting
    lacks: Mapping[str, str] = field(default_factory=dict)
    live: bool = False
    tls: bool = False

    @contextmanager
    def to(self, stt: FakeSTT) -> Iterator[tuple[Client, Reach]]:
        """A client, and where it finds the fake."""
        with self.setting(stt) as reach, closing(self.client(reach)) as client:
            yield client, reach

    def __str__(self) -> str:
        return self.name


IN_PROCESS = (
    Way("WSGI", WsgiClient, in_process, {"refused": "no connection"}),
    Way("requests", RequestsClient, in_process),
    Way("urllib3", Urllib3Client, in_process),
    Way("httpx", HttpxClient, in_process),
    Way("httpx asyncio", HttpxAsyncClient, in_process),
    Way("httpx trio", HttpxTrioClient, in_process),
    Way("urllib.request", UrllibRequestClient, in_process),
)
LIVE_CLIENTS: dict[str, Callable[[Reach], Client]] = {
    "requests": RequestsClient,
    "httpx": HttpxClient,
    "aiohttp": AiohttpClient,
    "http.client": HttpClientClient,
    "curl": CurlClient,
}
LIVE = tuple(
    Way(f"{name} {scheme}", client, setting, {}, live=True, tls=scheme == "https")
    for name, client in LIVE_CLIENTS.items()
    for scheme, setting in (("http", live_http), ("https", live_https))
    if name != "curl" or shutil.which("curl")
)
WAYS = (*IN_PROCESS, *LIVE)
