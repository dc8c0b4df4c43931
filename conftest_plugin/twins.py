"""Twins of an item: each runs under a schedule of its own, with fixtures of its own; those of wider scope stay."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from traceback import walk_tb
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from _pytest.runner import runtestprotocol

from conftest_plugin import by_hand, coverage, fixtures, trials, unheard
from conftest_plugin import report as shown
from conftest_plugin.timer import Timer

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from fakestt import FakeSTT
    from fakestt.exploring.findings import Failure
    from fakestt.exploring.left import Left
    from fakestt.exploring.marks import Exploration, Replay
    from fakestt.exploring.schedule import Schedule
    from fakestt.exploring.search import Run
    from fakestt.exploring.trial import Trial

__all__ = ["Outcome", "Ran", "Runner", "fail"]

_NOT_OWN = frozenset(("site-packages", "fakestt", "conftest_plugin"))
"""Folders, below the root of the tests, whose lines are not the author's."""

_PASSED_STRICTLY = "[XPASS(strict)]"


class Outcome(NamedTuple):
    """What came of one schedule: the reports of pytest, which are brief, and how it failed."""

    reports: list[pytest.TestReport]
    failure: Failure | None


class Ran(NamedTuple):
    """What came of one run.

    Attributes:
        raised: what the test and its fixtures have raised, skips left out, and what a test says of itself by
            `pytest.xfail()`.
        problem: what is wrong with it although nothing was raised, or nothing but what is allowed.
    """

    reports: list[pytest.TestReport]
    raised: list[BaseException]
    problem: str | None

    @property
    def has_failed(self) -> bool:
        """Whether it has failed, be it expected to by a marker or not."""
        is_expected = any(report.skipped and hasattr(report, "wasxfail") for report in self.reports)
        return any(map(_is_failure, self.reports)) or (is_expected and len(self.raised) > 0)


class Runner:
    """Runs one item, again and again.

    Two twins are there at a time, for pytest asks which item is next, to leave the fixtures alone that it shares.
    """

    def __init__(self, item: pytest.Item, plan: Exploration | Replay) -> None:
        from fakestt.exploring.marks import Replay

        self.item = item
        self._plan = plan
        self._explored = plan.explored if isinstance(plan, Replay) else plan
        self._next = _twin(item)
        self._timer = Timer(item)
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
        exchanges: dict[str, Any] = {}
        ran = self._run(trial, exchanges, None if self.default else self.default)
        failure = None
        if ran.problem is not None:
            failure = _failure(twin, ran.problem)
        elif ran.has_failed and not self._gave_up(trial, ran.raised):
            is_expected = not any(report.failed for report in ran.reports)
            failure = _failure(twin, next(self._not_allowed(ran.raised), ""), is_expected=is_expected)
        trail = trial.trail
        faults = (step.label for step in trail if step.kind is Kind.FAULT)
        skipped = {label for label in faults if plan.leaves_out(_operation(label))}
        if not plan.every_poll:
            skipped |= inner_polls(trail, exchanges)
        return Run(trail, skipped, Outcome(ran.reports, failure))

    def in_full(self, schedule: Schedule, fakes: list[FakeSTT] | None = None) -> Ran:
        """Run one schedule. Its failure is told in full. `fakes` takes its fakes."""
        from fakestt.exploring.trial import Trial

        return self._run(Trial(schedule), None, fakes)

    def fakes(self, schedule: Schedule) -> list[FakeSTT]:
        """Run one schedule, for what happens to its fakes."""
        from fakestt.exploring.trial import Trial

        fakes: list[FakeSTT] = []
        self._run(Trial(schedule), {}, fakes)
        return fakes

    def _run(self, trial: Trial, exchanges: dict[str, Any] | None, fakes: list[FakeSTT] | None) -> Ran:
        """Run it. It is told in full if nobody takes its exchanges."""
        plan, explored = self._plan, self._explored
        setup = trials.Setup(trial, plan.faults, exchanges is None, exchanges=exchanges, fakes=fakes)
        setup = setup._replace(is_replayed=explored is not plan)
        if explored is not None:
            setup = setup._replace(equal_reads=explored.equal_reads, checks=explored.checks, ordinary=self._ordinary)
        twin, self._next = self._next, _twin(self.item)
        trials.begin(twin, setup)
        raised = unheard.listen(twin, is_brief=not setup.is_shown)
        self._timer.begin(twin)
        try:
            reports = runtestprotocol(twin, log=False, nextitem=self._next)
        finally:
            self._timer.end(twin)
        reports[-2:-2] = unheard.subtests_of(twin)
        problem = self._look_back(twin, setup, reports, gave_up=self._gave_up(trial, raised))
        coverage.schedule_is_over(twin.config, passed=all(report.passed for report in reports))
        return Ran(reports, raised, problem)

    def _gave_up(self, trial: Trial, raised: list[BaseException]) -> bool:
        """Whether the client ended in a way that it may, because of a deviation."""
        return bool(raised) and len(trial.taken()) > 0 and not any(self._not_allowed(raised))

    def _not_allowed(self, raised: Iterable[BaseException]) -> Iterator[BaseException]:
        allowed = () if self._explored is None else self._explored.allowed
        return (one for one in raised if not isinstance(one, allowed))

    def _look_back(
        self, twin: pytest.Item, setup: trials.Setup, reports: list[pytest.TestReport], *, gave_up: bool
    ) -> str | None:
        """Ask what became of the schedule, when all of the test's own fixtures are torn down, and forget its fakes."""
        made = fixtures.made(twin)
        trials.note(twin, made)
        has_passed = all(report.passed for report in reports)
        problem = trials.problem(twin, made, gave_up=gave_up) if has_passed or gave_up else None
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
        session = self.item.session
        next_one = None if session.shouldfail or session.shouldstop else nextitem
        call = pytest.CallInfo.from_call(
            lambda: session._setupstate.teardown_exact(next_one),
            when="teardown",
            reraise=(pytest.exit.Exception, KeyboardInterrupt),
        )
        if call.excinfo is None:
            return []
        return [self.item.ihook.pytest_runtest_makereport(item=self.item, call=call)]


def _twin(item: pytest.Item) -> pytest.Item:
    """Another item of the same test."""
    assert isinstance(item, pytest.Function)
    twin = unheard.quiet_kind(type(item)).from_parent(
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


def _is_failure(report: pytest.TestReport) -> bool:
    """Whether it tells of a failure under its schedule. A pass that a marker does not expect is none."""
    return report.failed and not (report.when == "call" and str(report.longrepr).startswith(_PASSED_STRICTLY))


def fail(reports: list[pytest.TestReport], why: str) -> None:
    """Make a failure of the test itself of its reports, although it has passed."""
    for report in [report for report in reports if report.when == "call"][-1:]:  # before it are those of subtests
        report.outcome, report.longrepr = "failed", why


def _failure(twin: pytest.Item, what: str | BaseException, *, is_expected: bool = False) -> Failure:
    from fakestt.exploring.findings import Failure

    kind, place = "Failed", twin.nodeid
    if isinstance(what, BaseException):
        kind, place, what = type(what).__name__, _place(what, twin), str(what)
    message, *_ = what.strip().splitlines() or [""]
    return Failure(kind, place, message[:120], is_expected)


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
    return path.is_relative_to(root) and _NOT_OWN.isdisjoint(path.relative_to(root).parts)


def _operation(label: str) -> str:
    return label.partition(":")[2].partition("@")[0]
