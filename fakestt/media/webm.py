"""How long is a WebM file, and is it Opus or Vorbis?"""

from __future__ import annotations

import struct

from fakestt.media.budget import Budget
from fakestt.media.content_type import MediaType
from fakestt.media.facts import AudioFacts, NotAudio
from fakestt.media.ogg import MOST_SAMPLES_A_BYTE, other_codec
from fakestt.media.reading import Reader

__all__ = ["probe_webm"]

_HEAD_BYTES = 4096

# Writers begin a new cluster after 5 to 32 seconds, so that the last one's blocks can tell their distance from it.
_TAIL_BYTES = 1024 * 1024

# Identifiers of elements (RFC 9559, section 5.1).
_DURATION, _SAMPLING_FREQUENCY, _CHANNELS, _TIMESTAMP_SCALE = b"\x44\x89", b"\xb5", b"\x9f", b"\x2a\xd7\xb1"
_CLUSTER = b"\x1f\x43\xb6\x75"
_TIMESTAMP, _SIMPLE_BLOCK, _BLOCK_GROUP, _BLOCK = 0xE7, 0xA3, 0xA0, 0xA1

# Within a cluster identifiers have one or two bytes. With a longer one something else begins.
_LEAST_IN_CLUSTER = 0x40


def probe_webm(reader: Reader, media_type: MediaType) -> AudioFacts | NotAudio:
    """Take codec and rate from the head, and the length from the last blocks that are there, bounded by the head's."""
    head = reader.peek(_HEAD_BYTES)
    codec = "opus" if b"A_OPUS" in head else "vorbis" if b"A_VORBIS" in head else None
    if codec is None:
        return NotAudio("the webm file holds neither opus nor vorbis")
    if wrong := other_codec(media_type, codec):
        return NotAudio(wrong, codec)
    rate_hz = (int(_number(head, _SAMPLING_FREQUENCY)) if codec == "vorbis" else 0) or 48000
    channels = int.from_bytes(_element(head, _CHANNELS)[:1], "big") or 1
    tick_s = (int.from_bytes(_element(head, _TIMESTAMP_SCALE), "big") or 1_000_000) / 1e9
    end = _end_of_last_block(reader.tail(_TAIL_BYTES), reader.budget)
    if end is None:
        return NotAudio("the webm file has no audio packets", codec, rate_hz)
    # The head of a file that was cut still has the whole duration. A recorder writes none.
    claimed_s, duration_s = _number(head, _DURATION) * tick_s, end * tick_s
    if claimed_s:
        duration_s = min(duration_s, claimed_s)
    if duration_s * rate_hz > reader.position * MOST_SAMPLES_A_BYTE:
        return NotAudio(f"the webm file says {duration_s:g} s, more than its bytes can hold", codec, rate_hz)
    return AudioFacts(duration_s, codec, rate_hz, channels)


def _end_of_last_block(tail: bytes, budget: Budget) -> int | None:
    """Return the tick at which the last whole block ends, None when there is none.

    It is taken to be as long as the one before it.
    """
    at = len(tail)
    while (at := tail.rfind(_CLUSTER, 0, at)) >= 0:
        budget.look()
        ticks = _blocks(tail, at + len(_CLUSTER), budget)
        if ticks:
            return max(2 * ticks[-1] - ticks[0], ticks[-1], 0)
    return None


def _blocks(tail: bytes, at: int, budget: Budget) -> list[int]:
    """The ticks at which the last two whole blocks of a cluster begin. `at` is where its size stands."""
    began = 0
    ticks: list[int] = []
    _, at = _size(tail, at)
    while at < len(tail) and (identifier := tail[at]) >= _LEAST_IN_CLUSTER:
        budget.look()
        size, body = _size(tail, at + (1 if identifier & 0x80 else 2))
        # The elements of a group are looked at as if they stood in the cluster itself: one of them is a block.
        at = body if identifier == _BLOCK_GROUP else body + size
        if at > len(tail):
            break
        if identifier == _TIMESTAMP:
            began = int.from_bytes(tail[body : min(at, body + 8)], "big")
        elif identifier in (_SIMPLE_BLOCK, _BLOCK):
            _, after = _size(tail, body)  # behind the number of its track
            ticks = [*ticks[-1:], began + int.from_bytes(tail[after : after + 2], "big", signed=True)]
    return ticks


def _size(tail: bytes, at: int) -> tuple[int, int]:
    """Read a number whose length its first bits tell; return it and where it ends (RFC 8794, section 4).

    A number that is cut off or has no length ends behind the end.
    """
    length = 9 - tail[at].bit_length() if at < len(tail) else 9
    if length > 8 or at + length > len(tail):
        return 0, len(tail) + 1
    return int.from_bytes(tail[at : at + length], "big") - (1 << 7 * length), at + length


def _element(head: bytes, identifier: bytes) -> bytes:
    """Return the body of the first short element of this kind, empty when there is none.

    It is searched for, and not walked to: an identifier with a plausible one-byte size is rarely anything else.
    """
    at = -1
    while (at := head.find(identifier, at + 1)) >= 0:
        size = head[at + len(identifier) : at + len(identifier) + 1]
        body = head[at + len(identifier) + 1 :][: size[0] & 0x7F if size else 0]
        if size and 0x81 <= size[0] <= 0x88 and len(body) == size[0] & 0x7F:
            return body
    return b""


def _number(head: bytes, identifier: bytes) -> float:
    """Return a float element's value, 0 when it is absent or absurd."""
    body = _element(head, identifier)
    kind = {4: ">f", 8: ">d"}.get(len(body))
    value = float(struct.unpack(kind, body)[0]) if kind else 0.0
    return value if 0 <= value < 1e12 else 0.0
