"""The cuts into httpcore, on which httpx stands.

They are at its pools, because vcrpy and pytest-httpx replace the method of `httpx.HTTPTransport` too. They may pass on
what they don't answer to the function that they found there at import: it is older than ours and has the real network
behind it. Every pool, also for a proxy or a SOCKS proxy, is a `ConnectionPool`, and gets a request's true target.
"""

from __future__ import annotations

from collections.abc import Sequence
from errno import ECONNREFUSED
from typing import Any

import httpcore

from fakestt.intercept.cuts.board import PORTS, Board
from fakestt.intercept.patch import Patch
from fakestt.transports.httpcore_pool import answer, answer_async, verify
from fakestt.transports.inprocess import App
from fakestt.transports.self_signed import SelfSigned

__all__ = ["cuts"]


def cuts(board: Board) -> Sequence[Patch]:
    """The cuts to make now."""
    pool, async_pool = httpcore.ConnectionPool, httpcore.AsyncConnectionPool
    handle: Any = vars(pool)["handle_request"]  # Any: another library's function
    handle_async: Any = vars(async_pool)["handle_async_request"]  # Any: another library's function

    def handle_request(self: Any, request: httpcore.Request) -> Any:
        app, where = _led(board, self, request.url)
        return handle(self, request) if app is None else answer(app, request, **where)

    async def handle_async_request(self: Any, request: httpcore.Request) -> Any:
        app, where = _led(board, self, request.url)
        return await (handle_async(self, request) if app is None else answer_async(app, request, **where))

    return (
        Patch(pool, "handle_request", handle_request),
        Patch(async_pool, "handle_async_request", handle_async_request),
    )


def _led(board: Board, pool: Any, url: httpcore.URL) -> tuple[App | None, dict[str, Any]]:
    """The application for a URL, and the URL's parts. The application is None if the request goes the usual way.

    Raises:
        httpcore.ConnectError: the request goes nowhere.
    """
    scheme = url.scheme.decode("ascii")
    if scheme not in PORTS:
        return None, {}
    host, port = url.host.decode("ascii").strip("[]"), url.port or PORTS[scheme]
    app = board.find(host, port)
    if app is None:
        refusal = board.refusal(host, port)
        # A Unix socket is no network, whatever name the URL gives it.
        if refusal is not None and getattr(pool, "_uds", None) is None:
            # The error of a refused connection after all of the pool's retries, without their waits.
            raise httpcore.ConnectError(ConnectionRefusedError(ECONNREFUSED, refusal))
    elif scheme == "https" and isinstance(app, SelfSigned):
        verify(app, pool)
    return app, {"scheme": scheme, "host": host, "port": port}
