"""Bodies as they arrive: read in pieces, bounded, unpacked, hashed."""

from __future__ import annotations

import hashlib
import zlib

from fakestt.core.refusals import Refusal, Why
from fakestt.media.budget import Budget, TooMuch
from fakestt.media.gunzip import Gunzip
from fakestt.media.reading import Readable

__all__ = ["BodyReader", "open_body", "packed_body"]

CHUNK_BYTES = 65536


class BodyReader:
    """A body of at most `most_bytes`, read once from front to back. `budget` is what it may still cost.

    Raises:
        Refusal: BODY_TOO_LARGE as soon as more has arrived; MALFORMED_REQUEST if it ends before its announced length.
    """

    def __init__(self, stream: Readable, length: int | None, most_bytes: int, budget: Budget | None = None) -> None:
        self.budget: Budget = budget if budget is not None else Budget()
        self._stream = stream
        self._left = length
        self._most = most_bytes
        self._hash = hashlib.sha256()
        self.size_bytes: int = 0
        if length is not None and length > most_bytes:
            raise _too_large(most_bytes)

    def read(self, size: int = CHUNK_BYTES, /) -> bytes:
        """Return the next piece, b"" at the end."""
        if self._left is not None:
            size = min(size, self._left)
            if size == 0:
                return b""
        piece = self._stream.read(size)
        if self._left is not None:
            if not piece:
                raise Refusal(
                    Why.MALFORMED_REQUEST, problem=f"the body ended {self._left} bytes before its Content-Length"
                )
            self._left -= len(piece)
        self.size_bytes += len(piece)
        if self.size_bytes > self._most:
            raise _too_large(self._most)
        self._hash.update(piece)
        return piece

    def drain(self) -> None:
        """Read what is left and forget it."""
        while self.read(CHUNK_BYTES):
            pass

    def all(self) -> bytes:
        """Read what is left at once: for bodies with a small bound."""
        return b"".join(iter(lambda: self.read(CHUNK_BYTES), b""))

    @property
    def sha256(self) -> str:
        """The digest of what was read so far."""
        return self._hash.hexdigest()


class _Unpacked:
    """What a gzip body holds. It is unpacked as it is read."""

    def __init__(self, packed: Readable, budget: Budget) -> None:
        self._gunzip = Gunzip(packed, budget)

    def read(self, size: int, /) -> bytes:
        try:
            return self._gunzip.read(size)
        except zlib.error:
            problem = "the body is not gzip, as its Content-Encoding says"
        except EOFError:
            problem = "the gzip body is cut off"
        except TooMuch as error:
            problem = f"the gzip body has {error}"
        raise Refusal(Why.MALFORMED_REQUEST, problem=problem)


def packed_body(environ: dict[str, object], most_bytes: int) -> BodyReader | None:
    """Return the body of a request as it was sent, or None if it has none.

    Raises:
        Refusal: MALFORMED_REQUEST, BODY_TOO_LARGE.
    """
    length = _length(environ)
    chunked = environ.get("HTTP_TRANSFER_ENCODING") or environ.get("wsgi.input_terminated")
    if length is None and not chunked:
        return None
    stream: Readable = environ["wsgi.input"]  # type: ignore[assignment]  # WSGI says so
    return BodyReader(stream, length, most_bytes)


def open_body(environ: dict[str, object], most_bytes: int) -> BodyReader | None:
    """Return the body of a request, its Content-Encoding undone, or None if it has none.

    Raises:
        Refusal: MALFORMED_REQUEST, UNSUPPORTED_ENCODING, BODY_TOO_LARGE.
    """
    body = packed_body(environ, most_bytes)
    encoding = str(environ.get("HTTP_CONTENT_ENCODING", "")).strip().lower()
    if body is None or encoding in ("", "identity"):
        return body
    if encoding in ("gzip", "x-gzip"):
        return BodyReader(_Unpacked(body, body.budget), None, most_bytes, body.budget)
    raise Refusal(Why.UNSUPPORTED_ENCODING, encoding=encoding)


def _length(environ: dict[str, object]) -> int | None:
    text = str(environ.get("CONTENT_LENGTH") or "").strip()
    if not text or environ.get("HTTP_TRANSFER_ENCODING"):
        return None  # chunked wins over a length, as HTTP says
    if not (text.isascii() and text.isdigit()):
        raise Refusal(Why.MALFORMED_REQUEST, problem="the Content-Length is no number of bytes")
    return int(text[:20])


def _too_large(most_bytes: int) -> Refusal:
    mib = most_bytes / 1_048_576
    return Refusal(Why.BODY_TOO_LARGE, most=f"{mib:g} MB" if mib >= 1 else f"{most_bytes} bytes")
