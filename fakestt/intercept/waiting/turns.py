"""Whose turn it is, and when the clock moves: as soon as nobody runs any more and nobody is ready to.

One participant runs at a time. The others wait, for an instant, for each other, or for their turn. When the one that
runs begins to wait as well, the next of those whose wait is over gets the turn, in the order in which the waits ended.
If there is none, the clock moves to the earliest deadline or to the next due change. So the order of events depends on
the program alone, never on the machine.
"""

from __future__ import annotations

from _thread import allocate_lock, get_ident
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from heapq import heapify, heappop, heappush
from typing import Any, TypeVar

from fakestt.intercept.waiting.hands import ClientNeverStopped, Hands
from fakestt.intercept.waiting.waits import Participant, Reason, Wait

__all__ = ["Turns"]

T = TypeVar("T")


class Turns:
    """All participants and their waits.

    Three facts say all: `who.wait` (None while it runs), `wait.reason` (None while it is pending) and `wait.granted`.
    The other tables are made from them, so that a turn costs the same with two threads as with a thousand.
    """

    def __init__(self, hands: Hands) -> None:
        self.hands = hands
        self.everyone: set[Participant] = set()
        self.error: BaseException | None = None  # what ended waits, unless the one that entered has seen it
        self.ended_all: bool = False  # ClientNeverStopped has
        self.closed: bool = False
        self.signs: int = 0  # of life: waits that began or ended, turns
        self.mover: Participant = Participant(0, "What is due")  # has the ident of the thread that moves the clock now
        self._lock = allocate_lock()
        self._freed: deque[Any] = deque()  # Any: locks.Lock. They were let go, and not yet handed on
        # Made from the facts:
        self._running: set[Participant] = set()
        self._ready: deque[Wait] = deque()  # over, but it is not their turn yet
        self._deadlines: list[tuple[int, int, int, int, Wait]] = []  # a heap; waits that are over stay for a while
        self._outside: dict[Wait, None] = {}  # those with a `peek`
        self._uncounted: set[Wait] = set()
        self._turns = 0
        self._begun = 0

    # What others call

    def join(self, who: Participant) -> None:
        """One more takes part. It runs, or has a first wait that is over already."""
        self._locked(self._join, who)
        self.pump()

    def leave(self, who: Participant) -> None:
        """It takes part no more."""
        self._locked(self._leave, who)
        self.pump()

    def begin(self, wait: Wait) -> None:
        """The one way into a wait. When this returns, the wait may be over and its turn given."""
        __tracebackhide__ = True
        self._locked(self._begin, wait)
        self.pump()

    def abandon(self, wait: Wait) -> None:
        """The one way out of a wait that an exception has ended, wherever that was. Its thread runs on, at once."""
        self._locked(self._abandon, wait)
        self.pump()

    def over(self, wait: Wait) -> None:
        """What a wait was for has happened."""
        self._locked(self._over, wait, Reason.EVENT)
        self.pump()

    def fail(self, waits: Iterable[Wait], error: BaseException) -> None:
        """Raise an error in these waits. They don't come in turn: whoever has the turn may never give it back."""
        self._locked(self._fail, list(waits), error)

    def go_on_without(self, who: Participant) -> None:
        """One that blocks where nobody sees it does not hold up the others. Its next wait brings it back."""
        self._locked(self._running.discard, who)
        self.pump()

    def rescue(self) -> None:
        """Give the next one that was woken the turn, although another has it: that may be blocked by this one."""
        self._locked(self._give_turn)

    def freed(self, lock: Any) -> None:
        """A lock that somebody waits for was let go.

        Finalizers and signal handlers get here in the midst of anything, so this must never wait for what this thread
        does itself: whoever has our lock hands the freed one on.
        """
        self._freed.append(lock)
        if not self._lock.locked():
            self.pump()

    def close(self) -> None:
        """Virtual time is over. Whoever waits is woken, and waits for the rest really."""
        self._locked(self._close)

    def is_alone(self) -> bool:
        """Whether nobody else takes part."""
        return len(self.everyone) < 2

    def is_awaited(self) -> bool:
        """Whether somebody was woken and has not had the turn yet."""
        return bool(self._ready)

    def moves_here(self) -> bool:
        """Whether the clock moves at this moment, and in this thread: who asks is called by what is due."""
        return self.mover.ident == get_ident()

    def running(self) -> list[Participant]:
        """Those that run, or what is due while it happens."""
        running = sorted(self._running, key=lambda who: who.number)
        return running or ([self.mover] if self.mover.ident else [])

    def waiting(self) -> list[Wait]:
        """All waits, in the order of their deadlines."""
        return sorted([wait for who in list(self.everyone) if (wait := who.wait) is not None], key=Wait.order)

    def other_deadline_us(self) -> int | None:
        """The first deadline of one that has made no request since the client reads the same again and again."""
        waits = [wait for wait in self.waiting() if wait.who.asked_in != self.hands.row]
        return min((wait.until_us for wait in waits if wait.until_us is not None), default=None)

    # When the clock moves

    def pump(self) -> None:
        """If nobody runs, give somebody the turn, moving the clock when that is what all wait for."""
        __tracebackhide__ = True
        more = not self._running
        while more or self._freed:
            move = self._locked(self._next)
            more = move is not None and self._make(move)

    def _make(self, move: _Move) -> bool:
        """Move the clock, outside our lock: what is due runs code of fakes, and of the test.

        Returns:
            Whether there may be more to do.
        """
        __tracebackhide__ = True
        try:
            move.moved = self.hands.move(move.first, counted=move.counted, next_us=move.next_us)
        except RecursionError:  # the stack that is full is this thread's
            raise
        except (Exception, ClientNeverStopped) as error:  # raised in a wait, where it can be seen
            move.error = error
        finally:
            more = self._locked(self._moved, move)
        return more

    # Under the lock

    def _locked(self, act: Callable[..., T], *args: Any) -> T:
        """The only place where our lock is taken.

        A signal handler may raise at any point of it (pytest-timeout's does). What it has broken off is repaired here.
        Only where Python's own lock is entered directly is it let go whatever happens.
        """
        __tracebackhide__ = True
        try:
            with self._lock:
                return act(*args)
        except BaseException:
            with self._lock:
                self._repair()
            raise

    def _repair(self) -> None:
        """Make all tables from the facts again."""
        waits = self.waiting()
        self._running = {who for who in self.everyone if who.wait is None}
        self._ready.extend([wait for wait in waits if wait.reason is not None and wait not in self._ready])
        self._outside = dict.fromkeys(wait for wait in waits if wait.peek is not None)
        self._uncounted = {wait for wait in waits if not wait.counted}
        self._deadlines.clear()
        for wait in waits:
            self._remember_deadline(wait)
        heapify(self._deadlines)
        self._freed.extend([wait.lock for wait in waits if wait.lock is not None and wait.reason is None])
        if self.moves_here():
            self.mover.ident = 0

    def _join(self, who: Participant) -> None:
        self.everyone.add(who)
        if who.wait is None:
            self._running.add(who)
        elif not self.closed:
            self._over(who.wait, Reason.EVENT)

    def _leave(self, who: Participant) -> None:
        joiners, who.joiners = who.joiners, None
        self.everyone.discard(who)
        self._running.discard(who)
        if who.wait is not None:
            self._drop(who.wait)
        for wait in joiners or ():
            self._over(wait, Reason.EVENT)

    def _begin(self, wait: Wait) -> None:
        self.signs += 1
        if self.closed:
            wait.reason, wait.granted = Reason.EXIT, True
            return
        if wait.lock is not None:
            wait.lock.waits.append(wait)
            # Tried after the wait can be seen: who lets go of it from now on will find the wait.
            if wait.lock.inner.acquire(False):
                wait.lock.waits.remove(wait)
                wait.reason, wait.granted = Reason.EVENT, True
                return
        if wait.other is not None:
            if wait.other.joiners is None:
                wait.reason, wait.granted = Reason.EVENT, True
                return
            wait.other.joiners.append(wait)
        wait.who.wait = wait
        self._running.discard(wait.who)
        self._remember_deadline(wait)
        self._watch(wait.lock)
        if wait.peek is not None:
            self._outside[wait] = None
        if not wait.counted:
            self._uncounted.add(wait)

    def _remember_deadline(self, wait: Wait) -> None:
        if wait.until_us is not None:
            self._begun += 1
            heappush(self._deadlines, (wait.until_us, wait.who.stamp, wait.who.number, self._begun, wait))

    def _next(self) -> _Move | None:
        """Give the next one the turn, or say which way the clock is to move; None if it must not."""
        while self._freed:
            self._hand_on(self._freed.popleft())
        if self.closed or self._running or self.mover.ident:
            return None
        if not self._ready:
            self._look_outside()
        if self._give_turn():
            return None
        if not self.everyone or any(wait.owed is not None and wait.owed() for wait in self._outside):
            return None
        deadlines = self._deadlines
        while deadlines and (deadlines[0][-1].granted or deadlines[0][-1].reason is not None):
            heappop(deadlines)
        move = _Move(self.signs, deadlines[0][-1] if deadlines else None, not self._uncounted)
        if self.hands.is_stretched:
            move.next_us = self.other_deadline_us()
        self.mover.ident = get_ident()  # nobody gets the turn while the clock moves
        return move

    def _give_turn(self) -> bool:
        while self._ready:
            wait = self._ready.popleft()
            if not wait.granted:
                self._grant(wait)
                return True
        return False

    def _look_outside(self) -> None:
        """The first wait that the world outside has ended is over. What it reads may be what others have seen too."""
        ended = next((wait for wait in self._outside if wait.reason is None and _has_ended(wait)), None)
        if ended is not None and ended.lock is not None:
            self._hand_on(ended.lock)
        elif ended is not None:
            self._over(ended, Reason.EVENT)

    def _moved(self, move: _Move) -> bool:
        """Say to whom the clock has come. Whether there may be more to do."""
        self.mover.ident = 0
        first, error = move.first, move.error
        is_pending = first is not None and first.reason is None
        if isinstance(error, ClientNeverStopped):
            self.ended_all = True
            self._end_all(error)
        elif error is not None:
            # Raised in the wait that was the reason for the move.
            failing = first if is_pending else next((wait for wait in self.waiting() if wait.reason is None), None)
            self.error = error
            if failing is None:
                return False
            failing.error = error
            self._over(failing, Reason.TIME)
        elif is_pending and first is not None and (first.until_us or 0) <= self.hands.latest_us:
            self._over(first, Reason.TIME)
        else:
            return move.moved or move.signs != self.signs
        return True

    def _over(self, wait: Wait, reason: Reason) -> None:
        if wait.reason is None:
            self.signs += 1
            wait.reason = reason
            self._ready.append(wait)

    def _grant(self, wait: Wait) -> None:
        """Give it the turn. Said by the giver: if the woken one did it, the order would depend on the machine."""
        if wait.wake is not None:
            wait.wake()
            wait.wake = None
        if wait.reason is None:
            wait.reason = Reason.TIME
        self._turns += 1
        self.signs += 1
        wait.who.stamp = self._turns
        self._drop(wait)
        if wait.who.gate.locked():
            wait.who.gate.release()

    def _drop(self, wait: Wait) -> None:
        """Its participant waits no more, and runs if it still takes part."""
        wait.granted = True
        if wait.who.wait is wait:
            wait.who.wait = None
        if wait.who in self.everyone:
            self._running.add(wait.who)
        self._outside.pop(wait, None)
        self._uncounted.discard(wait)
        if wait.lock is not None and wait in wait.lock.waits:
            wait.lock.waits.remove(wait)
        joiners = None if wait.other is None else wait.other.joiners
        if joiners and wait in joiners:
            joiners.remove(wait)

    def _abandon(self, wait: Wait) -> None:
        if self.moves_here():
            self.mover.ident = 0  # the exception came between the decision to move the clock and the move
        was_given = wait.lock is not None and wait.reason is Reason.EVENT
        wait.reason = wait.reason or Reason.EXIT
        self._drop(wait)
        lock, wait.lock = wait.lock, None
        if was_given and lock is not None:
            # The thread does not know that it has the lock.
            lock.inner.release()
            self._freed.append(lock)

    def _hand_on(self, lock: Any) -> None:
        wait = next((wait for wait in list(lock.waits) if wait.reason is None), None)
        if wait is not None and lock.inner.acquire(False):
            lock.waits.remove(wait)
            self._over(wait, Reason.EVENT)
            self._watch(lock)

    def _watch(self, lock: Any) -> None:
        """Who has a quiet lock lets it go without a word: those who wait for it are asked as the world outside is."""
        if lock is not None and lock.is_quiet:
            for wait in lock.waits:
                wait.peek = wait.peek or (lambda: not lock.inner.locked())
                self._outside[wait] = None

    def _end_all(self, error: BaseException) -> None:
        self.error = error
        for wait in [wait for wait in self.waiting() if not wait.is_idle()]:
            wait.error = type(error)(*error.args)
            self._over(wait, Reason.TIME)

    def _fail(self, waits: list[Wait], error: BaseException) -> None:
        self.error = error
        for wait in waits:
            wait.error = type(error)(*error.args)
            self._grant(wait)

    def _close(self) -> None:
        self.closed = True
        for wait in self.waiting():
            wait.reason = wait.reason or Reason.EXIT
            self._grant(wait)
        self.everyone.clear()


def _has_ended(wait: Wait) -> bool:
    try:
        return wait.peek is not None and wait.peek()
    except (OSError, ValueError, RuntimeError):  # what it waits for was closed: the call itself says so
        return True


@dataclass(eq=False, repr=False, slots=True)
class _Move:
    """One movement of the clock."""

    signs: int  # of life, before it
    first: Wait | None  # the wait that ends first; None: all wait without a deadline
    counted: bool  # for the horizon
    next_us: int | None = None  # the deadline after that
    moved: bool = True
    error: BaseException | None = None
