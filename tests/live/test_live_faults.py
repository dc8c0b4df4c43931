"""Failures of the network, made at the socket: what clients raise is their own."""

from __future__ import annotations

import http.client
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, suppress
from time import monotonic
from typing import Any

import pytest
import requests
from live_rig import PATIENCE_S, Echo, Gate, Raw, raises, says

from fakestt import FakeSTT
from fakestt.transports.live import Server, Workers, answer, connection
from fakestt.transports.live.connection import Connection
from fakestt.wire import WireBreak, WireClosed, WireTimeout

Serve = Callable[..., Server]
BOTH = pytest.mark.parametrize("tls", [False, True], ids=["http", "https"])


def wait_until_gone(server: Server) -> None:
    """Ask until the server has seen that its other clients have gone."""
    began_s = monotonic()
    while len(server.connections) > 1:
        assert monotonic() - began_s < PATIENCE_S
        with Raw(server) as raw:
            raw.get("/", "Connection: close").message()
            raw.rest()


def asked(server: Server, path: str = "/", **headers: str) -> http.client.HTTPConnection:
    """A request by http.client, sent, over either scheme."""
    connection: http.client.HTTPConnection
    if server.ca_file is None:
        connection = http.client.HTTPConnection(server.host, server.port, timeout=PATIENCE_S)
    else:
        import ssl

        context = ssl.create_default_context(cafile=server.ca_file)
        connection = http.client.HTTPSConnection("localhost", server.port, timeout=PATIENCE_S, context=context)
    connection.request("GET", path, headers=headers)
    return connection


@BOTH
def test_a_break_before_the_answer_is_a_reset(served: Serve, tls: bool) -> None:
    connection = asked(served(raises(WireBreak()), tls=tls))
    with pytest.raises(ConnectionResetError) as caught:
        connection.getresponse()
    connection.close()
    # Under TLS Python shows a reset as an empty answer, whoever sent it.
    assert tls or not isinstance(caught.value, http.client.RemoteDisconnected)


@BOTH
def test_a_clean_close_before_the_answer_is_an_empty_one(served: Serve, tls: bool) -> None:
    connection = asked(served(raises(WireClosed()), tls=tls))
    with pytest.raises(http.client.RemoteDisconnected):
        connection.getresponse()
    connection.close()


@BOTH
def test_a_break_in_the_body_lets_through_what_was_before_it(served: Serve, tls: bool) -> None:
    connection = asked(served(raises(WireBreak(), after=b"part"), tls=tls))
    answer = connection.getresponse()
    assert answer.read(4) == b"part"
    with pytest.raises((ConnectionResetError, http.client.IncompleteRead) if tls else ConnectionResetError):
        answer.read()
    connection.close()


@BOTH
def test_a_clean_close_in_the_body_leaves_it_incomplete(served: Serve, tls: bool) -> None:
    connection = asked(served(raises(WireClosed(), after=b"part"), tls=tls))
    with pytest.raises(http.client.IncompleteRead) as caught:
        connection.getresponse().read()
    connection.close()
    assert (caught.value.partial, caught.value.expected) == (b"part", 996)


def test_a_broken_connection_is_followed_by_a_new_one(served: Serve) -> None:
    server = served(raises(WireBreak()))
    with requests.Session() as session:
        session.trust_env = False
        for _ in range(3):
            with pytest.raises(requests.ConnectionError):
                session.get(server.url, timeout=PATIENCE_S)
            assert session.get(server.url + "/fine", timeout=PATIENCE_S).text == "hello"


def test_a_reset_before_the_work_leaves_nothing_done_and_one_after_it_does(served: Serve) -> None:
    stt = FakeSTT()
    server = served(stt.app)
    url = f"{server.url}/speech-to-text/api/v1/acoustic_customizations"
    body = {"name": "car", "base_model_name": "en-US_BroadbandModel"}
    with requests.Session() as session:
        session.trust_env = False
        session.auth = ("apikey", stt.api_key)
        for made, rule in enumerate((stt.faults.on("createAcousticModel", nth=1).reset(), None)):
            if rule is None:
                stt.faults.on("createAcousticModel", nth=1).reset(commits=True)
            with pytest.raises(requests.ConnectionError, match="reset"):
                session.post(url, json=body, timeout=PATIENCE_S)
            assert len(stt.acoustic_models) == made


def test_a_lost_reply_leaves_the_work_done(served: Serve) -> None:
    stt = FakeSTT()
    server = served(stt.app)
    stt.faults.on("createAcousticModel").lose_reply()
    with pytest.raises(requests.ConnectionError, match="closed connection without response"):
        requests.post(
            f"{server.url}/speech-to-text/api/v1/acoustic_customizations",
            json={"name": "car", "base_model_name": "en-US_BroadbandModel"},
            auth=("apikey", stt.api_key),
            timeout=PATIENCE_S,
        )
    assert len(stt.acoustic_models) == 1


def test_a_truncated_answer_breaks_off(served: Serve) -> None:
    stt = FakeSTT()
    server = served(stt.app)
    stt.faults.on("listAcousticModels").truncate(10)
    # By http.client: requests on urllib3 1.26 takes a part for the whole.
    path = "/speech-to-text/api/v1/acoustic_customizations"
    with closing(asked(server, path, Authorization=f"Bearer {stt.api_key}")) as connection:
        response = connection.getresponse()
        with pytest.raises(http.client.IncompleteRead) as caught:
            response.read()
    assert (response.status, len(caught.value.partial)) == (200, 10)


# Late answers


class Late:
    """Answers late by what the path says, and tells how long it was."""

    def __init__(self, fails: Exception | None = None) -> None:
        self.passed: list[float] = []
        self.told = threading.Event()
        self.closed = threading.Event()
        self._fails = fails

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        if late_s := float(environ["QUERY_STRING"] or 0):
            environ["fakestt.be_late"](late_s, self._then)
        if self._fails is not None:
            raise self._fails
        start_response("200 OK", [("Content-Length", "4")])
        return self._body()

    def _body(self) -> Iterator[bytes]:
        try:
            yield b"late"
        finally:
            self.closed.set()

    def _then(self, passed_s: float) -> None:
        self.passed.append(passed_s)
        self.told.set()


def test_a_late_answer_takes_its_time(served: Serve) -> None:
    app = Late()
    with Raw(served(app)) as raw:
        began_s = monotonic()
        assert raw.get("/?0.05").message().body == b"late"
        assert monotonic() - began_s >= 0.05
        assert app.passed == [0.05]
        assert raw.get("/").message().body == b"late"


def test_a_client_that_does_not_want_to_wait_gives_up(served: Serve) -> None:
    app = Late()
    server = served(app)
    with pytest.raises(requests.ReadTimeout):
        requests.get(server.url, params="45", timeout=0.05)
    assert app.told.wait(PATIENCE_S)
    assert 0 < app.passed[0] < PATIENCE_S
    assert app.closed.wait(PATIENCE_S)


def test_late_answers_hold_no_thread() -> None:
    app = Late()
    with Workers(most_threads=2) as workers, workers.serve(app) as server:
        raws = [Raw(server).get("/?45") for _ in range(20)]
        with Raw(server) as quick:
            assert quick.get("/").message().body == b"late"
        for raw in raws:
            raw.vanish()


def test_a_late_failure_is_late(served: Serve) -> None:
    app = Late(fails=WireBreak())
    with Raw(served(app)) as raw:
        began_s = monotonic()
        with pytest.raises(ConnectionResetError):
            raw.get("/?0.05").rest()
        assert monotonic() - began_s >= 0.05


def test_what_a_client_sends_while_it_waits_is_kept(served: Serve) -> None:
    with Raw(served(Late())) as raw:
        raw.get("/?0.05").get("/")
        assert [raw.message().body for _ in range(2)] == [b"late", b"late"]


def test_silence_has_an_end(served: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answer, "SILENCE_S", 0.05)
    app = Late()
    server = served(app)
    with Raw(server) as raw:
        assert raw.get("/?3600").message().body == b"late"
    assert app.passed == [3600.0]
    with Raw(served(raises(WireTimeout()))) as raw:
        assert raw.get().rest() == b""


def test_a_server_closes_while_an_answer_is_late(workers: Workers) -> None:
    app = Late()
    with workers.serve(app) as server:
        raw = Raw(server).get("/?45")
        with Raw(server) as other:
            other.get("/").message()
    assert raw.rest() == b""
    raw.sock.close()
    assert len(app.passed) == 1
    assert app.passed[0] < PATIENCE_S


# Clients that fail


def test_a_client_that_vanishes_in_an_upload_has_done_nothing(served: Serve) -> None:
    stt = FakeSTT()
    model = stt.acoustic_models.add(name="car")
    server = served(stt.app)
    target = f"/speech-to-text/api/v1/acoustic_customizations/{model.id}/audio/a"
    head = f"POST {target} HTTP/1.1\r\nHost: x\r\nContent-Type: audio/wav\r\n"
    for framing in ("Content-Length: 100000\r\n\r\nRIFF", "Transfer-Encoding: chunked\r\n\r\n4\r\nRIFF\r\n"):
        for end in ("vanish", "close"):
            raw = Raw(server).send((head + framing).encode())
            raw.vanish() if end == "vanish" else raw.sock.close()
    with Raw(server) as raw:
        assert raw.get("/speech-to-text/api/v1/models").message().status == 401
    wait_until_gone(server)
    assert stt.journal.count("addAudio") == 0
    assert list(model.audio) == []


def test_clients_that_stall_hold_no_thread_and_are_given_up() -> None:
    with Workers(most_threads=2, head_patience_s=0.1) as workers, workers.serve(Echo()) as server:
        stalls = (
            b"GET / HTTP/1.1\r\nHost: x\r\n",
            b"G",
            b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nhalf",
        )
        raws = [Raw(server).send(data) for data in stalls * 10]
        silent = Raw(server)
        with Raw(server) as quick:
            assert quick.get().message().status == 200
        for raw in raws:
            assert raw.message().status == 408
            assert raw.rest() == b""
            raw.sock.close()
        # A connection on which nothing was begun is not stalled.
        assert silent.get().message().status == 200
        silent.sock.close()


def test_a_drip_of_header_bytes_does_not_prolong_the_patience() -> None:
    with Workers(head_patience_s=0.1) as workers, workers.serve(Echo()) as server, Raw(server) as raw:
        raw.sock.settimeout(0.01)
        raw.send(b"GET / HTTP/1.1\r\nX: ")
        began_s = monotonic()
        while monotonic() - began_s < PATIENCE_S:
            raw.send(b"x")
            try:
                raw.received += raw.sock.recv(65536)
                break
            except TimeoutError:
                continue
        raw.sock.settimeout(PATIENCE_S)
        assert raw.message().status == 408


def test_a_stalled_upload_is_given_up_and_its_thread_freed() -> None:
    with Workers(most_threads=3, body_patience_s=0.1) as workers, workers.serve(Echo()) as server:
        raws = [Raw(server).post(b"half", "Content-Length: 100000") for _ in range(2)]
        raws += [Raw(server).post(b"4\r\nhalf\r\n", "Transfer-Encoding: chunked") for _ in range(2)]
        with Raw(server) as quick:
            assert quick.get().message().status == 200
        for raw in raws:
            assert raw.rest() == b""
            raw.sock.close()
        assert server.failures == []


def test_a_slow_request_holds_up_no_other(served: Serve) -> None:
    app = Gate()
    server = served(app)
    with Raw(server) as slow, Raw(server) as quick:
        slow.get("/gate")
        assert app.entered.wait(PATIENCE_S)
        for _ in range(10):
            assert quick.get().message().body == b"ok"
        assert not app.left.is_set()
        app.opened.set()
        assert slow.message().body == b"ok"
        assert slow.get().message().body == b"ok"


def test_more_slow_requests_than_threads_wait_for_each_other() -> None:
    app = Gate()
    with Workers(most_threads=4) as workers, workers.serve(app) as server:
        raws = [Raw(server).get("/gate") for _ in range(12)]
        assert app.entered.wait(PATIENCE_S)
        app.opened.set()
        for raw in raws:
            assert raw.message().body == b"ok"
            raw.sock.close()
        assert len(workers._pool._threads) <= 4


def test_a_client_that_does_not_read_is_given_up() -> None:
    def app(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        start_response("200 OK", [])
        return [b"x" * 30_000_000] if environ["PATH_INFO"] == "/large" else [b"ok"]

    with Workers(body_patience_s=0.1) as workers, workers.serve(app) as server:
        deaf = Raw(server).get("/large")
        with Raw(server) as quick:
            assert quick.get().message().body == b"ok"
        wait_until_gone(server)
        deaf.sock.close()
        assert server.failures == []


def test_a_large_answer_reaches_a_client_that_reads(served: Serve) -> None:
    with Raw(served(says(b"x" * 5_000_000))) as raw:
        assert raw.get().message().body == b"x" * 5_000_000
        raw.get().message()


def test_a_mistake_of_the_server_costs_one_connection_and_is_kept(
    workers: Workers, monkeypatch: pytest.MonkeyPatch
) -> None:
    find_head = connection.find_head

    def mistaken(buffer: bytearray) -> bytes | None:
        if b"mistake" in buffer:
            raise ZeroDivisionError
        return find_head(buffer)

    monkeypatch.setattr(connection, "find_head", mistaken)
    with workers.serve(says()) as server, Raw(server) as one, Raw(server) as other:
        with pytest.raises(ConnectionResetError):
            one.get("/mistake").rest()
        assert other.get().message().body == b"hello"
        assert [type(error) for error in server.failures] == [ZeroDivisionError]


def test_a_plain_client_at_a_tls_port_is_turned_away(served: Serve) -> None:
    server = served(says(), tls=True)
    with Raw(server) as raw, suppress(ConnectionResetError):
        assert raw.get().rest()[:1] in (b"", b"\x15")  # at most an alert of TLS
    connection = asked(server)
    assert connection.getresponse().read() == b"hello"
    connection.close()


def test_tls_says_good_bye_before_a_clean_close(served: Serve) -> None:
    with Raw(served(raises(WireClosed(), after=b"part"), tls=True), tls=True) as raw:
        assert raw.get().rest().endswith(b"part")


def test_a_request_in_the_same_tls_record_as_the_end_of_a_body_is_seen(served: Serve) -> None:
    with Raw(served(Echo(), tls=True), tls=True) as raw:
        body = b"x" * 100_000
        raw.post(body + b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", "Content-Length: 100000")
        assert raw.message().body == body
        assert raw.message().status == 200


def test_a_tls_client_that_stalls_in_its_greeting_holds_up_no_other() -> None:
    with Workers(most_threads=2, head_patience_s=0.1) as workers, workers.serve(says(), tls=True) as server:
        raws = [Raw(server).send(b"\x16\x03\x01\x02\x00") for _ in range(5)]
        connection = asked(server)
        assert connection.getresponse().read() == b"hello"
        connection.close()
        for raw in raws:
            assert raw.rest() == b""
            raw.sock.close()


def linked(server: Server, *, but: int | None = None) -> Any:
    """What the server knows of a connection, other than the one from a port."""
    return next(one for one in server.connections if one.stream.peer[1] != but)


def test_a_refused_client_may_go_on_sending_for_longer_than_it_may_be_silent(
    served: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "LINGER_S", 0.1)
    with Raw(served(says(b"no", "413 Too Large"))) as raw:
        raw.post(b"", "Content-Length: 1000000")
        assert raw.message().body == b"no"
        raw.sock.setblocking(False)
        pause = threading.Event()
        for _ in range(15):
            raw.send(b"x")
            pause.wait(0.02)
        raw.sock.settimeout(PATIENCE_S)
        assert raw.rest() == b""


def test_a_client_that_is_silent_after_its_last_answer_is_let_go(
    served: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "LINGER_S", 0.05)
    server = served(says())
    raw = Raw(server).get("/", "Connection: close")
    assert raw.message().body == b"hello"
    began_s = monotonic()
    while server.connections:
        assert monotonic() - began_s < PATIENCE_S
        threading.Event().wait(0.01)
    raw.sock.close()


def test_a_socket_that_was_waited_for_does_not_block_the_loop_afterwards(served: Serve) -> None:
    server = served(Echo())
    with Raw(server) as raw:
        raw.post(b"", "Content-Length: 100000", "Expect: 100-continue")
        assert raw.message().status == 100
        assert len(raw.send(b"x" * 100_000).message().body) == 100_000
        raw.get().message()
        assert linked(server).stream.sock.gettimeout() == 0


def test_a_busy_connection_that_sends_more_is_not_looked_at_over_and_over(served: Serve) -> None:
    app = Gate()
    server = served(app)
    with Raw(server) as busy, Raw(server) as quick:
        busy.get("/gate")
        assert app.entered.wait(PATIENCE_S)
        busy.get("/")
        for _ in range(3):
            quick.get().message()
        assert linked(server, but=quick.sock.getsockname()[1])._events == 0
        app.opened.set()
        assert [busy.message().body for _ in range(2)] == [b"ok", b"ok"]


def test_what_a_client_sends_while_it_waits_is_bounded(served: Serve) -> None:
    server = served(Late())
    with Raw(server) as raw, Raw(server) as other:
        raw.get("/?0.3")
        raw.sock.settimeout(0.05)
        with suppress(TimeoutError):
            raw.send(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n" * 1_000_000)
        other.get("/").message()
        one = linked(server, but=other.sock.getsockname()[1])
        assert len(one.stream.buffer) <= 3 * 64 * 1024
        raw.sock.settimeout(PATIENCE_S)
        assert [raw.message().body for _ in range(3)] == [b"late"] * 3


# Mistakes of ours


def fails_for(raw: Raw, method: str, monkeypatch: pytest.MonkeyPatch) -> ZeroDivisionError:
    """Have a method of the server's end of a connection raise, and that of no other."""
    right, error, culprit = getattr(Connection, method), ZeroDivisionError("ours"), raw.sock.getsockname()

    def mistaken(one: Connection) -> None:
        if one.stream.sock.getpeername() == culprit:
            raise error
        right(one)

    monkeypatch.setattr(Connection, method, mistaken)
    return error


def is_at_its_end(raw: Raw) -> bool:
    with suppress(ConnectionError):
        raw.rest()
    return True


def test_a_mistake_after_a_request_costs_its_connection_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    with Workers() as workers, workers.serve(says()) as server, Raw(server) as raw, Raw(server) as other:
        error = fails_for(raw, "ran", monkeypatch)
        assert is_at_its_end(raw.get())
        assert other.get().message().status == 200
        assert server.failures == [error]


def test_nor_does_it_cost_more_where_another_thread_has_taken_the_lead(monkeypatch: pytest.MonkeyPatch) -> None:
    app = Gate()
    with Workers() as workers, workers.serve(app) as server, Raw(server) as raw, Raw(server) as other:
        error = fails_for(raw.get("/gate"), "ran", monkeypatch)
        assert app.entered.wait(PATIENCE_S)
        assert other.get().message().status == 200
        app.opened.set()
        assert is_at_its_end(raw)
        assert other.get().message().status == 200
        assert server.failures == [error]


def test_a_mistake_at_the_end_of_one_connection_leaves_no_other_open(monkeypatch: pytest.MonkeyPatch) -> None:
    with Workers() as workers, workers.serve(says()) as another:
        server = workers.serve(says())
        raws = [Raw(server) for _ in range(3)]
        assert [raw.get().message().status for raw in raws] == [200] * 3
        error = fails_for(raws[1], "shut", monkeypatch)
        server.close()
        assert server.failures == [error]
        assert all(map(is_at_its_end, raws))
        for raw in raws:
            raw.sock.close()
        with Raw(another) as raw:
            assert raw.get().message().status == 200
