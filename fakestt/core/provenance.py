"""How we know: every row of every table carries one of these two."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Assumed", "How", "Source"]


@dataclass(frozen=True, slots=True)
class Source:
    """A document that says it, and the place in the document.

    `document` is a page of an edition's documentation ("icp2018 acoustic-create.md"), a release of an SDK
    ("ibm-watson 11.2.0") or a public thread; `anchor` is the heading, the method or the comment.
    """

    document: str
    anchor: str

    def __str__(self) -> str:
        return f"{self.document}#{self.anchor}"


@dataclass(frozen=True, slots=True)
class Assumed:
    """No document says it. The reason tells why a client's author would be least surprised by this choice."""

    reason: str

    def __str__(self) -> str:
        return f"assumed: {self.reason}"


How = Source | Assumed
