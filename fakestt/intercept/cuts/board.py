"""What a module of cuts asks: where a host leads, and why it must not be reached."""

from __future__ import annotations

from typing import Protocol

from fakestt.transports.inprocess import App

__all__ = ["PORTS", "Board"]

PORTS = {"http": 80, "https": 443}


class Board(Protocol):
    """Knows where a host leads."""

    def find(self, host: str, port: int) -> App | None: ...

    def refusal(self, host: str, port: int) -> str | None: ...

    def refusal_of_socket(self, host: str, port: int | None) -> str | None: ...

    def not_as_known(self, library: str, error: Exception) -> str: ...
