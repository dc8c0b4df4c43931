"""How does a service answer that is out of order for a while?"""

from __future__ import annotations

import math

from fakestt.faults.condition import Asked, Condition
from fakestt.faults.effects import Effect, fail

__all__ = ["Maintenance"]


class Maintenance(Condition):
    """In a window of the fake's time every operation of the service is answered 503, with a `Retry-After` to its end.

    Assumed: no page shows what the service answers then.
    """

    def __init__(self, spelled: str, window_s: tuple[float, float], *, optional: bool) -> None:
        super().__init__(spelled, optional=optional)
        self._begin_s, self._end_s = window_s

    def meet(self, asked: Asked) -> Effect | None:
        if not asked.is_of_service or not self._begin_s <= asked.since_start_s < self._end_s:
            return None
        return fail(503, retry_after=math.ceil(round(self._end_s - asked.since_start_s, 6)))

    def may_change(self, since_start_s: float) -> bool:
        """It may until it is over."""
        return since_start_s < self._end_s
