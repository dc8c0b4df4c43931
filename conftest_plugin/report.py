"""Which tests show what happened to their fakes, and in how many columns: `--fakestt-report`."""

from __future__ import annotations

import re
import textwrap
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from _pytest.terminal import TerminalReporter

__all__ = ["INI", "SECTION", "add_options", "configure", "is_wanted", "options_problem", "wrapped"]

SECTION = "fakestt: what happened"
INI = "fakestt_report"

_WHICH = ("failed", "always", "never")
_NOT_SHOWN_BY_PYTEST = ("passed", "xfailed", "xpassed", "skipped")
_OURS = "fakestt: "
_PASTED = "@fakestt."
_LEAST_COLUMNS = 60
# A row of the table begins with its number and its instant. What is too long goes on behind the beginning of its text.
_BEFORE_TEXT = re.compile(r"(?:#\S+)?(?:\s+\+[\d:.]+)?\s*")
_MOST_BEFORE_TEXT = 40


def add_options(parser: pytest.Parser) -> None:
    """Register the option and its ini option."""
    said = "which tests show what happened to their fakes: failed (default), always or never"
    parser.getgroup("fakestt").addoption("--fakestt-report", choices=_WHICH, default=None, help=said)
    parser.addini(INI, said, default="")


def options_problem(config: pytest.Config) -> str | None:
    """What is wrong with the ini option, or None. pytest itself looks at what the command line says."""
    given = str(config.getini(INI)).strip()
    return None if given in ("", *_WHICH) else f"{INI} = {given}: give one of {', '.join(_WHICH)}."


def configure(config: pytest.Config) -> None:
    """Print in the width of the terminal. A worker of xdist has none: its reports go to the process that has one."""
    config.pluginmanager.register(_Printer(config), "fakestt-report")


def is_wanted(config: pytest.Config, report: pytest.TestReport) -> bool:
    """Whether this report is to show what happened."""
    which = config.getoption("fakestt_report") or str(config.getini(INI)).strip() or "failed"
    return which != "never" and (report.failed or (which == "always" and report.when == "call"))


def wrapped(text: str, columns: int) -> str:
    """A report in so many columns: what is longer goes on under its own text. What is to be pasted stays whole."""
    lines = []
    for line in text.splitlines():
        if _PASTED in line:
            lines.append(line)
            continue
        found = _BEFORE_TEXT.match(line)
        indent = 4 + min(found.end() if found else 0, _MOST_BEFORE_TEXT)
        lines += textwrap.wrap(
            line,
            max(columns, _LEAST_COLUMNS),
            subsequent_indent=" " * indent,
            break_long_words=False,
            break_on_hyphens=False,
        ) or [""]
    return "\n".join(lines)


class _Printer:
    """Fits the sections into the terminal, and prints those that pytest does not print by itself."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        has_terminal = self._config.pluginmanager.has_plugin("terminalreporter")
        if has_terminal and any(title.startswith(_OURS) for title, _ in report.sections):
            columns = self._config.get_terminal_writer().fullwidth
            report.sections = [
                (title, wrapped(text, columns) if title.startswith(_OURS) else text) for title, text in report.sections
            ]

    def pytest_terminal_summary(self, terminalreporter: TerminalReporter) -> None:
        for outcome in _NOT_SHOWN_BY_PYTEST:
            if outcome == "passed" and terminalreporter.hasopt("P"):
                continue
            for report in terminalreporter.stats.get(outcome, []):
                for title, text in getattr(report, "sections", ()):
                    if title.startswith(SECTION):
                        terminalreporter.write_sep("_", report.head_line or report.nodeid)
                        terminalreporter.write_sep("-", title)
                        terminalreporter.write_line(text)
