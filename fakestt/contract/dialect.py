"""What the texts that are computed from the tables need of an edition, and which refusals each operation has in it.

Editions stand above the contract and may not be imported here. These roles are what an `Edition` happens to be, so a
document is made with `openapi(edition)`, and imports still go down only.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import Enum
from typing import Protocol

from fakestt.contract.operation import Body, Operation
from fakestt.core.limits import Limits
from fakestt.core.provenance import How
from fakestt.core.refusals import Why
from fakestt.core.resources import BaseModel

__all__ = ["Dialect", "Said", "Shown", "has_rule", "refusals_of"]


class Said(Protocol):
    """How one refusal is said, and how we know. `shape` is one of a closed set; its value names the body's form."""

    @property
    def status(self) -> int: ...
    @property
    def text(self) -> str: ...
    @property
    def status_how(self) -> How: ...
    @property
    def text_how(self) -> How: ...
    @property
    def shape(self) -> Enum: ...


class Shown(Protocol):
    """What clients see of an edition apart from its limits."""

    @property
    def audio_types(self) -> frozenset[str]: ...
    @property
    def credentials(self) -> frozenset[str]: ...
    @property
    def path_prefixes(self) -> tuple[str, ...]: ...
    @property
    def shows_updated(self) -> bool: ...
    @property
    def shows_custom_acoustic_model(self) -> bool: ...
    @property
    def training_warning_members(self) -> tuple[str, str]: ...


class Dialect(Protocol):
    """An edition, as far as its documents need it."""

    @property
    def name(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def limits(self) -> Limits: ...
    @property
    def traits(self) -> Shown: ...
    @property
    def wording(self) -> Mapping[Why, Said]: ...
    @property
    def provenance(self) -> Mapping[str, How]: ...
    def base_models(self) -> list[BaseModel]: ...


# Refusals that an edition has only if it has the rule.
# fmt: off
IF: Mapping[Why, Callable[[Limits], bool]] = {
    Why.LITE_PLAN:             lambda limits: limits.knows_lite_plan,
    Why.NAME_TOO_LONG:         lambda limits: limits.name_max is not None,
    Why.NAME_CHARACTERS:       lambda limits: bool(limits.name_forbidden),
    Why.DESCRIPTION_TOO_LONG:  lambda limits: limits.description_max is not None,
    Why.TOO_MANY_MODELS:       lambda limits: limits.max_models is not None,
    Why.AUDIO_NAME_CHARACTERS: lambda limits: bool(limits.audio_name_forbidden),
    Why.OVER_THE_MAXIMUM:      lambda limits: limits.refuses_audio_over_the_maximum,
    Why.HELPER_REQUIRED:       lambda limits: limits.upgrade_needs_helper_of_training,
}
# fmt: on


def refusals_of(operation: Operation, edition: Dialect) -> tuple[Why, ...]:
    """All reasons for which this operation may be refused in this edition, in the order in which a request meets them.

    Those of its row, and the general ones: credentials, the form of the request, what the client accepts.
    """
    found = {Why.MALFORMED_REQUEST, *operation.refusals}
    if operation.authenticated:
        found |= {Why.UNAUTHORIZED, Why.FORBIDDEN, Why.NOT_ACCEPTABLE}
        if "customization" in operation.path:
            found.add(Why.LITE_PLAN)
    if operation.params or operation.record is not None:
        found.add(Why.BAD_VALUE)
    if operation.body is not Body.IGNORED:
        found.add(Why.UNSUPPORTED_ENCODING)
    if all(base.custom_acoustic_model for base in edition.base_models()):
        found.discard(Why.NOT_CUSTOMIZABLE)
    return tuple(why for why in Why if why in found and has_rule(why, edition.limits))


def has_rule(why: Why, limits: Limits) -> bool:
    """Whether an edition with these limits can object to this at all."""
    return why not in IF or IF[why](limits)
