"""Files that are made to cost as much as possible: by name, each with its content type.

`SMALL` are small as they are sent. `LARGE` have the 100 MiB of the largest upload, or unpack to as much as an archive
may.
"""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import os
import struct
import tarfile
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

from fakestt.media import forge

DATA = Path(__file__).parent.parent / "data" / "audio"
MIB = 1024 * 1024
FLAC = forge.flac(1)[:42]
WAV = forge.wav(0)[:36]
OGG = (DATA / "speech-opus.ogg").read_bytes()[:200]
WEBM = (DATA / "speech-opus.webm").read_bytes()[:501]
CLUSTER = b"\x1f\x43\xb6\x75\xff"
ID3 = b"ID3\4\0\0\0\0\0\0"
MP3 = (b"\xff\xfb\x90\xc4" + bytes(413)) * 3
LEAST_FRAME = b"\xff\xf3\x14\xc4" + bytes(20)  # 8 kbit/s at 24 kHz

Bomb = Callable[[], tuple[bytes, str]]


def filled(unit: bytes, size: int = 100 * MIB) -> bytes:
    """As many units as fit."""
    return unit * (size // len(unit))


def zipped(*files: bytes, suffix: str, ballast: int = 0) -> tuple[bytes, str]:
    """A zip. Ballast lets it unpack to more."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, data in enumerate(files):
            archive.writestr(zipfile.ZipInfo(f"{number}.{suffix}"), data, archive.compression)
        if ballast:
            archive.writestr("ballast.wav", WAV + os.urandom(ballast), zipfile.ZIP_STORED)
    return out.getvalue(), "application/zip"


def lying_zip(method: int, packed: bytes) -> tuple[bytes, str]:
    """A zip whose directory says 40,000 bytes of whatever was packed, and the method."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(zipfile.ZipInfo("a.flac"), packed)
    data = bytearray(out.getvalue())
    at = data.index(b"PK\x01\x02")
    for start, field in ((8, "<H"), (at + 10, "<H"), (at + 24, "<I")):
        struct.pack_into(field, data, start, method if field == "<H" else 40_000)
    return bytes(data), "application/zip"


def zip_lzma(data: bytes) -> bytes:
    """LZMA as a zip holds it: a version, and the properties of the stream before it."""
    alone = lzma.compress(data, lzma.FORMAT_ALONE, preset=0)
    return b"\x09\x04\x05\x00" + alone[:5] + alone[13:]


def tarred(kind: bytes, size: int, *, copies: int = 1, body: bytes = b"") -> tuple[bytes, str]:
    """A tar.gz of headers of one kind that claim a size, each with this body."""
    info = tarfile.TarInfo("a")
    info.type, info.size = kind, size
    return gzip.compress((info.tobuf(tarfile.GNU_FORMAT) + body) * copies, 1, mtime=0), "application/gzip"


SMALL: Mapping[str, Bomb] = {
    "bzip2": lambda: lying_zip(zipfile.ZIP_BZIP2, bz2.compress(FLAC + bytes(40 * MIB))),
    "lzma": lambda: lying_zip(zipfile.ZIP_LZMA, zip_lzma(FLAC + bytes(40 * MIB))),
    "tar folder": lambda: tarred(tarfile.DIRTYPE, 48 * MIB, body=bytes(48 * MIB)),
    "tar link": lambda: tarred(tarfile.SYMTYPE, 48 * MIB, body=bytes(48 * MIB)),
    "tar pax header": lambda: tarred(tarfile.XHDTYPE, 48 * MIB, body=bytes(48 * MIB)),
    "tar header fields": lambda: tarred(
        tarfile.XHDTYPE, 65536, copies=40, body=b"1 path=\n" * 8192
    ),
    "gzip of zeros": lambda: (gzip.compress(bytes(160 * MIB), 1, mtime=0), "application/gzip"),
    "empty gzip members": lambda: (filled(gzip.compress(b"", mtime=0), 5 * MIB), "application/gzip"),
    "flac heads": lambda: zipped(*[FLAC + filled(b"\xff\xf8\xc0\0\0", MIB)] * 2, suffix="flac"),
    "wav chunks": lambda: zipped(WAV + filled(b"junk\0\0\0\0", 4 * MIB), suffix="wav"),
    "tags": lambda: zipped(filled(ID3, 4 * MIB), suffix="mp3"),
    "ogg pages": lambda: zipped(*[OGG + filled(b"OggS\0", MIB // 4)] * 4, suffix="ogg"),
    "webm elements": lambda: zipped(*[WEBM + CLUSTER + filled(b"\xec\x80", MIB - 1024)] * 2, suffix="webm"),
    "webm clusters": lambda: zipped(*[WEBM + filled(CLUSTER, MIB)] * 2, suffix="webm"),
    "mp3 headers": lambda: zipped(MP3 + filled(b"\xff\xfb\x90\xc4", 4 * MIB), suffix="mp3"),
}  # fmt: skip
LARGE: Mapping[str, Bomb] = {
    "chunks": lambda: (WAV + filled(b"junk\0\0\0\0"), "audio/wav"),
    "tags": lambda: (filled(ID3), "audio/mp3"),
    "least frames": lambda: (filled(LEAST_FRAME), "audio/mp3"),
    "frames of two kinds": lambda: zipped(
        filled(LEAST_FRAME * 15 + b"\xff\xf3\x15\xc4" + bytes(20), 100 * MIB), suffix="mp3"
    ),
    "damaged frames": lambda: (filled(LEAST_FRAME * 2 + b"x"), "audio/mp3"),
    "syncs": lambda: (MP3 + filled(b"\xff\xfb"), "audio/mp3"),
    "flac heads": lambda: (FLAC + filled(b"\xff\xf8\xc0\0\0"), "audio/flac"),
    "ogg pages": lambda: (OGG + filled(b"OggS\0"), "audio/ogg"),
    "webm clusters": lambda: (WEBM + filled(CLUSTER), "audio/webm"),
    "padding": lambda: (gzip.compress(b"", mtime=0) + bytes(100 * MIB), "application/gzip"),
    "tar headers": lambda: tarred(tarfile.DIRTYPE, 0, copies=700_000),
    "a tar of frames": lambda: tarred(
        tarfile.REGTYPE, 370 * MIB, body=filled(LEAST_FRAME, 370 * MIB) + os.urandom(14 * MIB)
    ),
    "ten thousand files": lambda: zipped(*[WAV + filled(b"junk\0\0\0\0", 120)] * 10_000, suffix="wav"),
    "0xff in mp3": lambda: zipped(MP3 + filled(b"\xff", 340 * MIB), suffix="mp3", ballast=20 * MIB),
    "0xff before mp3": lambda: zipped(*[ID3 + filled(b"\xff", 65_000)] * 5400, suffix="mp3", ballast=20 * MIB),
    "0xff in flac": lambda: zipped(*[FLAC + filled(b"\xff", 36 * 1024)] * 9900, suffix="flac", ballast=20 * MIB),
    "frames in a zip": lambda: zipped(filled(LEAST_FRAME, 370 * MIB), suffix="mp3", ballast=13 * MIB),
}  # fmt: skip
