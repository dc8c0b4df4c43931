"""The guesses in an edition: every row that carries an `Assumed`, with its reason."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from typing import Any

from fakestt.contract.cells import cell_text
from fakestt.contract.check import known_params
from fakestt.contract.edition import Edition
from fakestt.contract.operations import commands_in, families_in, operations_in
from fakestt.contract.own_pages import own
from fakestt.contract.refusals_of import refusals_of
from fakestt.core.families import FAMILIES
from fakestt.core.family import Family
from fakestt.core.provenance import Assumed, How
from fakestt.core.refusals import Why
from fakestt.editions.differences import shown_value

__all__ = ["Guess", "guesses"]


BARE_URL = Assumed("it is known to allow GET, and not what it says")


@dataclass(frozen=True, slots=True)
class Guess:
    """One assumption: the kind of row, the row, its assumed value, and the reason."""

    kind: str
    name: str
    value: str
    reason: str


def guesses(edition: Edition, families: Sequence[Family[Any]] = FAMILIES) -> list[Guess]:
    """All guesses of an edition: operations, cells of the table, audio, limits and traits, status codes, texts."""
    rows = ((kind, name, value, own(how, edition)) for kind, name, value, how in _rows(edition, families))
    return [Guess(kind, name, value, how.reason) for kind, name, value, how in rows if isinstance(how, Assumed)]


def _rows(edition: Edition, families: Sequence[Family[Any]]) -> Iterator[tuple[str, str, str, How]]:
    """Every row that says how it is known: its kind, its name, its value."""
    families = families_in(edition.limits, families)
    for operation in operations_in(edition.limits):
        yield "operations", operation.id, f"{operation.method} {operation.path}", operation.how
        yield "operations", operation.id, f"answers {operation.success}", operation.success_how
        for param in known_params(operation, edition.limits):
            yield "operations", operation.id, f"parameter {param.name}", param.how
    yield "operations", "the bare service URL", "GET answers 200 {}", BARE_URL
    for family in families:
        for command in commands_in(edition.limits, family):
            cells = family.lifecycle.sources[command]
            for phase in family.phases:
                name = f"{command.value} x {phase.name.lower()}"
                yield "cells of the state table", name, cell_text(edition, family, command, phase), cells[phase]
    for family in families:
        for rule, how in family.rules.items():
            yield family.name, rule, "", how
    for of in (edition.limits, edition.traits):
        for field in fields(of):
            value = shown_value(getattr(of, field.name))
            yield "limits and traits", field.name, value, edition.provenance[field.name]
    yield "limits and traits", "base_models", "", edition.provenance["base_models"]
    sayable = {why for operation in operations_in(edition.limits) for why in refusals_of(operation, edition)}
    sayable |= {
        Why.NO_SUCH_PATH,
        Why.UNKNOWN_METHOD,
        Why.WRONG_METHOD,
        Why.UNKNOWN_API_KEY,
        Why.REFRESH_TOKEN_EXPIRED,
        Why.BAD_TOKEN_REQUEST,
        Why.WRONG_LOGIN,
    }
    whys = [why for why in Why if why in sayable]
    for why in whys:
        yield "status codes", why.value, str(edition.wording[why].status), edition.wording[why].status_how
    for why in whys:
        yield "texts", why.value, repr(edition.wording[why].text), edition.wording[why].text_how
