"""The ways in: how each client library reaches a fake, behind one face.

A way is a client and a setting. A setting makes a fake reachable and says under which URL; a client sends an `Ask` and
returns what was `Heard`, or raises what its library raises. The cases (`conformance_cases`) know nothing else.

A further way is a row more in `WAYS`. To hold the same cases against a real service, write a setting for it.
"""

from __future__ import annotations

import shutil
import socket
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from conformance_asking import Client, Reach
from conformance_client_aiohttp import AiohttpClient
from conformance_client_curl import CurlClient
from conformance_client_httpx import HttpxAsyncClient, HttpxClient, HttpxTrioClient
from conformance_client_retrying import RetryingRequestsClient, RetryingSdkClient, SdkClient
from conformance_client_stdlib import HttpClientClient, UrllibRequestClient
from conformance_client_urllib3 import RequestsClient, Urllib3Client
from conformance_client_werkzeug import WsgiClient
from conformance_peer import authority

from fakestt import FakeSTT
from fakestt.transports.live import serve

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
        yield Reach(server.url + path, f"{server.url}/identity/token", nobody(), stt.app, ca_file, server)


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
    """A way in. `lacks` names the cases that it can't have, and why; `absent` says why it can't be gone here at all.

    One that is `for_faults` alone has no other cases: it sends as another does, and differs by what it makes of faults.
    """

    name: str
    client: Callable[[Reach], Client]
    setting: Setting
    lacks: Mapping[str, str] = field(default_factory=dict)
    live: bool = False
    tls: bool = False
    absent: str = ""
    for_faults: bool = False

    @contextmanager
    def to(self, stt: FakeSTT) -> Iterator[tuple[Client, Reach]]:
        """A client, and where it finds the fake."""
        with self.setting(stt) as reach, closing(self.client(reach)) as client:
            yield client, reach

    def __str__(self) -> str:
        return self.name


UNFIT = {f"{what} in a streamed body": "it reads no body in pieces" for what in ("cut", "reset", "a drip")}
RACES = dict.fromkeys(("reset in the body", "reset in a streamed body"), "a race at each try")
NO_SOCKET = {"one connection": "no connection in process"}
IN_PROCESS = (
    Way("WSGI", WsgiClient, in_process, {**NO_SOCKET, "refused": "no connection in process"}),
    Way("requests", RequestsClient, in_process, NO_SOCKET),
    Way("urllib3", Urllib3Client, in_process, NO_SOCKET),
    Way("httpx", HttpxClient, in_process, NO_SOCKET),
    Way("httpx asyncio", HttpxAsyncClient, in_process, NO_SOCKET),
    Way("httpx trio", HttpxTrioClient, in_process, NO_SOCKET),
    Way("urllib.request", UrllibRequestClient, in_process, NO_SOCKET),
)
LIVE_CLIENTS: dict[str, Callable[[Reach], Client]] = {
    "requests": RequestsClient,
    "httpx": HttpxClient,
    "aiohttp": AiohttpClient,
    "http.client": HttpClientClient,
    "curl": CurlClient,
}
LIVE_LACKS = {"curl": {"one connection": "a process for each request"}}
NOT_HERE = {} if shutil.which("curl") else {"curl": "no curl"}
LIVE = tuple(
    Way(
        f"{name} {scheme}", client, setting, LIVE_LACKS.get(name, {}),
        live=True, tls=scheme == "https", absent=NOT_HERE.get(name, ""),
    )
    for name, client in LIVE_CLIENTS.items()
    for scheme, setting in (("http", live_http), ("https", live_https))
)  # fmt: skip
WAYS = tuple(way for way in (*IN_PROCESS, *LIVE) if not way.absent)
FAULTS_CLIENTS: dict[str, Callable[[Reach], Client]] = {
    "requests retrying": RetryingRequestsClient,
    "ibm-watson": SdkClient,
    "ibm-watson retrying": RetryingSdkClient,
}
FOR_FAULTS = tuple(
    Way(
        name if setting is in_process else f"{name} http", client, setting,
        (UNFIT if name.startswith("ibm-watson") else {}) | (RACES if setting is live_http else {}),
        live=setting is live_http, for_faults=True,
    )
    for name, client in FAULTS_CLIENTS.items()
    for setting in (in_process, live_http)
)  # fmt: skip
ALL_WAYS = (*IN_PROCESS, *LIVE, *FOR_FAULTS)
# What is gone each day, the others by the gate: each cut into a library, and the live server once without and once with
# TLS.
EACH_DAY = frozenset(
    {
        "WSGI", "requests", "requests http", "requests https", "requests retrying", "httpx", "httpx asyncio",
        "urllib.request",
    }
)  # fmt: skip
