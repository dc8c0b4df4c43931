"""Which content type goes with a file's name?

For commands that are given files. The service is told the type and never looks at a name.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePath

from fakestt.errors import ConfigurationError, nearest

__all__ = ["SUFFIXES", "media_type_of"]

# fmt: off
SUFFIXES: Mapping[str, str] = {
    ".wav":  "audio/wav",  ".flac": "audio/flac",  ".mp3": "audio/mp3",  ".mpeg": "audio/mpeg",
    ".ogg":  "audio/ogg",  ".opus": "audio/ogg",   ".oga": "audio/ogg",  ".webm": "audio/webm",
    ".g729": "audio/g729",
    # Nothing in these says their rate. The usual ones: 16 kHz for linear samples, 8 kHz for a telephone's.
    ".l16":  "audio/l16;rate=16000", ".raw": "audio/l16;rate=16000", ".pcm": "audio/l16;rate=16000",
    ".mulaw": "audio/mulaw;rate=8000", ".ulaw": "audio/mulaw;rate=8000", ".alaw": "audio/alaw;rate=8000",
    ".zip":  "application/zip", ".gz": "application/gzip", ".tgz": "application/gzip",
}
# fmt: on


def media_type_of(path: PurePath) -> str:
    """The content type of a file by its suffix.

    Raises:
        ConfigurationError: the suffix names none.
    """
    suffix = path.suffix.lower()
    if suffix in SUFFIXES:
        return SUFFIXES[suffix]
    raise ConfigurationError(
        f"{path}: the suffix {suffix!r} names no type of audio.{nearest(suffix, SUFFIXES)} Known: {' '.join(SUFFIXES)}"
    )
