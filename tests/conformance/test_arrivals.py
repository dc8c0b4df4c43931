"""What the journal says of an arrival is what arrived: ways in x effects, beside a raw socket that sees the same."""

from __future__ import annotations

import http.client
import json
import socket
import urllib.request
from collections.abc import Callable
from functools import cache
from time import monotonic, sleep
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import httpx
import pytest
import requests
import urllib3
from conformance_asking import LONGER_S
from conformance_outcome import outcome
from conformance_session import BASE, MODELS, Session, session
from conformance_ways import EACH_DAY, IN_PROCESS, LIVE, WAYS, Way

import fakestt
from fakestt import FakeSTT
from fakestt.faults.effects import Effect
from fakestt.journal.record import Exchange
from fakestt.wire import Close, Drip, How, Late, Pause, Reset, Send, SendHead

CREATE = {"name": "car", "base_model_name": BASE}
RAW = next(way for way in LIVE if way.name == "http.client http")  # its setting alone: a server without TLS
PATIENCE_S = 10.0
SILENCE_S = 0.03
LETS_GO_BYTES = 10

EFFECTS = {
    str(effect): effect
    for effect in (
        fakestt.ok(),
        fakestt.fail(503),
        fakestt.fail(504, commits=True),
        fakestt.lose_request(),
        fakestt.lose_reply(),
        fakestt.reset(),
        fakestt.reset(commits=True),
        fakestt.slow(SILENCE_S),
        fakestt.drip(SILENCE_S, pieces=3),
        fakestt.truncate(10),
        fakestt.truncate(10, reset=True),
        fakestt.truncate(9_999),
        fakestt.truncate_head(8),
        fakestt.truncate_head(60),
        fakestt.truncate_head(9_999),
        Effect("drips", delivery=(Send(10), Pause(SILENCE_S), Send(10), Pause(SILENCE_S), Send())),
        Effect("drips and closes", delivery=(Send(10), Pause(SILENCE_S), Send(10), Close())),
        Effect("late and closed", delivery=(Late(SILENCE_S), Close())),
        Effect("late and reset", delivery=(Late(SILENCE_S), Reset())),
        Effect("a head alone", delivery=(SendHead(), Close())),
    )
}


class Came(NamedTuple):
    """What reached a client: how it ended, the status that it has, how many bytes of the body."""

    how: How
    status: int | None
    size_bytes: int


def told(exchange: Exchange) -> Came:
    """What the journal says of it, once it has ended: a server sees the end of a client later than the client."""
    began_s = monotonic()
    while exchange.arrival.how is How.UNDER_WAY and monotonic() - began_s < PATIENCE_S:
        sleep(0.001)
    return Came(exchange.arrival.how, exchange.status, exchange.arrival.size_bytes)


def silence_of(effect: Effect) -> float:
    """All the seconds for which nothing comes."""
    steps = effect.delivery
    dripped_s = sum((step.pieces - 1) * step.seconds_s for step in steps if isinstance(step, Drip))
    return dripped_s + sum(step.seconds_s for step in steps if isinstance(step, (Late, Pause)))


@cache
def seen(name: str, method: str = "POST", timeout_s: float = PATIENCE_S) -> Came:
    """What a raw socket sees, byte for byte."""
    effect = EFFECTS.get(name, fakestt.slow("45s"))
    with session(RAW) as one:
        one.stt.faults.on(path="*", times=1).do(effect)
        url = urlsplit(one.reach.url)
        body = json.dumps(CREATE).encode()
        head = [f"{method} {url.path}{MODELS} HTTP/1.1", "Host: x", "Connection: close", f"Content-Length: {len(body)}"]
        head += ["Content-Type: application/json", f"Authorization: {one.authorization['Authorization']}", "", ""]
        data, end, began_s = b"", None, monotonic()
        with socket.create_connection((url.hostname, url.port or 0), timeout_s) as raw:
            raw.sendall("\r\n".join(head).encode() + body)
            try:
                while piece := raw.recv(65536):
                    data += piece
            except (ConnectionResetError, TimeoutError) as error:
                end = error
        was_late = monotonic() - began_s >= silence_of(effect) > 0
    head_bytes, blank_line, content = data.partition(b"\r\n\r\n")
    if isinstance(end, TimeoutError):
        return Came(How.TIMED_OUT, None, 0)
    if not blank_line:
        return Came(How.RESET if end else How.CLOSED, None, 0)
    length = 0
    if method != "HEAD":
        length = next((int(line[16:]) for line in head_bytes.split(b"\r\n") if line.startswith(b"Content-Length")), 0)
    whole = How.LATE if was_late else How.WHOLE
    return Came(whole if len(content) == length else How.CUT, int(head_bytes[9:12]), len(content))


@pytest.mark.parametrize("name", EFFECTS)
@pytest.mark.parametrize(
    "way", [pytest.param(way, id=str(way), marks=[] if way.name in EACH_DAY else pytest.mark.slow) for way in WAYS]
)
def test_an_arrival_is_what_a_socket_sees(way: Way, name: str) -> None:
    expected = {seen(name)}
    if "reset=True" in name:
        # A reset throws away what has arrived and isn't read: at a socket that is a race.
        expected = {Came(How.CUT, 201, 10)}
    for in_pieces in (False, True):
        with session(way) as one:
            one.stt.faults.on("createAcousticModel", times=1).do(EFFECTS[name])
            outcome(lambda: one.ask("POST", MODELS, CREATE, in_pieces=in_pieces))  # noqa: B023
            exchange = one.stt.journal[0]
            came = told(exchange)
            assert came in expected
            assert exchange.reply.status == (came.status or (503 if name in NOT_DONE else 201))
            assert exchange.arrival.at_s is not None
            passed_s = exchange.arrival.at_s - exchange.at_s
            assert passed_s == pytest.approx(silence_of(EFFECTS[name]), abs=1e-5)


NOT_DONE = ("lose_request()", "reset()")


@pytest.mark.parametrize("method", ["HEAD", "OPTIONS"])
@pytest.mark.parametrize("way", WAYS, ids=str)
def test_an_answer_without_a_body_is_whole_at_once(way: Way, method: str) -> None:
    with session(way) as one:
        path = MODELS if method == "OPTIONS" else "/v1/models"
        heard = one.ask(method, path)
        assert told(one.stt.journal[0]) == (How.WHOLE, heard.status, 0)
        assert heard.status == (204 if method == "OPTIONS" else 200)


@pytest.mark.parametrize("way", [way for way in WAYS if way.name != "WSGI"], ids=str)  # that has no time-out
def test_a_client_that_gives_up_has_no_status(way: Way) -> None:
    for timeout_s in LONGER_S if way.live else (30.0,):
        with session(way) as one:
            one.stt.faults.on("createAcousticModel", times=1).slow("45s")
            outcome(lambda: one.ask("POST", MODELS, CREATE, timeout_s=timeout_s))  # noqa: B023
            if not one.stt.journal:
                continue  # a busy machine: it gave up before it had asked
            exchange = one.stt.journal[0]
            assert told(exchange) == seen("", timeout_s=LONGER_S[0])
            assert exchange.reply.status == 201
            at_s = exchange.arrival.at_s
            assert at_s is not None
            assert at_s - exchange.at_s == (0 if way.live else 30)
            assert ("gave up after 30 s" in one.stt.report()) != way.live
            return


def by_requests(one: Session) -> None:
    url, auth = f"{one.reach.url}{MODELS}", one.authorization
    with requests.post(url, json=CREATE, headers=auth, stream=True) as response:
        response.raw.read(LETS_GO_BYTES)


def by_urllib3(one: Session) -> None:
    headers = {**one.authorization, "Content-Type": "application/json"}
    response = urllib3.PoolManager().request(
        "POST", f"{one.reach.url}{MODELS}", body=json.dumps(CREATE), headers=headers, preload_content=False
    )
    response.read(LETS_GO_BYTES)
    response.close()


def by_httpx(one: Session) -> None:
    with httpx.stream("POST", f"{one.reach.url}{MODELS}", json=CREATE, headers=one.authorization):
        pass


def by_urllib(one: Session) -> None:
    headers = {**one.authorization, "Content-Type": "application/json"}
    asked = urllib.request.Request(f"{one.reach.url}{MODELS}", json.dumps(CREATE).encode(), headers)
    with urllib.request.urlopen(asked):
        pass


def by_wsgi(one: Session) -> None:
    environ = {"REQUEST_METHOD": "GET", "RAW_URI": "/v1/models", "SERVER_NAME": "fakestt.test"}
    environ["wsgi.url_scheme"] = "http"
    chunks: Any = one.stt.app(environ, lambda *head: None)
    next(chunks)
    chunks.close()


LETS_GO: dict[str, tuple[Callable[[Session], None], int]] = {
    "requests": (by_requests, LETS_GO_BYTES),
    "urllib3": (by_urllib3, LETS_GO_BYTES),
    "httpx": (by_httpx, 0),
    "urllib.request": (by_urllib, 0),
}


@pytest.mark.parametrize(("lets_go", "size_bytes"), LETS_GO.values(), ids=LETS_GO)
def test_a_client_that_lets_go_of_a_body_has_what_it_has_read(
    lets_go: Callable[[Session], None], size_bytes: int
) -> None:
    with session(IN_PROCESS[1]) as one:
        lets_go(one)
        assert told(one.stt.journal[0]) == (How.CLOSED, 201, size_bytes)
        whole = len(one.stt.journal[0].reply.body)
        assert f"the client let go after {size_bytes} of {whole} bytes" in one.stt.report()


def test_a_body_that_nobody_has_read_yet_is_under_way_and_no_noise() -> None:
    with session(IN_PROCESS[1]) as one:
        response = requests.post(f"{one.reach.url}{MODELS}", json=CREATE, headers=one.authorization, stream=True)
        arrival = one.stt.journal[0].arrival
        assert (arrival.how, arrival.at_s, one.stt.journal[0].status) == (How.UNDER_WAY, None, 201)
        assert one.stt.journal.timeline().splitlines()[1].endswith("  201  createAcousticModel")
        one.stt.clock.advance(60)
        assert len(response.content) == arrival.size_bytes
        assert arrival.how == "whole"
        assert arrival.at_s is not None
        assert arrival.at_s - one.stt.started_at_s == 60


def test_a_part_that_comes_later_is_waited_for_by_whoever_reads_it() -> None:
    with session(IN_PROCESS[1]) as one:
        one.stt.faults.on("createAcousticModel").do(Effect("drips", delivery=(Send(10), Pause(60), Send())))
        url = f"{one.reach.url}{MODELS}"
        with requests.post(url, json=CREATE, headers=one.authorization, stream=True, timeout=90) as response:
            assert one.stt.clock.now() == one.stt.started_at_s
            assert len(response.raw.read(10)) == 10
            assert one.stt.clock.now() == one.stt.started_at_s
            assert response.raw.read()
            assert one.stt.clock.now() == one.stt.started_at_s + 60
        with pytest.raises(requests.ConnectionError, match="Read timed out"):
            requests.post(url, json={**CREATE, "name": "b"}, headers=one.authorization, timeout=30)
        assert told(one.stt.journal[0]) == (How.LATE, 201, len(one.stt.journal[0].reply.body))
        assert told(one.stt.journal[1]) == (How.TIMED_OUT, 201, 10)
        assert "the client gave up after 30 s, with 10 of " in one.stt.report()


def test_a_client_that_goes_in_a_pause_has_given_up() -> None:
    with session(RAW) as one:
        one.stt.faults.on("createAcousticModel").do(Effect("drips", delivery=(Send(10), Pause(60), Send())))
        url = urlsplit(one.reach.url)
        connection = http.client.HTTPConnection(url.hostname or "", url.port, timeout=PATIENCE_S)
        headers = {**one.authorization, "Content-Type": "application/json"}
        connection.request("POST", url.path + MODELS, json.dumps(CREATE), headers)
        response = connection.getresponse()
        assert len(response.read(10)) == 10
        response.close()
        connection.close()
        assert told(one.stt.journal[0]) == (How.TIMED_OUT, 201, 10)


def test_a_server_that_closes_meanwhile_has_let_nothing_through() -> None:
    stt = FakeSTT()
    stt.faults.on("listModels").slow("45s")
    with stt.serve() as server:
        url = urlsplit(server.url)
        raw = socket.create_connection((url.hostname, url.port or 0), PATIENCE_S)
        raw.sendall(f"GET {url.path}/v1/models HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        while not stt.journal:
            sleep(0.001)
    raw.close()
    assert told(stt.journal[0]) == (How.CLOSED, None, 0)


def test_a_server_that_tells_nothing_lets_go_as_well() -> None:
    with session(IN_PROCESS[0]) as one:
        one.stt.faults.on(path="*").do(EFFECTS["drips"])  # a plain answer is handed over whole, and at once
        by_wsgi(one)
        assert one.stt.journal[0].arrival.how is How.CLOSED
        assert one.stt.journal[0].status == 401
        assert repr(one.stt.journal[0].arrival).startswith("<Arrival closed, ")
