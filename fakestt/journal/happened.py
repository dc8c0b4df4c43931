"""All that a report is made from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from fakestt.core.changes import Change
from fakestt.core.language.facts import LanguageModel
from fakestt.core.resources import Model
from fakestt.journal.record import Exchange, Note

__all__ = ["BadWords", "Due", "Happened", "bad_words"]

Due = tuple[float, str, str]
"""An instant, a subject and an activity."""

BadWords = tuple[str, str, str, int]
"""A model's id, the first of its words that is invalid, why it is, and how many are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """What is known of a fake at one look. Reports are made from it and from nothing else.

    Attributes:
        exchanges: those that are kept, in order.
        started_at_s: the instant from which time is counted.
        now_s: the instant of the look.
        notes: what the test did, and what the fake remarks, in order.
        later: changes that no request has met yet.
        due: what is planned, with the instant of its end.
        bad_words: words have no history that could tell of them.
        stalled: what began and does not end, with the instant of its beginning.
        not_met: what was prepared and has not come, as its author wrote it.
        findings: what else is known to be wrong, a sentence each.
        names: the models' names, by their ids.
        url: where the fake is; "" for nowhere.
        policy: who moves the clock.
        started_now: the first instant was nobody's choice, so another run has another one.
    """

    exchanges: Sequence[Exchange] = ()
    started_at_s: float
    now_s: float
    notes: Sequence[Note] = ()
    later: Sequence[Change] = ()
    bad_words: Sequence[BadWords] = ()
    due: Sequence[Due] = ()
    stalled: Sequence[Due] = ()
    not_met: Sequence[str] = ()
    findings: Sequence[str] = ()
    names: Mapping[str, str] = field(default_factory=dict)
    url: str = ""
    policy: str = ""
    started_now: bool = False


def bad_words(models: Iterable[Model]) -> list[BadWords]:
    """Those of each model that has some."""
    found = []
    for model in models:
        if isinstance(model, LanguageModel) and model.words.bad:
            first = next(iter(model.words.bad))
            found.append((model.id, first, model.words[first].problem or "", len(model.words.bad)))
    return found
