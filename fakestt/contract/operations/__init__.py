"""The table of operations, one module for each family. Routes, checks, OpenAPI and reference are computed from it."""

from __future__ import annotations

from collections.abc import Mapping

from fakestt.contract.operation import Operation
from fakestt.contract.operations.acoustic import ACOUSTIC_OPERATIONS
from fakestt.contract.operations.identity import IDENTITY_OPERATIONS
from fakestt.contract.operations.language import LANGUAGE_OPERATIONS
from fakestt.contract.operations.models import MODEL_OPERATIONS
from fakestt.contract.operations.user_data import USER_DATA_OPERATIONS

__all__ = ["OPERATIONS", "SERVICE_OPERATIONS"]

SERVICE_OPERATIONS: Mapping[str, Operation] = {
    row.id: row for row in (*MODEL_OPERATIONS, *ACOUSTIC_OPERATIONS, *LANGUAGE_OPERATIONS, *USER_DATA_OPERATIONS)
}
"""The operations of the service itself, by the vendor's ids."""

OPERATIONS: Mapping[str, Operation] = {**SERVICE_OPERATIONS, **{row.id: row for row in IDENTITY_OPERATIONS}}
"""These, and the token endpoints on other hosts that clients need."""
