"""What the code under test reads for the time, and how it sleeps.

Where the test itself has frozen the time (freezegun) or travels in it (time-machine), that is what is read.
"""

from __future__ import annotations

import operator
import sys
import types
import warnings
from _thread import get_ident
from collections.abc import Callable, Mapping
from datetime import UTC
from typing import TYPE_CHECKING, Any

from fakestt.intercept.waiting.freezing import frozen, set_by_test
from fakestt.intercept.waiting.kept_real import asks_for_real
from fakestt.intercept.waiting.participants import Reason, Wait
from fakestt.intercept.waiting.real import CLASSES, REAL
from fakestt.intercept.waiting.stage import STAGE

__all__ = ["ClientDate", "ClientDatetime", "ClientTime", "as_module", "functions", "reduced"]

if TYPE_CHECKING:
    from fakestt.intercept.waiting.real import RealDate, RealDatetime
else:
    # A test that is frozen when this is imported has others under their names there.
    RealDate, RealDatetime = CLASSES


class ClientTime:
    """Functions of the module `time`, under their own names.

    They are used as bound methods: those stay what they are when a class body keeps one, as the real ones do. In
    threads that don't take part, and when time is not virtual any more, they do what the real ones do.

    Args:
        follows: whether a time that the test has set itself is what is read. What waits with a time-out must not.
    """

    def __init__(self, *, follows: bool) -> None:
        self._follows = follows

    def _elapsed_us(self) -> int | None:
        """Microseconds since the entry, or None where time is real."""
        waiting = STAGE.waiting
        if waiting is None or waiting.reader() is None:
            return None
        waiting.hands.note_read()
        return waiting.hands.now_us()

    def _wall_s(self) -> float | None:
        theirs = set_by_test() if self._follows else None
        if theirs is not None:
            return theirs()
        waiting = STAGE.waiting
        if waiting is None or waiting.reader() is None:
            return None
        waiting.hands.note_read()
        return waiting.hands.wall_s()

    def _frozen(self, name: str) -> Any:
        return frozen(name) if self._follows else None

    def _real(self, name: str) -> Any:
        return (self._frozen(name) or REAL[name])()

    def sleep(self, seconds: Any, /) -> None:  # Any: what is no number is for the real one to refuse
        """As the real one, but nobody waits."""
        __tracebackhide__ = True
        if not isinstance(seconds, float) and hasattr(type(seconds), "__index__"):
            seconds = operator.index(seconds)  # of numpy, for instance
        waiting = STAGE.waiting
        who = None if waiting is None else waiting.waiter()
        is_usual = isinstance(seconds, (int, float)) and 0 <= seconds < 1e12  # if not, the real one objects
        if waiting is not None and is_usual and waiting.moves_here():
            waiting.wait_in_callback("sleep", seconds)
            return
        if waiting is None or who is None or not is_usual:
            REAL["sleep"](seconds)
            return
        wait = Wait(who, f"sleep({seconds!r})", until_us=waiting.hands.until(seconds))
        if waiting.wait(wait) is Reason.EXIT:
            assert wait.until_us is not None
            REAL["sleep"](waiting.hands.rest_s(wait.until_us))

    def time(self) -> float:
        """As the real one."""
        wall_s = self._wall_s()
        return REAL["time"]() if wall_s is None else wall_s

    def time_ns(self) -> int:
        """As the real one."""
        wall_s = self._wall_s()
        return REAL["time_ns"]() if wall_s is None else round(wall_s * 1e6) * 1000

    def monotonic(self) -> float:
        """As the real one; it starts near the real uptime."""
        if not self._follows and asks_for_real():
            # The locks of such a module's wait wait really: its time-out would never come.
            return REAL["monotonic"]()  # type: ignore[no-any-return]
        elapsed_us = self._elapsed_us() if self._frozen("monotonic") is None else None
        waiting = STAGE.waiting
        ahead_s = 0.0 if self._follows or not STAGE.ahead_s else STAGE.ahead_s.get(get_ident(), 0.0)
        if elapsed_us is None or waiting is None:
            return self._real("monotonic") + ahead_s  # type: ignore[no-any-return]
        creep_us = 0.0 if self._follows else waiting.hands.creep_us()
        return (STAGE.monotonic_us + elapsed_us + creep_us) / 1e6 + ahead_s

    def monotonic_ns(self) -> int:
        """As the real one."""
        elapsed_us = self._elapsed_us() if self._frozen("monotonic_ns") is None else None
        return self._real("monotonic_ns") if elapsed_us is None else (STAGE.monotonic_us + elapsed_us) * 1000

    def perf_counter(self) -> float:
        """As the real one."""
        elapsed_us = self._elapsed_us() if self._frozen("perf_counter") is None else None
        return self._real("perf_counter") if elapsed_us is None else (STAGE.perf_counter_us + elapsed_us) / 1e6

    def perf_counter_ns(self) -> int:
        """As the real one."""
        elapsed_us = self._elapsed_us() if self._frozen("perf_counter_ns") is None else None
        return self._real("perf_counter_ns") if elapsed_us is None else (STAGE.perf_counter_us + elapsed_us) * 1000

    def localtime(self, secs: float | None = None, /) -> Any:
        """As the real one."""
        return REAL["localtime"](self._wall_s() if secs is None else secs)

    def gmtime(self, secs: float | None = None, /) -> Any:
        """As the real one."""
        return REAL["gmtime"](self._wall_s() if secs is None else secs)

    def ctime(self, secs: float | None = None, /) -> str:
        """As the real one."""
        return REAL["ctime"](self._wall_s() if secs is None else secs)  # type: ignore[no-any-return]

    def asctime(self, *parts: Any) -> str:
        """As the real one."""
        return REAL["asctime"](*(parts or (self.localtime(),)))  # type: ignore[no-any-return]

    def strftime(self, form: str, /, *parts: Any) -> str:
        """As the real one."""
        return REAL["strftime"](form, *(parts or (self.localtime(),)))  # type: ignore[no-any-return]

    def clock_gettime(self, clock: int, /) -> float:
        """As the real one, for the wall clock and the monotonic one."""
        if clock == 0:
            return self.time()
        return self.monotonic() if clock == 1 else REAL["clock_gettime"](clock)

    def clock_gettime_ns(self, clock: int, /) -> int:
        """As the real one, likewise."""
        if clock == 0:
            return self.time_ns()
        return self.monotonic_ns() if clock == 1 else REAL["clock_gettime_ns"](clock)


def functions(time: ClientTime) -> Mapping[str, Callable[..., Any]]:
    """The bound methods, each made once: they are found again by identity."""
    return {name: getattr(time, name) for name in REAL}


FOLLOWING = ClientTime(follows=True)


def as_module(name: str, real: types.ModuleType, changed: Mapping[str, Any]) -> types.ModuleType:
    """A copy of a module in which some names mean something else."""
    module = types.ModuleType(name, real.__doc__)
    vars(module).update({**vars(real), **changed})
    return module


# What the classes make are real dates: nothing of ours outlives the test in them.


class _Meta(type):
    """Lets the real class, and what is made of it, pass for this one."""

    def __instancecheck__(cls, one: object) -> bool:
        real = _real(cls)
        return type.__instancecheck__(cls, one) if real is cls else isinstance(one, real)

    def __subclasscheck__(cls, kind: type) -> bool:
        real = _real(cls)
        return type.__subclasscheck__(cls, kind) if real is cls else issubclass(kind, real)

    # Tables by class: sqlite3's adapters, a client's `{datetime: encode}[type(it)]`, also when virtual time is over.

    def __eq__(cls, other: object) -> bool:
        return _real(cls) is _real(other) or NotImplemented

    def __hash__(cls) -> int:
        return type.__hash__(_real(cls))


class ClientDate(RealDate, metaclass=_Meta):
    """`datetime.date`, with today's date of the client."""

    def __new__(cls, *args: Any, **options: Any) -> Any:
        """Make a real date."""
        return RealDate.__new__(_real(cls), *args, **options)

    @classmethod
    def today(cls) -> Any:
        """As the real one."""
        return _real(cls).fromtimestamp(FOLLOWING.time())


class ClientDatetime(RealDatetime, metaclass=_Meta):
    """`datetime.datetime`, with the client's now."""

    def __new__(cls, *args: Any, **options: Any) -> Any:
        """Make a real datetime."""
        return RealDatetime.__new__(_real(cls), *args, **options)

    @classmethod
    def now(cls, tz: Any = None) -> Any:
        """As the real one."""
        return _real(cls).fromtimestamp(FOLLOWING.time(), tz)

    @classmethod
    def today(cls) -> Any:
        """As the real one."""
        return _real(cls).fromtimestamp(FOLLOWING.time())

    @classmethod
    def utcnow(cls) -> Any:
        """As the real one, with its warning."""
        if sys.version_info >= (3, 12):
            warnings.warn(
                "datetime.datetime.utcnow() is deprecated and scheduled for removal in a future version. Use "
                "timezone-aware objects to represent datetimes in UTC: datetime.datetime.now(datetime.UTC).",
                DeprecationWarning,
                stacklevel=2,
            )
        return _real(cls).fromtimestamp(FOLLOWING.time(), UTC).replace(tzinfo=None)


def _real(cls: object) -> Any:  # Any: a type checker knows the two as one class
    """The real class in place of ours. A class that was derived from ours while time was virtual is itself."""
    return RealDate if cls is ClientDate else RealDatetime if cls is ClientDatetime else cls


for _ours, _theirs in ((ClientDate, RealDate), (ClientDatetime, RealDatetime)):
    # Pickle looks a class up by its name; ours is what it finds there while time is virtual.
    _ours.__module__, _ours.__qualname__, _ours.__name__, _ours.__doc__ = (
        "datetime",
        _theirs.__name__,
        _theirs.__name__,
        _theirs.__doc__,
    )


def reduced(one: Any) -> Any:
    """How pickle takes a real date apart while its class can't be found under its name."""
    _, args, *rest = one.__reduce_ex__(4)
    return (ClientDatetime if isinstance(one, RealDatetime) else ClientDate, args, *rest)
