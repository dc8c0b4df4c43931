"""`select`, of the modules `select` and `selectors`: its time-out is virtual, and the world outside may end it.

For clients with a loop of their own, such as a poller whose pause is `select.select([sock], [], [], 60)`. The loops of
asyncio wait here as well; what else they need is in `loops`.
"""

from __future__ import annotations

import asyncio
import select
import selectors
from collections.abc import Callable, Iterable
from typing import Any

from fakestt.intercept.waiting.outside import Outside
from fakestt.intercept.waiting.stage import STAGE
from fakestt.intercept.waiting.waiting import Waiting
from fakestt.intercept.waiting.waits import Wait
from fakestt.intercept.waiting.whose import asks_for_real

__all__ = ["Selecting"]


class Selecting:
    """What is put into both modules, for one virtual time."""

    def __init__(self, waiting: Waiting, outside: Outside) -> None:
        self._waiting = waiting
        self._outside = outside
        kinds: list[Any] = [one for one in vars(selectors).values() if isinstance(one, type) and "select" in vars(one)]
        self.table: list[tuple[Any, str, Callable[..., Any]]] = [
            (select, "select", self._select_lists(select.select)),
            *((kind, "select", self._select(kind.select)) for kind in kinds if kind is not selectors.BaseSelector),
        ]

    def _select(self, real: Callable[..., Any]) -> Callable[..., Any]:
        def select(selector: Any, timeout: float | None = None) -> Any:
            __tracebackhide__ = True
            loop: Any = asyncio._get_running_loop()  # Any: what is asked is private
            if getattr(loop, "_selector", None) is not selector:
                loop = None
            elif timeout is not None and STAGE.waiting is self._waiting:
                if timeout <= 0:
                    self._let_others_go_first()
                elif self._waiting.turns.moves_here():
                    return self._select_in_callback(loop, real, timeout)
            if not self._is_virtual(timeout, loop):
                return real(selector, timeout)
            what = f"{type(selector).__name__}.select" if loop is None else "an event loop"
            return self._look(lambda left_s: real(selector, left_s), what, timeout, selector.get_map, loop)

        return select

    def _let_others_go_first(self) -> None:
        """A loop may go round and round until another thread has done something."""
        __tracebackhide__ = True
        who = self._waiting.waiter()
        if who is not None and self._waiting.turns.is_awaited():
            self._waiting.wait(Wait(who, "an event loop (0 s)", until_us=self._waiting.hands.now_us()))

    def _select_in_callback(self, loop: Any, real: Callable[..., Any], timeout: float) -> Any:
        __tracebackhide__ = True
        selector = loop._selector
        events = real(selector, self._waiting.patience_s if self._outside.owes(selector.get_map(), loop) else 0)
        if not events:
            self._waiting.wait_in_callback("an event loop", timeout)
        return events

    def _select_lists(self, real: Callable[..., Any]) -> Callable[..., Any]:
        def select(reads: Any, writes: Any, others: Any, timeout: float | None = None, /) -> Any:
            """As `select.select`."""
            __tracebackhide__ = True
            if not self._is_virtual(timeout):
                return real(reads, writes, others, timeout)
            look = lambda left_s: real(reads, writes, others, left_s)  # noqa: E731
            descriptors = lambda: [_descriptor(one) for one in (*reads, *writes, *others)]  # noqa: E731
            return self._look(look, "select.select", timeout, descriptors)

        return select

    def _is_virtual(self, timeout: Any, loop: object = None) -> bool:
        """Whether the caller's wait is; what makes no sense as a time-out is for the real one to refuse."""
        if STAGE.waiting is not self._waiting or not (timeout is None or isinstance(timeout, (int, float))):
            return False
        if (timeout is not None and timeout <= 0) or self._waiting.waiter() is None:
            return False
        return loop is not None or not asks_for_real()

    def _look(
        self,
        look: Callable[[float | None], Any],
        what: str,
        timeout: float | None,
        descriptors: Callable[[], Iterable[int] | None],
        loop: Any = None,  # Any: of asyncio
    ) -> Any:
        """What `look` finds within this virtual time. It takes a real time-out."""
        __tracebackhide__ = True
        ready = look(0)
        if any(ready):
            return ready
        who = self._waiting.waiter()
        assert who is not None
        watched = list(descriptors() or ())
        owed = lambda: self._outside.owes(watched, loop)  # noqa: E731
        wait = self._waiting.timed(who, what, timeout, peek=lambda: any(look(0)), owed=owed)
        return look(self._waiting.wait_s(wait))


def _descriptor(one: Any) -> int:
    return one if isinstance(one, int) else one.fileno()
