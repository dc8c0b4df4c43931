"""Pytest, hypothesis and coverage, in a run of their own: their time stays real while that of the test is virtual."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
import types
from pathlib import Path

import pytest
from waiting_rig import bare, elapsed

from fakestt.intercept.waiting.real import REAL

RIG = str(Path(__file__).parent)
TESTS = """
import time

import hypothesis
import pytest
from hypothesis import strategies as st
from waiting_rig import START_S, bare


@pytest.fixture
def virtual():
    with bare() as pair:
        yield pair


def test_a_long_wait(virtual):
    time.sleep(86400)


def test_a_freeze(virtual):
    import freezegun
    with freezegun.freeze_time("2020-01-01"):
        time.sleep(86400)


@hypothesis.settings(deadline=2000, database=None, max_examples=20)
@hypothesis.given(st.floats(1, 10000))
def test_examples(seconds):
    with bare() as (world, _):
        time.sleep(seconds)
        assert time.time() == pytest.approx(START_S + seconds, abs=1e-5)


def test_the_real_time_is_back():
    import fakestt.intercept.waiting.real
    assert time.sleep is fakestt.intercept.waiting.real.REAL["sleep"]
"""


def run(tmp_path, *options, tests=TESTS):
    (tmp_path / "test_inside.py").write_text(tests)
    environ = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join((RIG, *sys.path)),
        "COVERAGE_FILE": str(tmp_path / "coverage"),
    }
    environ.pop("PYTEST_ADDOPTS", None)
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-c", os.devnull, "--rootdir", str(tmp_path)]
    done = subprocess.run(
        [*command, *options, str(tmp_path)], capture_output=True, text=True, env=environ, cwd=tmp_path, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.slow
def test_pytests_durations_are_real(tmp_path):
    told = run(tmp_path, "--durations=0", "--durations-min=0")
    seconds = [float(one) for one in re.findall(r"^([0-9.]+)s (?:call|setup|teardown)", told, re.M)]
    assert len(seconds) == 12
    assert 0 <= min(seconds) <= max(seconds) < 60
    assert re.search(r"4 passed in \d?\d\.\d\ds", told)


@pytest.mark.slow
def test_coverage_is_measured_as_ever(tmp_path):
    told = run(tmp_path, "--cov=.", "--cov-report=json:report.json")
    assert "4 passed" in told
    assert json.loads((tmp_path / "report.json").read_text())["totals"]["percent_covered"] == 100


@pytest.mark.slow
def test_tests_run_in_parallel(tmp_path):
    assert "4 passed" in run(tmp_path, "-p", "xdist", "-n", "2")


@pytest.mark.slow
@pytest.mark.parametrize("method", ["signal", "thread"])
def test_a_time_out_of_the_test_itself_is_real(tmp_path, method):
    told = run(tmp_path, "--timeout=120", f"--timeout-method={method}")
    assert "4 passed" in told


@pytest.mark.slow
def test_pytest_asyncios_loops_are_reached(tmp_path):
    tests = """
import asyncio
import pytest
import pytest_asyncio
from waiting_rig import bare, elapsed

@pytest_asyncio.fixture
async def virtual():
    with bare() as (world, _):
        yield world

@pytest.mark.asyncio
async def test_with_an_async_fixture(virtual):
    await asyncio.sleep(3600)
    assert elapsed(virtual) == 3600

@pytest.mark.asyncio
async def test_with_none():
    with bare() as (world, _):
        await asyncio.wait_for(asyncio.sleep(3600), 7200)
        assert elapsed(world) == 3600
"""
    assert "2 passed" in run(tmp_path, tests=tests)


@pytest.mark.parametrize(
    "name",
    [
        "pdb", "pytest_timeout",
        *(
            pytest.param(name, marks=pytest.mark.slow)
            for name in (
                "bdb", "pydevd", "_pydevd_bundle.pydevd_comm", "debugpy.server.api", "_pytest.timing",
                "hypothesis.internal.conjecture.engine",
            )
        ),
    ],
)  # fmt: skip
@pytest.mark.parametrize("when", [pytest.param("before", marks=pytest.mark.slow), "inside"])
def test_test_tools_debuggers_and_time_outs_see_and_wait_real_time(name, when, monkeypatch):
    module = types.ModuleType(name)
    source = (  # as it would be if it was installed
        "import threading, time\nfrom time import monotonic\ndef look():\n"
        "    began = monotonic(), time.time()\n    threading.Event().wait(0.01)\n    time.sleep(0.01)\n"
        "    return began, (monotonic(), time.time())\n"
    )
    if when == "before":
        exec(source, vars(module))
    monkeypatch.setitem(sys.modules, name, module)
    with bare() as (world, _):
        if when == "inside":
            exec(source, vars(module))
        time.sleep(86_400)
        began, ended = module.look()
        assert elapsed(world) == 86_400
    now = REAL["monotonic"](), time.time()
    assert all(0.02 <= after - before < 60 for before, after in zip(began, ended, strict=True))
    assert all(abs(is_now - after) < 60 for is_now, after in zip(now, ended, strict=True))
