"""An edition: limits, wording, base models and credentials, each with how we know."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from enum import StrEnum
from typing import Any

from fakestt.core.limits import Limits
from fakestt.core.provenance import How
from fakestt.core.refusals import Why
from fakestt.core.resources import BaseModel
from fakestt.phrases import phrase

__all__ = ["BodyShape", "Edition", "Traits", "TransactionIds", "Wording", "description_of", "edition"]

Row = tuple[Any, How]
"""A value and how we know it."""


class BodyShape(StrEnum):
    """The members of an error's body, which depend on who words the error."""

    SERVICE = "service"  # code, code_description, error
    OUTER = "outer layer"  # error, code, code_description, on one line
    OLD_GATEWAY = "old gateway"  # code, error
    NEW_GATEWAY = "new gateway"  # code, trace, error, more_info
    IAM = "iam"  # errorCode, errorMessage, context


class TransactionIds(StrEnum):
    """How a gateway numbers what it passes on."""

    OLD = "two numbers"  # 24 hexadecimal digits, and `gateway02-` with a number
    NEW = "two GUIDs"  # the second is X-Request-Id as well, and the `trace` of the gateway's errors


@dataclass(frozen=True, slots=True)
class Wording:
    """How a refusal is said: status code and text. `{...}` in the text are facts of the refusal."""

    status: int
    text: str
    status_how: How
    text_how: How
    shape: BodyShape = BodyShape.SERVICE


def description_of(status: int) -> str:
    """The `code_description` of a status. It is the HTTP phrase, except for 404.

    Source: watson-developer-cloud/python-sdk issue 639 (`No Such Resource`).
    """
    return "No Such Resource" if status == 404 else phrase(status)


@dataclass(frozen=True, slots=True, kw_only=True)
class Traits:
    """The part of an edition, apart from its limits, that clients see."""

    audio_types: frozenset[str]
    credentials: frozenset[str]
    challenge: str | None
    server: str
    transaction_ids: TransactionIds
    key_prefix: str
    refresh_token_life_s: float
    path_prefixes: tuple[str, ...]
    shows_updated: bool
    shows_custom_acoustic_model: bool
    training_warning_members: tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """One edition of the service. To change a value, use `dataclasses.replace` on it and on its limits.

    `pages` is the edition whose pages describe it: its own name, or that of the edition that it was made from.
    """

    name: str
    title: str
    pages: str
    limits: Limits
    traits: Traits
    wording: Mapping[Why, Wording]
    base_models: tuple[BaseModel, ...]
    provenance: Mapping[str, How]

    def but(
        self,
        *,
        name: str,
        title: str,
        rows: Mapping[str, Row] | None = None,
        wording: Mapping[Why, Wording] | None = None,
        base_models: Iterable[BaseModel] | None = None,
        base_models_how: How | None = None,
        hows: Mapping[str, How] | None = None,
        pages: str | None = None,
    ) -> Edition:
        """Another edition that differs in these rows. `hows` are rows whose value is the same, and otherwise known."""
        limits, traits, provenance = _split(rows or {})
        provenance |= hows or {}
        if base_models_how is not None:
            provenance["base_models"] = base_models_how
        return Edition(
            name=name,
            title=title,
            pages=pages or self.pages,
            limits=replace(self.limits, **limits),
            traits=replace(self.traits, **traits),
            wording={**self.wording, **(wording or {})},
            base_models=self.base_models if base_models is None else tuple(base_models),
            provenance={**self.provenance, **provenance},
        )


def edition(
    *,
    name: str,
    title: str,
    rows: Mapping[str, Row],
    wording: Mapping[Why, Wording],
    base_models: Iterable[BaseModel],
    base_models_how: How,
) -> Edition:
    """Put an edition together from its rows: every limit and every trait, each with how we know."""
    limits, traits, provenance = _split(rows)
    return Edition(
        name=name,
        title=title,
        pages=name,
        limits=Limits(**limits),
        traits=Traits(**traits),
        wording=wording,
        base_models=tuple(base_models),
        provenance={**provenance, "base_models": base_models_how},
    )


def _split(rows: Mapping[str, Row]) -> tuple[dict[str, Any], dict[str, Any], dict[str, How]]:
    of_limits = {field.name for field in fields(Limits)}
    limits = {name: value for name, (value, _) in rows.items() if name in of_limits}
    traits = {name: value for name, (value, _) in rows.items() if name not in of_limits}
    return limits, traits, {name: how for name, (_, how) in rows.items()}
