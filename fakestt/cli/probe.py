"""`fakestt probe`: what the service would make of files."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from glob import glob, has_magic
from pathlib import Path
from typing import Any

from fakestt.cli.lines import BAD, GOOD, coloured, print_json
from fakestt.cli.missing import check_there
from fakestt.editions.base_models import BROADBAND_HZ, NARROWBAND_HZ
from fakestt.errors import ConfigurationError
from fakestt.media.facts import ArchiveFacts, AudioFacts, Facts, NotAudio
from fakestt.media.probe import ARCHIVES, PROBES
from fakestt.media.probe import probe as probe_audio
from fakestt.media.suffixes import media_type_of

__all__ = ["probe"]

BANDS = {"broadband": BROADBAND_HZ, "narrowband": NARROWBAND_HZ}


def probe(arguments: argparse.Namespace) -> int:
    """Probe the files. The exit status is 1 if the service would not use one of them."""
    rows = []
    # All names are looked at before the first file is.
    paths = list(_there(arguments.files))
    media_types = {path: arguments.type or media_type_of(path) for path in paths}
    for path, media_type in media_types.items():
        with path.open("rb") as stream:
            facts = probe_audio(stream, media_type)
        usable = all(fine for _, fine in _facts_lines(facts))
        rows.append({"file": str(path), "content_type": media_type, "usable": usable, **_as_json(facts)})
        if not arguments.json:
            _tell(path, media_type, facts, usable=usable)
    unusable = sum(not row["usable"] for row in rows)
    if arguments.json:
        print_json(rows)
    elif len(rows) > 1:
        print(f"{len(rows)} files, {unusable} of which the service would not use")
    return 1 if unusable else 0


def _there(words: Iterable[str]) -> Iterator[Path]:
    """The files that are meant. A glob that no shell has read is read here.

    Raises:
        FileNotFoundError: there is no such file.
        ConfigurationError: no file fits a glob, or a word is a content type.
    """
    for word in words:
        path = Path(word)
        if has_magic(word) and not path.exists():
            found = sorted(glob(word, recursive=True))
            if not found:
                raise ConfigurationError(f"{word}: no file fits this glob.")
            yield from map(Path, found)
        elif not path.exists() and word.partition(";")[0].strip().lower() in (*PROBES, *ARCHIVES):
            raise ConfigurationError(f"{word}: there is no such file. Did you mean --type {word}?")
        else:
            check_there(path)
            yield path


def _tell(path: Path, media_type: str, facts: Facts, *, usable: bool) -> None:
    print(f"{path}: {media_type}")
    for line, fine in _facts_lines(facts):
        print(f"  {line if fine else coloured(line, BAD)}")
    print("  " + (coloured("usable", GOOD) if usable else coloured("invalid: the service would not use it", BAD)))


def _as_json(facts: Facts) -> dict[str, Any]:
    return {**asdict(facts), "duration_s": round(facts.duration_s, 6)}


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
