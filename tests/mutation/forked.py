"""How do tests run in a process that is a copy of this one, where all of them are imported and collected already?

A mutant is planted by giving the functions that exist the mutant's code. So whatever holds one of them, a table or
another module, calls the mutant. What was computed at import stays as it was, and a mutant of that looks alive here.
"""

from __future__ import annotations

import gc
import mmap
import os
import resource
import signal
from collections.abc import Callable, Sequence
from pathlib import Path
from types import CodeType, FunctionType

import pytest

PACKAGES = ("core", "contract", "editions", "faults", "http")
# Folders whose tests can tell one answer of the service from another, in this process and without waiting: what only a
# server on loopback shows, no test of the service itself has.
# fmt: off
FOLDERS = (
    "core", "contract", "editions", "documented", "golden", "scripts", "fake", "faults", "http", "time", "journal",
    "machines", "coverage", "conduct", "media", "secrets",
)
# fmt: on
OF_TABLES = ("tests/golden/", "tests/contract/", "tests/editions/")  # what is computed at import is held against files
# A mutant may wait for ever; no test needs a minute.
ALWAYS = ["-q", "-x", "-p", "no:cacheprovider", "-p", "no:randomly", "--hypothesis-seed=0", "--timeout=60", "--tb=no"]
TEST_CPU_S = 20  # for one test; the longest takes three
MORE_BYTES = 4 << 30  # a mutant may fill a list for ever
FAILED, NOT_READY = 3, 4  # how a copy ends, beside 0


class Collected:
    """A plugin that works with the tests that pytest has collected, instead of running them."""

    def __init__(self, work: Callable[[list[pytest.Item]], None]) -> None:
        self._work = work

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        if session.testsfailed:
            raise session.Interrupted("the tests can't be collected")
        self._work(session.items)
        return True


class Failure:
    """A plugin that sees whether a test has failed."""

    seen = False

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.seen = self.seen or report.failed


def with_tests_of(folders: Sequence[str], work: Callable[[list[pytest.Item]], None]) -> None:
    """Collect the tests of these folders, and work with them."""
    status = pytest.main([*ALWAYS, "-qq", *folders], plugins=[Collected(work)])
    if status not in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED):  # the latter: pytest has run none
        raise SystemExit("the tests can't be collected")


def functions_below(root: str) -> dict[str, list[FunctionType]]:
    """All functions of modules below `root`, by file. From now on garbage collection passes over what is there."""
    functions: dict[str, list[FunctionType]] = {}
    for one in gc.get_objects():
        if type(one) is FunctionType and one.__code__.co_filename.startswith(root):
            functions.setdefault(one.__code__.co_filename, []).append(one)
    gc.collect()
    gc.freeze()  # no copy of this process looks through all that again
    return functions


def first_failure(items: Sequence[pytest.Item], ready: Callable[[], bool]) -> str | None:
    """Run these tests in a copy of this process; the name of the first that failed, or the empty text.

    None if the copy could not be made ready. A test that takes too long has failed. That is counted in seconds of the
    processor's: how busy the machine is makes no difference.

    Raises:
        RuntimeError: the copy has ended in another way.
    """
    with mmap.mmap(-1, 4) as number:  # shared with the copy
        pid = os.fork()
        if not pid:
            try:
                os._exit(_run(items, number) if ready() else NOT_READY)
            finally:
                os._exit(1)
        try:
            _, status = os.waitpid(pid, 0)
        except BaseException:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
            raise
        if os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == FAILED:
            return items[int.from_bytes(number[:])].nodeid
    if os.WEXITSTATUS(status) not in (0, NOT_READY):
        raise RuntimeError("a copy of this process, which was to run tests, has raised")
    return None if status else ""


def watched(item: pytest.Item) -> Failure:
    """Make this process, a copy, a silent one in which failures are seen."""
    plugins = item.config.pluginmanager
    plugins.unregister(name="terminalreporter")
    plugins.register(failure := Failure())
    nowhere = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(nowhere, descriptor)
    return failure


def _run(items: Sequence[pytest.Item], number: mmap.mmap) -> int:
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    most = pages * resource.getpagesize() + MORE_BYTES
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
    failure = watched(items[0])
    for at, (item, following) in enumerate(zip(items, [*items[1:], None], strict=True)):
        number[:] = at.to_bytes(4)
        used = resource.getrusage(resource.RUSAGE_SELF)
        until_s = int(used.ru_utime + used.ru_stime) + 1 + TEST_CPU_S
        resource.setrlimit(resource.RLIMIT_CPU, (until_s, resource.RLIM_INFINITY))
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
        if failure.seen:
            return FAILED
    return 0


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
