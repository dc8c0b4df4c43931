"""What a poll costs more when a fake watches its client's conduct.

    python tests/benchmarks/conduct.py

The service alone, and a client on requests with its sleep between two polls. All are polled in turns, at an interval
that no rule objects to.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import requests
from measuring import Contender, Ratio, measure, show, table
from peers import read
from polls import model_of

from fakestt import FakeSTT

ROUNDS, CALLS = 40, 300


class _Polled:
    """A fake, new in each round, and two ways to poll its model."""

    def __init__(self, conduct: str) -> None:
        self._conduct = conduct

    @contextmanager
    def fresh(self) -> Iterator[None]:
        self._stt = stt = FakeSTT(conduct=self._conduct, time="on_sleep")
        stt.script.training(takes="30d")  # what is over, and polled on, would be a finding
        self._session = requests.Session()
        self._url = f"{stt.url}/v1/acoustic_customizations/{model_of(stt)}"
        path = self._url.removeprefix(f"https://{stt.host}")
        asked = requests.Request("GET", self._url, auth=("apikey", stt.api_key)).prepare()
        self._environ: dict[str, Any] = {
            "REQUEST_METHOD": "GET",
            "SCRIPT_NAME": "",
            "PATH_INFO": path,
            "RAW_URI": path,
            "QUERY_STRING": "",
            "SERVER_NAME": stt.host,
            "SERVER_PORT": "443",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "wsgi.url_scheme": "https",
            "HTTP_HOST": stt.host,
            "HTTP_AUTHORIZATION": asked.headers["Authorization"],
        }
        with stt.reachable():
            yield

    def by_wsgi(self) -> None:
        read(self._stt.app, self._environ)
        self._stt.clock.advance(60)

    def by_requests(self) -> None:
        self._session.get(self._url, auth=("apikey", "any")).json()
        time.sleep(60)


def conduct(rounds: int, calls: int) -> list[Ratio]:
    """Watched, beside unwatched; and unwatched beside itself, which tells how much of it is noise."""
    polled = {"off": _Polled("off"), "off again": _Polled("off"), "warn": _Polled("warn")}
    ratios = []
    for way in ("by_wsgi", "by_requests"):
        contenders = {name: Contender(getattr(one, way), one.fresh) for name, one in polled.items()}
        times = measure(contenders, rounds=rounds, calls=calls)
        show(f"a poll and a minute, {way}", times)
        ratios += [
            Ratio.of(f"{way}, conduct off again / off", times["off again"], times["off"], 0),
            Ratio.of(f"{way}, conduct warn / off", times["warn"], times["off"], 0),
        ]
    return ratios


if __name__ == "__main__":
    print(table(conduct(ROUNDS, CALLS), {}))
