"""Runs a test under many schedules, or under one that is given: one item of pytest, one report."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, Any

import pytest

from conftest_plugin import page, settings
from conftest_plugin.progress import Progress
from conftest_plugin.twins import Outcome, Runner, fail

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from fakestt import FakeSTT
    from fakestt.exploring.findings import Failure, Findings
    from fakestt.exploring.marks import Exploration, Replay
    from fakestt.exploring.search import Run, Search
    from fakestt.exploring.trial import Trial

__all__ = [
    "SECTION",
    "SUMMARY",
    "add_options",
    "check_explored",
    "make_shards",
    "note_unexplored",
    "options_problem",
    "plan_of",
    "run",
    "shard_of_test",
    "summaries",
]

SECTION = "fakestt: explored"
SUMMARY = "fakestt_explored"
"""The name of a report's property."""

_HOW = "To run one again, put its line above the test, and `import fakestt` at the top of the file."

_NOTHING_MET = (
    "not explored: no request of this test met a fake of fakestt's fixtures",
    "let its client use fake_stt",
)
_NOTHING_VARIES = (
    "not explored: nothing varies, for no fault is offered (faults=[]) and nothing in it ends by itself",
    "give it faults=",
)

_BOUND_OF_NOTHING = (
    "not explored: nothing varies, for max_faults=, operations= and outcomes= leave no deviation that this test meets",
    "widen them",
)
_DIFFERS = (
    "the test does not do the same each time. Look for what it takes from outside: random numbers, real time, "
    "an earlier run."
)

_MARK = "_fakestt_exploring"
_SHARD_FIXTURE = "_fakestt_shard"
_EXPLORED = pytest.StashKey[bool]()


def add_options(parser: pytest.Parser) -> None:
    """Register the options of the command line."""
    group = parser.getgroup("fakestt")
    group.addoption(
        "--fakestt-replay", metavar="SCHEDULE", help="run tests with a fake under one schedule: 'r3=fail(503)'"
    )
    group.addoption(
        "--fakestt-explore-dry", action="store_true", help="of explored tests, run the ordinary schedule, and count"
    )
    group.addoption(
        "--fakestt-explore",
        metavar="BUDGET",
        help="explore tests that have no decorator, for this time each",
    )
    group.addoption("--fakestt-explore-faults", metavar="N", type=int, default=1, help="with at most so many faults")
    group.addoption("--fakestt-shard", metavar="K/N", help="of explored tests, run the Kth of N parts of the schedules")


def options_problem(config: pytest.Config) -> str | None:
    """What is wrong with the options, or None."""
    if (config.option.fakestt_shard, config.option.fakestt_replay, config.option.fakestt_explore) == (None,) * 3:
        return None
    from fakestt.errors import FakesttError

    try:
        _shard(config)
        _replay_of(config)
        _exploration_of(config)
    except (FakesttError, ValueError) as error:
        return str(error)
    return None


@pytest.fixture(name=_SHARD_FIXTURE)
def shard_of_test(request: pytest.FixtureRequest) -> tuple[int, int]:
    """Which shard this item is."""
    shard: tuple[int, int] = request.param
    return shard


def make_shards(metafunc: pytest.Metafunc) -> None:
    """Collect an item for each shard of an explored test."""
    shards: int = getattr(_mark_of(metafunc.function), "shards", 1)
    if shards > 1:
        metafunc.fixturenames.append(_SHARD_FIXTURE)
        parts = [(number, shards) for number in range(1, shards + 1)]
        metafunc.parametrize(_SHARD_FIXTURE, parts, indirect=True, ids=[f"shard {k} of {n}" for k, n in parts])


def plan_of(item: pytest.Item) -> Exploration | Replay | None:
    """How this item is run; None: as ever. Other plugins' items are, and those of documents."""
    if not isinstance(item, pytest.Function):
        return None
    replay = _replay_of(item.config)
    if replay is not None and settings.is_ours(item):
        return replay.of_mark(_mark_of(getattr(item, "obj", None)))
    plan = _mark_of(getattr(item, "obj", None))
    if plan is None and item.config.option.fakestt_explore is not None and settings.is_ours(item):
        return _exploration_of(item.config)
    return plan


def _mark_of(function: object) -> Exploration | Replay | None:
    """What the author has written above this test, be it below the `given` of Hypothesis, which hides it."""
    inner = getattr(getattr(function, "hypothesis", None), "inner_test", None)
    mark: Exploration | Replay | None = getattr(function, _MARK, None) or getattr(inner, _MARK, None)
    return mark


def note_unexplored(item: pytest.Item, report: pytest.TestReport) -> None:
    """Where whatever was named on the command line is to be explored, tell of a test that can't be."""
    if item.config.option.fakestt_explore is None or report.when != "call" or plan_of(item) is not None:
        return
    is_function = isinstance(item, pytest.Function)
    why = "it asks for no fixture of fakestt, such as fake_stt" if is_function else "it is no function"
    report.user_properties.append((SUMMARY, f"not explored: {why}"))


def check_explored(session: pytest.Session) -> None:
    """Let a run end as one without tests if its tests were to be explored, and none could be."""
    config = session.config
    if config.option.fakestt_explore is not None and _EXPLORED not in config.stash and session.testscollected:
        session.exitstatus = session.exitstatus or pytest.ExitCode.NO_TESTS_COLLECTED


def run(item: pytest.Item, nextitem: pytest.Item | None, plan: Exploration | Replay) -> None:
    """Run it, and report it once."""
    from fakestt.exploring.marks import Exploration

    item.config.stash[_EXPLORED] = True
    ihook = item.ihook
    ihook.pytest_runtest_logstart(nodeid=item.nodeid, location=item.location)
    runner = Runner(item, plan)
    reports = _explored(runner, plan) if isinstance(plan, Exploration) else _replayed(runner, plan)
    if page.is_wanted(item.config):
        page.ordinary(reports, runner.default)
    for report in reports:
        ihook.pytest_runtest_logreport(report=report)
    for report in runner.leave(nextitem):  # behind the others, for with -x they say that nothing comes next
        ihook.pytest_runtest_logreport(report=report)
    ihook.pytest_runtest_logfinish(nodeid=item.nodeid, location=item.location)


def _replayed(runner: Runner, plan: Replay) -> list[pytest.TestReport]:
    from fakestt.exploring.schedule import Schedule

    if plan.explored is not None and "metamorphic" in plan.explored.checks:
        runner.fakes(Schedule())  # what it leaves is what the other one is compared with
    return runner.in_full(plan.schedule).reports


def _explored(runner: Runner, plan: Exploration) -> list[pytest.TestReport]:
    from fakestt.exploring.findings import Findings
    from fakestt.exploring.sampling import DoesNotRepeat
    from fakestt.exploring.search import Search
    from fakestt.transports.live.real_time import monotonic

    config = runner.item.config
    began_s = monotonic()
    findings = Findings()
    search = Search(runner.try_it, plan.bound, plan.budget, monotonic, _shard_of(runner.item))
    runs = iter(search)
    _, ordinary = next(runs)
    if (reports := _left_at_that(runner, search, ordinary)) is not None:
        return reports
    cut = ""
    progress = Progress(config, monotonic)
    if plan.strategy == "sample":
        try:
            summary = _sampled(runner, plan, findings, progress, lambda: monotonic() - began_s >= plan.budget.seconds_s)
        except DoesNotRepeat:
            progress.end()
            reports = ordinary.result.reports
            fail(reports, f"Nothing has failed, but equal choices led to other requests: {_DIFFERS}")
            _tell(reports, "not explored: equal choices led to other requests", [])
            return reports
    else:
        for schedule, done in runs:
            if done.result.failure is not None:
                findings.add(schedule, done.result.failure)
            progress.tell(search.ran, findings.failed)
        summary = _summary(search, plan, findings)
        cut = _cut(search)
        if cut and config.option.fakestt_explore is not None and _mark_of(getattr(runner.item, "obj", None)) is None:
            cut += _more(search, plan, config.option.fakestt_explore)
    progress.end()
    reports, lines = ordinary.result.reports, findings.lines()
    fakes: list[FakeSTT] = []
    if findings:
        reports, before, fakes = _once_more(runner, findings)
        lines = [*before, *lines]
        summary = f"{summary}, smallest: {findings.smallest().schedule}"
    if findings and config.option.fakestt_explore is not None:
        lines.append(_HOW)
        for report in reports:  # what libraries say of their retries would stand before what they met
            report.sections = [one for one in report.sections if not one[0].startswith("Captured log")]
    _tell(reports, summary, lines, cut)
    if page.is_wanted(config):
        page.explored(reports, runner, findings, _sentences(summary, cut), fakes)
    for report in reports:
        if report.when == "call":
            report.duration = monotonic() - began_s
    return reports


def _left_at_that(runner: Runner, search: Search[Outcome], ordinary: Run[Outcome]) -> list[pytest.TestReport] | None:
    """The reports of a test that is not explored beyond its ordinary run; None if it is."""
    from fakestt.exploring.schedule import Schedule

    options, reports = runner.item.config.option, ordinary.result.reports
    if ordinary.result.failure is not None:
        once_more = runner.in_full(Schedule())
        if not once_more.has_failed:
            fail(once_more.reports, f"The test failed, and passed when it was run once more: {_DIFFERS}")
        _tell(once_more.reports, "not explored: the test fails without any fault", [])
        return once_more.reports
    if any(report.skipped for report in reports):
        return reports
    if not ordinary.trail:
        was_asked = any(len(stt.journal) for stt in runner.default)
        return _unexplored(runner, reports, *(_NOTHING_VARIES if was_asked else _NOTHING_MET))
    size = search.size_around(ordinary)
    if size == 1 and options.fakestt_explore is None:
        return _unexplored(runner, reports, *_BOUND_OF_NOTHING)
    if options.fakestt_explore_dry:
        _tell(reports, f"{size:,} schedules have at most one deviation; only the ordinary one was run", [])
        return reports
    return None


def _once_more(runner: Runner, findings: Findings) -> tuple[list[pytest.TestReport], list[str], list[FakeSTT]]:
    """Run the smallest schedule that fails in full. Returns its reports, what is to be told first, and its fakes."""
    from fakestt.exploring.parting import parting
    from fakestt.exploring.schedule import Schedule

    smallest = findings.smallest().schedule
    fakes: list[FakeSTT] = []
    once_more = runner.in_full(smallest, fakes)
    parted = parting(runner.default, fakes)
    lines = parted.lines() if parted else []
    if not once_more.has_failed:
        paste = smallest.to_paste()
        fail(once_more.reports, f"{paste} failed, and passed when it was run once more: {_DIFFERS}")
    by_now = runner.try_it(Schedule()).result.failure
    if by_now is not None:
        how = f"with {by_now.exception} at {by_now.place}"
        lines = [f"The ordinary run passed at first, and fails by now, {how}: {_DIFFERS}", *lines]
    return once_more.reports, lines, fakes


def _unexplored(runner: Runner, reports: list[pytest.TestReport], why: str, remedy: str) -> list[pytest.TestReport]:
    _tell(reports, why, [])
    if runner.item.config.option.fakestt_explore is None:
        fail(reports, f"{why}. Take @fakestt.explore from it, or {remedy}.")
    return reports


def _sampled(
    runner: Runner, plan: Exploration, findings: Findings, progress: Progress, is_over: Callable[[], bool]
) -> str:
    """Draw schedules. Returns the summary."""
    from fakestt.exploring.sampling import sample

    drawn_so_far = count(1)
    seed = plan.seed + _shard_of(runner.item)[0] - 1  # else all shards would draw the same

    def run_one(trial: Trial) -> Failure | None:
        progress.tell(next(drawn_so_far), findings.failed)
        return runner.try_trial(trial).result.failure

    ran = sample(
        run_one,
        plan.bound,
        findings,
        examples=plan.examples,
        seed=seed,
        name=runner.item.nodeid,
        is_over=is_over,
    )
    faults = plan.bound.max_faults
    drawn = f"{ran:,} schedule{_s(ran)} with at most {faults} fault{_s(faults)}, drawn with seed {seed}"
    cut = " before the budget was spent" if is_over() else ""
    return f"{drawn}{cut}, {findings.failed:,} failed"


def _shard_of(item: pytest.Item) -> tuple[int, int]:
    """The part of the schedules that this item runs, of the parts that the command line asks for."""
    params = getattr(getattr(item, "callspec", None), "params", {})
    number, of = params.get(_SHARD_FIXTURE, (1, 1))
    job, jobs = _shard(item.config)
    return (job - 1) * of + number, jobs * of


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


def _exploration_of(config: pytest.Config) -> Exploration | None:
    text = config.option.fakestt_explore
    if text is None:
        return None
    from fakestt.exploring.marks import explore

    @explore(budget=text, max_faults=config.option.fakestt_explore_faults)
    def test() -> None:
        """Stands for each that is explored."""

    plan: Exploration = getattr(test, _MARK)
    return plan


def _summary(search: Search[Any], plan: Exploration, findings: Findings) -> str:
    """`1,482 schedules, 2 failed`, and what a budget cut."""
    faults = plan.bound.max_faults
    part = "" if search.shard == (1, 1) else f" of shard {search.shard[0]}/{search.shard[1]}"
    said = f"{search.ran:,} schedule{_s(search.ran)}{part} with at most {faults} fault{_s(faults)}"
    return f"{said}, {findings.failed:,} failed"


def _cut(search: Search[Any]) -> str:
    """What the budget left out."""
    if not search.is_cut:
        return ""
    level = search.whole_level + 1
    left_out = f"{search.left_out:,} schedule{_s(search.left_out)} with {level} deviation{_s(level)}"
    all_others = ", and none with fewer" if level > 1 else ""
    return f"The budget was spent: it left out {left_out}{all_others}."


def _more(search: Search[Any], plan: Exploration, budget: str) -> str:
    """Which of the two bounds was reached, of a test without a decorator, and what gives more."""
    if search.ran >= plan.budget.schedules:
        return f" It was {search.ran:,} schedules: @fakestt.explore(schedules=...) gives more."
    return f" It was {budget}: --budget gives more."


def _s(count: int) -> str:
    return "" if count == 1 else "s"


def _tell(reports: list[pytest.TestReport], summary: str, lines: list[str], cut: str = "") -> None:
    report = next((one for one in reports if one.failed), None) or next(
        (one for one in reports if one.when == "call"), reports[-1]
    )
    report.user_properties.append((SUMMARY, _sentences(summary, cut)))
    report.sections.append((SECTION, "\n".join(filter(None, [summary, cut, *lines]))))


def _sentences(summary: str, cut: str) -> str:
    return f"{summary}. {cut}" if cut else summary


def summaries(stats: dict[str, list[Any]], *, is_told: bool) -> Iterator[tuple[str, str]]:
    """The test and the summary of each exploration among a run's reports, but for those that are told as failures."""
    for reports in stats.values():
        for report in reports:
            for name, value in getattr(report, "user_properties", ()):
                if name == SUMMARY and not (report.failed and is_told):
                    yield report.nodeid, value
