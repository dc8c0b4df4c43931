"""How is a gzip stream unpacked? Piece by piece, and never more at once than was asked for."""

from __future__ import annotations

import zlib

from fakestt.media.budget import Budget
from fakestt.media.reading import Readable

__all__ = ["Gunzip"]

# zlib copies what follows the end of a member. The less is given at once, the less that costs.
_PACKED_BYTES = 16 * 1024


class Gunzip:
    """The content of a gzip stream. Members may follow one another (RFC 1952); each of them is a record.

    This is not `gzip.GzipFile` because that one counts nothing: a file of a million empty members keeps it busy.
    """

    def __init__(self, packed: Readable, budget: Budget) -> None:
        self._packed = packed
        self._budget = budget
        self._rest = b""
        self._inflate = zlib.decompressobj(wbits=31)

    def read(self, size: int, /) -> bytes:
        """Return up to `size` bytes, b"" at the end.

        Raises:
            zlib.error: this is no gzip, or a damaged one.
            EOFError: it is cut off.
            TooMuch: it has too many members.
        """
        while True:
            packed = self._rest or self._packed.read(_PACKED_BYTES)
            if self._inflate.eof:
                if not packed:
                    return b""
                # Tapes are padded with zeros, and so are some files.
                self._rest = packed = packed.lstrip(b"\x00")
                if not packed:
                    continue
                self._budget.look()
                self._inflate = zlib.decompressobj(wbits=31)
            piece = self._inflate.decompress(packed, size)
            self._rest = self._inflate.unconsumed_tail or self._inflate.unused_data
            if piece:
                return piece
            if not packed:
                raise EOFError("it ends within a gzip member")
