"""Which files are in a zip, and what is each? A bomb shows in what the directory says, before it is unpacked."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from typing import IO

from fakestt.media import members
from fakestt.media.budget import Budget
from fakestt.media.facts import AudioFacts, Member, NotAudio
from fakestt.media.members import BadArchive, Look
from fakestt.media.reading import Reader
from fakestt.media.sniff import SNIFFED_BYTES, sniff

__all__ = ["zip_members"]

# So much of raw samples and wav is read to the end, checksum included. For the rest the directory's size is taken.
VERIFIED_BYTES = 16 * 1024 * 1024

# 10,000 entries with names of ordinary length.
_MOST_DIRECTORY_BYTES = 4 * 1024 * 1024
_DEFLATE_RATIO = 1032
_ENTRY = b"PK\x01\x02"
_MUST_BE_READ = frozenset({"flac", "ogg", "mp3", "webm"})

# zipfile unpacks bzip2 and lzma without a bound, a gigabyte at once, and both cost ten times as much as deflate. No
# document names any method, and the usual programs write these two alone.
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_OTHER_METHODS = {9: "deflate64", 12: "bzip2", 14: "lzma", 93: "zstd", 95: "xz"}


class _Guarded:
    """A file that refuses to hand zipfile a directory that would fill the memory."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.seek, self.tell = file.seek, file.tell

    def seekable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        if size > _MOST_DIRECTORY_BYTES:
            raise BadArchive("the directory is too large")
        data = self._file.read(size)
        # The end record's number can lie, so entries are counted here. Stored audio hardly ever has their signature.
        if data.count(_ENTRY) > members.MOST_MEMBERS:
            raise BadArchive(f"more than {members.MOST_MEMBERS} files")
        return data


def zip_members(file: IO[bytes], budget: Budget, look: Look) -> Iterator[Member]:
    """The files of a zip, in the directory's order, without folders.

    Raises:
        BadArchive, TooMuch, and what zipfile raises: the archive is of no use from here on.
    """
    with zipfile.ZipFile(_Guarded(file)) as archive:
        _no_overlap(archive)
        verified_left = VERIFIED_BYTES
        entries = [entry for entry in archive.infolist() if not entry.filename.endswith("/")]
        # zipfile gives no more of a file than the directory says, so this pays for all of them: those as well that are
        # not unpacked, else a bomb need only call itself a wav.
        budget.unpack(sum(entry.file_size for entry in entries))
        for entry in entries:
            _check(entry)
            verify = entry.file_size <= verified_left
            with archive.open(entry) as packed:
                facts, is_verified = _look(packed, entry.file_size, verify, budget, look)
            verified_left -= entry.file_size if is_verified else 0
            yield Member(entry.filename, facts)


def _no_overlap(archive: zipfile.ZipFile) -> None:
    """Refuse entries that share bytes: that is how the best bombs are built."""
    entries = sorted(archive.infolist(), key=lambda entry: entry.header_offset)
    starts = [*(entry.header_offset for entry in entries[1:]), archive.start_dir]
    for entry, following in zip(entries, starts, strict=False):
        # 30 bytes of local header; its name and extra field only make it longer.
        if entry.header_offset + 30 + entry.compress_size > following:
            raise BadArchive(f"files overlap at {entry.filename!r}, like in a zip bomb")


def _check(entry: zipfile.ZipInfo) -> None:
    """Refuse a file that can't be read, or whose size in the directory can't be true."""
    if entry.flag_bits & 1:
        raise BadArchive(f"{entry.filename!r} is encrypted")
    if entry.compress_type not in _METHODS:
        method = _OTHER_METHODS.get(entry.compress_type, f"method {entry.compress_type}")
        raise BadArchive(f"{entry.filename!r} is packed by {method}; only stored and deflated files are read")
    stored = entry.compress_type == zipfile.ZIP_STORED
    if entry.file_size > (entry.compress_size if stored else (entry.compress_size + 1) * _DEFLATE_RATIO):
        raise BadArchive(f"the size of {entry.filename!r} in the directory is not true")


def _look(packed: IO[bytes], size: int, verify: bool, budget: Budget, look: Look) -> tuple[AudioFacts | NotAudio, bool]:
    """What the file holds, and whether its bytes counted as verified."""
    reader = Reader(packed, budget)
    must_be_read = sniff(reader.peek(SNIFFED_BYTES)) in _MUST_BE_READ
    if not must_be_read and not verify:
        reader.trust(size)
        return look(reader), False
    facts = look(reader)
    if isinstance(facts, AudioFacts):
        reader.skip_all()  # the checksum is compared at the end
    return facts, not must_be_read
