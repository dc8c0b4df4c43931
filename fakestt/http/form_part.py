"""One part of a form of several (`multipart/form-data`), as a stream in constant memory."""

from __future__ import annotations

import hashlib

from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.http import parse_options_header
from werkzeug.sansio.multipart import Data, Epilogue, Field, File, MultipartDecoder, NeedData

from fakestt.core.refusals import Refusal, Why
from fakestt.http.body import CHUNK_BYTES
from fakestt.media.reading import Readable

__all__ = ["FormPart", "boundary_of"]


def boundary_of(content_type: str | None) -> bytes | None:
    """What stands between the parts; None if the body is no such form."""
    kind, options = parse_options_header(content_type)
    boundary = options.get("boundary")
    return boundary.encode("latin-1", "replace") if kind == "multipart/form-data" and boundary else None


class FormPart:
    """The first part of this name, read from front to back, with the size and digest of what was read of it so far.

    Without such a part it is empty.

    Raises:
        Refusal: MALFORMED_REQUEST: the form can't be read.
    """

    def __init__(self, stream: Readable, boundary: bytes, name: str) -> None:
        self._stream = stream
        self._name = name
        self._decoder = MultipartDecoder(boundary)
        self._is_wanted = self._is_over = False
        self._hash = hashlib.sha256()
        self.size_bytes: int = 0

    def read(self, size: int, /) -> bytes:
        """Return the next piece, b"" at the end."""
        try:
            while not self._is_over:
                piece = self._next()
                if piece:
                    self.size_bytes += len(piece)
                    self._hash.update(piece)
                    return piece
        except (ValueError, RequestEntityTooLarge) as error:
            raise Refusal(Why.MALFORMED_REQUEST, problem=f"the form could not be read: {error}") from None
        return b""

    @property
    def sha256(self) -> str:
        """In hexadecimal digits. A form's own would be another each time, for its boundary is drawn."""
        return self._hash.hexdigest()

    def _next(self) -> bytes:
        match self._decoder.next_event():
            case NeedData():
                piece = self._stream.read(CHUNK_BYTES)
                self._decoder.receive_data(piece or None)
            case Field(name=name) | File(name=name):
                self._is_wanted = name == self._name
            case Data(data=data, more_data=more) if self._is_wanted:
                self._is_over = not more
                return data
            case Epilogue():
                self._is_over = True
        return b""
