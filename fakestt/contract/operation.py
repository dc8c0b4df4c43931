"""The types of the rows of the operation table."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from fakestt.contract.shapes import Flag, Record, Shape, Text
from fakestt.core.family import Family
from fakestt.core.provenance import How, Source
from fakestt.core.refusals import Why

__all__ = ["Body", "In", "Operation", "Param", "of_the_vendor"]


class In(StrEnum):
    """Where a parameter travels."""

    PATH = "path"
    QUERY = "query"
    HEADER = "header"


class Body(StrEnum):
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


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Operation:
    """A row: what can be asked, how, and what may come back.

    `id` is the vendor's; `path` has its placeholders in braces; `refusals` are those that this operation adds to the
    general ones of every operation. One that is not `authenticated` hands out tokens: its body is a secret, or, where
    `asks_basic`, the Basic header with a name and a password. What `returns` a Text answers with plain text. `family`
    is what it is about: its table has a command of this id, unless the operation asks none of them.
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
    asks_basic: bool = False
    family: Family[Any] | None = None

    def __repr__(self) -> str:
        return f"<Operation {self.id}: {self.method} {self.path}>"


def of_the_vendor(
    id: str,  # noqa: A002 - the vendor's word for it
    method: str,
    path: str,
    summary: str,
    how: How,
    returns: Record,
    *,
    success: int = 200,
    params: tuple[Param, ...] = (),
    body: Body = Body.IGNORED,
    record: Record | None = None,
    refusals: tuple[Why, ...] = (),
    family: Family[Any] | None = None,
) -> Operation:
    """A row of the service itself: its status of success stands in the vendor's own tests, under the SDK's name."""
    return Operation(
        id=id,
        method=method,
        path=path,
        summary=summary,
        how=how,
        success=success,
        success_how=Source("ibm-watson test_speech_to_text_v1.py", re.sub(r"(?=[A-Z])", "_", id).lower()),
        returns=returns,
        params=params,
        body=body,
        record=record,
        refusals=refusals,
        family=family,
    )
