"""Time that the test has set itself, by freezegun or time-machine: what is read follows it.

freezegun puts functions of its own in the place of those that it takes for the real ones. It must never take ours for
them, and when it puts the real ones back, ours come after them.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from datetime import UTC
from typing import Any

__all__ = ["API", "FreezePatches", "followed", "frozen"]

API = "freezegun.api"


def followed() -> tuple[object, float] | None:
    """What has set the time, and the instant in seconds since the epoch; None when the test has not.

    The same in every thread, and looking moves nothing: freezegun's own functions tell worker threads the real time,
    and with `auto_tick_seconds` go on at each look.
    """
    modules = sys.modules
    if API not in modules and "time_machine" not in modules:
        return None  # asked at every look at a clock, so this is worth a line
    api: Any = modules.get(API)  # Any: what is asked is private, and must not be imported here
    factories = getattr(api, "freeze_factories", None)
    if factories:
        factory = factories[-1]
        now = factory() if isinstance(factory, api.TickingDateTimeFactory) else factory.time_to_freeze
        return factory, now.replace(tzinfo=UTC).timestamp()
    travels = getattr(modules.get("time_machine"), "traveller_stack", None)
    if not travels or hasattr(travels[-1], "is_fakestts"):
        return None
    return travels[-1], travels[-1].time_ns() / 1e9


def frozen(name: str) -> Any:
    """freezegun's own function of this name while it freezes the time, or None."""
    api: Any = sys.modules.get(API)
    return getattr(api, f"fake_{name}", None) if getattr(api, "freeze_factories", None) else None


class FreezePatches:
    """The methods that begin and end a freeze, for one virtual time.

    Args:
        replace: puts ours in again.
        loop_time: what a loop of asyncio has for the time where a freeze leaves that alone (`real_asyncio`).
    """

    def __init__(self, replace: Callable[[], None], loop_time: Callable[[], float]) -> None:
        self._replace = replace
        self._loop_time = loop_time
        self._was_used = False

    def table(self) -> list[tuple[Any, str, Any]]:
        """They are there once freezegun is."""
        api: Any = sys.modules.get(API)
        if not hasattr(api, "_freeze_time"):
            return []
        real_start, real_stop = api._freeze_time.start, api._freeze_time.stop

        def start(freeze: Any) -> Any:
            self._was_used = True
            factory = real_start(freeze)
            if getattr(freeze, "real_asyncio", False):
                # freezegun's own is real, and puts back what was there before.
                loops: Any = asyncio.SelectorEventLoop
                loops.time = lambda _: self._loop_time()
            return factory

        def stop(freeze: Any) -> None:
            real_stop(freeze)
            self._replace()

        return [(api._freeze_time, "start", start), (api._freeze_time, "stop", stop)]

    def forget(self) -> None:
        """When all is over: freezegun remembers which names are bound to real functions. Some were bound to ours."""
        if self._was_used:
            getattr(sys.modules.get(API), "_GLOBAL_MODULES_CACHE", {}).clear()
