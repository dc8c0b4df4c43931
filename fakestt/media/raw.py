"""How long is audio without a header, by what its content type says of it?"""

from __future__ import annotations

import struct

from fakestt.media.content_type import MediaType
from fakestt.media.facts import AudioFacts, NotAudio
from fakestt.media.reading import Reader

__all__ = ["probe_basic", "probe_g729", "probe_l16", "probe_one_byte"]

_LISTENED_BYTES = 64 * 1024
_ORDERS = {"little-endian": "pcm_s16le", "big-endian": "pcm_s16be"}
_ONE_BYTE = {"audio/alaw": "pcm_alaw", "audio/mulaw": "pcm_mulaw"}
_MOST_CHANNELS = 16


def probe_l16(reader: Reader, media_type: MediaType) -> AudioFacts | NotAudio:
    """16-bit samples. `rate` is needed. Unless given, `channels` is 1, and `endianness` is found out."""
    channels = media_type.positive("channels", 1)
    order = media_type.parameters.get("endianness")
    if not 1 <= channels <= _MOST_CHANNELS:
        return NotAudio(f"audio/l16 needs 1 to {_MOST_CHANNELS} channels")
    if order is not None and order not in _ORDERS:
        return NotAudio(f"endianness is {order!r}; possible are big-endian and little-endian")
    codec = _smoother(reader.peek(_LISTENED_BYTES), channels) if order is None else _ORDERS[order]
    return _counted(reader, media_type, codec, 2 * channels, channels)


def probe_one_byte(reader: Reader, media_type: MediaType) -> AudioFacts | NotAudio:
    """mu-law or A-law, one channel: `rate` is needed."""
    return _counted(reader, media_type, _ONE_BYTE[media_type.name], 1, 1)


def probe_basic(reader: Reader, media_type: MediaType) -> AudioFacts | NotAudio:
    """mu-law, 8000 Hz, one channel, as RFC 2046 fixes it."""
    return _counted(reader, MediaType(media_type.name, {"rate": "8000"}), "pcm_mulaw", 1, 1)


def probe_g729(reader: Reader, _: MediaType) -> AudioFacts | NotAudio:
    """G.729. Nothing in the bytes tells a frame's size: the standard's usual 10 bytes for 10 ms are assumed."""
    size = reader.count()
    if size < 10:
        return NotAudio("too short for a single g729 frame", "g729", 8000)
    note = "duration assumes frames of 10 bytes; Annex D frames are smaller"
    return AudioFacts(size // 10 / 100, "g729", 8000, 1, note)


def _counted(reader: Reader, media_type: MediaType, codec: str, width: int, channels: int) -> AudioFacts | NotAudio:
    rate_hz = media_type.positive("rate")
    if not rate_hz:
        return NotAudio(f"{media_type.name} needs a rate, such as '{media_type.name};rate=16000'", codec)
    frames = reader.count() // width
    if not frames:
        return NotAudio("there is not a single sample", codec, rate_hz)
    return AudioFacts(frames / rate_hz, codec, rate_hz, channels)


def _smoother(sample: bytes, channels: int) -> str:
    """Choose the byte order in which neighbouring samples are closer together; little-endian when it is a draw."""

    def roughness(order: str) -> int:
        count = len(sample) // 2
        values = struct.unpack(f"{order}{count}h", sample[: 2 * count])
        return sum(abs(a - b) for a, b in zip(values, values[channels:], strict=False))

    return "pcm_s16be" if roughness(">") < roughness("<") else "pcm_s16le"
