# ruff: noqa: T201  # printing is what it is for
"""Prints the table of ways in x cases; the exit status is 1 if a cell is not right.

python tests/conformance/table.py [part of the name of a case or of a way ...]
"""

from __future__ import annotations

import sys
import warnings
from typing import Any

from conformance_cases import CASES, FAULTS, native
from conformance_ways import WAYS, Way


def cell(way: Way, case: str) -> str:
    if case in way.lacks:
        return f"({way.lacks[case]})"
    try:
        CASES[case](way)
    except Exception as error:
        return f"FAILED: {type(error).__name__}"
    if case in FAULTS and way.name != "WSGI":
        # Of the exceptions inside each other the outermost and the innermost say most.
        names: list[str] = []
        anatomy: Any = native(way, case)
        if anatomy[0] == "nothing raised":
            return "nothing raised"
        while anatomy:
            names.append(" ".join(str(one) for one in anatomy[1:] if not isinstance(one, tuple)))
            anatomy = next((one for one in anatomy[2:] if isinstance(one, tuple)), None)
        return " < ".join(dict.fromkeys((names[0], names[-1])))
    return FAULTS[case].wsgi.__name__ if case in FAULTS else "ok"


def main(wanted: list[str]) -> int:
    warnings.simplefilter("error")
    cases = [case for case in CASES if not wanted or any(word in case for word in wanted)] or list(CASES)
    ways = [way for way in WAYS if any(word in way.name for word in wanted)] or list(WAYS)
    failed = 0
    for case in cases:
        cells = {way.name: cell(way, case) for way in ways}
        failed += sum(text.startswith("FAILED") for text in cells.values())
        if set(cells.values()) == {"ok"}:
            print(f"{case:24} ok: {', '.join(cells)}", flush=True)
        else:
            print(case)
            for name, text in cells.items():
                print(f"    {name:20} {text}", flush=True)
    print(f"{len(ways)} ways x {len(cases)} cases = {len(ways) * len(cases)} cells, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
