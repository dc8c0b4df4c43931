"""Shapes of values: each reads a raw value, says what is wrong with it, and describes itself as a JSON schema."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

__all__ = ["Either", "Flag", "Guid", "Integer", "ListOf", "Number", "OneOf", "Optional", "Record", "Shape", "Text"]

Schema = dict[str, Any]


class Shape(Protocol):
    """One kind of value."""

    def problem(self, value: object) -> str | None:
        """A text that says what is expected instead of `value`; None if the value fits."""

    def schema(self) -> Schema:
        """The shape as JSON schema 2020-12, which OpenAPI 3.1 uses."""


@dataclass(frozen=True, slots=True)
class Text:
    """A string. NUL is never allowed: it was never observed, and little that stores strings takes it."""

    least: int = 0

    def problem(self, value: object) -> str | None:
        if not isinstance(value, str):
            return "a string"
        if len(value) < self.least:
            return "a string that is not empty"
        if not value.isascii():
            try:
                value.encode()
            except UnicodeEncodeError:
                return "a string that UTF-8 can hold"  # JSON can escape half a surrogate pair
        return "a string without NUL characters" if "\0" in value else None

    def schema(self) -> Schema:
        return {"type": "string", "minLength": self.least} if self.least else {"type": "string"}


_GUID = re.compile(r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}")


@dataclass(frozen=True, slots=True)
class Guid:
    """Any 8-4-4-4-12 hexadecimal digits: the ids that the documentation prints are not valid version 4 GUIDs."""

    def problem(self, value: object) -> str | None:
        return None if isinstance(value, str) and _GUID.fullmatch(value) else "a GUID"

    def schema(self) -> Schema:
        return {"type": "string", "pattern": f"^{_GUID.pattern}$"}


@dataclass(frozen=True, slots=True)
class Flag:
    """A boolean. In a query it is `true` or `false` in any case, or `1` or `0`.

    Source: watson-developer-cloud/unity-sdk issue 414 (`True`); that numbers are taken is assumed.
    """

    default: bool | None = None

    def problem(self, value: object) -> str | None:
        return None if isinstance(value, bool) else "a boolean (`true` or `false`)"

    def schema(self) -> Schema:
        return {"type": "boolean"} if self.default is None else {"type": "boolean", "default": self.default}


@dataclass(frozen=True, slots=True)
class Integer:
    """A whole number."""

    def problem(self, value: object) -> str | None:
        return None if isinstance(value, int) and not isinstance(value, bool) else "an integer"

    def schema(self) -> Schema:
        return {"type": "integer"}


@dataclass(frozen=True, slots=True)
class Number:
    """Any number, or one between two."""

    least: float = -math.inf
    most: float = math.inf

    def problem(self, value: object) -> str | None:
        if isinstance(value, (int, float)) and not isinstance(value, bool) and self.least <= value <= self.most:
            return None
        return "a number" if math.isinf(self.most) else f"a number from {self.least:g} to {self.most:g}"

    def schema(self) -> Schema:
        return (
            {"type": "number"}
            if math.isinf(self.most)
            else {"type": "number", "minimum": self.least, "maximum": self.most}
        )


@dataclass(frozen=True, slots=True)
class OneOf:
    """One of a closed set of values."""

    values: tuple[str | int, ...]

    def problem(self, value: object) -> str | None:
        return None if value in self.values else "one of " + ", ".join(map(repr, self.values))

    def schema(self) -> Schema:
        return {"enum": list(self.values)}


@dataclass(frozen=True, slots=True)
class ListOf:
    """An array of at least so many items."""

    item: Shape
    least: int = 0

    def problem(self, value: object) -> str | None:
        if not isinstance(value, list):
            return "an array"
        if len(value) < self.least:
            return "an array that is not empty"
        found = (self.item.problem(one) for one in value)
        return next((f"an array with each item {problem}" for problem in found if problem), None)

    def schema(self) -> Schema:
        schema: Schema = {"type": "array", "items": self.item.schema()}
        return {**schema, "minItems": self.least} if self.least else schema


@dataclass(frozen=True, slots=True)
class Either:
    """A value of one of several shapes."""

    shapes: tuple[Shape, ...]

    def problem(self, value: object) -> str | None:
        problems = [shape.problem(value) for shape in self.shapes]
        return None if None in problems else " or ".join(map(str, problems))

    def schema(self) -> Schema:
        return {"anyOf": [shape.schema() for shape in self.shapes]}


@dataclass(frozen=True, slots=True)
class Optional:
    """A field that may be missing."""

    shape: Shape

    def problem(self, value: object) -> str | None:
        return self.shape.problem(value)

    def schema(self) -> Schema:
        return self.shape.schema()


@dataclass(frozen=True, slots=True)
class Record:
    """An object. Fields are required unless they are `Optional`; unknown ones are allowed if it is `open`."""

    name: str
    fields: Mapping[str, Shape | Optional] = field(default_factory=dict)
    open: bool = False

    def problem(self, value: object) -> str | None:
        if not isinstance(value, dict):
            return "an object"
        for name, shape in self.fields.items():
            if name not in value:
                if not isinstance(shape, Optional):
                    return f"an object with {name!r}"
            elif (problem := shape.problem(value[name])) is not None:
                return f"an object whose {name!r} is {problem}"
        unknown = [name for name in value if name not in self.fields]
        return f"an object without {unknown[0]!r}" if unknown and not self.open else None

    def schema(self) -> Schema:
        schema: Schema = {
            "type": "object",
            "properties": {name: shape.schema() for name, shape in self.fields.items()},
            "required": [name for name, shape in self.fields.items() if not isinstance(shape, Optional)],
        }
        if not self.open:
            schema["additionalProperties"] = False
        return schema
