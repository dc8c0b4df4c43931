"""A fake and a client that reaches it, and what is right: the same work with an equal fake, asked over bare WSGI."""

from __future__ import annotations

import io
import json
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from typing import Any
from urllib.parse import unquote, urlsplit

from conformance_asking import Ask, Client, Heard, Reach
from conformance_ways import Way

from fakestt import FakeSTT
from fakestt.media import forge

START = "2018-10-27T00:00:00Z"
MODELS = "/v1/acoustic_customizations"
BASE = "en-US_BroadbandModel"


@cache
def flac() -> bytes:
    return forge.flac(720)


class Session:
    """A fake, and a client that reaches it in some way."""

    def __init__(self, stt: FakeSTT, client: Client, reach: Reach) -> None:
        self.stt = stt
        self.client = client
        self.reach = reach
        key = b64encode(f"apikey:{stt.api_key}".encode()).decode()
        self.authorization = {"Authorization": f"Basic {key}"}

    def ask(
        self, method: str, path: str, body: Any = None, headers: Mapping[str, str] | None = None, **more: Any
    ) -> Heard:
        """Send; a dict is sent as JSON."""
        sent = {**self.authorization, **(headers or {})}
        if isinstance(body, dict):
            body, sent["Content-Type"] = json.dumps(body).encode(), "application/json"
        return self.client.send(Ask(method=method, url=self.reach.url + path, headers=sent, body=body, **more))

    def upload(self, path: str, body: bytes, **more: Any) -> Heard:
        return self.ask("POST", path, body, {"Content-Type": "audio/flac", **more.pop("headers", {})}, **more)


@contextmanager
def session(way: Way, edition: str = "icp2018") -> Iterator[Session]:
    stt = FakeSTT(edition=edition, start=START)
    with way.to(stt) as (client, reach):
        yield Session(stt, client, reach)


class BareClient:
    """The oracle: the environ of a server, written by hand."""

    def __init__(self, stt: FakeSTT) -> None:
        self._app = stt.app

    def send(self, ask: Ask) -> Heard:
        parts = urlsplit(ask.url)
        environ: dict[str, Any] = {
            "REQUEST_METHOD": ask.method,
            "SCRIPT_NAME": "",
            "PATH_INFO": unquote(parts.path, "latin-1"),
            "QUERY_STRING": parts.query,
            "RAW_URI": parts.path + (f"?{parts.query}" if parts.query else ""),
            "SERVER_NAME": parts.hostname,
            "SERVER_PORT": "443",
            "HTTP_HOST": parts.netloc,
            "wsgi.url_scheme": "https",
            "wsgi.input": io.BytesIO(ask.body or b""),
        }
        if ask.body is not None:
            environ["CONTENT_LENGTH"] = str(len(ask.body))
        for name, value in ask.headers.items():
            key = name.upper().replace("-", "_")
            environ[key if key == "CONTENT_TYPE" else f"HTTP_{key}"] = value
        heard: list[Any] = []
        body = b"".join(self._app(environ, lambda status, headers: heard.extend((status, headers))))
        return Heard(int(heard[0].split()[0]), {name.lower(): value for name, value in heard[1]}, body)

    def close(self) -> None:
        pass


def bare(edition: str = "icp2018") -> Session:
    stt = FakeSTT(edition=edition, start=START)
    return Session(stt, BareClient(stt), Reach(stt.url, "https://iam.cloud.ibm.com/identity/token", ""))


def journal(stt: FakeSTT) -> list[tuple[Any, ...]]:
    return [
        (e.call.operation.id if e.call else None, e.method, e.path.removeprefix("/speech-to-text/api"), e.status)
        for e in stt.journal
    ]


def same_as_bare(way: Way, work: Callable[[Session], Heard], status: int, edition: str = "icp2018") -> None:
    """The same work is answered, and written down, as over bare WSGI with an equal fake."""
    oracle = bare(edition)
    expected = work(oracle)
    with session(way, edition) as one:
        heard = work(one)
        assert heard.status == expected.status == status, heard
        # Answers name the URL under which the service was asked.
        told = expected.body.replace(oracle.reach.url.encode(), one.reach.url.encode())
        assert heard.body == told
        for name, value in expected.headers.items():
            if name != "content-length" or told == expected.body:
                assert heard.headers.get(name) == value, name
        assert journal(one.stt) == journal(oracle.stt)


def model(one: Session, status: str = "ready") -> str:
    made: Any = one.stt.acoustic_models
    minutes = 0 if status == "pending" else 12
    return str(made.add(name="car", base_model_name=BASE, status=status, minutes_of_audio=minutes).id)
