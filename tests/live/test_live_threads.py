"""Many connections at once are served by few threads, and are bounded."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from time import monotonic
from typing import Any

import pytest
from live_rig import PATIENCE_S, Gate, Raw, says

from fakestt import ConfigurationError, FakeSTT
from fakestt.transports.live import Server, Workers
from fakestt.transports.live import server as serving

Serve = Callable[..., Server]
URL = "/speech-to-text/api/v1/acoustic_customizations"


def test_256_kept_connections_are_all_served(served: Serve, workers: Workers) -> None:
    stt = FakeSTT()
    server = served(stt.app)
    raws = [Raw(server) for _ in range(256)]
    for _ in range(2):
        for raw in raws:
            raw.get(URL)
        assert {raw.message().status for raw in raws} == {401}
    for raw in raws:
        raw.sock.close()
    assert len(workers._pool._threads) <= 4


@pytest.fixture
def _no_grace(monkeypatch: pytest.MonkeyPatch) -> None:
    """A connection that is idle may be closed at once."""
    monkeypatch.setattr(serving, "_IDLE_S", 0.0)


def answered(raw: Raw) -> bool:
    return raw.get().message().status == 200


@pytest.mark.usefixtures("_no_grace")
@pytest.mark.parametrize("tls", [False, True], ids=["http", "https"])
def test_where_there_are_too_many_the_one_that_was_idle_for_longest_is_closed(tls: bool) -> None:
    with Workers(most_connections=3) as workers, workers.serve(says(), tls=tls) as server:
        raws = [Raw(server, tls=tls) for _ in range(3)]
        assert all(map(answered, (raws[1], raws[0], raws[2], raws[0])))
        with Raw(server, tls=tls) as one_more:
            assert answered(one_more)
            assert raws[1].rest() == b""  # in good order, under TLS as well
            assert all(map(answered, (raws[0], raws[2], one_more)))
        for raw in raws:
            raw.sock.close()


def test_who_finds_no_idle_one_waits_until_another_has_gone() -> None:
    with Workers(most_connections=2) as workers, workers.serve(says()) as server:
        raws = [Raw(server) for _ in range(2)]
        with Raw(server) as waiting:
            waiting.get()
            assert all(answered(raw) for raw in raws * 3)  # they were idle, but for a moment only
            assert len(server.connections) == 2
            raws[0].sock.close()
            assert waiting.message().status == 200
            assert answered(raws[1])
        raws[1].sock.close()


@pytest.mark.usefixtures("_no_grace")
def test_none_is_closed_in_the_middle_of_a_request() -> None:
    app = Gate()
    with Workers(most_connections=2) as workers, workers.serve(app) as server:
        begun = Raw(server).send(b"GET / HTT")
        running = Raw(server).get("/gate")
        assert app.entered.wait(PATIENCE_S)
        with running, begun, Raw(server) as waiting:
            waiting.get()
            began_s = monotonic()
            while server.deadline_s is None:  # it has not yet looked who could make room
                assert monotonic() - began_s < PATIENCE_S
            app.opened.set()
            assert running.message().status == 200
            assert waiting.message().status == 200  # in place of the first, that is idle now
            assert begun.send(b"P/1.1\r\nHost: x\r\n\r\n").message().status == 200
            assert running.rest() == b""


def test_more_clients_than_connections_are_all_served() -> None:
    with Workers(most_connections=4) as workers, workers.serve(says()) as server:
        done: list[int] = []

        def client() -> None:
            with Raw(server) as raw:
                done.append(raw.get("/", "Connection: close").message().status)
                raw.rest()

        threads = [threading.Thread(target=client) for _ in range(24)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert done == [200] * 24


@pytest.mark.parametrize("number", sorted(serving._NO_MORE_FILES))
def test_where_the_system_has_no_more_files_clients_wait(
    served: Serve, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    asked: list[float] = []
    accept = socket.socket.accept

    def fails_at_first(sock: socket.socket) -> Any:
        asked.append(monotonic())
        if len(asked) == 1:
            raise OSError(number, "no more")
        return accept(sock)

    monkeypatch.setattr(socket.socket, "accept", fails_at_first)
    with Raw(served(says())) as raw:
        assert answered(raw)
    assert asked[1] - asked[0] >= 0.05


def test_a_server_that_pauses_can_be_closed() -> None:
    with Workers(most_connections=1) as workers:
        with workers.serve(says()) as server, Raw(server) as raw:
            assert answered(raw)
            with Raw(server) as waiting:
                waiting.get()
                assert answered(raw)
        assert raw.sock.fileno() == -1
        with workers.serve(says()) as server, Raw(server) as raw:
            assert answered(raw)


@pytest.mark.parametrize("bound", [{"most_connections": 0}, {"most_threads": 1}])
def test_bounds_that_allow_nothing_are_told_of(bound: dict[str, int]) -> None:
    with pytest.raises(ConfigurationError, match=f"{next(iter(bound))}=.* or more"):
        Workers(**bound)
