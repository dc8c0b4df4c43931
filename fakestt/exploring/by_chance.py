"""What chance did to an ordinary test, as a schedule: a storm's hits, without the storm."""

from __future__ import annotations

from fakestt.exploring.schedule import Deviation, Schedule
from fakestt.fake import FakeSTT

__all__ = ["by_chance"]


def by_chance(stt: FakeSTT) -> Schedule:
    """The faults that were drawn, each at its request. It is empty where nothing was left to chance."""
    hits = ((one, one.rule.drawn) for one in stt.journal.kept() if one.rule is not None)
    return Schedule(
        tuple(Deviation(f"r{one.seq}:{one.operation}", effect.spelled) for one, effect in hits if effect is not None)
    )
