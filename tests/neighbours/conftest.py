"""Runs pytest inside pytest, with one neighbour or several."""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from pathlib import Path

import pytest

# Imported before any run inside: pytester takes back what such a run imports, and it would come again for each.
NEIGHBOURS = (
    "anyio",
    "freezegun",
    "hypothesis",
    "pytest_asyncio",
    "pytest_timeout",
    "requests",
    "time_machine",
    "trio",
)
for name in (*NEIGHBOURS, "anyio._backends._asyncio", "anyio._backends._trio", "pytest_httpserver"):
    if find_spec(name.partition(".")[0]) is not None:
        importlib.import_module(name)

import neighbours_left  # noqa: E402, F401

Run = Callable[..., pytest.RunResult]
Passes = Callable[..., None]

HERE = Path(__file__).parent
INI = """
[pytest]
filterwarnings =
    error
    ignore:The configuration option "asyncio_default_fixture_loop_scope" is unset
"""
# Where something is left of ours, an assertion of the plugin ends the run.
ENDED = (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED)


@pytest.fixture
def run(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Run:
    """`run(source, *arguments, plugins=("timeout",), ini="asyncio_mode = auto", apart=False)`."""
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join((str(HERE), *filter(None, sys.path))))

    def run(
        source: str, *arguments: str, plugins: Sequence[str] = (), ini: str = "", apart: bool = False
    ) -> pytest.RunResult:
        pytester.makeini(INI + ini)
        pytester.makepyfile(test_it=source)
        loaded = [part for name in ("conftest_plugin", "neighbours_left", *plugins) for part in ("-p", name)]
        options = (*loaded, "-p", "no:cacheprovider", "--strict-markers", *arguments)
        if apart:
            result = pytester.runpytest_subprocess(*options, timeout=50)
        else:
            result = pytester.runpytest_inprocess(*options)
        assert result.ret in ENDED
        return result

    return run


BOUNDS = ("--timeout=20", "--session-timeout=25")
# What a user's module begins with.
BEGIN = """
import time
import pytest

def elapsed(stt):
    return round(stt.clock.now() - stt.started_at_s, 6)
"""


@pytest.fixture
def passes(run: Run) -> Passes:
    """`passes(source, tests=2, needs="pandas")`: a module of a user of that library, in a process of its own.

    A test of it that hangs is ended from inside, with its stack, and the run itself before the test that runs it.
    """

    def passes(source: str, *, tests: int = 1, needs: str = "", ini: str = "", plugins: Sequence[str] = ()) -> None:
        for name in needs.split():
            if find_spec(name) is None:
                pytest.skip(f"{name} is not installed")
        result = run(BEGIN + source, *BOUNDS, plugins=["timeout", *plugins], ini=ini, apart=True)
        result.assert_outcomes(passed=tests)

    return passes
