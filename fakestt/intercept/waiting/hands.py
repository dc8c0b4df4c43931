"""The hands of the clock: where they stand, how far they may go, and what keeps a client from going on for ever.

Instants, as everywhere in virtual time, are whole microseconds since the entry (`_us`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from fakestt.intercept.waiting.waits import Wait

__all__ = ["ClientNeverStopped", "FakesClock", "Hands"]


_MOST_CREEP_NS = 990.0
_COARSE_NS = 130.0  # twice the step of a float that counts the seconds of ten years
_PATIENT_READS = 100
_LONGER = 10  # a stretched wait lasts up to this part of all that the client has waited


class FakesClock(Protocol):
    """The clock that the fakes of a test share."""

    def now_s(self) -> float:
        """The instant in seconds since the epoch."""

    def next_due_s(self) -> float | None:
        """The instant of the earliest due change of all fakes, or None."""

    def advance_to(self, at_s: float) -> None:
        """Move the clock. What is due by then happens, each change at its own instant."""

    def forget_reads(self) -> None:
        """Another test begins: equal reads are counted anew."""


class ClientNeverStopped(BaseException):
    """The client waits, asks or reads the time without end.

    No `Exception`: a client that never stops is often one that catches every Exception and goes on.
    """

    __module__ = "fakestt"


class Hands:
    """The hands of the fakes' clock.

    Args:
        jumps: each wait of the client lasts until the next due change (the policy `next_event`).
        horizon_s: how long clients may wait altogether.
        requests: how many may be made while the clock stands; reads of the time may be a hundred times as many.
        describe: what the client was doing, for the message when it never stops.
        mistake: makes the error for what the test's author did wrong.
    """

    def __init__(
        self,
        clock: FakesClock,
        *,
        jumps: bool,
        horizon_s: float,
        requests: int,
        describe: Callable[[], str],
        mistake: Callable[[str], Exception],
    ) -> None:
        self._clock = clock
        self._jumps = jumps
        self._horizon_us = round(horizon_s * 1e6)
        self._most_requests = requests
        self._describe = describe
        self.mistake = mistake
        self._requests = 0
        self._waited_us = 0
        self._origin_us = round(clock.now_s() * 1e6)
        self.latest_us: int = 0  # the latest instant that was seen
        self._creep_ns = 0.0
        self.reads: int = 0  # since the clock moved
        self.looked: str = ""  # where the client has last looked at a clock since its equal reads began
        self._stretched = ""  # why waits last longer than asked
        self._stretched_from_us = 0
        self.row: int = 0  # of equal reads, counted

    # Reading

    def now_us(self) -> int:
        """The present instant. Never less than before, also when a fake was put back to an earlier one."""
        return self._look()[0]

    def _look(self) -> tuple[int, int]:
        """The present instant, and the same since the epoch."""
        wall_us = round(self._clock.now_s() * 1e6)
        now_us = wall_us - self._origin_us
        if now_us < self.latest_us:
            self._origin_us = wall_us - self.latest_us
            now_us = self.latest_us
        self.latest_us = now_us
        return now_us, wall_us

    def wall_ns(self) -> int:
        """The same in nanoseconds since the epoch."""
        return round(self._clock.now_s() * 1e6) * 1000

    def until(self, seconds: float) -> int:
        """The instant so many seconds from now. What is not nothing is at least a microsecond, or loops spin."""
        return self.now_us() + (max(1, round(seconds * 1e6)) if seconds > 0 else 0)

    def rest_s(self, until_us: int | None) -> float | None:
        """How many seconds it is to an instant; 0 when it has passed, None if there is none."""
        return None if until_us is None else max(0, until_us - self.now_us()) / 1e6

    # A time-out may be over but for a rounding error. Queue, Semaphore and others would wait for the rest of it, and be
    # a microsecond late. So when they look at the clock once more, it is ahead by that rest, this once.

    def absorbs(self, seconds: float) -> bool:
        """Whether a time-out is so short that it is over now."""
        if seconds * 1e9 >= _MOST_CREEP_NS:
            return False
        self._creep_ns = seconds * 1e9 + _COARSE_NS
        return True

    def creep_us(self) -> float:
        """How far ahead the clock is for a thread that looks at it for its time-out."""
        creep_ns, self._creep_ns = self._creep_ns, 0.0
        if self.reads > _PATIENT_READS:
            # A loop may go on while exactly nothing is left, and end when it is less.
            creep_ns += min(self.reads - _PATIENT_READS, _MOST_CREEP_NS)
        return creep_ns / 1000

    # What goes on without end

    def note_read(self) -> None:
        """The time was read.

        Raises:
            ClientNeverStopped: a loop that reads the time and never waits.
        """
        __tracebackhide__ = True
        self.reads += 1
        if self.reads > 100 * self._most_requests:
            count, self.reads = self.reads - 1, 0
            said = f"The time was read {count} times without any waiting between."
            raise ClientNeverStopped(self._never(said, "Let the client sleep in its loop, or use time='real'."))

    def note_request(self) -> None:
        """The client has made a request.

        Raises:
            ClientNeverStopped: too many without any waiting.
        """
        __tracebackhide__ = True
        self._requests += 1
        if self._requests > self._most_requests:
            count, self._requests = self._requests - 1, 0
            said = f"{count} requests were made without any waiting between."
            remedy = "Let the client sleep between two, or use time='per_request:1s' when its waiting can't be seen."
            raise ClientNeverStopped(self._never(said, remedy))

    def reads_began_anew(self) -> None:
        """Something may change again: the client's looks at clocks so far say nothing of what comes."""
        self.row += 1
        self.looked = self._stretched = ""
        self._stretched_from_us = self.latest_us

    @property
    def is_stretched(self) -> bool:
        """Whether waits last longer than asked."""
        return bool(self._stretched)

    def stretch(self, why: str) -> None:
        """From now on waits last up to a tenth of what the client has waited since its equal reads began.

        Args:
            why: said where the horizon ends them.
        """
        self._stretched = why

    def forget_counts(self) -> None:
        """Begin to count anew: what goes on without end does so within one test."""
        self._requests = self.reads = 0
        self._waited_us = 0
        self._clock.forget_reads()

    def _never(self, text: str, remedy: str) -> str:
        return " ".join(part for part in (text, self._describe(), remedy) if part)

    # Moving

    def move(self, first: Wait | None, *, counted: bool, next_us: int | None = None) -> bool:
        """Move the clock to the next due change or to the end of `first`, whichever is earlier.

        Args:
            first: the wait that ends first; None: all wait without a deadline.
            counted: whether the time that passes counts for the horizon.
            next_us: the deadline of one that does not poll, or None. A stretched wait does not go beyond it.

        Returns:
            False when there is nothing to move it to.

        Raises:
            ClientNeverStopped: beyond the horizon.
            Exception: `next_event`, and nothing is due.
        """
        now_us, wall_us = self._look()
        due_us = self._due_us(now_us - wall_us)
        if due_us is not None and due_us <= now_us:
            self._clock.advance_to(wall_us / 1e6)
            due_us = self._due_us(now_us - wall_us)
            if due_us is not None and due_us <= now_us:
                due_us = None  # it does not happen; to wait for it would be for ever
        if self._jumps and first is not None and not first.exact and (first.until_us or 0) > now_us:
            self._prolong(first, due_us)
        until_us = None if first is None else first.until_us
        if self._stretched and counted and due_us is None and until_us is not None and until_us > now_us:
            longest_us = now_us + (now_us - self._stretched_from_us) // _LONGER
            until_us = max(until_us, longest_us if next_us is None else min(longest_us, next_us))
        targets = [at_us for at_us in (due_us, until_us) if at_us is not None]
        if not targets:
            return False
        step_us = max(0, min(targets) - now_us)
        if counted:
            self._count(step_us, first)
        if step_us:
            self._go_to(wall_us + step_us)
            self.latest_us = max(self.latest_us, now_us + step_us)
        return True

    def move_by(self, seconds: float) -> None:
        """Move the clock on, for one who sleeps in what is called while it moves.

        Raises:
            ClientNeverStopped: beyond the horizon.
        """
        now_us, wall_us = self._look()
        step_us = self.until(seconds) - now_us
        if step_us:
            self._count(step_us, None)
            self._go_to(wall_us + step_us)

    def _go_to(self, wall_us: int) -> None:
        self._requests = self.reads = 0
        self._creep_ns = 0.0
        self._clock.advance_to(wall_us / 1e6)

    def _due_us(self, shift_us: int) -> int | None:
        due_s = self._clock.next_due_s()
        return None if due_s is None else round(due_s * 1e6) + shift_us

    def _prolong(self, first: Wait, due_us: int | None) -> None:
        """Or shorten it: under `next_event` each wait lasts until something happens."""
        if due_us is None:
            raise self.mistake(
                f"{first.what} in {first.who.name} under time='next_event': nothing is due that it could jump to. "
                "Start what is waited for first, or use time='on_sleep', where a wait takes as long as it says."
            )
        first.until_us = due_us

    def _count(self, step_us: int, first: Wait | None) -> None:
        self._waited_us += step_us
        if self._waited_us <= self._horizon_us:
            return
        waiting = "" if first is None else f" It was in {first.what}, in {first.who.name}."
        said = f"The client has waited for {_spoken(self._horizon_us)} of virtual time and would go on.{waiting}"
        if self._stretched:
            raise ClientNeverStopped(f"{said} {self._stretched}")
        raise ClientNeverStopped(self._never(said, "If it may take longer than that, give a longer horizon=."))


def _spoken(us: int) -> str:
    for unit, seconds in (("day", 86_400), ("hour", 3600), ("minute", 60)):
        count = us / 1e6 / seconds
        if count >= 1:
            return f"{count:g} {unit}{'' if count == 1 else 's'}"
    return f"{us / 1e6:g} s"
