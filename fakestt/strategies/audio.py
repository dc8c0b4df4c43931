"""Audio files, forged in memory: small ones that the service can use, and small ones that it finds invalid."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from fakestt.editions import Edition, find_edition
from fakestt.errors import ConfigurationError
from fakestt.literals import EditionName
from fakestt.media import forge
from fakestt.strategies.needed import st

__all__ = ["Forged", "audio", "invalid_audio"]

RATES_HZ = (8_000, 11_025, 16_000, 22_050, 44_100, 48_000)
ENCODINGS = ("pcm_s16le", "pcm_u8", "pcm_s24le", "pcm_s32le", "pcm_f32le", "pcm_f64le", "pcm_alaw", "pcm_mulaw")
_LONGEST_PLAIN_S = 3
"""What is not compressed is no longer: a test that sends megabytes is a slow one."""


class Forged(bytes):
    """The bytes of a file. Its repr is the call that makes them, such as `forge.flac(60)`.

    Attributes:
        content_type: what to declare when they are sent, such as `audio/flac`.
    """

    _call: str
    content_type: str

    def __new__(cls, data: bytes, call: str, content_type: str) -> Forged:
        self = super().__new__(cls, data)
        self._call, self.content_type = call, content_type
        return self

    def __getnewargs__(self) -> tuple[bytes, str, str]:  # type: ignore[override]  # copying calls it; bytes' differs
        return bytes(self), self._call, self.content_type

    def __repr__(self) -> str:
        return self._call

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        """For Hypothesis, which otherwise shows how it was drawn."""
        printer.text(repr(self))


class _Maker(NamedTuple):
    make: Callable[..., bytes]
    content_type: str


# fmt: off
_MAKERS: Mapping[str, _Maker] = {
    "wav":         _Maker(forge.wav,         "audio/wav"),
    "flac":        _Maker(forge.flac,        "audio/flac"),
    "header_only": _Maker(forge.header_only, "audio/wav"),
    "not_audio":   _Maker(forge.not_audio,   "audio/wav"),
    "zip_of":      _Maker(forge.zip_of,      "application/zip"),
    "tar_gz_of":   _Maker(forge.tar_gz_of,   "application/gzip"),
}
# fmt: on


def audio(
    edition: EditionName | Edition = "icp2018", *, rate_hz: int = 16_000, least_s: int = 1, most_s: int = 60
) -> st.SearchStrategy[Forged]:
    """Audio that a model can use: wav, flac, raw samples, and archives of wav.

    Args:
        rate_hz: the base model's sampling rate, the least that its audio has.
        least_s: how long it is at least, in seconds. From 4 s on it is always flac, which is small.
        most_s: how long it is at most.

    Raises:
        ConfigurationError: no audio is so long.
    """
    types = find_edition(edition).traits.audio_types
    _check(rate_hz, least_s, most_s)
    rates = st.sampled_from([one for one in RATES_HZ if one >= rate_hz])
    flac = st.builds(_flac, st.integers(least_s, most_s), rates)
    if least_s > _LONGEST_PLAIN_S:
        return flac
    plain_s = st.integers(least_s, min(most_s, _LONGEST_PLAIN_S))
    channels = st.integers(1, 2)
    wav = st.builds(_wav, plain_s, rates, channels, st.sampled_from(ENCODINGS))
    raw = st.builds(_raw, plain_s, rates, channels, st.sampled_from(_raw_encodings(types)))
    files = st.lists(wav, min_size=1, max_size=3)  # an archive of another type has to be declared as that
    return st.one_of(wav, flac, raw, st.builds(_archive, st.sampled_from(["zip_of", "tar_gz_of"]), files))


def invalid_audio(*, rate_hz: int = 16_000) -> st.SearchStrategy[Forged]:
    """Files that are taken when they are added, and come out of their analysis `invalid`, in every edition.

    They are no audio, a head without samples, of a sampling rate below the base model's, an archive that is cut off, or
    one with any of these in it.

    Args:
        rate_hz: the base model's sampling rate.
    """
    _check(rate_hz, 1, 1)
    some_s = st.integers(1, _LONGEST_PLAIN_S)
    archives = st.sampled_from(["zip_of", "tar_gz_of"])
    kinds = [
        st.just(_forged("not_audio")),
        some_s.map(lambda promised_s: _forged("header_only", promised_s, rate_hz)),
        st.builds(lambda made, long_s: _cut(_archive(made, [_flac(long_s, rate_hz)])), archives, some_s),
    ]
    low = [one for one in RATES_HZ if one < rate_hz]
    if low:
        rates = st.sampled_from(low)
        kinds += [st.builds(_flac, some_s, rates), st.builds(_wav, some_s, rates, st.just(1), st.just(ENCODINGS[0]))]
    one = st.one_of(kinds)
    return one | st.builds(lambda made, bad: _archive(made, [bad]), archives, one)


def _check(rate_hz: int, least_s: int, most_s: int) -> None:
    if not isinstance(rate_hz, int) or rate_hz not in RATES_HZ:
        raise ConfigurationError(f"rate_hz={rate_hz!r}: possible are {', '.join(map(str, RATES_HZ))}.")
    if not all(isinstance(one, int) for one in (least_s, most_s)) or not 1 <= least_s <= most_s:
        raise ConfigurationError(f"least_s={least_s!r}, most_s={most_s!r}: give whole seconds, 1 or more, in order.")


@lru_cache(maxsize=64)
def _forged(maker: str, *values: Any, **words: Any) -> Forged:  # Any: the maker's arguments
    given = [*map(repr, values), *(f"{word}={value!r}" for word, value in words.items())]
    made = _MAKERS[maker]
    return Forged(made.make(*values, **words), f"forge.{maker}({', '.join(given)})", made.content_type)


def _flac(long_s: int, rate_hz: int) -> Forged:
    return _forged("flac", long_s, rate_hz)


def _wav(long_s: int, rate_hz: int, channels: int, encoding: str) -> Forged:
    return _forged("wav", long_s, rate_hz, channels, encoding)


def _raw_encodings(types: frozenset[str]) -> list[str]:
    known = {"pcm_s16le": "audio/l16", "pcm_mulaw": "audio/mulaw", "pcm_alaw": "audio/alaw"}
    return [encoding for encoding, name in known.items() if name in types]


def _raw(long_s: int, rate_hz: int, channels: int, encoding: str) -> Forged:
    if encoding == "pcm_s16le":
        declared = f"audio/l16;rate={rate_hz};channels={channels};endianness=little-endian"
    else:
        channels = 1
        declared = f"audio/{encoding.removeprefix('pcm_')};rate={rate_hz}"
    call = f"forge.raw({long_s}, {rate_hz}, {encoding!r}, {channels})"
    return Forged(_raw_bytes(long_s, rate_hz, encoding, channels), call, declared)


_raw_bytes = lru_cache(maxsize=64)(forge.raw)


def _cut(whole: Forged) -> Forged:
    return Forged(forge.truncated(whole), f"forge.truncated({whole!r})", whole.content_type)


def _archive(maker: str, files: list[Forged]) -> Forged:
    named = {f"file{number}.{_suffix(one)}": one for number, one in enumerate(files, 1)}
    made = _MAKERS[maker]
    return Forged(made.make(named), f"forge.{maker}({named!r})", made.content_type)


def _suffix(file: Forged) -> str:
    return file.content_type.partition("/")[2]
