"""The time of all fakes of a test: one clock, and the only code that moves it."""

from __future__ import annotations

from datetime import datetime
from types import TracebackType
from typing import TYPE_CHECKING

from fakestt.core.clock import LATEST_AT_S, VirtualClock, check_instant, iso
from fakestt.durations import Duration, seconds
from fakestt.errors import ClockError, ConfigurationError
from fakestt.journal.journal import Journal
from fakestt.journal.polling import last_doings
from fakestt.journal.record import Exchange
from fakestt.service import Service
from fakestt.timing.equal_reads import MOST_EQUAL_READS, EqualReads
from fakestt.timing.moments import Moments
from fakestt.timing.policies import FollowingClock, clock_of, read_policy

if TYPE_CHECKING:
    from fakestt.intercept.client_time import VirtualTime

__all__ = ["SharedTime"]


class SharedTime:
    """Holds the clock of all fakes of a test, and alone moves it.

    Args:
        policy: one of POLICIES; the numbers in them may be others.
        start: the instant at which the clock starts: ISO 8601, a datetime or seconds since the epoch. The default is
            the real now, cut to the second.
        horizon: how long clients may wait altogether.
        patience: how long, in real time, a thread may run or wait for the world outside while others wait for it.
        equal_reads: so many in a row, while nothing can change, are a client's that never stops.

    Raises:
        ConfigurationError: an argument means nothing.
    """

    def __init__(
        self,
        policy: str = "manual",
        start: str | float | datetime | None = None,
        horizon: Duration | None = None,
        patience: Duration | None = None,
        equal_reads: int | None = None,
    ) -> None:
        self._policy = read_policy(policy)
        self.clock: VirtualClock = clock_of(self._policy, start)
        self.started_now: bool = start is None and not self.is_tests_own
        self._services: list[Service] = []
        self.moments: Moments = Moments()
        self._entered = 0
        self._has_begun = False
        self._virtual: VirtualTime | None = None
        self._reads: EqualReads | None = None
        horizon_s = _positive_s(horizon, "horizon", "7d")
        patience_s = _positive_s(patience, "patience", "10s")
        equal_reads = MOST_EQUAL_READS if equal_reads is None else equal_reads
        if not isinstance(equal_reads, int) or equal_reads < 2:  # so is a bool
            raise ConfigurationError(
                f"equal_reads={equal_reads!r}: give how many equal reads in a row a client may make, 2 or more."
            )
        if self._policy.waits:
            # Imported only here, because it imports asyncio. A standalone server and a manual clock do without.
            from fakestt.intercept.client_time import virtual_time

            jumps = self._policy.name == "next_event"
            self._virtual = virtual_time(
                self, jumps=jumps, horizon_s=horizon_s, patience_s=patience_s, describe=self._doings
            )
            if not jumps:  # there a wait while nothing is due is an error already
                self._reads = EqualReads(equal_reads, self._services, self.moments, self._virtual, self._polling)

    def __repr__(self) -> str:
        return f"<time {self._policy.name!r}, {iso(self.now_s())}>"

    def add(self, service: Service) -> None:
        """Give this clock to one more service."""
        self._services.append(service)

    # What it is

    @property
    def policy(self) -> str:
        """The policy's name, as it was given."""
        return self._policy.name

    @property
    def goes_by_itself(self) -> bool:
        """Whether the time moves without the fake."""
        return self._policy.itself

    @property
    def is_tests_own(self) -> bool:
        """Whether the time is the one that the test has set itself."""
        return isinstance(self.clock, FollowingClock)

    @property
    def shows_waits(self) -> bool:
        """Whether it moves by as much as a client waits, as a client's own clock does."""
        return self._policy.waits or (self._policy.itself and not self.is_tests_own)

    @property
    def rate(self) -> float:
        """How many of its seconds pass in one of the client's."""
        return self._policy.rate

    def now_s(self) -> float:
        """Seconds since the epoch. Time goes back only by `set`, or before the first fake was used.

        Nobody tells the fake that a test has frozen or moved its time. The fake learns of it here, so this look may
        change something; a second look changes nothing more.
        """
        if not self._has_begun:
            self._begin()
        return self.clock.now_s()

    def next_due_s(self) -> float | None:
        """The instant of the next due change in any of the fakes, or of the test's next moment."""
        instants = [self.moments.first_s(), *[service.next_due_s() for service in self._services]]
        return min((at_s for at_s in instants if at_s is not None), default=None)

    def _begin(self) -> None:
        """Start where the test has set its time since the fakes were made, unless something was made in one of them."""
        self._has_begun = any(service.world.ids_given for service in self._services)
        if self._has_begun or not self.clock.begin():
            return
        self.started_now = False
        at_s = self.clock.now_s()
        for service in self._services:
            # All services: the clock that they share may have gone back.
            service.world.now_s = service.world.started_at_s = at_s

    # Moving

    def advance(self, step_s: float, call: str) -> None:
        """Move on, as the test's author says.

        Raises:
            ClockError: the fake does not move this time, or it would be too late for a date.
            Exception: raised by one of the author's callbacks on the way.
        """
        if self._policy.itself:
            remedy = "Move that (freezer.tick)" if self.is_tests_own else "Wait for it"
            whose = "follows the test's own time" if self.is_tests_own else "runs by itself"
            raise ClockError(f"{call}: this fake {whose}. {remedy}, or use time='manual'.")
        check_instant(self.now_s() + step_s, call)
        self.forget_reads()
        self._move(step_s, counted=False)
        problem = self.problem()
        if problem is not None:
            raise problem

    def wait(self, seconds_s: float) -> None:
        if self._policy.itself:
            self.clock.wait(seconds_s)
        else:
            self._move(seconds_s, counted=True)

    def waited(self, seconds_s: float) -> None:
        if not self._policy.itself:
            self.wait(seconds_s)

    def _move(self, step_s: float, *, counted: bool) -> None:
        if self._virtual is not None and self._entered:
            self._virtual.advance(step_s, counted=counted)
        else:
            self.advance_to(self.now_s() + step_s)

    def advance_to(self, at_s: float) -> None:
        """Move the clock to an instant. Changes and the test's moments on the way happen at their own instants.

        A change that is due at that very instant happens at the next look: it or a request comes first. If somebody
        watches changes, it does.
        """
        self._settle()
        at_s = min(at_s, LATEST_AT_S)  # where the clock stands still
        while True:
            stop_s = self._stop(at_s)
            if stop_s > self.now_s():
                self.clock.set(stop_s)
            if self.moments.come_by(stop_s):
                self._settle()
                self._act()
            if stop_s >= at_s:
                return

    def set(self, at_s: float) -> None:
        """Set the clock to a restored instant, for all who share it. A time that moves without the fake stays."""
        if not self._policy.itself:
            self.clock.set(at_s)
        self.moments.forget_changes()
        self.forget_reads()

    def _stop(self, at_s: float) -> float:
        """The first stop on the way to an instant: a moment, or a change that is watched."""
        first_s = self.next_due_s() if self.moments.watches else self.moments.first_s()
        return at_s if first_s is None else min(at_s, first_s)

    def _settle(self) -> None:
        # The lock is taken in a call. Python 3.11 gives no line to the jump behind a `with`, and pytest can't show a
        # time-out whose signal comes there.
        for service in self._services:
            service.settle()

    # Requests

    def arrived(self) -> None:
        if self._virtual is not None and self._entered:
            self._virtual.note_request()
            if self._reads is not None:
                self._reads.look(self.now_s)
        if self.moments and self.moments.come_by(self.now_s()):
            self._settle()
            self._act()

    def served(self, journal: Journal, exchange: Exchange) -> None:
        if self._reads is not None and self._entered:
            self._reads.note(journal, exchange)
        if self._policy.step_s:
            self.advance_to(self.now_s() + self._policy.step_s)
        else:
            self._act()
        if self._virtual is not None and self._entered:
            self._virtual.note_served()

    def forget_reads(self) -> None:
        """Count equal reads anew: the author has moved the time, or another test begins."""
        if self._reads is not None and self._entered:
            self._reads.begin_anew()

    # Errors of the author's callbacks

    def problem(self) -> BaseException | None:
        """The first error that no one has seen yet: raised by a callback, or by a thread whose wait was ended.

        Later errors are its notes. None if there is none.
        """
        problems = self.moments.take_problems()
        error = None if self._virtual is None else self._virtual.take_error()
        if error is not None:
            problems.append(error)
        if not problems:
            return None
        first, *others = problems
        for one in others:
            first.add_note(f"And {type(one).__name__}: {one}")
        return first

    def _act(self) -> None:
        if self.moments:
            self.moments.act(self.now_s)

    # The client's waiting

    def __enter__(self) -> SharedTime:
        if self._virtual is not None:
            if not self._entered:
                self._virtual.__enter__()
            self._entered += 1
            if self._entered == 1:
                self.forget_reads()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._virtual is not None:
            self._entered -= 1
        if self._entered:
            return
        problem = self.problem() if error is None else None  # before leaving, which forgets the error that ended waits
        if self._virtual is not None:
            self._virtual.__exit__(kind, error or problem, traceback)
        if problem is not None:
            raise problem

    def _doings(self) -> str:
        return " ".join([*self._asked(), self._going() or "Nothing is due."])

    def _polling(self) -> str:
        return " ".join(filter(None, [*self._asked(), self._going()]))

    def _asked(self) -> list[str]:
        return [last_doings(service.journal) for service in self._services if len(service.journal)]

    def _going(self) -> str:
        going = [text for service in self._services for text in _going(service)]
        return f"{'; '.join(going)}." if going else ""


def _positive_s(duration: Duration | None, name: str, default: str) -> float:
    duration_s = seconds(default if duration is None else duration, name)
    if duration_s <= 0:
        raise ConfigurationError(f"{name}={duration!r}: give a positive duration, such as {default!r}.")
    return duration_s


def _going(service: Service) -> list[str]:
    """The activities of a service, each with its end."""
    schedule = service.world.machine.schedule
    due = [(one, f"is due at {iso(at_s)}") for at_s, one in schedule.pending()]
    stalled = [(one, "stalls, as a script says") for one in schedule.stalled()]
    return [
        f"The {one.activity.value} of {one.address} {when}"
        for one, when in (*due, *stalled)
        if one.activity is not None
    ]
