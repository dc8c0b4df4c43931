"""Times taken in turns, so that a noisy machine is noisy for everybody."""

from __future__ import annotations

import gc
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from statistics import median, quantiles
from time import process_time

__all__ = ["Contender", "Ratio", "Times", "measure", "show", "table"]


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
    """How one compares with another: the median of the ratios of each round, which saw the same weather.

    `low` and `high` are the quartiles of the rounds; of fewer than eight the least and the most. A target of 0 is none.
    """

    name: str
    value: float
    low: float
    high: float
    target: float
    at_least: bool = False

    @classmethod
    def of(cls, name: str, ours: Times, theirs: Times, target: float, *, at_least: bool = False) -> Ratio:
        rounds = [ours_us / theirs_us for ours_us, theirs_us in zip(ours.each_us, theirs.each_us, strict=True)]
        return cls.over(name, rounds, target, at_least=at_least)

    @classmethod
    def over(cls, name: str, rounds: Sequence[float], target: float, *, at_least: bool = False) -> Ratio:
        """The ratio that was taken in each of these rounds."""
        low, high = min(rounds), max(rounds)
        if len(rounds) >= 8:
            low, _, high = quantiles(rounds, n=4)
        return cls(name, median(rounds), low, high, target, at_least)

    @property
    def missed_by(self) -> float:
        """The part of the target that is missing; 0 and less where it is met."""
        return (self.target - self.value if self.at_least else self.value - self.target) / self.target

    def spread(self) -> str:
        return f"{self.name:44} {self.value:7.3f}  ({self.low:.3f} to {self.high:.3f})"

    def __str__(self) -> str:
        reached = self.value >= self.target if self.at_least else self.value <= self.target
        sign = ">=" if self.at_least else "<="
        return f"{self.name} {self.value:.3f} {sign}{self.target:g} {'ok' if reached else 'short'}"


def show(title: str, times: Mapping[str, Times]) -> None:
    """Print what was taken."""
    print(f"\n{title}")
    for name, each in times.items():
        print(f"  {name:32} {each}")


def table(ratios: Sequence[Ratio], reasons: Mapping[str, str]) -> str:
    """A line for each ratio: what, how much and its spread, the target, and whether it is met.

    Args:
        reasons: the beginning of a name and why such a target is missed, where it is.
    """
    width = max(len(ratio.name) for ratio in ratios)
    lines = [f"{'what':{width}}   ratio  half of the rounds   target", "-" * (width + 56)]
    for ratio in ratios:
        line = f"{ratio.name:{width}} {ratio.value:7.2f}  {ratio.low:7.2f} to {ratio.high:7.2f}"
        if ratio.target:
            line += f"   {'>=' if ratio.at_least else '<='} {ratio.target:<6.3g}"
            line += "met" if ratio.missed_by <= 0 else f"MISSED by {ratio.missed_by:.0%}"
        why = next((why for start, why in reasons.items() if ratio.name.startswith(start)), "")
        lines.append(line.rstrip() + (f": {why}" if why and ratio.target and ratio.missed_by > 0 else ""))
    return "\n".join(lines)


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
