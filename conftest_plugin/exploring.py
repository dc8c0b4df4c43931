"""Runs a test under many schedules, or under one that is given: one item of pytest, one report."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from _pytest.runner import runtestprotocol

from conftest_plugin import settings, trials

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from fakestt.exploring.findings import Failure, Findings
    from fakestt.exploring.marks import Exploration, Replay
    from fakestt.exploring.schedule import Schedule
    from fakestt.exploring.search import Run, Search

__all__ = ["SECTION", "SUMMARY", "add_options", "options_problem", "plan_of", "run", "summaries"]

SECTION = "fakestt: explored"
SUMMARY = "fakestt_explored"
"""The name of a report's property."""

_MARK = "_fakestt_exploring"
_SHARD = "fakestt_shard"


def add_options(parser: pytest.Parser) -> None:
    """Register the options of the command line."""
    group = parser.getgroup("fakestt")
    group.addoption(
        "--fakestt-replay", metavar="SCHEDULE", help="run tests with a fake under one schedule: 'r3=fail(503)'"
    )
    group.addoption(
        "--fakestt-explore-dry", action="store_true", help="of explored tests, run the ordinary schedule, and count"
    )
    group.addoption("--fakestt-shard", metavar="K/N", help="of explored tests, run the Kth of N parts of the schedules")


def options_problem(config: pytest.Config) -> str | None:
    """What is wrong with the options, or None."""
    if config.option.fakestt_shard is None and config.option.fakestt_replay is None:
        return None
    from fakestt.errors import FakesttError

    try:
        _shard(config)
        _replay_of(config)
    except (FakesttError, ValueError) as error:
        return str(error)
    return None


def plan_of(item: pytest.Item) -> Exploration | Replay | None:
    """How this item is run; None: as ever."""
    if item.config.option.fakestt_replay is not None and settings.is_ours(item):
        return _replay_of(item.config)
    plan: Exploration | Replay | None = getattr(getattr(item, "obj", None), _MARK, None)
    return plan


def run(item: pytest.Item, nextitem: pytest.Item | None, plan: Exploration | Replay) -> None:
    """Run it, and report it once."""
    from fakestt.exploring.marks import Exploration

    ihook = item.ihook
    ihook.pytest_runtest_logstart(nodeid=item.nodeid, location=item.location)
    runner = _Runner(item)
    if isinstance(plan, Exploration):
        reports = _explored(runner, plan)
    else:
        reports = runner.reports(plan.schedule, plan.faults, is_shown=True)
    reports += runner.leave(nextitem)
    for report in reports:
        ihook.pytest_runtest_logreport(report=report)
    ihook.pytest_runtest_logfinish(nodeid=item.nodeid, location=item.location)


def _explored(runner: _Runner, plan: Exploration) -> list[pytest.TestReport]:
    from fakestt.exploring.findings import Findings
    from fakestt.exploring.schedule import Schedule
    from fakestt.exploring.search import Search
    from fakestt.transports.live.real_time import monotonic

    config = runner.item.config
    began_s = monotonic()
    findings = Findings()
    search = Search(runner.trying(plan), plan.bound, plan.budget, monotonic, _shard(config))
    reports: list[pytest.TestReport] = []
    progress = _Progress(config)
    for schedule, done in search:
        outcome = done.result
        if not schedule:
            reports = outcome.reports
            if outcome.failure is not None:
                reports = runner.reports(Schedule(), plan.faults, is_shown=True, equal_reads=plan.equal_reads)
                _tell(reports, "not explored: the test fails without any fault", [])
                return reports
            if not all(report.passed for report in reports):
                return reports  # skipped
            if config.option.fakestt_explore_dry:
                size = search.size_around(done)
                _tell(reports, f"{size:,} schedules have at most one deviation; only the ordinary one was run", [])
                return reports
        elif outcome.failure is not None:
            findings.add(schedule, outcome.failure)
        progress.tell(search.ran, findings.failed, runner.item)
    summary = _summary(search, plan, findings)
    lines = findings.lines()
    if findings:
        smallest = findings.smallest().schedule
        reports = runner.reports(smallest, plan.faults, is_shown=True, equal_reads=plan.equal_reads)
        summary = f"{summary}, smallest: {smallest}"
        if not any(report.failed for report in reports):
            reports = runner.not_again(smallest, reports)
    _tell(reports, summary, lines)
    for report in reports:
        if report.when == "call":
            report.duration = monotonic() - began_s
    return reports


class _Outcome:
    """What came of one schedule."""

    def __init__(self, reports: list[pytest.TestReport], failure: Failure | None) -> None:
        self.reports = reports
        self.failure = failure


class _Runner:
    """Runs twins of an item, each of which has its own fixtures; those of wider scope stay."""

    def __init__(self, item: pytest.Item) -> None:
        self.item = item
        self._next = _twin(item)

    def trying(self, plan: Exploration) -> Callable[[Schedule], Run[_Outcome]]:
        """Return what runs one schedule for a search."""
        from fakestt.exploring.folding import inner_polls
        from fakestt.exploring.search import Run

        def once(schedule: Schedule) -> Run[_Outcome]:
            twin = self._next
            caught: list[pytest.ExceptionInfo[BaseException]] = []
            _be_brief(twin, caught)
            exchanges: dict[str, Any] = {}
            reports = self.reports(
                schedule, plan.faults, is_shown=False, equal_reads=plan.equal_reads, exchanges=exchanges
            )
            failure = None
            if any(report.failed or hasattr(report, "wasxfail") for report in reports):
                failure = _failure(caught, twin)
            trail = _trial_of(twin).trail
            skipped = {step.label for step in trail if step.seq and plan.leaves_out(_operation(step.label))}
            if not plan.every_poll:
                skipped |= inner_polls(trail, exchanges)
            return Run(trail, skipped, _Outcome(reports, failure))

        return once

    def reports(
        self,
        schedule: Schedule,
        faults: tuple[Any, ...],
        *,
        is_shown: bool,
        equal_reads: int | None = None,
        exchanges: dict[str, Any] | None = None,
    ) -> list[pytest.TestReport]:
        """Run a twin under a schedule."""
        from fakestt.exploring.trial import Trial

        twin, self._next = self._next, _twin(self.item)
        trials.begin(twin, trials.Setup(Trial(schedule), faults, is_shown, equal_reads, exchanges))
        return runtestprotocol(twin, log=False, nextitem=self._next)

    def leave(self, nextitem: pytest.Item | None) -> list[pytest.TestReport]:
        """Tear down what the next item does not need. Returns the report of that if it failed."""
        state = self.item.session._setupstate
        call = pytest.CallInfo.from_call(lambda: state.teardown_exact(nextitem), when="teardown")
        if call.excinfo is None:
            return []
        return [self.item.ihook.pytest_runtest_makereport(item=self.item, call=call)]

    def not_again(self, schedule: Schedule, reports: list[pytest.TestReport]) -> list[pytest.TestReport]:
        """Say that a schedule failed once and not twice: the test does not do the same each time."""
        for report in reports:
            if report.when == "call":
                report.outcome = "failed"
                report.longrepr = (
                    f"{schedule.to_paste()} failed, and passed when it was run once more: the test does not do the "
                    "same each time. Look for what it takes from outside: random numbers, real time, an earlier run."
                )
        return reports


class _Progress:
    """How far it has got, on a terminal."""

    def __init__(self, config: pytest.Config) -> None:
        reporter = config.pluginmanager.get_plugin("terminalreporter")
        self._reporter = reporter if reporter is not None and reporter.isatty and reporter.verbosity >= 0 else None
        self._told = 0

    def tell(self, ran: int, failed: int, item: pytest.Item) -> None:
        if self._reporter is not None and ran >= self._told + 25:
            self._told = ran
            self._reporter.rewrite(f"{item.nodeid}: {ran:,} schedules, {failed:,} failed ", erase=True)


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
    return twin


def _trial_of(twin: pytest.Item) -> Any:
    setup = trials.setup_of(twin)
    assert setup is not None
    return setup.trial


def _be_brief(twin: pytest.Item, caught: list[pytest.ExceptionInfo[BaseException]]) -> None:
    """Keep pytest from telling in full what most probably is never shown: that takes longer than the test."""

    def brief(excinfo: pytest.ExceptionInfo[BaseException], style: object = None) -> str:
        caught.append(excinfo)
        return excinfo.typename

    twin.repr_failure = twin._repr_failure_py = brief  # type: ignore[method-assign,assignment]


def _failure(caught: list[pytest.ExceptionInfo[BaseException]], twin: pytest.Item) -> Failure:
    from fakestt.exploring.findings import Failure

    if not caught:
        return Failure("Failed", twin.nodeid, "")
    excinfo = caught[0]
    message, *_ = str(excinfo.value).strip().splitlines() or [""]
    return Failure(excinfo.typename, _place(excinfo, twin), message[:120])


def _place(excinfo: pytest.ExceptionInfo[BaseException], twin: pytest.Item) -> str:
    """The author's own line nearest to where it was raised: of a file below the root of the tests."""
    root = twin.config.rootpath
    entries = [entry for entry in excinfo.traceback if _is_own(Path(str(entry.path)), root)]
    if not entries:
        return twin.nodeid
    entry = entries[-1]
    return f"{Path(str(entry.path)).name}:{entry.lineno + 1} in {entry.name}"


def _is_own(path: Path, root: Path) -> bool:
    return path.is_relative_to(root) and not {"site-packages", "fakestt", "conftest_plugin"} & set(path.parts)


def _operation(label: str) -> str:
    return label.partition(":")[2].partition("@")[0]


def _shard(config: pytest.Config) -> tuple[int, int]:
    text = config.option.fakestt_shard
    if text is None:
        return 1, 1
    number, _, of = text.partition("/")
    if not (number.isdecimal() and of.isdecimal() and 1 <= int(number) <= int(of)):
        raise ValueError(f"--fakestt-shard={text}: give K/N, such as 3/16, with K from 1 to N.")
    return int(number), int(of)


def _replay_of(config: pytest.Config) -> Replay | None:
    text = config.option.fakestt_replay
    if text is None:
        return None
    from fakestt.exploring.marks import Replay

    return Replay.of(text)


def _summary(search: Search[Any], plan: Exploration, findings: Findings) -> str:
    """`1,482 schedules, 2 failed`, and what a budget cut."""
    faults = plan.bound.max_faults
    part = "" if search.shard == (1, 1) else f" of shard {search.shard[0]}/{search.shard[1]}"
    said = f"{search.ran:,} schedules{part} with at most {faults} fault{'' if faults == 1 else 's'}"
    if search.is_cut:
        said += (
            f" before the budget was spent: all with at most {search.whole_level} deviations, "
            f"and {search.left_out:,} with {search.whole_level + 1} were left out"
        )
    return f"{said}, {findings.failed:,} failed"


def _tell(reports: list[pytest.TestReport], summary: str, lines: list[str]) -> None:
    report = next((one for one in reports if one.failed), None) or next(
        (one for one in reports if one.when == "call"), reports[-1]
    )
    report.user_properties.append((SUMMARY, summary))
    report.sections.append((SECTION, "\n".join([summary, *lines])))


def summaries(stats: dict[str, list[Any]]) -> Iterator[tuple[str, str]]:
    """The test and the summary of each exploration among a run's reports."""
    for reports in stats.values():
        for report in reports:
            for name, value in getattr(report, "user_properties", ()):
                if name == SUMMARY:
                    yield report.nodeid, value
