"""The editions of the service, as data."""

from __future__ import annotations

from collections.abc import Mapping

from fakestt.contract.edition import BodyShape, Edition, Traits, Wording
from fakestt.contract.operation import Operation
from fakestt.editions.cloud2025 import CLOUD2025
from fakestt.editions.cp4d2025 import CP4D2025
from fakestt.editions.icp2018 import ICP2018
from fakestt.editions.icp2020 import ICP2020
from fakestt.errors import ConfigurationError, nearest

__all__ = ["EDITIONS", "BodyShape", "Edition", "Traits", "Wording", "editions_with", "find_edition"]

EDITIONS: Mapping[str, Edition] = {one.name: one for one in (ICP2018, ICP2020, CLOUD2025, CP4D2025)}


def find_edition(edition: str | Edition) -> Edition:
    """The edition of this name. An Edition object is returned as it is.

    Raises:
        ConfigurationError: there is no edition of this name.
    """
    if isinstance(edition, Edition):
        return edition
    if isinstance(edition, str) and edition in EDITIONS:
        return EDITIONS[edition]
    possible = ", ".join(EDITIONS)
    raise ConfigurationError(
        f"edition={edition!r}: there is no such edition.{nearest(edition, EDITIONS)} All: {possible}"
    )


def editions_with(operation: Operation) -> str:
    """The names of the editions that have this operation, for a message."""
    return ", ".join(name for name, one in EDITIONS.items() if operation.is_in(one.limits))
