"""The clocks that tick, and `sleep`, as the code under test has them. The wall clock is in `wall`.

Each call looks who asks: threads that don't take part, and test tools, have the real ones.
"""

from __future__ import annotations

import operator
import sys
import time
import types
from _thread import get_ident
from collections.abc import Callable, Mapping
from typing import Any

from fakestt.intercept.waiting.freezing import frozen
from fakestt.intercept.waiting.real import REAL
from fakestt.intercept.waiting.stage import STAGE
from fakestt.intercept.waiting.waiting import Waiting
from fakestt.intercept.waiting.waits import Wait
from fakestt.intercept.waiting.whose import asks_for_real, is_clients, is_kept_real

__all__ = ["CLIENTS", "TIME_OUTS", "Clocks", "note_look"]

_WALL_CLOCK, _MONOTONIC_CLOCK = 0, 1


class Clocks:
    """Functions of the module `time`, under their own names.

    They are used as bound methods: those stay what they are when a class body keeps one, as the real ones do.
    """

    def _shown_us(self, name: str) -> int | None:
        """What a clock that ticks shows, in microseconds; None where time is real, or frozen."""
        __tracebackhide__ = True
        waiting = STAGE.waiting
        if waiting is None or waiting.reader() is None or frozen(name) is not None:
            return None
        frame = sys._getframe(2)
        if is_kept_real(frame.f_globals.get("__name__")):
            return None
        note_look(waiting, frame)
        return STAGE.began_us + waiting.hands.now_us()

    def _real(self, name: str) -> Any:
        return (frozen(name) or REAL[name])()

    def sleep(self, seconds: Any, /) -> None:  # Any: what is no number is for the real one to refuse
        """As the real one, but nobody waits."""
        __tracebackhide__ = True
        if not isinstance(seconds, float) and hasattr(type(seconds), "__index__"):
            seconds = operator.index(seconds)  # of numpy, for instance
        waiting = STAGE.waiting
        who = None if waiting is None else waiting.waiter()
        is_usual = isinstance(seconds, (int, float)) and 0 <= seconds < 1e12  # if not, the real one objects
        if waiting is not None and is_usual and not is_kept_real(sys._getframe(1).f_globals.get("__name__")):
            if waiting.turns.moves_here():
                waiting.wait_in_callback("sleep", seconds)
                return
            if who is not None:
                rest_s = waiting.wait_s(Wait(who, f"sleep({seconds!r})", until_us=waiting.hands.until(seconds)))
                if rest_s:
                    REAL["sleep"](rest_s)
                return
        if is_usual:
            STAGE.note_real_wait(seconds)
        REAL["sleep"](seconds)

    def monotonic(self) -> float:
        """As the real one; it starts near the real uptime."""
        shown_us = self._shown_us("monotonic")
        return self._real("monotonic") if shown_us is None else shown_us / 1e6

    def monotonic_ns(self) -> int:
        """As the real one."""
        shown_us = self._shown_us("monotonic_ns")
        return self._real("monotonic_ns") if shown_us is None else shown_us * 1000

    def perf_counter(self) -> float:
        """As the real one."""
        shown_us = self._shown_us("perf_counter")
        return self._real("perf_counter") if shown_us is None else shown_us / 1e6

    def perf_counter_ns(self) -> int:
        """As the real one."""
        shown_us = self._shown_us("perf_counter_ns")
        return self._real("perf_counter_ns") if shown_us is None else shown_us * 1000

    def clock_gettime(self, clock: int, /) -> float:
        """As the real one; the wall clock is time-machine's."""
        shown_us = self._shown_us("clock_gettime") if clock == _MONOTONIC_CLOCK else None
        return REAL["clock_gettime"](clock) if shown_us is None else shown_us / 1e6

    def clock_gettime_ns(self, clock: int, /) -> int:
        """As the real one, likewise."""
        shown_us = self._shown_us("clock_gettime") if clock == _MONOTONIC_CLOCK else None
        return REAL["clock_gettime_ns"](clock) if shown_us is None else shown_us * 1000

    def ctime(self, secs: float | None = None, /) -> str:
        """As the real one, which time-machine leaves alone."""
        now_s = REAL["clock_gettime"](_WALL_CLOCK) if secs is None else secs
        return REAL["ctime"](now_s)  # type: ignore[no-any-return]

    def asctime(self, *parts: Any) -> str:
        """As the real one, which time-machine leaves alone."""
        return REAL["asctime"](*(parts or (time.localtime(),)))  # type: ignore[no-any-return]


class _TimeOuts(Clocks):
    """What threading, queue, asyncio and futures measure their time-outs with. No freeze of the test changes it."""

    def monotonic(self) -> float:
        """As the real one."""
        waiting = STAGE.waiting
        who = None if waiting is None else waiting.reader()
        if waiting is None or who is None or asks_for_real():
            # The locks of a test tool's wait wait really: its time-out would never come.
            ahead_s = STAGE.ahead_s.get(get_ident(), 0.0) if STAGE.ahead_s and who is None else 0.0
            return float(REAL["monotonic"]() + ahead_s)
        frame = sys._getframe(1)
        # A loop's `time()` may have been called by the client, whose deadline it is then.
        note_look(waiting, frame.f_back if frame.f_code.co_name == "time" and frame.f_back is not None else frame)
        ahead_s = STAGE.ahead_s.get(get_ident(), 0.0) if STAGE.ahead_s else 0.0
        return (STAGE.began_us + waiting.hands.now_us() + waiting.hands.creep_us()) / 1e6 + ahead_s


def note_look(waiting: Waiting, frame: types.FrameType) -> None:
    """The time was read, by the code of this frame.

    Raises:
        ClientNeverStopped: a loop that reads the time and never waits.
    """
    __tracebackhide__ = True
    hands = waiting.hands
    hands.note_read()
    if not hands.looked and is_clients(frame.f_globals.get("__name__")):
        hands.looked = f"{frame.f_code.co_filename}:{frame.f_lineno}"


def _functions(clocks: Clocks) -> Mapping[str, Callable[..., Any]]:
    """The bound methods, each made once: they are found again by identity."""
    return {name: getattr(clocks, name) for name in REAL}


CLIENTS = _functions(Clocks())
TIME_OUTS = _functions(_TimeOuts())
