"""Whom our own servers owe an answer: who waits for one, in the same process, need not guess from its socket.

Clients are known by their own addresses, as both ends see them.
"""

from __future__ import annotations

__all__ = ["forget", "is_owed", "set_owed"]

_OWED: dict[object, bool] = {}


def set_owed(client: object, owed: bool) -> None:
    """There is a client, and it is, or is not, in the middle of something."""
    _OWED[client] = owed


def forget(client: object) -> None:
    """It has gone."""
    _OWED.pop(client, None)


def is_owed(client: object) -> bool | None:
    """Whether it has yet to be sent something; None for a client of somebody else's server."""
    return _OWED.get(client)
