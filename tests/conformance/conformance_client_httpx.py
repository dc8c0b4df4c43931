"""httpx: waiting, and awaiting in asyncio and trio."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import httpx
import trio
from conformance_asking import PIECE_BYTES, Ask, Heard, Reach, lower, nothing, tls_of
from conformance_loop import AsyncioRun


class HttpxClient:
    def __init__(self, reach: Reach) -> None:
        self._client = httpx.Client(trust_env=False, verify=tls_of(reach))

    def send(self, ask: Ask) -> Heard:
        with ask.file() if ask.kind == "file" else nothing() as file:
            what: dict[str, Any] = {"content": file or (ask.blocks() if ask.kind == "generator" else ask.body)}
            if ask.kind == "multipart":
                what = {"files": ask.form()}
            request = self._client.build_request(
                ask.method, ask.url, headers=dict(ask.headers), timeout=ask.timeout_s, **what
            )
            response = self._client.send(request, stream=ask.in_pieces)
            body = b"".join(response.iter_raw(PIECE_BYTES)) if ask.in_pieces else response.content
            response.close()
        return Heard(response.status_code, lower(response.headers.items()), body)

    def close(self) -> None:
        self._client.close()


class TrioRun:
    def __call__(self, function: Callable[..., Any], *args: Any) -> Any:
        with warnings.catch_warnings():
            # httpx leaves a generator that it could not send to the end to trio, and trio says so.
            warnings.simplefilter("ignore", ResourceWarning)
            return trio.run(function, *args)

    def close(self) -> None:
        pass


class HttpxAsyncClient:
    run: Callable[[], Any] = AsyncioRun

    def __init__(self, reach: Reach) -> None:
        self._run = self.run()
        self._client = httpx.AsyncClient(trust_env=False, verify=tls_of(reach), limits=self._limits())

    def send(self, ask: Ask) -> Heard:
        heard: Heard = self._run(self._send, ask)
        return heard

    async def _send(self, ask: Ask) -> Heard:
        # A client that awaits takes no plain file; its user would make an asynchronous generator of one.
        what: dict[str, Any] = {"content": ask.async_blocks() if ask.kind in ("file", "generator") else ask.body}
        if ask.kind == "multipart":
            what = {"files": ask.form()}
        request = self._client.build_request(
            ask.method, ask.url, headers=dict(ask.headers), timeout=ask.timeout_s, **what
        )
        response = await self._client.send(request, stream=ask.in_pieces)
        body = b"".join([part async for part in response.aiter_raw(PIECE_BYTES)]) if ask.in_pieces else response.content
        await response.aclose()
        return Heard(response.status_code, lower(response.headers.items()), body)

    def _limits(self) -> httpx.Limits:
        return httpx.Limits()

    def close(self) -> None:
        self._run(self._client.aclose)
        self._run.close()


class HttpxTrioClient(HttpxAsyncClient):
    run = TrioRun

    def _limits(self) -> httpx.Limits:
        # Each request has a trio of its own, which no connection outlives.
        return httpx.Limits(max_keepalive_connections=0)
