"""The content types of audio and of archives, and the parameters that they take."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from fakestt.core.refusals import Refusal, Why

__all__ = ["ARCHIVE_TYPES", "AUDIO_TYPES", "AudioType", "read_audio_type", "read_member_type"]


@dataclass(frozen=True, slots=True)
class AudioType:
    """A media type. `rate_required`: the bytes alone don't tell the sampling rate."""

    name: str
    rate_required: bool = False
    most_channels: int | None = None
    codecs: tuple[str, ...] = ()


# Source: icp2018 audio-formats.md and acoustic-resource.md; the editions' tables say which types each takes.
# fmt: off
AUDIO_TYPES = {row.name: row for row in (
    AudioType("audio/alaw",  rate_required=True),
    AudioType("audio/basic"),
    AudioType("audio/flac"),
    AudioType("audio/g729"),
    AudioType("audio/l16",   rate_required=True, most_channels=16),
    AudioType("audio/mp3"),
    AudioType("audio/mpeg"),
    AudioType("audio/mulaw", rate_required=True),
    AudioType("audio/ogg",   codecs=("opus", "vorbis")),
    AudioType("audio/wav"),
    AudioType("audio/webm",  codecs=("opus", "vorbis")),
)}
ARCHIVE_TYPES = {row.name: row for row in (
    AudioType("application/gzip"),
    AudioType("application/zip"),
)}
# fmt: on

PARAMETERS = frozenset({"channels", "codecs", "endianness", "rate"})
_PARAMETER = re.compile(r"\s*([!#$%&'*+.^_`|~0-9A-Za-z-]+)\s*=\s*(\"[^\"]*\"|[^\s;\"]+)\s*")


def read_audio_type(header: str, allowed: Collection[str]) -> str:
    """Return `header` in its plain form: `type/subtype` or `type/subtype;name=value;...`, lower case where it may be.

    Parameters that no type has are left out.

    Raises:
        Refusal: UNSUPPORTED_AUDIO_TYPE, MALFORMED_AUDIO_TYPE, RATE_MISSING.
    """
    name, *rest = header.split(";")
    name = name.strip().lower()
    row = AUDIO_TYPES.get(name) or ARCHIVE_TYPES.get(name)
    if row is None or name not in allowed:
        raise Refusal(Why.UNSUPPORTED_AUDIO_TYPE, type=name, allowed=", ".join(sorted(allowed)))
    parameters: dict[str, str] = {}
    for part in filter(str.strip, rest):
        match = _PARAMETER.fullmatch(part)
        if match is None:
            raise Refusal(Why.MALFORMED_AUDIO_TYPE, type=name, part=part.strip())
        parameters[match[1].lower()] = match[2].strip('"')
    if row.rate_required and "rate" not in parameters:
        raise Refusal(Why.RATE_MISSING, type=name)
    for parameter, value in parameters.items():
        if not _fits(row, parameter, value):
            raise Refusal(Why.MALFORMED_AUDIO_TYPE, type=name, part=f"{parameter}={value}")
    known = [f"{key}={value.lower()}" for key, value in parameters.items() if key in PARAMETERS]
    return ";".join([name, *known])


def read_member_type(header: str, allowed: Collection[str]) -> str:
    """The same for the members of an archive, which are no archives themselves.

    Raises:
        Refusal: as `read_audio_type`.
    """
    return read_audio_type(header, [name for name in allowed if name in AUDIO_TYPES])


def _fits(row: AudioType, parameter: str, value: str) -> bool:
    """Whether a parameter is allowed. Unknown parameters are, because no document says that they are refused."""
    if parameter == "rate" and row.rate_required:
        return _is_count(value, 999_999)
    if parameter == "channels" and row.most_channels is not None:
        return _is_count(value, row.most_channels)
    if parameter == "endianness" and row.name == "audio/l16":
        return value.lower() in ("big-endian", "little-endian")
    if parameter == "codecs" and row.codecs:
        return value.lower() in row.codecs
    return True


def _is_count(value: str, most: int) -> bool:
    """Whether these are digits that say a number from 1 to `most`. There are few: `int` refuses thousands of them."""
    return value.isascii() and value.isdigit() and len(value) < 10 and 0 < int(value) <= most
