"""Is a mutant killed? It is tried in copies of this process, and where that can't tell, in new processes."""

from __future__ import annotations

import os
import re
import resource
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from types import FunctionType
from typing import TYPE_CHECKING

import forked
import pytest
from meetings import Function, Meetings

if TYPE_CHECKING:
    from mutants import Mutant  # it needs libraries that the tests of this module do not

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
ANEW_CPU_S = 300  # all files take a fifth of it


@dataclass
class Judge:
    """Finds out whether a mutant is killed."""

    functions: dict[str, list[FunctionType]]
    items: list[pytest.Item]
    meetings: Meetings
    scratch: Path
    called_by_imports: set[Function]  # of the package's own modules, or of tests
    passes: dict[str, bool] = field(default_factory=dict)  # a test, or a whole file anew, without a mutant

    def outcome(self, mutant: Mutant) -> tuple[str, str]:
        """ "killed", "alive" or "no program", and the test that killed it."""
        try:
            compile(mutant.mutated, mutant.path, "exec")
        except SyntaxError:
            return "no program", ""
        function = str(ROOT / mutant.path), mutant.function.partition(".<locals>")[0]
        items = self.meetings.in_order(self.items, function, mutant.package)
        by = self._failure_in_a_copy(mutant, items)
        if by is None or (not by and function in self.called_by_imports):  # what it has computed is there in a copy
            by = self._failure_anew(mutant, items)
        return ("killed", by) if by else ("alive", "")

    def _failure_in_a_copy(self, mutant: Mutant, items: list[pytest.Item]) -> str | None:
        """None if the mutant can't be planted in a copy."""
        path = ROOT / mutant.path

        def ready() -> bool:
            return forked.plant(
                self.functions.get(str(path), []), path, mutant.function, mutant.original, mutant.mutated
            )

        while items and (by := forked.first_failure(items, ready)):
            if by not in self.passes:
                alone = [item for item in items if item.nodeid == by]
                self.passes[by] = forked.first_failure(alone, lambda: True) == ""
            if self.passes[by]:
                return by
            items = [item for item in items if item.nodeid != by]
        return by if items else ""

    def _failure_anew(self, mutant: Mutant, items: list[pytest.Item]) -> str:
        text = self.scratch / f"{os.getpid()}.py"
        text.write_text(mutant.mutated)
        module = mutant.path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
        all_files = list(dict.fromkeys(str(item.path.relative_to(ROOT)) for item in [*items, *self.items]))
        for near in (True, False):
            files = [one for one in all_files if one.startswith(forked.OF_TABLES) == near]
            while files := [one for one in files if self.passes.get(one, True)]:
                by = _first_failure_anew(files, f"{module}={text}")
                if not by:
                    break
                file = by.partition("::")[0]
                if (ROOT / file).is_file() and file not in self.passes:
                    self.passes[file] = not _first_failure_anew([file], "=")
                if self.passes.get(file, True):
                    return by
        return ""


def _first_failure_anew(files: list[str], planted: str) -> str:
    done = _run_anew(files, FAKESTT_PLANTED=planted)
    if done.returncode in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED):
        return ""
    said = re.search(r"^(?:FAILED|ERROR) (\S+)", done.stdout, re.MULTILINE)
    return said[1] if said else "it took too long" if done.returncode < 0 else f"pytest ended with {done.returncode}"


def called_by_imports(scratch: Path) -> set[Function]:
    names = scratch / "called"
    done = _run_anew([f"tests/{folder}" for folder in forked.FOLDERS], FAKESTT_PLANTED="=", FAKESTT_CALLED=str(names))
    if done.returncode:
        raise SystemExit(done.stdout)
    rows = (line.split("\t") for line in names.read_text(encoding="utf-8").splitlines())
    return {(path, name.partition(".<locals>")[0]) for path, name in rows}


def _run_anew(files: list[str], **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, **variables, "PYTHONPATH": f"{ROOT}:{HERE}:{os.getenv('PYTHONPATH', '')}"}
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "planted", "--assert=plain", *forked.ALWAYS, *files],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CPU, (ANEW_CPU_S, ANEW_CPU_S + 5)),
    )
