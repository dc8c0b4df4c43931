"""What happens to a connection, in the words of a socket: the steps of a delivery, what a client meets, what arrives.

An application raises the exceptions to answer with a failure of the network instead of a message. They are what a
socket would raise, so that the code between socket and user (urllib3's Retry, requests' exceptions) handles them as its
own.
"""

from __future__ import annotations

import errno
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

__all__ = [
    "PROMPT",
    "Arrival",
    "Close",
    "Delivery",
    "Drip",
    "How",
    "Interrupt",
    "Interrupted",
    "Late",
    "Pause",
    "Reset",
    "Send",
    "SendHead",
    "Step",
    "WireBreak",
    "WireClosed",
    "WireTimeout",
    "as_of_a_socket",
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
class Drip:
    """All that is left of the body in so many pieces of about the same length, and nothing for so long between two of
    them. Of a shorter body each byte is a piece."""

    pieces: int
    seconds_s: float


@dataclass(frozen=True, slots=True)
class Close:
    """The connection is closed in good order."""


@dataclass(frozen=True, slots=True)
class Reset:
    """The connection is reset."""


@dataclass(frozen=True, slots=True)
class Interrupt:
    """The client is interrupted while it waits. Only a client in this process can be."""


Step = Late | SendHead | Send | Pause | Drip | Close | Reset | Interrupt
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


def as_of_a_socket(error: OSError) -> OSError:
    """What a socket raises in its place. Its name stands in what clients print, and some look for it."""
    kind = TimeoutError if isinstance(error, WireTimeout) else ConnectionResetError
    return kind(*error.args)


class Interrupted(KeyboardInterrupt):
    """Ctrl-C, or a signal that asks the process to end, came while the client was waiting for an answer."""


class How(StrEnum):
    """How an answer arrived."""

    UNDER_WAY = "under way"
    WHOLE = "whole"
    LATE = "late"  # whole, after a Late or a Pause
    TIMED_OUT = "timed out"  # the client gave up waiting
    CUT = "cut"  # the connection ended behind the head, before the body did
    CLOSED = "closed"  # the connection, before the head was whole; or the client let go
    RESET = "reset"  # before the head was whole


class Arrival:
    """What of an answer reached the client. In process that is what it has read, at a socket what the system was given.

    Whoever delivers an answer makes one, puts it into the environ as `fakestt.arrival`, and writes into it. Where a
    server does not, an application takes what is read of its iterable for what arrives.

    Attributes:
        how: how it arrived; UNDER_WAY as long as nobody knows.
        at_s: the application's instant at which it ended; None while it is under way.
        size_bytes: of the body that the client has.
        has_head: whether status line and headers are there, all of them.
        is_late: whether there was silence on the way.
        in_parts: whether the body takes its time, so that nobody is to run ahead of the client.
        now_s: tells the application's instant.
    """

    # Of the class, until one says otherwise: a plain answer is made and arrives by a few writes.
    how: How = How.UNDER_WAY
    at_s: float | None = None
    size_bytes: int = 0
    has_head: bool = False
    is_late: bool = False
    in_parts: bool = False
    now_s: Callable[[], float] = float

    def __repr__(self) -> str:
        return f"<Arrival {self.how}, {self.size_bytes} bytes>"

    def __getstate__(self) -> dict[str, object]:
        # Who tells the instant is the application, which is not to travel along with a copy.
        return {name: value for name, value in vars(self).items() if name != "now_s"}

    def end(self, how: How, size_bytes: int = 0) -> None:
        """Nothing more comes. The last word counts."""
        self.how = How.LATE if self.is_late and how is How.WHOLE else how
        self.size_bytes = size_bytes
        self.at_s = self.now_s()

    def broke(self, error: BaseException, size_bytes: int = 0) -> None:
        """The application raised this in place of more, or of all."""
        if isinstance(error, WireClosed) and error.head.endswith(b"\r\n\r\n"):
            self.has_head = True
        if isinstance(error, WireTimeout):
            how = How.TIMED_OUT
        elif isinstance(error, WireBreak) and self.has_head:
            how = How.CUT
        else:
            how = How.RESET if isinstance(error, WireBreak) and not isinstance(error, WireClosed) else How.CLOSED
        self.end(how, size_bytes)
