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
    "machines", "coverage", "conduct", "media", "secrets",
)
# fmt: on
ANEW = "live"  # it has threads that a copy would lack, so it comes last, in a new process
LOWEST = {"contract": ("contract", "golden"), "editions": ("editions", "contract")}  # else the folder of the same name
HEAD = """\
# For each module the files of tests that kill its mutants soonest: those of its own folder that meet it, the quickest
# first, and whatever others are needed to meet all of its functions that any test calls. Then all files, the quickest
# first. Written by learn.py.
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
            out.write(f"{path}: {' '.join(_soonest(path, by, cost_s))}\n")
        anew = sorted(str(file) for file in Path("tests", ANEW).glob("test_*.py"))
        out.write(f"all: {' '.join(sorted(files, key=lambda file: cost_s[file]) + anew)}\n")


def _children_s() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _soonest(path: str, by: dict[str, set[str]], cost_s: dict[str, float]) -> list[str]:
    package = path.split("/")[1]
    own = tuple(f"tests/{folder}/" for folder in LOWEST.get(package, (package,)))
    chosen = sorted((file for file in by if file.startswith(own)), key=lambda file: cost_s[file])
    missing = set().union(*by.values()).difference(*(by[file] for file in chosen))
    while missing:
        best = max(by, key=lambda file: len(by[file] & missing) / cost_s[file])
        chosen.append(best)
        missing -= by[best]
    return chosen


if __name__ == "__main__":
    main()
