"""The types of the rows of the operation table."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass, field
from enum import StrEnum
from typing import Any

from fakestt.contract.shapes import Flag, Record, Shape, Text
from fakestt.core.family import Family
from fakestt.core.lifecycle import Command
from fakestt.core.limits import Limits
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
    TEXT = "text"  # streamed and read, as it is or in a form of several parts
    GRAMMAR = "grammar"  # read whole, in the form that its content type names
    FORM = "form"


@dataclass(frozen=True, slots=True, kw_only=True)
class Param:
    """A parameter. `switch` names a switch of the edition; where it is off, the parameter is unknown.

    If it is not `is_shown`, its value may hold a credential, and no journal shows it.
    """

    name: str
    where: In
    shape: Shape
    how: How
    required: bool = False
    switch: str | None = None
    is_shown: bool = True

    @property
    def default(self) -> object:
        return self.shape.default if isinstance(self.shape, Flag) else None


@dataclass(frozen=True, slots=True, repr=False)
class Operation:
    """A row: a request and its possible answers.

    `id` is the vendor's; `path` has its placeholders in braces; `refusals` come on top of those that every
    operation has, and `switches` names the switch of the edition that one of them needs. An operation that is not
    `authenticated` hands out tokens: its body holds a secret, or, with `asks_basic`, its Basic header holds a name
    and a password. If `returns` is a Text, the answer is plain text. `family` is the family that it is about; the
    family's table has a command of this id, unless the operation asks no table. `most_bytes` names the limit of a
    JSON body. `succeeds_as` is the source of its status of success, unless the vendor's own tests are. `switch`
    names a switch of the edition; where it is off, the edition has no such operation.
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
    most_bytes: str = "max_json_bytes"
    refusals: tuple[Why, ...] = ()
    switches: Mapping[Why, str] = field(default_factory=dict, hash=False)
    authenticated: bool = True
    asks_basic: bool = False
    family: Family[Any] | None = None
    switch: str | None = None

    def is_in(self, limits: Limits) -> bool:
        """Whether an edition with these limits has it."""
        return self.switch is None or getattr(limits, self.switch) is True

    @property
    def command(self) -> Command | None:
        """The row of its family's table that it asks, if any."""
        commands = () if self.family is None else self.family.lifecycle.commands
        return next((one for one in commands if one.value == self.id), None)

    @property
    def success_how(self) -> How:
        """The source of its status of success: by default the vendor's own tests, under the SDK's name."""
        tested_as = re.sub(r"(?=[A-Z])", "_", self.id).lower()
        return self.succeeds_as or Source("ibm-watson test_speech_to_text_v1.py", tested_as)

    def __repr__(self) -> str:
        return f"<Operation {self.id}: {self.method} {self.path}>"
