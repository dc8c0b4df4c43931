"""What can be covered, one record an item. As text, the way a list of what was never seen says it."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

__all__ = ["Answered", "Item", "Shown", "Survived", "Transition", "Trouble"]


class Shown(NamedTuple):
    """An answer that arrived has shown this status. A client can't tell phases with one status apart."""

    family: str
    status: str

    def __str__(self) -> str:
        return f"{self.status} ({self.family})"


class Transition(NamedTuple):
    """A resource went from one status to another. None stands for a resource that is new, or was removed."""

    family: str
    before: str | None
    after: str | None

    def __str__(self) -> str:
        return f"{self.before or '(new)'} -> {self.after or '(gone)'} ({self.family})"


class Answered(NamedTuple):
    """The operation was answered with this status, and the client has the whole head."""

    operation: str
    status: int

    def __str__(self) -> str:
        return f"{self.status} on {self.operation}"


class Trouble(StrEnum):
    """What a fault is to the client that meets it. Several effects may be the same trouble."""

    LOST_REPLY = "a lost reply"  # the work was done, and no answer came
    ERROR = "an error"
    BROKEN = "a broken answer"
    LATE = "a late answer"
    LOST_REQUEST = "a lost request"  # nothing was done, and no answer came
    OLD = "an old answer"
    INTERRUPT = "an interrupt"


class Survived(NamedTuple):
    """A fault of this kind hit the operation, and the client went on."""

    trouble: Trouble
    operation: str

    def __str__(self) -> str:
        return f"{self.trouble} on {self.operation}"


Item = Shown | Transition | Answered | Survived
