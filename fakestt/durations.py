"""How long is "2h30m"?"""

from __future__ import annotations

import re
from datetime import timedelta

from fakestt.errors import ConfigurationError

__all__ = ["Duration", "seconds", "seconds_or_none", "whole_us"]

Duration = int | float | str | timedelta
"""Seconds, a timedelta, or a string such as "90s", "45m", "2h30m", "1d"."""

_UNITS_S = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
_LONGEST_S = 31_557_600_000  # a thousand years: the client's own dates can still hold the result
_PART = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m|h|d)")


def seconds(duration: Duration, what: str) -> float:
    """Read a duration; `what` names it in the error.

    Raises:
        ConfigurationError: not a number of seconds, a timedelta, or a string such as "2h30m".
    """
    found = seconds_or_none(duration)
    if found is not None and abs(found) <= _LONGEST_S:
        return found
    raise ConfigurationError(
        f"{what}: {duration!r} is not a duration. Give seconds (45, 0.5), a timedelta, "
        "or a string such as '90s', '45m', '2h30m', '1d'; a thousand years at most."
    )


def seconds_or_none(duration: object) -> float | None:
    """Read a duration; None if it is none."""
    if isinstance(duration, timedelta):
        return duration.total_seconds()
    if isinstance(duration, (int, float)) and not isinstance(duration, bool):
        return float(duration) if abs(duration) < 1e12 else None
    if isinstance(duration, str):
        text = duration.strip()
        parts = _PART.findall(text)
        if parts and "".join(number + unit for number, unit in parts) == text:
            return sum(float(number) * _UNITS_S[unit] for number, unit in parts)
    return None


def whole_us(seconds_s: float) -> int:
    """Seconds as whole microseconds, the smallest unit of the clocks."""
    return round(seconds_s * 1e6)
