"""How does a service answer that takes only so many calls in a time?"""

from __future__ import annotations

import math
from collections import deque

from fakestt.faults.condition import Asked, Condition
from fakestt.faults.effects import Effect, fail

__all__ = ["RateLimit"]


class RateLimit(Condition):
    """Of each owner's calls, so many are let through in any stretch of time of this length; the others get a 429.

    `Retry-After` is true: after so many seconds one call is let through. A refused call does not count.

    Assumed: no page tells the limits of this interface, or how they are counted. That a 429 is to be repeated later is
    in the SDK: ibm-cloud-sdk-core 3.28.0 base_service.py, retries.
    """

    def __init__(self, spelled: str, per_s: float, calls: int) -> None:
        super().__init__(spelled, optional=True)  # a client that keeps within the limit is what a test may show
        self._per_s = per_s
        self._calls = calls
        self._let_through: dict[str, deque[float]] = {}
        self._has_forgotten = False

    def meet(self, asked: Asked) -> Effect | None:
        if not asked.is_of_service or asked.caller is None:
            return None
        recent = self._let_through.setdefault(asked.caller.owner, deque())
        while recent and round(recent[0] + self._per_s, 6) <= asked.since_start_s:
            recent.popleft()
            self._has_forgotten = True
        if len(recent) < self._calls:
            recent.append(asked.since_start_s)
            return None
        wait_s = recent[0] + self._per_s - asked.since_start_s
        return fail(429, retry_after=math.ceil(round(wait_s, 6)))

    def may_change(self, since_start_s: float) -> bool:
        """It may while the calls that count grow in number, and behind a refusal. A poller that keeps within the limit
        is refused by nothing."""
        full = any(len(recent) == self._calls for recent in list(self._let_through.values()))
        return full or not self._has_forgotten
