"""The service's own answer, damaged on its way, or in pieces."""

from __future__ import annotations

import json
from typing import Any

import pytest
from asking import MODELS, START, ask, basic, environ_of

from fakestt import FakeSTT
from fakestt.wire import WireTimeout

ASKED = [
    ("GET", "/v1/models", b""),
    ("GET", MODELS, b""),
    ("GET", f"{MODELS}/none", b""),
    ("POST", "/identity/token", b"grant_type=urn:ibm:params:oauth:grant-type:apikey&apikey=k"),
    ("GET", "/authorization/api/v1/token", b""),
]


@pytest.mark.parametrize(("method", "target", "body"), ASKED)
def test_a_garbled_answer_has_the_true_head_and_length_and_no_json(method: str, target: str, body: bytes) -> None:
    true = ask(FakeSTT(start=START), method, target, body)
    heard = []
    for _ in range(2):
        stt = FakeSTT(start=START)
        stt.faults.on(path="*", marked=False).garble()
        heard.append(ask(stt, method, target, body))
    assert heard[0] == heard[1]
    assert heard[0].body == bytes(byte if at % 8 else byte ^ 0x80 for at, byte in enumerate(true.body))
    assert (heard[0].status, heard[0].headers) == (true.status, true.headers)
    with pytest.raises(UnicodeDecodeError):
        heard[0].body.decode()
    with pytest.raises(json.JSONDecodeError, match="Expecting value"):
        json.loads(heard[0].body.decode("latin-1"))


def test_of_what_is_garbled_the_journal_keeps_as_little_as_of_what_is_not() -> None:
    stt = FakeSTT(start=START)
    stt.faults.on("getWatsonToken").garble()
    token = ask(stt, "GET", "/authorization/api/v1/token").body
    kept = stt.journal[0].reply.body
    assert len(kept) < len(token)
    assert kept[1:] == "…".encode()[1:]


@pytest.mark.parametrize("method", ["HEAD", "OPTIONS"])
def test_an_answer_without_a_body_is_neither_damaged_nor_late(method: str) -> None:
    stt = FakeSTT(start=START)
    stt.faults.on(path="*", nth=1).garble()
    stt.faults.on(path="*", nth=2).drip("1s")
    heard = [ask(stt, method, MODELS) for _ in range(3)]
    assert [(one.status, one.body) for one in heard] == [(heard[2].status, b"")] * 3
    assert stt.clock.now() == stt.started_at_s


def pieces_of(stt: FakeSTT, **environ: Any) -> list[bytes]:
    environ = environ_of("GET", "/v1/models", headers={"Authorization": basic("k")}, **environ)
    return list(stt.app(environ, lambda *head: None))


@pytest.mark.parametrize(("pieces", "expected"), [(2, 2), (7, 7), (10, 10), (999, 999), (10**9, None)])
def test_a_dripping_answer_comes_in_so_many_pieces_and_takes_the_silences_between(
    pieces: int, expected: int | None
) -> None:
    stt = FakeSTT(start=START)
    [whole] = pieces_of(stt)
    stt.faults.on("listModels").drip("2s", pieces=pieces)
    got = pieces_of(stt)
    assert b"".join(got) == whole
    assert len(got) == (expected or len(whole))
    assert max(map(len, got)) - min(map(len, got)) <= 1
    assert stt.clock.now() - stt.started_at_s == 2 * (len(got) - 1)
    assert stt.journal[-1].arrival.how == "late"


@pytest.mark.parametrize("read_timeout_s", [45.0, 46.0, None])
def test_a_read_timeout_counts_from_piece_to_piece(read_timeout_s: float | None) -> None:
    stt = FakeSTT(start=START)
    stt.faults.on("listModels").drip("45s", pieces=4)
    assert len(pieces_of(stt, **{"fakestt.read_timeout_s": read_timeout_s})) == 4
    assert stt.clock.now() - stt.started_at_s == 135


def test_a_client_whose_timeout_is_shorter_gives_up_after_the_first_piece() -> None:
    stt = FakeSTT(start=START)
    stt.faults.on("listModels").drip("45s", pieces=4)
    environ = environ_of("GET", "/v1/models", headers={"Authorization": basic("k")}, **{"fakestt.read_timeout_s": 44.0})
    chunks = iter(stt.app(environ, lambda *head: None))
    first = next(chunks)
    with pytest.raises(WireTimeout):
        next(chunks)
    assert stt.clock.now() - stt.started_at_s == 44
    assert (stt.journal[0].arrival.how, stt.journal[0].arrival.size_bytes) == ("timed out", len(first))
