"""Which threads take part in virtual time, and their one way to wait."""

from __future__ import annotations

import asyncio
import threading
from _thread import get_ident
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from fakestt.intercept.waiting.hands import ClientNeverStopped, Hands
from fakestt.intercept.waiting.turns import Turns
from fakestt.intercept.waiting.waits import Participant, Reason, Wait
from fakestt.intercept.waiting.watch import Verdict, Watch

__all__ = ["Waiting"]

# How often, in real seconds, a wait for the world outside looks whether that has ended it.
_FIRST_LOOK_S, _LAST_LOOK_S = 0.0005, 0.02
_FEW = 20


class Waiting:
    """All that take part: the thread that enters, and the threads and jobs that they start.

    Args:
        patience_s: how long, in real seconds, one may run without a sign of life while others wait. None: for ever.
    """

    def __init__(self, hands: Hands, *, patience_s: float | None) -> None:
        self.hands = hands
        self.turns: Turns = Turns(hands)
        self.patience_s: float = patience_s if patience_s is not None else float("inf")
        self._watch = Watch(patience_s)
        self._participants: dict[int, Participant] = {}  # those that have a thread, by its ident
        self._numbers = 0

    # Who takes part

    def reader(self) -> Participant | None:
        """The participant that runs in this thread. What is due has one of its own while it runs here."""
        return self._participants.get(get_ident()) or (self.turns.mover if self.turns.moves_here() else None)

    def waiter(self) -> Participant | None:
        """The participant whose waits in this thread are virtual now.

        None as well in a signal handler that interrupts a wait, and in what a due change calls while the clock moves.
        """
        who = self._participants.get(get_ident())
        return None if who is None or who.wait is not None or who.aside else who

    def has_another_deadline(self) -> bool:
        """Whether another task of this one's loop has a deadline, or a thread that waits and asks for nothing."""
        if self.turns.other_deadline_us() is not None:
            return True
        loop: Any = asyncio._get_running_loop()  # Any: what is asked is private
        return any(not handle.cancelled() for handle in getattr(loop, "_scheduled", ()))

    def may_wake(self) -> bool:
        """Whether who asks takes part, or is called by what is due."""
        return self.waiter() is not None or self.turns.moves_here()

    def takes_part(self, ident: int) -> bool:
        """Whether the thread of this ident does."""
        return ident in self._participants

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

    def enter(self, name: str) -> None:
        """This thread takes part from now on, and runs."""
        who = self.new(name)
        who.ident = get_ident()
        self._participants[who.ident] = who
        self.turns.join(who)

    def new(self, name: str, *, is_job: bool = False) -> Participant:
        """One that is to take part."""
        self._numbers += 1
        return Participant(self._numbers, name, is_job=is_job)

    def born(self, who: Participant) -> None:
        """The thread or job of a new participant is on its way. It gets its turn when those before it wait."""
        if not self.turns.closed:
            who.first = who.wait = Wait(who, "its first turn")
        self.turns.join(who)

    def arrive(self, who: Participant) -> None:
        """The thread of a new participant is there; return when it is its turn."""
        if self.turns.closed:
            return
        if who not in self.turns.everyone:
            # An exception came while it was started, but it was: it takes part all the same.
            who.joiners, who.first, who.wait = [], None, None
            self.turns.join(who)
        who.ident = get_ident()
        self._participants[who.ident] = who
        if who.first is not None:
            self._block(who.first)

    def leave(self, who: Participant) -> None:
        """It takes part no more, whether it ever ran or not. To leave twice is as good as once."""
        if who.ident and self._participants.get(who.ident) is who:
            del self._participants[who.ident]
        self.turns.leave(who)

    def adopt(self, ident: int, name: str, wake: Callable[[], object] | None = None) -> Participant | None:
        """A thread from before is woken by one that takes part, and does so as well from now on.

        Args:
            wake: wakes it really; called when its turn has come. None: it runs already.

        Returns:
            None if it takes part already.
        """
        if self.turns.closed or ident in self._participants:
            return None
        who = self.new(name)
        who.ident, who.adopted = ident, True
        self._participants[ident] = who
        if wake is not None:
            who.wait = Wait(who, "its first turn")
            who.wait.wake, who.wait.at_gate = wake, False
        self.turns.join(who)
        return who

    def will_be_woken(self, ident: int) -> bool:
        """Whether the thread of this ident is woken as soon as its turn has come."""
        who = self._participants.get(ident)
        wait = None if who is None else who.wait
        return wait is not None and not wait.at_gate

    def come_early(self) -> None:
        """A thread from before may be awake before its turn has come: return when it has."""
        who = self._participants.get(get_ident())
        wait = None if who is None else who.wait
        if wait is not None and not wait.at_gate:
            wait.at_gate, wait.wake = True, None
            self._block(wait)

    def left(self) -> list[str]:
        """Which threads wait for an instant, in words: time ends without them.

        Those that may stay for good don't count: daemons, and threads from before that wait for their next work.
        """
        waits = [wait for wait in self.turns.waiting() if wait.until_us is not None]
        return [f"{wait.who.name} was in {wait.what}" for wait in waits if not _may_stay(wait)]

    def left_in_time_outs(self) -> list[int]:
        """The threads, by their idents, that wait with a time-out."""
        waits = self.turns.waiting()
        return [wait.who.ident for wait in waits if wait.until_us is not None and wait.lock is not None]

    def forget(self) -> None:
        """This is a child process: none of the threads that take part is here."""
        self._participants.clear()

    def close(self) -> None:
        """Virtual time is over."""
        self._participants.clear()
        self.turns.close()

    # Waits

    def wait(self, wait: Wait) -> Reason:
        """Wait, and return why the wait is over. If it was for a lock, EVENT means that the caller has the lock.

        Raises:
            ClientNeverStopped: beyond the horizon.
            Exception: a mistake of the test's author, such as a thread that never ends; or one in what was due.
        """
        __tracebackhide__ = True  # pytest then shows where the client waited
        try:
            self.turns.begin(wait)
            self._block(wait)
        except BaseException:
            self.turns.abandon(wait)
            raise
        if wait.error is not None:
            if wait.who.number == 1:
                self.turns.error = None
            raise wait.error
        assert wait.reason is not None
        return wait.reason

    def timed(self, who: Participant, what: str, timeout_s: float | None, **options: Any) -> Wait:
        """A new wait with a time-out, or with none (None). The options are those of Wait."""
        if timeout_s is None:
            return Wait(who, what, **options)
        return Wait(who, f"{what} ({timeout_s:g} s)", until_us=self.hands.until(timeout_s), **options)

    def wait_s(self, wait: Wait) -> float | None:
        """Wait, and return how long to wait really afterwards: 0, unless virtual time is over (None: for ever)."""
        __tracebackhide__ = True
        return self.hands.rest_s(wait.until_us) if self.wait(wait) is Reason.EXIT else 0

    def end(self, wait: Wait) -> None:
        """What a wait was for has happened."""
        self.turns.over(wait)

    def wait_in_callback(self, what: str, seconds: float | None) -> None:
        """Move the clock on, for a wait in what is due: nobody who takes part runs meanwhile.

        Args:
            seconds: None if it has no time-out.

        Raises:
            Exception: it would never end.
        """
        __tracebackhide__ = True
        if seconds is None:
            raise self.hands.mistake(
                f"{what} in a callback of at() or on_change() would never end: all others stand still until the "
                "callback is over. In it, sleep, or wait with a time-out; to wait for others, start a thread there."
            )
        self.hands.move_by(seconds)

    def note_request(self) -> None:
        """As `Hands.note_request`, in the client's thread."""
        __tracebackhide__ = True
        self.turns.signs += 1
        who = self._participants.get(get_ident())
        if who is not None:
            who.asked_in = self.hands.row
        try:
            self.hands.note_request()
        except ClientNeverStopped as error:
            self.remember(error)
            raise

    def remember(self, error: BaseException) -> None:
        """Keep an error that this thread gets, unless it is the one that entered: nobody else may see it."""
        who = self.reader()
        if who is None or who.number != 1:
            self.turns.error = error

    def _block(self, wait: Wait) -> None:
        """Return when it has the turn."""
        __tracebackhide__ = True
        # Many look seldom each: together they look often enough.
        crowd = max(1.0, len(self.turns.everyone) / _FEW)
        look_s = self._watch.every_s * crowd if wait.peek is None else _FIRST_LOOK_S
        while not wait.granted:
            if not wait.who.gate.acquire(True, look_s):
                if wait.peek is not None:
                    look_s = min(2 * look_s, _LAST_LOOK_S)
                    self.turns.pump()
                self._look()

    def _look(self) -> None:
        """Is the one that runs still alive, and is there one? Asked now and then by those who wait."""
        if not self._watch.is_due():
            return
        turns = self.turns
        sign = (turns.signs, self.hands.reads)
        waits = turns.waiting()
        running = turns.running()
        verdict = self._watch.look(running, sign, waits)
        if verdict is Verdict.GO_ON:
            turns.go_on_without(running[0])
        elif verdict is Verdict.TURN:
            turns.rescue()
        elif verdict is not None:
            # One that takes no part may have begun something meanwhile: that comes first.
            turns.pump()
            held_up = [wait for wait in waits if not wait.is_idle()]
            first = [wait for wait in held_up if running and wait.who.number == 1]
            if held_up and sign == (turns.signs, self.hands.reads):
                turns.fail(first or held_up, self.hands.mistake(verdict))


def _may_stay(wait: Wait) -> bool:
    thread = threading._active.get(wait.who.ident)  # type: ignore[attr-defined]  # in no stub
    waits_for_work = wait.lock is not None or wait.peek is not None
    return thread is None or thread.daemon or (wait.who.adopted and waits_for_work)
