"""How long is an Ogg file, and is it Opus or Vorbis?"""

from __future__ import annotations

import io

from fakestt.media.content_type import MediaType
from fakestt.media.facts import AudioFacts, NotAudio
from fakestt.media.reading import Reader

__all__ = ["other_codec", "probe_ogg"]

# The first page holds the identification header alone and is 47 or 58 bytes long.
_HEAD_BYTES = 512

# A page has at most 65,307 bytes, and a page in which no packet ends has no position.
_TAIL_BYTES = 256 * 1024
_PAGE_HEADER_BYTES = 27


def probe_ogg(reader: Reader, media_type: MediaType) -> AudioFacts | NotAudio:
    """Take codec and rate from the first page, and the length from the position of the last page that is there."""
    from tinytag import ParseError, TinyTag

    head = reader.peek(_HEAD_BYTES)
    try:
        # tinytag sees the head alone: it gathers a packet over any number of pages in memory.
        claim = TinyTag.get(file_obj=io.BytesIO(head), tags=False)
    except ParseError:
        return NotAudio("the ogg file's first page is cut off or broken")
    codec = next((name for name in ("opus", "vorbis") if name in (claim.mime_type or "")), None)
    if codec is None:
        return NotAudio("the ogg file holds neither opus nor vorbis")
    if not claim.samplerate or not claim.channels:
        return NotAudio(f"the ogg file's {codec} header is broken", codec)
    if wrong := other_codec(media_type, codec):
        return NotAudio(wrong, codec, claim.samplerate)
    start = head.find(b"OpusHead")
    pre_skip = int.from_bytes(head[start + 10 : start + 12], "little") if codec == "opus" else 0
    samples = _last_position(reader.tail(_TAIL_BYTES), head[14:18]) - pre_skip
    if samples <= 0:
        return NotAudio("the ogg file has no audio pages", codec, claim.samplerate)
    return AudioFacts(samples / claim.samplerate, codec, claim.samplerate, claim.channels)


def other_codec(media_type: MediaType, found: str) -> str | None:
    """Return what is wrong when the content type's `codecs` names another codec than the one that was found."""
    declared = media_type.parameters.get("codecs", media_type.parameters.get("codec", found))
    return None if declared == found else f"declared {media_type.name} with codecs={declared}, found {found}"


def _last_position(tail: bytes, serial: bytes) -> int:
    """Return the granule position of the last whole page of this stream, 0 when there is none."""
    at = len(tail)
    while (at := tail.rfind(b"OggS\x00", 0, at)) >= 0:
        segments = tail[at + _PAGE_HEADER_BYTES - 1 : at + _PAGE_HEADER_BYTES]
        table = tail[at + _PAGE_HEADER_BYTES :][: segments[0] if segments else 0]
        position = int.from_bytes(tail[at + 6 : at + 14], "little", signed=True)
        whole = bool(table) and at + _PAGE_HEADER_BYTES + len(table) + sum(table) <= len(tail)
        # -1 is a page in which no packet ends.
        if whole and position > 0 and tail[at + 14 : at + 18] == serial:
            return position
    return 0
