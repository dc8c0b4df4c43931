"""The own tests of other projects come out the same with a fake in each of them as without one."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tarfile
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]

# Of each test, how its set-up, its call and its end came out.
OUTCOMES = """
import json, os
import pytest

_told = {}

def pytest_runtest_logreport(report):
    _told.setdefault(report.nodeid, {})[report.when] = report.outcome

def pytest_sessionfinish(session):
    with open(os.environ["STRANGERS_OUTCOMES"], "w") as told:
        json.dump(_told, told)
"""
FAKE = """
@pytest.fixture(autouse=True)
def never_the_real_one(request, fake_stt):
    yield
    _told[request.node.nodeid]["with"] = repr(fake_stt.clock)
"""

# What is measured in time, and where its sdist keeps the tests.
PROJECTS = {"cachetools": "tests", "schedule": "test_schedule.py", "tenacity": "tests"}


@pytest.fixture(params=PROJECTS)
def project(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """The directory of a project's tests, of the version that is installed here."""
    name = request.param
    try:
        wanted = f"{name}=={version(name)}"
    except PackageNotFoundError:
        pytest.skip(f"{name} is not installed")
    pip = (sys.executable, "-m", "pip", "download", "--quiet", "--no-binary", ":all:", "--no-deps", "--dest")
    loaded = subprocess.run((*pip, str(tmp_path), wanted), capture_output=True, text=True, timeout=100, check=False)
    archives = list(tmp_path.glob("*.tar.gz"))
    if loaded.returncode or not archives:
        pytest.skip(f"the sdist of {wanted} can't be downloaded here: {loaded.stderr.strip().splitlines()[-1:]}")
    with tarfile.open(archives[0]) as archive:
        archive.extractall(tmp_path, filter="data")
    [root] = (one for one in tmp_path.iterdir() if one.is_dir())
    assert (root / PROJECTS[name]).exists()
    return root / PROJECTS[name]


def outcomes(tests: Path, *options: str, plugin: str) -> dict[str, dict[str, str]]:
    """Of each test, by its id. The plugin stands beside the project, which stays as it is."""
    beside = tests.parents[1]
    (beside / "strangers_plugin.py").write_text(plugin)
    told = beside / "outcomes.json"
    told.unlink(missing_ok=True)
    environment = {
        **os.environ,
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        "PYTHONPATH": str(beside),
        "STRANGERS_OUTCOMES": str(told),
        "TZ": "UTC",
    }
    command = (sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "timeout", "--timeout=30")
    subprocess.run(
        (*command, "-p", "conftest_plugin", "-p", "strangers_plugin", *options, tests.name),
        cwd=tests.parent,
        env=environment,
        stdout=subprocess.DEVNULL,
        timeout=80,
        check=False,
    )
    found: dict[str, dict[str, str]] = json.loads(told.read_text())
    return found


def test_a_fake_whose_clock_stands_still_changes_no_outcome(project: Path) -> None:
    without = outcomes(project, plugin=OUTCOMES)
    assert len(without) > 50
    assert any(one["call"] == "passed" for one in without.values())
    beside = outcomes(project, "-o", "fakestt_time=manual", plugin=OUTCOMES + FAKE)
    assert all("manual" in one.pop("with") for one in beside.values())
    assert beside == without
