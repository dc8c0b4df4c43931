"""The exchanges of one fake, and what is asked of them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from itertools import pairwise
from typing import overload

from fakestt.errors import StateError, UnknownOperation, nearest
from fakestt.journal.record import Exchange
from fakestt.journal.timeline import timeline

__all__ = ["Journal"]


class Journal(Sequence[Exchange]):
    """A sequence of exchanges, in order. Names of operations are checked: a misspelt one never counts zero."""

    def __init__(self, operations: Collection[str], started_at_s: Callable[[], float]) -> None:
        self._operations = operations
        self._started_at_s = started_at_s
        self._exchanges: list[Exchange] = []

    def add(self, exchange: Exchange) -> None:
        """Write one down."""
        self._exchanges.append(exchange)

    @overload
    def __getitem__(self, index: int) -> Exchange: ...
    @overload
    def __getitem__(self, index: slice) -> list[Exchange]: ...
    def __getitem__(self, index: int | slice) -> Exchange | list[Exchange]:
        return self._exchanges[index]

    def __len__(self) -> int:
        return len(self._exchanges)

    def __iter__(self) -> Iterator[Exchange]:
        return iter(self._exchanges)

    def __repr__(self) -> str:
        return f"<Journal of {len(self)} exchanges>"

    def calls(self, operation: str) -> list[Exchange]:
        """The exchanges of one operation.

        Raises:
            UnknownOperation: no operation has this id.
        """
        if operation not in self._operations:
            raise UnknownOperation(
                f"no operation {operation!r}.{nearest(operation, self._operations)} All: {', '.join(self._operations)}"
            )
        return [exchange for exchange in self._exchanges if exchange.operation == operation]

    def count(self, operation: str) -> int:
        """How many exchanges of one operation there were.

        Raises:
            UnknownOperation: no operation has this id.
        """
        return len(self.calls(operation))

    def last(self, operation: str | None = None) -> Exchange:
        """The latest exchange, of one operation or of all.

        Raises:
            StateError: there is none.
            UnknownOperation: no operation has this id.
        """
        exchanges = self._exchanges if operation is None else self.calls(operation)
        if not exchanges:
            raise StateError(f"last({operation!r}): there was no such request. {self.summary()}")
        return exchanges[-1]

    def gaps(self, operation: str) -> list[float]:
        """Seconds of the fake's time between one exchange of an operation and the next.

        Raises:
            UnknownOperation: no operation has this id.
        """
        instants = [exchange.at_s for exchange in self.calls(operation)]
        return [round(later - earlier, 6) for earlier, later in pairwise(instants)]

    def timeline(self) -> str:
        """The whole as text, a line a request and a line a change."""
        return timeline(self._exchanges, self._started_at_s())

    def summary(self) -> str:
        """One sentence: which operations there were, and how often."""
        counts: dict[str, int] = {}
        for exchange in self._exchanges:
            name = exchange.operation or "not understood"
            counts[name] = counts.get(name, 0) + 1
        if not counts:
            return "There were no exchanges."
        listed = ", ".join(f"{count} x {name}" for name, count in counts.items())
        return f"The exchange{'s were' if len(self) > 1 else ' was'}: {listed}."
