"""What is asked of a client of any library, what is heard, and where the fake is reached."""

from __future__ import annotations

import json
import ssl
import tempfile
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from fakestt.transports.live import Server

TIMEOUT_S = 10.0
LONGER_S = (0.1, 1.0, 5.0)
"""Where a time-out is waited for: one after the other until all is well. A busy machine is late with the rest too."""
PIECE_BYTES = 1000


@dataclass(frozen=True, kw_only=True)
class Ask:
    """A request. `kind` says in which form the client gets the body; `in_pieces` that it reads the answer so.

    Of a "multipart" body the library makes a form with one file in it, and the header that goes with that.
    """

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

    def form(self) -> dict[str, tuple[str, bytes, str]]:
        """The body as the one file of a form."""
        assert self.body is not None
        return {"audio": ("a.flac", self.body, "audio/flac")}

    def by_hand(self) -> Ask:
        """The same for libraries that know no forms: the body as it goes over the wire."""
        assert self.body is not None
        name, data, kind = self.form()["audio"]
        head = f'Content-Disposition: form-data; name="audio"; filename="{name}"\r\nContent-Type: {kind}'
        body = b"--cut\r\n" + head.encode() + b"\r\n\r\n" + data + b"\r\n--cut--\r\n"
        headers = {**self.headers, "Content-Type": "multipart/form-data; boundary=cut"}
        return replace(self, headers=headers, body=body, kind="bytes")

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
    """Where a fake is reached, by which server. `nobody` is a URL at which a connection is refused."""

    url: str
    tokens_url: str
    nobody: str
    app: Any = None
    ca_file: str | None = None
    server: Server | None = None


def lower(pairs: Any) -> dict[str, str]:
    return {(name if isinstance(name, str) else name.decode()).lower(): str(value) for name, value in pairs}


@contextmanager
def nothing() -> Iterator[None]:
    yield None


def tls_of(reach: Reach) -> Any:
    # In process nobody shows a certificate. Not to read the machine's own saves most of a case's time.
    return ssl.create_default_context(cafile=reach.ca_file) if reach.ca_file else False
