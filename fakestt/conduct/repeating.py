"""Rules about clients that send a request again."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import Any, ClassVar

from fakestt.conduct.monitor import Monitor, Seen, is_lost
from fakestt.conduct.polling import FEW_SECONDS_S, INTERVALS
from fakestt.core.changes import ByCommand
from fakestt.core.provenance import How, Source
from fakestt.journal.names import shortened
from fakestt.journal.record import Exchange

__all__ = ["BlindRepeat", "IgnoredRetryAfter", "ToldBusy"]


class IgnoredRetryAfter(Monitor[Hashable, tuple[float, int, str]]):
    """Sends a request again before the time that the answer's Retry-After names."""

    rule = "retry_after"
    hows: tuple[How, ...] = (Source("RFC 9110", "10.2.3"),)
    about_waiting = True

    SLACK_S = 0.1

    def see(self, seen: Seen) -> None:
        exchange = seen.exchange
        status = exchange.status
        if not self.state and (status is None or status < 400):
            return
        key = (exchange.method, exchange.path)
        told = self.state.pop(key, None)
        if told is not None:
            due_at_s, seq, header = told
            early_s = due_at_s - exchange.at_s
            if early_s > self.SLACK_S:
                self.find(
                    key,
                    (seq, exchange.seq),
                    f"{seen.operation or exchange.method} was sent again {round(early_s, 3):g} s before the time that "
                    f"Retry-After: {header} names",
                    "Wait as long as the answer says before the request is repeated.",
                    *self.hows,
                )
        if status is not None and status >= 400:
            header = next((value for name, value in exchange.reply.headers if name.lower() == "retry-after"), "")
            due_at_s = _due_at_s(header, exchange)
            if due_at_s:
                self.state[key] = (due_at_s, exchange.seq, shortened(header))


def _due_at_s(header: str, exchange: Exchange) -> float:
    """The instant that the header names, in seconds or as a date; 0 if it names none."""
    if header.isdecimal():
        return (exchange.arrival.at_s or exchange.at_s) + int(header)
    try:
        date = parsedate_to_datetime(header)
        return (date if date.tzinfo else date.replace(tzinfo=UTC)).timestamp()
    except (ValueError, TypeError, IndexError, OverflowError):
        return 0.0


class BlindRepeat(Monitor[Hashable, tuple[int, bool]]):
    """Repeats a POST that is not idempotent after a lost reply, without a look at what became of the first.

    A fault that loses the request is the same to the client: it can't tell which of the two was lost.
    """

    rule = "blind_repeat"
    hows: tuple[How, ...] = (Source("RFC 9110", "9.2.2"),)

    IDEMPOTENT = frozenset({"resetAcousticModel", "resetLanguageModel"})

    def see(self, seen: Seen) -> None:
        exchange = seen.exchange
        call = exchange.call
        if call is None or call.operation.family is None:
            return
        if call.method == "GET":
            if self.state and exchange.status is not None:
                self.state.clear()  # any look will do: nobody can say what a client concludes from it
            return
        if call.method != "POST" or seen.operation in self.IDEMPOTENT or _overwrites(call.values):
            return
        key = (seen.operation, exchange.path, exchange.request.sha256)
        lost = self.state.pop(key, None)
        if lost is not None:
            seq, is_done = lost
            became = "had been carried out" if is_done else "may have been carried out"
            self.find(
                key,
                (seq, exchange.seq),
                f"{seen.operation} was repeated after its answer was lost. The first {became}",
                "Read what became of it before a POST is repeated, and leave POST out of automatic retries.",
                *self.hows,
            )
        if is_lost(exchange):
            self.state[key] = (exchange.seq, _is_done(exchange))


def _overwrites(values: Mapping[str, Any]) -> bool:
    """Whether audio takes the place of what has its name, so that twice is as good as once."""
    return values.get("allow_overwrite") in (True, "true")


def _is_done(exchange: Exchange) -> bool:
    causes = [change.cause for change in exchange.changes]
    return any(isinstance(one, ByCommand) and one.command == exchange.operation and not one.refused for one in causes)


class ToldBusy(Monitor[tuple[str, str, str], tuple[float, int]]):
    """Trains, adds or upgrades again at once, after it was told 409: the model is busy.

    Only the same request counts. Several that were sent at the same time may all get a 409, and none of their senders
    had been told.
    """

    rule = "busy"
    about_waiting = True

    HOW: ClassVar[Mapping[str, Source]] = {
        "addAudio": Source("icp2018 acoustic-create.md", "monitorAudio"),
        "trainAcousticModel": Source("icp2018 acoustic-create.md", "failedTraining"),
        "upgradeAcousticModel": Source("icp2018 custom-upgrade.md", "upgradeFailures"),
        "addCorpus": Source("icp2018 language-create.md", "addCorpus"),
        "addGrammar": Source("icp2020 grammar-add.md", "monitorGrammar"),
        "addWords": Source("icp2018 language-create.md", "addWords"),
        "trainLanguageModel": Source("icp2018 language-create.md", "failedTraining"),
        "upgradeLanguageModel": Source("icp2018 custom-upgrade.md", "upgradeFailures"),
    }
    hows: tuple[How, ...] = tuple(dict.fromkeys(HOW.values()))

    def see(self, seen: Seen) -> None:
        if seen.operation not in self.HOW:
            if self.state and seen.shown and (seen.operation, seen.shown) not in INTERVALS:
                for key in [key for key in self.state if key[0] == seen.model]:
                    del self.state[key]
            return
        exchange = seen.exchange
        key = (seen.model, seen.operation, seen.part)
        told = self.state.pop(key, None)
        if told is not None and exchange.at_s - told[0] < FEW_SECONDS_S / 2:
            self.find(
                key,
                (told[1], exchange.seq),
                f"{seen.operation} was told 409, {shortened(seen.model)} is busy, and was sent again at once",
                "Wait until a read shows that the model is free, or some seconds at the least.",
                self.HOW[seen.operation],
            )
        if exchange.status == 409:
            self.state[key] = (exchange.arrival.at_s or exchange.at_s, exchange.seq)
