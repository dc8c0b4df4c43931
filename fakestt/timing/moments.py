"""The callbacks of a test: at certain instants, and after changes of certain models."""

from __future__ import annotations

import heapq
from _thread import allocate_lock
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

from fakestt.core.changes import Change
from fakestt.errors import ConfigurationError
from fakestt.service import Service

__all__ = ["ChangeWatch", "Moment", "Moments", "check_callback"]

Callback = Callable[[], object]


@dataclass(slots=True)
class ChangeWatch:
    """A callback for the changes of one model."""

    service: Service
    model_id: str
    callback: Callable[[Change], object]
    seen: int = field(init=False)

    def __post_init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        """Take all changes as told: a restored state has another history."""
        self.seen = len(self.service.world.machine.changes)

    def news(self) -> list[Change]:
        """The changes since the last call."""
        changes = self.service.world.machine.changes
        new = changes[self.seen :]
        self.seen = len(changes)
        return [change for change in new if change.subject == self.model_id]


class Moment(NamedTuple):
    """A callback at an instant. Those of one instant keep the order of planning. `said` is the call as text."""

    at_s: float
    number: int
    callback: Callback
    service: Service
    said: str
    optional: bool


class Moments:
    """The moments and watches of all fakes that share a clock. It is true while there are any."""

    def __init__(self) -> None:
        self.watches: list[ChangeWatch] = []
        self._planned: list[Moment] = []
        self._number = 0
        self._problems: list[BaseException] = []
        # No lock of threading's: it is held only briefly, and waiting for it must not be virtual.
        self._lock = allocate_lock()

    def __bool__(self) -> bool:
        return bool(self._planned or self.watches)

    def plan(self, at_s: float, callback: Callback, service: Service, said: str, *, optional: bool) -> None:
        """Plan a callback at an instant. `service` is the fake's that was asked, `said` the author's call as text."""
        with self._lock:
            heapq.heappush(self._planned, Moment(at_s, self._number, callback, service, said, optional))
            self._number += 1

    def first_s(self) -> float | None:
        """The instant of the next moment, or None."""
        # Not under the lock: a signal handler that moves the clock could wait for it in vain. A slice is a single step.
        return next((moment.at_s for moment in self._planned[:1]), None)

    def come_by(self, at_s: float) -> bool:
        """Whether a moment is planned by this instant, or any change on the way to it is watched."""
        first_s = self.first_s()
        return bool(self.watches) or (first_s is not None and first_s <= at_s)

    def missed(self, service: Service) -> list[Moment]:
        """The moments of this service that have not come, in order, without the optional ones."""
        return [one for one in sorted(self._planned) if one.service is service and not one.optional]

    def watch(self, watch: ChangeWatch) -> None:
        """Call back at changes."""
        self.watches.append(watch)

    def forget_changes(self) -> None:
        """A state was restored: take all its changes as told."""
        for watch in self.watches:
            watch.forget()

    def act(self, now_s: Callable[[], float]) -> None:
        """Call every callback that is due by now."""
        for watch in list(self.watches):
            with self._lock:
                news = watch.news()
            for change in news:
                self._call(lambda watch=watch, change=change: watch.callback(change))  # type: ignore[misc]
        at_s = now_s()
        while True:
            with self._lock:
                if not self._planned or self._planned[0].at_s > at_s:
                    return
                moment = heapq.heappop(self._planned)
            self._call(moment.callback)

    def take_problems(self) -> list[BaseException]:
        """The errors that callbacks have raised unseen. Each is returned once."""
        problems, self._problems = self._problems, []
        return problems

    def _call(self, callback: Callback) -> None:
        try:
            callback()
        except (KeyboardInterrupt, SystemExit, GeneratorExit):
            raise
        except BaseException as error:  # pytest's own outcomes are no Exceptions
            # Raised here, the error would come out of the client's sleep or request, which are not to blame.
            self._problems.append(error)


def check_callback(call: str, callback: object) -> None:
    """Check that a callback can be called.

    Raises:
        ConfigurationError: it can't.
    """
    if not callable(callback):
        raise ConfigurationError(f"{call}: {callback!r} can't be called. Give a function.")
