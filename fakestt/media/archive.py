"""Which files are in a zip or a tar.gz, and what is each? Nothing is written to disk under a name from inside.

A bomb shows in what the archive declares, before anything is unpacked: see `_Budget`.
"""

from __future__ import annotations

import gzip
import lzma
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from typing import IO

from fakestt.media.facts import ArchiveFacts, AudioFacts, Member, NotAudio
from fakestt.media.reading import CHUNK_BYTES, Reader
from fakestt.media.sniff import SNIFFED_BYTES, sniff

__all__ = ["Look", "probe_tar_gz", "probe_zip"]

Look = Callable[[Reader], AudioFacts | NotAudio]

# 100 MB hold 10,000 utterances of 10 KB; more is a script that went wrong.
MOST_MEMBERS = 10_000

# Ten times the largest upload: the longest wav that a useful archive has room for.
MOST_UNPACKED_BYTES = 1024 * 1024 * 1024

# So much may be unpacked whatever the ratio: silence packs 1000 to 1, and tests are full of silence. 128 MiB are more
# than an hour of it at 16 kHz and cost a third of a second.
FREE_BYTES = 128 * 1024 * 1024

# Beyond that, 20 bytes for each packed one; speech in wav packs 2 to 1, other formats hardly at all.
MOST_RATIO = 20

# So much of raw samples and wav is read to the end, checksum included. For the rest the directory's size is taken, and
# counts as unpacked.
VERIFIED_BYTES = 16 * 1024 * 1024

# 10,000 entries with names of ordinary length.
_MOST_DIRECTORY_BYTES = 4 * 1024 * 1024
_DEFLATE_RATIO = 1032
_ENTRY = b"PK\x01\x02"
_MUST_BE_READ = frozenset({"flac", "ogg", "mp3", "webm"})

# zipfile raises any of these when bytes are damaged.
_BROKEN = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error,
    EOFError, OSError, ValueError, RuntimeError, IndexError, OverflowError,
)  # fmt: skip


class _Bad(Exception):
    """The archive itself is bad; the text says how."""


class _Budget:
    """How much an archive may still unpack to."""

    def __init__(self, packed_bytes: int) -> None:
        self.left = min(MOST_UNPACKED_BYTES, FREE_BYTES + MOST_RATIO * packed_bytes)
        self.verified_left = VERIFIED_BYTES

    def spend(self, size: int) -> None:
        self.afford(size)
        self.left -= size

    def afford(self, size: int) -> None:
        if size > self.left:
            raise _Bad("unpacks to too much for its size, like a zip bomb")


class _Metered:
    """A file of a zip. Whoever reads it, every unpacked byte is paid for from the budget."""

    def __init__(self, packed: IO[bytes], budget: _Budget) -> None:
        self._packed, self._budget = packed, budget
        self._given = 0
        self._is_paid = False

    def read(self, size: int, /) -> bytes:
        data = self._packed.read(size)
        self._given += len(data)
        if not self._is_paid:
            self._budget.spend(len(data))
        return data

    def pay(self, size: int) -> None:
        """Pay for the whole file at once, before it is read or in place of reading it."""
        self._budget.spend(size - self._given)
        self._is_paid = True


def probe_zip(reader: Reader, look: Look) -> ArchiveFacts:
    """Look into every file of a zip; see ArchiveFacts for what comes back."""
    return _probe("zip", reader, look, _zip_members)


def probe_tar_gz(reader: Reader, look: Look) -> ArchiveFacts:
    """Look into every file of a gzipped tar; see ArchiveFacts for what comes back."""
    return _probe("gzip", reader, look, _tar_members)


def _probe(
    compression: str, reader: Reader, look: Look, read: Callable[[IO[bytes], int, Look], Iterator[Member]]
) -> ArchiveFacts:
    members: list[Member] = []
    problem: str | None = None
    found = sniff(reader.peek(SNIFFED_BYTES))
    if found != compression:
        nothing = None if reader.peek(1) else "there are no bytes"
        return ArchiveFacts(compression, (), nothing or f"declared {compression}, found {found or 'something else'}")
    with reader.spooled() as file:
        file.seek(0, 2)
        size = file.tell()
        file.seek(0)
        try:
            for member in read(file, size, look):
                members.append(member)
                if len(members) > MOST_MEMBERS:
                    raise _Bad(f"more than {MOST_MEMBERS} files")
            if not members:
                raise _Bad("there are no files in the archive")
        except _Bad as bad:
            problem = str(bad)
        except _BROKEN as error:
            problem = f"the archive is cut off or damaged ({error})"
    return ArchiveFacts(compression, tuple(members[:MOST_MEMBERS]), problem)


# --- zip


class _Guarded:
    """A file that refuses to hand zipfile a directory that would fill the memory."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.seek, self.tell = file.seek, file.tell

    def seekable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        if size > _MOST_DIRECTORY_BYTES:
            raise _Bad("the directory is too large")
        data = self._file.read(size)
        # The end record's number can lie, so entries are counted here. Stored audio hardly ever has their signature.
        if data.count(_ENTRY) > MOST_MEMBERS:
            raise _Bad(f"more than {MOST_MEMBERS} files")
        return data


def _zip_members(file: IO[bytes], size: int, look: Look) -> Iterator[Member]:
    with zipfile.ZipFile(_Guarded(file)) as archive:
        _no_overlap(archive)
        budget = _Budget(size)
        entries = [entry for entry in archive.infolist() if not entry.is_dir()]
        if sum(entry.file_size for entry in entries) > MOST_UNPACKED_BYTES:
            raise _Bad(f"unpacks to more than {MOST_UNPACKED_BYTES} bytes, like a zip bomb")
        for entry in entries:
            yield Member(entry.filename, _zip_member(archive, entry, budget, look))


def _no_overlap(archive: zipfile.ZipFile) -> None:
    """Refuse entries that share bytes: that is how the best bombs are built."""
    entries = sorted(archive.infolist(), key=lambda entry: entry.header_offset)
    starts = [*(entry.header_offset for entry in entries[1:]), archive.start_dir]
    for entry, following in zip(entries, starts, strict=False):
        # 30 bytes of local header; its name and extra field only make it longer.
        if entry.header_offset + 30 + entry.compress_size > following:
            raise _Bad(f"files overlap at {entry.filename!r}, like in a zip bomb")


def _zip_member(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, budget: _Budget, look: Look) -> AudioFacts | NotAudio:
    if entry.flag_bits & 1:
        raise _Bad(f"{entry.filename!r} is encrypted")
    stored = entry.compress_type == zipfile.ZIP_STORED
    if entry.file_size > (entry.compress_size if stored else (entry.compress_size + 1) * _DEFLATE_RATIO):
        raise _Bad(f"the size of {entry.filename!r} in the directory is not true")
    with archive.open(entry) as packed:
        metered = _Metered(packed, budget)
        reader = Reader(metered)
        found = sniff(reader.peek(SNIFFED_BYTES))
        if found in _MUST_BE_READ:
            # The size is checked before the file is unpacked. A few of its bytes are already paid for.
            budget.afford(entry.file_size - SNIFFED_BYTES)
        elif entry.file_size <= budget.verified_left:
            budget.verified_left -= entry.file_size
        else:
            # This file is not unpacked, and counts as if it were: else a bomb need only call itself a wav.
            metered.pay(entry.file_size)
            reader.trust(entry.file_size)
            return look(reader)
        facts = look(reader)
        if isinstance(facts, AudioFacts):
            reader.skip_all()  # the checksum is compared at the end
        return facts


# --- tar.gz

_BLOCK = 512
_FOLDER, _LONG_NAME, _PAX, _PAX_FOR_ALL = b"5", b"L", b"x", b"g"

# A name, or a few attributes; a longer header is an attempt to fill the memory.
_MOST_HEADER_BYTES = 64 * 1024


def _tar_members(file: IO[bytes], size: int, look: Look) -> Iterator[Member]:
    """Read the headers by hand: tarfile loads an extended header of any size."""
    budget = _Budget(size)
    name: str | None = None
    with gzip.GzipFile(fileobj=file, mode="rb") as unpacked:
        while header := _tar_header(unpacked):
            length, kind = _tar_number(header[124:136]), header[156:157]
            padded = -(-length // _BLOCK) * _BLOCK
            budget.spend(padded + _BLOCK)
            if kind in (_LONG_NAME, _PAX, _PAX_FOR_ALL):
                if length > _MOST_HEADER_BYTES:
                    raise _Bad("an extended header is too large")
                body = _exactly(unpacked, padded)[:length]
                name = _name_in(kind, body) or name
                continue
            shown = name or _tar_name(header)
            name = None
            if kind == _FOLDER:
                _exactly(unpacked, padded)
            elif kind in (b"0", b"\x00", b"7"):
                part = _Part(unpacked, length)
                yield Member(shown, look(Reader(part)))
                part.finish(padded)
            else:
                yield Member(shown, NotAudio("a link or a device, not a file"))
                Reader(_Part(unpacked, padded)).skip_all()
        # gzip compares its checksum when it ends. Only padding follows a tar's end, so one more read gets there.
        unpacked.read(CHUNK_BYTES)


class _Part:
    """One file of a tar as a stream that ends where the file does."""

    def __init__(self, stream: gzip.GzipFile, size: int) -> None:
        self._stream, self._left, self._given = stream, size, 0

    def read(self, size: int, /) -> bytes:
        data = self._stream.read(min(size, self._left)) if self._left else b""
        if not data and self._left:
            raise EOFError("it ends within a file")
        self._left -= len(data)
        self._given += len(data)
        return data

    def finish(self, padded: int) -> None:
        """Pass over what nobody read, padding included."""
        self._left = padded - self._given
        Reader(self).skip_all()


def _exactly(stream: gzip.GzipFile, size: int) -> bytes:
    data = stream.read(size)
    if len(data) < size:
        raise EOFError("it ends within a header")
    return data


def _tar_header(stream: gzip.GzipFile) -> bytes | None:
    """Return the next header, None at the block of zeros that ends a tar."""
    header = _exactly(stream, _BLOCK)
    if not header.strip(b"\x00"):
        return None
    # The checksum is taken with its own field full of spaces.
    if sum(header) - sum(header[148:156]) + 8 * 0x20 != _tar_number(header[148:156]):
        raise _Bad("what is in the gzip is no tar, or a damaged one")
    return header


def _tar_number(field: bytes) -> int:
    """Read octal digits, or GNU's binary form for large sizes."""
    if field[0] & 0x80:
        return int.from_bytes(field[1:], "big")
    digits = field.strip(b" \x00")
    if not all(0x30 <= digit <= 0x37 for digit in digits):
        raise _Bad("what is in the gzip is no tar, or a damaged one")
    return int(digits or b"0", 8)


def _tar_name(header: bytes) -> str:
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
