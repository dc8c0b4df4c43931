"""How far an exploration has got: on a terminal, behind what stands there. In a log nothing of it is left."""

from __future__ import annotations

from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest

__all__ = ["Progress"]

_FIRST_S = 1.0
_EVERY_S = 0.5
_LEAST_ROOM = 20
_SAVE, _ERASE, _RESTORE = "\x1b7", "\x1b[K", "\x1b8"


class Progress:
    """Writes behind the cursor and takes it back there, so that pytest's own line goes on where it was.

    Args:
        now_s: real time.
    """

    def __init__(self, config: pytest.Config, now_s: Callable[[], float]) -> None:
        self._now_s = now_s
        self._writer = config.get_terminal_writer()
        reporter = config.pluginmanager.get_plugin("terminalreporter")
        self._file: TextIO | None = None
        # With -qq nothing is wanted, and with -s the tests write here as well.
        if reporter is not None and reporter.verbosity >= -1 and config.option.capture != "no":
            self._file = self._writer._file if reporter.isatty and self._writer.hasmarkup else None
        self._next_s = now_s() + _FIRST_S
        self._is_told = False

    def tell(self, ran: int, failed: int) -> None:
        """So many schedules were run. It is written now and then."""
        if self._file is None or self._now_s() < self._next_s:
            return
        self._next_s = self._now_s() + _EVERY_S
        room = self._writer.fullwidth - self._writer.width_of_current_line - 1
        if room >= _LEAST_ROOM:
            self._write(f" {ran:,} schedules, {failed:,} failed"[:room])
            self._is_told = True

    def end(self) -> None:
        """Leave the line as it was."""
        if self._is_told:
            self._write("")

    def _write(self, text: str) -> None:
        # The terminal's writer counts what it writes, and this is not to be counted.
        assert self._file is not None
        self._file.write(f"{_SAVE}{text}{_ERASE}{_RESTORE}")
        self._file.flush()
