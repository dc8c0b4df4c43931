# ruff: noqa: T201  # printing is what it is for
"""Prints the table of cases x ways in; the exit status is 1 if a cell is not right.

python tests/conformance/table.py [part of the name of a case or of a way ...]
"""

from __future__ import annotations

import sys
import warnings
from string import ascii_letters

from conformance_cases import CASES
from conformance_cases_faults import FAULTS, native
from conformance_ways import ALL_WAYS, Way

OK = "ok"


def cell(way: Way, case: str) -> str:
    """What came of it: "ok", or for a fault what the client made of it, or why there is no such case."""
    if way.absent:
        return f"skipped: {way.absent}"
    if way.for_faults and case not in FAULTS:
        return "left out: this client is here for its faults"
    if case in way.lacks:
        return f"not possible: {way.lacks[case]}"
    try:
        CASES[case](way)
    except Exception as error:
        return f"FAILED: {type(error).__name__}"
    if case not in FAULTS:
        return OK
    wsgi = FAULTS[case].wsgi
    if way.name == "WSGI" and wsgi is not None:
        return wsgi.__name__
    # Of the exceptions inside each other the outermost and the innermost say most.
    names: list[str] = []
    anatomy, tries = native(way, case, FAULTS[case].timeouts_s[0])
    suffix = f", {tries} tries" if tries > 1 else ""
    if isinstance(anatomy[0], int):
        return f"{anatomy[0]} {anatomy[1]}{suffix}"
    if anatomy[0] == "nothing raised":
        return f"nothing raised, {anatomy[1]} bytes{suffix}"
    while anatomy:
        names.append(" ".join(str(one) for one in anatomy[1:] if not isinstance(one, tuple)))
        anatomy = next((one for one in anatomy[2:] if isinstance(one, tuple)), None)
    return " < ".join(dict.fromkeys((names[0], names[-1]))) + suffix


class Notes:
    """Letters for what is too long for a cell."""

    def __init__(self) -> None:
        self.letters: dict[str, str] = {}

    def mark(self, text: str) -> str:
        if text == OK or text.startswith("FAILED"):
            return text[:4]
        doubled = [*ascii_letters, *(one + one for one in ascii_letters)]
        return self.letters.setdefault(text, doubled[len(self.letters)])


def main(wanted: list[str]) -> int:
    warnings.simplefilter("error")
    cases = [case for case in CASES if any(word in case for word in wanted)] or list(CASES)
    ways = [way for way in ALL_WAYS if any(word in way.name for word in wanted)] or list(ALL_WAYS)
    notes = Notes()
    failures = []
    for number, way in enumerate(ways, 1):
        where = "over a socket" if way.live else "in process"
        print(f"{number:3}  {way.name:18} {f'skipped: {way.absent}' if way.absent else where}")
    print(f"\n{'':26}" + "".join(f"{number:5}" for number in range(1, len(ways) + 1)))
    for case in cases:
        print(f"{case:26}", end="", flush=True)
        for way in ways:
            text = cell(way, case)
            if text.startswith("FAILED"):
                failures.append(f"{case}, {way.name}: {text}")
            print(f"{notes.mark(text):>5}", end="", flush=True)
        print()
    print()
    for text, letter in notes.letters.items():
        print(f"{letter:>3}  {text}")
    for failure in failures:
        print(failure)
    skipped = sum(len(cases) for way in ways if way.absent)
    print(
        f"\n{len(ways)} ways x {len(cases)} cases = {len(ways) * len(cases)} cells, "
        f"{len(failures)} failed, {skipped} skipped"
    )
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
