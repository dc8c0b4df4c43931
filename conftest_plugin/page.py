"""`--fakestt-html=PATH`: one page that shows what happened to the fakes of each test."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from conftest_plugin import by_hand, fixtures, trials

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from conftest_plugin.twins import Runner
    from fakestt import FakeSTT
    from fakestt.exploring.findings import Finding, Findings
    from fakestt.page.data import Seen

__all__ = ["add_option", "explored", "is_wanted", "ordinary", "register"]

_MOST_CHARACTERS = 4000
# An attribute of the report of a test's tear-down. pytest-xdist takes it to the process that writes the page.
_ATTRIBUTE = "fakestt_page"


def add_option(parser: pytest.Parser) -> None:
    """Register the option."""
    parser.getgroup("fakestt").addoption(
        "--fakestt-html",
        metavar="PATH",
        help="write a page that shows, for each test with a fake, models and requests over time",
    )


def register(config: pytest.Config) -> None:
    """Take part in the run if a page is wanted."""
    given = config.getoption("--fakestt-html")
    if given is not None and not config.option.collectonly:
        is_worker = hasattr(config, "workerinput")
        config.pluginmanager.register(_Collector(), "fakestt-page-collector")
        if not is_worker:
            config.pluginmanager.register(_Writer(given), "fakestt-page-writer")


def is_wanted(config: pytest.Config) -> bool:
    """Whether there will be a page."""
    return config.pluginmanager.has_plugin("fakestt-page-collector")


def explored(
    reports: list[pytest.TestReport], runner: Runner, findings: Findings, summary: str, told: list[FakeSTT]
) -> None:
    """Add what the page shows of an explored test to its last report. Each failure that is drawn is run once more.

    Args:
        told: the fakes of the smallest schedule, which has been run for the report.
    """
    from fakestt.exploring.shown import MOST_DRAWN, explored_data
    from fakestt.page.document import packed

    def failures() -> Iterator[tuple[Finding, list[FakeSTT]]]:
        smallest = findings.smallest() if findings else None
        left = MOST_DRAWN
        for one in sorted(findings, key=lambda one: one is not smallest):
            yield one, told if one is smallest else runner.fakes(one.schedule) if left > 0 else []
            left -= 1

    last = _last(reports)
    if last is None:
        return
    data: Any
    try:
        data = explored_data(summary, runner.default, failures())
    except Exception as error:
        data = [{"name": "this exploration", "problem": repr(error)}]  # as below, the run goes on
    facts = getattr(last, _ATTRIBUTE, None) or _facts(data["default"] if isinstance(data, dict) else [])
    setattr(last, _ATTRIBUTE, {**facts, "data": packed(data)})


def ordinary(reports: list[pytest.TestReport], fakes: list[FakeSTT]) -> None:
    """Add the ordinary run to the last report of a test that was not explored, unless it tells of fakes already."""
    last = _last(reports)
    if last is not None and not hasattr(last, _ATTRIBUTE) and fakes:
        setattr(last, _ATTRIBUTE, _shown(fakes, {}))


def _last(reports: list[pytest.TestReport]) -> pytest.TestReport | None:
    return next((one for one in reports if one.when == "teardown"), None)


class _Collector:
    """Adds to a test's last report what happened to its fakes."""

    def __init__(self) -> None:
        self._older: dict[FakeSTT, Seen] = {}

    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        """Note how much has happened to fakes that are older than the test, such as a module's."""
        older = by_hand.made()
        if older:
            from fakestt.page.of_fake import seen_so_far

            self._older = {stt: seen_so_far(stt) for stt in older}

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """This wrapper is inside that of the plugin, which forgets the fakes."""
        report = yield
        if report.when == "teardown" and trials.is_shown(item):
            fakes = list(dict.fromkeys([*fixtures.made(item), *by_hand.made()]))
            if fakes:
                shown = _shown(fakes, self._older)
                if shown:
                    setattr(report, _ATTRIBUTE, shown)
            self._older = {}
        return report


def _shown(fakes: list[FakeSTT], older: dict[FakeSTT, Seen]) -> dict[str, Any]:
    """What has happened to these fakes, but for those that the test has left alone."""
    from fakestt.page.data import NOTHING
    from fakestt.page.document import packed
    from fakestt.page.of_fake import of_fake, seen_so_far

    told = []
    for stt in fakes:
        seen = older.get(stt)
        if seen is not None and seen == seen_so_far(stt):
            continue
        try:
            told.append(of_fake(stt, seen or NOTHING))
        except Exception as error:
            # An exception here would end the whole run.
            told.append({"name": stt.host, "problem": repr(error)})
    if not told:
        return {}
    return {**_facts(told), "data": packed(told)}


def _facts(told: list[dict[str, Any]]) -> dict[str, Any]:
    """What the list says of these fakes."""
    return {
        "requests": sum(one.get("requests", 0) for one in told),
        "lasted_s": max((one.get("to", 0) - one.get("from", 0) for one in told), default=0),
    }


class _Writer:
    """Writes the page at the end of the run."""

    def __init__(self, given: str) -> None:
        self._path = Path(given).expanduser().absolute()
        self._given = given
        self._tests: dict[tuple[str, str], dict[str, Any]] = {}
        self._said = ""

    def pytest_sessionstart(self) -> None:
        """Complain of a path that can't be written before the first test, and not after the last.

        Raises:
            pytest.UsageError: it can't.
        """
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with self._path.open("ab"):
                pass
        except OSError as error:
            raise pytest.UsageError(
                f"--fakestt-html={self._given}: the page can't be written there: {error.strerror or error}. "
                "Give the path of a file."
            ) from None

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Take what the report tells of its test, before others who may write the report down."""
        worker = getattr(getattr(getattr(report, "node", None), "gateway", None), "id", "")
        key = report.nodeid, worker
        if report.when == "setup":  # a test that is run again is told of once
            self._tests[key] = {"name": report.nodeid, "outcome": "passed"}
        test = self._tests.setdefault(key, {"name": report.nodeid, "outcome": "passed"})
        outcome = _outcome(report)
        if outcome != "passed" and test["outcome"] not in ("failed", "error"):
            test["outcome"] = outcome
            message = _message(report)
            if message:
                test["message"] = message
        shown = report.__dict__.pop(_ATTRIBUTE, None)
        if report.when == "teardown":
            if shown is None:
                del self._tests[key]
            else:
                test.update(shown)

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Write the page."""
        from fakestt.page.document import ShownTest, document

        tests = [ShownTest(one, one.pop("data", "")) for one in self._tests.values()]
        try:
            with self._path.open("w", encoding="utf-8", newline="\n") as file:
                file.writelines(document(tests))
        except OSError as error:
            self._said = f"fakestt: the page could not be written to {self._path}: {error}"
            session.exitstatus = session.exitstatus or pytest.ExitCode.INTERNAL_ERROR
        else:
            self._said = f"fakestt: a page of {len(tests)} tests is at {self._path.as_uri()}"

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Say where it is."""
        terminalreporter.write_line(self._said)


def _outcome(report: pytest.TestReport) -> str:
    if hasattr(report, "wasxfail"):
        return "xfailed" if report.skipped else "xpassed"
    if report.failed:
        return "failed" if report.when == "call" else "error"
    return str(report.outcome)


def _message(report: pytest.TestReport) -> str:
    """What the test failed of, or why it was skipped."""
    crash = getattr(report.longrepr, "reprcrash", None)
    if isinstance(report.longrepr, tuple):
        text = str(report.longrepr[-1])
    elif crash is None:
        text = report.longreprtext
    else:
        text = f"{crash.message}\n{_own_line(report) or f'{crash.path}:{crash.lineno}'}"
    return text if len(text) <= _MOST_CHARACTERS else f"{text[:_MOST_CHARACTERS]}… ({len(text)} characters)"


def _own_line(report: pytest.TestReport) -> str | None:
    """The latest line of the test's own file on the way to the error, which may have come from a library."""
    file = Path(report.nodeid.partition("::")[0])
    entries = getattr(getattr(report.longrepr, "reprtraceback", None), "reprentries", [])
    places = (getattr(entry, "reprfileloc", None) for entry in reversed(entries))
    return next((f"{file}:{one.lineno}" for one in places if one and Path(one.path).name == file.name), None)
