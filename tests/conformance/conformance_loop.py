"""A loop of asyncio for clients that await."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any


class AsyncioRun:
    """A loop that lives as long as its client."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()

    def __call__(self, function: Callable[..., Any], *args: Any) -> Any:
        return self._loop.run_until_complete(function(*args))

    def close(self) -> None:
        self._loop.run_until_complete(self._end())
        self._loop.close()

    async def _end(self) -> None:
        # A client's close() returns while TLS still says goodbye, and a peer that never answers would keep the socket
        # open beyond the loop. What is left is aborted; each abort takes one turn of the loop, its end another.
        await self._loop.shutdown_asyncgens()
        for transport in list(self._loop._transports.values()):  # type: ignore[attr-defined]
            transport.abort()
        for _ in range(2):
            await asyncio.sleep(0)
