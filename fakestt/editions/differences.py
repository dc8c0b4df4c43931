"""Two editions, and every row in which they differ."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields

from fakestt.contract.check import known_params
from fakestt.contract.edition import Edition, Wording
from fakestt.contract.operations import SERVICE_OPERATIONS
from fakestt.core.provenance import How
from fakestt.core.refusals import Why
from fakestt.core.resources import BaseModel

__all__ = ["Difference", "differences", "shown_value"]


@dataclass(frozen=True, slots=True)
class Difference:
    """A row with two values, the first edition's and the second's, each with how we know it."""

    kind: str
    name: str
    values: tuple[str, str]
    hows: tuple[How, How]


def differences(first: Edition, second: Edition) -> list[Difference]:
    """All rows whose values differ, in the order of the tables.

    Sets of values are compared member by member. Equal values with different sources are no difference.
    """
    return [
        *_rows("limit", first.limits, second.limits, first, second),
        *_rows("trait", first.traits, second.traits, first, second),
        *_wording(first, second),
        *_operations(first, second),
        *_params(first, second),
        *_base_models(first, second),
    ]


def shown_value(value: object) -> str:
    """A limit's or trait's value, for people."""
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (frozenset, set)):
        return ", ".join(sorted(map(str, value)))
    if isinstance(value, tuple):
        return " to ".join(f"{one:g}" for one in value) if _numbers(value) else ", ".join(repr(one) for one in value)
    return f"{value:g}" if isinstance(value, float) else repr(value)


def _numbers(values: Iterable[object]) -> bool:
    return all(isinstance(value, float) for value in values)


def _rows(kind: str, ours: object, theirs: object, first: Edition, second: Edition) -> Iterator[Difference]:
    for field in fields(ours):  # type: ignore[arg-type]  # both are records of an edition
        name = field.name
        one, other = getattr(ours, name), getattr(theirs, name)
        hows = first.provenance[name], second.provenance[name]
        if isinstance(one, frozenset):
            for member in sorted(one ^ other):
                yield Difference(kind, f"{name}: {member}", (_yes(member in one), _yes(member in other)), hows)
        elif one != other:
            yield Difference(kind, name, (shown_value(one), shown_value(other)), hows)


def _wording(first: Edition, second: Edition) -> Iterator[Difference]:
    for why in Why:
        one, other = first.wording[why], second.wording[why]
        if _said(one) != _said(other):
            yield Difference("wording", why.value, (_said(one), _said(other)), (one.text_how, other.text_how))


def _said(row: Wording) -> str:
    return f"{row.status} {row.text!r} ({row.shape.value})"


def _operations(first: Edition, second: Edition) -> Iterator[Difference]:
    for operation in SERVICE_OPERATIONS.values():
        ours, theirs = operation.is_in(first.limits), operation.is_in(second.limits)
        if ours != theirs:
            assert operation.switch is not None  # only a switch makes an edition lack one
            hows = first.provenance[operation.switch], second.provenance[operation.switch]
            yield Difference("operation", operation.id, (_yes(ours), _yes(theirs)), hows)


def _params(first: Edition, second: Edition) -> Iterator[Difference]:
    for operation in SERVICE_OPERATIONS.values():
        ours, theirs = known_params(operation, first.limits), known_params(operation, second.limits)
        for param in operation.params:
            if (param in ours) != (param in theirs):
                assert param.switch is not None  # only a switch makes a parameter unknown to an edition
                values = _yes(param in ours), _yes(param in theirs)
                hows = first.provenance[param.switch], second.provenance[param.switch]
                yield Difference("parameter", f"{operation.id}: {param.name}", values, hows)


def _base_models(first: Edition, second: Edition) -> Iterator[Difference]:
    ours = {base.name: base for base in first.base_models}
    theirs = {base.name: base for base in second.base_models}
    hows = first.provenance["base_models"], second.provenance["base_models"]
    for name in {**ours, **theirs}:
        one, other = _facts(ours.get(name)), _facts(theirs.get(name))
        if one != other:
            yield Difference("base model", name, (one, other), hows)


def _facts(base: BaseModel | None) -> str:
    if base is None:
        return "no"
    customized = [kind for kind in ("language", "acoustic") if getattr(base, f"custom_{kind}_model")]
    custom = f"custom {' and '.join(customized)} models" if customized else "no custom models"
    labels = "speaker labels" if base.speaker_labels else "no speaker labels"
    dialects = f", dialects {', '.join(base.dialects)}" if len(base.dialects) > 1 else ""
    return f"{base.rate_hz} Hz, {custom}{dialects}, {labels}, {base.newest.removeprefix(base.name + '.')}"


def _yes(there: bool) -> str:
    return "yes" if there else "no"
