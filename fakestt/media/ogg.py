"""How long is an Ogg file, and is it Opus or Vorbis?"""

from __future__ import annotations

from fakestt.media.budget import Budget
from fakestt.media.content_type import MediaType
from fakestt.media.facts import AudioFacts, NotAudio
from fakestt.media.reading import Reader

__all__ = ["MOST_SAMPLES_A_BYTE", "other_codec", "probe_ogg"]

# The first page holds the identification header alone and is 47 or 58 bytes long.
_HEAD_BYTES = 512

# A page has at most 65,307 bytes, and a page in which no packet ends has no position.
_TAIL_BYTES = 256 * 1024
_PAGE_HEADER_BYTES = 27

# The longest packet of Vorbis has 4096 samples (two blocks of 8192, half over each other), and of Opus 5760 (120 ms,
# RFC 6716, 3.2.5). The first takes two bytes at least and the second three, that of its length included.
MOST_SAMPLES_A_BYTE = 2048


def probe_ogg(reader: Reader, media_type: MediaType) -> AudioFacts | NotAudio:
    """Take codec and rate from the first page, and the length from the position of the last page that is there."""
    head = reader.peek(_HEAD_BYTES)
    if len(head) <= _PAGE_HEADER_BYTES or head[4] != 0:
        return NotAudio("the ogg file's first page is cut off or broken")
    table = head[_PAGE_HEADER_BYTES:][: head[_PAGE_HEADER_BYTES - 1]]
    claim = _identification(head[_PAGE_HEADER_BYTES + len(table) :][: sum(table)])
    if claim is None:
        return NotAudio("the ogg file holds neither opus nor vorbis")
    codec, rate_hz, channels, pre_skip = claim
    if not rate_hz or not channels:
        return NotAudio(f"the ogg file's {codec} header is broken", codec)
    if wrong := other_codec(media_type, codec):
        return NotAudio(wrong, codec, rate_hz)
    samples = _last_position(reader.tail(_TAIL_BYTES), head[14:18], reader.budget) - pre_skip
    if samples <= 0:
        return NotAudio("the ogg file has no audio pages", codec, rate_hz)
    if samples > reader.position * MOST_SAMPLES_A_BYTE:
        return NotAudio(
            f"the ogg file's last page says {samples} samples, more than its bytes can hold", codec, rate_hz
        )
    return AudioFacts(samples / rate_hz, codec, rate_hz, channels)


def other_codec(media_type: MediaType, found: str) -> str | None:
    """Return what is wrong when the content type's `codecs` names another codec than the one that was found."""
    declared = media_type.parameters.get("codecs", media_type.parameters.get("codec", found))
    return None if declared == found else f"declared {media_type.name} with codecs={declared}, found {found}"


def _identification(packet: bytes) -> tuple[str, int, int, int] | None:
    """Return codec, rate in Hz, channels and the samples to skip at the start; zeros where the header is cut off.

    Source: RFC 7845, 5.1; Vorbis I specification, 4.2.2
    """
    if packet.startswith(b"OpusHead"):
        # Opus plays at 48 kHz, whatever was recorded. A version of 16 or above has another layout.
        is_known = len(packet) >= 19 and packet[8] < 16
        return ("opus", 48000, packet[9], int.from_bytes(packet[10:12], "little")) if is_known else ("opus", 0, 0, 0)
    if packet.startswith(b"\x01vorbis"):
        is_whole = len(packet) >= 30
        return ("vorbis", int.from_bytes(packet[12:16], "little"), packet[11], 0) if is_whole else ("vorbis", 0, 0, 0)
    return None


def _last_position(tail: bytes, serial: bytes, budget: Budget) -> int:
    """Return the granule position of the last whole page of this stream, 0 when there is none."""
    at = len(tail)
    while (at := tail.rfind(b"OggS\x00", 0, at)) >= 0:
        budget.look()
        body = at + _PAGE_HEADER_BYTES
        segments = tail[body - 1 : body]
        table = tail[body : body + segments[0]] if segments else b""
        position = int.from_bytes(tail[at + 6 : at + 14], "little", signed=True)
        whole = bool(table) and body + len(table) + sum(table) <= len(tail)
        # -1 is a page in which no packet ends.
        if whole and position > 0 and tail[at + 14 : at + 18] == serial:
            return position
    return 0
