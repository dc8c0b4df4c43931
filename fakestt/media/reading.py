"""How are the bytes of an upload read? In order, once, and never all at a time."""

from __future__ import annotations

import tempfile
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Protocol

from fakestt.media.budget import Budget

__all__ = ["CHUNK_BYTES", "Readable", "Reader"]

CHUNK_BYTES = 128 * 1024
_SPOOL_IN_MEMORY_BYTES = 1024 * 1024


class Readable(Protocol):
    """The one thing that is asked of a stream."""

    def read(self, size: int, /) -> bytes: ...


class Reader:
    """A stream with a look ahead and a count. `budget` is that of the upload which it is, or is a part of."""

    def __init__(self, stream: Readable, budget: Budget | None = None) -> None:
        self.budget: Budget = budget if budget is not None else Budget()
        self._stream = stream
        self._size_bytes: int | None = None
        self._ahead = b""
        self.position: int = 0

    def trust(self, size_bytes: int) -> None:
        """Take the stream's length as known, so that `count` need not read it."""
        self._size_bytes = size_bytes

    def peek(self, size: int) -> bytes:
        """Return the next `size` bytes, or all that are left, and leave them in place."""
        while len(self._ahead) < size:
            more = self._stream.read(max(size - len(self._ahead), 4096))
            if not more:
                break
            self._ahead += more
        return self._ahead[:size]

    def read(self, size: int) -> bytes:
        """Return `size` bytes; fewer only at the end."""
        taken = self.peek(size)
        self._ahead = self._ahead[len(taken) :]
        self.position += len(taken)
        return taken

    def chunks(self, most: int | None = None) -> Iterator[bytes]:
        """Give the rest (at most `most` bytes) in pieces as they come."""
        left = most
        while left is None or left > 0:
            want = CHUNK_BYTES if left is None else min(CHUNK_BYTES, left)
            if self._ahead:
                piece, self._ahead = self._ahead[:want], self._ahead[want:]
            else:
                piece = self._stream.read(want)
            if not piece:
                return
            self.position += len(piece)
            left = None if left is None else left - len(piece)
            yield piece

    def skip(self, size: int) -> int:
        """Pass over `size` bytes and return how many there were."""
        return sum(map(len, self.chunks(size)))

    def skip_all(self) -> None:
        """Read to the end and keep nothing."""
        for _ in self.chunks():
            pass

    def count(self, most: int | None = None) -> int:
        """Count the bytes that are left, up to `most`. Nothing may be read after this."""
        if self._size_bytes is None:
            return sum(map(len, self.chunks(most)))
        left = max(self._size_bytes - self.position, 0)
        return left if most is None else min(left, most)

    def tail(self, size: int) -> bytes:
        """Pass over everything and return the last `size` bytes."""
        kept: deque[bytes] = deque()
        kept_bytes = 0
        for piece in self.chunks():
            kept.append(piece)
            kept_bytes += len(piece)
            while kept_bytes - len(kept[0]) >= size:
                kept_bytes -= len(kept.popleft())
        return b"".join(kept)[-size:]

    @contextmanager
    def spooled(self) -> Iterator[IO[bytes]]:
        """Give the rest as a file that can seek, in memory while it is small; it is gone when the block ends."""
        with tempfile.SpooledTemporaryFile(max_size=_SPOOL_IN_MEMORY_BYTES) as spool:
            for piece in self.chunks():
                spool.write(piece)
            spool.seek(0)
            yield spool
