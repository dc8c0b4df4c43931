"""Exploring finds each client's bug, by a schedule of no more deviations than it takes, and passes a careful one."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

CLIENTS = Path(__file__).parent / "clients"
pytestmark = pytest.mark.slow
ALONE = ("-p", "conftest_plugin", "-p", "no:cacheprovider")

TEST = """
import fakestt
from {module} import {name}

@fakestt.explore(max_faults={faults}, budget="2h", schedules={schedules})
def test_it(fake_stt):
    fake_stt.script.training(takes="20m")
    ended = {name}(fake_stt).run()
    assert ended in ("available", "failed", "invalid")
    models = list(fake_stt.acoustic_models)
    assert len(models) == (ended == "available")
    assert [len(model.audio) for model in models] in ([], [{recordings}])
"""

# The smallest schedule, in the words of an author: what is hit, and how. Of several of one size the first is told.
BUGS = {
    "NoBoundOnPolling": r"r\d+:trainAcousticModel=fail\(503\)",
    "FailedIsStillRunning": r"training:car=failed",
    "BodyOfAnErrorIsAModel": r"r\d+:getAcousticModel=fail\(503\)",
    "UploadsAgainBlindly": r"r\d+:addAudio=lose_reply\(\)",
    "TrainsTooEarly": r"r\d+:getAudio=fail\(503\)",
    "Ignores409": r"r\d+:getAudio=fail\(503\)",
    "DeletesWhileTraining": r"r\d+:getAcousticModel=fail\(503\)",
    "WaitsForProgress": r"training:car=failed",
    "GivesUpAtTheFirst503": r"r\d+:getAcousticModel=fail\(503\)",
    "LeavesTheModelBehind": r"training:car=failed",
    "TrustsTheFirstReady": r"r\d+:addAudio=fail\(503\)",
    "ComparesNaiveWithAware": r"r\d+:getAcousticModel=fail\(503\)",
    "BearsOneFaultAlone": r"r\d+:\w+=fail\(503\); r\d+:\w+=fail\(503\)",
}
# More than it takes shows that a larger bound finds nothing smaller: the long run has two for all.
MOST_FAULTS = int(os.environ.get("FAKESTT_FAULTS", "0"))
ONE_RECORDING = ("TrainsTooEarly",)


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")


def explored(pytester: pytest.Pytester, module: str, name: str, faults: int) -> pytest.RunResult:
    for file in CLIENTS.glob("*.py"):
        pytester.path.joinpath(file.name).write_text(file.read_text(encoding="utf-8"), encoding="utf-8")
    recordings = 1 if name in ONE_RECORDING else 2
    schedules = 1_000_000 if MOST_FAULTS else 500
    pytester.makepyfile(
        test_it=TEST.format(module=module, name=name, faults=faults, recordings=recordings, schedules=schedules)
    )
    return pytester.runpytest_inprocess(*ALONE)


def check_found(result: pytest.RunResult, name: str) -> None:
    result.assert_outcomes(failed=1)
    found = re.search(r"smallest: (.*)", result.stdout.str())
    assert found is not None
    assert re.fullmatch(BUGS[name], found[1]), found[1]


@pytest.mark.parametrize("name", BUGS)
def test_a_bug_is_found_by_as_few_deviations_as_it_takes(name: str, pytester: pytest.Pytester) -> None:
    faults = MOST_FAULTS or (2 if name == "BearsOneFaultAlone" else 1)
    check_found(explored(pytester, "bugs", name, faults), name)


def test_a_careful_client_bears_each_fault_and_outcome(pytester: pytest.Pytester) -> None:
    result = explored(pytester, "careful", "Careful", MOST_FAULTS or 1)
    result.assert_outcomes(passed=1)
    assert "before the budget was spent" not in result.stdout.str()
