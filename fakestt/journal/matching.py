"""Lines of an expectation beside the exchanges that came: which belong together, and what is left of both."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf
from typing import NamedTuple

from fakestt.journal.expected import Difference, Expected
from fakestt.journal.record import Exchange

__all__ = ["Pairing", "are_in_order", "likeness", "paired_in_any_order", "paired_in_order"]


class Pairing(NamedTuple):
    """A line and what belongs to it. Without a line they were not expected; without exchanges it never came.

    Attributes:
        line: its number, from 0.
        exchanges: one, or all that a line of polls stands for.
        differences: in which fields it is not as expected.
    """

    line: int | None
    exchanges: tuple[Exchange, ...] = ()
    differences: tuple[Difference, ...] = ()

    def is_good(self, *, others: bool) -> bool:
        """Whether it came as expected, or with `others` may have come."""
        return others if self.line is None else bool(self.exchanges) and not self.differences


def are_in_order(lines: Sequence[Expected], exchanges: Sequence[Exchange], *, others: bool) -> bool:
    """Whether the exchanges can be read as these lines, in this order; with `others` there may be more between them."""
    read = {0}  # how many lines may have been read by now
    for exchange in exchanges:
        after = set(read) if others else set()
        for done in read:
            if done < len(lines) and lines[done].fits(exchange):
                after.add(done + 1)
            if done and lines[done - 1].repeats and lines[done - 1].fits(exchange):
                after.add(done)
        if not after:
            return False
        read = after
    return len(lines) in read


# What belongs together where not all is as expected

_NEVER_CAME = 20
_NOT_EXPECTED = 10  # however many that are alike came in a row: they are told in one line
_DIFFERS = 10  # and one more for each field: a line that differs costs less than one that never came
_INTERRUPTED = 9  # polls are in a row: if they go on after another exchange, that is hardly better than one more stray
_UNRELATED = 1000


def _cost(line: Expected, exchange: Exchange) -> int:
    """How far the exchange is from the line: nothing of what was said may be true, then they have nothing in common."""
    if line.fits(exchange):
        return 0
    differences = line.differences(exchange)
    is_another = differences[0].field == "operation" or len(differences) == line.size
    return _UNRELATED if is_another else _DIFFERS + len(differences)


def likeness(exchange: Exchange) -> tuple[object, ...]:
    """Equal for exchanges that are told in one line if nobody has expected them."""
    return exchange.method, exchange.path, exchange.status, exchange.arrival.how, exchange.rule


def paired_in_order(lines: Sequence[Expected], exchanges: Sequence[Exchange], *, others: bool) -> list[Pairing]:
    """The pairs of the cheapest way to make one out of the other, as a diff has them."""
    return _Diff(lines, exchanges, others=others).pairs()


class _Diff:
    """The cheapest ways to make so many lines out of so many exchanges.

    `_costs[seen][done]` is the cost of the cheapest of all, `_strays[seen][done]` that of the cheapest one that ends
    with an exchange which was not expected.
    """

    def __init__(self, lines: Sequence[Expected], exchanges: Sequence[Exchange], *, others: bool) -> None:
        self._lines, self._exchanges = lines, exchanges
        self._stray, self._interrupted = (0, 0) if others else (_NOT_EXPECTED, _INTERRUPTED)
        self._costs: list[list[float]] = [[_NEVER_CAME * done for done in range(len(lines) + 1)]]
        self._strays = [[inf] * (len(lines) + 1)]
        for seen, exchange in enumerate(exchanges, 1):
            before = self._costs[-1]
            is_alike = seen > 1 and likeness(exchange) == likeness(exchanges[seen - 2])
            more = self._strays[-1] if is_alike else self._strays[0]
            strays = [min(one + self._stray, other) for one, other in zip(before, more, strict=True)]
            row = [strays[0]]
            for at, line in enumerate(lines):
                cost = _cost(line, exchange)
                again = inf if cost or not line.repeats else before[at + 1] + self._to_go_on(line, seen)
                row.append(min(before[at] + cost, row[at] + _NEVER_CAME, strays[at + 1], again))
            self._costs.append(row)
            self._strays.append(strays)

    def _to_go_on(self, line: Expected, seen: int) -> int:
        """The cost of one more of these polls."""
        return 0 if seen > 1 and line.fits(self._exchanges[seen - 2]) else self._interrupted

    def pairs(self) -> list[Pairing]:
        """The steps that led to the last cost, read from the end."""
        costs = self._costs
        found: list[Pairing] = []
        polled: tuple[Exchange, ...] = ()
        seen, done = len(self._exchanges), len(self._lines)
        while seen or done:
            cost, own = costs[seen][done], _UNRELATED
            if seen and done:
                line, exchange = self._lines[done - 1], self._exchanges[seen - 1]
                own = _cost(line, exchange)
                if line.repeats and not own and cost == costs[seen - 1][done] + self._to_go_on(line, seen):
                    polled = (exchange, *polled)
                    seen -= 1
                    continue
            if seen and done and cost == costs[seen - 1][done - 1] + own:
                found.append(Pairing(done - 1, (exchange, *polled), tuple(line.differences(exchange))))
                seen, done, polled = seen - 1, done - 1, ()
            elif done and cost == costs[seen][done - 1] + _NEVER_CAME:
                found.append(Pairing(done - 1))
                done -= 1
            else:
                is_first = False
                while not is_first:
                    found.append(Pairing(None, (self._exchanges[seen - 1],)))
                    is_first = self._strays[seen][done] == costs[seen - 1][done] + self._stray
                    seen -= 1
        return found[::-1]


def paired_in_any_order(lines: Sequence[Expected], exchanges: Sequence[Exchange]) -> list[Pairing]:
    """As many pairs as there can be; of what is left, those that differ least."""
    places = _Places(lines, exchanges)
    left = [exchange for at, exchange in enumerate(exchanges) if at not in places.line_of]
    placed: list[list[Exchange]] = [[] for _ in lines]
    for at, number in sorted(places.line_of.items()):
        placed[number].append(exchanges[at])
    pairs = []
    for number, (line, mine) in enumerate(zip(lines, placed, strict=True)):
        if not mine and left:
            at = min(range(len(left)), key=lambda at: _cost(line, left[at]))
            mine = [left.pop(at)] if _cost(line, left[at]) < _UNRELATED else []
        pairs.append(Pairing(number, tuple(mine), tuple(line.differences(mine[0])) if mine else ()))
    return [*pairs, *(Pairing(None, (exchange,)) for exchange in left)]


class _Places:
    """Each line has one exchange, one of polls any number. Where one can go elsewhere it makes room for another.

    First each line looks for an exchange, then each exchange that is left for a line: whoever has a place keeps one.
    """

    def __init__(self, lines: Sequence[Expected], exchanges: Sequence[Exchange]) -> None:
        self.line_of: dict[int, int] = {}
        self._exchange_of: dict[int, int] = {}  # the latest
        self._fitting = [[at for at, one in enumerate(exchanges) if line.fits(one)] for line in lines]
        for line in range(len(lines)):
            self._find_exchange(line, set())
        self._polls = {number for number, line in enumerate(lines) if line.repeats}
        self._possible: dict[int, list[int]] = {}
        for line, fitting in enumerate(self._fitting):
            for at in fitting:
                self._possible.setdefault(at, []).append(line)
        for at in self._possible:
            if at not in self.line_of:
                self._find_line(at, set())

    def _put(self, at: int, line: int) -> bool:
        self.line_of[at], self._exchange_of[line] = line, at
        return True

    def _find_exchange(self, line: int, tried: set[int]) -> bool:
        fitting = self._fitting[line]
        free = next((at for at in fitting if at not in self.line_of), None)
        if free is not None:
            return self._put(free, line)
        for at in fitting:
            if at not in tried:
                tried.add(at)
                if self._find_exchange(self.line_of[at], tried):
                    return self._put(at, line)
        return False

    def _find_line(self, at: int, tried: set[int]) -> bool:
        polls = next((line for line in self._possible[at] if line in self._polls), None)
        if polls is not None:
            return self._put(at, polls)
        for line in self._possible[at]:
            if line not in tried:
                tried.add(line)
                if self._find_line(self._exchange_of[line], tried):
                    return self._put(at, line)
        return False
