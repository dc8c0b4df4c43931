"""The time that fakes share: one clock, what is due in all of them, and what the test does at certain instants."""

from __future__ import annotations

import heapq
from _thread import allocate_lock
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from types import TracebackType
from typing import TYPE_CHECKING, NamedTuple

from fakestt.core.clock import (
    Duration,
    FollowingClock,
    RunningClock,
    VirtualClock,
    at,
    client_now_s,
    iso,
    seconds,
)
from fakestt.core.lifecycle import Change
from fakestt.errors import ClockError, ConfigurationError, nearest
from fakestt.intercept.waiting.freezing import followed
from fakestt.intercept.waiting.real import REAL
from fakestt.journal.polling import last_doings
from fakestt.service import Service

if TYPE_CHECKING:
    from fakestt.intercept.client_time import VirtualTime

__all__ = ["POLICIES", "Moment", "SharedTime", "Watch", "is_set_by_test"]

POLICIES = ("on_sleep", "manual", "follow", "per_request:60s", "next_event", "real", "real:x600")

Callback = Callable[[], object]


@dataclass(frozen=True, slots=True)
class _Policy:
    """Who moves the clock."""

    name: str
    waits: bool = False  # the client's waiting does
    itself: bool = False  # it goes on without the fake
    step_s: float = 0.0  # each request does, by so much
    rate: float = 1.0


@dataclass(slots=True)
class Watch:
    """Somebody who wants to know of the changes of one model."""

    service: Service
    model_id: str
    callback: Callable[[Change], object]
    seen: int = field(init=False)

    def __post_init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        """A restored state has another history, of which nothing is news."""
        self.seen = len(self.service.world.machine.changes)

    def news(self) -> list[Change]:
        """What has changed since the last time."""
        changes = self.service.world.machine.changes
        new = changes[self.seen :]
        self.seen = len(changes)
        return [change for change in new if change.subject == self.model_id]


class Moment(NamedTuple):
    """What a test does at an instant; those of one instant in the order of their planning. `said` is the author's."""

    at_s: float
    number: int
    callback: Callback
    service: Service
    said: str
    optional: bool


class SharedTime:
    """The clock of all fakes of a test, and the only one who moves it.

    Args:
        policy: one of POLICIES, with other numbers as well.
        start: the instant at which it starts: ISO 8601, a datetime, seconds since the epoch. The real now, cut to the
            second, unless given.
        horizon: how long clients may wait altogether.

    Raises:
        ConfigurationError: one of these means nothing.
    """

    def __init__(
        self, policy: str = "manual", start: str | float | datetime | None = None, horizon: Duration = "7d"
    ) -> None:
        self._policy = _read(policy)
        self.clock = _clock(self._policy, start)
        self.started_now = start is None and not self.is_tests_own
        self._services: list[Service] = []
        self._moments: list[Moment] = []
        self._moments_planned = 0
        self._watches: list[Watch] = []
        self._problems: list[BaseException] = []
        # Not one of threading's: it is held for a moment only, and must not become a wait of virtual time.
        self._lock = allocate_lock()
        self._entered = 0
        self._has_begun = False
        self._virtual: VirtualTime | None = None
        horizon_s = seconds(horizon, "horizon")
        if horizon_s <= 0:
            raise ConfigurationError(f"horizon={horizon!r}: give a positive duration, such as '7d'.")
        if self._policy.waits:
            # Here, for it imports asyncio: a standalone server, and a manual clock, start without.
            from fakestt.intercept.client_time import virtual_time

            jumps = self._policy.name == "next_event"
            self._virtual = virtual_time(self, jumps=jumps, horizon_s=horizon_s, describe=self._doings)

    def __repr__(self) -> str:
        return f"<time {self._policy.name!r}, {iso(self.now_s())}>"

    def add(self, service: Service) -> None:
        """One more service has this clock."""
        self._services.append(service)

    # What it is

    @property
    def policy(self) -> str:
        """Its name, as it was given."""
        return self._policy.name

    @property
    def goes_by_itself(self) -> bool:
        """Whether it goes on, or is moved, without the fake."""
        return self._policy.itself

    @property
    def is_tests_own(self) -> bool:
        """Whether it is the time that the test has set itself."""
        return isinstance(self.clock, FollowingClock)

    @property
    def rate(self) -> float:
        """How many of its seconds pass in one of the client's."""
        return self._policy.rate

    def now_s(self) -> float:
        """Seconds since the epoch. Never less than before, but for `set`, and as long as no fake was used.

        That a test has frozen its time, or moved it, nobody tells us: each look is where we learn of it, and for that
        reason alone it may change something. To look twice is as good as once.
        """
        if not self._has_begun:
            self._begin()
        return self.clock.now_s()

    def next_due_s(self) -> float | None:
        """The instant of what happens next in any of the fakes, or of the test's next moment."""
        first_s = self._first_moment_s()
        due = [] if first_s is None else [first_s]
        for service in self._services:
            with service.app.lock:
                at_s = service.world.machine.schedule.next_due()
            if at_s is not None:
                due.append(at_s)
        return min(due, default=None)

    def _first_moment_s(self) -> float | None:
        # Not under the lock: a signal handler that moves the clock might wait for it in vain. A slice is a single step.
        return next((moment.at_s for moment in self._moments[:1]), None)

    def _begin(self) -> None:
        """Start where the test has set its time since the fakes were made, unless something was made in one of them."""
        self._has_begun = any(service.world.ids_given for service in self._services)
        if self._has_begun or not self.clock.begin():
            return
        self.started_now = False
        at_s = self.clock.now_s()
        for service in self._services:
            # All of them: the clock that they share may have gone back.
            service.world.now_s = service.world.started_at_s = at_s

    # Moving

    def advance(self, step_s: float, call: str) -> None:
        """Move on, as the test's author says.

        Raises:
            ClockError: it is not the fake's to move.
            Exception: what the author's own callbacks on the way have raised.
        """
        if self._policy.itself:
            remedy = "Move that (freezer.tick)" if self.is_tests_own else "Wait for it"
            whose = "follows the test's own time" if self.is_tests_own else "runs by itself"
            raise ClockError(f"{call}: this fake {whose}. {remedy}, or use time='manual'.")
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
        """Move the clock to an instant. Whatever happens on the way does so at its own, the test's moments included."""
        while True:
            stop_s = self._stop(at_s)
            now_s = self.now_s()
            if stop_s > now_s:
                self.clock.set(stop_s)
            self._settle()
            if self._moments or self._watches:
                self._act()
            if stop_s >= at_s:
                return

    def set(self, at_s: float) -> None:
        """Put the hands to a restored instant, for all that share them. A time that is not the fake's to move stays."""
        if not self._policy.itself:
            self.clock.set(at_s)
        for watch in self._watches:
            watch.forget()

    def _stop(self, at_s: float) -> float:
        """Where somebody looks first on the way to an instant."""
        first_s = self.next_due_s() if self._watches else self._first_moment_s()
        return at_s if first_s is None else min(at_s, first_s)

    def _settle(self) -> None:
        for service in self._services:
            with service.app.lock:
                service.world.settle()

    # Requests

    def arrived(self) -> None:
        if self._virtual is not None and self._entered:
            self._virtual.note_request()
        if self._moments or self._watches:
            self._settle()
            self._act()

    def served(self) -> None:
        if self._policy.step_s:
            self.advance_to(self.now_s() + self._policy.step_s)
        elif self._moments or self._watches:
            self._act()
        if self._virtual is not None and self._entered:
            self._virtual.note_served()

    # Moments

    def plan(self, at_s: float, callback: Callback, service: Service, said: str, *, optional: bool) -> None:
        """Call back at an instant; `service` is that of the fake that was asked, in these words."""
        with self._lock:
            heapq.heappush(self._moments, Moment(at_s, self._moments_planned, callback, service, said, optional))
            self._moments_planned += 1

    def missed(self, service: Service) -> list[Moment]:
        """The moments of this service that have not come, in order, but for those that need not."""
        return [one for one in sorted(self._moments) if one.service is service and not one.optional]

    def watch(self, watch: Watch) -> None:
        """Call back at changes."""
        self._watches.append(watch)

    def problem(self) -> BaseException | None:
        """What callbacks have raised where nobody could see it, or what ended a client's wait. Each is told once."""
        problems, self._problems = self._problems, []
        error = None if self._virtual is None else self._virtual.take_error()
        if error is not None:
            problems.append(error)
        if not problems:
            return None
        # Python 3.10 shows no notes; pytest does.
        first, *others = problems
        if others:
            notes = [f"And {type(one).__name__}: {one}" for one in others]
            first.__notes__ = [*getattr(first, "__notes__", []), *notes]  # type: ignore[attr-defined]
        return first

    def _act(self) -> None:
        """Call back whoever wanted it by now."""
        for watch in list(self._watches):
            with self._lock:
                news = watch.news()
            for change in news:
                self._call(lambda watch=watch, change=change: watch.callback(change))  # type: ignore[misc]
        now_s = self.now_s()
        while True:
            with self._lock:
                if not self._moments or self._moments[0].at_s > now_s:
                    return
                moment = heapq.heappop(self._moments)
            self._call(moment.callback)

    def _call(self, callback: Callback) -> None:
        try:
            callback()
        except (KeyboardInterrupt, SystemExit, GeneratorExit):
            raise
        except BaseException as error:  # pytest's own outcomes are no Exceptions
            # Raised here it would be an error of the client's sleep, or of its request, which have done nothing wrong.
            self._problems.append(error)

    # The client's waiting

    def __enter__(self) -> SharedTime:
        if self._virtual is not None:
            if not self._entered:
                self._virtual.__enter__()
            self._entered += 1
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._virtual is not None:
            self._entered -= 1
        if self._entered:
            return
        problem = self.problem() if error is None else None  # before it is left, which forgets what ended waits
        if self._virtual is not None:
            self._virtual.__exit__(kind, error or problem, traceback)
        if problem is not None:
            raise problem

    def _doings(self) -> str:
        asked = [last_doings(service.journal) for service in self._services if len(service.journal)]
        going = [text for service in self._services for text in _going(service)]
        return " ".join([*asked, f"{'; '.join(going)}." if going else "Nothing is due."])


def _going(service: Service) -> list[str]:
    """What goes on in a service, and until when."""
    schedule = service.world.machine.schedule
    due = [(one, f"is due at {iso(at_s)}") for at_s, one in schedule.pending()]
    stalled = [(one, "stalls, as a script says") for one in schedule.stalled()]
    return [
        f"The {one.activity.value} of {one.subject} {when}"
        for one, when in (*due, *stalled)
        if one.activity is not None
    ]


def is_set_by_test() -> bool:
    """Whether the test has set the time itself, by freezegun or time-machine."""
    return followed() is not None


def _read(policy: str) -> _Policy:
    name, _, number = policy.partition(":") if isinstance(policy, str) else ("", "", "")
    if policy in ("on_sleep", "next_event"):
        return _Policy(policy, waits=True)
    if policy == "manual":
        return _Policy(policy)
    if policy == "follow":
        return _Policy(policy, itself=True)
    if name == "per_request" and number:
        step_s = -1.0 if number.startswith("-") else seconds(number, f"time={policy!r}")
        if round(step_s * 1e6) <= 0:  # the clock's own microseconds
            raise ConfigurationError(f"time={policy!r}: each request moves the time on. Give more than nothing.")
        return _Policy(policy, step_s=step_s)
    if policy == "real":
        return _Policy(policy, itself=True)
    if name == "real" and number:
        return _Policy(policy, itself=True, rate=_rate(policy, number))
    raise ConfigurationError(
        f"time={policy!r}: no such policy.{nearest(str(policy), POLICIES)} All: {', '.join(POLICIES)}."
    )


def _rate(policy: str, number: str) -> float:
    try:
        rate = float(number.removeprefix("x"))
    except ValueError:
        rate = 0.0
    if not number.startswith("x") or not 0 < rate < 1e9:
        raise ConfigurationError(
            f"time={policy!r}: give how many times as fast as real time it runs, more than nothing: 'real:x600'."
        )
    return rate


def _clock(policy: _Policy, start: str | float | datetime | None) -> VirtualClock:
    if policy.name == "follow":
        if start is not None:
            raise ConfigurationError(
                f"start={start!r} with time='follow': the time is the test's own, and so is its start."
            )
        return FollowingClock(lambda: followed() or (None, client_now_s()))
    start_at_s = float(int(client_now_s())) if start is None else at(start, "start")
    if policy.itself:
        return RunningClock(start_at_s, policy.rate, REAL["monotonic"], REAL["sleep"])
    return VirtualClock(start_at_s, followed) if policy.waits else VirtualClock(start_at_s)
