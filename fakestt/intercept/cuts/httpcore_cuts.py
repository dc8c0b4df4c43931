"""The cuts into httpcore, on which httpx stands.

At its pools and not at `httpx.HTTPTransport`, because others (vcrpy, pytest-httpx) replace that one's method too, and
may pass on what they don't answer to the function that they found there when they were imported: an older one than
ours, with the real network behind it. Every pool, a proxy's and a SOCKS proxy's included, is a `ConnectionPool`, and
gets the true target of a request.
"""

from __future__ import annotations

from collections.abc import Sequence
from errno import ECONNREFUSED
from typing import Any

import httpcore

from fakestt.intercept.cuts.cut import PORTS, Board, Cut
from fakestt.transports.httpcore_pool import answer, answer_async
from fakestt.transports.inprocess import App

__all__ = ["cuts"]


def cuts(board: Board) -> Sequence[Cut]:
    """The cuts to make now."""
    pool, async_pool = httpcore.ConnectionPool, httpcore.AsyncConnectionPool
    handle: Any = vars(pool)["handle_request"]  # Any: whatever stands there now
    handle_async: Any = vars(async_pool)["handle_async_request"]  # Any: the same

    def handle_request(self: Any, request: httpcore.Request) -> Any:
        app, where = _led(board, self, request.url)
        return handle(self, request) if app is None else answer(app, request, **where)

    async def handle_async_request(self: Any, request: httpcore.Request) -> Any:
        app, where = _led(board, self, request.url)
        return await (handle_async(self, request) if app is None else answer_async(app, request, **where))

    return (
        Cut(pool, "handle_request", handle, handle_request),
        Cut(async_pool, "handle_async_request", handle_async, handle_async_request),
    )


def _led(board: Board, pool: Any, url: httpcore.URL) -> tuple[App | None, dict[str, Any]]:
    """The application for a URL, and its parts; None where a request goes the usual way.

    Raises:
        httpcore.ConnectError: it goes nowhere.
    """
    scheme = url.scheme.decode("ascii")
    if scheme not in PORTS:
        return None, {}
    host, port = url.host.decode("ascii").strip("[]"), url.port or PORTS[scheme]
    app = board.find(host, port)
    if app is None:
        refusal = board.refusal(host, port)
        # A socket of the file system is no network, whatever name the URL gives it.
        if refusal is not None and getattr(pool, "_uds", None) is None:
            # What a refused connection gives once the pool has stopped retrying: nobody waits for it.
            raise httpcore.ConnectError(ConnectionRefusedError(ECONNREFUSED, refusal))
    return app, {"scheme": scheme, "host": host, "port": port}
