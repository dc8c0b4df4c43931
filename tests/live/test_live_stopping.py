"""Servers come and go: nothing is left behind, nothing is mixed up, and it is quick."""

from __future__ import annotations

import gc
import socket
import threading
from collections.abc import Callable
from pathlib import Path
from time import perf_counter

import pytest
from live_rig import PATIENCE_S, Echo, Gate, Raw, says, sockets_open

from fakestt import FakeSTT
from fakestt.errors import ConfigurationError
from fakestt.transports.live import Server, Workers, serve

Serve = Callable[..., Server]


def check_nothing_more(threads: set[threading.Thread], sockets: int) -> None:
    """Fewer there may be: what other tests have left may have ended meanwhile."""
    assert set(threading.enumerate()) <= threads
    assert sockets_open() <= sockets


@pytest.mark.slow
def test_two_hundred_servers_in_a_row_leave_nothing_behind() -> None:
    gc.collect()
    before = set(threading.enumerate()), sockets_open()
    for _ in range(200):
        with serve(says()) as server, Raw(server) as raw:
            raw.get().message()
    check_nothing_more(*before)


def test_servers_that_share_threads_leave_nothing_behind() -> None:
    before = set(threading.enumerate()), sockets_open()
    with Workers() as workers:
        for _ in range(200):
            with workers.serve(says()) as server, Raw(server) as raw:
                raw.get().message()
            assert server.connections == set()
        assert len(workers._pool._threads) <= 3
    check_nothing_more(*before)


def test_close_ends_kept_connections_and_refuses_new_ones(workers: Workers) -> None:
    server = workers.serve(says())
    raws = [Raw(server).get() for _ in range(5)]
    for raw in raws:
        raw.message()
    server.close()
    for raw in raws:
        assert raw.rest() == b""
        raw.sock.close()
    with pytest.raises(ConnectionRefusedError):
        Raw(server)
    server.close()


def test_no_request_runs_after_close(workers: Workers) -> None:
    app = Gate()
    server = workers.serve(app)
    raw = Raw(server).get("/gate")
    assert app.entered.wait(PATIENCE_S)
    closing = threading.Thread(target=server.close)
    closing.start()
    # The client sees the end at once, though the application is still at it.
    assert raw.rest() == b""
    raw.sock.close()
    assert closing.is_alive()
    app.opened.set()
    closing.join(PATIENCE_S)
    assert app.left.is_set()
    assert server.connections == set()


def test_close_wakes_a_thread_that_waits_for_an_upload() -> None:
    app = Echo()
    with Workers() as workers:
        server = workers.serve(app)
        raw = Raw(server).post(b"half", "Content-Length: 100000", "Expect: 100-continue")
        assert raw.message().status == 100
        server.close()
        assert raw.sock.fileno() >= 0  # its own side is open still: the end that comes is the server's
        assert raw.sock.recv(1) == b""
        raw.sock.close()
    assert app.environs == []


@pytest.mark.slow
def test_an_application_that_never_comes_back_is_told_of(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fakestt.transports.live.server.STOP_PATIENCE_S", 0.05)
    before = set(threading.enumerate())
    app = Gate()
    server = serve(app)
    raw = Raw(server).get("/gate")
    assert app.entered.wait(PATIENCE_S)
    with pytest.warns(ResourceWarning, match="still running"):
        server.close()
    app.opened.set()
    for thread in set(threading.enumerate()) - before:
        thread.join(PATIENCE_S)
    assert set(threading.enumerate()) <= before
    raw.sock.close()


@pytest.mark.parametrize("shared", [False, True], ids=["own threads", "shared threads"])
def test_start_and_stop_take_milliseconds(workers: Workers, shared: bool) -> None:
    took_s = []
    for _ in range(20):
        began_s = perf_counter()
        server = workers.serve(says()) if shared else serve(says())
        raw = Raw(server)
        raw.get().message()
        started_s = perf_counter()
        server.close()
        stopped_s = perf_counter()
        raw.sock.close()
        took_s.append((started_s - began_s, stopped_s - started_s))
    # The quickest of many: this asks whether anything polls, and not how busy the machine is.
    assert min(start for start, _ in took_s) < 0.015
    assert min(stop for _, stop in took_s) < 0.015


def test_an_idle_server_needs_no_time_of_the_processor(served: Serve) -> None:
    with Workers() as workers, workers.serve(says()) as server, Raw(server) as raw:
        raw.get().message()
        watcher = workers._pool._watcher
        assert watcher is not None
        # After a while without requests the watcher sleeps until the next.
        deadline = threading.Event()
        for _ in range(100):
            if workers._pool._watcher_sleeps:
                break
            deadline.wait(0.02)
        assert workers._pool._watcher_sleeps
        assert raw.get().message().body == b"hello"
        assert not workers._pool._watcher_sleeps


def test_the_application_of_a_server_can_be_replaced(served: Serve) -> None:
    server = served(says(b"first"))
    with Raw(server) as raw:
        assert raw.get().message().body == b"first"
        server.app = says(b"second")
        assert raw.get().message().body == b"second"


def test_servers_on_the_same_threads_do_not_mix(workers: Workers) -> None:
    one, two = workers.serve(says(b"one")), workers.serve(says(b"two"))
    with one, two, Raw(one) as first, Raw(two) as second:
        assert (first.get().message().body, second.get().message().body) == (b"one", b"two")
        one.close()
        assert second.get().message().body == b"two"


def test_it_listens_on_loopback_and_a_port_of_the_system_unless_told_otherwise(served: Serve) -> None:
    server = served(says())
    assert server.host == "127.0.0.1"
    assert server.port > 0
    assert server.url == f"http://127.0.0.1:{server.port}"
    assert server.ca_file is None


def test_the_same_port_can_be_used_again_at_once(workers: Workers) -> None:
    with workers.serve(says()) as server, Raw(server) as raw:
        raw.get().message()
        port = server.port
    with workers.serve(says(), port=port) as server, Raw(server) as raw:
        assert server.port == port
        assert raw.get().message().body == b"hello"


def test_a_url_is_one_that_clients_can_use(workers: Workers) -> None:
    with pytest.warns(match="is open"), workers.serve(says(), host="0.0.0.0", public=True) as server:
        assert server.url == f"http://127.0.0.1:{server.port}"
    if socket.has_ipv6:
        try:
            server = workers.serve(says(), host="::1")
        except ConfigurationError:
            pytest.skip("no IPv6 loopback here")
        with server, Raw(server) as raw:
            assert server.url == f"http://[::1]:{server.port}"
            assert raw.get().message().body == b"hello"


OPEN = {None: "this machine", "0.0.0.0": "this machine", "::": "this machine", "192.0.2.1": "192.0.2.1"}


@pytest.mark.parametrize("host", OPEN)
def test_an_address_that_is_not_loopbacks_has_to_be_meant(workers: Workers, host: str | None) -> None:
    before = sockets_open()
    for start in (workers.serve, serve):
        with pytest.raises(ConfigurationError, match=f"reach {OPEN[host]} could read and change.*add public=True"):
            start(says(), host=host)
    with pytest.raises(ConfigurationError, match="public=True"):
        FakeSTT().serve(host=host)
    assert sockets_open() == before


@pytest.mark.parametrize("host", ["127.0.0.1", "127.1.2.3", "localhost"])
def test_loopback_need_not_be_meant(workers: Workers, host: str) -> None:
    for public in (False, True):
        with workers.serve(says(), host=host, public=public) as server, Raw(server) as raw:
            assert raw.get().message().body == b"hello"


def test_a_public_server_says_what_is_open() -> None:
    stt = FakeSTT()
    with pytest.warns(match="is open: everybody who can reach this machine can read and change the fake") as told:
        server = stt.serve(host=None, public=True, tls=True)
    with server:
        assert f"port {server.url.split(':')[2].partition('/')[0]} " in str(told[0].message)


def test_where_that_warning_is_an_error_nothing_is_left_open(workers: Workers) -> None:
    before = sockets_open()
    with pytest.raises(UserWarning, match="is open"):
        workers.serve(says(), host=None, public=True)
    assert sockets_open() == before


def test_a_port_that_is_taken_is_told_of(served: Serve) -> None:
    server = served(says())
    with pytest.raises(ConfigurationError, match=f"port={server.port}.*With port=0"):
        served(says(), port=server.port)


@pytest.mark.parametrize("options", [{"port": 70000}, {"port": -1}, {"host": "no such host.invalid"}])
def test_an_address_that_is_none_is_told_of(options: dict[str, object]) -> None:
    before = set(threading.enumerate()), sockets_open()
    with pytest.raises(ConfigurationError):
        serve(says(), **options)  # type: ignore[arg-type]
    check_nothing_more(*before)


def test_workers_that_are_closed_serve_no_more() -> None:
    workers = Workers()
    workers.close()
    workers.close()
    with pytest.raises(ConfigurationError, match="closed"):
        workers.serve(says())


def test_closing_the_workers_closes_their_servers() -> None:
    with Workers() as workers:
        server = workers.serve(says(), tls=True)
        ca_file = server.ca_file
        assert ca_file is not None
    with pytest.raises(ConnectionRefusedError):
        Raw(server)
    assert not Path(ca_file).exists()
