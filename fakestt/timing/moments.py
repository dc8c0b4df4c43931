"""The callbacks of a test: at certain instants, and after changes of certain models."""

from __future__ import annotations

import heapq
from _thread import allocate_lock
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import NamedTuple

from fakestt.core.changes import Change
from fakestt.errors import ConfigurationError
from fakestt.journal.record import NoteKind
from fakestt.service import Service

__all__ = ["ChangeWatch", "Moment", "Moments", "check_callback", "name_of"]

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
                callback = partial(watch.callback, change)
                self._call(callback, watch.service, f"on_change(..., {name_of(watch.callback)})")
        at_s = now_s()
        while True:
            with self._lock:
                if not self._planned or self._planned[0].at_s > at_s:
                    return
                moment = heapq.heappop(self._planned)
            moment.service.note(f"{moment.said} is called")
            self._call(moment.callback, moment.service, moment.said)

    def take_problems(self) -> list[BaseException]:
        """The errors that callbacks have raised unseen. Each is returned once."""
        problems, self._problems = self._problems, []
        return problems

    def _call(self, callback: Callback, service: Service, said: str) -> None:
        try:
            callback()
        except (KeyboardInterrupt, SystemExit, GeneratorExit):
            raise
        except BaseException as error:  # pytest's own outcomes are no Exceptions
            # Raised here, the error would come out of the client's sleep or request, which are not to blame.
            self._problems.append(error)
            service.note(f"{said} raised {_told(error)}", NoteKind.RAISED)


def name_of(callback: object) -> str:
    """What an author calls it."""
    return str(getattr(callback, "__name__", repr(callback)))


def _told(error: BaseException) -> str:
    """What kind of error it is, and the line of the author's at which it was raised.

    Not its text, which may hold what a client has sent. pytest shows that of the error itself.
    """
    text = type(error).__name__
    theirs = error.__traceback__ and error.__traceback__.tb_next  # behind our own line; there is none if C raised
    if theirs is None:
        return text
    return f"{text} (at {Path(theirs.tb_frame.f_code.co_filename).name}:{theirs.tb_lineno})"


def check_callback(call: str, callback: object) -> None:
    """Check that a callback can be called.

    Raises:
        ConfigurationError: it can't.
    """
    if not callable(callback):
        raise ConfigurationError(f"{call}: {callback!r} can't be called. Give a function.")
