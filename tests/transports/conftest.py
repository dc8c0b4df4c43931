"""A real peer on loopback, to compare with: it answers bytes, and ends connections as networks do."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
from collections.abc import Callable, Iterator

import pytest


class Peer:
    """Answers every request with the same bytes, then ends the connection: "keep", "fin", "reset" or "silence"."""

    def __init__(self, answer: bytes, end: str) -> None:
        self.answer = answer
        self.end = end
        self.connections: list[socket.socket] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/"

    def close(self) -> None:
        # Closing alone would not wake accept() or recv().
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for connection in self.connections:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        self._thread.join(5)
        for connection in self.connections:
            connection.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                self.connections.append(connection)
                threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while self._received(connection):
                connection.sendall(self.answer)
                if self.end == "reset":
                    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                    connection.close()
                    return
                if self.end == "fin":
                    connection.shutdown(socket.SHUT_WR)

    @staticmethod
    def _received(connection: socket.socket) -> bool:
        data = b""
        while b"\r\n\r\n" not in data:
            more = connection.recv(65536)
            if not more:
                return False
            data += more
        return True


@pytest.fixture
def peer() -> Iterator[Callable[[bytes, str], Peer]]:
    """Makes peers, and closes them at the end of the test."""
    made: list[Peer] = []

    def make(answer: bytes = b"", end: str = "keep") -> Peer:
        made.append(Peer(answer, end))
        return made[-1]

    yield make
    for one in made:
        one.close()
