"""What is remembered of the exchanges of one operation that are not kept."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from itertools import accumulate, chain, islice, pairwise, repeat

from fakestt.journal.record import Exchange

__all__ = ["Tally", "gaps_between"]


class Tally:
    """How many they were, the last of them, and when each came: equal gaps in a row are one number."""

    def __init__(self, first: Sequence[Exchange]) -> None:
        self.count: int = 0
        self._before = first[-1:]
        self._gaps_s = array("d")
        self._times = array("Q")

    def add(self, exchange: Exchange) -> None:
        self.count += 1
        for gap_s in gaps_between([one.at_s for one in (*self._before, exchange)]):
            if self._gaps_s and self._gaps_s[-1] == gap_s:
                self._times[-1] += 1
            else:
                self._gaps_s.append(gap_s)
                self._times.append(1)
        self._before = [exchange]

    @property
    def last(self) -> Exchange:
        return self._before[-1]

    def gaps(self) -> Iterator[float]:
        return chain.from_iterable(map(repeat, self._gaps_s, self._times))

    def instants(self) -> Iterator[float]:
        """When each of them came, the latest first."""
        backwards = chain.from_iterable(map(repeat, reversed(self._gaps_s), reversed(self._times)))
        return accumulate(islice(backwards, self.count - 1), _before, initial=self.last.at_s)


def gaps_between(instants: Sequence[float]) -> list[float]:
    """Seconds between one and the next."""
    return [round(later - earlier, 6) for earlier, later in pairwise(instants)]


def _before(at_s: float, gap_s: float) -> float:
    return round(at_s - gap_s, 6)
