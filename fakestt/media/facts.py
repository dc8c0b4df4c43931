"""What was found in some bytes: audio, an archive, or a reason why neither."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["MOST_MINUTES", "MOST_RATE_HZ", "ArchiveFacts", "AudioFacts", "Facts", "Member", "NotAudio"]

MOST_MINUTES = 1e8
"""Two centuries. An activity on more audio would end after the last year that a date can have."""

MOST_RATE_HZ = 2**20 - 1
"""What FLAC can say. The other formats could say more, but nothing records or plays such audio."""


@dataclass(frozen=True, slots=True)
class AudioFacts:
    """Readable audio.

    `codec` is FFmpeg's name and `rate_hz` what ffprobe shows (Opus is always 48000). `note` is set when a
    figure is assumed rather than read, and says which.
    """

    duration_s: float
    codec: str
    rate_hz: int
    channels: int
    note: str | None = None


@dataclass(frozen=True, slots=True)
class NotAudio:
    """Bytes that can't be used, with a reason for a test author; the other fields hold what was read before it."""

    reason: str
    codec: str | None = None
    rate_hz: int | None = None
    duration_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Member:
    """One file of an archive, under the name that the archive gives it."""

    name: str
    facts: AudioFacts | NotAudio


@dataclass(frozen=True, slots=True)
class ArchiveFacts:
    """An archive and its files, folders left out.

    `compression` is "zip" or "gzip". `problem` says what is wrong with the archive itself; the members are then those
    that were read before it was noticed.
    """

    compression: str
    members: tuple[Member, ...]
    problem: str | None

    @property
    def duration_s(self) -> float:
        """Seconds of all members together."""
        return sum(member.facts.duration_s for member in self.members)


Facts = AudioFacts | ArchiveFacts | NotAudio
