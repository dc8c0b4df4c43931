"""What changed, when, and what caused it."""

from __future__ import annotations

from dataclasses import dataclass, field

from fakestt.core.lifecycle import Phase
from fakestt.core.resources import Activity, Address

__all__ = ["ByActivity", "ByCommand", "ByHand", "Cause", "Change"]


class ByCommand(str):
    """A request caused it. As text, the way reports say it: `addAudio`, `trainAcousticModel refused`.

    Attributes:
        command: the operation's id.
        refused: the request was refused, but changed something all the same.
    """

    __slots__ = ("command", "refused")
    command: str
    refused: bool

    def __new__(cls, command: str, refused: bool = False) -> ByCommand:
        self = super().__new__(cls, f"{command} refused" if refused else command)
        self.command, self.refused = command, refused
        return self

    def __getnewargs__(self) -> tuple[str, bool]:  # type: ignore[override]  # copying calls it; str's differs
        return self.command, self.refused


class ByActivity(str):
    """The end of an activity caused it. As text: `training`, or `training failed` if it ended badly.

    Attributes:
        activity: the activity that ended.
        ending: the name of its ending.
        spoiled: it ended badly.
    """

    __slots__ = ("activity", "ending", "spoiled")
    activity: Activity
    ending: str
    spoiled: bool

    def __new__(cls, activity: Activity | str, ending: str, spoiled: bool = False) -> ByActivity:
        self = super().__new__(cls, f"{Activity(activity).value} {ending}" if spoiled else Activity(activity).value)
        self.activity, self.ending, self.spoiled = Activity(activity), ending, spoiled
        return self

    def __getnewargs__(self) -> tuple[str, str, bool]:  # type: ignore[override]  # as above
        return self.activity.value, self.ending, self.spoiled


class ByHand(str):
    """The test's author caused it. As text: `hand`."""

    __slots__ = ()

    def __new__(cls) -> ByHand:
        return super().__new__(cls, "hand")

    def __getnewargs__(self) -> tuple[()]:  # type: ignore[override]  # as above
        return ()


Cause = ByCommand | ByActivity | ByHand


@dataclass(frozen=True, slots=True)
class Change:
    """One change of phase. `before` is None if the subject is new, `after` is None if it was removed.

    `why` says what is wrong with the subject from then on, such as why audio is invalid; None if nothing is.
    """

    at_s: float
    subject: Address
    before: Phase | None
    after: Phase | None
    cause: Cause
    why: str | None = field(default=None, repr=False)

    def __str__(self) -> str:
        return f"{self.subject}: {self.before or '(new)'} -> {self.after or '(gone)'} by {self.cause}"
