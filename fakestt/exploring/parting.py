"""Where a run left the default run: the first exchange that is not the same in both."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest

from fakestt.core.changes import ByHand, Change
from fakestt.fake import FakeSTT
from fakestt.journal.names import Names
from fakestt.journal.record import Exchange
from fakestt.journal.story import Story
from fakestt.journal.timeline import exchange_text, is_own, phases_text, since

__all__ = ["Parting", "parting"]


@dataclass(frozen=True, slots=True)
class Parting:
    """Where two runs are no longer the same.

    Attributes:
        at_s: in seconds from the fake's start.
        seq: the number of the request; None if no request differs.
        here: what came in this run.
        there: what came in the default run.
        fake: the number of the fake, from 0.
        host: of the fake, if there are several.
    """

    at_s: float
    seq: int | None
    here: str
    there: str
    fake: int = 0
    host: str = ""

    @property
    def where(self) -> str:
        """`at #3`, `behind its last request`."""
        where = "behind its last request" if self.seq is None else f"at #{self.seq}"
        return f"{where} of {self.host}" if self.host else where

    def lines(self) -> list[str]:
        """Two lines, the second below the first: `left the default run at #3: ...`."""
        head, below = f"left the default run {self.where}: ", "the default run: "
        return [f"{head}{self.here}", f"{below:>{len(head)}}{self.there}"]


def parting(default: Sequence[FakeSTT], here: Sequence[FakeSTT]) -> Parting | None:
    """Where a run parts from the default run, by their fakes; None if it does nothing else.

    What is compared is what a report shows: the request, its answer, its instant, and what changed before it or by it.
    An instant inside a body is not: two runs may start at different ones.
    """
    pairs = enumerate(zip(default, here, strict=False))
    found = (_of_fake(number, _Run(one, one), _Run(other, one)) for number, (one, other) in pairs)
    first = min(filter(None, found), key=lambda one: (one.at_s, one.fake), default=None)
    return first if first is None or len(default) < 2 else replace(first, host=default[first.fake].host)


class _Run:
    """What one fake tells of its run. What has a name in the default run has the same one here."""

    def __init__(self, stt: FakeSTT, default: FakeSTT) -> None:
        world = stt._service.world
        with stt.app.lock:
            if not stt._time.goes_by_itself:
                world.settle()
        self.exchanges = stt.journal.kept()
        self.started_at_s = world.started_at_s
        self.later = world.machine.unseen_changes()
        self._names = Names.of(default._service.world.machine.changes, {})
        self._story = Story((), (), ())

    def offset_s(self, at_s: float) -> float:
        return round(at_s - self.started_at_s, 6)

    def told(self, exchange: Exchange | None) -> tuple[str, str, str]:
        """What had changed before it, its line, and what it changed itself."""
        if exchange is None:
            return "", "no request any more", ""
        own = [one for one in exchange.changes if is_own(one, exchange)]
        before = exchange.changes[: len(exchange.changes) - len(own)]
        state = self._story.states(exchange) if exchange.reply.status < 400 else ""
        line = exchange_text(exchange, self._names.path, state=state)
        return self.changes(before), f"{since(exchange.at_s, self.started_at_s)}  {line}", self.changes(own)

    def changes(self, changes: Iterable[Change]) -> str:
        """In words, those by the test itself left out: the test does them in every run."""
        told = (one for one in changes if not isinstance(one.cause, ByHand))
        return "; ".join(f"{self._names.subject(one.subject)}: {phases_text(one)} by {one.cause}" for one in told)


def _of_fake(number: int, default: _Run, here: _Run) -> Parting | None:
    for one, other in _pairs(default.exchanges, here.exchanges):
        there_told, here_told = default.told(one), here.told(other)
        if there_told != here_told:
            met, run = (one, default) if other is None else (other, here)
            assert met is not None
            return Parting(
                run.offset_s(met.at_s), met.seq, _words(here_told, there_told), _words(there_told, here_told), number
            )
    there_text, here_text = default.changes(default.later), here.changes(here.later)
    if there_text == here_text:
        return None
    run = here if here_text else default
    at_s = run.offset_s(run.later[0].at_s)
    return Parting(at_s, None, here_text or "no change", there_text or "no change", number)


def _words(told: Sequence[str], other: Sequence[str]) -> str:
    """The line of a request, and of the changes beside it those that the other has not."""
    before, line, own = told
    return "; ".join(filter(None, [before if before != other[0] else "", line, own if own != other[2] else ""]))


def _pairs(default: Sequence[Exchange], here: Sequence[Exchange]) -> Iterator[tuple[Exchange | None, Exchange | None]]:
    """The exchanges of one number, as far as both runs have kept them."""
    for one, other in zip_longest(default, here):
        if one is not None and other is not None and one.seq != other.seq:
            return
        yield one, other
