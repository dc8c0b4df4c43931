"""Pipes, sockets and a SimpleQueue between threads of the test: who blocks in one of them lets the others go on."""

from __future__ import annotations

import os
import queue
import socket
import socketserver
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

pytestmark = pytest.mark.timeout(60)


def elapsed(stt):
    return round(stt.clock.now() - stt.started_at_s, 6)


@contextmanager
def running(target: Callable[..., object], *args: object) -> Iterator[None]:
    # A daemon: what hangs fails its test, and not the whole run.
    thread = threading.Thread(target=target, args=args, daemon=True)
    thread.start()
    yield
    thread.join()


def test_the_test_blocks_in_a_socket_until_a_thread_has_slept_and_sends(fake_stt):
    ours, theirs = socket.socketpair()

    def send():
        time.sleep(60)
        theirs.sendall(b"x")

    with ours, theirs, running(send):
        assert ours.recv(1) == b"x"
        assert elapsed(fake_stt) == 60


def test_a_thread_blocks_in_a_socket_until_the_test_has_slept_and_sends(fake_stt):
    ours, theirs = socket.socketpair()
    told = []
    with ours, theirs:
        with running(lambda: told.append((theirs.recv(1), elapsed(fake_stt)))):
            time.sleep(60)
            ours.sendall(b"x")
        assert told == [(b"x", 60)]


def test_the_test_blocks_in_a_pipe_until_a_thread_has_slept_and_writes(fake_stt):
    reading, writing = os.pipe()

    def write():
        time.sleep(60)
        os.write(writing, b"x")

    with running(write):
        assert os.read(reading, 1) == b"x"
        assert elapsed(fake_stt) == 60
    os.close(reading)
    os.close(writing)


def test_a_thread_blocks_in_a_pipe_until_the_test_has_slept_and_writes(fake_stt):
    reading, writing = os.pipe()
    told = []
    with running(lambda: told.append((os.read(reading, 1), elapsed(fake_stt)))):
        time.sleep(60)
        os.write(writing, b"x")
    assert told == [(b"x", 60)]
    os.close(reading)
    os.close(writing)


def test_two_threads_play_ball_over_a_socket(fake_stt):
    ours, theirs = socket.socketpair()

    def give_back():
        while (ball := theirs.recv(1)) != b".":
            time.sleep(10)
            theirs.sendall(ball)

    with ours, theirs, running(give_back):
        for _ in range(10):
            time.sleep(5)
            ours.sendall(b"x")
            assert ours.recv(1) == b"x"
        ours.sendall(b".")
    assert elapsed(fake_stt) == 150


class Server:
    """Answers each connection with what it was sent, after a while."""

    def __init__(self, after_s: float) -> None:
        self.after_s = after_s
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.address = self.listener.getsockname()
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    def _run(self) -> None:
        while True:
            connection, _ = self.listener.accept()
            with connection:
                said = connection.recv(10)
                if said == b"stop":
                    return
                time.sleep(self.after_s)
                connection.sendall(said)

    def ask(self, said: bytes) -> bytes:
        with socket.create_connection(self.address, timeout=20) as connection:
            connection.sendall(said)
            return connection.recv(10)

    def stop(self) -> None:
        self.ask(b"stop")
        self.thread.join()
        self.listener.close()


@pytest.fixture
def early_server() -> Iterator[Server]:
    server = Server(after_s=0.1)
    yield server
    server.stop()


def test_a_server_of_the_test(fake_stt):
    server = Server(after_s=60)
    assert server.ask(b"hello") == b"hello"
    assert elapsed(fake_stt) == 60
    time.sleep(40)
    assert server.ask(b"hello") == b"hello"
    assert elapsed(fake_stt) == 160
    server.stop()


@pytest.mark.slow
def test_a_server_from_before_the_test(early_server, fake_stt):
    time.sleep(3600)
    assert early_server.ask(b"hello") == b"hello"
    with running(early_server.ask, b"hello"):
        time.sleep(60)
    assert 3660 <= elapsed(fake_stt) <= 3661  # whether what it sleeps is virtual is its own affair


@pytest.mark.slow
def test_a_server_of_the_standard_library(fake_stt):
    class Handler(socketserver.StreamRequestHandler):
        def handle(self):
            line = self.rfile.readline()
            time.sleep(0.01)  # a server's threads keep real time
            self.wfile.write(line.upper())

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server, running(server.serve_forever):
        for _ in range(2):
            with socket.create_connection(server.socket.getsockname(), timeout=20) as connection:
                connection.sendall(b"hello\n")
                assert connection.makefile("rb").readline() == b"HELLO\n"
            time.sleep(60)
        server.shutdown()
    assert elapsed(fake_stt) == 120


def test_a_simple_queue_made_inside(fake_stt):
    jobs: queue.SimpleQueue[str] = queue.SimpleQueue()

    def put():
        for _ in range(2):
            time.sleep(60)
            jobs.put("job")

    with running(put):
        assert jobs.get() == "job"
        assert elapsed(fake_stt) == 60
        with pytest.raises(queue.Empty):
            jobs.get(timeout=30)
        assert elapsed(fake_stt) == 90
        assert jobs.get(timeout=600) == "job"
        assert elapsed(fake_stt) == 120


def test_a_thread_that_consumes_a_simple_queue(fake_stt):
    jobs: queue.SimpleQueue[float | None] = queue.SimpleQueue()
    told = []

    def consume():
        while (seconds := jobs.get()) is not None:
            time.sleep(seconds)
            told.append(elapsed(fake_stt))

    with running(consume):
        for seconds in (30, 20, None):
            time.sleep(100)
            jobs.put(seconds)
    assert told == [130, 220]
    assert elapsed(fake_stt) == 300
