"""What can't take part in virtual time, and would hang or be half real in silence: refused in words."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import Callable
from typing import Any

from fakestt.intercept.waiting.stage import STAGE
from fakestt.intercept.waiting.waiting import Waiting
from fakestt.intercept.waiting.whose import is_kept_real

__all__ = ["ALARMS", "UVLOOP", "greenlets", "uvloop_patches"]

UVLOOP = "uvloop"
_THEIRS = ("time", "thread", "threading", "_thread", "select", "socket")


def greenlets() -> str | None:
    """Why virtual time can't begin beside green threads that have patched the standard library; None if it can."""
    gevent: Any = sys.modules.get("gevent.monkey")
    eventlet: Any = sys.modules.get("eventlet.patcher")
    # gevent keeps what it has replaced by module, eventlet the names of the modules.
    tables = {"gevent": getattr(gevent, "saved", ()), "eventlet": getattr(eventlet, "already_patched", ())}
    for name, patched in tables.items():
        modules = [module for module in _THEIRS if module in patched]
        if modules:
            return (
                f"{name} has patched {', '.join(modules)}, and its green threads wait where virtual time can't see "
                "them. Use time='manual' in this test (@pytest.mark.fakestt(time='manual')) and move the clock "
                f"yourself, or don't patch these modules ({name}'s monkey patching takes the names of those to patch)."
            )
    return None


def uvloop_patches(waiting: Waiting) -> list[tuple[Any, str, Callable[..., Any]]]:
    """The methods that are put into uvloop's loops, as soon as it is there."""
    uvloop: Any = sys.modules.get(UVLOOP)  # Any: not installed here
    names = ("run_forever", "run_until_complete") if hasattr(uvloop, "Loop") else ()
    return [(uvloop.Loop, name, _refusing_loop(waiting, getattr(uvloop.Loop, name))) for name in names]


def _refusing_loop(waiting: Waiting, real: Callable[..., Any]) -> Callable[..., Any]:
    def refuse(loop: Any, *args: Any, **options: Any) -> Any:
        if waiting.waiter() is None:
            return real(loop, *args, **options)
        for one in args:
            if asyncio.iscoroutine(one):
                one.close()  # or Python warns that nobody awaited it
        raise waiting.hands.mistake(
            "uvloop under time='on_sleep': its loops keep their time in C, where it can't be made virtual. Use "
            "asyncio's own loop in this test (asyncio.new_event_loop), or time='manual'."
        )

    return refuse


def _alarm(seconds: Any, /) -> Any:
    """As `signal.alarm`."""
    _refuse_alarm(f"signal.alarm({seconds})", seconds)
    return _REAL["alarm"](seconds)


def _setitimer(which: Any, seconds: Any, interval: Any = 0.0, /) -> Any:
    """As `signal.setitimer`."""
    _refuse_alarm(f"signal.setitimer(..., {seconds})", seconds)
    return _REAL["setitimer"](which, seconds, interval)


def _refuse_alarm(call: str, seconds: Any) -> None:
    waiting = STAGE.waiting
    if waiting is None or waiting.waiter() is None or not seconds:
        return
    if not is_kept_real(sys._getframe(2).f_globals.get("__name__")):
        raise waiting.hands.mistake(
            f"{call} under time='on_sleep': the signal would come in real time, while the client's waiting takes none. "
            "Give the client another time-out (of its HTTP library, of a future or a queue), or use time='manual' in "
            "this test."
        )


_REAL: dict[str, Any] = {name: getattr(signal, name) for name in ("alarm", "setitimer") if hasattr(signal, name)}
ALARMS = [(_REAL[name], stand_in) for name, stand_in in (("alarm", _alarm), ("setitimer", _setitimer)) if name in _REAL]
"""Functions of `signal`, each with what stands in for it: an alarm rings in real time, which clients hardly spend."""
