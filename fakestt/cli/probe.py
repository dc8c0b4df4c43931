"""`fakestt probe`: what the service would make of a file."""

from __future__ import annotations

import argparse
from collections.abc import Iterator

from fakestt.editions.base_models import BROADBAND_HZ, NARROWBAND_HZ
from fakestt.media.facts import ArchiveFacts, AudioFacts, Facts, NotAudio
from fakestt.media.probe import probe as probe_audio
from fakestt.media.suffixes import media_type_of

__all__ = ["probe"]

BANDS = {"broadband": BROADBAND_HZ, "narrowband": NARROWBAND_HZ}


def probe(arguments: argparse.Namespace) -> int:
    media_type = arguments.type or media_type_of(arguments.file)
    with arguments.file.open("rb") as stream:
        facts = probe_audio(stream, media_type)
    print(f"{arguments.file}: {media_type}")
    good = True
    for line, fine in _facts_lines(facts):
        print(f"  {line}")
        good = good and fine
    print("  " + ("usable" if good else "invalid: the service would not use it"))
    return 0 if good else 1


def _facts_lines(facts: Facts) -> Iterator[tuple[str, bool]]:
    if isinstance(facts, NotAudio):
        yield f"not audio: {facts.reason}", False
    elif isinstance(facts, AudioFacts):
        bands = [name for name, least_hz in BANDS.items() if facts.rate_hz >= least_hz]
        yield f"{facts.duration_s:.2f} s of {facts.codec}, {facts.rate_hz} Hz, channels: {facts.channels}", bool(bands)
        yield f"good for base models: {', '.join(bands) or 'none'}", bool(bands)
        if facts.note is not None:
            yield f"note: {facts.note}", True
    else:
        assert isinstance(facts, ArchiveFacts)
        yield f"{facts.compression} archive with {len(facts.members)} files, {facts.duration_s:.2f} s", True
        if facts.problem is not None:
            yield f"the archive: {facts.problem}", False
        for member in facts.members:
            for line, fine in _facts_lines(member.facts):
                yield f"{member.name}: {line}", fine
