"""How far an exploration has got is seen on a terminal, and nowhere else; pytest's own line stays as it was."""

from __future__ import annotations

import io
from types import SimpleNamespace
from typing import Any

import pytest

from conftest_plugin.progress import Progress


class Terminal:
    """A terminal of 60 columns, whose clock stands still, in a run of pytest."""

    def __init__(self, *, line: str = "", isatty: bool = True, markup: bool = True, verbosity: int = 0) -> None:
        self.now_s = 0.0
        self.file = io.StringIO()
        self.width_of_current_line = len(line)
        self.fullwidth, self.hasmarkup, self._file = 60, markup, self.file
        reporter = SimpleNamespace(isatty=isatty, verbosity=verbosity)
        self.pluginmanager = SimpleNamespace(get_plugin=lambda name: reporter if name == "terminalreporter" else None)
        self.option = SimpleNamespace(capture="fd")

    def get_terminal_writer(self) -> Terminal:
        return self

    def progress(self) -> Progress:
        config: Any = self
        return Progress(config, lambda: self.now_s)


def told(terminal: Terminal) -> list[str]:
    """What was written, piece by piece, and taken back."""
    text = terminal.file.getvalue()
    assert text.count("\x1b7") == text.count("\x1b[K\x1b8")
    return [piece.removesuffix("\x1b[K\x1b8") for piece in text.split("\x1b7")[1:]]


def test_it_is_told_after_a_second_and_twice_in_each_that_follows() -> None:
    terminal = Terminal(line="test_it.py .")
    progress = terminal.progress()
    for number in range(1, 13):
        progress.tell(1000 + number, number)
        terminal.now_s += 0.25
    progress.end()
    assert told(terminal) == [f" 1,0{number:02} schedules, {number} failed" for number in (5, 7, 9, 11)] + [""]


def test_what_is_over_within_a_second_writes_nothing() -> None:
    terminal = Terminal()
    progress = terminal.progress()
    progress.tell(1, 0)
    progress.end()
    assert told(terminal) == []


@pytest.mark.parametrize(("columns", "text"), [(35, " 123,456 schedules, 7 fa"), (45, None)])
def test_it_stays_on_its_line(columns: int, text: str | None) -> None:
    terminal = Terminal(line="x" * columns)
    progress = terminal.progress()
    terminal.now_s = 2
    progress.tell(123_456, 7)
    progress.end()
    assert told(terminal) == ([text, ""] if text else [])


@pytest.mark.parametrize("more", [{"isatty": False}, {"markup": False}, {"verbosity": -2}, {"capture": "no"}])
def test_in_a_log_and_where_it_is_not_wanted_there_is_none(more: dict[str, Any]) -> None:
    capture = more.pop("capture", "fd")
    terminal = Terminal(**more)
    terminal.option.capture = capture
    progress = terminal.progress()
    terminal.now_s = 2
    progress.tell(5, 0)
    progress.end()
    assert told(terminal) == []


def test_it_is_told_under_a_quiet_run_as_well() -> None:
    terminal = Terminal(verbosity=-1)
    progress = terminal.progress()
    terminal.now_s = 2
    progress.tell(5, 0)
    assert told(terminal) == [" 5 schedules, 0 failed"]
