"""Numbers and durations as a report says them."""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["every", "in_words", "numbers"]


def in_words(span_s: float) -> str:
    """`14.4 s`, `35 min`, `2 h 5 min`, `3 days 1 h`: the two largest units."""
    whole_s = round(span_s)
    if span_s < 60:
        return f"{round(span_s, 3):g} s"
    units = {"d": whole_s // 86400, "h": whole_s // 3600 % 24, "min": whole_s // 60 % 60, "s": whole_s % 60}
    named = [f"{count} {unit}" for unit, count in units.items()]
    first = next(at for at, count in enumerate(units.values()) if count)
    return " ".join(one for one in named[first : first + 2] if not one.startswith("0 "))


def every(gaps_s: Sequence[float]) -> str:
    """`every 60 s`, `every 30 to 60 s`, `at one instant`."""
    low_s, high_s = (round(one, 3) for one in (min(gaps_s), max(gaps_s)))
    if low_s == high_s:
        return f"every {low_s:g} s" if low_s else "at one instant"
    return f"every {low_s:g} to {high_s:g} s"


def numbers(seqs: Sequence[int]) -> str:
    """Of exchanges: `#4`, or the first and the last of several in a row, or `#4 and 2 more up to #9`."""
    first, last = seqs[0], seqs[-1]
    if len(seqs) == 1:
        return f"#{first}"
    if last - first == len(seqs) - 1:
        return f"#{first}–#{last}"
    return f"#{first} and {len(seqs) - 1} more up to #{last}"
