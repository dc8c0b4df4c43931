"""Event loops of asyncio take part in virtual time: their `select` is a wait.

For clients on asyncio, aiohttp, httpx, anyio or tornado, and for a uvicorn of the test in a thread.
"""

from __future__ import annotations

import weakref
from asyncio import base_events, selector_events
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from fakestt.intercept.waiting.earlier import EarlierThreads
from fakestt.intercept.waiting.outside import Outside
from fakestt.intercept.waiting.stage import STAGE, ahead_s
from fakestt.intercept.waiting.waiting import Waiting
from fakestt.intercept.waiting.waits import Wait

__all__ = ["LoopPatches"]

BaseEventLoop: Any = base_events.BaseEventLoop  # Any: what is replaced is private, and in no stub
BaseSelectorEventLoop: Any = selector_events.BaseSelectorEventLoop  # Any: the same

# Deadlines are whole microseconds. A loop takes what is due within its resolution for due.
_RESOLUTION_S = 1e-6


class LoopPatches:
    """The methods that are put into asyncio's event loops, for one virtual time.

    A loop's selector is wrapped when the loop next turns, so loops that were made, or are running, before are reached.
    """

    def __init__(self, waiting: Waiting, outside: Outside, earlier: EarlierThreads) -> None:
        self._waiting = waiting
        self._outside = outside
        self._earlier = earlier
        self._wrapped: weakref.WeakSet[Any] = weakref.WeakSet()
        self.table: tuple[tuple[type, str, Callable[..., Any]], ...] = (
            (BaseEventLoop, "_run_once", self._run_once(BaseEventLoop._run_once)),
            (BaseSelectorEventLoop, "_write_to_self", self._write_to_self(BaseSelectorEventLoop._write_to_self)),
        )

    def undo(self, ahead_s: float) -> None:
        """Give all loops their own selectors back, and their timers the time that is left of them.

        Args:
            ahead_s: how far virtual time was ahead of the real one.
        """
        for loop in [loop for loop in self._wrapped if isinstance(loop._selector, _LoopSelector)]:
            loop._selector, loop._clock_resolution = loop._selector.inner, loop._selector.resolution_s
            _shift(loop, -ahead_s)

    def _run_once(self, real: Callable[..., None]) -> Callable[..., None]:
        def run_once(loop: Any) -> None:
            __tracebackhide__ = True
            if type(loop._selector) is not _LoopSelector and STAGE.waiting is self._waiting:
                self._waiting.come_early()
                self._wrap(loop)
            real(loop)

        return run_once

    def _wrap(self, loop: Any) -> None:
        if self._waiting.may_wake() and isinstance(loop, BaseSelectorEventLoop):
            loop._selector = _LoopSelector(self._waiting, self._outside, loop)
            loop._clock_resolution = _RESOLUTION_S
            self._wrapped.add(loop)

    def _write_to_self(self, real: Callable[..., None]) -> Callable[..., None]:
        def write_to_self(loop: Any) -> None:
            selector = getattr(loop, "_selector", None)
            wait = selector.wait if isinstance(selector, _LoopSelector) else None
            if wait is not None and wait.reason is None:
                # No byte is needed: it gets its turn when those before it wait.
                self._waiting.end(wait)
                return
            is_unknown = selector is not None and wait is None and STAGE.waiting is self._waiting
            if not (is_unknown and self._adopt(loop)):
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


class _LoopSelector:
    """A loop's selector. All but `select` is the real one's."""

    def __init__(self, waiting: Waiting, outside: Outside, loop: Any) -> None:
        self._waiting = waiting
        self._outside = outside
        self._loop = loop
        self.wait: Wait | None = None
        self.inner = loop._selector
        self.resolution_s = loop._clock_resolution
        # A loop calls these all the time.
        self.register, self.unregister, self.modify = self.inner.register, self.inner.unregister, self.inner.modify
        self.get_map, self.get_key, self.close = self.inner.get_map, self.inner.get_key, self.inner.close

    def select(self, timeout: float | None = None) -> Any:
        """As the real one, in virtual time."""
        __tracebackhide__ = True
        waiting = self._waiting
        if STAGE.waiting is not waiting:
            return self.inner.select(timeout)
        who = waiting.waiter()
        if timeout is not None and timeout <= 0:
            if who is not None and waiting.turns.is_awaited():
                # It may go round and round until another thread has done something.
                waiting.wait(Wait(who, "an event loop (0 s)", until_us=waiting.hands.now_us()))
            return self.inner.select(timeout)
        if who is None:
            return self._select_in_callback(timeout)
        ready = self.inner.select(0)
        if ready:
            return ready
        self.wait = waiting.timed(who, "an event loop", timeout, peek=self._is_ready, owed=self._is_owed)
        try:
            rest_s = waiting.wait_s(self.wait)
        finally:
            self.wait = None
        return self.inner.select(rest_s)

    def _select_in_callback(self, timeout: float | None) -> Any:
        __tracebackhide__ = True
        waiting = self._waiting
        if timeout is None or not waiting.turns.moves_here():
            return self.inner.select(timeout)
        events = self.inner.select(waiting.patience_s if self._is_owed() else 0)
        if not events:
            waiting.wait_in_callback("an event loop", timeout)
        return events

    def _is_ready(self) -> bool:
        return bool(self.inner.select(0))

    def _is_owed(self) -> bool:
        return self._outside.owes(list(self.inner.get_map() or ()), self._loop)
