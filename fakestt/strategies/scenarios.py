"""Whole scenarios: models in documented states, scripts, faults, and some time that has passed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from fakestt.editions import Edition
from fakestt.fake import FakeSTT
from fakestt.literals import EditionName
from fakestt.strategies.clock import clock_moves
from fakestt.strategies.faults import faults as any_faults
from fakestt.strategies.lines import Line
from fakestt.strategies.models import acoustic_models, language_models
from fakestt.strategies.needed import st
from fakestt.strategies.scripts import scripts

__all__ = ["Scenario", "scenarios"]


class Scenario:
    """Lines that are said to a fake one after the other. Call it with the fake; its repr can be pasted."""

    __slots__ = ("lines",)

    def __init__(self, lines: Iterable[Line]) -> None:
        self.lines: tuple[Line, ...] = tuple(lines)

    def __call__(self, stt: FakeSTT) -> None:
        """Say all of them to this fake."""
        for line in self.lines:
            line(stt)

    def __iter__(self) -> Iterator[Line]:
        return iter(self.lines)

    def __len__(self) -> int:
        return len(self.lines)

    def __repr__(self) -> str:
        return "; ".join(map(repr, self.lines)) or "pass"

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        """For Hypothesis, which otherwise shows how it was drawn."""
        printer.text(repr(self))


def scenarios(
    edition: EditionName | Edition = "icp2018", *, faults: st.SearchStrategy[Line] | None = None, most_models: int = 3
) -> st.SearchStrategy[Scenario]:
    """What a client may find: models, scripts for what comes, faults on the way, and some time that has passed.

    Its lines are for a new fake of the edition whose clock a test may move: `scenario(FakeSTT(edition="icp2018"))`.

    Args:
        faults: the lines that may arm faults, `faults()` unless given; `nothing()` of Hypothesis for none.
        most_models: of each family.
    """
    wrong = any_faults() if faults is None else faults
    return st.builds(
        lambda *parts: Scenario(line for part in parts for line in part),
        st.lists(scripts(edition), max_size=2),
        st.lists(acoustic_models(edition), max_size=most_models),
        st.lists(language_models(edition), max_size=most_models),
        st.lists(wrong, max_size=2),
        st.lists(clock_moves(), max_size=1),
    )
