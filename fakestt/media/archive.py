"""Which files are in a zip or a tar.gz, and what is each? Nothing is written to disk under a name from inside."""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from typing import IO

from fakestt.media import members
from fakestt.media.budget import Budget, TooMuch
from fakestt.media.facts import MOST_MINUTES, ArchiveFacts, Member
from fakestt.media.members import BadArchive, Look
from fakestt.media.reading import Reader
from fakestt.media.sniff import SNIFFED_BYTES, sniff
from fakestt.media.tar_members import tar_members
from fakestt.media.zip_members import zip_members

__all__ = ["probe_tar_gz", "probe_zip"]

# zipfile and zlib raise any of these when bytes are damaged.
_BROKEN = (
    zipfile.BadZipFile, zlib.error, struct.error,
    EOFError, OSError, ValueError, RuntimeError, IndexError, OverflowError,
)  # fmt: skip


def probe_zip(reader: Reader, look: Look) -> ArchiveFacts:
    """Look into every file of a zip; see ArchiveFacts for what comes back."""
    return _probe("zip", reader, look, zip_members)


def probe_tar_gz(reader: Reader, look: Look) -> ArchiveFacts:
    """Look into every file of a gzipped tar; see ArchiveFacts for what comes back."""
    return _probe("gzip", reader, look, tar_members)


def _probe(
    compression: str, reader: Reader, look: Look, read: Callable[[IO[bytes], Budget, Look], Iterator[Member]]
) -> ArchiveFacts:
    found: list[Member] = []
    problem: str | None = None
    duration_s = 0.0
    container = sniff(reader.peek(SNIFFED_BYTES))
    if container != compression:
        nothing = None if reader.peek(1) else "there are no bytes"
        return ArchiveFacts(
            compression, (), nothing or f"declared {compression}, found {container or 'something else'}"
        )
    with reader.spooled() as file:
        reader.budget.admit(file.seek(0, 2))
        file.seek(0)
        try:
            for member in read(file, reader.budget, look):
                found.append(member)
                duration_s += member.facts.duration_s
                reader.budget.look()
                if len(found) > members.MOST_MEMBERS:
                    raise BadArchive(f"more than {members.MOST_MEMBERS} files")
                if duration_s > MOST_MINUTES * 60:
                    raise BadArchive(f"{duration_s:g} s are longer than any audio")
            if not found:
                raise BadArchive("there are no files in the archive")
        except (BadArchive, TooMuch) as bad:
            problem = str(bad)
        except _BROKEN as error:
            problem = f"the archive is cut off or damaged ({error})"
    return ArchiveFacts(compression, tuple(found[: members.MOST_MEMBERS]), problem)
