"""What changed, when, and what it was changed by."""

from __future__ import annotations

from dataclasses import dataclass

from fakestt.core.lifecycle import Phase
from fakestt.core.resources import Activity, Address

__all__ = ["ByActivity", "ByCommand", "ByHand", "Cause", "Change"]


class ByCommand(str):
    """A request did it. The text is how reports say so: `addAudio`, `trainAcousticModel refused`.

    Attributes:
        command: the operation's id.
        refused: the request was refused, and changed something all the same.
    """

    __slots__ = ("command", "refused")
    command: str
    refused: bool

    def __new__(cls, command: str, refused: bool = False) -> ByCommand:
        self = super().__new__(cls, f"{command} refused" if refused else command)
        self.command, self.refused = command, refused
        return self

    def __getnewargs__(self) -> tuple[str, bool]:  # type: ignore[override]  # of str's: copies are made by it
        return self.command, self.refused


class ByActivity(str):
    """An activity ended. The text is `training`, or with the ending that nobody hoped for `training failed`.

    Attributes:
        activity: which.
        ending: the name of the way in which it ended.
        spoiled: nobody hoped for that.
    """

    __slots__ = ("activity", "ending", "spoiled")
    activity: Activity
    ending: str
    spoiled: bool

    def __new__(cls, activity: Activity, ending: str, spoiled: bool = False) -> ByActivity:
        self = super().__new__(cls, f"{activity.value} {ending}" if spoiled else activity.value)
        self.activity, self.ending, self.spoiled = activity, ending, spoiled
        return self

    def __getnewargs__(self) -> tuple[Activity, str, bool]:  # type: ignore[override]  # the same
        return self.activity, self.ending, self.spoiled


class ByHand(str):
    """The test's author did it. The text is `hand`."""

    __slots__ = ()

    def __new__(cls) -> ByHand:
        return super().__new__(cls, "hand")

    def __getnewargs__(self) -> tuple[()]:  # type: ignore[override]  # the same
        return ()


Cause = ByCommand | ByActivity | ByHand


@dataclass(frozen=True, slots=True)
class Change:
    """Something became something else. `before` is None for what was made, `after` for what was removed."""

    at_s: float
    subject: Address
    before: Phase | None
    after: Phase | None
    cause: Cause

    def __str__(self) -> str:
        return f"{self.subject}: {self.before or '(new)'} -> {self.after or '(gone)'} by {self.cause}"
