"""The real functions that are replaced elsewhere, taken before anything is."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Mapping
from typing import Any

__all__ = ["REAL"]


def _taken(names: tuple[str, ...]) -> Mapping[str, Callable[..., Any]]:
    """Functions of `time`. A test that is frozen when this is imported has put others in their place."""
    frozen = vars(sys.modules["freezegun.api"]) if "freezegun.api" in sys.modules else {}
    return {name: frozen.get(f"real_{name}", getattr(time, name)) for name in names if hasattr(time, name)}


# What only tells the wall clock is not among them: time-machine changes those functions themselves.
# fmt: off
REAL = _taken((
    "sleep", "monotonic", "monotonic_ns", "perf_counter", "perf_counter_ns", "clock_gettime", "clock_gettime_ns",
    "ctime", "asctime",
))
# fmt: on
