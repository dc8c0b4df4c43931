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


@dataclass(frozen=True, slots=True)
class Cut:
    """An attribute of another library that is replaced."""

    owner: Any  # Any: a class or a module of that library
    name: str
    original: Callable[..., Any]
    ours: Callable[..., Any]
