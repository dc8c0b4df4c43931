"""Which files are in a gzipped tar, and what is each? The headers are read by hand: tarfile loads one of any size."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO

from fakestt.media.budget import Budget
from fakestt.media.facts import Member, NotAudio
from fakestt.media.gunzip import Gunzip
from fakestt.media.members import BadArchive, Look
from fakestt.media.reading import Reader

__all__ = ["tar_members"]

_BLOCK = 512
_FILES, _FOLDER = (b"0", b"\x00", b"7"), b"5"
_LONG_NAME, _PAX, _PAX_FOR_ALL = b"L", b"x", b"g"

# Its checksum is the sum of 512 bytes, and costs more than other records do.
_HEADER_RECORDS = 4

# A name, or a few attributes; a longer header is an attempt to fill the memory.
_MOST_HEADER_BYTES = 64 * 1024


def tar_members(file: IO[bytes], budget: Budget, look: Look) -> Iterator[Member]:
    """The files of a tar.gz in their order, without folders.

    Raises:
        BadArchive, TooMuch, zlib.error, EOFError: the archive is of no use from here on.
    """
    name: str | None = None
    unpacked = Reader(Gunzip(file, budget), budget)
    while header := _header(unpacked):
        length, kind = _number(header[124:136]), header[156:157]
        padded = -(-length // _BLOCK) * _BLOCK
        budget.unpack(padded + _BLOCK)
        budget.look(_HEADER_RECORDS)
        if kind in (_LONG_NAME, _PAX, _PAX_FOR_ALL):
            if length > _MOST_HEADER_BYTES:
                raise BadArchive("an extended header is too large")
            body = _exactly(unpacked, padded)[:length]
            budget.look(body.count(b"\n"))
            name = _name_in(kind, body) or name
            continue
        shown, name = name or _name(header), None
        part = _Part(unpacked, length)
        if kind in _FILES:
            yield Member(shown, look(Reader(part, budget)))
        elif kind != _FOLDER:
            yield Member(shown, NotAudio("a link or a device, not a file"))
        part.finish(padded)
    # gzip compares its checksum when it ends. Only padding follows a tar's end, which costs as everything else does.
    for padding in unpacked.chunks():
        budget.unpack(len(padding))


class _Part:
    """One file of a tar as a stream that ends where the file does."""

    def __init__(self, stream: Reader, size: int) -> None:
        self._stream, self._left, self._given = stream, size, 0

    def read(self, size: int, /) -> bytes:
        data = next(self._stream.chunks(min(size, self._left)), b"")
        if not data and self._left:
            raise EOFError("it ends within a file")
        self._left -= len(data)
        self._given += len(data)
        return data

    def finish(self, padded: int) -> None:
        """Pass over what nobody read, padding included."""
        self._left = padded - self._given
        while self._left:
            self.read(self._left)


def _exactly(stream: Reader, size: int) -> bytes:
    data = stream.read(size)
    if len(data) < size:
        raise EOFError("it ends within a header")
    return data


def _header(stream: Reader) -> bytes | None:
    """Return the next header, None at the block of zeros that ends a tar."""
    header = _exactly(stream, _BLOCK)
    if not header.strip(b"\x00"):
        return None
    # The checksum is taken with its own field full of spaces.
    if sum(header) - sum(header[148:156]) + 8 * 0x20 != _number(header[148:156]):
        raise BadArchive("what is in the gzip is no tar, or a damaged one")
    return header


def _number(field: bytes) -> int:
    """Read octal digits, or GNU's binary form for large sizes."""
    if field[0] & 0x80:
        return int.from_bytes(field[1:], "big")
    digits = field.strip(b" \x00")
    if not all(0x30 <= digit <= 0x37 for digit in digits):
        raise BadArchive("what is in the gzip is no tar, or a damaged one")
    return int(digits or b"0", 8)


def _name(header: bytes) -> str:
    name, prefix = header[:100].split(b"\x00")[0], header[345:500].split(b"\x00")[0]
    # Only POSIX headers have a prefix; GNU keeps other things there.
    joined = prefix + b"/" + name if prefix and header[257:263] == b"ustar\x00" else name
    return joined.decode("utf-8", "replace")


def _name_in(kind: bytes, body: bytes) -> str | None:
    """Return the name that an extended header gives the next file, if it gives one."""
    if kind == _LONG_NAME:
        return body.split(b"\x00")[0].decode("utf-8", "replace")
    # Records are "length key=value" with a line feed; a global header names nobody.
    paths = [record.partition(b" path=")[2] for record in body.split(b"\n") if b" path=" in record]
    return paths[-1].decode("utf-8", "replace") if paths and kind == _PAX else None
