"""Which container do these bytes begin with?"""

from __future__ import annotations

__all__ = ["SNIFFED_BYTES", "sniff"]

# A tar says what it is at byte 257; everything else shows itself earlier.
SNIFFED_BYTES = 512

_MAGIC = (
    (b"fLaC", "flac"),
    (b"OggS", "ogg"),
    (b"ID3", "mp3"),
    (b"\x1a\x45\xdf\xa3", "webm"),
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "zip"),
    (b"\x1f\x8b", "gzip"),
    (b"BZh", "bzip2"),
    (b"\xfd7zXZ\x00", "xz"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"%PDF", "pdf"),
    (b"\x89PNG", "png"),
)
_TEXT = frozenset(range(0x20, 0x7F)) | frozenset(b"\t\n\r\f")


def sniff(head: bytes) -> str | None:
    """Name the container that `head` (the first 512 bytes or all there are) begins with, or None.

    One of wav, flac, ogg, mp3, webm, zip, gzip, tar, bzip2, xz, 7z, pdf, png and text. Text is ASCII without control
    characters, or UTF-8 with a byte order mark.
    """
    if head[:4] in (b"RIFF", b"RF64") and head[8:12] == b"WAVE":
        return "wav"
    for magic, name in _MAGIC:
        if head.startswith(magic):
            return name
    if head[257:262] == b"ustar":
        return "tar"
    if _frame_sync(head):
        return "mp3"
    if head.startswith(b"\xef\xbb\xbf") or (head and _TEXT.issuperset(head)):
        return "text"
    return None


def _frame_sync(head: bytes) -> bool:
    # The fields that MPEG reserves are checked too, for 0xFF 0xFF is common in mu-law silence.
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0:
        return False
    version, layer, bitrate, rate = head[1] >> 3 & 3, head[1] >> 1 & 3, head[2] >> 4, head[2] >> 2 & 3
    return version != 1 and layer == 1 and 0 < bitrate < 15 and rate != 3
