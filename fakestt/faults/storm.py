"""How does a client get on where anything may go wrong at any time?"""

from __future__ import annotations

from collections.abc import Sequence

from fakestt.core.ids import seeded_hex
from fakestt.faults.condition import Asked, Condition
from fakestt.faults.effects import Effect, fail, lose_request, reset

__all__ = ["USUAL", "Storm"]

USUAL = (fail(500), fail(502), fail(503), fail(504), lose_request(), reset())
"""What happens unless an author says otherwise. None of it does the work, so to repeat the request is right."""


class Storm(Condition):
    """At each request of the service one of some effects happens, with a probability. Equal seeds give equal storms.

    Args:
        rate: the probability, more than 0 and at most 1. All effects are equally likely.
    """

    is_by_chance = True

    def __init__(self, spelled: str, usual: Sequence[Effect], rate: float, seed: int, *, optional: bool) -> None:
        super().__init__(spelled, optional=optional)
        self._effects = usual
        self._rate = rate
        self._seed = seed
        self._asked = 0

    def meet(self, asked: Asked) -> Effect | None:
        if not asked.is_of_service:
            return None
        self._asked += 1
        drawn = int(seeded_hex(f"storm:{self._seed}:{self._asked}", 6), 16) / 2**48  # 0 or more, less than 1
        if drawn >= self._rate:
            return None
        return self._effects[int(drawn / self._rate * len(self._effects))]

    def may_change(self, since_start_s: float) -> bool:
        """It always may."""
        return True
