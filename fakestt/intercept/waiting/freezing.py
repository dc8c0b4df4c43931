"""Time that the test has set itself, by freezegun or time-machine: what is read follows it.

freezegun puts its own functions in the place of those that it takes for the real ones. It must never take ours for
them, and when it puts the real ones back, ours come after them.
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Sequence
from datetime import UTC
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

from fakestt.intercept.waiting.real import REAL
from fakestt.intercept.waiting.stage import STAGE

__all__ = ["FreezePatches", "followed", "frozen", "set_by_test"]

_API = "freezegun.api"


def frozen(name: str) -> Any:
    """freezegun's own function of this name while it freezes the time, or None."""
    api: Any = sys.modules.get(_API)
    return getattr(api, f"fake_{name}", None) if getattr(api, "freeze_factories", None) else None


def set_by_test() -> Callable[[], float] | None:
    """What tells the time that the test has set itself, or None when it has not."""
    theirs = frozen("time")
    if theirs is not None:
        return theirs  # type: ignore[no-any-return]  # freezegun is typed, but must not be imported here
    machine = sys.modules.get("time_machine")
    # The stack's name was another before version 3.
    if getattr(machine, "traveller_stack", None) or getattr(machine, "coordinates_stack", None):
        # It changes the real functions themselves.
        return REAL["time"]
    return None


def followed() -> tuple[object, float] | None:
    """What has set the time, and the instant in seconds since the epoch; None when the test has not.

    The same in every thread, and looking moves nothing: freezegun's own functions tell worker threads the real time,
    and with `auto_tick_seconds` go on at each look.
    """
    modules = sys.modules
    if _API not in modules and "time_machine" not in modules:
        return None  # asked at every look at a clock, so this is worth a line
    api: Any = modules.get(_API)
    factories = getattr(api, "freeze_factories", None)
    if factories:
        factory = factories[-1]
        now = factory() if isinstance(factory, api.TickingDateTimeFactory) else factory.time_to_freeze
        return factory, now.replace(tzinfo=UTC).timestamp()
    machine = sys.modules.get("time_machine")
    travels = getattr(machine, "traveller_stack", None) or getattr(machine, "coordinates_stack", None)
    return (travels[-1], REAL["time"]()) if travels else None


class FreezePatches(MetaPathFinder):
    """Keeps freezegun and us apart, for one virtual time.

    Args:
        replace: puts ours in.
        restore: puts the real ones back.
    """

    def __init__(self, replace: Callable[[], None], restore: Callable[[], None]) -> None:
        self._replace = replace
        self._restore = restore
        self._was_used = False

    def table(self) -> list[tuple[Any, str, Any]]:
        """The methods that begin and end a freeze, where freezegun is there to have them."""
        api: Any = sys.modules.get(_API)  # Any: the same
        if not hasattr(api, "_freeze_time"):
            return []
        real_start, real_stop = api._freeze_time.start, api._freeze_time.stop

        def start(freeze: Any) -> Any:
            self._was_used = True
            return real_start(freeze)

        def stop(freeze: Any) -> None:
            real_stop(freeze)
            if STAGE.waiting is not None:
                self._replace()

        return [(api._freeze_time, "start", start), (api._freeze_time, "stop", stop)]

    def install(self, late: Callable[[], None]) -> None:
        """Have a say when freezegun is imported later.

        Args:
            late: called when it has been.
        """
        self._late = late
        if _API not in sys.modules:
            sys.meta_path.insert(0, self)

    def remove(self) -> None:
        """Have none any more."""
        with contextlib.suppress(ValueError):
            sys.meta_path.remove(self)
        if self._was_used:
            # It remembers which names of which modules are bound to the real functions. They were bound to ours.
            self._was_used = False
            getattr(sys.modules.get(_API), "_GLOBAL_MODULES_CACHE", {}).clear()

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Find freezegun, and have it loaded among the real functions."""
        if fullname != _API:
            return None
        for finder in sys.meta_path:
            spec = None if finder is self else finder.find_spec(fullname, path, target)
            if spec is not None:
                self._among_real_ones(spec.loader)
                return spec
        return None

    def _among_real_ones(self, loader: Any) -> None:  # Any: its exec_module is replaced, on this one loader
        exec_module = loader.exec_module

        def exec_among_real_ones(module: ModuleType) -> None:
            loader.__dict__.pop("exec_module", None)
            self._restore()
            try:
                exec_module(module)
            finally:
                if STAGE.waiting is not None:
                    self._replace()
                    self._late()

        loader.exec_module = exec_among_real_ones
