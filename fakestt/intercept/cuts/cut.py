"""The parts of a module of cuts: the attributes that it replaces, and the board that the replacements ask."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from fakestt.transports.inprocess import App

__all__ = ["PORTS", "Board", "Cut"]

PORTS = {"http": 80, "https": 443}


class Board(Protocol):
    """Knows where a host leads."""

    def find(self, host: str, port: int) -> App | None: ...

    def refusal(self, host: str, port: int) -> str | None: ...

    def refusal_of_socket(self, host: str, port: int | None) -> str | None: ...

    def not_as_known(self, library: str, error: Exception) -> str: ...


@dataclass(frozen=True, slots=True)
class Cut:
    """An attribute of another library that is replaced.

    Args:
        inherited: the owner has it from a parent, so ours is deleted afterwards.
    """

    owner: Any  # Any: a class or a module of that library
    name: str
    original: Callable[..., Any]
    ours: Callable[..., Any]
    inherited: bool = False

    def make(self) -> None:
        setattr(self.owner, self.name, self.ours)

    def is_in_place(self) -> bool:
        return vars(self.owner).get(self.name) is self.ours

    def undo(self) -> bool:
        """Put the original back. False if another library has replaced ours: it may put ours back later."""
        if not self.is_in_place():
            return False
        if self.inherited:
            delattr(self.owner, self.name)
        else:
            setattr(self.owner, self.name, self.original)
        return True
