"""Twins of an item: each runs under a schedule of its own, with fixtures of its own; those of wider scope stay."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from traceback import walk_tb
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from _pytest.runner import runtestprotocol

from conftest_plugin import by_hand, coverage, fixtures, trials
from conftest_plugin import report as shown

if TYPE_CHECKING:
    from fakestt import FakeSTT
    from fakestt.exploring.findings import Failure
    from fakestt.exploring.left import Left
    from fakestt.exploring.marks import Exploration, Replay
    from fakestt.exploring.schedule import Schedule
    from fakestt.exploring.search import Run
    from fakestt.exploring.trial import Trial

__all__ = ["Outcome", "Runner", "fail"]


class Outcome(NamedTuple):
    """What came of one schedule: the reports of pytest, which are brief, and how it failed."""

    reports: list[pytest.TestReport]
    failure: Failure | None


class Runner:
    """Runs one item, again and again.

    Two twins are there at a time, for pytest asks which item is next, to leave the fixtures alone that it shares.
    """

    def __init__(self, item: pytest.Item, plan: Exploration | Replay) -> None:
        self.item = item
        self._plan = plan
        self._next = _twin(item)
        self._ordinary: list[list[Left]] = []
        self.default: list[FakeSTT] = []
        """The fakes of the ordinary run."""

    def try_it(self, schedule: Schedule) -> Run[Outcome]:
        """Run one schedule, for a search. Its failure is not told in full."""
        from fakestt.exploring.trial import Trial

        return self.try_trial(Trial(schedule))

    def try_trial(self, trial: Trial) -> Run[Outcome]:
        """Run it with these choices."""
        from fakestt.core.choices import Kind
        from fakestt.exploring.folding import inner_polls
        from fakestt.exploring.marks import Exploration
        from fakestt.exploring.search import Run

        plan = self._plan
        assert isinstance(plan, Exploration)
        twin = self._next
        caught: list[pytest.ExceptionInfo[BaseException]] = []
        _be_brief(twin, caught)
        exchanges: dict[str, Any] = {}
        reports, problem = self._reports(trial, exchanges, None if self.default else self.default)
        failure = None
        if problem is not None:
            failure = _failure(twin, problem)
        elif any(report.failed or hasattr(report, "wasxfail") for report in reports):
            allowed = bool(caught) and isinstance(caught[0].value, plan.allowed)
            failure = None if allowed and trial.taken() else _failure(twin, *caught[:1])
        trail = trial.trail
        faults = (step.label for step in trail if step.kind is Kind.FAULT)
        skipped = {label for label in faults if plan.leaves_out(_operation(label))}
        if not plan.every_poll:
            skipped |= inner_polls(trail, exchanges)
        return Run(trail, skipped, Outcome(reports, failure))

    def reports(self, schedule: Schedule, fakes: list[FakeSTT] | None = None) -> list[pytest.TestReport]:
        """Run one schedule. Its failure is told in full. `fakes` takes its fakes."""
        from fakestt.exploring.trial import Trial

        return self._reports(Trial(schedule), None, fakes)[0]

    def fakes(self, schedule: Schedule) -> list[FakeSTT]:
        """Run one schedule, for what happens to its fakes."""
        from fakestt.exploring.trial import Trial

        fakes: list[FakeSTT] = []
        _be_brief(self._next, [])
        self._reports(Trial(schedule), {}, fakes)
        return fakes

    def _reports(
        self, trial: Trial, exchanges: dict[str, Any] | None, fakes: list[FakeSTT] | None
    ) -> tuple[list[pytest.TestReport], str | None]:
        """Run it. Returns its reports, and what is wrong with it although the test has passed."""
        from fakestt.exploring.marks import Exploration

        plan = self._plan
        setup = trials.Setup(trial, plan.faults, exchanges is None, exchanges=exchanges, fakes=fakes)
        if isinstance(plan, Exploration):
            setup = setup._replace(
                is_replayed=False, equal_reads=plan.equal_reads, checks=plan.checks, ordinary=self._ordinary
            )
        twin, self._next = self._next, _twin(self.item)
        trials.begin(twin, setup)
        reports = runtestprotocol(twin, log=False, nextitem=self._next)
        problem = self._look_back(twin, setup, reports)
        coverage.schedule_is_over(twin.config, passed=all(report.passed for report in reports))
        return reports, problem

    def _look_back(self, twin: pytest.Item, setup: trials.Setup, reports: list[pytest.TestReport]) -> str | None:
        """Ask what became of the schedule, when all of the test's own fixtures are torn down, and forget its fakes."""
        made = fixtures.made(twin)
        trials.note(twin, made)
        has_passed = all(report.passed for report in reports)
        problem = trials.problem(twin, made) if has_passed else None
        if problem is not None:
            fail(reports, problem)
        for report in [report for report in reports if report.failed and setup.is_shown]:
            if has_passed and shown.is_wanted(twin.config, report):
                report.sections = [one for one in report.sections if not one[0].startswith(shown.SECTION)]
                report.sections += fixtures.what_happened(twin, shown.SECTION)
            if setup.is_replayed:
                report.sections.append(trials.to_replay(twin, report.longreprtext))
        fixtures.forget(twin)
        by_hand.forget()
        return problem

    def leave(self, nextitem: pytest.Item | None) -> list[pytest.TestReport]:
        """Tear down what the next item does not need. Returns the report of that if it failed."""
        state = self.item.session._setupstate
        call = pytest.CallInfo.from_call(lambda: state.teardown_exact(nextitem), when="teardown")
        if call.excinfo is None:
            return []
        return [self.item.ihook.pytest_runtest_makereport(item=self.item, call=call)]


def _twin(item: pytest.Item) -> pytest.Item:
    """Another item of the same test."""
    assert isinstance(item, pytest.Function)
    twin = type(item).from_parent(
        item.parent,
        name=item.name,
        callspec=getattr(item, "callspec", None),
        fixtureinfo=item._fixtureinfo,
        originalname=item.originalname,
    )
    twin.own_markers[:] = item.own_markers  # those that were added by a hook as well
    twin.keywords.update(item.keywords)
    twin.location = item.location  # to find it anew takes as long as a request
    return twin


def _be_brief(twin: pytest.Item, caught: list[pytest.ExceptionInfo[BaseException]]) -> None:
    """Keep pytest from telling in full what most probably is never shown: that takes longer than the test."""

    def brief(excinfo: pytest.ExceptionInfo[BaseException], style: object = None) -> str:
        caught.append(excinfo)
        return excinfo.typename

    twin.repr_failure = twin._repr_failure_py = brief  # type: ignore[method-assign,assignment]


def fail(reports: list[pytest.TestReport], why: str) -> None:
    """Make a failure of the test itself of its reports, although it has passed."""
    for report in reports:
        if report.when == "call":
            report.outcome, report.longrepr = "failed", why


def _failure(twin: pytest.Item, what: str | pytest.ExceptionInfo[BaseException] = "") -> Failure:
    from fakestt.exploring.findings import Failure

    kind, place = "Failed", twin.nodeid
    if isinstance(what, pytest.ExceptionInfo):
        kind, place, what = what.typename, _place(what.value, twin), str(what.value)
    message, *_ = what.strip().splitlines() or [""]
    return Failure(kind, place, message[:120])


def _place(error: BaseException, twin: pytest.Item) -> str:
    """The author's own line nearest to where it was raised: of a file below the root of the tests."""
    root = twin.config.rootpath
    place = twin.nodeid
    # pytest's own way to go through a traceback looks for each file on the disk.
    for frame, line in walk_tb(error.__traceback__):
        if _is_own(frame.f_code.co_filename, root):
            place = f"{Path(frame.f_code.co_filename).name}:{line} in {frame.f_code.co_name}"
    return place


@lru_cache(maxsize=4096)
def _is_own(file: str, root: Path) -> bool:
    path = Path(file)
    return path.is_relative_to(root) and not {"site-packages", "fakestt", "conftest_plugin"} & set(path.parts)


def _operation(label: str) -> str:
    return label.partition(":")[2].partition("@")[0]
