"""How long is an MP3 file, counted frame by frame?"""

from __future__ import annotations

from fakestt.media.content_type import MediaType
from fakestt.media.facts import AudioFacts, NotAudio
from fakestt.media.reading import Reader

__all__ = ["probe_mp3"]

# fmt: off
_KBIT_V1 = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
_KBIT_V2 = (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)
_RATES_HZ = {3: (44100, 48000, 32000), 2: (22050, 24000, 16000), 0: (11025, 12000, 8000)}  # MPEG 1, 2, 2.5
# fmt: on

# An ID3 tag can be followed by padding or a stump of a frame; further than this nothing is looked for.
_SEARCHED_BYTES = 64 * 1024
_HEADER_BYTES = 4


def probe_mp3(reader: Reader, _: MediaType) -> AudioFacts | NotAudio:
    """Walk all frames that are wholly there.

    Counting is exact for every bit rate, variable ones too, so that no claim, a Xing header's or tinytag's, has to be
    believed.
    """
    while (tag := reader.peek(10))[:3] == b"ID3" and len(tag) == 10:
        reader.skip(10 + sum((byte & 0x7F) << shift for byte, shift in zip(tag[6:], (21, 14, 7, 0), strict=True)))
    start = _first_frame(reader.peek(_SEARCHED_BYTES))
    if start is None:
        return NotAudio("no mp3 frames were found", "mp3")
    reader.skip(start)
    first = reader.peek(256)
    rate_hz, samples = _rate_and_samples(first)
    channels = 1 if first[3] >> 6 == 3 else 2
    # A frame with an encoder's notes is silent, and no player counts it.
    frames = _frames(reader) - (b"Xing" in first or b"Info" in first)
    if frames <= 0:
        return NotAudio("the mp3 file has no whole frame", "mp3", rate_hz)
    return AudioFacts(frames * samples / rate_hz, "mp3", rate_hz, channels)


def _first_frame(head: bytes) -> int | None:
    """Return where the first frame begins: one that is followed by another, or by nothing."""
    at = -1
    while (at := head.find(b"\xff", at + 1)) >= 0:
        length = _frame_bytes(head[at : at + _HEADER_BYTES])
        following = head[at + length : at + length + _HEADER_BYTES]
        if length and (len(following) < _HEADER_BYTES or following[:3] == b"TAG" or _frame_bytes(following)):
            return at
    return None


def _frames(reader: Reader) -> int:
    """Count the whole frames from here to the first bytes that are none."""
    count, ahead = 0, b""
    lengths: dict[bytes, int] = {}
    for piece in reader.chunks():
        ahead += piece
        at = 0
        while True:
            head = ahead[at : at + _HEADER_BYTES]
            # Three bytes settle the length, and there are few kinds of them.
            length = lengths.get(head[:3], -1) if len(head) == _HEADER_BYTES else 0
            if length < 0:
                length = lengths[head[:3]] = _frame_bytes(head)
            if not length or at + length > len(ahead):
                break
            count += 1
            at += length
        ahead = ahead[at:]
        if len(ahead) >= _HEADER_BYTES and not length:
            # What is not a frame here is a tag or damage: a decoder stops, or plays nothing of it.
            return count
    return count


def _rate_and_samples(head: bytes) -> tuple[int, int]:
    version = head[1] >> 3 & 3
    return _RATES_HZ[version][head[2] >> 2 & 3], 1152 if version == 3 else 576


def _frame_bytes(head: bytes) -> int:
    """Return the length of the layer III frame that begins here, 0 when none does."""
    if len(head) < _HEADER_BYTES or head[0] != 0xFF or head[1] & 0xE6 != 0xE2:
        return 0
    version, bitrate = head[1] >> 3 & 3, head[2] >> 4
    if version == 1 or not 0 < bitrate < 15 or head[2] >> 2 & 3 == 3:
        return 0
    rate_hz, samples = _rate_and_samples(head)
    kbit = (_KBIT_V1 if version == 3 else _KBIT_V2)[bitrate]
    return samples // 8 * kbit * 1000 // rate_hz + (head[2] >> 1 & 1)
