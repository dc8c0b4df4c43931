"""Clients with a loop of their own, on `select` or `selectors`: its time-outs pass on the virtual clock."""

from __future__ import annotations

import select
import selectors
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from waiting_rig import Gate, bare, elapsed, leaves_sleepers

from fakestt.errors import ClockError
from fakestt.intercept.client_time import ClientNeverStopped
from fakestt.intercept.waiting.real import REAL

Wait = Callable[[socket.socket, "float | None"], bool]


def _by_selector(kind: type[selectors.BaseSelector]) -> Wait:
    def wait(sock: socket.socket, timeout: float | None) -> bool:
        with kind() as selector:
            selector.register(sock, selectors.EVENT_READ, "data")
            events = selector.select(timeout)
            assert [key.fileobj for key in selector.get_map().values()] == [sock]
        assert [(key.fileobj, key.data, mask) for key, mask in events] in ([], [(sock, "data", selectors.EVENT_READ)])
        return bool(events)

    return wait


def _by_lists(sock: socket.socket, timeout: float | None) -> bool:
    reads, writes, others = select.select([sock], [], [], *(() if timeout is None else (timeout,)))
    assert (writes, others) == ([], [])
    assert reads in ([], [sock])
    return bool(reads)


NAMES = ("SelectSelector", "PollSelector", "EpollSelector", "KqueueSelector", "DefaultSelector")
KINDS = {name: getattr(selectors, name) for name in NAMES if hasattr(selectors, name)}
WAYS = {**{name: _by_selector(kind) for name, kind in KINDS.items()}, "select.select": _by_lists}

every_way = pytest.mark.parametrize("wait", WAYS.values(), ids=WAYS.keys())


@pytest.fixture
def pair() -> Iterator[tuple[socket.socket, socket.socket]]:
    one, other = socket.socketpair()
    with one, other:
        yield one, other


def _soon(act: Callable[[], Any], after_s: float) -> threading.Thread:
    thread = threading.Thread(target=lambda: (time.sleep(after_s), act(), time.sleep(after_s)))
    thread.start()
    return thread


@every_way
def test_a_time_out_passes_on_the_virtual_clock(wait, pair):
    began_s = REAL["monotonic"]()
    with bare() as (world, _):
        assert not wait(pair[0], 3600)
        assert not wait(pair[0], 0.5)
        assert elapsed(world) == 3600.5
    assert REAL["monotonic"]() - began_s < 5


@every_way
@pytest.mark.parametrize("timeout", [90, None])
def test_what_another_thread_sends_ends_it_at_its_instant(wait, pair, timeout):
    for _ in range(10):
        with bare() as (world, _):
            other = _soon(lambda: pair[1].send(b"x"), 30)
            assert wait(pair[0], timeout)
            assert elapsed(world) == 30
            assert pair[0].recv(1) == b"x"
            other.join()
            assert elapsed(world) == 60


@every_way
def test_what_is_there_already_is_returned_at_once(wait, pair):
    pair[1].send(b"x")
    with bare() as (world, _):
        assert wait(pair[0], 90)
        assert wait(pair[0], None)
        assert elapsed(world) == 0


@every_way
def test_to_look_only_takes_no_time(wait, pair):
    with bare() as (world, _):
        assert not wait(pair[0], 0)
        assert elapsed(world) == 0


@pytest.mark.parametrize("way", KINDS)
def test_a_selector_takes_a_negative_time_out_for_none_left(way, pair):
    with bare() as (world, _):
        assert not WAYS[way](pair[0], -1)
        assert elapsed(world) == 0


@every_way
def test_the_world_outside_may_end_a_wait_without_a_time_out(wait, pair, outside):
    with bare() as (world, _):
        outside(pair[1].send, b"x")
        assert wait(pair[0], None)
        assert elapsed(world) == 0


@pytest.fixture
def outside() -> Iterator[Callable[..., None]]:
    """Do something once, in a thread of real time, when asked to."""
    go, work = Gate(), []

    def run() -> None:
        go.wait()
        act, *args = work
        act(*args)

    def ask(*what: Any) -> None:
        work.extend(what)
        go.open()

    thread = threading.Thread(target=run)
    thread.start()
    yield ask
    thread.join(5)
    assert not thread.is_alive()


@every_way
def test_without_end_it_is_stopped_at_the_horizon(wait, pair):
    def poll_for_ever():
        while True:
            wait(pair[0], 60)

    with bare(horizon_s=3600), pytest.raises(ClientNeverStopped, match=r"It was in \w+\.select \(60 s\)"):
        poll_for_ever()


@pytest.mark.parametrize("wait", [WAYS["DefaultSelector"], WAYS["select.select"]], ids=["selector", "select"])
def test_all_that_wait_for_nothing_are_told(wait, pair):
    with bare(patience_s=0.05), pytest.raises(ClockError, match=r"MainThread in \w+\.select"):
        wait(pair[0], None)


def test_an_answer_of_a_server_outside_is_waited_for(outside):
    with (
        socket.create_server(("127.0.0.1", 0)) as listens,
        bare() as (world, _),
        socket.create_connection(listens.getsockname()) as client,
    ):
        outside(_answer, listens)
        client.send(b"question")
        assert WAYS["select.select"](client, 60)
        assert client.recv(10) == b"answer"
        assert elapsed(world) == 0


def _answer(listens):
    served, _ = listens.accept()
    with served:
        assert served.recv(8) == b"question"
        served.send(b"answer")


def test_the_time_outs_of_subprocess_are_real():
    with bare() as (world, _):
        said = subprocess.run(
            [sys.executable, "-c", "input(); print('said')"], input="x", capture_output=True, text=True, timeout=60
        )
        assert said.stdout == "said\n"
        assert elapsed(world) == 0


def test_afterwards_all_is_as_before(pair):
    before = {kind: kind.select for kind in KINDS.values()}, select.select
    with bare():
        assert select.select is not before[1]
    assert ({kind: kind.select for kind in KINDS.values()}, select.select) == before


@leaves_sleepers
def test_a_wait_that_outlives_virtual_time_goes_on_really(pair):
    told = []
    with bare():
        thread = threading.Thread(target=lambda: told.append(WAYS["DefaultSelector"](pair[0], 3600)))
        thread.start()
        time.sleep(10)
    pair[1].send(b"x")
    thread.join(5)
    assert told == [True]


def test_an_answer_to_a_datagram_is_waited_for(outside):
    def answer():
        said, asker = server.recvfrom(8)
        assert said == b"question"
        server.sendto(b"answer", asker)

    with (
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client,
    ):
        server.bind(("127.0.0.1", 0))
        with bare() as (world, _):
            outside(answer)
            client.sendto(b"question", server.getsockname())
            assert WAYS["select.select"](client, 60)
            assert client.recv(10) == b"answer"
            assert elapsed(world) == 0


def test_a_long_message_to_another_thread_goes_out_whole_also_with_a_time_out(pair):
    told = []

    def read():
        time.sleep(30)
        while sum(map(len, told)) < 3_000_000:
            told.append(pair[1].recv(65536))

    pair[0].settimeout(5)
    with bare() as (world, _):
        thread = threading.Thread(target=read)
        thread.start()
        pair[0].sendall(b"x" * 3_000_000)
        thread.join()
        assert elapsed(world) == 30
        pair[0].settimeout(0.01)
        with pytest.raises(TimeoutError):
            pair[0].recv(1)
        with pytest.raises(BlockingIOError):
            pair[1].recv(1, socket.MSG_DONTWAIT)


def test_a_descriptor_that_another_thread_closes_ends_it_with_the_error_of_the_call(pair):
    with bare() as (world, _):
        thread = _soon(pair[0].close, 5)
        with pytest.raises(ValueError, match="file descriptor"):
            select.select([pair[0]], [], [], 60)
        assert elapsed(world) == 5
        thread.join()


READS: dict[str, Callable[[socket.socket], object]] = {
    "recv": lambda sock: sock.recv(8),
    "recv_into": lambda sock: sock.recv_into(bytearray(8)),
    "recvfrom": lambda sock: sock.recvfrom(8),
    "recvfrom_into": lambda sock: sock.recvfrom_into(bytearray(8)),
    "recvmsg": lambda sock: sock.recvmsg(8),
    "recvmsg_into": lambda sock: sock.recvmsg_into([bytearray(8)]),
}


@pytest.mark.parametrize("read", READS.values(), ids=READS.keys())
def test_whoever_reads_from_another_thread_lets_it_have_its_turns(read, pair):
    with bare() as (world, _):
        thread = _soon(lambda: pair[1].sendmsg([b"at last"]), 60)
        read(pair[0])
        assert elapsed(world) == 60
        thread.join()


def test_a_long_message_that_nobody_reads_ends_with_the_time_out_of_the_socket(pair):
    pair[0].settimeout(0.05)
    with bare(), ThreadPoolExecutor(1) as pool:
        pool.submit(time.sleep, 3600)
        with pytest.raises(TimeoutError):
            pair[0].sendall(b"x" * 3_000_000)


def test_whoever_reads_from_another_thread_over_tls_lets_it_have_its_turns(pair):
    contexts = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    contexts[0].check_hostname, contexts[0].verify_mode = False, ssl.CERT_NONE
    for context in contexts:
        context.maximum_version = ssl.TLSVersion.TLSv1_2  # the last one that needs no certificate
        context.set_ciphers("aNULL:@SECLEVEL=0")
    with ThreadPoolExecutor(1) as pool:
        other = pool.submit(contexts[1].wrap_socket, pair[1], server_side=True)
        near, far = contexts[0].wrap_socket(pair[0]), other.result()
    near.settimeout(5)
    with near, far, bare(patience_s=None) as (world, _):
        thread = _soon(lambda: far.send(b"at last"), 60)
        assert near.recv(8) == b"at last"
        assert elapsed(world) == 60
        thread.join()
