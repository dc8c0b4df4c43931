"""aiohttp, which nothing in process can reach."""

from __future__ import annotations

from typing import Any

import aiohttp
import yarl
from conformance_asking import PIECE_BYTES, Ask, Heard, Reach, lower, tls_of
from conformance_loop import AsyncioRun


class AiohttpClient:
    def __init__(self, reach: Reach) -> None:
        self._run = AsyncioRun()
        self._tls: Any = tls_of(reach) if reach.ca_file else True
        self._session = self._run(self._open)

    async def _open(self) -> aiohttp.ClientSession:
        return aiohttp.ClientSession()

    def send(self, ask: Ask) -> Heard:
        heard: Heard = self._run(self._send, ask)
        return heard

    async def _send(self, ask: Ask) -> Heard:
        data: Any = ask.async_blocks() if ask.kind in ("file", "generator") else ask.body
        if ask.kind == "multipart":
            data = aiohttp.FormData()
            for field, (name, content, kind) in ask.form().items():
                data.add_field(field, content, filename=name, content_type=kind)
        async with self._session.request(
            ask.method,
            # Its URLs are normalised unless they are said to be encoded.
            yarl.URL(ask.url, encoded=True),
            headers=dict(ask.headers),
            data=data,
            timeout=aiohttp.ClientTimeout(total=None, sock_read=ask.timeout_s),
            allow_redirects=False,
            ssl=self._tls,
        ) as response:
            pieces = [p async for p in response.content.iter_chunked(PIECE_BYTES)] if ask.in_pieces else []
            body = b"".join(pieces) if ask.in_pieces else await response.read()
            return Heard(response.status, lower(response.headers.items()), body)

    def close(self) -> None:
        self._run(self._session.close)
        self._run.close()
