"""What happens to a connection, said by an application in the words of a socket.

An application raises these to answer with a failure of the network instead of a message. They are what a socket would
raise, so that the code between socket and user (urllib3's Retry, requests' exceptions) handles them as its own.
"""

from __future__ import annotations

import errno

__all__ = ["WireBreak", "WireClosed", "WireTimeout"]


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
