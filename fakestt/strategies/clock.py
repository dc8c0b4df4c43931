"""Durations, and moves of a fake's clock."""

from __future__ import annotations

from fakestt.durations import Duration, seconds
from fakestt.errors import ConfigurationError
from fakestt.strategies.lines import Line
from fakestt.strategies.needed import st

__all__ = ["clock_moves", "durations"]

_UNITS_S = {"s": 1, "m": 60, "h": 3_600, "d": 86_400}


def durations(least: Duration = "1s", most: Duration = "1d") -> st.SearchStrategy[str]:
    """Durations as an author writes them: `45s`, `20m`, `3h`, a whole number of one unit.

    Raises:
        ConfigurationError: no whole number of any unit lies between them.
    """
    least_s, most_s = seconds(least, "least"), seconds(most, "most")
    ranges = {unit: (-int(-least_s // size_s), int(most_s // size_s)) for unit, size_s in _UNITS_S.items()}
    possible = [
        st.integers(low, high).map(f"{{}}{unit}".format) for unit, (low, high) in ranges.items() if 0 <= low <= high
    ]
    if not possible:
        raise ConfigurationError(f"durations({least!r}, {most!r}): no whole seconds lie between them.")
    return st.one_of(possible)


def clock_moves(most: Duration = "1d") -> st.SearchStrategy[Line]:
    """Lines that move the clock of a fake: `stt.clock.advance('45m')`, and on to the next change that is due.

    Args:
        most: how far one line moves it, except to a change. It is at least a second.
    """
    moves = durations("1s", most).map(lambda duration: Line("clock.advance", duration))
    return moves | st.just(Line("clock.advance_to_next"))
