"""The coverage of a run: several editions, as one JSON document, with one percentage."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Any

from fakestt.contract.operations import SERVICE_OPERATIONS
from fakestt.core.families import FAMILIES
from fakestt.coverage.record import Coverage, cut_off
from fakestt.coverage.showing import showing, shown_by
from fakestt.errors import ConfigurationError, StateError, nearest

__all__ = ["document", "only", "read", "total_percent", "verdict"]


def total_percent(coverages: Iterable[Coverage]) -> float:
    """How much was seen of what all these editions can show; 0 if there are none."""
    listed = list(coverages)
    possible = sum(one.possible for one in listed)
    return 100 * sum(one.counted for one in listed) / possible if possible else 0.0


def document(coverages: Sequence[Coverage]) -> dict[str, Any]:
    """Plain data for JSON. `read` takes it."""
    return {
        "percent": cut_off(total_percent(coverages)),
        "editions": [coverage.to_json() for coverage in coverages],
    }


def read(data: object) -> list[Coverage]:
    """The coverages of a document.

    Raises:
        StateError: it is no such document.
    """
    rows = data.get("editions") if isinstance(data, Mapping) else None
    if not isinstance(rows, list):
        raise StateError("this is not the coverage of a run. Give a file that --fakestt-cov-json has written.")
    return [Coverage.from_json(row) for row in rows]


def verdict(coverages: Sequence[Coverage], least: float) -> tuple[bool, str]:
    """Whether as much as `least` percent was reached, and a line that says so."""
    percent = total_percent(coverages)
    reached = percent >= least
    total = f"{cut_off(percent):.2f} % in all" if coverages else "no request met a fake"
    said = "reached" if reached else "not reached"
    return reached, f"{'' if reached else 'FAIL '}Required fakestt coverage of {least:g} % {said}: {total}"


def only(coverage: Coverage, globs: Sequence[str]) -> Coverage:
    """The part of it that is about some operations, and about the families whose statuses these show.

    Raises:
        ConfigurationError: no operation has such an id.
    """
    if not globs:
        return coverage
    for glob in globs:
        if not any(fnmatchcase(name, glob) for name in SERVICE_OPERATIONS):
            raise ConfigurationError(
                f"no operation is called {glob!r}.{nearest(glob, SERVICE_OPERATIONS)} "
                f"Give an id or a glob. All: {', '.join(SERVICE_OPERATIONS)}"
            )
    chosen = [row for row in SERVICE_OPERATIONS.values() if any(fnmatchcase(row.id, glob) for glob in globs)]
    families = shown_by(chosen, showing(SERVICE_OPERATIONS.values(), FAMILIES))
    return coverage.narrowed({row.id for row in chosen}, families)
