"""Do the tests notice when the code is changed? Plants mutants, and tells which of them no test has killed.

    python tests/mutation/run.py                               all mutants: hours
    python tests/mutation/run.py --sample 250 --seed 7         so many, drawn by a seed
    python tests/mutation/run.py --results FILE                goes on where an earlier run was broken off
    python tests/mutation/run.py --only core/machine.py        of one module

A mutant is tried twice before it counts as alive: in a copy of this process, by the files of tests that meet its module
soonest (`reach.txt`); then by all files, in a new process, where the mutant is there before anything is imported. A
failure counts only if the same file passes without the mutant.

Exits with 1 if a mutant is alive that `survivors.txt` doesn't name, or if less than 95 % were killed.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import resource
import subprocess
import sys
import tempfile
import traceback
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from types import FunctionType
from typing import Any

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
sys.path[:0] = [str(ROOT), str(HERE)]  # the code beside these tests is what is mutated, whatever is installed

import forked  # noqa: E402
import rows  # noqa: E402
from mutants import Mutant, drawn, mutants_of  # noqa: E402

LEAST = 0.95
CPU_S = 120  # a whole row of files takes less than half of it


@dataclass
class Judge:
    """Finds out whether a mutant is killed."""

    functions: dict[str, list[FunctionType]]
    reach: dict[str, list[str]]
    scratch: Path
    passes: dict[tuple[bool, str], bool] = field(default_factory=dict)  # (in a copy, file): without a mutant

    def outcome(self, mutant: Mutant) -> tuple[str, str]:
        """ "killed", "alive" or "no program", and the test that killed it."""
        try:
            compile(mutant.mutated, mutant.path, "exec")
        except SyntaxError:
            return "no program", ""
        soonest, everything = self.reach.get(mutant.path, []), self.reach["all"]
        by = self._failure_in_a_copy(mutant, soonest)
        by = by or self._failure_anew(mutant, [*soonest, *(one for one in everything if one not in soonest)])
        return ("killed", by) if by else ("alive", "")

    def _failure_in_a_copy(self, mutant: Mutant, files: list[str]) -> str:
        path = ROOT / mutant.path

        def work() -> str:
            if not forked.plant(self.functions[str(path)], path, mutant.function, mutant.original, mutant.mutated):
                return ""
            return forked.first_failure(files)

        while files := [one for one in files if self.passes.get((True, one), True)]:
            by, ended = forked.in_a_copy(work, CPU_S)
            if not ended:
                return by or "it took too long"
            if not by or self._passes(by.partition("::")[0], in_a_copy=True):
                return by
        return ""

    def _failure_anew(self, mutant: Mutant, files: list[str]) -> str:
        text = self.scratch / f"{os.getpid()}.py"
        text.write_text(mutant.mutated)
        module = mutant.path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
        while files := [one for one in files if self.passes.get((False, one), True)]:
            by = _first_failure_anew(files, f"{module}={text}")
            if not by or by == "it took too long" or self._passes(by.partition("::")[0], in_a_copy=False):
                return by
        return ""

    def _passes(self, file: str, *, in_a_copy: bool) -> bool:
        """Whether these tests pass without a mutant."""
        if (in_a_copy, file) not in self.passes:
            if not (ROOT / file).is_file():
                passes = True  # not a test's failure, but pytest's own
            elif in_a_copy:
                passes = forked.in_a_copy(lambda: forked.first_failure([file]), CPU_S) == ("", True)
            else:
                passes = not _first_failure_anew([file], "=")
            self.passes[in_a_copy, file] = passes
        return self.passes[in_a_copy, file]


def _first_failure_anew(files: list[str], planted: str) -> str:
    environment = {
        **os.environ,
        "FAKESTT_PLANTED": planted,
        "PYTHONPATH": f"{ROOT}:{HERE}:{os.getenv('PYTHONPATH', '')}",
    }
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "planted", *forked.ALWAYS, *files],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CPU, (2 * CPU_S, 2 * CPU_S + 5)),
    )
    if done.returncode == 0:
        return ""
    said = re.search(r"^(?:FAILED|ERROR) (\S+)", done.stdout, re.MULTILINE)
    return said[1] if said else "it took too long" if done.returncode < 0 else f"pytest ended with {done.returncode}"


def judge_all(judge: Judge, mutants: list[Mutant], processes: int, results: Path, seed: int) -> None:
    """Each process takes the next mutant's number from a pipe, and appends the outcome to the file of results."""
    reader, writer = os.pipe()
    workers = []
    for _ in range(processes):
        pid = os.fork()
        if not pid:
            os.close(writer)
            try:
                while number := os.read(reader, 4):
                    _judge(judge, mutants[int.from_bytes(number)], results, seed)
                os._exit(0)
            except BaseException:
                traceback.print_exc()
            finally:
                os._exit(1)  # not up from here: that is the first process's way
        workers.append(pid)
    os.close(reader)
    for number in range(len(mutants)):
        os.write(writer, number.to_bytes(4))
    os.close(writer)
    if any(os.waitpid(pid, 0)[1] for pid in workers):
        raise SystemExit("a process that tries mutants has ended too early; what it said stands above")


def _judge(judge: Judge, mutant: Mutant, results: Path, seed: int) -> None:
    outcome, by = judge.outcome(mutant)
    row = {"lot": mutant.lot(seed), "outcome": outcome, "by": by, "line": mutant.line}
    row |= dict(zip(("path", "function", "before", "after"), mutant.key, strict=True))
    with results.open("a") as file:
        file.write(json.dumps(row) + "\n")


def told(mutants: list[Mutant], outcomes: dict[str, dict[str, Any]], listed: set[tuple[str, ...]], seed: int) -> bool:
    """Print what came of it; whether that is good enough."""
    counts: Counter[tuple[str, str]] = Counter()
    unlisted = []
    for mutant in mutants:
        outcome = "listed" if mutant.key in listed else outcomes[mutant.lot(seed)]["outcome"]
        counts[mutant.package, outcome] += 1
        if outcome == "alive":
            unlisted.append(mutant)
    columns = ("killed", "alive", "listed", "no program")
    print(f"{'':12}" + "".join(f"{column:>12}" for column in columns))
    for package in forked.PACKAGES:
        print(f"{package:12}" + "".join(f"{counts[package, column]:>12}" for column in columns))
    killed, alive, still = (sum(counts[package, column] for package in forked.PACKAGES) for column in columns[:3])
    share = killed / max(killed + alive + still, 1)
    print(f"{killed} of {killed + alive + still} killed: {share:.1%}")
    for mutant in unlisted:
        print(f"\n{rows.as_text(*mutant.key, reason=f'... (line {mutant.line})')}")
    if unlisted:
        print("\nAlive, and not in tests/mutation/survivors.txt. Write the test that is missing, or take away the code")
        print("that no test needs, or add the mutant there with the reason why nobody can tell it from the original.")
    return not unlisted and share >= LEAST


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sample", type=int, metavar="N", help="so many mutants, drawn by the seed; without it all")
    parser.add_argument("--seed", type=int, default=0, metavar="N")
    parser.add_argument("--processes", type=int, default=2, metavar="N")
    parser.add_argument("--results", type=Path, metavar="FILE", help="where outcomes are kept, and taken from")
    parser.add_argument("--only", default="", metavar="TEXT", help="mutants of modules whose path holds this text")
    given = parser.parse_args()
    os.chdir(ROOT)
    with tempfile.TemporaryDirectory() as scratch:
        os.environ["HYPOTHESIS_STORAGE_DIRECTORY"] = scratch  # failures of mutants are not kept for later runs
        return _run(given, Path(scratch))


def _run(given: argparse.Namespace, scratch: Path) -> int:
    paths = sorted(
        str(path.relative_to(ROOT))
        for package in forked.PACKAGES
        for path in (ROOT / "fakestt" / package).rglob("*.py")
    )
    everything = [mutant for path in paths for mutant in mutants_of(ROOT, path)]
    survivors = rows.survivors(HERE / "survivors.txt")
    stale = set(survivors) - {mutant.key for mutant in everything}
    for key in stale:
        print(f"survivors.txt names a mutant that is not there:\n{rows.as_text(*key, reason=survivors[key])}\n")
    chosen = drawn([one for one in everything if given.only in one.path], given.seed, given.sample)
    print(f"{len(chosen)} of {len(everything)} mutants, seed {given.seed}", flush=True)
    results = given.results or scratch / "results"
    results.touch()
    have = _read(results)
    todo = [one for one in chosen if one.key not in survivors and one.lot(given.seed) not in have]
    reach = rows.reach(HERE / "reach.txt")
    functions = forked.import_all(reach["all"], f"{ROOT}/fakestt/") if todo else {}
    judge_all(Judge(functions, reach, scratch), todo, given.processes, results, given.seed)
    return 0 if told(chosen, _read(results), set(survivors), given.seed) and not stale else 1


def _read(results: Path) -> dict[str, dict[str, Any]]:
    return {row["lot"]: row for row in map(json.loads, results.read_text().splitlines())}


if __name__ == "__main__":
    sys.exit(main())
