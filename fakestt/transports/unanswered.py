"""Which clients of our own servers wait for an answer?

Virtual time runs in the same process as the servers. It asks here, and need not guess from a client's socket. A client
is known by its own address, which both ends of a connection see.
"""

from __future__ import annotations

__all__ = ["forget", "is_unanswered", "set_unanswered"]

_UNANSWERED: dict[object, bool] = {}


def set_unanswered(client: object, unanswered: bool) -> None:
    """Note that a client waits for the server to send something, or that it does not."""
    _UNANSWERED[client] = unanswered


def forget(client: object) -> None:
    """Drop a client that has gone."""
    _UNANSWERED.pop(client, None)


def is_unanswered(client: object) -> bool | None:
    """Whether the server has yet to send this client something. None: it is no client of our servers."""
    return _UNANSWERED.get(client)
