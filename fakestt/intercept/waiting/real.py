"""The real functions and classes that are replaced elsewhere, taken before anything is."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

__all__ = ["REAL", "RealDate", "RealDatetime"]

if TYPE_CHECKING:
    import datetime as _datetime
else:
    # Where they are made. In `datetime` a test that is frozen when this is imported has put others in their place.
    import _datetime


# In a tuple freezegun does not look for them.
CLASSES = (_datetime.date, _datetime.datetime)
RealDate = _datetime.date
RealDatetime = _datetime.datetime


def _taken(names: tuple[str, ...]) -> Mapping[str, Callable[..., Any]]:
    """Functions of `time`. A test that is frozen when this is imported has put others in their place."""
    frozen = vars(sys.modules["freezegun.api"]) if "freezegun.api" in sys.modules else {}
    return {name: frozen.get(f"real_{name}", getattr(time, name)) for name in names if hasattr(time, name)}


# fmt: off
REAL = _taken((
    "sleep", "time", "time_ns", "monotonic", "monotonic_ns", "perf_counter", "perf_counter_ns",
    "localtime", "gmtime", "strftime", "ctime", "asctime", "clock_gettime", "clock_gettime_ns",
))
# fmt: on
