"""`select`, of the modules `select` and `selectors`: its time-out is virtual, and the world outside may end it.

For clients with a loop of their own, such as a poller whose pause is `select.select([sock], [], [], 60)`. The loops of
asyncio are in `loops`.
"""

from __future__ import annotations

import select
import selectors
from collections.abc import Callable
from typing import Any

from fakestt.intercept.waiting.outside import Outside
from fakestt.intercept.waiting.stage import STAGE
from fakestt.intercept.waiting.waiting import Waiting
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
            if not self._is_virtual(timeout):
                return real(selector, timeout)
            ready = real(selector, 0)
            if ready:
                return ready
            keys = list(selector.get_map().values())
            what = f"{type(selector).__name__}.select"
            left_s = self._wait(what, timeout, lambda: bool(real(selector, 0)), [key.fd for key in keys])
            return real(selector, left_s)

        return select

    def _select_lists(self, real: Callable[..., Any]) -> Callable[..., Any]:
        def select(reads: Any, writes: Any, others: Any, timeout: float | None = None, /) -> Any:
            """As `select.select`."""
            __tracebackhide__ = True
            if not self._is_virtual(timeout):
                return real(reads, writes, others, timeout)
            ready = real(reads, writes, others, 0)
            if any(ready):
                return ready
            descriptors = [one if isinstance(one, int) else one.fileno() for one in (*reads, *writes, *others)]
            peek = lambda: any(real(reads, writes, others, 0))  # noqa: E731
            return real(reads, writes, others, self._wait("select.select", timeout, peek, descriptors))

        return select

    def _is_virtual(self, timeout: Any) -> bool:
        """Whether the caller's wait is; what makes no sense as a time-out is for the real one to refuse."""
        if STAGE.waiting is not self._waiting or not (timeout is None or isinstance(timeout, (int, float))):
            return False
        return (timeout is None or timeout > 0) and self._waiting.waiter() is not None and not asks_for_real()

    def _wait(self, what: str, timeout: float | None, peek: Callable[[], bool], descriptors: list[int]) -> float | None:
        """Wait, and return how long to look really afterwards: 0, unless virtual time is over."""
        __tracebackhide__ = True
        who = self._waiting.waiter()
        assert who is not None
        owed = lambda: self._outside.owes(descriptors)  # noqa: E731
        return self._waiting.wait_s(self._waiting.timed(who, what, timeout, peek=peek, owed=owed))
