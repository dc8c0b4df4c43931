"""How long is a WAV file, and how is it encoded?"""

from __future__ import annotations

from fakestt.media.content_type import MediaType
from fakestt.media.facts import AudioFacts, NotAudio
from fakestt.media.reading import Reader

__all__ = ["probe_wav"]

# The limit of FFmpeg's reader, which the vendor passes on to its users.
MOST_CHANNELS = 9

# A format chunk has 16 to 40 bytes. More is not read, so that a false size costs nothing.
_FORMAT_BYTES = 64

# fmt: off
_SAMPLES = {  # (format tag, bits) -> codec, bytes a sample
    (1, 8):  ("pcm_u8", 1),    (1, 16): ("pcm_s16le", 2), (1, 24): ("pcm_s24le", 3), (1, 32): ("pcm_s32le", 4),
    (3, 32): ("pcm_f32le", 4), (3, 64): ("pcm_f64le", 8), (6, 8):  ("pcm_alaw", 1),  (7, 8):  ("pcm_mulaw", 1),
}
_COMPRESSED = {  # format tag -> codec, the fewest bytes that a sample of a channel can take
    0x02: ("adpcm_ms", 0.25), 0x11: ("adpcm_ima_wav", 0.25), 0x31: ("gsm_ms", 0.2), 0x50: ("mp2", 0.02),
    0x55: ("mp3", 0.02),
}
# fmt: on
_EXTENSIBLE = 0xFFFE


def probe_wav(reader: Reader, _: MediaType) -> AudioFacts | NotAudio:
    """Read the chunks up to the samples, and count those.

    A size larger than what is there, and the 0 or 0xFFFFFFFF of streaming writers, mean "to the end", as with FFmpeg.
    """
    reader.skip(12)
    form: tuple[str, int, int, float] | None = None
    size_in_ds64: int | None = None
    while len(head := reader.read(8)) == 8:
        reader.budget.look()
        name, size = head[:4], int.from_bytes(head[4:], "little")
        if name == b"data":
            if form is None:
                return NotAudio("the wav file has no format chunk before its samples")
            if size == 0xFFFFFFFF and size_in_ds64:
                size = size_in_ds64
            return _facts(*form, reader.count(size or None))
        if name not in (b"fmt ", b"ds64"):
            reader.skip(size + size % 2)
            continue
        body = reader.read(min(size, _FORMAT_BYTES))
        reader.skip(size + size % 2 - len(body))
        if name == b"ds64":
            size_in_ds64 = int.from_bytes(body[8:16], "little")
            continue
        read = _form(body)
        if isinstance(read, NotAudio):
            return read
        form = read
    return NotAudio("the wav file ends before its samples begin")


def _form(body: bytes) -> tuple[str, int, int, float] | NotAudio:
    """Return codec, rate in Hz, channels and bytes a second."""
    if len(body) < 16:
        return NotAudio("the wav file's format chunk is cut off")
    tag, channels = int.from_bytes(body[:2], "little"), int.from_bytes(body[2:4], "little")
    rate_hz, byte_rate = int.from_bytes(body[4:8], "little"), int.from_bytes(body[8:12], "little")
    bits = int.from_bytes(body[14:16], "little")
    if tag == _EXTENSIBLE:
        # The true tag opens the GUID, after 8 bytes of extension.
        tag = int.from_bytes(body[24:26], "little")
    sample = _SAMPLES.get((tag, (bits + 7) // 8 * 8))
    encoding = sample or _COMPRESSED.get(tag)
    if encoding is None:
        return NotAudio(f"the wav file's encoding is unknown (format tag 0x{tag:04x}, {bits} bits)")
    codec, sample_bytes = encoding
    if not rate_hz or not channels:
        return NotAudio(f"the wav file says {rate_hz} Hz and {channels} channels", codec)
    if channels > MOST_CHANNELS:
        return NotAudio(f"the wav file has {channels} channels; at most {MOST_CHANNELS} can be used", codec, rate_hz)
    # Careless writers get this field wrong. For samples of a fixed width the product is the sounder figure.
    least = rate_hz * channels * sample_bytes
    bytes_a_second = least if sample else byte_rate
    if bytes_a_second < least:
        return NotAudio(f"the wav file says {byte_rate} bytes a second, too few for {codec}", codec, rate_hz)
    return codec, rate_hz, channels, bytes_a_second


def _facts(codec: str, rate_hz: int, channels: int, bytes_a_second: float, size: int) -> AudioFacts | NotAudio:
    if not size:
        return NotAudio("the wav file has no samples", codec, rate_hz)
    return AudioFacts(size / bytes_a_second, codec, rate_hz, channels)
