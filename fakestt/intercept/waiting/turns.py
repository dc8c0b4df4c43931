"""Whose turn it is, and when the clock moves: as soon as nobody runs any more and nobody is ready to."""

from __future__ import annotations

from _thread import allocate_lock, get_ident
from collections import deque
from collections.abc import Callable
from typing import Any

from fakestt.intercept.waiting.hands import ClientNeverStopped, Hands
from fakestt.intercept.waiting.participants import Participant, Reason, Wait, is_idle, order

__all__ = ["Turns"]


class Turns:
    """The waits of all participants; the one place where turns are given. What is private here is `Waiting`'s too."""

    def __init__(self, hands: Hands) -> None:
        self.hands = hands
        self.error: BaseException | None = None  # what ended waits, unless the one that entered has seen it
        self.ended_all = False  # ClientNeverStopped did
        # Entered as `with self._afterwards, self._lock`. A signal handler may raise at any point (a time-out of the
        # test does): only where Python's own lock is entered directly is it let go whatever happens.
        self._lock = allocate_lock()
        self._afterwards = _Afterwards(self.settle)
        self._freed: deque[Any] = deque()  # Any: locks.Lock. Let go, and not yet handed on
        self._closed = False
        self._all: set[Participant] = set()
        self._waits: list[Wait] = []
        self._ready: deque[Wait] = deque()  # over, but it is not their turn yet
        self._granting: Wait | None = None
        self._mover = Participant(0, "What is due")  # without a thread while the clock stands
        self._stamps = 0
        self._signs = 0  # of life

    def moves_here(self) -> bool:
        """Whether the clock moves at this moment, and in this thread: who asks is called by what is due."""
        return self._mover.ident == get_ident()

    def freed(self, lock: Any) -> None:
        """A lock that somebody waits for was let go.

        Finalizers and signal handlers get here in the midst of anything, so this must never wait for what this thread
        does itself: whoever has our lock hands the freed one on.
        """
        self._freed.append(lock)
        if not self._lock.locked():
            self.settle()

    def pump(self) -> None:
        """If nobody runs, give somebody the turn, moving the clock when that is what all wait for."""
        with self._afterwards:
            try:
                self._pump()
            except BaseException:
                if self.moves_here():
                    self._mover.ident = 0
                raise

    def _pump(self) -> None:
        move: _Move | None = None
        while True:
            with self._lock:
                if move is not None and not self._has_moved(move):
                    return
                self._hand_on_freed()
                if self._is_busy() or self._closed:
                    return
                move = self._survey()
                if self._ready:
                    self._grant(self._ready[0])
                    return
                if move is None:
                    return
                self._mover.ident = get_ident()  # nobody gets the turn while the clock moves
            # Outside our lock: what is due runs code of fakes, and of the test.
            try:
                move.moved = self.hands.move(move.first, counted=move.counted)
            except (Exception, ClientNeverStopped) as error:  # raised in a wait, where it can be seen
                move.error = error

    def settle(self) -> None:
        """Do what could not be done while somebody had our lock."""
        while self._freed:
            with self._lock:
                self._hand_on_freed()
        if self._ready and not self._closed and not self._is_busy():
            self.pump()

    # Under the lock

    def _is_busy(self) -> bool:
        """Whether somebody runs, or the clock moves."""
        if self._mover.ident:
            return True
        for who in self._all:  # noqa: SIM110  # at each wait: any() takes twice as long
            if who.wait is None:
                return True
        return False

    def _repair(self) -> None:
        """Finish what a signal handler may have broken off by raising in the midst of it."""
        if self._granting is not None:
            self._grant(self._granting)
        for wait in self._waits:
            if wait.reason is not None and wait not in self._ready:
                self._ready.append(wait)

    def _survey(self) -> _Move | None:
        """Which way the clock is to move; None if it must not. Those whom the world outside has woken are ready."""
        move = _Move(self._signs)
        holding = False
        for wait in self._waits:
            if wait.peek is not None and wait.peek():
                self._over(wait, Reason.EVENT)
            holding = holding or wait.holding
            move.counted = move.counted and wait.counted
            if wait.until_us is not None and (move.first is None or order(wait) < order(move.first)):
                move.first = wait
        return None if holding or not self._waits else move

    def _has_moved(self, move: _Move) -> bool:
        """Say to whom the clock has come. Return whether there may be more to do."""
        self._mover.ident = 0
        first, error = move.first, move.error
        if isinstance(error, ClientNeverStopped):
            self.ended_all = True
            self._end_all(error)
        elif error is not None:
            # Raised in the wait that was the reason for the move.
            failing = first if first in self._waits else next(iter(self._waits), None)
            self.error = error
            if failing is None:
                return False
            failing.error = error
            self._over(failing, Reason.TIME)
        elif first in self._waits and first.until_us is not None and first.until_us <= self.hands.latest_us:
            self._over(first, Reason.TIME)
        else:
            return move.moved or move.signs != self._signs
        return True

    def _hand_on_freed(self) -> None:
        while self._freed:
            self._hand_on(self._freed.popleft())

    def _begin(self, wait: Wait) -> None:
        self._signs += 1
        if self._closed:
            wait.reason = Reason.EXIT
            wait.granted = True
            return
        wait.who.wait = wait
        self._waits.append(wait)

    def _over(self, wait: Wait, reason: Reason) -> None:
        if wait.reason is None:
            self._signs += 1
            wait.reason = reason
            self._ready.append(wait)

    def _grant(self, wait: Wait) -> None:
        """Give it the turn. Said by the giver: if the woken one did it, the order would depend on the machine."""
        self._granting = wait
        if not wait.granted:
            if wait.reason is None:
                wait.reason = Reason.TIME
            self._forget(wait)
            self._stamps += 1
            self._signs += 1
            wait.who.stamp = self._stamps
            wake, wait.wake = wait.wake, None
            if wake is not None:
                wake()
            wait.granted = True
            if wait.who.gate.locked():
                wait.who.gate.release()
        self._granting = None

    def _forget(self, wait: Wait) -> None:
        if wait.who.wait is wait:
            wait.who.wait = None
        if wait in self._waits:
            self._waits.remove(wait)
        if wait in self._ready:
            self._ready.remove(wait)
        if wait.lock is not None and wait in wait.lock.waits:
            wait.lock.waits.remove(wait)

    def _hand_on(self, lock: Any) -> None:
        for wait in list(lock.waits):
            if wait.reason is None and lock.inner.acquire(False):
                lock.waits.remove(wait)
                self._over(wait, Reason.EVENT)
                return

    def _end_all(self, error: BaseException) -> None:
        self.error = error
        for wait in sorted((wait for wait in self._waits if not is_idle(wait)), key=order):
            wait.error = type(error)(*error.args)
            self._over(wait, Reason.TIME)

    def _asleep(self) -> list[str]:
        """Who waits for what, when all that take part wait for each other or for the world outside; else nobody."""
        if self._is_busy() or self._ready or any(wait.holding or wait.until_us is not None for wait in self._waits):
            return []
        return [f"{wait.who.name} in {wait.what}" for wait in sorted(self._waits, key=order)]


class _Move:
    """One movement of the clock."""

    __slots__ = ("counted", "error", "first", "moved", "signs")

    def __init__(self, signs: int) -> None:
        self.signs = signs  # of life, before it
        self.first: Wait | None = None  # the wait that ends first; None: all wait without a deadline
        self.counted = True  # for the horizon
        self.moved = True
        self.error: BaseException | None = None


class _Afterwards:
    """Calls a function when what stands inside is over."""

    def __init__(self, act: Callable[[], None]) -> None:
        self._act = act

    def __enter__(self) -> None:
        pass

    def __exit__(self, *raised: object) -> None:
        self._act()
