"""One call of a client: what it said, and what was so meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from fakestt.fake import FakeSTT
from fakestt.intercept.waiting.hands import ClientNeverStopped
from fakestt.journal.record import Exchange
from fakestt.journal.timeline import exchange_text
from fakestt.views.models import Models, ModelView

__all__ = ["Asked", "Untrue", "ask"]

_MOST_TOLD = 20


class Untrue(AssertionError):
    """A client reports what is not so. The message says what is, and which requests the call has made."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A call that is over.

    Attributes:
        text: the call, as an author writes it.
        said: what it returned.
        raised: the exception that it ended with instead.
        made: the ids of models that came during it.
        gone: the ids of models that went during it.
        statuses: what the model showed during it, one after the other; empty if there was none, or none was asked of.
        exchanges: its requests.
    """

    stt: FakeSTT
    text: str
    said: Any  # what the author's method returns
    raised: Exception | None
    made: frozenset[str]
    gone: frozenset[str]
    statuses: tuple[str, ...]
    exchanges: tuple[Exchange, ...]

    @property
    def met_trouble(self) -> bool:
        """Whether a fault hit a request of it, or the service refused one."""
        return any(one.rule is not None or one.reply.status >= 400 for one in self.exchanges)

    @property
    def says_nothing(self) -> bool:
        """Whether nothing follows from it: it raised, or an answer was stale, so that the client can't know better."""
        deceived = any(one.rule is not None and one.rule.effect.is_stale for one in self.exchanges)
        return self.raised is not None or deceived

    def untrue(self, truth: str) -> Untrue:
        """The error for a call after which the truth is another. Its note tells all that happened."""
        told = [f"    {exchange_text(one)}" for one in self.exchanges[:_MOST_TOLD]]
        if len(self.exchanges) > _MOST_TOLD:
            told.append(f"    and {len(self.exchanges) - _MOST_TOLD} more")
        how = f"raised {self.raised!r}" if self.raised is not None else f"returned {self.said!r}"
        error = Untrue("\n".join([f"{self.text} {how}. {truth}", "Its requests:", *(told or ["    none"])]))
        error.add_note(self.stt.report())
        return error


def ask(
    stt: FakeSTT, models: Models[Any], text: str, call: Callable[[], object], model: ModelView[Any] | None
) -> Asked:
    """Make a call of the client, and look at the fake before and behind it.

    Args:
        models: all models of the kind that the client works with.
        model: the one that is asked about.

    Raises:
        Untrue: the client never stops.
    """
    before, seq = frozenset(one.id for one in models), len(stt.journal)
    first = [model.status] if model is not None and model in models else []
    known = 0 if model is None else len(model.history)
    said, raised = None, None
    try:
        said = call()
    except Exception as error:
        raised = error
    except ClientNeverStopped as never:  # Hypothesis shrinks what is an Exception
        endless = Untrue(f"{text} does not end. {never}")
        endless.add_note(stt.report())
        raise endless from never
    after = frozenset(one.id for one in models)
    changes = () if model is None else model.history[known:]
    return Asked(
        stt,
        text,
        said,
        raised,
        after - before,
        before - after,
        (*first, *(change.after.shown for change in changes if change.after is not None)),
        tuple(one for one in stt.journal.kept() if one.seq > seq),
    )
