"""Ask a fake over WSGI: one request, byte for byte as a server would hand it on."""

from __future__ import annotations

import io
import json
from base64 import b64encode
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from fakestt import FakeSTT
from fakestt.media import forge

EDITIONS = ("icp2018", "icp2020", "cloud2025", "cp4d2025")
START = "2018-10-27T00:00:00Z"
MODELS = "/v1/acoustic_customizations"
NOBODY = "00000000-0000-4000-8000-000000000000"
AUDIO_FILES = Path(__file__).parent.parent / "data" / "audio"


def basic(key: str, user: str = "apikey") -> str:
    """The header for a key."""
    return "Basic " + b64encode(f"{user}:{key}".encode()).decode()


@lru_cache
def flac(minutes: float, rate_hz: int = 16000) -> bytes:
    """Valid audio; forging it takes a while, so once is enough."""
    return forge.flac(minutes * 60, rate_hz)


@dataclass(frozen=True)
class Heard:
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def error(self) -> str:
        text = self.json["error"]
        assert isinstance(text, str)
        return text


def environ_of(
    method: str,
    target: str,
    body: bytes = b"",
    headers: dict[str, str] | None = None,
    raw: bool = True,
    **more: Any,
) -> dict[str, Any]:
    """The environ of a request. Keywords replace what a server would say; None takes it away."""
    path, _, query = target.partition("?")
    environ: dict[str, Any] = {
        "REQUEST_METHOD": method,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote(path, "latin-1"),
        "QUERY_STRING": query,
        "SERVER_NAME": "fakestt.test",
        "SERVER_PORT": "443",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": "fakestt.test",
        "wsgi.url_scheme": "https",
        "wsgi.input": io.BytesIO(body),
    }
    if raw:
        environ["RAW_URI"] = target
    if body:
        environ["CONTENT_LENGTH"] = str(len(body))
    for name, value in (headers or {}).items():
        key = name.upper().replace("-", "_")
        environ[key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{key}"] = value
    environ.update(more)
    return {key: value for key, value in environ.items() if value is not None}


def ask(
    stt: FakeSTT,
    method: str,
    target: str,
    body: bytes | dict[str, Any] = b"",
    headers: dict[str, str] | None = None,
    *,
    key: str | None = "",
    raw: bool = True,
    **environ: Any,
) -> Heard:
    """Ask. `key` is the API key: this fake's own unless given, and with None no credential at all."""
    given = {} if key is None else {"Authorization": basic(key or stt.api_key)}
    if isinstance(body, dict):
        body = json.dumps(body).encode()
        given["Content-Type"] = "application/json"
    heard: list[Any] = []
    environ = environ_of(method, target, body, {**given, **(headers or {})}, raw, **environ)
    pieces = stt.app(environ, lambda status, head: heard.extend((status, head)))
    data = b"".join(pieces)
    status, head = heard
    assert len({name.lower() for name, _ in head}) == len(head), "a header came twice"
    return Heard(int(status.split()[0]), {name.lower(): value for name, value in head}, data)


def create(stt: FakeSTT, name: str = "car", base: str = "en-US_BroadbandModel", **more: Any) -> str:
    """Create a model, return its id."""
    heard = ask(stt, "POST", MODELS, {"name": name, "base_model_name": base}, **more)
    assert heard.status == 201, heard
    model_id = heard.json["customization_id"]
    assert isinstance(model_id, str)
    return model_id


def add(
    stt: FakeSTT,
    model_id: str,
    name: str = "audio1",
    data: bytes | None = None,
    content_type: str = "audio/flac",
    headers: dict[str, str] | None = None,
    query: str = "",
    **more: Any,
) -> Heard:
    """Add audio: 12 minutes unless given."""
    return ask(
        stt,
        "POST",
        f"{MODELS}/{model_id}/audio/{name}{query}",
        flac(12) if data is None else data,
        {"Content-Type": content_type, **(headers or {})},
        **more,
    )


def file(name: str) -> bytes:
    """One of the sample files."""
    return (AUDIO_FILES / name).read_bytes()
