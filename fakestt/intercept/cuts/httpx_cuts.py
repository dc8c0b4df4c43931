"""The cuts into httpx: a short way for our hosts, past the objects that httpx makes for httpcore.

The cuts into httpcore would lead these requests too. The short way saves a tenth of a poll's time. It also puts the
fake before respx, which stands between httpx and httpcore and would take a request to our hosts for a mistake. The cut
into cookies is for speed alone: it skips our answers that set none. To look for cookies, httpx makes two messages and a
request of the standard library's, which takes a sixth of a poll's time.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import httpx

from fakestt.intercept.cuts.board import PORTS, Board
from fakestt.intercept.patch import Patch
from fakestt.transports.httpx_transport import answer, answer_async, is_ours, verify
from fakestt.transports.inprocess import App
from fakestt.transports.self_signed import SelfSigned

__all__ = ["cuts"]


def cuts(board: Board) -> Sequence[Patch]:
    """The cuts to make now."""
    transport, async_transport = httpx.HTTPTransport, httpx.AsyncHTTPTransport
    handle: Any = vars(transport)["handle_request"]  # Any: another library's function
    handle_async: Any = vars(async_transport)["handle_async_request"]  # Any: another library's function
    extract: Any = vars(httpx.Cookies)["extract_cookies"]  # Any: another library's function

    def handle_request(self: Any, request: httpx.Request) -> Any:
        app, where = _led(board, self, request.url)
        return handle(self, request) if app is None else answer(app, request, **where)

    async def handle_async_request(self: Any, request: httpx.Request) -> Any:
        app, where = _led(board, self, request.url)
        return await (handle_async(self, request) if app is None else answer_async(app, request, **where))

    def extract_cookies(self: Any, response: httpx.Response) -> None:
        if "Set-Cookie" in response.headers or not is_ours(response):
            extract(self, response)

    return (
        Patch(httpx.Cookies, "extract_cookies", extract_cookies),
        Patch(transport, "handle_request", handle_request),
        Patch(async_transport, "handle_async_request", handle_async_request),
    )


def _led(board: Board, transport: Any, url: httpx.URL) -> tuple[App | None, dict[str, Any]]:
    """The application for a URL, and the URL's parts. None if the request goes the usual way, or is refused there.

    Raises:
        httpx.ConnectError: the transport does not trust the application's certificate.
    """
    scheme = url.scheme
    if scheme not in PORTS:
        return None, {}
    host, port = url.host, url.port or PORTS[scheme]
    app = board.find(host, port)
    if scheme == "https" and isinstance(app, SelfSigned):
        verify(app, transport._pool)
    return app, {"scheme": scheme, "host": host, "port": port}
