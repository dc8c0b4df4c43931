"""The types of the rows of the operation table."""

from __future__ import annotations

import re
from dataclasses import KW_ONLY, dataclass
from enum import StrEnum
from typing import Any

from fakestt.contract.shapes import Flag, Record, Shape, Text
from fakestt.core.family import Family
from fakestt.core.provenance import How, Source
from fakestt.core.refusals import Why

__all__ = ["Body", "In", "Operation", "Param"]


class In(StrEnum):
    """The part of a request that holds a parameter."""

    PATH = "path"
    QUERY = "query"
    HEADER = "header"


class Body(StrEnum):
    """How an operation takes a request's body."""

    IGNORED = "ignored"  # clients send {} or nothing, with any content type
    JSON = "json"
    AUDIO = "audio"  # streamed and measured, not kept
    FORM = "form"


@dataclass(frozen=True, slots=True, kw_only=True)
class Param:
    """A parameter. `switch` names a switch of the edition; where it is off, the parameter is unknown."""

    name: str
    where: In
    shape: Shape
    how: How
    required: bool = False
    switch: str | None = None

    @property
    def default(self) -> object:
        return self.shape.default if isinstance(self.shape, Flag) else None


@dataclass(frozen=True, slots=True, repr=False)
class Operation:
    """A row: a request and its possible answers.

    `id` is the vendor's; `path` has its placeholders in braces; `refusals` are those that this operation adds to the
    general ones of every operation. One that is not `authenticated` hands out tokens: its body is a secret, or, where
    `asks_basic`, the Basic header with a name and a password. What `returns` a Text answers with plain text. `family`
    is what it is about: its table has a command of this id, unless the operation asks none of them. `succeeds_as` says
    how its status of success is known, where that is not from the vendor's own tests.
    """

    id: str
    method: str
    path: str
    summary: str
    how: How
    returns: Record | Text
    _: KW_ONLY
    success: int = 200
    succeeds_as: How | None = None
    params: tuple[Param, ...] = ()
    body: Body = Body.IGNORED
    record: Record | None = None
    refusals: tuple[Why, ...] = ()
    authenticated: bool = True
    asks_basic: bool = False
    family: Family[Any] | None = None

    @property
    def success_how(self) -> How:
        """How its status of success is known: it stands in the vendor's own tests, under the SDK's name."""
        tested_as = re.sub(r"(?=[A-Z])", "_", self.id).lower()
        return self.succeeds_as or Source("ibm-watson test_speech_to_text_v1.py", tested_as)

    def __repr__(self) -> str:
        return f"<Operation {self.id}: {self.method} {self.path}>"
