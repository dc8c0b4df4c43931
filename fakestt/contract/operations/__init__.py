"""The table of operations, one module for each family. Routes, checks and OpenAPI are computed from it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from fakestt.contract.operation import In, Operation
from fakestt.contract.operations.acoustic import ACOUSTIC_OPERATIONS
from fakestt.contract.operations.identity import IDENTITY_OPERATIONS
from fakestt.contract.operations.language import LANGUAGE_OPERATIONS
from fakestt.contract.operations.models import MODEL_OPERATIONS
from fakestt.contract.operations.texts import CORPUS_OPERATIONS, GRAMMAR_OPERATIONS
from fakestt.contract.operations.user_data import USER_DATA_OPERATIONS
from fakestt.contract.operations.words import WORD_OPERATIONS
from fakestt.core.family import Family
from fakestt.core.lifecycle import Command
from fakestt.core.limits import Limits

__all__ = ["OPERATIONS", "SERVICE_OPERATIONS", "commands_in", "families_in", "operations_in"]

SERVICE_OPERATIONS: Mapping[str, Operation] = {
    row.id: row
    for row in (
        *MODEL_OPERATIONS,
        *ACOUSTIC_OPERATIONS,
        *LANGUAGE_OPERATIONS,
        *CORPUS_OPERATIONS,
        *WORD_OPERATIONS,
        *GRAMMAR_OPERATIONS,
        *USER_DATA_OPERATIONS,
    )
}
"""The operations of the service itself, by the vendor's ids."""

OPERATIONS: Mapping[str, Operation] = {**SERVICE_OPERATIONS, **{row.id: row for row in IDENTITY_OPERATIONS}}
"""These, and the token endpoints on other hosts that clients need."""


def operations_in(limits: Limits, operations: Iterable[Operation] = OPERATIONS.values()) -> list[Operation]:
    """Those that an edition with these limits has."""
    return [row for row in operations if row.is_in(limits)]


def commands_in(limits: Limits, family: Family[Any]) -> list[Command]:
    """The rows of a family's table that are about operations of such an edition."""
    lacking = {row.id for row in OPERATIONS.values() if not row.is_in(limits)}
    return [command for command in family.lifecycle.commands if command.value not in lacking]


def families_in(limits: Limits, families: Iterable[Family[Any]]) -> list[Family[Any]]:
    """Those of which such an edition has resources: no operation that it lacks is alone in naming one."""
    lacking = {name for row in OPERATIONS.values() if not row.is_in(limits) for name in _named(row)}
    lacking -= {name for row in operations_in(limits) for name in _named(row)}
    return [family for family in families if family.named_by not in lacking]


def _named(row: Operation) -> list[str]:
    return [param.name for param in row.params if param.where is In.PATH]
