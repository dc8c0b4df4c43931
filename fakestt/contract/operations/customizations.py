"""What the operations on custom models of all families have in common: answers, parameters, refusals."""

from __future__ import annotations

from collections.abc import Mapping

from fakestt.contract.operation import In, Param
from fakestt.contract.shapes import Flag, Guid, ListOf, OneOf, Optional, Record, Shape, Text
from fakestt.core.provenance import How, Source
from fakestt.core.refusals import Why

__all__ = [
    "EMPTY",
    "METADATA",
    "NEW_MODEL",
    "ON_A_MODEL",
    "REFUSED_TO_CREATE",
    "SDK",
    "TRAINING",
    "WARNINGS",
    "created",
    "flag",
    "list_of_models",
    "model_id",
    "model_record",
]

SDK = "ibm-watson 11.2.0 speech_to_text_v1.py"
WARNINGS = Optional(Text())
EMPTY = Record("Empty", {"warnings": WARNINGS})
TRAINING = Record("TrainingResponse", {"warnings": Optional(ListOf(Record("TrainingWarning", open=True)))})

NEW_MODEL: Mapping[str, Shape] = {
    "name": Text(least=1),
    "base_model_name": Text(least=1),
    "description": Optional(Text()),
}
METADATA = Param(
    name="X-Watson-Metadata",
    where=In.HEADER,
    shape=Text(),
    how=Source("icp2018 information-security.md", "specify-customer-id"),
)
ON_A_MODEL = (Why.MALFORMED_GUID, Why.NO_SUCH_MODEL)
REFUSED_TO_CREATE = (
    Why.WRONG_CONTENT_TYPE,
    Why.BODY_TOO_LARGE,
    Why.MALFORMED_JSON,
    Why.MISSING_PARAMETER,
    Why.NAME_TOO_LONG,
    Why.NAME_CHARACTERS,
    Why.DESCRIPTION_TOO_LONG,
    Why.UNKNOWN_BASE_MODEL,
    Why.NOT_CUSTOMIZABLE,
    Why.TOO_MANY_MODELS,
)


def created(name: str) -> Record:
    """The answer to the creation of a model."""
    return Record(name, {"customization_id": Guid(), "warnings": Optional(ListOf(Text()))})


def model_record(name: str, **own: Shape) -> Record:
    """The object of a model; the members of the family's own stand behind its id."""
    return Record(
        name,
        {
            "owner": Text(),
            "base_model_name": Text(),
            "customization_id": Guid(),
            **own,
            "versions": ListOf(Text()),
            "created": Text(),
            "name": Text(),
            "description": Optional(Text()),
            "progress": OneOf((0, 100)),
            "language": Text(),
            "updated": Optional(Text()),
            "error": Optional(Text()),
            "status": OneOf(("pending", "ready", "training", "available", "upgrading", "failed")),
            "warnings": WARNINGS,
        },
    )


def list_of_models(model: Record) -> Record:
    """The list of them."""
    return Record(f"{model.name}s", {"customizations": ListOf(model), "warnings": WARNINGS})


def model_id(how: How) -> Param:
    """The id in a path."""
    return Param(name="customization_id", where=In.PATH, shape=Guid(), required=True, how=how)


def flag(name: str, how: How, *, default: bool = False, switch: str | None = None) -> Param:
    """A boolean of a query."""
    return Param(name=name, where=In.QUERY, shape=Flag(default=default), switch=switch, how=how)
