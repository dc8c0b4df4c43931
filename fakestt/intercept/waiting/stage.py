"""Whether time is virtual now: the one place where the functions that are put in other libraries look."""

from __future__ import annotations

import os
import sys
import threading
import warnings

from fakestt.intercept.waiting.real import REAL
from fakestt.intercept.waiting.waiting import Waiting
from fakestt.intercept.waiting.whose import clients_line

__all__ = ["STAGE", "ahead_s"]

_LONG_S = 30.0
# Beyond that a float is too coarse for time-outs. More virtual time than these ten years, and the clocks begin anew.
_MOST_US = 315_000_000_000_000


class _Stage:
    """One in a process, because the modules that are changed are."""

    def __init__(self) -> None:
        self.waiting: Waiting | None = None
        self.began_us: int = 0  # what monotonic and perf_counter show at the entry
        self._latest_us = 0  # what they have shown, in all virtual times so far
        # By how many seconds the clock for time-outs is ahead in a thread, by its ident: one that began a wait with a
        # time-out when its time was the other one, virtual or real, looks at that clock again when it has been woken.
        self.ahead_s: dict[int, float] = {}
        self._is_forked = False

    def enter(self, waiting: Waiting) -> None:
        """Virtual time begins. Its clocks go on from the real ones, or from where the last one has ended."""
        # Rounded up: whoever has read the real one just before does not see it go back.
        real_s = max(REAL["monotonic"](), REAL["perf_counter"]())
        self.began_us = max((int(real_s) + 1) * 1_000_000, self._latest_us if self._latest_us < _MOST_US else 0)
        self.waiting = waiting

    def leave(self) -> None:
        """It ends."""
        waiting, self.waiting = self.waiting, None
        if waiting is not None:
            self._latest_us = (self.began_us + waiting.hands.now_us() + 999_999) // 1_000_000 * 1_000_000

    def forget(self) -> None:
        """In a child process time is real: the threads that would have to take part are not there."""
        self._is_forked = self.waiting is not None
        if self.waiting is not None:
            self.waiting.forget()
        self.waiting = None

    def note_real_wait(self, seconds: float) -> None:
        """Say so where a wait is long and real: once in a child process, and at each place of one that takes no part.

        Call it in the function that waits.
        """
        if seconds < _LONG_S:
            return
        if self._is_forked:
            self._is_forked = False
            text = (
                f"fakestt: process {os.getpid()} was forked in virtual time and waits {seconds:g} s of real time. "
                "Give it shorter waits, or a fake behind a server with time='real:x600' (fake_stt_server).\n"
            )
            os.write(2, text.encode())
        elif self.waiting is not None:
            warnings.warn(
                f"{threading.current_thread().name} waits {seconds:g} s of real time: it takes no part in virtual "
                f"time, as threads of servers and of multiprocessing don't ({clients_line(sys._getframe(2))}). Give it "
                "shorter waits, or use time='manual' in this test.",
                RuntimeWarning,
                stacklevel=3,
            )


STAGE = _Stage()


def ahead_s(waiting: Waiting) -> float:
    """How many seconds the monotonic clock of virtual time is ahead of the real one."""
    virtual_s = (STAGE.began_us + waiting.hands.now_us()) / 1e6
    return float(virtual_s - REAL["monotonic"]())


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=STAGE.forget)
