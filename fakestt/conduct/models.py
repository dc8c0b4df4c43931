"""Rules about what becomes of a client's models. What they find is known at the end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from fakestt.conduct.finding import Finding
from fakestt.conduct.monitor import Monitor, Seen, is_answered, is_lost
from fakestt.core.changes import ByCommand, Change
from fakestt.core.provenance import How, Source
from fakestt.core.resources import Address
from fakestt.journal.names import shortened
from fakestt.journal.record import Exchange

__all__ = ["Leftovers", "UnreadFailure"]


@dataclass(slots=True)
class _Work:
    """A model that the client trains, or whose audio it reads. `failed_seq`: the read that showed the failure, or 0."""

    is_read: bool = False
    failed_seq: int = 0


class UnreadFailure(Monitor[str, _Work]):
    """Trains a model, sees that it failed, and never reads its audio, where the reason can be found.

    The audio may have been read before: who waits for each file knows how it came out.
    """

    rule = "unread_failure"
    hows: tuple[How, ...] = (Source("icp2018 acoustic-models.md", "listModels"),)

    def see(self, seen: Seen) -> None:
        if seen.operation in ("trainAcousticModel", "upgradeAcousticModel"):
            self._work(seen.model)
        elif seen.operation in ("listAudio", "getAudio"):
            if is_answered(seen.exchange):
                self._work(seen.model).is_read = True
        elif seen.shown == "failed":
            work = self.state.get(seen.model)
            if work is not None and not work.failed_seq:
                work.failed_seq = seen.exchange.seq

    def _work(self, model: str) -> _Work:
        work = self.state.get(model)
        if work is None:
            work = self.state[model] = _Work()
        return work

    def findings(self, *, over: bool) -> list[Finding]:
        if over:
            for model, work in self.state.items():
                if work.failed_seq and not work.is_read:
                    self.find(
                        model,
                        (work.failed_seq,),
                        f"{shortened(model)} was shown as failed, and its audio was never read",
                        "Look through the model's audio (listAudio, getAudio): what is invalid, or the amount, tells "
                        "why.",
                        *self.hows,
                    )
        return super().findings(over=over)


@dataclass(slots=True)
class _Made:
    """A model that a client has made. `is_known` is whether the client was told its id."""

    seq: int
    is_known: bool
    status: str


class Leftovers(Monitor[Address, _Made]):
    """Leaves models behind that are of no use: it has made them, and neither trained nor deleted them.

    A model that was trained once is what the client was for, and one that is being trained is on its way. What a test
    places by hand is nobody's leftover.
    """

    rule = "leftovers"

    HOW: ClassVar[Mapping[str, Source]] = {
        "acoustic model": Source("icp2018 acoustic-models.md", "deleteModel"),
        "language model": Source("icp2018 language-models.md", "deleteModel"),
    }
    hows: tuple[How, ...] = tuple(HOW.values())

    MOST_NAMED = 5

    def see(self, seen: Seen) -> None:
        for change in seen.exchange.changes:
            if change.subject == change.subject.id:  # a model, and no part of one
                self._change(change, seen.exchange)

    def _change(self, change: Change, exchange: Exchange) -> None:
        subject, after = change.subject, change.after
        if after is None or after == "available":
            self.state.pop(subject, None)
        elif change.before is None:
            if isinstance(change.cause, ByCommand):
                self.state[subject] = _Made(exchange.seq, not is_lost(exchange), after.shown)
        elif subject in self.state:
            self.state[subject].status = after.shown

    def findings(self, *, over: bool) -> list[Finding]:
        if not over:
            return []
        left = [one for one in self.state.items() if one[1].status not in ("training", "upgrading")]
        by_family = {family: [one for one in left if one[0].family == family] for family in self.HOW}
        return [self._of(family, some) for family, some in by_family.items() if some]

    def _of(self, family: str, left: list[tuple[Address, _Made]]) -> Finding:
        named = [
            f"{shortened(model)} ({made.status}{'' if made.is_known else ', its id never arrived'})"
            for model, made in left[: self.MOST_NAMED]
        ]
        more = f" and {len(left) - len(named)} more" if len(left) > len(named) else ""
        what = "a model was" if len(left) == 1 else f"{len(left)} models were"
        return self.finding(
            tuple(made.seq for _, made in left[: self.MOST_NAMED]),
            f"{what} made, and neither trained nor deleted: {', '.join(named)}{more}",
            "Delete what is no longer needed, also on the way out of an error.",
            self.HOW[family],
        )
