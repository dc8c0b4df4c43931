"""What is in these bytes? The only entry point of `fakestt.media`."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from fakestt.media.archive import probe_tar_gz, probe_zip
from fakestt.media.budget import Budget, TooMuch
from fakestt.media.content_type import MediaType
from fakestt.media.facts import MOST_MINUTES, MOST_RATE_HZ, AudioFacts, Facts, NotAudio
from fakestt.media.flac import probe_flac
from fakestt.media.mp3 import probe_mp3
from fakestt.media.ogg import probe_ogg
from fakestt.media.raw import probe_basic, probe_g729, probe_l16, probe_one_byte
from fakestt.media.reading import Readable, Reader
from fakestt.media.sniff import SNIFFED_BYTES, sniff
from fakestt.media.wav import probe_wav
from fakestt.media.webm import probe_webm

__all__ = ["probe", "sniff"]

AudioProbe = Callable[[Reader, MediaType], AudioFacts | NotAudio]

# Content type -> the container that must be found (None: no container at all) and who reads it.
# fmt: off
PROBES: Mapping[str, tuple[str | None, AudioProbe]] = {
    "audio/wav":   ("wav",  probe_wav),
    "audio/flac":  ("flac", probe_flac),
    "audio/mp3":   ("mp3",  probe_mp3),
    "audio/mpeg":  ("mp3",  probe_mp3),
    "audio/ogg":   ("ogg",  probe_ogg),
    "audio/webm":  ("webm", probe_webm),
    "audio/l16":   (None,   probe_l16),
    "audio/mulaw": (None,   probe_one_byte),
    "audio/alaw":  (None,   probe_one_byte),
    "audio/basic": (None,   probe_basic),
    "audio/g729":  (None,   probe_g729),
}
ARCHIVES = {
    "application/zip":  probe_zip,
    "application/gzip": probe_tar_gz,
}
# fmt: on

# Four bytes of magic in raw audio mean a file in the wrong place. Two or three may be chance: full-scale noise can
# begin with a frame sync, and l16 with 0x1F8B.
_SURE_IN_RAW = frozenset({"wav", "flac", "ogg", "webm", "zip", "text", "7z", "xz", "pdf", "png", "tar"})


def probe(stream: Readable, media_type: str, *, member_type: str | None = None, budget: Budget | None = None) -> Facts:
    """Say what a stream holds. It is read once, to its end, in a few MiB of memory.

    Args:
        stream: anything with `read(size)`; what it raises is not caught.
        media_type: a content type with its parameters, such as `audio/l16; rate=16000`.
        member_type: the content type of all files of an archive. With None each file's own is found out.
        budget: what the upload may still cost, if a part of that was already spent on it.

    Returns:
        AudioFacts for readable audio, ArchiveFacts for an archive (look at its `problem` and its members), NotAudio
        for everything else. Damaged bytes never raise.
    """
    reader = Reader(stream, budget)
    wanted = MediaType.parse(media_type)
    archive = ARCHIVES.get(wanted.name)
    if archive is None:
        try:
            facts: Facts = _audio(reader, wanted)
        except TooMuch as problem:
            facts = NotAudio(str(problem))
    else:
        members = MediaType.parse(member_type) if member_type is not None else None
        facts = archive(reader, lambda member: _member(member, members))
    # An early verdict must not leave half a request body in the caller's connection.
    reader.skip_all()
    return facts


def _audio(reader: Reader, wanted: MediaType) -> AudioFacts | NotAudio:
    row = PROBES.get(wanted.name)
    if row is None:
        return NotAudio(f"{wanted.name!r} is no type of audio; known are {', '.join(PROBES)}")
    container, read = row
    head = reader.peek(SNIFFED_BYTES)
    if not head:
        return NotAudio("there are no bytes")
    found = sniff(head)
    wrong = found in _SURE_IN_RAW if container is None else found != container
    # Garbage between an MP3's tag and frames, or before its first frame, is skipped by every player.
    if wrong and not (container == "mp3" and found is None):
        return NotAudio(f"declared {wanted.name}, found {found or 'no known audio'}")
    return _within_reason(read(reader, wanted))


def _within_reason(facts: AudioFacts | NotAudio) -> AudioFacts | NotAudio:
    if facts.rate_hz is not None and facts.rate_hz > MOST_RATE_HZ:
        return NotAudio(f"{facts.rate_hz} Hz; at most {MOST_RATE_HZ} Hz can be", facts.codec, facts.rate_hz)
    if facts.duration_s > MOST_MINUTES * 60:
        return NotAudio(f"{facts.duration_s:g} s are longer than any audio", facts.codec, facts.rate_hz)
    return facts


def _member(reader: Reader, wanted: MediaType | None) -> AudioFacts | NotAudio:
    found = sniff(reader.peek(SNIFFED_BYTES))
    if found in ("zip", "gzip", "tar", "7z", "bzip2", "xz") and (wanted is None or found in _SURE_IN_RAW):
        return NotAudio(f"an archive ({found}) inside the archive; it is not opened")
    if wanted is None:
        # A container's name is its content type's too: wav, flac, mp3, ogg, webm.
        wanted = MediaType(f"audio/{found}")
        if wanted.name not in PROBES:
            return NotAudio(f"found {found or 'no known audio'}") if reader.peek(1) else NotAudio("there are no bytes")
    return _audio(reader, wanted)
