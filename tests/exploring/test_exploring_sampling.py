"""Schedules that are drawn find failures beyond any bound that can be searched, and are shrunk to what they need."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from fakestt import MissingExtra
from fakestt.core.choices import Kind, Point
from fakestt.exploring.findings import Failure, Findings
from fakestt.exploring.sampling import sample
from fakestt.exploring.search import Bound
from fakestt.exploring.trial import Trial

FAULTS = ("ok()", "fail(503)", "reset()")
REQUESTS = 12


def toy(breaks: int, runs: list[Trial] | None = None) -> Callable[[Trial], Failure | None]:
    """A test of a dozen requests that fails if so many of them fail in a row."""

    def run(trial: Trial) -> Failure | None:
        row = 0
        if runs is not None:
            runs.append(trial)
        for number in range(1, REQUESTS + 1):
            bad = trial.choose(Point(Kind.FAULT, "poll", number, owner="me"), FAULTS) != "ok()"
            row = row + 1 if bad else 0
            if row == breaks:
                return Failure("TimeoutError", "client.py:7 in poll", "")
        return Failure("Failed", "strayed", "") if trial.unmet() else None

    return run


def sampled(breaks: int, bound: Bound, **more: object) -> tuple[int, Findings]:
    findings = Findings()
    how = {"examples": 300, "seed": 0, "name": "toy", "is_over": lambda: False, **more}
    return sample(toy(breaks), bound, findings, **how), findings  # type: ignore[arg-type]


@pytest.mark.slow
def test_what_takes_many_faults_is_found_and_shrunk_to_as_many() -> None:
    _, findings = sampled(3, Bound(6))
    assert [len(one.schedule) for one in findings] == [3]


@pytest.mark.slow
def test_the_same_seed_draws_the_same_where_nothing_has_failed_before(tmp_path: Path) -> None:
    # What failed is kept under the test's name, and tried first.
    runs = [sampled(3, Bound(6), name=f"{tmp_path} {number}")[1] for number in range(2)]
    one, another = ([(str(found), found.count, str(found.schedule)) for found in run] for run in runs)
    assert one == another


@pytest.mark.parametrize("most", [0, 1, 2])
def test_no_schedule_has_more_faults_than_the_bound(most: int) -> None:
    runs: list[Trial] = []
    sample(toy(99, runs), Bound(most), Findings(), examples=50, seed=0, name="toy", is_over=lambda: False)
    sizes = {len(trial.taken()) for trial in runs}
    assert max(sizes) == most


def test_what_does_not_vary_takes_its_default() -> None:
    ran, findings = sampled(1, Bound(3, frozenset((Kind.ENDING,))))
    assert ran >= 1
    assert not findings


def test_nothing_is_run_when_the_time_is_over() -> None:
    ran, findings = sampled(1, Bound(3), is_over=lambda: True)
    assert (ran, len(findings)) == (0, 0)


def test_time_that_is_over_amid_the_examples_is_no_error() -> None:
    runs: list[Trial] = []
    ran = sample(toy(99, runs), Bound(3), Findings(), examples=50, seed=0, name="toy", is_over=lambda: len(runs) >= 5)
    assert ran == len(runs) == 5


def test_without_hypothesis_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "hypothesis", None)
    with pytest.raises(MissingExtra, match="pip install hypothesis"):
        sampled(1, Bound(1))
