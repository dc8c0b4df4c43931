"""Event loops of asyncio take part in virtual time: their `select` is a wait, as any other's (see `selecting`).

For clients on asyncio, aiohttp, httpx, anyio or tornado, and for a uvicorn of the test in a thread.
"""

from __future__ import annotations

import weakref
from asyncio import base_events, selector_events
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from fakestt.intercept.waiting.earlier import EarlierThreads
from fakestt.intercept.waiting.stage import STAGE, ahead_s
from fakestt.intercept.waiting.waiting import Waiting

__all__ = ["LoopPatches"]

BaseEventLoop: Any = base_events.BaseEventLoop  # Any: what is replaced is private, and in no stub
BaseSelectorEventLoop: Any = selector_events.BaseSelectorEventLoop  # Any: the same

# Deadlines are whole microseconds. A loop takes what is due within its resolution for due.
_RESOLUTION_S = 1e-6


class LoopPatches:
    """The methods that are put into asyncio's event loops, for one virtual time.

    A loop is met when it next turns, so loops that were made, or are running, before are reached.
    """

    def __init__(self, waiting: Waiting, earlier: EarlierThreads) -> None:
        self._waiting = waiting
        self._earlier = earlier
        self._met: weakref.WeakKeyDictionary[Any, float] = weakref.WeakKeyDictionary()  # with their resolution
        self.table: tuple[tuple[type, str, Callable[..., Any]], ...] = (
            (BaseEventLoop, "_run_once", self._run_once(BaseEventLoop._run_once)),
            (BaseSelectorEventLoop, "_write_to_self", self._write_to_self(BaseSelectorEventLoop._write_to_self)),
        )

    def undo(self, ahead_s: float) -> None:
        """Give all loops their resolution back, and their timers the time that is left of them.

        Args:
            ahead_s: how far virtual time was ahead of the real one.
        """
        for loop, resolution_s in list(self._met.items()):
            loop._clock_resolution = resolution_s
            _shift(loop, -ahead_s)

    def _run_once(self, real: Callable[..., None]) -> Callable[..., None]:
        def run_once(loop: Any) -> None:
            __tracebackhide__ = True
            if loop not in self._met and STAGE.waiting is self._waiting:
                self._waiting.come_early()
                if self._waiting.may_wake():
                    self._met[loop] = loop._clock_resolution
                    loop._clock_resolution = _RESOLUTION_S
            real(loop)

        return run_once

    def _write_to_self(self, real: Callable[..., None]) -> Callable[..., None]:
        def write_to_self(loop: Any) -> None:
            if STAGE.waiting is not self._waiting or not self._adopt(loop):
                real(loop)

        return write_to_self

    def _adopt(self, loop: Any) -> bool:
        """A loop that runs in a thread from before is woken: its timers go on from here, with the time that is left.

        Returns:
            Whether it will be woken when its turn has come.
        """
        waiting, ident = self._waiting, loop._thread_id
        if ident is None or not waiting.may_wake():
            return False
        if waiting.takes_part(ident):
            return waiting.will_be_woken(ident)
        csock = loop._csock

        def wake() -> None:
            with suppress(OSError):
                csock.send(b"\0")

        if not self._earlier.adopt(ident, wake):
            return False
        _shift(loop, ahead_s(waiting))
        return True


def _shift(loop: Any, by_s: float) -> None:
    for handle in loop._scheduled:
        # All by the same: their order stays.
        handle._when += by_s
