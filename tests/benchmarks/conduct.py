"""What a poll costs more when a fake watches its client's conduct.

    python tests/benchmarks/conduct.py

The service alone, without a client: the ratio is the highest that a user can see. Both fakes are polled in turns, at an
interval that no rule objects to.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import requests
from measuring import Contender, Ratio, measure, show, table
from peers import read
from polls import model_of

from fakestt import FakeSTT

ROUNDS, CALLS = 60, 500


class _Polled:
    """A fake, new in each round, and a poll of its model."""

    def __init__(self, conduct: str) -> None:
        self._conduct = conduct
        self._make()

    def _make(self) -> None:
        self.stt = stt = FakeSTT(conduct=self._conduct, time="on_sleep")
        path = f"/speech-to-text/api/v1/acoustic_customizations/{model_of(stt)}"
        asked = requests.Request("GET", "https://x.test/", auth=("apikey", stt.api_key)).prepare()
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

    @contextmanager
    def fresh(self) -> Iterator[None]:
        self._make()
        yield

    def once(self) -> None:
        read(self.stt.app, self._environ)
        self.stt.clock.advance(60)


def conduct(rounds: int, calls: int) -> list[Ratio]:
    """Watched, beside unwatched; and unwatched beside itself, which tells how much of it is noise."""
    polled = {name: _Polled(value) for name, value in {"off": "off", "off again": "off", "warn": "warn"}.items()}
    times = measure({name: Contender(one.once, one.fresh) for name, one in polled.items()}, rounds=rounds, calls=calls)
    show("a poll and a step of the clock", times)
    return [
        Ratio.of("conduct off / off", times["off again"], times["off"], 0),
        Ratio.of("conduct warn / off", times["warn"], times["off"], 0),
    ]


if __name__ == "__main__":
    print(table(conduct(ROUNDS, CALLS), {}))
