"""Whose time stays real, although it runs in the same process."""

from __future__ import annotations

from functools import lru_cache

__all__ = ["is_kept_real"]

# fmt: off
# Test tools, and what talks to other processes and threads that know nothing of virtual time. By the first parts of
# the names of modules.
_KEPT = (
    "pytest", "_pytest", "pluggy", "py", "pytest_timeout", "pytest_cov", "pytest_asyncio", "pytest_httpserver", "xdist",
    "execnet", "hypothesis", "coverage", "unittest.case", "unittest.runner", "doctest", "conftest_plugin",
    "subprocess", "multiprocessing", "concurrent.futures.process", "socketserver", "http.server", "wsgiref",
    "werkzeug.serving", "asyncio.unix_events",
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
