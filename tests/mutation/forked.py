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

    Raises:
        RuntimeError: it raised.
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
        if status and not os.WIFSIGNALED(status):
            raise RuntimeError("what was to be done in a copy of this process has raised")
        return said.read(), status == 0


def first_failure(files: Sequence[str]) -> str:
    """Run the tests of these files; the first that failed, or the empty text.

    One file after the other: to collect a large one takes longer than to run a small one.
    """
    for file in files:
        plugin = FirstFailure()
        status = pytest.main([*ALWAYS, file], plugins=[plugin])
        if status not in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED):
            return plugin.name or f"pytest ended with {status}"
    return ""


def plant(functions: Sequence[FunctionType], path: Path, function: str, original: str, mutated: str) -> bool:
    """Give those of the functions that have that name the mutant's code; False if none has."""
    outermost = function.partition(".<locals>")[0]
    old, new = (_codes(compile(text, str(path), "exec"), outermost) for text in (original, mutated))
    # A mutant may have fewer generators and lambdas inside. They come with the function that they stand in.
    pairs = [
        pair
        for name in old.keys() & new.keys()
        if len(old[name]) == len(new[name])
        for pair in zip(old[name], new[name], strict=True)
        if pair[0] != pair[1] and len(pair[0].co_freevars) == len(pair[1].co_freevars)
    ]
    planted = 0
    for one in functions:
        for before, after in pairs:
            if one.__code__ == before:
                one.__code__ = after
                planted += 1
                break
    return planted > 0


def _codes(code: CodeType, function: str) -> dict[str, list[CodeType]]:
    """The code of a function and of all that stand in it: by their names, and in their order."""
    found: dict[str, list[CodeType]] = {}
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            if constant.co_qualname == function or constant.co_qualname.startswith(f"{function}.<locals>"):
                found.setdefault(constant.co_qualname, []).append(constant)
            for name, codes in _codes(constant, function).items():
                found.setdefault(name, []).extend(codes)
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
