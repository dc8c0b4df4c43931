"""Makes audio in memory: small and valid, or broken in one chosen way. The same arguments give the same bytes."""

from __future__ import annotations

import gzip
import io
import math
import struct
import tarfile
import zipfile
from collections.abc import Mapping
from functools import lru_cache

from fakestt.durations import Duration, seconds
from fakestt.errors import ConfigurationError
from fakestt.media.flac import CRC8

__all__ = ["flac", "header_only", "lying_wav", "not_audio", "raw", "tar_gz_of", "truncated", "wav", "zip_of"]

# fmt: off
_ENCODINGS = {  # format tag, bits, one silent sample
    "pcm_u8":    (1, 8,  b"\x80"),     "pcm_s16le": (1, 16, bytes(2)), "pcm_s24le": (1, 24, bytes(3)),
    "pcm_s32le": (1, 32, bytes(4)),    "pcm_f32le": (3, 32, bytes(4)), "pcm_f64le": (3, 64, bytes(8)),
    "pcm_alaw":  (6, 8,  b"\xd5"),     "pcm_mulaw": (7, 8,  b"\xff"),
}
# fmt: on
_MOST_RATE_HZ = 655350  # what FLAC can say
_MOST_SIZE = 2**32 - 1  # what WAV can say
_BLOCK = 4096
_EPOCH = (1980, 1, 1, 0, 0, 0)


def wav(
    duration: Duration,
    rate_hz: int = 16000,
    channels: int = 1,
    encoding: str = "pcm_s16le",
    *,
    data_size: int | None = None,
) -> bytes:
    """Make silence in a WAV file.

    Args:
        encoding: FFmpeg's name: pcm_u8, pcm_s16le, pcm_s24le, pcm_s32le, pcm_f32le, pcm_f64le, pcm_alaw, pcm_mulaw.
        data_size: the samples' size as the header gives it, where that is not to be the truth.
    """
    if encoding not in _ENCODINGS:
        raise ConfigurationError(f"encoding={encoding!r}: possible are {', '.join(_ENCODINGS)}.")
    tag, bits, silence = _ENCODINGS[encoding]
    _check_whole("channels", channels, 1, 0xFFFF // (bits // 8))
    width = bits // 8 * channels
    samples = _samples(duration, rate_hz, _MOST_SIZE // width)
    if data_size is not None:
        _check_whole("data_size", data_size, 0, _MOST_SIZE)
    data = silence * (samples * channels)
    size = len(data) if data_size is None else data_size
    head = struct.pack("<4sIHHIIHH", b"fmt ", 16, tag, channels, rate_hz, rate_hz * width, width, bits)
    riff_size = min(4 + len(head) + 8 + size, 0xFFFFFFFF)
    return struct.pack("<4sI4s", b"RIFF", riff_size, b"WAVE") + head + struct.pack("<4sI", b"data", size) + data


def lying_wav(duration: Duration, promised: Duration, rate_hz: int = 16000) -> bytes:
    """Make a 16-bit WAV whose header promises another length than it has."""
    samples = _samples(promised, rate_hz, _MOST_SIZE // 2, "promised")
    return wav(duration, rate_hz, data_size=samples * 2)


def header_only(promised: Duration = 60.0, rate_hz: int = 16000) -> bytes:
    """Make a WAV that promises samples and has none."""
    return lying_wav(0, promised, rate_hz)


def raw(duration: Duration, rate_hz: int = 16000, encoding: str = "pcm_s16le", channels: int = 1) -> bytes:
    """Make a quiet 440 Hz tone without a header: pcm_s16le or pcm_s16be; silence for pcm_mulaw and pcm_alaw.

    A tone, because in silence both byte orders look the same.
    """
    _check_whole("channels", channels, 1, 0xFFFF)
    count = _samples(duration, rate_hz, _MOST_SIZE // channels)
    if encoding in ("pcm_mulaw", "pcm_alaw"):
        return _ENCODINGS[encoding][2] * (count * channels)
    if encoding not in ("pcm_s16le", "pcm_s16be"):
        raise ConfigurationError(f"encoding={encoding!r}: possible are pcm_s16le, pcm_s16be, pcm_mulaw, pcm_alaw.")
    order = "<h" if encoding == "pcm_s16le" else ">h"
    # One second repeats: a whole number of periods fits into it.
    second = [struct.pack(order, int(3000 * math.sin(math.tau * 440 * n / rate_hz))) * channels for n in range(rate_hz)]
    return (b"".join(second) * (count // rate_hz + 1))[: count * 2 * channels]


@lru_cache(maxsize=1)
def _crc16_table() -> tuple[int, ...]:
    table = []
    for value in range(256):
        crc = value << 8
        for _ in range(8):
            crc = (crc << 1) ^ (0x8005 if crc & 0x8000 else 0)
        table.append(crc & 0xFFFF)
    return tuple(table)


def flac(duration: Duration, rate_hz: int = 16000) -> bytes:
    """Make silence in a valid FLAC file, 16 bits, mono; 12 minutes at 16 kHz take 40 kB (RFC 9639)."""
    samples = _samples(duration, rate_hz, 2**36 - 1)
    # The rate (20 bits), channels less one (3), bits less one (5) and the number of samples (36).
    facts = rate_hz << 44 | 15 << 36 | samples
    head = b"fLaC\x80\x00\x00\x22" + struct.pack(">HH6xQ16x", _BLOCK, _BLOCK, facts)
    whole, rest = divmod(samples, _BLOCK)
    frames = [_frame(number, _BLOCK) for number in range(whole)]
    return head + b"".join(frames) + (_frame(whole, rest) if rest else b"")


def _frame(number: int, block: int) -> bytes:
    # Block size code 12 is 4096; code 7 puts any other after the number. Rate and width are "as in the head".
    head = b"\xff\xf8" + (b"\xc0" if block == _BLOCK else b"\x70") + b"\x00" + _coded(number)
    if block != _BLOCK:
        head += struct.pack(">H", block - 1)
    crc8 = 0
    for byte in head:
        crc8 = CRC8[crc8 ^ byte]
    # One constant subframe (type 0) of the sample 0.
    body = head + bytes((crc8, 0, 0, 0))
    crc16, table = 0, _crc16_table()
    for byte in body:
        crc16 = (crc16 << 8 & 0xFF00) ^ table[crc16 >> 8 ^ byte]
    return body + struct.pack(">H", crc16)


def _coded(number: int) -> bytes:
    """Code a number as UTF-8 would, up to 31 bits."""
    if number < 0x80:
        return bytes((number,))
    tail = []
    first = 0x3F
    while number > first:
        tail.append(0x80 | number & 0x3F)
        number >>= 6
        first >>= 1
    return bytes((0xFF ^ (first << 1 | 1) | number, *reversed(tail)))


def zip_of(files: Mapping[str, bytes], *, stored: bool = False) -> bytes:
    """Make a zip of named files, in their order."""
    _check_files("zip_of", files)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            info = zipfile.ZipInfo(name, _EPOCH)
            archive.writestr(info, data, archive.compression)
    return out.getvalue()


def tar_gz_of(files: Mapping[str, bytes]) -> bytes:
    """Make a tar.gz of named files, in their order."""
    _check_files("tar_gz_of", files)
    out = io.BytesIO()
    with gzip.GzipFile(fileobj=out, mode="wb", mtime=0) as packed, tarfile.open(fileobj=packed, mode="w") as archive:
        for name, data in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return out.getvalue()


def truncated(data: bytes, keep: float = 0.5) -> bytes:
    """Cut off the end: `keep` is the fraction that stays, 0 to 1."""
    _check_bytes("truncated(...)", data)
    if not isinstance(keep, (int, float)) or not 0 <= keep <= 1:
        raise ConfigurationError(f"keep={keep!r}: possible are 0 to 1, the fraction that stays.")
    return data[: int(len(data) * keep)]


def not_audio() -> bytes:
    """Give a few words of text, which are no audio under any name."""
    return b"this is not audio\n"


def _samples(duration: Duration, rate_hz: int, most: int, what: str = "duration") -> int:
    """How many samples a channel has; both figures are checked."""
    _check_whole("rate_hz", rate_hz, 1, _MOST_RATE_HZ)
    duration_s = seconds(duration, what)
    if not 0 <= duration_s <= most // rate_hz:
        raise ConfigurationError(f"{what}={duration!r}: possible are 0 to {most // rate_hz} seconds of such audio.")
    return round(duration_s * rate_hz)


def _check_whole(what: str, value: object, least: int, most: int) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise ConfigurationError(f"{what}={value!r}: possible are {least} to {most}, in whole numbers.")


def _check_files(call: str, files: object) -> None:
    if not isinstance(files, Mapping):
        raise ConfigurationError(f"{call}({files!r:.80}): give the files by name: {{'a.wav': forge.wav(60)}}.")
    for name, data in files.items():
        if not isinstance(name, str):
            raise ConfigurationError(f"{call}({{{name!r}: ...}}): a file's name is a string.")
        _check_bytes(f"{call}({{{name!r}: ...}})", data)


def _check_bytes(call: str, data: object) -> None:
    if not isinstance(data, bytes):
        raise ConfigurationError(f"{call}: {type(data).__name__} is no content. Give bytes, as of forge.wav(60).")
