"""A real peer on loopback with a real fault: what a library raises at it is what it has to raise at a fake."""

from __future__ import annotations

import atexit
import contextlib
import socket
import ssl
import struct
import threading
from collections.abc import Iterator
from functools import cache

from fakestt.transports.certificates import Authority

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n"


class BrokenPeer:
    """Reads a request, sends `answer`, then ends the connection: "fin", "reset" or "silence"."""

    def __init__(self, answer: bytes, end: str, context: ssl.SSLContext | None) -> None:
        self._answer = answer
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
                _read_request(connection)
                connection.sendall(self._answer)
                if self._end == "silence":
                    self._over.wait(10)
                elif self._end == "reset":
                    # A reset throws away what the client has not read yet; it needs a moment.
                    self._over.wait(0.1 if self._answer else 0)
                    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                elif isinstance(connection, ssl.SSLSocket):
                    # Say goodbye; whether the client says it too is not waited for.
                    connection.settimeout(0)
                    connection.unwrap()


def _read_request(connection: socket.socket) -> None:
    """All of it: a connection with unread bytes in it would be reset whatever is wanted."""
    with connection.makefile("rb") as file:
        length = 0
        while line := file.readline().strip():
            name, _, value = line.partition(b":")
            length = int(value) if name.lower() == b"content-length" else length
        file.read(length)


@contextlib.contextmanager
def broken_peer(answer: bytes, end: str, *, tls: bool = False) -> Iterator[tuple[str, str | None]]:
    """The URL of such a peer, and the file of the authority to trust."""
    peer = BrokenPeer(answer, end, authority().context if tls else None)
    try:
        yield peer.url, authority().ca_file if tls else None
    finally:
        peer.close()


@cache
def authority() -> Authority:
    """One for all tests: keys take time."""
    one = Authority()
    atexit.register(one.close)
    return one
