"""Applications for the clients of this folder."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from fakestt.transports.inprocess import App, StartResponse

__all__ = ["HOST", "URL", "Blocks", "Echo", "answering"]

HOST = "fakestt.test"
URL = f"https://{HOST}/"


def answering(*chunks: bytes | Exception, status: str = "200 OK", headers: Iterable[tuple[str, str]] = ()) -> App:
    """An application that sends these chunks, and raises where one is an exception."""

    def app(environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        if chunks and isinstance(chunks[0], Exception):
            raise chunks[0]
        start_response(status, list(headers))
        return sending()

    def sending() -> Iterator[bytes]:
        for chunk in chunks:
            if isinstance(chunk, Exception):
                raise chunk
            yield chunk

    return app


class Echo:
    """Answers its input, and keeps the environ."""

    def __init__(self) -> None:
        self.environ: dict[str, Any] = {}

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        self.environ = environ
        start_response("201 Made", [("X-Name", "ü"), ("Set-Cookie", "a=1"), ("Set-Cookie", "b=2")])
        return [environ["wsgi.input"].read()]


class Blocks:
    """Streams fifty blocks, and counts how often its answers were closed."""

    def __init__(self) -> None:
        self.closed = 0

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        start_response("200 OK", [])
        return self

    def __iter__(self) -> Iterator[bytes]:
        return iter([b"x" * 65536] * 50)

    def close(self) -> None:
        self.closed += 1
