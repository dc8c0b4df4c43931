"""What happens to a connection, in the words of a socket: the steps of a delivery, and what a client meets.

An application raises the exceptions to answer with a failure of the network instead of a message. They are what a
socket would raise, so that the code between socket and user (urllib3's Retry, requests' exceptions) handles them as its
own.
"""

from __future__ import annotations

import errno
from dataclasses import dataclass

__all__ = [
    "PROMPT",
    "Close",
    "Delivery",
    "Late",
    "Pause",
    "Reset",
    "Send",
    "SendHead",
    "Step",
    "WireBreak",
    "WireClosed",
    "WireTimeout",
]


@dataclass(frozen=True, slots=True)
class Late:
    """Nothing comes for so long."""

    seconds_s: float


@dataclass(frozen=True, slots=True)
class SendHead:
    """So many bytes of status line and headers; None: all. A head that is not longer is followed by the whole body."""

    size_bytes: int | None = None


@dataclass(frozen=True, slots=True)
class Send:
    """The head, unless it went, and so many bytes of the body; None: all that is left. With its last byte all is over:
    the steps behind it are not taken."""

    size_bytes: int | None = None


@dataclass(frozen=True, slots=True)
class Pause:
    """Nothing comes for so long between two sends."""

    seconds_s: float


@dataclass(frozen=True, slots=True)
class Close:
    """The connection is closed in good order."""


@dataclass(frozen=True, slots=True)
class Reset:
    """The connection is reset."""


Step = Late | SendHead | Send | Pause | Close | Reset
Delivery = tuple[Step, ...]
"""How an answer travels, step by step."""

PROMPT: Delivery = (Send(),)


class WireBreak(ConnectionResetError):
    """The connection ends here: before anything was sent, or in the middle of the body.

    Raised from the call, or before the first byte of the body, nothing arrives. Raised later, the client still gets
    the bytes before it.
    """

    def __init__(self, *args: object) -> None:
        # Number and words of the operating system, because clients look at both.
        super().__init__(*(args or (errno.ECONNRESET, "Connection reset by peer")))


class WireTimeout(TimeoutError):
    """Nothing came within the client's read timeout, which stood in the environ as `fakestt.read_timeout_s`."""

    def __init__(self, *args: object) -> None:
        super().__init__(*(args or ("timed out",)))


class WireClosed(WireBreak):
    """The connection was closed in good order, but too early.

    Args:
        head: what arrives before, if no byte of the body does: the beginning of the status line and headers.
    """

    def __init__(self, head: bytes = b"") -> None:
        super().__init__("Remote end closed connection without response")
        self.head = head
