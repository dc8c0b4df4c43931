"""Do the tests notice when the code is changed? Plants mutants, and tells which of them no test has killed.

    python tests/mutation/run.py                               all mutants
    python tests/mutation/run.py --results FILE                goes on where an earlier run was broken off
    python tests/mutation/run.py --sample 250 --seed 7         so many, drawn by a seed
    python tests/mutation/run.py --budget-s 100                as many as are judged in so many seconds
    python tests/mutation/run.py --only core/machine.py        of one module

A mutant is tried in a copy of this process, by the tests that meet its function, the quickest first. What is alive then
is tried by all files, in a new process, where the mutant is there before anything is imported: if its function is
called by an import. A failure counts only if the same test passes without the mutant.

Exits with 1 if less than 95 % were killed. After a run of all also if one is alive that `survivors.txt` doesn't name;
after a sample only if so many are alive that chance alone hardly explains it.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import math
import os
import random
import resource
import signal
import sys
import tempfile
import time
import traceback
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
sys.path[:0] = [str(ROOT), str(HERE)]  # the code beside these tests is what is mutated, whatever is installed

import forked  # noqa: E402
import rows  # noqa: E402
from judge import Judge, called_by_imports  # noqa: E402
from meetings import learn  # noqa: E402
from mutants import Mutant, drawn, mutants_of  # noqa: E402

LEAST = 0.95
LEAST_JUDGED = 10
SO_SELDOM = 0.001  # that a sample fails by chance alone
LEARNING = 0.4  # of the budget


class Budget:
    """Real time from now on, as far as it is bound."""

    def __init__(self, budget_s: float | None) -> None:
        self._began_s = time.monotonic()
        self._budget_s = math.inf if budget_s is None else budget_s

    def until_s(self, share: float) -> float:
        """The instant of the monotonic clock at which so much of it is spent."""
        return self._began_s + share * self._budget_s

    def is_open(self) -> bool:
        return time.monotonic() < self.until_s(1)

    def interrupt_when_spent_twice(self) -> None:
        """Raise TimeIsUp then, in this process."""

        def up(*_: object) -> None:
            raise TimeIsUp

        if self._budget_s < math.inf:
            signal.signal(signal.SIGALRM, up)
            signal.setitimer(signal.ITIMER_REAL, max(self.until_s(2) - time.monotonic(), 0.001))


class TimeIsUp(BaseException):
    """The budget is spent twice."""


def judge_all(judge: Judge, mutants: list[Mutant], processes: int, results: Path, budget: Budget) -> None:
    """Each process takes the next mutant's number from a pipe, and appends the outcome to the file of results."""
    reader, writer = os.pipe()
    workers = []
    for _ in range(processes):
        pid = os.fork()
        if not pid:
            os.close(writer)
            try:
                budget.interrupt_when_spent_twice()
                while (budget.is_open() or len(_read(results)) < LEAST_JUDGED) and (number := os.read(reader, 4)):
                    _judge(judge, mutants[int.from_bytes(number)], results)
                os._exit(0)
            except TimeIsUp:
                os._exit(0)
            except BaseException:
                traceback.print_exc()
            finally:
                os._exit(1)  # not up from here: that is the first process's way
        workers.append(pid)
    os.close(reader)
    with contextlib.suppress(BrokenPipeError):  # they have all stopped
        for number in range(len(mutants)):
            os.write(writer, number.to_bytes(4))
    os.close(writer)
    if sum(os.waitpid(pid, 0)[1] for pid in workers):
        raise SystemExit("a process that tries mutants has ended too early; what it said stands above")


def _judge(judge: Judge, mutant: Mutant, results: Path) -> None:
    before_s = _used_s()
    outcome, by = judge.outcome(mutant)
    row = {"id": mutant.id, "outcome": outcome, "by": by, "line": mutant.line, "took_s": round(_used_s() - before_s, 2)}
    row |= dict(zip(("path", "function", "before", "after"), mutant.key, strict=True))
    with results.open("a") as file:
        file.write(json.dumps(row) + "\n")


def _used_s() -> float:
    used = [resource.getrusage(whose) for whose in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def _read(results: Path) -> dict[str, dict[str, Any]]:
    return {row["id"]: row for row in map(json.loads, results.read_text().splitlines())}


def told(
    drawn: list[Mutant], outcomes: dict[str, dict[str, Any]], listed: set[tuple[str, ...]], *, whole: bool
) -> bool:
    """Print what came of it; whether that is good enough."""
    counts: Counter[tuple[str, str]] = Counter()
    unlisted = []
    for mutant in drawn:
        outcome = "listed" if mutant.key in listed else outcomes.get(mutant.id, {"outcome": "undecided"})["outcome"]
        counts[mutant.package, outcome] += 1
        if outcome == "alive":
            unlisted.append(mutant)
    columns = ("killed", "alive", "listed", "no program", "undecided")
    print(f"{'':12}" + "".join(f"{column:>12}" for column in columns))
    for package in forked.PACKAGES:
        print(f"{package:12}" + "".join(f"{counts[package, column]:>12}" for column in columns))
    killed, alive, still = (sum(counts[package, column] for package in forked.PACKAGES) for column in columns[:3])
    judged = killed + alive + still
    print(f"{killed} of {judged} killed: {killed / max(judged, 1):.1%}")
    for mutant in unlisted:
        print(f"\n{rows.as_text(*mutant.key, reason=f'... (line {mutant.line})')}")
    if unlisted:
        print("\nAlive, and not in tests/mutation/survivors.txt. Write the test that is missing, or take away the code")
        print("that no test needs, or add the mutant there with the reason why nobody can tell it from the original.")
    if whole:
        return not unlisted and killed >= LEAST * judged
    if judged < LEAST_JUDGED:
        print(f"at least {LEAST_JUDGED} are to be judged")
    elif _chance(judged - killed, judged) < SO_SELDOM:
        print(
            f"If {LEAST:.0%} of all were killed, so many alive would come in one draw of {1 / SO_SELDOM:,.0f} or fewer."
        )
    else:
        return True
    return False


def _chance(alive: int, judged: int) -> float:
    """How probable are so many alive or more, if LEAST of all mutants are killed?"""
    return sum(math.comb(judged, k) * (1 - LEAST) ** k * LEAST ** (judged - k) for k in range(alive, judged + 1))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sample", type=int, metavar="N", help="so many mutants, drawn by the seed; without it all")
    parser.add_argument(
        "--budget-s", type=float, metavar="S", help="begin no mutant after so many seconds of real time"
    )
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6), metavar="N")
    parser.add_argument("--processes", type=int, default=2, metavar="N")
    parser.add_argument("--results", type=Path, metavar="FILE", help="where outcomes are kept, and taken from")
    parser.add_argument("--only", default="", metavar="TEXT", help="mutants of modules whose path holds this text")
    given = parser.parse_args()
    os.chdir(ROOT)
    with tempfile.TemporaryDirectory() as scratch:
        os.environ["HYPOTHESIS_STORAGE_DIRECTORY"] = scratch  # failures of mutants are not kept for later runs
        os.environ["PYTEST_DEBUG_TEMPROOT"] = scratch  # a copy of this process doesn't clean up
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
    todo = [one for one in chosen if one.key not in survivors and one.id not in have]

    def work(items: list[pytest.Item]) -> None:
        functions = forked.functions_below(f"{ROOT}/fakestt/")
        budget = Budget(given.budget_s)
        mutated = [function for path in paths for function in functions.get(str(ROOT / path), [])]
        meetings = learn(items, mutated, given.processes, budget.until_s(LEARNING), scratch)
        print(f"{len(meetings.took_s)} of {len(items)} tests looked at", flush=True)
        judge = Judge(functions, items, meetings, scratch, called_by_imports(scratch))
        judge_all(judge, todo, given.processes, results, budget)

    if todo:
        forked.with_tests_of([f"tests/{folder}" for folder in forked.FOLDERS], work)
    outcomes = _read(results)
    if given.budget_s:
        last = max((number for number, one in enumerate(chosen) if one.id in outcomes), default=-1)
        chosen = chosen[: last + 1]
    whole = given.budget_s is None and given.sample is None
    return 0 if told(chosen, outcomes, set(survivors), whole=whole) and not stale else 1


if __name__ == "__main__":
    sys.exit(main())
