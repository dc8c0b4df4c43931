"""An application under a host, and a proxy that nobody may ask."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from fakestt.transports.inprocess import App, StartResponse

__all__ = ["DEAD_PROXY", "FAKE", "HOST", "named"]

HOST = "fakestt.test"
# Nobody listens on the discard port; a request that goes to this proxy fails.
DEAD_PROXY = "http://127.0.0.1:9"


def named(name: str) -> App:
    """An application that answers its name and what it was asked."""

    def app(environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        start_response("200 OK", [("X-Host", environ["HTTP_HOST"]), ("X-Target", environ["RAW_URI"])])
        return [name.encode()]

    return app


FAKE = named("fake")
