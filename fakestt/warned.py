"""Warnings that point at the author's line: not at one of ours, and not at one of the library's that closes things."""

from __future__ import annotations

import sys
import warnings

__all__ = ["warn"]

_BETWEEN = ("fakestt", "conftest_plugin", "contextlib")


def warn(message: str, category: type[Warning] = UserWarning) -> None:
    """Warn, at the line of the author's that has called us, however deep we are.

    Python 3.12 can leave files out by itself (`skip_file_prefixes`).
    """
    level, frame = 2, sys._getframe(1)
    while frame.f_back is not None and _package(frame.f_globals) in _BETWEEN:
        level, frame = level + 1, frame.f_back
    warnings.warn(message, category, stacklevel=level)


def _package(names: dict[str, object]) -> str:
    return str(names.get("__name__")).partition(".")[0]
