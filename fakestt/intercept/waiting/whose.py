"""Whose code asks for the time, or waits: the client's, a library's, or a test tool's, whose time stays real."""

from __future__ import annotations

import sys
from functools import lru_cache
from typing import Any

__all__ = ["BETWEEN", "asks", "asks_for_real", "clients_line", "is_clients", "is_kept_real"]

# Who waits, or asks for the time, is the first caller that is none of these. Code that attrs has made has no name.
BETWEEN = frozenset(
    (
        None,
        "threading",
        "queue",
        "concurrent.futures._base",
        "concurrent.futures.thread",
        "fakestt.intercept.waiting.locks",
        "fakestt.intercept.waiting.selecting",
    )
)

# fmt: off
# Test tools, and what talks to other processes and threads that know nothing of virtual time. By the first parts of the
# names of modules.
_KEPT = (
    "pytest", "_pytest", "pluggy", "py", "xdist", "execnet", "hypothesis", "coverage", "unittest.case",
    "unittest.runner", "doctest", "conftest_plugin",
    "subprocess", "multiprocessing", "concurrent.futures.process", "socketserver", "http.server", "wsgiref",
    "werkzeug.serving", "asyncio.unix_events", "trio._core._thread_cache", "pexpect", "ptyprocess",
    "pdb", "bdb", "pydevd", "_pydevd_bundle", "debugpy", "faulthandler", "timeit", "cProfile", "profile",
    # What it tells of a freeze that ticks is real, and so is what it tells the modules that it leaves alone.
    "freezegun",
    "_datetime", "_pydatetime", "_thread", "importlib", "fakestt.transports.live",
)
# Libraries that look at clocks for reasons of their own. What they see says nothing of a deadline of the client's.
_LIBRARIES = frozenset(sys.stdlib_module_names) | {
    "requests", "urllib3", "httpx", "httpcore", "h11", "aiohttp", "anyio", "trio", "ibm_watson", "ibm_cloud_sdk_core",
    "watson_developer_cloud", "jwt", "certifi", "fakestt", "conftest_plugin", "time_machine", "freezegun",
}
# fmt: on


@lru_cache(maxsize=4096)
def is_kept_real(module: str | None) -> bool:
    """Whether a module of this name sees, and waits, real time."""
    if module is None:
        return False
    parts = module.split(".")
    return parts[0].startswith("pytest_") or any(".".join(parts[:n]) in _KEPT for n in range(1, len(parts) + 1))


@lru_cache(maxsize=4096)
def is_clients(module: str | None) -> bool:
    """Whether code of this module is the client's, or the test's: no library of HTTP, none of Python's own."""
    return module is None or (module.partition(".")[0] not in _LIBRARIES and not is_kept_real(module))


def asks_for_real() -> bool:
    """Whether such a module has called what calls this, directly or by way of the standard library."""
    return is_kept_real(asks(sys._getframe(2)))


def asks(frame: Any) -> str | None:  # Any: None at the end
    """The name of the module that has called this frame, by way of the standard library or not."""
    while frame.f_back is not None and frame.f_globals.get("__name__") in BETWEEN:
        frame = frame.f_back
    return frame.f_globals.get("__name__")  # type: ignore[no-any-return]


def clients_line(frame: Any) -> str:
    """`file.py:12, in poll`: the innermost line of the client's own code, else of any."""
    innermost = frame
    while frame is not None and not (is_clients(frame.f_globals.get("__name__")) and _is_users(frame)):
        frame = frame.f_back
    shown = innermost if frame is None else frame
    return f"{shown.f_code.co_filename}:{shown.f_lineno}, in {shown.f_code.co_name}"


def _is_users(frame: Any) -> bool:
    return "site-packages" not in frame.f_code.co_filename
