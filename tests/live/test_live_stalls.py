"""Clients that stall, however many: polls beside them are answered, and the server stops at once."""

from __future__ import annotations

import resource
import select
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from time import monotonic, perf_counter
from typing import Any

import pytest
from live_rig import PATIENCE_S, Echo, Gate, Raw, says

from fakestt.transports.live import Server, Workers, connection
from fakestt.transports.live import server as serving
from fakestt.transports.live.connection import State
from fakestt.transports.live.thread_pool import WorkerThread

BOTH = pytest.mark.parametrize("tls", [False, True], ids=["http", "https"])
LARGE = ("Content-Length: 100000",)
CHUNKED = ("Transfer-Encoding: chunked",)


def echo_or_large(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    """Reads all, and then writes more than the system takes from it where the path says so."""
    body = b"".join(iter(lambda: environ["wsgi.input"].read(65536), b""))
    body = b"x" * 12_000_000 if environ["PATH_INFO"] == "/large" else body
    start_response("200 OK", [("Content-Length", str(len(body)))])
    return [body]


@contextmanager
def dripping(raws: list[Raw], data: bytes = b"x") -> Iterator[None]:
    """Each client sends a byte now and then."""
    over = threading.Event()

    def drip() -> None:
        while not over.wait(0.01):
            for raw in raws:
                try:
                    raw.send(data)
                except OSError:  # the server has given it up
                    continue

    thread = threading.Thread(target=drip)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def starts(stack: ExitStack, server: Server, number: int, start: Callable[[Raw], Raw], tls: bool = False) -> list[Raw]:
    return [start(stack.enter_context(Raw(server, tls=tls))) for _ in range(number)]


STALLS: dict[str, Callable[[Raw], Raw]] = {
    "drips a body": lambda raw: raw.post(b"half", *LARGE),
    "drips a chunk": lambda raw: raw.post(b"ffff\r\nhalf", *CHUNKED),
    "drips a chunk's head": lambda raw: raw.post(b"0000", *CHUNKED),
    "doesn't read": lambda raw: raw.get("/large"),
}


@BOTH
@pytest.mark.parametrize("stall", STALLS)
def test_more_clients_stall_than_there_are_threads_and_others_are_answered(stall: str, tls: bool) -> None:
    with Workers(most_threads=2) as workers, workers.serve(echo_or_large, tls=tls) as server, ExitStack() as stack:
        raws = starts(stack, server, 5, STALLS[stall], tls)
        with dripping([] if stall == "doesn't read" else raws, b"0"):
            quick = stack.enter_context(Raw(server, tls=tls))
            for _ in range(20):
                assert quick.get().message().status == 200
            uploading = stack.enter_context(Raw(server, tls=tls)).post(b"", *LARGE)
            assert uploading.send(b"y" * 100_000).message().body == b"y" * 100_000
            began_s = perf_counter()
            server.close()
            assert perf_counter() - began_s < 1.0
    assert server.failures == []


def test_a_client_stalls_while_all_threads_but_its_own_are_in_slow_applications() -> None:
    gate = Gate()

    def app(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        return (gate if environ["PATH_INFO"] == "/gate" else Echo())(environ, start_response)

    with Workers(most_threads=2) as workers, workers.serve(app) as server, ExitStack() as stack:
        [slow] = starts(stack, server, 1, lambda raw: raw.get("/gate"))
        assert gate.entered.wait(PATIENCE_S)
        raws = starts(stack, server, 4, STALLS["drips a body"])
        with Raw(server) as quick:
            assert quick.get().message().status == 200
        for raw in raws:
            assert raw.send(b"x" * 99_996).message().status == 200
        gate.opened.set()
        assert slow.message().status == 200


def test_threads_that_waited_for_clients_end_with_their_uploads() -> None:
    with Workers(most_threads=2) as workers, workers.serve(Echo()) as server, ExitStack() as stack:
        raws = starts(stack, server, 8, STALLS["drips a body"])
        began_s = monotonic()
        while len(workers._pool._threads) < 9:
            assert monotonic() - began_s < PATIENCE_S
            with Raw(server) as quick:
                quick.get().message()
        for raw in raws:
            assert raw.send(b"x" * 99_996).message().status == 200
        while len(workers._pool._threads) > 2:
            assert monotonic() - began_s < PATIENCE_S
            with Raw(server) as quick:
                quick.get().message()
        assert workers._pool._aside == set()


@pytest.mark.parametrize(
    "bounds",
    [
        {"head_patience_s": 0.1, "least_rate": 1e6},
        {"head_patience_s": 0.0, "least_rate": 100_000.0},
        {"upload_patience_s": 0.1, "least_rate": 0.0},
    ],
    ids=["slow after a while", "slow from the start", "long"],
)
def test_an_upload_that_drips_is_given_up(bounds: dict[str, float]) -> None:
    app = Echo()
    with Workers(**bounds) as workers, workers.serve(app) as server, Raw(server) as raw:  # type: ignore[arg-type]
        with dripping([raw.post(b"half", *LARGE)]), suppress(ConnectionResetError):  # it was still sending
            assert raw.rest() == b""
        assert server.failures == []
    assert app.environs == []


def test_an_upload_that_is_quick_enough_is_not_given_up_though_it_pauses() -> None:
    with (
        Workers(head_patience_s=0.0, least_rate=1000.0) as workers,
        workers.serve(Echo()) as server,
        Raw(server) as raw,
    ):
        raw.post(b"", *LARGE)
        for _ in range(10):
            raw.send(b"x" * 10_000)
            with Raw(server) as other:  # a request's time is the pause
                other.get().message()
        assert raw.message().body == b"x" * 100_000


def test_where_no_thread_can_be_started_an_upload_that_stalls_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    with Workers() as workers, workers.serve(Echo()) as server, Raw(server) as quick, ExitStack() as stack:
        assert quick.get().message().status == 200  # so the watcher is there

        def fails(thread: WorkerThread) -> None:
            raise RuntimeError("can't start new thread")

        monkeypatch.setattr(WorkerThread, "start", fails)
        raws = [stack.enter_context(Raw(server).post(b"half", *LARGE)) for _ in range(2)]
        # One of them has a thread to wait in. The other would leave none to lead.
        [given_up], *_ = select.select([raw.sock for raw in raws], [], [], PATIENCE_S)
        assert given_up.recv(1) == b""
        assert quick.get().message().status == 200
        [other] = [raw for raw in raws if raw.sock is not given_up]
        assert other.send(b"x" * 99_996).message().status == 200
        monkeypatch.undo()
        assert quick.get().message().status == 200


# Room for new clients


HALVES: dict[str, tuple[State, bool, Callable[[Raw], Raw]]] = {
    "half a greeting": (State.GREETING, True, lambda raw: raw.send(b"\x16\x03\x01\x02\x00")),
    "half a head": (State.HEAD, False, lambda raw: raw.send(b"GET / HTTP/1.1\r\nX: ")),
    "half a small body": (State.BODY, False, lambda raw: raw.post(b"half", "Content-Length: 10")),
    "an end that it doesn't answer": (State.LINGER, False, lambda raw: raw.get("/", "Connection: close")),
}


@pytest.mark.parametrize("half", HALVES)
def test_clients_that_stall_make_room_for_new_ones(half: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "LINGER_S", 60.0)
    state, tls, start = HALVES[half]
    with Workers(most_connections=3) as workers, workers.serve(says(), tls=tls) as server, ExitStack() as stack:
        starts(stack, server, 3, start)
        began_s = monotonic()
        while [one.state for one in list(server.connections) if not one.is_idle()] != [state] * 3:
            assert monotonic() - began_s < PATIENCE_S
        stalled = set(server.connections)
        for one in stalled:
            one.since_s -= 60
        for _ in range(3):
            quick = stack.enter_context(Raw(server, tls=tls))
            assert quick.get().message().status == 200
        assert not stalled & server.connections


def test_a_client_that_has_just_begun_a_request_does_not_stall_however_long_it_was_idle(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(serving, "_STALLED_S", PATIENCE_S)
    with Workers(most_connections=1) as workers, workers.serve(says()) as server, Raw(server) as raw:
        assert raw.get().message().status == 200
        [ours] = server.connections
        ours.since_s -= 60
        raw.send(b"GET / HTTP/1.1\r\n")
        with Raw(server) as waiting:
            waiting.get()
            began_s = monotonic()
            while server.deadline_s is None:  # it has not yet looked who could make room
                assert monotonic() - began_s < PATIENCE_S
            assert raw.send(b"Host: x\r\n\r\n").message().status == 200
            raw.sock.close()
            assert waiting.message().status == 200


@pytest.mark.parametrize(
    ("files", "most"), [(1024, 480), (20_000, 2048), (resource.RLIM_INFINITY, 2048), (256, 96), (32, 16)]
)
def test_as_many_files_are_left_to_others_as_connections_need(
    monkeypatch: pytest.MonkeyPatch, files: int, most: int
) -> None:
    monkeypatch.setattr(resource, "getrlimit", lambda _: (files, files))
    with Workers() as workers:
        assert workers._terms.most_connections == most


@pytest.mark.slow
def test_a_thousand_idle_clients_and_forty_uploads_that_drip_delay_no_poll_by_a_tenth_of_a_second() -> None:
    files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if 0 < files < 4200:
        pytest.skip("this process may not open as many files")
    with Workers() as workers, workers.serve(Echo()) as server, ExitStack() as stack:
        drips = starts(stack, server, 40, STALLS["drips a body"])
        starts(stack, server, 1000, lambda raw: raw)
        starts(stack, server, 500, HALVES["half a head"][2])
        with dripping(drips):
            slowest_s = []
            for _ in range(5):  # the best of a few: this asks what the server does, and not the machine
                took_s = []
                for _ in range(100):
                    began_s = perf_counter()
                    with Raw(server) as quick:
                        assert quick.get().message().status == 200
                    took_s.append(perf_counter() - began_s)
                slowest_s.append(max(took_s))
            assert min(slowest_s) < 0.1
            began_s = perf_counter()
            server.close()
            assert perf_counter() - began_s < 1.0
