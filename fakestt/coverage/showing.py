"""Which statuses of resources an answer shows. It is read by the shape that its operation's row gives it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from fakestt.contract.operation import Operation
from fakestt.contract.shapes import ListOf, OneOf, Optional, Record, Shape
from fakestt.core.family import Family

__all__ = ["Showing", "showing", "shown_by", "shown_statuses"]

Showing = Mapping[str, Family[Any]]
"""The families that records with a status are of, by the records' names."""


def showing(operations: Iterable[Operation], families: Sequence[Family[Any]]) -> Showing:
    """Find the records in which operations show the status of a resource, and whose it is.

    It is of the operation's family or of one that belongs to it. The statuses tell which, and where they don't, the
    path: it names one resource, or that of another operation goes on with its name.
    """
    found: dict[str, Family[Any]] = {}
    rows = sorted(operations, key=lambda operation: -operation.path.count("{"))  # those that name a resource come first
    paths = {operation.path for operation in rows}
    for operation in rows:
        possible = [one for one in families if operation.family in (one, one.parent) and operation.family is not None]
        for record in _records(operation.returns):
            shape = _bare(record.fields["status"])
            values = set(shape.values) if isinstance(shape, OneOf) else set()
            fit = [one for one in possible if {phase.shown for phase in one.phases} == values]
            named = [
                one
                for one in fit
                if operation.path.endswith(f"/{{{one.named_by}}}") or f"{operation.path}/{{{one.named_by}}}" in paths
            ]
            for family in (named or fit)[:1]:
                found.setdefault(record.name, family)
    return found


def shown_by(operations: Iterable[Operation], of: Showing) -> set[str]:
    """The names of the families whose statuses these operations show."""
    records = {record.name for operation in operations for record in _records(operation.returns)}
    return {family.name for name, family in of.items() if name in records}


def shown_statuses(value: Any, shape: Shape | Optional, showing: Showing) -> Iterator[tuple[str, str]]:
    """The families and statuses that an answer shows. Any: the JSON of an answer, which a fault may have spoiled."""
    shape = _bare(shape)
    if isinstance(shape, ListOf) and isinstance(value, list):
        for one in value:
            yield from shown_statuses(one, shape.item, showing)
    elif isinstance(shape, Record) and isinstance(value, dict):
        status = value.get("status")
        if shape.name in showing and isinstance(status, str):
            yield showing[shape.name].name, status
        for name, inner in shape.fields.items():
            if name in value:
                yield from shown_statuses(value[name], inner, showing)


def _records(shape: Shape | Optional) -> Iterator[Record]:
    """All records with a status in this shape."""
    shape = _bare(shape)
    if isinstance(shape, ListOf):
        yield from _records(shape.item)
    elif isinstance(shape, Record):
        if "status" in shape.fields:
            yield shape
        for inner in shape.fields.values():
            yield from _records(inner)


def _bare(shape: Shape | Optional) -> Shape:
    return shape.shape if isinstance(shape, Optional) else shape
