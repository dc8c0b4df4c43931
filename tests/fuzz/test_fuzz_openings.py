"""Random and changed openings of connections, sent to a live server with a fake behind it. h11 is the other opinion.

What the fake is asked is what h11 reads, or less: the server may refuse what h11 lets through, but never the other way
round. No opening may cost a thread, a connection, an answer of another client, or a 5xx but for what HTTP itself calls
so. The seed is printed. `FAKESTT_SEED` gives another, and `FAKESTT_OPENINGS` says how many there are.
"""

from __future__ import annotations

import os
import random
import threading
from collections.abc import Iterable, Iterator
from contextlib import suppress
from io import BytesIO
from time import monotonic
from typing import Any

import pytest
from http_opinions import Witness, of_h11, of_server
from live_rig import PATIENCE_S, Raw

from fakestt import FakeSTT
from fakestt.transports.live import Server, Workers

OPENINGS = int(os.environ.get("FAKESTT_OPENINGS", "10000"))  # the long run asks for 20,000
FEW = 300
SEED = int(os.environ.get("FAKESTT_SEED", "9"))
OURS = (501, 505)  # an unknown coding, an unknown version

URL = b"/speech-to-text/api/v1/acoustic_customizations"
HEAD = b" HTTP/1.1\r\nHost: x\r\nAuthorization: Basic YXBpa2V5OmtleQ==\r\n"
# fmt: off
GOOD = [
    b"GET " + URL + HEAD + b"\r\n",
    b"GET " + URL + b"/%41 HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
    b"HEAD http://x:80/v1/models?version=1#f" + HEAD + b"Connection: close\r\n\r\n",
    b"POST " + URL + HEAD + b'Content-Type: application/json\r\nContent-Length: 15\r\n\r\n{"name": "car"}',
    b"POST " + URL + HEAD + b"Transfer-Encoding: chunked\r\n\r\n5;a=b\r\nhello\r\n003\r\nyou\r\n0\r\nA: 1\r\n\r\n",
    b"POST " + URL + b"/x/audio/a" + HEAD + b"Expect: 100-continue\r\nContent-Length: 4\r\n\r\nRIFF",
    b"OPTIONS * HTTP/1.1\r\nhost:\r\nX-A:\t1\r\nx-a: 2 \r\n\r\n",
    b"DELETE " + URL + b"/%00%ff?a=%f0&b" + HEAD + b"Content-Encoding: gzip\r\nContent-Length: 2\r\n\r\n\x1f\x8b",
    b"GET /x HTTP/1.1\nHost: x\n\n",
]
PIECES = [
    b"\r\n", b"\n", b"\r", b"\r\n\r\n", b" ", b"\t", b"\x0b", b"\x00", b"\x7f", b"\xa0", b"\xff", b":", b",", b";",
    b"Host: y\r\n", b"Content-Length: 5\r\n", b"Content-Length: 0\r\n", b"Transfer-Encoding: chunked\r\n", b"chunked",
    b"Transfer-Encoding: \x0bchunked\r\n", b"Connection: close\r\n", b"Expect: 100-continue\r\n", b"HTTP/1.0", b"/2.0",
    b"5", b"0\r\n\r\n", b"5\r\nhello\r\n", b"ffffffffffffffff\r\n", b"\x16\x03\x01\x02\x00",
]
# fmt: on


def openings(seed: int, number: int) -> Iterator[bytes]:
    choose = random.Random(seed)
    for _ in range(number):
        if choose.random() < 0.05:
            yield choose.randbytes(choose.randrange(1, 200))
            continue
        data = bytearray(b"".join(choose.choices(GOOD, k=choose.randint(1, 3))))
        for _ in range(choose.choice([0, 1, 1, 1, 2, 3, 8])):
            at = choose.randrange(len(data) + 1)
            if choose.random() < 0.5:
                data[at : at + choose.choice([0, 0, 1, 2])] = choose.choice(PIECES)
            elif choose.random() < 0.5:
                data[at : at + choose.randint(0, 3)] = choose.randbytes(choose.randint(0, 3))
            else:
                until = at + choose.randrange(40)
                data[at:at] = data[at:until]
        yield bytes(data[: choose.randrange(len(data) + 1)] if choose.random() < 0.1 else data)


class Fake:
    """The application of a fake, given each body again that a witness has read."""

    witness: Witness

    def __init__(self) -> None:
        self.stt = FakeSTT()

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        environ["wsgi.input"] = BytesIO(self.witness.seen[-1][1])
        return self.stt.app(environ, start_response)


def is_answered(server: Server, raw: Raw, stt: FakeSTT) -> bool:
    raw.get("/speech-to-text/api/v1/models", f"Authorization: Bearer {stt.api_key}")
    return raw.message().status == 200


def check(seed: int, number: int) -> None:
    print(f"FAKESTT_SEED={seed} FAKESTT_OPENINGS={number}")
    fake, before, understood = Fake(), set(threading.enumerate()), 0
    witness = fake.witness = Witness(fake)
    with Workers() as workers, workers.serve(witness) as server, Raw(server) as poller:
        for data in openings(seed, number):
            theirs = of_h11(data)
            ours, statuses = of_server(server, witness, data)
            assert ours.seen == theirs.seen[: len(ours.seen)], (data, ours, theirs)
            # It is less only where the server says so, or the client has gone in the middle of something.
            assert len(ours.seen) == len(theirs.seen) or ours.refused, (data, ours, theirs, statuses)
            assert not [status for status in statuses if status >= 500 and status not in OURS], (data, statuses)
            understood += bool(ours.seen)
        assert is_answered(server, poller, fake.stt)
        began_s = monotonic()
        while len(server.connections) > 1 or len(workers._pool._threads) > 2 or workers._pool._aside:
            assert monotonic() - began_s < PATIENCE_S
            assert is_answered(server, poller, fake.stt)
        assert server.failures == []
    assert set(threading.enumerate()) <= before  # other tests' threads may have ended
    assert number / 3 < understood < number * 9 / 10  # changed enough, and not too much


def test_a_few_openings_harm_nobody_and_smuggle_nothing() -> None:
    check(7, FEW)


@pytest.mark.slow
def test_many_openings_harm_nobody_and_smuggle_nothing() -> None:
    check(SEED, OPENINGS)


@pytest.mark.slow
def test_openings_that_are_left_harm_nobody() -> None:
    """Clients that neither go on nor go: all at once, while a poll is answered now and then."""
    print(f"FAKESTT_SEED={SEED}")
    fake = Fake()
    fake.witness = Witness(fake)
    raws: list[Raw] = []
    with Workers(head_patience_s=0.5, body_patience_s=0.5) as workers, workers.serve(fake.witness) as server:
        for data in openings(SEED, 400):
            raws.append(Raw(server))
            with suppress(ConnectionError):
                raws[-1].send(data)
            if len(raws) % 20 == 0:
                with Raw(server) as poller:
                    assert is_answered(server, poller, fake.stt)
        for raw in raws:
            with suppress(ConnectionError):
                raw.sock.shutdown(2)
            raw.sock.close()
        assert server.failures == []
