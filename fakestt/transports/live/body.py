"""The body of a request, as `wsgi.input`. Nothing is read from the connection beyond its end."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from typing import Any

from fakestt.transports.live.stream import ClientGone, Stream

__all__ = ["FIELD", "SMALL_BODY_BYTES", "TOKEN", "BadRequest", "Chunked", "Empty", "Sized"]

SMALL_BODY_BYTES = 64 * 1024

TOKEN = rb"[A-Za-z0-9!#$%&'*+.^_`|~-]"
"""A character of the name of a method or of a header."""
FIELD = rb"%b+:[\t -~\x80-\xff]*" % TOKEN
"""A header, or a trailer behind chunks. In its value are no controls: RFC 9110, 5.5."""

_CHUNK_LINE_BYTES = 4096
_CHUNK_LINE = re.compile(rb"([0-9A-Fa-f]{1,15})(?:;[\t -~\x80-\xff]*|[ \t]*)")
_TRAILERS = 100
_TRAILER = re.compile(FIELD)


class BadRequest(ClientGone):
    """The client is there, but what it sends is no request."""


class _Body(io.RawIOBase):
    """A stream that ends where the body ends. A read gives what has arrived, and waits only if nothing has."""

    def readable(self) -> bool:
        return True

    def can_skip(self) -> bool:
        """Whether the rest of the body has arrived, so that it can be passed over."""
        return True

    def skip(self) -> bool:
        """Pass over the rest. False: it has not arrived yet, and the connection is still in the middle of the body."""
        return self.can_skip()

    def some(self, size: int) -> bytes:
        """Return up to `size` bytes, b"" at the end."""
        return b""

    def read(self, size: int | None = -1, /) -> bytes:
        if size is None or size < 0:
            return b"".join(iter(lambda: self.some(SMALL_BODY_BYTES), b""))
        return self.some(size) if size else b""

    def readinto(self, buffer: Any, /) -> int:  # Any: anything with the buffer protocol
        data = self.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)


class Empty(_Body):
    """No body."""


class Sized(_Body):
    """A body of a known length."""

    def __init__(self, stream: Stream, before_first: Callable[[], None], size_bytes: int) -> None:
        self._stream = stream
        self._before_first = before_first
        self.left: int = size_bytes

    def some(self, size: int) -> bytes:
        if not self.left:
            return b""
        self._before_first()
        data = self._stream.read(min(size, self.left))
        self.left -= len(data)
        return data

    def can_skip(self) -> bool:
        return self.left <= len(self._stream.buffer)

    def skip(self) -> bool:
        if not self.can_skip():
            return False
        del self._stream.buffer[: self.left]
        self.left = 0
        return True


class Chunked(_Body):
    """A body that arrives in chunks and is read without them. A broken chunk ends it as if the client had gone."""

    def __init__(self, stream: Stream, before_first: Callable[[], None]) -> None:
        self._stream = stream
        self._before_first = before_first
        self._left = 0
        self._first = True
        self._done = False

    def can_skip(self) -> bool:
        return self._done

    def some(self, size: int) -> bytes:
        if not self._left and not self._done:
            self._begin()
        if self._done:
            return b""
        data = self._stream.read(min(size, self._left))
        self._left -= len(data)
        return data

    def _begin(self) -> None:
        if self._first:
            self._before_first()
            self._first = False
        elif self._line(2) != b"":
            raise _malformed()
        line = _CHUNK_LINE.fullmatch(self._line(_CHUNK_LINE_BYTES))
        if line is None:
            raise _malformed()
        self._left = int(line[1], 16)
        if self._left == 0:
            self._end()

    def _end(self) -> None:
        """Read what stands behind the last chunk."""
        for _ in range(_TRAILERS):
            line = self._line(_CHUNK_LINE_BYTES)
            if not line:
                self._done = True
                return
            if _TRAILER.fullmatch(line) is None:
                raise _malformed()
        raise _malformed()

    def _line(self, most_bytes: int) -> bytes:
        """Return a line without its end. Here that must be CR and LF, or two parsers would see other chunks."""
        line = self._stream.read_line(most_bytes)
        if line is None or not line.endswith(b"\r\n"):
            raise _malformed()
        return line[:-2]


def _malformed() -> BadRequest:
    return BadRequest("the chunks of the body can't be told apart")
