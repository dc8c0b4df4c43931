"""The pytest plugin of fakestt: hooks alone. fakestt is imported when a test, a marker or an option asks for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from conftest_plugin import fixtures, settings, tracebacks
from conftest_plugin.fixtures import FakeSTTFactory, fake_stt, fake_stt_factory, fake_stt_server

if TYPE_CHECKING:
    from collections.abc import Generator

__all__ = ["FakeSTTFactory", "fake_stt", "fake_stt_factory", "fake_stt_server"]

SECTION = "fakestt: what happened"
_COMPLAINT = pytest.StashKey[BaseException]()


def pytest_addoption(parser: pytest.Parser) -> None:
    settings.add_options(parser)


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", settings.MARKER)
    fixtures.remember_environment(config)


def pytest_sessionstart(session: pytest.Session) -> None:
    problem = settings.options_problem(session.config)
    if problem is not None:
        raise pytest.UsageError(problem)


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """A marker that means nothing is an error of the module or class that holds it, before any test runs.

    Here, and not where items are made: a TestCase makes its own.
    """
    report = yield
    if report.outcome == "passed":
        problem = settings.markers_problem(node for node in report.result if isinstance(node, pytest.Item))
        if problem is not None:
            report.outcome, report.longrepr, report.result = "failed", problem, []
    return report


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup() -> None:
    fixtures.next_test()


@pytest.hookimpl(wrapper=True, trylast=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    """A test that passed, and prepared for what never came or had something fail unseen, has not shown what it says.

    The innermost wrapper: whatever runs the test, a coroutine's loop or a TestCase, is over by now, and what a
    TestCase has kept to itself (a failure, a skip) still takes precedence when its report is made.
    """
    __tracebackhide__ = True
    result = yield
    unseen = fixtures.time_problem(item)
    if unseen is not None:
        raise unseen
    problem = fixtures.server_failures(item) or fixtures.unused(item)
    if problem is not None:
        item.stash[_COMPLAINT] = problem
        raise problem
    return result


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """The outermost wrapper: by now it is settled whether the test counts as failed."""
    if call.excinfo is not None or getattr(item, "_excinfo", None):  # a TestCase hands over its own inside
        tracebacks.leave_out_ours()
    report = yield
    if report.failed:
        complaint = item.stash.get(_COMPLAINT, None)
        if complaint is not None and call.excinfo is not None and call.excinfo.value is complaint:
            # The message alone: no line of the traceback is the author's.
            report.longrepr = call.excinfo.getrepr(style="value")
        report.sections += fixtures.what_happened(item, SECTION)
    if call.when == "teardown":
        fixtures.forget(item)
        fixtures.put_right()
    return report
