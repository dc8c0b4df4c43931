"""Which files of tests meet which module? Writes reach.txt anew: `python tests/mutation/learn.py`, ten minutes.

It need not be done often. A row that is out of date makes a run slower; a module without a row is tried by all files.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
sys.path[:0] = [str(ROOT), str(HERE)]

import forked  # noqa: E402

# Folders that run in a copy of a process, and whose tests can tell one answer of the service from another.
# fmt: off
FOLDERS = (
    "core", "contract", "editions", "documented", "golden", "scripts", "fake", "faults", "http", "time", "journal",
    "machines", "coverage", "conduct", "media",
)
# fmt: on
SOON_S = 6  # while called functions are noted; half of it in a run
HEAD = """\
# For each module the files of tests that together meet every function of it that any test calls, for the least time of
# the processor, and the quickest others that meet it; then all files, the quickest first. Written by learn.py.
"""


def main() -> None:
    os.chdir(ROOT)
    files = sorted(str(file) for folder in FOLDERS for file in Path("tests", folder).glob("test_*.py"))
    forked.import_all(files, f"{ROOT}/fakestt/")
    met: dict[str, dict[str, set[str]]] = {}  # module, file of tests, functions
    cost_s: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as scratch:
        os.environ["HYPOTHESIS_STORAGE_DIRECTORY"] = scratch
        said = Path(scratch, "met")
        for file in files:
            before = _children_s()
            forked.in_a_copy(
                lambda file=file: said.write_text(json.dumps(forked.functions_met(f"{ROOT}/", file))) and "", 600
            )
            cost_s[file] = _children_s() - before
            for path, function in json.loads(said.read_text()):
                met.setdefault(path, {}).setdefault(file, set()).add(function)
            print(f"{cost_s[file]:6.2f} s  {file}", flush=True)
    with (HERE / "reach.txt").open("w") as out:
        out.write(HEAD)
        for path, by in sorted(met.items()):
            out.write(f"{path}: {' '.join(_soonest(by, cost_s))}\n")
        out.write(f"all: {' '.join(sorted(files, key=lambda file: cost_s[file]))}\n")


def _children_s() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _soonest(by: dict[str, set[str]], cost_s: dict[str, float]) -> list[str]:
    missing = set().union(*by.values())
    chosen: list[str] = []
    while missing:
        best = max(by, key=lambda file: len(by[file] & missing) / cost_s[file])
        chosen.append(best)
        missing -= by[best]
    for file in sorted(by.keys() - set(chosen), key=lambda file: cost_s[file]):
        if sum(cost_s[one] for one in [*chosen, file]) < SOON_S:
            chosen.append(file)
    return chosen


if __name__ == "__main__":
    main()
