"""Which sockets that a `select` watches wait for an answer from outside. While one does, the clock must not move."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import Enum
from typing import Any

from fakestt.intercept.waiting.real import REAL
from fakestt.intercept.waiting.waiting import Waiting
from fakestt.transports.unanswered import is_unanswered

__all__ = ["SocketPatches"]

# In real seconds. The first is what a foreign server may take; the second what may pass between two parts of an answer.
_UNANSWERED_S = 5.0
_READ_S = 0.05


_FAMILIES = [getattr(socket, name) for name in ("AF_INET", "AF_INET6", "AF_UNIX") if hasattr(socket, name)]


class _Last(Enum):
    ASKED = "connect or send: an answer is on its way"
    READ = "part of an answer was read: there may be more"
    IDLE = "all was read"
    SILENT = "it was asked and did not answer in time"


@dataclass(slots=True)
class _Line:
    """What is known of one descriptor."""

    last: _Last
    at_s: float
    name: Any = None  # our end's address; Any: as the family has it

    def patience_s(self) -> float:
        """How long, in real seconds, more may take to come. One of our own servers says whether it does."""
        is_sure = isinstance(self.name, tuple) and is_unanswered(self.name[:2]) is True
        return _UNANSWERED_S if is_sure or self.last is _Last.ASKED else _READ_S

    def is_answered(self) -> bool:
        """Whether it is known that nothing more comes, from one of our own servers."""
        return isinstance(self.name, tuple) and is_unanswered(self.name[:2]) is False


class SocketPatches:
    """Methods that are put into `socket.socket`, and what they have seen, by descriptor."""

    def __init__(self, waiting: Waiting) -> None:
        self._waiting = waiting
        self._lines: dict[int, _Line] = {}
        self._accepted: set[int] = set()  # the server's ends: what they send is the answer
        self._served: set[object] = set()  # addresses of clients' ends whose servers take part themselves
        # fmt: off
        rows = (("connect", _Last.ASKED), ("connect_ex", _Last.ASKED), ("send", _Last.ASKED), ("sendall", _Last.ASKED),
                ("sendmsg", _Last.ASKED), ("recv", _Last.READ), ("recv_into", _Last.READ))
        # fmt: on
        self.table: tuple[tuple[type, str, Callable[..., Any]], ...] = (
            *((socket.socket, name, self._noting(name, last)) for name, last in rows if hasattr(socket.socket, name)),
            (socket.socket, "accept", self._accepting(socket.socket.accept)),
            (socket.socket, "close", self._closing(socket.socket.close)),
        )

    def expected_s(self, descriptors: Iterable[int]) -> float:
        """How long, in real seconds, answers on these may still be on their way. 0 when none is."""
        longest_s = 0.0
        for fd in descriptors:
            line = self._lines.get(fd)
            if line is None or line.last in (_Last.IDLE, _Last.SILENT) or line.name in self._served:
                continue
            if line.last is _Last.READ and line.is_answered():
                line.last = _Last.IDLE
                continue
            left_s = line.at_s + line.patience_s() - REAL["monotonic"]()
            if left_s <= 0:
                # One that did not answer holds nobody up a second time, until it has.
                line.last = _Last.SILENT if line.last is _Last.ASKED else _Last.IDLE
            longest_s = max(longest_s, left_s)
        return longest_s

    def _is_watched(self, sock: socket.socket) -> bool:
        if self._waiting.reader() is None or sock.family not in _FAMILIES:
            return False
        loop = asyncio._get_running_loop()
        # What a loop wakes itself with is nobody's answer.
        return sock not in (getattr(loop, "_ssock", None), getattr(loop, "_csock", None))

    def _noting(self, method: str, last: _Last) -> Callable[..., Any]:
        real = getattr(socket.socket, method)

        def note(sock: socket.socket, *args: Any, **options: Any) -> Any:
            if not self._is_watched(sock):
                return real(sock, *args, **options)
            try:
                return real(sock, *args, **options)
            finally:
                # Afterwards: a socket that connects has its own address from then on.
                self._note(sock, last)

        return note

    def _note(self, sock: socket.socket, last: _Last) -> None:
        fd = sock.fileno()
        line = self._lines.get(fd)
        if line is None:
            line = self._lines[fd] = _Line(_Last.IDLE, 0.0, sock.getsockname() if fd >= 0 else None)
        if last is _Last.READ or (fd not in self._accepted and line.last is not _Last.SILENT):
            line.last, line.at_s = last, REAL["monotonic"]()

    def _accepting(self, real: Callable[..., Any]) -> Callable[..., Any]:
        def accept(sock: socket.socket) -> Any:
            connection, address = real(sock)
            if self._is_watched(sock):
                self._lines.pop(connection.fileno(), None)
                self._accepted.add(connection.fileno())
                self._served.add(address)
            return connection, address

        return accept

    def _closing(self, real: Callable[..., Any]) -> Callable[..., Any]:
        def close(sock: socket.socket) -> None:
            fd = sock.fileno()
            line = self._lines.pop(fd, None)
            if line is not None:
                self._served.discard(line.name)
            self._accepted.discard(fd)
            real(sock)

        return close
