"""A condition: what holds for all requests that no rule hits, as long as it is armed."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import NamedTuple, Self

from fakestt.contract.messages import Call, Caller
from fakestt.errors import RuleNeverMatched
from fakestt.faults.effects import Effect
from fakestt.faults.written import check_optional

__all__ = ["Asked", "Condition"]


class Asked(NamedTuple):
    """A request, as a condition sees it.

    Attributes:
        call: None if no route fits.
        is_of_service: whether it is one of the operations that "*" chooses; what hands out tokens is none.
        caller: who asks; None if the credentials are refused, or none are needed.
        since_start_s: the fake's time, from its start.
    """

    call: Call | None
    is_of_service: bool
    caller: Caller | None
    since_start_s: float


class Condition(ABC):
    """What the author armed, and holds in the hand: it says how often it was met, and can be disarmed.

    In a `with` statement it holds for the block.

    Args:
        spelled: how the author wrote it.
        optional: a condition that is never met is otherwise an error at the test's end.
    """

    place = ""
    """Where it was written, as `file:line`."""

    is_by_chance = False
    """Whether it draws what happens."""

    def __init__(self, spelled: str, *, optional: bool) -> None:
        check_optional(optional, f"{spelled.partition('(')[0]}(optional={optional!r})")
        self._spelled = spelled
        self._is_optional = optional
        self.is_armed: bool = True
        self.used = 0
        """How many requests it has hit."""

    @abstractmethod
    def meet(self, asked: Asked) -> Effect | None:
        """What happens to this request; None: nothing. The fake's lock is held."""

    @abstractmethod
    def may_change(self, since_start_s: float) -> bool:
        """Whether a request may still meet another fate by it than an equal one has met before."""

    @property
    def is_unmet(self) -> bool:
        """Whether it should have hit a request and has not."""
        return self.is_armed and not self.used and not self._is_optional

    def disarm(self) -> None:
        """Hit no request from now on. It need not have been used."""
        self.is_armed = False

    def __enter__(self) -> Self:
        self.is_armed = True
        return self

    def __exit__(self, kind: object, error: object, traceback: object) -> None:
        is_unmet = self.is_unmet
        self.disarm()
        if is_unmet and error is None:
            raise RuleNeverMatched(
                f"{self}: armed for a block of `with`, and met by no request in it, so the test does not show what it "
                f"says. Mend it, or write optional=True if it need not happen.\n    was written at {self.place}"
            )

    def __str__(self) -> str:
        return self._spelled

    def __repr__(self) -> str:
        return f"<{self}, used {self.used} times>"
