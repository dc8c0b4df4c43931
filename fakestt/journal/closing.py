"""Exchanges as they close: in order, each once, when it is known what of the answer reached the client."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from fakestt.journal.record import Exchange

__all__ = ["MOST_OPEN", "Closing", "Watcher"]

Watcher = Callable[[Exchange], None]
"""Is told of an exchange, under the service's lock. It asks the fake for nothing and raises nothing."""

MOST_OPEN = 1_000
"""So many answers may be under way. The oldest of more is told as it is."""


class Closing:
    """Tells watchers of exchanges. One that is still open holds back those behind it, so the order is the journal's."""

    def __init__(self) -> None:
        self._watchers: list[Watcher] = []
        self._open: deque[Exchange] = deque()

    def watch(self, watcher: Watcher) -> None:
        """Tell this one as well, from the next exchange on."""
        self._watchers.append(watcher)

    def add(self, exchange: Exchange) -> None:
        """One more, whose answer is not delivered yet."""
        if not self._watchers:
            return
        self._open.append(exchange)
        self.tell(at_most=MOST_OPEN)

    def tell(self, *, at_most: int | None = None) -> None:
        """Tell of all that have closed, and of the oldest while more than `at_most` are left."""
        waiting = self._open
        while waiting and (waiting[0].arrival.at_s is not None or (at_most is not None and len(waiting) > at_most)):
            exchange = waiting.popleft()
            for watcher in self._watchers:
                watcher(exchange)

    def finish(self) -> None:
        """Tell of all, those as they are that have not closed: the test is over."""
        self.tell(at_most=0)
