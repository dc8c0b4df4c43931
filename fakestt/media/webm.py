"""How long is a WebM file, and is it Opus or Vorbis?"""

from __future__ import annotations

import struct
from typing import IO

from fakestt.media.content_type import MediaType
from fakestt.media.facts import AudioFacts, NotAudio
from fakestt.media.ogg import other_codec
from fakestt.media.reading import Reader

__all__ = ["probe_webm"]

_HEAD_BYTES = 4096
_MICROSECONDS = 1_000_000
_DURATION, _SAMPLING_FREQUENCY, _CHANNELS, _TIMESTAMP_SCALE = b"\x44\x89", b"\xb5", b"\x9f", b"\x2a\xd7\xb1"


def probe_webm(reader: Reader, media_type: MediaType) -> AudioFacts | NotAudio:
    """Read the packets with PyAV (the extra `media`). Without it, believe the head, and say so in the note."""
    head = reader.peek(_HEAD_BYTES)
    codec = "opus" if b"A_OPUS" in head else "vorbis" if b"A_VORBIS" in head else None
    if codec is None:
        return NotAudio("the webm file holds neither opus nor vorbis")
    if wrong := other_codec(media_type, codec):
        return NotAudio(wrong, codec)
    try:
        import av
    except ImportError:
        return _from_head(head, codec)
    with reader.spooled() as file:
        try:
            return _from_packets(av, file, codec)
        # PyAV has several dozen errors, as FFmpeg has, with KeyError and OSError among their parents. The file is ours.
        except Exception as error:
            return NotAudio(f"the webm file can't be read: {error}", codec)


def _from_packets(av: object, file: IO[bytes], codec: str) -> AudioFacts | NotAudio:
    with av.open(file, mode="r", format="matroska") as container:  # type: ignore[attr-defined]  # a module, optional
        stream = container.streams.audio[0]
        # The packets that are there count: the head of a file that was cut still has the whole duration.
        ends = [
            (packet.pts + (packet.duration or 0)) * packet.time_base
            for packet in container.demux(stream)
            if packet.pts is not None and packet.size
        ]
        if not ends:
            return NotAudio("the webm file has no audio packets", codec)
        played_s, claimed_s = float(max(ends)), (container.duration or 0) / _MICROSECONDS
        duration_s = min(played_s, claimed_s) if claimed_s > 0 else played_s
        return AudioFacts(max(duration_s, 0.0), codec, int(stream.rate), int(stream.codec_context.channels))


def _from_head(head: bytes, codec: str) -> AudioFacts:
    rate_hz = int(_number(head, _SAMPLING_FREQUENCY)) if codec == "vorbis" else 48000
    scale = int.from_bytes(_element(head, _TIMESTAMP_SCALE), "big") or 1_000_000
    duration_s = _number(head, _DURATION) * scale / 1e9
    note = "the head's word was taken, unread; install fakestt[media] to have webm read"
    channels = int.from_bytes(_element(head, _CHANNELS)[:1], "big")
    return AudioFacts(duration_s, codec, rate_hz or 48000, channels or 1, note)


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
