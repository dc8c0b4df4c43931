"""A request's body on its way to a WSGI application: it is read from the client while the application reads it."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

from fakestt.wire import WireTimeout

__all__ = ["Upload"]

_BLOCK_BYTES = 64 * 1024


class Upload(io.RawIOBase):
    """A request body that is handed on as it comes. A read gives at most one chunk, and chunks are never joined.

    A body may end before the promised length. A server waits for the rest then, until the client's read timeout.

    `failure` keeps what the client's own iterator or file raised, because an application may swallow it.
    """

    def __init__(self, body: object, promised_bytes: int | None, read_timeout_s: float | None) -> None:
        blocks = _blocks(b"" if body is None else body)
        if promised_bytes is not None and read_timeout_s is not None:
            blocks = _all_of(blocks, promised_bytes)
        self._blocks = blocks
        self._ahead = memoryview(b"")
        self.failure: Exception | None = None

    def readable(self) -> bool:
        return True

    def read(self, size: int | None = -1, /) -> bytes:
        if size is None or size < 0:
            return self.readall()
        while size and not self._ahead:
            try:
                block = next(self._blocks)
                if type(block) is bytes and 0 < len(block) <= size:
                    return block  # as it came: to copy a whole upload takes time
                self._ahead = memoryview(block)
            except StopIteration:
                return b""
            except Exception as error:
                self.failure = error
                raise
        data, self._ahead = bytes(self._ahead[:size]), self._ahead[size:]
        return data

    def readinto(self, buffer: Any, /) -> int:  # Any: anything with the buffer protocol
        data = self.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)


def _all_of(blocks: Iterator[bytes | memoryview], promised_bytes: int) -> Iterator[bytes | memoryview]:
    for block in blocks:
        promised_bytes -= len(block)
        yield block
    if promised_bytes > 0:
        raise WireTimeout()


def _blocks(body: Any) -> Iterator[bytes | memoryview]:  # Any: whatever a client's user passes for a body
    if hasattr(body, "read"):
        while block := body.read(_BLOCK_BYTES):
            yield block.encode() if isinstance(block, str) else block
        return
    try:
        buffer = memoryview(body).cast("B")
    except TypeError:
        for chunk in body:
            yield chunk.encode() if isinstance(chunk, str) else chunk
    else:
        yield buffer
