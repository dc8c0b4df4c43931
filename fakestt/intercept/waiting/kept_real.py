"""Whose time stays real, although it runs in the same process."""

from __future__ import annotations

import sys
from functools import lru_cache
from typing import Any

__all__ = ["BETWEEN", "asks_for_real", "is_kept_real"]

# Who waits, or asks for the time, is the first caller that is none of these. Code that attrs has made has no name.
BETWEEN = frozenset(
    (
        None,
        "threading",
        "queue",
        "concurrent.futures._base",
        "concurrent.futures.thread",
        "fakestt.intercept.waiting.locks",
    )
)

# fmt: off
# Test tools, and what talks to other processes and threads that know nothing of virtual time. And trio: its loop waits
# really, so its clock must be real. By the first parts of the names of modules.
_KEPT = (
    "pytest", "_pytest", "pluggy", "py", "pytest_timeout", "pytest_cov", "pytest_asyncio", "pytest_httpserver", "xdist",
    "execnet", "hypothesis", "coverage", "unittest.case", "unittest.runner", "doctest", "conftest_plugin",
    "subprocess", "multiprocessing", "concurrent.futures.process", "socketserver", "http.server", "wsgiref",
    "werkzeug.serving", "asyncio.unix_events", "trio",
    "pdb", "bdb", "pydevd", "_pydevd_bundle", "debugpy", "faulthandler", "timeit", "cProfile", "profile",
    "_datetime", "_pydatetime", "_thread", "importlib", "fakestt.transports.live",
)
# fmt: on


@lru_cache(maxsize=4096)
def is_kept_real(module: str | None) -> bool:
    """Whether a module of this name sees, and waits, real time."""
    if module is None:
        return False
    parts = module.split(".")
    return parts[0].startswith("pytest_") or any(".".join(parts[:n]) in _KEPT for n in range(1, len(parts) + 1))


def asks_for_real() -> bool:
    """Whether such a module has called what calls this, directly or by way of the standard library."""
    frame: Any = sys._getframe(2)  # Any: None at the end
    while frame.f_back is not None and frame.f_globals.get("__name__") in BETWEEN:
        frame = frame.f_back
    return is_kept_real(frame.f_globals.get("__name__"))
