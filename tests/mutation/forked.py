"""How do tests run in a process that is a copy of this one, where everything is imported already?

A mutant is planted by giving the functions that exist the mutant's code. So whatever holds one of them, a table or
another module, calls the mutant. What was computed at import stays as it was, and a mutant of that looks alive here.
"""

from __future__ import annotations

import contextlib
import gc
import io
import os
import resource
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any

import pytest

PACKAGES = ("core", "contract", "editions", "faults", "http")
ALWAYS = ["-q", "-x", "-p", "no:cacheprovider", "-p", "no:randomly", "--hypothesis-seed=0", "--timeout=300", "--tb=no"]


def import_all(files: Sequence[str], root: str) -> dict[str, list[FunctionType]]:
    """Import what these files of tests import, by collecting them; all functions of modules below `root`, by file."""
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        status = pytest.main(["--collect-only", "-q", *ALWAYS, *files])
    if status:
        raise SystemExit(f"{said.getvalue()}\nthe tests can't be collected")
    functions: dict[str, list[FunctionType]] = {}
    for one in gc.get_objects():
        if type(one) is FunctionType and one.__code__.co_filename.startswith(root):
            functions.setdefault(one.__code__.co_filename, []).append(one)
    gc.collect()
    gc.freeze()  # no copy of this process looks through all that again
    return functions


class FirstFailure:
    """A plugin that keeps the name of the first test that failed."""

    name = ""

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self.name = self.name or report.nodeid

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self.name = self.name or report.nodeid


def in_a_copy(work: Callable[[], str], cpu_s: int) -> tuple[str, bool]:
    """What the work says when it is done in a copy of this process, and whether it came to its end.

    It is stopped after so many seconds of the processor's: how busy the machine is makes no difference.
    """
    reader, writer = os.pipe()
    pid = os.fork()
    if not pid:
        try:
            resource.setrlimit(resource.RLIMIT_CPU, (cpu_s, cpu_s + 5))
            nowhere = os.open(os.devnull, os.O_RDWR)
            for descriptor in (0, 1, 2):
                os.dup2(nowhere, descriptor)
            os.write(writer, work().encode())
            os._exit(0)
        finally:
            os._exit(1)
    os.close(writer)
    _, status = os.waitpid(pid, 0)
    with open(reader, encoding="utf-8") as said:
        return said.read(), status == 0


def first_failure(files: Sequence[str]) -> str:
    """Run the tests of these files; the first that failed, or the empty text."""
    plugin = FirstFailure()
    status = pytest.main([*ALWAYS, *files], plugins=[plugin])
    return plugin.name or ("" if status == pytest.ExitCode.OK else f"pytest ended with {status}")


def plant(functions: Sequence[FunctionType], path: Path, function: str, original: str, mutated: str) -> bool:
    """Give the functions of that name in that module the mutant's code; False if it is not to be done this way."""
    pairs = [
        (old, new)
        for old, new in zip(
            _codes(compile(original, str(path), "exec"), function),
            _codes(compile(mutated, str(path), "exec"), function),
            strict=True,
        )
        if old != new
    ]
    planted = 0
    for one in functions:
        for old, new in pairs:
            if one.__code__ == old and len(old.co_freevars) == len(new.co_freevars):
                one.__code__ = new
                planted += 1
                break
    return planted > 0


def _codes(code: CodeType, function: str) -> list[CodeType]:
    """The code of a function and of all that stand in it, in their order."""
    found = []
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            if constant.co_qualname == function or constant.co_qualname.startswith(f"{function}.<locals>"):
                found.append(constant)
            found += _codes(constant, function)
    return found


def functions_met(root: str, file: str) -> list[tuple[str, str]]:
    """Run these tests: (file, function) of all that was called of the five packages, without `root`."""
    met: set[CodeType] = set()

    def look(frame: Any, event: str, _: Any) -> None:
        if event == "call":
            met.add(frame.f_code)

    threading.setprofile(look)
    sys.setprofile(look)
    pytest.main([*ALWAYS, file])
    sys.setprofile(None)
    return sorted(
        (code.co_filename.removeprefix(root), code.co_qualname)
        for code in met
        if code.co_filename.startswith(tuple(f"{root}fakestt/{package}/" for package in PACKAGES))
    )
