"""Child processes of event loops live in real time: while one runs, its loop's clock must not move."""

from __future__ import annotations

import weakref
from asyncio import base_subprocess
from collections.abc import Callable
from typing import Any

from fakestt.intercept.waiting.real import REAL

__all__ = ["ChildPatches"]

BaseSubprocessTransport: Any = base_subprocess.BaseSubprocessTransport  # Any: what is replaced is in no stub

# In real seconds. One that runs for longer, a server for instance, is waited for no more.
_PATIENCE_S = 5.0


class ChildPatches:
    """The method that is put into asyncio's transports of child processes, and those that it has seen begin."""

    def __init__(self) -> None:
        self._since_s: weakref.WeakKeyDictionary[Any, float] = weakref.WeakKeyDictionary()
        self.table: tuple[tuple[type, str, Callable[..., Any]], ...] = (
            (BaseSubprocessTransport, "__init__", self._init(BaseSubprocessTransport.__init__)),
        )

    def expected_s(self, loop: Any) -> float:
        """How long, in real seconds, one of this loop may still run. 0 when none does."""
        if not self._since_s:
            return 0.0
        running = [since_s for one, since_s in self._since_s.items() if one._loop is loop and one._returncode is None]
        left_s: float = max(running, default=0.0) + _PATIENCE_S - REAL["monotonic"]()
        return max(0.0, left_s)

    def _init(self, real: Callable[..., None]) -> Callable[..., None]:
        def init(transport: Any, *args: Any, **options: Any) -> None:
            real(transport, *args, **options)
            self._since_s[transport] = REAL["monotonic"]()

        return init
