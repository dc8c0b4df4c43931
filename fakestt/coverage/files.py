"""The coverage of several runs, from the files that they wrote: the jobs of one build, for instance."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from fakestt.coverage.document import only, read, verdict
from fakestt.coverage.record import Coverage, merged
from fakestt.coverage.text import table
from fakestt.errors import StateError

__all__ = ["gathered", "told"]


def gathered(paths: Iterable[Path], globs: Sequence[str]) -> list[Coverage]:
    """What all files together have met, by edition.

    Args:
        globs: the operations that count; all if there are none.

    Raises:
        OSError: a file can't be read.
        StateError: a file is not what `--fakestt-cov-json` writes.
        ConfigurationError: no operation has such an id.
    """
    narrowed = [only(coverage, globs) for coverage in merged(_read_all(paths)).values()]
    return [coverage for coverage in narrowed if not coverage.is_empty]


def told(found: Sequence[Coverage], least: float | None, width: int) -> tuple[list[str], bool]:
    """The lines about them, and whether `least` percent was reached."""
    lines = table(found, width) if found else ["No request met a fake."]
    if least is None:
        return lines, True
    reached, said = verdict(found, least)
    return [*lines, "", said], reached


def _read_all(paths: Iterable[Path]) -> Iterator[Coverage]:
    for path in paths:
        try:
            yield from read(json.loads(path.read_bytes()))
        except (ValueError, RecursionError):
            raise StateError(f"{path}: this is no JSON. Give files that --fakestt-cov-json has written.") from None
        except StateError as problem:
            raise StateError(f"{path}: {problem}") from None
