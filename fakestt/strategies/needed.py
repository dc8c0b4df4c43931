"""Hypothesis, or an error that says how to get it."""

from __future__ import annotations

from fakestt.errors import MissingExtra

__all__ = ["Phase", "settings", "st", "stateful"]

try:
    from hypothesis import Phase, settings, stateful
    from hypothesis import strategies as st
except ImportError:
    raise MissingExtra(
        "fakestt.strategies and fakestt.machines: Hypothesis is not installed. "
        "pip install 'fakestt[hypothesis]' brings it."
    ) from None
