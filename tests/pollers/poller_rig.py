"""The clients, what each must tell, and what as many bare requests cost."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import pytest
import requests
from requests.adapters import HTTPAdapter
from urllib3.response import HTTPResponse

from fakestt import FakeSTT
from fakestt.media import forge

Told = list[tuple[float, "str | None", "int | None"]]
Client = Callable[[str, str, bytes], str]

AUDIO = forge.flac(720)
"""Twelve minutes: enough for a training, and 14.4 s of analysis."""

# fmt: off
NEEDS = {
    "plain": "requests", "utcnow": "requests", "asyncio": "httpx", "threads": "requests", "tenacity": "tenacity",
    "backoff": "backoff", "retry": "urllib3", "sdk": "ibm_watson", "trio": "trio",
}
# fmt: on
UTCNOW = pytest.mark.filterwarnings("ignore:datetime.datetime.utcnow:DeprecationWarning")


def _row(name: str, *marks: pytest.MarkDecorator) -> Any:  # Any: of pytest's own kind
    missing = pytest.mark.skipif(find_spec(NEEDS[name]) is None, reason=f"{NEEDS[name]} is not installed")
    return pytest.param(name, marks=[UTCNOW, missing, *marks])


EVERY_CLIENT = pytest.mark.parametrize("client", [_row(name) for name in NEEDS])
PLAIN_AT_ONCE = pytest.mark.parametrize(  # and the others where what is slow is run
    "client", [_row(name, *([] if name == "plain" else [pytest.mark.slow])) for name in NEEDS]
)


def customize(client: str, stt: FakeSTT, audio: bytes = AUDIO) -> str:
    """Let a client do all its work, and return the last status that it saw."""
    run: Client = import_module(f"client_{client}").customize
    return run(stt.url, stt.api_key, audio)


def told(stt: FakeSTT) -> Told:
    """The journal, as far as it must be the same in every run; seconds count from the fake's start."""
    return [(round(one.at_s - stt.started_at_s, 6), one.operation, one.status) for one in stt.journal]


def story(takes_s: float) -> Told:
    """What each client tells when nothing goes wrong, worked out by hand: 5 s between polls of audio, then 60 s."""
    polls = range(15, 15 + int(takes_s) + 60, 60)
    return [
        (0.0, "createAcousticModel", 201),
        (0.0, "addAudio", 201),
        *((at_s, "getAudio", 200) for at_s in (0.0, 5.0, 10.0, 15.0)),
        (15.0, "trainAcousticModel", 200),
        *((float(at_s), "getAcousticModel", 200) for at_s in polls),
    ]


class EmptyAdapter(HTTPAdapter):
    """Answers at once: what is left is what requests itself costs."""

    def send(self, request: requests.PreparedRequest, *args: object, **options: object) -> requests.Response:
        body = b'{"status":"training"}'
        headers = {"Content-Type": "application/json", "Content-Length": str(len(body))}
        raw = HTTPResponse(io.BytesIO(body), headers, 200, reason="OK", preload_content=False)
        return self.build_response(request, raw)


def bare_requests_s(count: int) -> float:
    """Seconds of the processor's time for as many requests that nobody answers."""
    session = requests.Session()
    session.mount("https://", EmptyAdapter())
    began_s = time.process_time()
    for _ in range(count):
        session.get("https://bare.test/v1/acoustic_customizations/x", auth=("apikey", "x")).json()
    return time.process_time() - began_s


@contextmanager
def busy_machine() -> Iterator[None]:
    """Two processes for each processor do nothing but keep it busy."""
    spin = [sys.executable, "-c", "import os\nours = os.getppid()\nwhile os.getppid() == ours: pass"]  # not for ever
    load = [subprocess.Popen(spin) for _ in range(2 * (os.cpu_count() or 1))]
    try:
        yield
    finally:
        for process in load:
            process.kill()
            process.wait()
