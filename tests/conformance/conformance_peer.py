"""A real peer on loopback with a real fault: what a library raises at it is what it has to raise at a fake."""

from __future__ import annotations

import atexit
import contextlib
import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterator
from functools import cache

from fakestt.transports.certificates import Authority

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n"


CREATED = b"HTTP/1.1 201 Created\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"
REFUSED = b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


class BrokenPeer:
    """Reads a request, sends `answer`, then ends the connection: "fin", "reset" or "silence".

    A function for an answer is given the target of the request. With `then`, that is the answer to all requests but the
    first, and such a connection ends well.
    """

    def __init__(
        self,
        answer: bytes | Callable[[str], bytes],
        end: str,
        context: ssl.SSLContext | None,
        then: bytes | None = None,
    ) -> None:
        self.asked = 0
        self._answer = answer
        self._then = then
        self._end = end
        self._context = context
        self._over = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._threads = [threading.Thread(target=self._accept)]
        scheme = "http" if context is None else "https"
        self.url = f"{scheme}://127.0.0.1:{self._listener.getsockname()[1]}/"
        self._threads[0].start()

    def close(self) -> None:
        self._over.set()
        # Closing alone would not wake accept().
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for thread in self._threads:
            thread.join(10)

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                thread = threading.Thread(target=self._serve, args=(connection,))
                self._threads.append(thread)
                thread.start()

    def _serve(self, connection: socket.socket) -> None:
        with contextlib.suppress(OSError):
            if self._context is not None:
                connection = self._context.wrap_socket(connection, server_side=True)
            with connection, contextlib.suppress(OSError):
                target, two_lengths = _read_request(connection)
                self.asked += 1
                answer, end = self._answer if isinstance(self._answer, bytes) else self._answer(target), self._end
                if self._then is not None and self.asked > 1:
                    answer, end = self._then, "fin"
                connection.sendall(REFUSED if two_lengths else answer)
                if end == "silence":
                    self._over.wait(10)
                elif end == "reset":
                    # A reset throws away what the client has not read yet; it needs a moment.
                    self._over.wait(0.1 if answer else 0)
                    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                elif isinstance(connection, ssl.SSLSocket):
                    # Say goodbye; whether the client says it too is not waited for.
                    connection.settimeout(0)
                    connection.unwrap()


def _read_request(connection: socket.socket) -> tuple[str, bool]:
    """All of it: a connection with unread bytes in it would be reset whatever is wanted.

    Its target, and whether its length was said in two ways: then nobody knows it, and it is refused (RFC 9112, 6.3).
    """
    with connection.makefile("rb") as file:
        words = file.readline().split()
        if len(words) < 3:
            raise ConnectionAbortedError("gone before it had asked")
        target = words[1].decode()
        length, chunked = None, False
        while line := file.readline().strip():
            name, _, value = line.partition(b":")
            length = int(value) if name.lower() == b"content-length" else length
            chunked = chunked or name.lower() == b"transfer-encoding"
        two_lengths = chunked and length is not None
        file.read(0 if two_lengths else length or 0)
    return target, two_lengths


@contextlib.contextmanager
def broken_peer(
    answer: bytes | Callable[[str], bytes], end: str, *, tls: bool = False
) -> Iterator[tuple[str, str | None]]:
    """The URL of such a peer, and the file of the authority to trust."""
    peer = BrokenPeer(answer, end, authority().context if tls else None)
    try:
        yield peer.url, authority().ca_file if tls else None
    finally:
        peer.close()


def counting_peer(*, tls: bool = False) -> contextlib.AbstractContextManager[tuple[str, str | None]]:
    """A peer that reads as many bytes as Content-Length says, and is content; then it is silent."""
    return broken_peer(CREATED, "silence", tls=tls)


@contextlib.contextmanager
def faulty_peer(answer: bytes, end: str, then: bytes | None, *, tls: bool) -> Iterator[tuple[BrokenPeer, str | None]]:
    """A peer that tells how often it was asked, and the file of the authority to trust."""
    peer = BrokenPeer(answer, end, authority().context if tls else None, then)
    try:
        yield peer, authority().ca_file if tls else None
    finally:
        peer.close()


@contextlib.contextmanager
def peer_to_close(*, tls: bool = False) -> Iterator[tuple[BrokenPeer, str | None]]:
    """A peer that answers well, and the file of its authority; to be closed by the caller when it likes."""
    peer = BrokenPeer(CREATED, "silence", authority().context if tls else None)
    try:
        yield peer, authority().ca_file if tls else None
    finally:
        peer.close()


@cache
def authority() -> Authority:
    """One for all tests: keys take time."""
    one = Authority()
    atexit.register(one.close)
    return one
