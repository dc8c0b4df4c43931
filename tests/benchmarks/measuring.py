"""Times taken in turns, so that a noisy machine is noisy for everybody."""

from __future__ import annotations

import gc
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from statistics import median
from time import process_time

__all__ = ["Contender", "Ratio", "Times", "measure"]


@dataclass(frozen=True)
class Contender:
    """Something to time. `around` is entered for each round, outside the measured time."""

    once: Callable[[], object]
    around: Callable[[], AbstractContextManager[object]] = nullcontext


@dataclass
class Times:
    """Microseconds a call, a value a round."""

    each_us: list[float] = field(default_factory=list)

    def __str__(self) -> str:
        low, high = min(self.each_us), max(self.each_us)
        return f"{median(self.each_us):9.1f} us  (min {low:.1f}, max {high:.1f}, {len(self.each_us)} rounds)"


@dataclass(frozen=True)
class Ratio:
    """How one compares with another: the median of the ratios of each round, which saw the same weather."""

    name: str
    value: float
    low: float
    high: float
    target: float
    at_least: bool = False

    @classmethod
    def of(cls, name: str, ours: Times, theirs: Times, target: float, *, at_least: bool = False) -> Ratio:
        rounds = [ours_us / theirs_us for ours_us, theirs_us in zip(ours.each_us, theirs.each_us, strict=True)]
        return cls(name, median(rounds), min(rounds), max(rounds), target, at_least)

    def spread(self) -> str:
        return f"{self.name:44} {self.value:7.3f}  (min {self.low:.3f}, max {self.high:.3f})"

    def __str__(self) -> str:
        reached = self.value >= self.target if self.at_least else self.value <= self.target
        sign = ">=" if self.at_least else "<="
        return f"{self.name} {self.value:.3f} {sign}{self.target:g} {'ok' if reached else 'short'}"


def measure(contenders: Mapping[str, Contender], *, rounds: int, calls: int) -> dict[str, Times]:
    """Time each contender once a round, `calls` calls each. The order turns, so that nobody always goes first.

    What is taken is the time of the processor, all threads of this process together: on a busy machine the clock on
    the wall tells of others. Many short rounds are better than few long ones, for the machine's speed changes.
    """
    times = {name: Times() for name in contenders}
    names = list(contenders)
    for number in range(rounds):
        start = number % len(names)
        for name in names[start:] + names[:start]:
            contender = contenders[name]
            gc.collect()
            with contender.around():
                for _ in range(min(calls, 5)):
                    contender.once()
                began = process_time()
                for _ in range(calls):
                    contender.once()
                times[name].each_us.append((process_time() - began) / calls * 1e6)
    return times
