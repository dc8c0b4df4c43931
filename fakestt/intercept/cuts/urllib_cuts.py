"""The cut into urllib.request: at `AbstractHTTPHandler.do_open`, the one place where it makes a connection.

do_open itself is kept. For our hosts it gets a connection of ours, so it still handles errors in its own way.
"""

from __future__ import annotations

from collections.abc import Sequence
from errno import ECONNREFUSED
from typing import Any
from urllib.error import URLError
from urllib.parse import urlsplit
from urllib.request import AbstractHTTPHandler

from fakestt.intercept.cuts.board import PORTS, Board
from fakestt.intercept.patch import Patch
from fakestt.transports.self_signed import SelfSigned
from fakestt.transports.urllib_request import InProcessConnection

__all__ = ["cuts"]


def cuts(board: Board) -> Sequence[Patch]:
    """The cuts to make now."""
    plain: Any = vars(AbstractHTTPHandler)["do_open"]  # Any: another library's function

    def do_open(self: Any, http_class: Any, req: Any, **options: Any) -> Any:
        # The full URL is the true target, whether or not a proxy was set on the request.
        parts = urlsplit(req.full_url)
        if parts.scheme not in PORTS:
            return plain(self, http_class, req, **options)
        host, port = parts.hostname or "", parts.port or PORTS[parts.scheme]
        app = board.find(host, port)
        if app is None:
            refusal = board.refusal(host, port)
            if refusal is not None:
                raise URLError(ConnectionRefusedError(ECONNREFUSED, refusal))
            return plain(self, http_class, req, **options)

        def connection(_: str, *, timeout: Any = None, **tls: Any) -> InProcessConnection:
            refusal = None
            if parts.scheme == "https" and isinstance(app, SelfSigned):
                # Made for its context alone: without one that it is given, it makes the usual one.
                refusal = app.refusal(http_class(host, **tls)._context)
            return InProcessConnection(app, scheme=parts.scheme, host=host, port=port, timeout=timeout, refusal=refusal)

        return plain(self, connection, req, **options)

    return (Patch(AbstractHTTPHandler, "do_open", do_open),)
