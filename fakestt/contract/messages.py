"""What travels between the rungs: a Call goes in, an Answer comes out, and a Reply is that in bytes."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, NamedTuple

from fakestt.contract.operation import Operation
from fakestt.core.refusals import Refusal
from fakestt.media.facts import Facts
from fakestt.media.text import TextFacts

__all__ = ["Answer", "Call", "Caller", "Reply", "Rows", "Upload"]


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks. No credential is kept."""

    owner: str
    role: str = "manager"
    plan: str = "standard"


@dataclass(frozen=True, slots=True)
class Upload:
    """What is left of a body of audio after it has streamed past.

    `content_type` is the declared type in its plain form, empty where the service knows no such type; then, and where
    there was no body, there are no facts. `text` is what a text holds: it is for the handler, and no journal keeps it.
    """

    size_bytes: int
    sha256: str
    content_type: str
    facts: Facts | None = None
    text: TextFacts | None = field(default=None, repr=False)


# A named tuple, as are Answer and Reply: a frozen dataclass takes three times as long to make, at every request.
class Call(NamedTuple):
    """A request, understood.

    `values` holds the parameters: raw strings until the call is checked, typed ones after. `unknown_query` and
    `unknown_fields` are the names that nobody knows. `problem` is what was wrong with the body as it arrived; it is
    said when its turn comes. What may not be shown of all this is `…`, except in the call that is being checked.
    """

    operation: Operation
    method: str
    path: str
    values: Mapping[str, Any]
    body: Any = None
    upload: Upload | None = None
    content_type: str | None = None
    caller: Caller | None = None
    base_url: str = ""
    unknown_query: tuple[str, ...] = ()
    unknown_fields: tuple[str, ...] = ()
    problem: Refusal | None = None


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of a long list, each made when it is written: a model may have 90,000 words.

    All of them at once would be as many small objects, which the garbage collector walks again and again.
    """

    of: Sequence[Any]
    shown: Callable[[Any], dict[str, Any]]

    def __iter__(self) -> Iterator[dict[str, Any]]:
        return map(self.shown, self.of)


class Answer(NamedTuple):
    """What is said. `text` replaces the JSON where something else than the service answers.

    `note` is for the journal alone: what the client is not told. `kept` is the same answer as a journal may keep it,
    where it says what may not be shown.
    """

    status: int
    json: Any = None
    headers: Mapping[str, str] = MappingProxyType({})
    text: bytes | None = None
    note: str | None = None
    kept: Answer | None = None


class Reply(NamedTuple):
    """An answer in bytes: what a fault works on, and what a journal keeps of it."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    note: str | None = None

    @property
    def json(self) -> Any:
        """The body, read; None if it is no JSON."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            return None
