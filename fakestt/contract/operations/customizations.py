"""What the operations on custom models of all families have in common: rows, answers, parameters, refusals."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from fakestt.contract.operation import In, Operation, Param
from fakestt.contract.shapes import Flag, Guid, ListOf, OneOf, Optional, Record, Shape, Text
from fakestt.core.family import Family
from fakestt.core.provenance import How, Source
from fakestt.core.refusals import Why

__all__ = [
    "EMPTY",
    "METADATA",
    "NEW_MODEL",
    "REFUSED_TO_CREATE",
    "SDK",
    "TRAINING",
    "WARNINGS",
    "Named",
    "created",
    "flag",
    "list_of_models",
    "model_of",
    "model_record",
    "of_language",
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


def of_language(how: How) -> Param:
    """The language of the models in a list."""
    return Param(name="language", where=In.QUERY, shape=Text(), how=how)


def flag(name: str, how: How, *, default: bool = False, switch: str | None = None) -> Param:
    """A boolean of a query."""
    return Param(name=name, where=In.QUERY, shape=Flag(default=default), switch=switch, how=how)


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A model, or something of one, that a path names. The rows of all operations on it begin alike.

    `params` are those in the path. `missing` is refused if there is the model, and not this of it. `switch` is that of
    all of its operations.
    """

    family: Family[Any]
    path: str
    params: tuple[Param, ...]
    missing: tuple[Why, ...] = ()
    switch: str | None = None

    def row(
        self,
        id: str,  # noqa: A002 - the vendor's word
        method: str,
        below: str,
        summary: str,
        how: How,
        returns: Record = EMPTY,
        *,
        params: tuple[Param, ...] = (),
        refusals: tuple[Why, ...] = (),
        **more: Any,  # fields of Operation
    ) -> Operation:
        """An operation at this path, or at one below it. `params` and `refusals` come on top of those of all."""
        return Operation(
            id,
            method,
            self.path + below,
            summary,
            how,
            returns,
            params=(*self.params, *params),
            refusals=(Why.MALFORMED_GUID, Why.NO_SUCH_MODEL, *refusals),
            family=self.family,
            switch=self.switch,
            **more,
        )

    def get(self, id: str, summary: str, how: How, returns: Record, *, below: str = "") -> Operation:  # noqa: A002
        """The operation that shows it."""
        return self.row(id, "GET", below, summary, how, returns, refusals=self.missing)

    def delete(self, id: str, summary: str, how: How) -> Operation:  # noqa: A002
        """The operation that deletes it."""
        return self.row(id, "DELETE", "", summary, how, refusals=(Why.BUSY, *self.missing))

    def child(self, plural: str, name: str, how: How, missing: Why) -> Named:
        """What belongs to it and has a name: `plural` stands in the path before the parameter `name`."""
        param = Param(name=name, where=In.PATH, shape=Text(least=1), required=True, how=how)
        path = f"{self.path}/{plural}/{{{name}}}"
        return replace(self, path=path, params=(*self.params, param), missing=(missing,))


def model_of(family: Family[Any], models_path: str, how: How) -> Named:
    """A model of a family."""
    param = Param(name="customization_id", where=In.PATH, shape=Guid(), required=True, how=how)
    return Named(family=family, path=f"{models_path}/{{customization_id}}", params=(param,))
