"""The pytest plugin of fakestt: its hooks. fakestt is imported when a test, a marker or an option asks for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from conftest_plugin import by_hand, coverage, exploring, fixtures, page, settings, tracebacks, trials
from conftest_plugin import report as reports
from conftest_plugin.exploring import shard_of_test  # noqa: F401 - a fixture
from conftest_plugin.fixtures import fake_stt, fake_stt_factory, fake_stt_server

if TYPE_CHECKING:
    from collections.abc import Generator

__all__ = ["fake_stt", "fake_stt_factory", "fake_stt_server"]

_OURS = pytest.StashKey[bool]()


def pytest_addoption(parser: pytest.Parser) -> None:
    settings.add_options(parser)
    exploring.add_options(parser)
    reports.add_options(parser)
    page.add_option(parser)
    coverage.add_options(parser)


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", settings.MARKER)
    fixtures.remember_environment(config)
    reports.configure(config)
    page.register(config)
    coverage.configure(config)


def pytest_sessionstart(session: pytest.Session) -> None:
    config = session.config
    problem = next(filter(None, (one.options_problem(config) for one in (settings, exploring, reports))), None)
    if problem is not None:
        raise pytest.UsageError(problem)
    if settings.guard_always(session.config):
        fixtures.guard_vendor(session.config)


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Report a marker that makes no sense as an error of its module or class, before any test runs.

    Markers are checked here, and not where items are made, because a TestCase makes its own items.
    """
    report = yield
    if report.outcome == "passed":
        problem = settings.markers_problem(node for node in report.result if isinstance(node, pytest.Item))
        if problem is not None:
            report.outcome, report.longrepr, report.result = "failed", problem, []
    return report


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    exploring.make_shards(metafunc)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Note whether any test is ours, before some are deselected: the others may have forgotten their fixture."""
    config.stash[_OURS] = any(map(settings.is_ours, items))


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop(session: pytest.Session) -> None:
    """Guard the vendor's hosts before the first test, whichever that is, and its setUpClass or module fixture."""
    if session.config.stash.get(_OURS, False) and not session.config.option.collectonly:
        fixtures.guard_vendor(session.config)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item, nextitem: pytest.Item | None) -> bool | None:
    """Run a test under all its schedules, or the one that is given."""
    plan = exploring.plan_of(item)
    if plan is None:
        return None
    exploring.run(item, nextitem, plan)
    return True


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup() -> None:
    fixtures.next_test()
    by_hand.forget()


@pytest.hookimpl(wrapper=True, trylast=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    """Fail a test that passed although an error was hidden from it, or something that it prepared never came.

    This is the innermost wrapper: a coroutine's loop or a TestCase, if one runs the test, has ended by now. A TestCase
    keeps a failure or a skip to itself, and that still takes precedence when its report is made.
    """
    __tracebackhide__ = True
    try:
        result = yield
    except KeyboardInterrupt as interrupt:
        problem = fixtures.interrupted_by_rule(interrupt)
        if problem is None:
            raise
        raise problem from interrupt  # pytest would take it for the user's own, and end the run
    unseen = fixtures.time_problem(item)
    if unseen is not None:
        raise unseen
    fixtures.complain(
        item, fixtures.server_failures(item) or (None if trials.deviates(item) else fixtures.unused(item))
    )
    return result


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item) -> Generator[None, object, object]:
    """Say what never came to fakes that a fixture of the author's own has closed."""
    __tracebackhide__ = True
    result = yield
    fixtures.complain(item, by_hand.unused(item, fixtures.made(item)))
    return result


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Add what happened to the report of a failed test. The outermost wrapper knows for sure whether it failed."""
    for raised in (call.excinfo, *(getattr(item, "_excinfo", None) or ())):  # a TestCase leaves its errors there
        if raised is not None:
            tracebacks.leave_out_ours(raised.value)
    report = yield
    if report.failed or call.excinfo is not None:
        by_hand.excuse()
    tracebacks.leave_out_our_values(report.longrepr)
    if report.failed and call.excinfo is not None and fixtures.is_complaint(item, call.excinfo.value):
        report.longrepr = call.excinfo.getrepr(style="value")
    if reports.is_wanted(item.config, report) and trials.is_shown(item):
        report.sections += fixtures.what_happened(item, reports.SECTION)
        if report.failed and trials.setup_of(item) is None:
            report.sections += trials.of_storm(fixtures.made(item))
    exploring.note_unexplored(item, report)
    if call.when == "teardown":
        if trials.setup_of(item) is None:  # else more is asked of the fakes
            fixtures.forget(item)
            by_hand.forget()
        fixtures.put_right()
    return report


def pytest_sessionfinish(session: pytest.Session) -> None:
    exploring.check_explored(session)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say of each explored test how many schedules there were."""
    is_told = terminalreporter.config.option.tbstyle != "no"
    told = dict(exploring.summaries(terminalreporter.stats, is_told=is_told))
    if told:
        terminalreporter.section(exploring.SECTION)
        columns = terminalreporter.config.get_terminal_writer().fullwidth
        for test, summary in told.items():
            terminalreporter.line(reports.wrapped(f"{test}: {summary}", columns))
