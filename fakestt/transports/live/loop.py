"""What the leading thread waits for: sockets, deadlines, orders from other threads, and requests that can be run.

Only that thread touches the selector and whatever is in it; others give it orders.
"""

from __future__ import annotations

import heapq
import selectors
import socket
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from itertools import count
from typing import Protocol

from fakestt.transports.live.real_time import monotonic

__all__ = ["Guarded", "Job", "Loop", "Watched", "tell"]


class Guarded(Protocol):
    """What is told things in the loop."""

    def broke(self, error: Exception) -> None:
        """It raised when it was told something: a mistake of ours, that costs this one and not all."""


class Watched(Guarded, Protocol):
    """What the loop looks after. Each method is called by the loop."""

    deadline_s: float | None
    """By `monotonic()`; None, or another, cancels the one before."""

    def stirred(self) -> None:
        """Its socket is ready."""

    def expired(self) -> None:
        """Its deadline has passed."""


class Job(Guarded, Protocol):
    """Something that may take long, and so is run where it holds up nobody."""

    def run(self) -> None:
        """In whichever thread."""

    def ran(self) -> None:
        """Afterwards, in the loop."""

    def drop(self) -> None:
        """Instead of `ran`, in whichever thread: the loop is over."""


class Loop:
    """A selector, and beside it a queue of deadlines, of orders and of jobs."""

    def __init__(self) -> None:
        self.ready: deque[Job] = deque()
        self._orders: deque[tuple[Guarded, Callable[[], None]]] = deque()
        self._deadlines: list[tuple[float, int, Watched]] = []
        self._serial = count()
        self._selector = selectors.DefaultSelector()
        self._wake_in, self._wake_out = socket.socketpair()
        self._wake_in.setblocking(False)
        self._wake_out.setblocking(False)
        self._selector.register(self._wake_in, selectors.EVENT_READ)

    def order(self, one: Guarded, what: Callable[[], None]) -> None:
        """Have the loop tell somebody something, from any thread."""
        self._orders.append((one, what))
        self.wake()

    def wake(self) -> None:
        """Have the loop look around, from any thread."""
        with suppress(OSError):  # full, and so it will wake anyway; or closed
            self._wake_out.send(b"!")

    def watch(self, sock: socket.socket, one: Watched, events: int, before: int = 0) -> None:
        """Tell `one` of these events from now on, and not any more of those before; 0 is none."""
        if not events:
            self._selector.unregister(sock)
        elif before:
            self._selector.modify(sock, events, one)
        else:
            self._selector.register(sock, events, one)

    def due(self, one: Watched, in_s: float) -> None:
        """Give it a deadline in place of the one that it has."""
        one.deadline_s = monotonic() + in_s
        heapq.heappush(self._deadlines, (one.deadline_s, next(self._serial), one))

    def turn(self) -> None:
        """Wait until something happens, and tell those whom it concerns."""
        for key, _ in self._selector.select(self._timeout_s()):
            if key.data is None:
                self._obey()
            else:
                tell(key.data, key.data.stirred)
        deadlines, now_s = self._deadlines, monotonic() if self._deadlines else 0.0
        while deadlines and deadlines[0][0] <= now_s:
            at_s, _, one = heapq.heappop(deadlines)
            if one.deadline_s == at_s:
                one.deadline_s = None
                tell(one, one.expired)

    def close(self) -> None:
        """Let go of the selector, when no thread is in the loop any more."""
        self._selector.close()
        self._wake_in.close()
        self._wake_out.close()

    def _obey(self) -> None:
        with suppress(BlockingIOError):
            while len(self._wake_in.recv(4096)) == 4096:
                pass
        while self._orders:
            tell(*self._orders.popleft())

    def _timeout_s(self) -> float | None:
        if self.ready:
            return 0.0
        deadlines = self._deadlines
        while deadlines and deadlines[0][2].deadline_s != deadlines[0][0]:
            heapq.heappop(deadlines)  # kept, or another since
        return max(0.0, deadlines[0][0] - monotonic()) if deadlines else None


def tell(one: Guarded, what: Callable[[], None]) -> None:
    """Call `what`, in the loop. Whatever it raises, the loop goes on."""
    try:
        what()
    except Exception as error:
        one.broke(error)
