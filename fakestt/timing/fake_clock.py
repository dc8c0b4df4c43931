"""The clock of one fake, as a test uses it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple, Protocol

from fakestt.core.changes import Change
from fakestt.core.clock import iso
from fakestt.core.resources import Address
from fakestt.durations import Duration, seconds, seconds_or_none
from fakestt.errors import ClockError, ConfigurationError, StateError
from fakestt.service import Service
from fakestt.timing.moments import ChangeWatch, check_callback
from fakestt.timing.policies import is_set_by_test
from fakestt.timing.shared_time import SharedTime

__all__ = ["Due", "FakeClock", "forward", "read_time"]


class Due(NamedTuple):
    """A change that is due: when, of what, by which activity."""

    at_s: float
    subject: Address
    activity: str


class HasId(Protocol):
    """A model's view."""

    @property
    def id(self) -> str: ...


class FakeClock:
    """The clock of one fake. The test reads it and, where the policy allows it, moves it."""

    def __init__(self, service: Service, time: SharedTime) -> None:
        self._service = service
        self.time = time
        """The time that this fake shares with others."""

    def __repr__(self) -> str:
        return f"<clock {self.time.policy!r}, {iso(self.now())}>"

    def now(self) -> float:
        """Seconds since the epoch."""
        return self.time.now_s()

    def advance(self, duration: Duration) -> list[Change]:
        """Move on. Every change on the way happens at its own instant. Returns these changes in order.

        Under `on_sleep` the client's time moves as well.

        Raises:
            ClockError: a negative duration, or none at all; the clock would come to the year 9999; it follows the
                test's own time or runs by itself.
        """
        step_s = forward(duration)
        return self._move(step_s, f"advance({duration!r})")

    def advance_to_next(self) -> Change | None:
        """Move on to the next due change and return it. When nothing is due, stay and return None.

        Raises:
            ClockError: the clock follows the test's own time or runs by itself.
        """
        with self._service.app.lock:
            self._service.world.settle()
            schedule = self._service.world.machine.schedule
            due_s = schedule.next_due()
            if due_s is None:
                return None
            _, due = schedule.first()
        changes = self._move(due_s - self.now(), "advance_to_next()")
        # A moment of the test on the way may have made other changes, or have prevented this one.
        wanted = (due_s, due.family, due.address)
        return next((one for one in changes if (one.at_s, one.subject.family, one.subject) == wanted), None)

    def pending(self) -> list[Due]:
        """All due changes, in order."""
        with self._service.app.lock:
            self._service.world.settle()
            return self.planned()

    def planned(self) -> list[Due]:
        """The same as of the last look, without asking for the time."""
        with self._service.app.lock:
            due = self._service.world.machine.schedule.pending()
            return [Due(at_s, one.address, one.activity.value) for at_s, one in due if one.activity is not None]

    def stalled(self) -> list[Due]:
        """The activities that a script lets stall, each with the instant at which it began."""
        with self._service.app.lock:
            stalled = self._service.world.machine.schedule.stalled()
            return [Due(one.since_at_s, one.address, one.activity.value) for one in stalled if one.activity is not None]

    def on_change(self, model: HasId | str, callback: Callable[[Change], object]) -> None:
        """Call `callback(change)` after each change of a model from now on, including changes by requests.

        If the clock is the fake's, the call comes at the change's own instant, else at the first look after it. The
        callback may do all that a test may: look, script, add faults, move the clock, make requests. An error in it
        fails the test, not the client.

        Raises:
            StateError: there is no such model.
            ConfigurationError: no callback.
        """
        check_callback("on_change", callback)
        model_id = model if isinstance(model, str) else model.id
        with self._service.app.lock:
            self._service.world.settle()
            if self._service.world.with_id(model_id) is None:
                raise StateError(
                    f"on_change({model!r}): there is no such model. "
                    "Give one of stt.acoustic_models or stt.language_models."
                )
            self.time.moments.watch(ChangeWatch(self._service, model_id, callback))

    def _move(self, step_s: float, call: str) -> list[Change]:
        with self._service.app.lock:
            self._service.world.settle()
            changes = self._service.world.machine.changes
            seen = len(changes)
        if not self.time.goes_by_itself:
            self._service.note(f"clock.{call}")
        # Not under the lock: other threads of the client act on the way.
        self.time.advance(step_s, call)
        with self._service.app.lock:
            self._service.world.settle()
            return self._service.world.machine.changes[seen:]


def forward(duration: Duration) -> float:
    """Read how far to advance.

    Raises:
        ClockError: a negative duration, or none at all.
    """
    forwards = duration.strip().removeprefix("-") if isinstance(duration, str) else duration
    backwards = seconds_or_none(forwards) != seconds_or_none(duration)
    try:
        step_s = -1.0 if backwards else seconds(duration, "advance")
    except ConfigurationError as error:
        raise ClockError(str(error)) from None
    if step_s < 0:
        raise ClockError(f"advance({duration!r}): time can't go backwards. To start earlier, pass start= to FakeSTT.")
    return step_s


def read_time(
    policy: str | FakeClock | None,
    start: str | float | datetime | None,
    horizon: Duration | None,
    patience: Duration | None,
    equal_reads: int | None,
) -> SharedTime:
    """Read what the author of a fake says of its time. None counts as not said.

    Raises:
        ConfigurationError: it means nothing.
    """
    if isinstance(policy, FakeClock):
        given = {"start": start, "horizon": horizon, "patience": patience, "equal_reads": equal_reads}
        for name, value in given.items():
            if value is not None:
                raise ConfigurationError(f"{name}={value!r} with another fake's clock: it has started already.")
        return policy.time
    if policy is None:
        policy = "follow" if start is None and is_set_by_test() else "manual"
    return SharedTime(policy, start, horizon, patience, equal_reads)
