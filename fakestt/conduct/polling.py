"""Rules about clients that read a status again and again until it is the one that they wait for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from fakestt.conduct.monitor import Bounded, Monitor, Seen
from fakestt.core.provenance import How, Source
from fakestt.journal.names import shortened

__all__ = ["FEW_SECONDS_S", "INTERVALS", "AfterTheEnd", "Interval", "TooFast"]

FEW_SECONDS_S = 1.0
"""`Every few seconds` stands in the documentation. A client that waits for one second is not blamed."""


class Interval(NamedTuple):
    """How long to wait between two reads that show a status: in seconds, as the documentation words it, and where."""

    wait_s: float
    said: str
    how: Source


_FEW = Interval(FEW_SECONDS_S, "every few seconds", Source("icp2018 acoustic-create.md", "monitorAudio"))
_TRAINING = Interval(60.0, "once a minute", Source("icp2018 acoustic-create.md", "monitorTraining"))
_UPGRADE = Interval(60.0, "once a minute", Source("icp2018 custom-upgrade.md", "upgradeAcoustic"))

_TEN = "every 10 seconds"
_GRAMMAR = Interval(10.0, _TEN, Source("icp2020 grammar-add.md", "monitorGrammar"))
_CORPUS = Interval(10.0, _TEN, Source("icp2018 language-create.md", "monitorCorpus"))
_WORDS = Interval(10.0, _TEN, Source("icp2018 language-create.md", "monitorWords"))
_LANGUAGE_TRAINING = Interval(10.0, _TEN, Source("icp2018 language-create.md", "monitorTraining"))
_LANGUAGE_UPGRADE = Interval(10.0, _TEN, Source("icp2018 custom-upgrade.md", "upgradeLanguage"))

INTERVALS: Mapping[tuple[str, str], Interval] = {
    ("getAudio", "being_processed"): _FEW,
    ("getAcousticModel", "pending"): _FEW,  # while its audio is analysed
    ("getAcousticModel", "training"): _TRAINING,
    ("getAcousticModel", "upgrading"): _UPGRADE,
    ("getCorpus", "being_processed"): _CORPUS,
    ("getGrammar", "being_processed"): _GRAMMAR,
    ("getLanguageModel", "pending"): _WORDS,  # while its words are validated, or a corpus or a grammar is analysed
    ("getLanguageModel", "training"): _LANGUAGE_TRAINING,
    ("getLanguageModel", "upgrading"): _LANGUAGE_UPGRADE,
}
"""The statuses that change by themselves, by the operation that shows them. With all others the wait is over."""


_HOWS = tuple(dict.fromkeys(one.how for one in INTERVALS.values()))


@dataclass(slots=True)
class _Reads:
    """The reads of one resource by one thread: the latest, and those in a row that came too soon."""

    at_s: float
    seq: int
    interval: Interval | None
    gap_s: float = 0.0
    first_seq: int = 0
    fast: int = 0
    at_once: int = 0


class TooFast(Monitor[tuple[str, tuple[str, str]], _Reads]):
    """Polls faster than the documented interval."""

    rule = "polling"
    hows: tuple[How, ...] = _HOWS
    about_waiting = True

    LEAST = 3
    """So many intervals in a row are polling. Fewer may be a look before a loop, or two looks for two things."""

    AT_ONCE = 10
    """So many reads of one instant are a loop that does not wait. Fewer are one look for several things."""

    TOLERANCE = 0.75
    """Clients that spread their polls at random, or wait for a round number of seconds, stay within."""

    def see(self, seen: Seen) -> None:
        if not seen.shown:
            return
        exchange = seen.exchange
        interval = INTERVALS.get((seen.operation, seen.shown))
        reads = self.state.get((seen.model, seen.reader))
        if reads is None:
            self.state[seen.model, seen.reader] = _Reads(exchange.at_s, exchange.seq, interval)
            return
        gap_s = exchange.at_s - reads.at_s
        if gap_s == 0:
            reads.at_once += 1
        else:
            reads.at_once = 0
        if gap_s > 0 or reads.at_once >= self.AT_ONCE:
            self._count(reads, gap_s)
        before, reads.interval = reads.interval, interval
        reads.at_s, reads.seq = exchange.at_s, exchange.seq
        if reads.fast >= self.LEAST and before is not None:
            self._blame(seen, reads, before)

    def _count(self, reads: _Reads, gap_s: float) -> None:
        """One more interval. What grows from one to the next is a back-off that has not got there yet."""
        is_fast = reads.interval is not None and gap_s < reads.interval.wait_s * self.TOLERANCE
        grows = gap_s > reads.gap_s * 1.1 > 0
        if not is_fast or grows:
            reads.fast = 0
        else:
            reads.first_seq = reads.first_seq if reads.fast else reads.seq
            reads.fast += 1
        reads.gap_s = gap_s

    def _blame(self, seen: Seen, reads: _Reads, interval: Interval) -> None:
        pace = f"every {round(reads.gap_s, 3):g} s" if reads.gap_s else "without a wait"
        self.find(
            (seen.model, seen.part, interval),
            (reads.first_seq, reads.seq),
            f"{seen.operation} of {_name(seen)} {pace}, {reads.fast} times in a row",
            f"Documented is {interval.said}. Wait longer between two reads.",
            interval.how,
        )


@dataclass(slots=True)
class _Wait:
    """A thread's wait for one resource. Since the read `seq` it is over: the status is `shown`.

    `how`: where it stands how to wait for that.
    """

    how: How
    shown: str = ""
    seq: int = 0
    at_s: float = 0.0
    latest_seq: int = 0
    more: int = 0


class AfterTheEnd(Monitor[str, Bounded[tuple[str, str], _Wait]]):
    """Keeps polling after a status that will not change by itself."""

    rule = "polling_on"
    hows: tuple[How, ...] = _HOWS

    LEAST = 3
    """So many further reads are polling. Fewer may be a look at what has come out."""

    LONGEST_GAP_S = 600.0
    """Who reads more seldom keeps an eye on the model, and waits for nothing."""

    _busy_seq = 0
    """The latest read that showed something still going on. Who waits for several things reads all of them on."""

    def see(self, seen: Seen) -> None:
        if not seen.shown:
            # What the client asks for may change the status, so a new wait begins.
            if self.state and seen.model and seen.exchange.method != "GET":
                self.state.pop(seen.model, None)
            return
        waits = self.state.get(seen.model)
        interval = INTERVALS.get((seen.operation, seen.shown))
        if interval is not None:
            if waits is None:
                waits = self.state[seen.model] = Bounded()
            waits[seen.reader] = _Wait(interval.how)
            self._busy_seq = seen.exchange.seq
        elif waits is not None and seen.reader in waits:
            self._settled(seen, waits, waits[seen.reader])

    def _settled(self, seen: Seen, waits: Bounded[tuple[str, str], _Wait], wait: _Wait) -> None:
        exchange = seen.exchange
        if not wait.shown:
            wait.shown = seen.shown
        elif wait.shown != seen.shown or exchange.at_s - wait.at_s > self.LONGEST_GAP_S:
            del waits[seen.reader]
            return
        if self._busy_seq > wait.latest_seq:
            wait.seq, wait.more = exchange.seq, 0
        else:
            wait.more += 1
        wait.at_s, wait.latest_seq = exchange.at_s, exchange.seq
        if wait.more >= self.LEAST:
            self.find(
                (seen.model, seen.part),
                (wait.seq, exchange.seq),
                f"{_name(seen)} is {wait.shown}, and the client read on, {wait.more} times",
                f"Nothing changes any more by itself. Let the wait end with {wait.shown} too.",
                wait.how,
            )


def _name(seen: Seen) -> str:
    return shortened(f"{seen.model}/{seen.part}" if seen.part else seen.model)
