"""The real answer of a cell of a state table: its guards are asked about every kind of resource in the phase.

If a guard always objects, an "allowed" cell refuses: a model without audio can't be trained, whatever is sent.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from fakestt.contract.edition import Edition
from fakestt.core.family import Family, Samples
from fakestt.core.lifecycle import Allow, Ask, Command, Phase, Refuse
from fakestt.core.limits import Limits
from fakestt.core.refusals import Why
from fakestt.core.resources import Resource

__all__ = ["Cell", "cell_of", "cell_text"]


@dataclass(frozen=True, slots=True)
class Cell:
    """Whether the command can be done in the phase, and all reasons for which it may be refused there."""

    allowed: bool
    whys: tuple[Why, ...]

    @property
    def word(self) -> str:
        """The word before the reasons."""
        if not self.allowed:
            return "refused"
        return "allowed, unless" if self.whys else "allowed"


@lru_cache(maxsize=1024)
def cell_of(family: Family[Any], command: Command, phase: Phase, limits: Limits) -> Cell:
    """The cell in an edition with these limits. Its reasons are in the order in which a request meets them."""
    cell = family.lifecycle.commands[command][phase]
    if isinstance(cell, Refuse):
        return Cell(False, (cell.why,))
    if not cell.unless:
        return Cell(True, ())
    samples = family.samples
    assert samples is not None, "a table with guards has samples to ask them about"
    met: dict[Why, int] = {}
    allowed = False
    for resource in _resources(samples, limits):
        if family.lifecycle.phase(resource) is not phase:
            continue
        for ask in samples.asks(command, resource, limits):
            objection = _first_objection(cell, resource, ask)
            if objection is None:
                allowed = True
            else:
                met.setdefault(*objection)
    return Cell(allowed, tuple(sorted(met, key=lambda why: met[why])))


def cell_text(edition: Edition, family: Family[Any], command: Command, phase: Phase) -> str:
    """The cell with the edition's status codes, such as `allowed, unless name taken (400)`."""
    cell = cell_of(family, command, phase, edition.limits)
    said = ", ".join(f"{why.value} ({edition.wording[why].status})" for why in cell.whys)
    return f"{cell.word} {said}".strip()


@lru_cache(maxsize=64)
def _resources(samples: Samples[Any], limits: Limits) -> tuple[Resource, ...]:
    return tuple(samples.resources(limits))


def _first_objection(cell: Allow[Any], resource: Resource, ask: Ask) -> tuple[Why, int] | None:
    """The first objection and the place of its guard; None if no guard objects."""
    for at, guard in enumerate(cell.unless):
        why = guard(resource, ask)
        if why is not None:
            return why, at
    return None
