"""`select` takes part in virtual time: of `selectors`, of `select`, and, by way of `loops`, of event loops."""

from __future__ import annotations

import select
import selectors
import socket
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any

from fakestt.intercept.waiting.kept_real import asks_for_real
from fakestt.intercept.waiting.participants import Participant, Reason, Wait
from fakestt.intercept.waiting.sockets import SocketPatches
from fakestt.intercept.waiting.stage import STAGE
from fakestt.intercept.waiting.waiting import Waiting

__all__ = ["REAL_SELECT", "Selecting", "SelectorPatches", "virtual_select"]

REAL_SELECT: Callable[..., Any] = select.select
_MASKS = (selectors.EVENT_READ, selectors.EVENT_WRITE)


class Selecting:
    """A virtual wait for descriptors. It ends by them, by the clock, or by `waiting.end`."""

    what: str

    def __init__(self, waiting: Waiting, sockets: SocketPatches) -> None:
        self._waiting = waiting
        self._sockets = sockets
        self.wait: Wait | None = None

    # What is asked of those that are derived

    def real(self, timeout: float | None) -> Any:
        """Wait really. Return what is ready, and something false when nothing is."""
        raise NotImplementedError

    def descriptors(self) -> Iterable[int]:
        """What is waited for."""
        raise NotImplementedError

    def wake(self) -> None:
        """Make a real wait end, from another thread."""
        raise NotImplementedError

    # What they can do

    def virtual(self, who: Participant, timeout: float | None) -> Any:
        """Wait in virtual time, for one that takes part."""
        __tracebackhide__ = True
        waiting = self._waiting
        until_us = None if timeout is None else waiting.hands.until(timeout)
        wait = Wait(who, self.what if timeout is None else f"{self.what} ({timeout:g} s)", until_us=until_us)
        wait.peek = self._has_ended
        expected_s = self.expected_s()
        wait.holding = expected_s > 0
        self.wait = wait
        events: Any = None
        try:
            waiting.begin(wait)
            waiting.pump()
            if waiting.blocks_elsewhere(wait, self.wake):
                events = self._hold(wait, expected_s) or self._block(wait)
        except BaseException:
            waiting.abandon(wait)
            raise
        finally:
            self.wait = None
        # For all that is known it was the world outside. If it was the clock, this changes nothing.
        waiting.resume(wait)
        if wait.reason is Reason.EXIT and not events:
            return self.real(None if until_us is None else waiting.hands.rest_s(until_us))
        return events or self.real(0)

    def expected_s(self) -> float:
        """How long, in real seconds, an answer from outside may still be on its way."""
        return self._sockets.expected_s(self.descriptors())

    def peek(self) -> Any:
        """Look whether something is ready, from another thread than the one that waits."""
        return self.real(0)

    def _has_ended(self) -> bool:
        try:
            return bool(self.peek())
        except (OSError, ValueError, RuntimeError):  # closed meanwhile; or not to be asked by two, as `poll` is
            return False

    def _hold(self, wait: Wait, expected_s: float) -> Any:
        """Give an answer from outside the time that it may take."""
        while wait.holding and wait.reason is None:
            events = self.real(expected_s)
            if events:
                return events
            expected_s = self.expected_s()
            if expected_s <= 0:
                self._waiting.release_hold(wait)
        return None

    def _block(self, wait: Wait) -> Any:
        """Wait for the world outside, or until woken when its turn has come."""
        every_s = self._waiting.every_s()
        while True:
            events = self.real(None if every_s < 0 else every_s)
            if events or wait.error is not None:
                return events
            self._waiting.look()


class SelectorPatches:
    """The methods that are put into the classes of `selectors`, for one virtual time."""

    def __init__(self, waiting: Waiting, sockets: SocketPatches) -> None:
        self._waiting = waiting
        self._sockets = sockets
        kinds: list[Any] = [one for one in vars(selectors).values() if isinstance(one, type) and "select" in vars(one)]
        self.table: tuple[tuple[type, str, Callable[..., Any]], ...] = tuple(
            (kind, "select", self._select(kind.select)) for kind in kinds if kind is not selectors.BaseSelector
        )

    def _select(self, real: Callable[..., Any]) -> Callable[..., Any]:
        def select(selector: Any, timeout: float | None = None) -> Any:
            __tracebackhide__ = True
            # A loop's own selector gets here too: without a time-out, or while its thread waits already.
            if STAGE.waiting is not self._waiting or (timeout is not None and timeout <= 0):
                return real(selector, timeout)
            who = self._waiting.waiter()
            if who is None or asks_for_real():
                return real(selector, timeout)
            ready = real(selector, 0)
            if ready:
                return ready
            with _Selector(self._waiting, self._sockets, selector, real) as wait:
                return wait.virtual(who, timeout)

        return select


def virtual_select(reads: Any, writes: Any, others: Any, timeout: float | None = None, /) -> Any:
    """As `select.select`."""
    __tracebackhide__ = True
    waiting, sockets = STAGE.waiting, STAGE.sockets
    is_usual = timeout is None or (isinstance(timeout, (int, float)) and timeout > 0)  # if not, the real one objects
    who = waiting.waiter() if waiting is not None and is_usual else None
    if waiting is None or sockets is None or who is None or asks_for_real():
        return REAL_SELECT(reads, writes, others, timeout)
    ready = REAL_SELECT(reads, writes, others, 0)
    if any(ready):
        return ready
    with _Lists(waiting, sockets, (reads, writes, others)) as wait:
        return wait.virtual(who, timeout) or ready


class _Bell(Selecting):
    """Woken by a socket of its own, which is beside the others for the while."""

    def __init__(self, waiting: Waiting, sockets: SocketPatches) -> None:
        super().__init__(waiting, sockets)
        self.ear, self._bell = socket.socketpair()
        self._bell.setblocking(False)

    def __enter__(self) -> Selecting:
        return self

    def __exit__(self, *raised: object) -> None:
        self.ear.close()
        self._bell.close()

    def wake(self) -> None:
        with suppress(OSError):
            self._bell.send(b"\0")


class _Selector(_Bell):
    """One of `selectors`."""

    def __init__(
        self, waiting: Waiting, sockets: SocketPatches, selector: selectors.BaseSelector, select: Callable[..., Any]
    ) -> None:
        super().__init__(waiting, sockets)
        self.what = f"{type(selector).__name__}.select"
        self._selector = selector
        self._select = select

    def __enter__(self) -> Selecting:
        self._selector.register(self.ear, selectors.EVENT_READ)
        return self

    def __exit__(self, *raised: object) -> None:
        with suppress(KeyError, ValueError, RuntimeError):  # the selector was closed meanwhile
            self._selector.unregister(self.ear)
        super().__exit__(*raised)

    def real(self, timeout: float | None) -> Any:
        return [ready for ready in self._select(self._selector, timeout) if ready[0].fileobj is not self.ear]

    def peek(self) -> Any:
        keys = [key for key in list(self._selector.get_map().values()) if key.fileobj is not self.ear]
        reads, writes = ([key.fd for key in keys if key.events & mask] for mask in _MASKS)
        return any(REAL_SELECT(reads, writes, [], 0))

    def descriptors(self) -> Iterable[int]:
        return [key.fd for key in list(self._selector.get_map().values()) if key.fileobj is not self.ear]


class _Lists(_Bell):
    """The lists of `select.select`."""

    what = "select.select"

    def __init__(self, waiting: Waiting, sockets: SocketPatches, lists: Any) -> None:
        super().__init__(waiting, sockets)
        self._reads, self._writes, self._others = lists

    def real(self, timeout: float | None) -> Any:
        ready = REAL_SELECT([*self._reads, self.ear], self._writes, self._others, timeout)
        ready[0][:] = [one for one in ready[0] if one is not self.ear]
        return ready if any(ready) else None

    def descriptors(self) -> Iterable[int]:
        return [one if isinstance(one, int) else one.fileno() for one in (*self._reads, *self._writes, *self._others)]
