"""The types of the rows of the operation table."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from fakestt.contract.shapes import Flag, Record, Shape, Text
from fakestt.core.provenance import How
from fakestt.core.refusals import Why

__all__ = ["Body", "In", "Operation", "Param"]


class In(Enum):
    """Where a parameter travels."""

    PATH = "path"
    QUERY = "query"
    HEADER = "header"


class Body(Enum):
    """What an operation makes of a request's body."""

    IGNORED = "ignored"  # clients send {} or nothing, with any content type
    JSON = "json"
    AUDIO = "audio"  # streamed past, measured and let go
    FORM = "form"


@dataclass(frozen=True, slots=True, kw_only=True)
class Param:
    """A parameter. `switch` names the edition's switch without which it is unknown."""

    name: str
    where: In
    shape: Shape
    how: How
    required: bool = False
    switch: str | None = None

    @property
    def default(self) -> object:
        return self.shape.default if isinstance(self.shape, Flag) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """A row: what can be asked, how, and what may come back.

    `id` is the vendor's; `path` has its placeholders in braces; `refusals` are those that this operation adds to the
    general ones of every operation. One that is not `authenticated` hands out tokens: its body is a secret. What
    `returns` a Text answers with plain text.
    """

    id: str
    method: str
    path: str
    summary: str
    how: How
    success: int
    success_how: How
    returns: Record | Text
    params: tuple[Param, ...] = ()
    body: Body = Body.IGNORED
    record: Record | None = None
    refusals: tuple[Why, ...] = ()
    authenticated: bool = True
