"""What the leading thread waits for: sockets, deadlines, orders from other threads, and requests that can be run.

Only that thread touches the selector and what is registered there. Other threads give it orders.
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
    """An object whose methods the loop calls."""

    def broke(self, error: Exception) -> None:
        """One of its methods raised. That is a mistake of ours, and must cost this object alone."""


class Watched(Guarded, Protocol):
    """An object with a socket and perhaps a deadline, for which the loop watches. Only the loop calls its methods."""

    deadline_s: float | None
    """An instant of `monotonic()`, or None. A new value cancels the one before."""

    def stirred(self) -> None:
        """Its socket is ready."""

    def expired(self) -> None:
        """Its deadline has passed."""


class Job(Guarded, Protocol):
    """Work that may take long, and so is done where it holds up nobody."""

    def run(self) -> None:
        """Do the work, in any thread."""

    def ran(self) -> None:
        """Go on after `run`, in the loop."""

    def drop(self) -> None:
        """End without `ran`, in any thread: the loop has ended."""


class Loop:
    """A selector, and queues of deadlines, orders and jobs."""

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
        """Have the loop call `what`, a method of `one`. Any thread may give orders."""
        self._orders.append((one, what))
        self.wake()

    def wake(self) -> None:
        """Have the loop look at its queues. Any thread may wake it."""
        with suppress(OSError):  # full, so that the loop wakes anyway; or closed
            self._wake_out.send(b"!")

    def watch(self, sock: socket.socket, one: Watched, events: int, before: int = 0) -> None:
        """Tell `one` of these events from now on, in place of the events `before`. 0 means none."""
        if not events:
            self._selector.unregister(sock)
        elif before:
            self._selector.modify(sock, events, one)
        else:
            self._selector.register(sock, events, one)

    def due(self, one: Watched, in_s: float) -> None:
        """Give `one` a deadline in place of the one that it has."""
        one.deadline_s = monotonic() + in_s
        heapq.heappush(self._deadlines, (one.deadline_s, next(self._serial), one))

    def turn(self) -> None:
        """Wait until something happens, and call the objects that it concerns."""
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
        """Close the selector. No thread may be in the loop any more."""
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
            heapq.heappop(deadlines)  # it was met, or replaced since
        return max(0.0, deadlines[0][0] - monotonic()) if deadlines else None


def tell(one: Guarded, what: Callable[[], None]) -> None:
    """Call `what`, a method of `one`. Whatever it raises, the loop goes on."""
    try:
        what()
    except Exception as error:
        one.broke(error)
