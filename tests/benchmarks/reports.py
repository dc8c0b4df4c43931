"""What the report of 100,000 exchanges takes: of a poller, of a test that moves the clock itself, of no two alike."""

from __future__ import annotations

import gc
from collections.abc import Callable
from statistics import median
from time import process_time
from typing import Any

from measuring import Ratio
from peers import read
from polls import model_of

from fakestt import FakeSTT

EXCHANGES = 100_000
ALLOWED_S = 1.0


def environ(path: str) -> dict[str, Any]:
    """A read of this path, as a server hands it on."""
    return {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": path,
        "RAW_URI": path,
        "QUERY_STRING": "",
        "SERVER_NAME": "fakestt.test",
        "SERVER_PORT": "443",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "wsgi.url_scheme": "https",
        "HTTP_HOST": "fakestt.test",
        "HTTP_AUTHORIZATION": "Basic YXBpa2V5OmFueQ==",
    }


def poller(stt: FakeSTT, path: str) -> None:
    """It asks for one thing, and its waiting moves the clock."""
    asked = environ(path)
    for _ in range(EXCHANGES):
        read(stt.app, asked)
        stt.clock.time.advance_to(stt.clock.now() + 60)


def by_hand(stt: FakeSTT, path: str) -> None:
    """The test moves the clock between reads, by no two durations alike."""
    asked = environ(path)
    for number in range(EXCHANGES):
        read(stt.app, asked)
        stt.clock.advance(1 + number / EXCHANGES)


def no_two_alike(stt: FakeSTT, path: str) -> None:
    """It asks for something else each time."""
    for number in range(EXCHANGES):
        read(stt.app, environ(f"{path[:-8]}{number:08x}"))


RUNS: dict[str, Callable[[FakeSTT, str], None]] = {
    "a poller's": poller,
    "of a clock moved by hand": by_hand,
    "of no two alike": no_two_alike,
}


def reports(rounds: int) -> list[Ratio]:
    """The time of the processor beside the second that is allowed."""
    print(f"\na report of {EXCHANGES:,} exchanges")
    ratios = []
    for name, run in RUNS.items():
        stt = FakeSTT(journal=EXCHANGES)
        run(stt, f"/speech-to-text/api/v1/acoustic_customizations/{model_of(stt)}")
        taken = []
        for _ in range(rounds):
            gc.collect()
            began = process_time()
            stt.report()
            taken.append(process_time() - began)
        print(f"  {name:32} {median(taken):9.3f} s  (min {min(taken):.3f}, max {max(taken):.3f}, {rounds} rounds)")
        ratios.append(Ratio.over(f"report {name} / {ALLOWED_S:g} s", [one / ALLOWED_S for one in taken], 1.0))
    return ratios
