"""The one place where "it could be otherwise" is decided.

A training may succeed or fail, and take any time within the documented range. Whoever needs to know asks here, by
label. An ordinary test gets the defaults; a search or a replay puts another object in this place.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

__all__ = ["Choices"]

T = TypeVar("T")


class Choices:
    """The defaults: the first of the options, the middle of the range."""

    def choose(self, label: str, options: Sequence[T]) -> T:
        """Which of `options`, of which the first is the ordinary case."""
        return options[0]

    def within(self, label: str, low_s: float, high_s: float) -> float:
        """How many seconds between `low_s` and `high_s`, both included."""
        return (low_s + high_s) / 2
