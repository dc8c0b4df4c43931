"""The bytes of one connection: its socket, what has arrived and was not read yet, how it ends.

The socket never blocks while the loop has it. The thread that runs a request reads the body and writes the answer. That
thread may wait for the client, within the bounds of a `Patience`, once another thread leads.
"""

from __future__ import annotations

import socket
import ssl
import struct
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum

from fakestt.transports.live.real_time import monotonic
from fakestt.transports.unanswered import forget, set_unanswered

__all__ = ["BLOCK_BYTES", "ClientGone", "End", "Patience", "Stream"]

BLOCK_BYTES = 64 * 1024  # more than a record of TLS, so that a read leaves no half of one behind
_RESET_ON_CLOSE = struct.pack("ii", 1, 0)
_NOT_NOW = (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError)


class ClientGone(ConnectionError):
    """The client closed its connection, or stalled too long, in the middle of a request or an answer.

    The application sees this error, so that it does not take half an upload for a whole one.
    """


class End(Enum):
    """What becomes of a connection after an answer."""

    KEEP = "keep"
    FIN = "fin"  # closed in good order; what the client still sends is read and forgotten
    RESET = "reset"
    DROP = "drop"  # nobody is there to be told


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """For how long a thread waits for a client, from the first time it must, until the request is answered."""

    each_s: float
    """For the next bytes of a body, or until the client has read what is written."""
    all_s: float
    """For the whole body."""
    start_s: float
    """After so long the client must have sent `least_rate` bytes for each second since."""
    least_rate: float

    def is_over(self, passed_s: float, received_bytes: int) -> bool:
        """Whether a body that takes so long comes too slowly."""
        return passed_s > self.all_s or received_bytes < (passed_s - self.start_s) * self.least_rate


class Stream:
    """A socket with a buffer.

    Args:
        step_aside: called before the thread that runs a request waits for the client. False: it must not wait.
        patience: for how long that thread waits at most.
    """

    __slots__ = ("_patience", "_received_bytes", "_step_aside", "_tls", "_waits_since_s", "buffer", "peer", "sock")

    def __init__(
        self, sock: socket.socket, peer: tuple[str, int], step_aside: Callable[[], bool], patience: Patience
    ) -> None:
        self.sock: socket.socket = sock
        self.peer: tuple[str, int] = peer
        self.buffer: bytearray = bytearray()
        self._tls = isinstance(sock, ssl.SSLSocket)
        self._step_aside = step_aside
        self._patience = patience
        self._waits_since_s: float | None = None  # None: the socket does not block
        self._received_bytes = 0  # since then

    def receive(self) -> bool:
        """Put what has arrived into the buffer, without waiting. False: the client has closed its side, or is gone."""
        try:
            data = self.sock.recv(BLOCK_BYTES)
            self.buffer += data
        except _NOT_NOW:
            return True
        except OSError:
            return False
        return bool(data)

    def discard(self) -> bool:
        """As `receive`, but forget what has arrived: for the time after the last answer."""
        try:
            # Read below TLS, where what comes after our good-bye is an error: the answer would be reset away.
            return bool(socket.socket.recv(self.sock, BLOCK_BYTES))
        except _NOT_NOW:
            return True
        except OSError:
            return False

    def read(self, size: int) -> bytes:
        """Return up to `size` bytes as soon as there are any.

        Raises:
            ClientGone: there will be none.
        """
        if self.buffer:
            data = bytes(self.buffer[:size])
            del self.buffer[:size]
            return data
        try:
            data = self._received(size)
        except OSError as error:
            raise ClientGone(f"in the middle of a request: {error}") from None
        if not data:
            raise ClientGone("in the middle of a request")
        return data

    def read_line(self, most_bytes: int) -> bytes | None:
        """Return a line with its end; None if it is longer than that.

        Raises:
            ClientGone: the line never ended.
        """
        searched = 0
        while (end := self.buffer.find(b"\n", searched)) < 0 and len(self.buffer) <= most_bytes:
            searched = len(self.buffer)
            more = self._read_past_buffer()
            self.buffer += more
        if not 0 <= end < most_bytes:
            return None
        line = bytes(self.buffer[: end + 1])
        del self.buffer[: end + 1]
        return line

    def send(self, data: bytes, *, last: bool = False) -> None:
        """Send all of it, in one write where the socket takes it.

        Args:
            last: whether the answer ends with this data, and the connection stays open for the next request.

        Raises:
            ClientGone: the client is not there any more, or does not read.
        """
        if last and len(data) <= BLOCK_BYTES:
            # Said before the client can have read the data. It may have to read longer data in parts.
            set_unanswered(self.peer, False)
        try:
            try:
                sent = self.sock.send(data)
            except _NOT_NOW:
                sent = 0
            if sent < len(data):
                self._wait()
                self.sock.sendall(memoryview(data)[sent:])
            if last:
                set_unanswered(self.peer, False)
        except OSError as error:
            raise ClientGone(f"in the middle of an answer: {error}") from None

    def back_to_loop(self) -> None:
        """Give the socket back to the loop after a request. It must not block there."""
        if self._waits_since_s is not None:
            self._waits_since_s = None
            self.sock.settimeout(0)

    def pending(self) -> bool:
        """Whether TLS has unpacked bytes that follow a body and were not read. No selector tells of such bytes."""
        return self._tls and self.sock.pending() > 0  # type: ignore[attr-defined]  # an SSLSocket has it

    # The end

    def finish_sending(self) -> None:
        """Tell the client that nothing more comes."""
        with suppress(OSError, ValueError):
            if self._tls:
                self.sock.settimeout(0)
                # This sends our half of the good-bye. A socket that blocks would wait for the client's half.
                self.sock.unwrap()  # type: ignore[attr-defined]  # an SSLSocket has it
        with suppress(OSError):
            # Shut the plain socket below. An SSLSocket would forget its state, and read bytes that nobody decrypts.
            socket.socket.shutdown(self.sock, socket.SHUT_WR)
        set_unanswered(self.peer, False)

    def abort(self) -> None:
        """Wake the thread that waits for this socket: nothing will come. Any thread may call this."""
        with suppress(OSError):
            socket.socket.shutdown(self.sock, socket.SHUT_RDWR)

    def close(self, end: End) -> None:
        """Close the socket."""
        forget(self.peer)
        if end is End.RESET:
            with suppress(OSError):
                # No lingering: the kernel sends RST instead of FIN.
                self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
        with suppress(OSError):
            self.sock.close()

    def _read_past_buffer(self) -> bytes:
        kept, self.buffer = self.buffer, bytearray()
        try:
            return self.read(BLOCK_BYTES)
        finally:
            self.buffer = kept

    def _received(self, size: int) -> bytes:
        if self._waits_since_s is None:
            try:
                return self.sock.recv(size)
            except _NOT_NOW:
                self._wait()
        data = self.sock.recv(size)
        self._received_bytes += len(data)
        if self._patience.is_over(monotonic() - (self._waits_since_s or 0.0), self._received_bytes):
            raise TimeoutError("the body comes too slowly")
        return data

    def _wait(self) -> None:
        """Let the socket block from now on.

        Raises:
            OSError: no thread would be left to lead.
        """
        if self._waits_since_s is not None:
            return
        if not self._step_aside():
            raise OSError("no thread is left that could wait")
        self._waits_since_s, self._received_bytes = monotonic(), 0
        self.sock.settimeout(self._patience.each_s)
