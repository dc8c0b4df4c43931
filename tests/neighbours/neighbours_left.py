"""A plugin for runs inside: after each test, and at the end, nothing of ours stays in the standard library.

PYTEST_DONT_REWRITE: the runs share this module, which knows what was bound before any of them.
"""

from __future__ import annotations

import asyncio
import datetime
import socket
import sys
import threading
import time
import types
from asyncio import base_events, selector_events
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import thread as executors
from typing import Any

# fmt: off
WATCHED: tuple[tuple[Any, tuple[str, ...]], ...] = (
    (time, ("sleep", "time", "time_ns", "monotonic", "perf_counter", "gmtime", "localtime", "strftime", "ctime")),
    (datetime, ("date", "datetime")),
    (threading, ("Lock", "RLock", "_allocate_lock", "_CRLock", "_time")),
    (threading.Thread, ("start", "join", "run")),
    (ThreadPoolExecutor, ("submit", "shutdown")),
    (executors._WorkItem, ("run",)),
    (socket.socket, ("connect", "send", "recv", "accept", "close")),
    (base_events.BaseEventLoop, ("_run_once",)),
    (selector_events.BaseSelectorEventLoop, ("_write_to_self",)),
)
# fmt: on


def _now() -> dict[str, Any]:
    return {f"{one.__name__}.{name}": getattr(one, name) for one, names in WATCHED for name in names}


REAL = _now()
# The guard of the vendor's hosts stays in a socket's methods for as long as the run lasts.
GUARD = "fakestt.intercept.cuts.socket_cuts"


def left() -> list[str]:
    """The names that are bound to something else than before."""
    now = _now()
    return [name for name in REAL if now[name] is not REAL[name] and now[name].__module__ != GUARD]


def bound_elsewhere() -> list[tuple[str, str]]:
    """Names of any module that are bound to something of ours."""
    found = []
    for module, one in list(sys.modules.items()):
        if not issubclass(type(one), types.ModuleType) or module.startswith("fakestt."):
            continue
        names = types.ModuleType.__dict__["__dict__"].__get__(one)
        for name, value in list(names.items()):
            kind = type(getattr(value, "__self__", None)) if type(value) is types.MethodType else type(value)
            if str(getattr(kind, "__module__", "")).startswith("fakestt.intercept.waiting"):
                found.append((module, name))
    return found


def _is_virtual() -> bool:
    stage: Any = sys.modules.get("fakestt.intercept.waiting.stage")
    return stage is not None and stage.STAGE.waiting is not None


def pytest_runtest_logfinish(nodeid: str) -> None:
    # A fake of the session's own is open still.
    if not _is_virtual():
        assert left() == [], f"after {nodeid}"


def pytest_unconfigure() -> None:
    assert not _is_virtual()
    assert (left(), bound_elsewhere()) == ([], [])
    assert asyncio._get_running_loop() is None
