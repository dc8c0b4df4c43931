"""Who waits for what, and when the clock moves: at once, as soon as nobody who takes part runs any more.

Those who take part are the thread that enters and the threads and jobs that they start. One of them runs at a time; the
others wait, for an instant, for each other, or for their turn. When the one that runs begins to wait as well, whoever
has been woken meanwhile gets the turn, in the order of waking. When there is nobody, the clock moves to the earliest of
all deadlines and of the next due change. So the order of events depends on the program alone, never on the machine.
"""

from __future__ import annotations

import threading
from _thread import get_ident
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from fakestt.errors import ClockError
from fakestt.intercept.waiting.hands import ClientNeverStopped, Hands
from fakestt.intercept.waiting.participants import Participant, Reason, Wait, is_idle, order
from fakestt.intercept.waiting.stuck import Watchdog
from fakestt.intercept.waiting.turns import Turns

__all__ = ["Waiting"]


class Waiting(Turns):
    """All participants, and their ways to wait.

    Args:
        stuck_after_s: how long, in real seconds, one may run without a sign of life while others wait. None: for ever.
    """

    def __init__(self, hands: Hands, *, stuck_after_s: float | None) -> None:
        super().__init__(hands)
        self._watchdog = Watchdog(stuck_after_s)
        self._participants: dict[int, Participant] = {}  # those that have a thread, by its ident
        self._numbers = 0

    # Who takes part

    def reader(self) -> Participant | None:
        """The participant that runs in this thread, or what is due when that moves the clock."""
        return self._participants.get(get_ident()) or (self._mover if self.moves_here() else None)

    def note_request(self) -> None:
        """The client has made a request.

        Raises:
            ClientNeverStopped: too many without any waiting.
        """
        __tracebackhide__ = True
        self._signs += 1
        try:
            self.hands.note_request()
        except ClientNeverStopped as error:
            who = self.reader()
            if who is None or who.number != 1:
                self.error = error
            raise

    def waiter(self) -> Participant | None:
        """The participant whose waits in this thread are virtual now.

        None as well in a signal handler that interrupts a wait, and in what a due change calls while the clock moves.
        """
        who = self._participants.get(get_ident())
        return None if who is None or who.wait is not None or who.aside else who

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Inside, the waits of this thread are real and it counts as running."""
        who = self._participants.get(get_ident())
        if who is None:
            yield
            return
        who.aside += 1
        try:
            yield
        finally:
            who.aside -= 1

    def enter(self, name: str) -> Participant:
        """This thread takes part from now on, and runs."""
        with self._afterwards, self._lock:
            who = self._new(name)
            who.ident = get_ident()
            self._participants[who.ident] = who
        return who

    def wait_in_callback(self, what: str, seconds: float | None) -> None:
        """Move the clock on, for a wait in what is due: nobody who takes part runs meanwhile.

        Args:
            seconds: None if it has no time-out.

        Raises:
            ClockError: it would never end.
        """
        __tracebackhide__ = True
        if seconds is None:
            raise ClockError(
                f"{what} in a callback of at() or on_change() would never end: all others stand still until the "
                "callback is over. In it, sleep, or wait with a time-out; to wait for others, start a thread there."
            )
        self.hands.move_by(seconds)

    def born(self, name: str, *, is_job: bool = False) -> Participant:
        """A new thread or job takes part. It gets its turn when those before it wait."""
        with self._afterwards, self._lock:
            who = self._new(name, is_job=is_job)
            if not self._closed:
                who.first = who.wait = Wait(who, "its first turn")
                self._waits.append(who.wait)
                self._over(who.wait, Reason.EVENT)
        return who

    def adopt(self, ident: int, name: str, wake: Callable[[], object] | None = None) -> Participant | None:
        """A thread from before is woken by one that takes part, and does so as well from now on.

        Args:
            wake: wakes it really; called when its turn has come. None: it runs already.

        Returns:
            None if it takes part already.
        """
        with self._afterwards, self._lock:
            if self._closed or ident in self._participants:
                return None
            who = self._new(name)
            who.ident, who.adopted = ident, True
            self._participants[ident] = who
            if wake is not None:
                who.wait = wait = Wait(who, "its first turn")
                wait.wake, wait.at_gate = wake, False
                self._waits.append(wait)
                self._over(wait, Reason.EVENT)
        return who

    def will_be_woken(self, ident: int) -> bool:
        """Whether the thread of this ident is woken as soon as its turn has come."""
        who = self._participants.get(ident)
        wait = None if who is None else who.wait
        return wait is not None and not wait.at_gate

    def come_early(self) -> None:
        """One that is to be woken when its turn has come may be awake already: return when it is its turn."""
        with self._afterwards, self._lock:
            who = self._participants.get(get_ident())
            wait = None if who is None else who.wait
            if wait is None or wait.at_gate:
                return
            wait.at_gate, wait.wake = True, None
        self._turn(wait)

    def takes_part(self, ident: int) -> bool:
        """Whether the thread of this ident does."""
        return ident in self._participants

    def arrive(self, who: Participant) -> None:
        """The thread of a new participant is there; return when it is its turn."""
        with self._afterwards, self._lock:
            if who.joiners is None:
                return
            who.ident = get_ident()
            self._participants[who.ident] = who
        if who.first is not None:
            self._block(who.first)

    def leave(self, who: Participant) -> None:
        """It takes part no more, whether it ever ran or not. To leave twice is as good as once."""
        with self._afterwards, self._lock:
            joiners, who.joiners = who.joiners, None
            if joiners is None:
                return
            self._all.discard(who)
            if who.ident and self._participants.get(who.ident) is who:
                del self._participants[who.ident]
            if self._closed:
                return
            if who.wait is not None:
                self._forget(who.wait)
            for wait in joiners:
                self._over(wait, Reason.EVENT)
        self.pump()

    def join(self, wait: Wait, other: Participant) -> Reason:
        """Wait until another has left."""
        __tracebackhide__ = True
        try:
            with self._afterwards, self._lock:
                if other.joiners is None:
                    return Reason.EVENT
                other.joiners.append(wait)
                self._begin(wait)
            return self._turn(wait)
        except BaseException:
            self.abandon(wait)
            raise

    # Waits

    def wait(self, wait: Wait) -> Reason:
        """Wait for an instant.

        Raises:
            ClientNeverStopped: beyond the horizon.
        """
        __tracebackhide__ = True
        try:
            with self._afterwards, self._lock:
                self._begin(wait)
            return self._turn(wait)
        except BaseException:
            self.abandon(wait)
            raise

    def wait_for_lock(self, wait: Wait, lock: Any) -> Reason:
        """Wait for a lock, which is the caller's if the reason is EVENT."""
        __tracebackhide__ = True
        wait.lock = lock
        try:
            with self._afterwards, self._lock:
                lock.waits.append(wait)
                # Tried after the wait can be seen: who lets go of it from now on will find the wait.
                if lock.inner.acquire(False):
                    lock.waits.remove(wait)
                    return Reason.EVENT
                self._begin(wait)
            return self._turn(wait)
        except BaseException:
            self.abandon(wait)
            raise

    def end(self, wait: Wait) -> None:
        """What a wait was for has happened."""
        with self._afterwards, self._lock:
            self._over(wait, Reason.EVENT)

    def begin(self, wait: Wait) -> None:
        """Begin a wait of one that may block elsewhere. Then come `pump`, `blocks_elsewhere` and `resume`."""
        with self._afterwards, self._lock:
            self._begin(wait)

    def blocks_elsewhere(self, wait: Wait, wake: Callable[[], object]) -> bool:
        """Whether it has to. Then `wake` is called when its turn has come, under our lock."""
        with self._afterwards, self._lock:
            if wait.who.wait is not wait:
                return False
            wait.wake = wake
            return True

    def release_hold(self, wait: Wait) -> None:
        """The answer from outside is there, or is not waited for any longer."""
        with self._afterwards, self._lock:
            wait.holding = False
        self.pump()

    def resume(self, wait: Wait) -> None:
        """One that blocks elsewhere was woken, by us or by the world outside: return when it is its turn."""
        __tracebackhide__ = True
        with self._afterwards, self._lock:
            wait.wake = None
            self._over(wait, Reason.EVENT)
        self._block(wait)

    def abandon(self, wait: Wait) -> None:
        """An exception has ended a wait from inside the thread, wherever that was. It runs on, at once."""
        with self._afterwards, self._lock:
            self._forget(wait)
            wait.granted = True
            lock, wait.lock = wait.lock, None
            if lock is not None and wait.reason is Reason.EVENT:
                # It was given to this one, who does not know.
                lock.inner.release()
                self._freed.append(lock)
            self._repair()

    def look(self) -> None:
        """Called now and then by those who wait: is the one that runs still alive, and is there one?"""
        with self._afterwards, self._lock:
            held_up = [wait for wait in self._waits if not is_idle(wait)]
            running = sorted((who for who in self._all if who.wait is None), key=lambda who: who.number)
            self._repair()
            if self._mover.ident and not running:
                running = [self._mover]
            if not held_up:
                running = []
            sign = (self._signs, self.hands.reads)
            text = self._watchdog.verdict(running, sign, [wait.who.name for wait in held_up])
            if text is not None:
                self.error = ClockError(text)
                for wait in sorted(held_up, key=order):
                    wait.error = ClockError(text)
                    # Not in turn: the one that has it does not give it back.
                    self._grant(wait)
                return
            text = self._watchdog.deadlock(sign, self._asleep())
        if text is None:
            return
        # One that takes no part may have begun something meanwhile: that comes first.
        self.pump()
        with self._afterwards, self._lock:
            if sign == (self._signs, self.hands.reads):
                self._end_all(ClockError(text))

    def left(self) -> list[str]:
        """Which threads wait for an instant, in words: time ends without them.

        Those that may stay for good don't count: daemons, and older ones that wait for their next work.
        """
        with self._afterwards, self._lock:
            waits = [wait for wait in sorted(self._waits, key=order) if wait.until_us is not None]
            return [f"{wait.who.name} was in {wait.what}" for wait in waits if not _may_stay(wait)]

    def is_awaited(self) -> bool:
        """Whether somebody was woken and has not had the turn yet."""
        return bool(self._ready)

    def left_in_time_outs(self) -> list[int]:
        """The threads, by their idents, that wait with a time-out."""
        with self._afterwards, self._lock:
            return [wait.who.ident for wait in self._waits if wait.until_us is not None and wait.lock is not None]

    def every_s(self) -> float:
        """How often to look, in real seconds; -1 for never."""
        return self._watchdog.every_s

    def close(self) -> None:
        """Virtual time is over. Whoever waits is woken, and waits for the rest really."""
        with self._afterwards, self._lock:
            self._closed = True
            self._participants.clear()
            self._all.clear()
            for wait in sorted(self._waits, key=order):
                if wait.reason is None:
                    wait.reason = Reason.EXIT
                self._grant(wait)
            self._ready.clear()

    def _turn(self, wait: Wait) -> Reason:
        """Let others have theirs, and return when it is this one's again."""
        __tracebackhide__ = True
        self.pump()
        self._block(wait)
        assert wait.reason is not None
        return wait.reason

    def _block(self, wait: Wait) -> None:
        __tracebackhide__ = True  # in pytest's reports, as those above: what it shows is where the client waited
        every_s = self._watchdog.every_s
        try:
            while not wait.granted:
                if not wait.who.gate.acquire(True, every_s):
                    self.look()
        except BaseException:
            self.abandon(wait)
            raise
        if wait.error is not None:
            if wait.who.number == 1:
                self.error = None
            raise wait.error

    def _new(self, name: str, *, is_job: bool = False) -> Participant:
        self._numbers += 1
        who = Participant(self._numbers, name, is_job=is_job)
        self._all.add(who)
        return who


def _may_stay(wait: Wait) -> bool:
    thread = threading._active.get(wait.who.ident)  # type: ignore[attr-defined]  # in no stub
    waits_for_work = wait.lock is not None or wait.peek is not None
    return thread is None or thread.daemon or (wait.who.adopted and waits_for_work)
