"""The wall clock, by time-machine: it changes what the real functions and classes say, and replaces none of them.

`datetime.now`, `date.today`, `time.time`, `localtime`, `strftime` and `uuid1` ask the last traveller of time-machine's
stack. Ours is the first: a test's own travels stand above it, and are what is read while they last.

For pandas, pydantic and SQLAlchemy, which keep `datetime.now`, are compiled against the class, or ask for its type.

The stack is reachable, but time-machine does not document it. So the versions that were tried are pinned.
"""

from __future__ import annotations

import datetime
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from fakestt.intercept.waiting.clocks import note_look
from fakestt.intercept.waiting.freezing import API
from fakestt.intercept.waiting.stage import STAGE
from fakestt.intercept.waiting.whose import is_kept_real

__all__ = ["start", "stop"]


@contextmanager
def _thawed() -> Iterator[None]:
    """Inside, the modules have what is real although freezegun freezes the time.

    time-machine would take freezegun's functions for those in C that it changes. While the freeze lasts it is what is
    read, and afterwards our time is.
    """
    api = sys.modules.get(API)
    owners = {"datetime": datetime, "date": datetime, **dict.fromkeys(_CHANGED, time)}
    frozen = [(owner, name, vars(owner)[name]) for name, owner in owners.items() if hasattr(api, f"real_{name}")]
    for owner, name, _ in frozen:
        setattr(owner, name, getattr(api, f"real_{name}"))
    try:
        yield
    finally:
        for owner, name, before in frozen:
            setattr(owner, name, before)


_FAR_NS = 60_000_000_000  # a test's own time may tick
_CHANGED = ("time", "time_ns", "localtime", "gmtime", "strftime")

with _thawed():
    import _time_machine  # type: ignore[import-not-found]  # an extension module without a stub
    import time_machine


class Traveller:
    """Tells those who take part the fakes' time, and all others the real one."""

    is_fakestts = True  # for `freezing`, which must not import time-machine
    _destination_tzname = None

    def time_ns(self) -> int:
        """Nanoseconds since the epoch, for the code that asks."""
        __tracebackhide__ = True
        waiting = STAGE.waiting
        frame = sys._getframe(1)
        if waiting is None or waiting.reader() is None or is_kept_real(frame.f_globals.get("__name__")):
            return _time_machine.original_time_ns()  # type: ignore[no-any-return]
        note_look(waiting, frame)
        return waiting.hands.wall_ns()

    def _start(self) -> None:
        """It travels to no time zone."""

    _stop = _start


_OURS: Any = Traveller()  # Any: passes for one of theirs
_TRAVEL = time_machine.travel(0)


def start() -> None:
    """The wall clock is ours, where the test has none of its own."""
    stack = time_machine.traveller_stack
    if not stack:
        with _thawed():
            _TRAVEL.start()
        stack.pop()
    stack.insert(0, _OURS)
    waiting = STAGE.waiting
    with _thawed():
        read_ns = time.time_ns()
    if waiting is not None and stack[-1] is _OURS and abs(read_ns - waiting.hands.wall_ns()) > _FAR_NS:
        raise waiting.hands.mistake(
            "time-machine does not change the wall clock: it was imported twice, for somebody has taken it out of "
            "sys.modules (pytester does so after a run in this process). Import time_machine before that."
        )


def stop() -> None:
    """It is the real one again, if the test has none of its own still."""
    stack = time_machine.traveller_stack
    if _OURS in stack:
        stack.remove(_OURS)
        if not stack:
            stack.append(_OURS)
            with _thawed():
                _TRAVEL.stop()
