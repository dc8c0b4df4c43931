"""Event loops of asyncio take part in virtual time: their `select` is a wait."""

from __future__ import annotations

import asyncio
import sys
import weakref
from asyncio import base_events, selector_events
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any

from fakestt.errors import ClockError
from fakestt.intercept.waiting.children import ChildPatches
from fakestt.intercept.waiting.older import OlderThreads
from fakestt.intercept.waiting.selecting import Selecting
from fakestt.intercept.waiting.sockets import SocketPatches
from fakestt.intercept.waiting.stage import STAGE, ahead_s
from fakestt.intercept.waiting.waiting import Waiting

__all__ = ["LoopPatches", "uvloop_patches"]

BaseEventLoop: Any = base_events.BaseEventLoop  # Any: what is replaced is private, and in no stub
BaseSelectorEventLoop: Any = selector_events.BaseSelectorEventLoop  # Any: the same

# Deadlines are whole microseconds. A loop takes what is due within its resolution for due.
_RESOLUTION_S = 1e-6


class LoopPatches:
    """The methods that are put into asyncio's event loops, for one virtual time.

    A loop's selector is wrapped when the loop next turns, so loops that were made, or are running, before are reached.
    """

    def __init__(self, waiting: Waiting, sockets: SocketPatches, older: OlderThreads) -> None:
        self._waiting = waiting
        self._sockets = sockets
        self._older = older
        self._children = ChildPatches()
        self._wrapped: weakref.WeakSet[Any] = weakref.WeakSet()
        self.table: tuple[tuple[type, str, Callable[..., Any]], ...] = (
            (BaseEventLoop, "_run_once", self._run_once(BaseEventLoop._run_once)),
            (BaseSelectorEventLoop, "_write_to_self", self._write_to_self(BaseSelectorEventLoop._write_to_self)),
            *self._children.table,
        )

    def undo(self, ahead_s: float) -> None:
        """Give all loops their own selectors back, and their timers the time that is left of them.

        Args:
            ahead_s: how far virtual time was ahead of the real one.
        """
        for loop in list(self._wrapped):
            selector = loop._selector
            if isinstance(selector, _Selector):
                loop._selector, loop._clock_resolution = selector.inner, selector.resolution_s
                _shift(loop, -ahead_s)

    def _run_once(self, real: Callable[..., None]) -> Callable[..., None]:
        def run_once(loop: Any) -> None:
            __tracebackhide__ = True
            if type(loop._selector) is not _Selector and STAGE.waiting is self._waiting:
                self._waiting.come_early()
                self._wrap(loop)
            real(loop)

        return run_once

    def _wrap(self, loop: Any) -> None:
        waits = self._waiting.waiter() is not None or self._waiting.moves_here()
        if not waits or not isinstance(loop, BaseSelectorEventLoop):
            return
        loop._selector = _Selector(self._waiting, self._sockets, self._children, loop)
        loop._clock_resolution = _RESOLUTION_S
        self._wrapped.add(loop)

    def _write_to_self(self, real: Callable[..., None]) -> Callable[..., None]:
        def write_to_self(loop: Any) -> None:
            selector = getattr(loop, "_selector", None)
            wait = selector.wait if isinstance(selector, _Selector) else None
            if wait is not None and wait.reason is None:
                # Its turn comes when those before it wait; then it is woken with a byte of its own.
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
        if ident is None or not self._older.may_wake():
            return False
        if waiting.takes_part(ident):
            return waiting.will_be_woken(ident)
        csock = loop._csock

        def wake() -> None:
            with suppress(OSError):
                csock.send(b"\0")

        if not self._older.adopt(ident, wake):
            return False
        _shift(loop, ahead_s(waiting))
        return True


def _shift(loop: Any, by_s: float) -> None:
    for handle in loop._scheduled:
        # All by the same: their order stays.
        handle._when += by_s


class _Selector(Selecting):
    """A loop's selector. All but `select` and `close` is the real one's."""

    what = "an event loop"

    def __init__(self, waiting: Waiting, sockets: SocketPatches, children: ChildPatches, loop: Any) -> None:
        super().__init__(waiting, sockets)
        self._children = children
        self._loop = loop
        self.inner = loop._selector
        self.resolution_s = loop._clock_resolution
        # A loop calls these all the time.
        self.register, self.unregister, self.modify = self.inner.register, self.inner.unregister, self.inner.modify
        self.get_map, self.get_key, self.close = self.inner.get_map, self.inner.get_key, self.inner.close

    def select(self, timeout: float | None = None) -> Any:
        """As the real one, in virtual time."""
        __tracebackhide__ = True
        waiting = self._waiting
        if STAGE.waiting is not waiting or (timeout is not None and timeout <= 0):
            return self.inner.select(timeout)
        who = waiting.waiter()
        if who is not None:
            return self.inner.select(0) or self.virtual(who, timeout)
        if timeout is None or not waiting.moves_here():
            return self.inner.select(timeout)
        events = self.inner.select(self.expected_s())
        if not events:
            waiting.wait_in_callback(self.what, timeout)
        return events

    def real(self, timeout: float | None) -> Any:
        return self.inner.select(timeout)

    def descriptors(self) -> Iterable[int]:
        own = self._loop._ssock.fileno()
        return [fd for fd in self.inner.get_map() if fd != own]

    def expected_s(self) -> float:
        return max(super().expected_s(), self._children.expected_s(self._loop))

    def wake(self) -> None:
        csock = self._loop._csock
        if csock is not None:
            with suppress(OSError):  # it is full of bytes, or closed: then nobody sleeps over it
                csock.send(b"\0")


def uvloop_patches() -> list[tuple[Any, str, Callable[..., Any]]]:
    """The methods that are put into uvloop's loops, as soon as it is there: they refuse."""
    uvloop: Any = sys.modules.get("uvloop")  # Any: not installed here
    names = () if uvloop is None else ("run_forever", "run_until_complete")
    return [(uvloop.Loop, name, _refusing(getattr(uvloop.Loop, name))) for name in names]


def _refusing(real: Callable[..., Any]) -> Callable[..., Any]:
    def refuse(loop: Any, *args: Any, **options: Any) -> Any:
        waiting = STAGE.waiting
        if waiting is None or waiting.waiter() is None:
            return real(loop, *args, **options)
        for one in args:
            if asyncio.iscoroutine(one):
                one.close()  # or Python warns that nobody awaited it
        raise ClockError(
            "uvloop under time='on_sleep': its loops keep their time in C, where it can't be made virtual. Use "
            "asyncio's own loop in this test (asyncio.new_event_loop), or time='manual'."
        )

    return refuse
