"""How does a client get on whose tokens end before their time?"""

from __future__ import annotations

from collections.abc import Callable

from fakestt.faults.condition import Asked, Condition
from fakestt.faults.effects import Effect

__all__ = ["ExpiredTokens"]


class ExpiredTokens(Condition):
    """From an instant on, the tokens that were handed out before it are refused.

    Args:
        expire: lets them expire.
    """

    def __init__(self, spelled: str, at_s: float, expire: Callable[[], None], *, optional: bool) -> None:
        super().__init__(spelled, optional=optional)
        self._at_s = at_s
        self._expire = expire

    def meet(self, asked: Asked) -> Effect | None:
        # At the first request since then. No token was handed out between the instant and this request.
        if not self.used and asked.since_start_s >= self._at_s:
            self._expire()
            self.used = 1
        return None

    def may_change(self, since_start_s: float) -> bool:
        """It may until it has come."""
        return not self.used
