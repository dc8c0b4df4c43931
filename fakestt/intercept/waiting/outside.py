"""The world outside: what it still owes an answer to, and calls that block until it says something.

A thread that would block in a socket or a pipe lets the others have their turns until there is something to read. What
was asked and is not answered yet holds the clock, up to the patience of virtual time: the answer takes real time.

For a client and a server of the test in two threads (uvicorn, `socketpair`, a raw `accept`), aiohttp against a server
that takes its time, ffmpeg in a subprocess of asyncio, a ProcessPoolExecutor.
"""

from __future__ import annotations

import os
import selectors
import socket
import ssl
import weakref
from asyncio import base_subprocess
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ProcessPoolExecutor
from enum import Enum
from typing import Any

from fakestt.intercept.waiting.real import REAL
from fakestt.intercept.waiting.waiting import Waiting
from fakestt.intercept.waiting.waits import Reason, Wait

__all__ = ["Outside", "is_readable", "waits_for_processes"]

BaseSubprocessTransport: Any = base_subprocess.BaseSubprocessTransport  # Any: what is replaced is in no stub
SSLSocket: Any = ssl.SSLSocket  # Any: the same

# In real seconds: what may pass between two parts of an answer, and on the way between two threads of this process.
_READ_S = 0.05
_NEAR_S = 0.02

_DONT_WAIT = getattr(socket, "MSG_DONTWAIT", 0)  # not everywhere
_PROCESS_JOBS: weakref.WeakSet[Future[Any]] = weakref.WeakSet()

IsAnswered = Callable[[tuple[str, int]], "bool | None"]
"""Whether a server of this process has answered all that came from this address; None if none of them knows it."""


def waits_for_processes() -> bool:
    """Whether a job of a ProcessPoolExecutor is still to be done, really."""
    return any(not job.done() for job in list(_PROCESS_JOBS))


class _Last(Enum):
    IDLE = "all was read"
    ASKED = "connect or send: an answer is on its way"
    READ = "part of an answer was read: there may be more"
    SILENT = "it was asked and did not answer in time"


class _Line:
    """What is known of one descriptor."""

    __slots__ = ("at_s", "is_servers", "last", "name")

    def __init__(self, name: Any, *, is_servers: bool = False) -> None:  # Any: our end's address, as its family has it
        self.last = _Last.IDLE
        self.at_s = 0.0
        self.name = name
        self.is_servers = is_servers  # what it sends is the answer


class Outside:
    """The methods that are put into sockets and others, and what they have seen, for one virtual time.

    Args:
        is_answered: asked of addresses of our ends.
    """

    def __init__(self, waiting: Waiting, is_answered: IsAnswered) -> None:
        self._waiting = waiting
        self._is_answered = is_answered
        self._lines: dict[int, _Line] = {}
        self._near: set[object] = set()  # addresses of clients' ends whose servers take part themselves
        self._children: weakref.WeakKeyDictionary[Any, float] = weakref.WeakKeyDictionary()
        # fmt: off
        rows: tuple[tuple[str, _Last, int | None], ...] = (
            # method       what it says of the line    where its flags are, if it reads
            ("connect",    _Last.ASKED,                None),
            ("connect_ex", _Last.ASKED,                None),
            ("send",       _Last.ASKED,                None),
            ("sendto",     _Last.ASKED,                None),
            ("sendmsg",    _Last.ASKED,                None),
            ("recv",       _Last.READ,                 1),
            ("recv_into",  _Last.READ,                 2),
            ("recvfrom",   _Last.READ,                 1),
            ("recvfrom_into", _Last.READ,              2),
            ("recvmsg",    _Last.READ,                 2),
            ("recvmsg_into", _Last.READ,               2),
        )
        # fmt: on
        self.table: list[tuple[Any, str, Callable[..., Any]]] = [
            *((socket.socket, name, self._call(name, last, flags_at)) for name, last, flags_at in rows),
            (socket.socket, "sendall", self._sendall(socket.socket.sendall, socket.socket.send)),
            (socket.socket, "accept", self._accept(socket.socket.accept)),
            (socket.socket, "close", self._close(socket.socket.close)),
            (SSLSocket, "read", self._ssl_read(SSLSocket.read)),
            (os, "read", self._read(os.read)),
            (BaseSubprocessTransport, "__init__", self._child(BaseSubprocessTransport.__init__)),
            (ProcessPoolExecutor, "submit", self._submit(ProcessPoolExecutor.submit)),
        ]

    # What is owed

    def owes(self, descriptors: Iterable[int], loop: Any = None) -> bool:
        """Whether an answer on one of these may be on its way, or a child process of this loop is at work."""
        now_s = REAL["monotonic"]()
        if loop is not None and any(
            now_s < since_s + self._waiting.patience_s
            for one, since_s in self._children.items()
            if one._loop is loop and one._returncode is None
        ):
            return True
        lines = [line for fd in descriptors if (line := self._lines.get(fd)) is not None]
        return any(self._line_owes(line, now_s) for line in lines) or (loop is not None and waits_for_processes())

    def _line_owes(self, line: _Line, now_s: float) -> bool:
        """For how long an answer may be on its way depends on the other end: ours, one of this process, or outside."""
        if line.last in (_Last.IDLE, _Last.SILENT):
            return False
        is_near = line.name in self._near
        is_answered = None if is_near or not isinstance(line.name, tuple) else self._is_answered(line.name[:2])
        if is_answered is True and line.last is _Last.READ:
            line.last = _Last.IDLE
            return False
        patience_s = _NEAR_S if is_near else _READ_S
        if not is_near and (is_answered is False or line.last is _Last.ASKED):
            patience_s = self._waiting.patience_s
        if now_s < line.at_s + patience_s:
            return True
        if not is_near:
            # One that did not answer holds nobody up a second time, until it has.
            line.last = _Last.SILENT if line.last is _Last.ASKED else _Last.IDLE
        return False

    # Calls that block

    def _until_readable(self, descriptor: int, what: str, timeout_s: float | None) -> None:
        """Let others have their turns until there is something to read. The time-out is real.

        Raises:
            TimeoutError: as a socket does.
        """
        __tracebackhide__ = True
        if self._waiting.waiter() is not None and not self._waiting.turns.is_alone() and not is_readable(descriptor):
            until_s = float("inf") if timeout_s is None else REAL["monotonic"]() + timeout_s
            self._until_ready(is_readable, descriptor, what, until_s)

    def _until_ready(self, is_ready: Callable[[int], bool], descriptor: int, what: str, until_s: float) -> None:
        __tracebackhide__ = True
        who = self._waiting.waiter()
        assert who is not None
        wait = Wait(
            who,
            what,
            peek=lambda: is_ready(descriptor) or REAL["monotonic"]() >= until_s,
            owed=lambda: self.owes((descriptor,)),
        )
        is_over = self._waiting.wait(wait) is not Reason.EXIT
        if is_over and REAL["monotonic"]() >= until_s and not is_ready(descriptor):
            raise TimeoutError("timed out")

    def _call(self, method: str, last: _Last, flags_at: int | None) -> Callable[..., Any]:
        real = getattr(socket.socket, method)

        def call(sock: socket.socket, *args: Any, **options: Any) -> Any:
            __tracebackhide__ = True
            if self._waiting.reader() is None:
                return real(sock, *args, **options)
            if flags_at is not None and sock.gettimeout() != 0:
                flags = args[flags_at] if len(args) > flags_at else options.get("flags", 0)
                if not flags & _DONT_WAIT:
                    self._until_readable(sock.fileno(), f"socket.{method}", sock.gettimeout())
            try:
                return real(sock, *args, **options)
            finally:
                # Afterwards: a socket that connects has its own address from then on.
                self._note(sock, last)

        return call

    def _sendall(self, real: Callable[..., None], real_send: Callable[..., int]) -> Callable[..., None]:
        def sendall(sock: socket.socket, data: Any, *flags: int) -> None:
            __tracebackhide__ = True
            waiting = self._waiting
            who = waiting.waiter()
            timeout_s = sock.gettimeout()
            if who is None or not _DONT_WAIT or timeout_s == 0 or waiting.turns.is_alone():
                real(sock, data, *flags)
            else:
                # The one that is to read may not have its turn while this one blocks: what goes out at once, goes.
                until_s = float("inf") if timeout_s is None else REAL["monotonic"]() + timeout_s
                rest = memoryview(data).cast("B")
                while rest:
                    if not _is_writable(sock.fileno()):
                        self._until_ready(_is_writable, sock.fileno(), "socket.sendall", until_s)
                    rest = rest[real_send(sock, rest, sum(flags) | _DONT_WAIT) :]
            self._note(sock, _Last.ASKED)

        return sendall

    def _accept(self, real: Callable[..., Any]) -> Callable[..., Any]:
        def accept(sock: socket.socket) -> Any:
            __tracebackhide__ = True
            if sock.gettimeout() != 0:
                self._until_readable(sock.fileno(), "socket.accept", sock.gettimeout())
            connection, address = real(sock)
            if self._waiting.reader() is not None:
                self._lines[connection.fileno()] = _Line(_name(connection), is_servers=True)
                self._near.add(address)
            return connection, address

        return accept

    def _close(self, real: Callable[..., Any]) -> Callable[..., Any]:
        def close(sock: socket.socket) -> None:
            line = self._lines.pop(sock.fileno(), None)
            if line is not None:
                self._near.discard(line.name)
            real(sock)

        return close

    def _ssl_read(self, real: Callable[..., Any]) -> Callable[..., Any]:
        def read(sock: Any, *args: Any, **options: Any) -> Any:
            __tracebackhide__ = True
            if sock.gettimeout() != 0 and not sock.pending():
                self._until_readable(sock.fileno(), "SSLSocket.read", sock.gettimeout())
            return real(sock, *args, **options)

        return read

    def _read(self, real: Callable[..., bytes]) -> Callable[..., bytes]:
        def read(descriptor: int, length: int, /) -> bytes:
            __tracebackhide__ = True
            if isinstance(descriptor, int) and os.get_blocking(descriptor):
                self._until_readable(descriptor, "os.read", None)
            return real(descriptor, length)

        return read

    def _note(self, sock: socket.socket, last: _Last) -> None:
        fd = sock.fileno()
        line = self._lines.get(fd)
        if line is None:
            line = self._lines[fd] = _Line(_name(sock))
        if last is _Last.READ or (not line.is_servers and line.last is not _Last.SILENT):
            line.last, line.at_s = last, REAL["monotonic"]()
            if not line.name:
                line.last = _Last.IDLE  # one of a pair: the other end is in this process

    # Child processes

    def _child(self, real: Callable[..., None]) -> Callable[..., None]:
        def init(transport: Any, *args: Any, **options: Any) -> None:
            real(transport, *args, **options)
            self._children[transport] = REAL["monotonic"]()

        return init

    def _submit(self, real: Callable[..., Future[Any]]) -> Callable[..., Future[Any]]:
        def submit(pool: ProcessPoolExecutor, /, *args: Any, **options: Any) -> Future[Any]:
            future = real(pool, *args, **options)
            _PROCESS_JOBS.add(future)
            return future

        return submit


def _name(sock: socket.socket) -> Any:
    """Our end's address, or the other's where ours has none. One of a pair has neither."""
    try:
        return sock.getsockname() or sock.getpeername()
    except OSError:  # closed, or not connected
        return None


def is_readable(descriptor: int) -> bool:
    """Whether a call that reads would return, with an error if there is no such descriptor."""
    return _is_ready(descriptor, selectors.EVENT_READ)


def _is_writable(descriptor: int) -> bool:
    return _is_ready(descriptor, selectors.EVENT_WRITE)


def _is_ready(descriptor: int, event: int) -> bool:
    try:
        with _PlainSelector() as selector:
            selector.register(descriptor, event)
            return bool(selector.select(0))
    except (OSError, ValueError):
        return True


# One that needs no descriptor of its own.
_PlainSelector: Any = getattr(selectors, "PollSelector", selectors.SelectSelector)
