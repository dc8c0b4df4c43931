"""What a schedule costs that is explored, beside its requests with an adapter that answers at once.

    python tests/benchmarks/exploring.py

All is in it: pytest's own hooks, fixtures, the fake, the search. pytest runs as ever, and captures output. Behind each
exploration of a test in `explored.py` the same client makes as many requests of sessions whose adapter has recorded
answers, of sessions whose urllib3 has a connection that has them, and of fakes made by hand, without pytest: the second
tells what urllib3 takes, which the fake keeps, and the third what exploring adds. Prints a line
`what ratio low high target ours_us theirs_us` for each, with the time of a schedule.
"""

from __future__ import annotations

import gc
import io
import os
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from statistics import median
from types import SimpleNamespace

import patient
import pytest
import requests
from measuring import Ratio
from requests.adapters import HTTPAdapter
from urllib3 import HTTPSConnectionPool
from urllib3.connection import HTTPSConnection
from urllib3.response import HTTPResponse

from fakestt import FakeSTT

HERE = Path(__file__).parent
TARGET = 1.6


class Recorded(HTTPAdapter):
    """Gives the recorded answers in turn."""

    def __init__(self, answers: list[tuple[int, bytes]]) -> None:
        super().__init__()
        self._answers = iter(answers)

    def send(self, request: requests.PreparedRequest, *args: object, **options: object) -> requests.Response:
        return self.build_response(request, _recorded(next(self._answers)))


def _recorded(answer: tuple[int, bytes]) -> HTTPResponse:
    status, body = answer
    headers = {"Content-Type": "application/json", "Content-Length": str(len(body))}
    return HTTPResponse(io.BytesIO(body), headers, status, reason="OK", preload_content=False)


class Connection(HTTPSConnection):
    """Gives the recorded answers in turn, to urllib3's own pool."""

    answers: Iterator[tuple[int, bytes]] = iter(())
    is_connected = True

    def connect(self) -> None:
        self.sock = SimpleNamespace(settimeout=lambda timeout_s: None, close=lambda: None)
        self.is_verified = True

    def request(self, *args: object, **options: object) -> None:
        """It is answered whatever it is."""

    def getresponse(self) -> HTTPResponse:
        return _recorded(next(self.answers))


class Pool(HTTPSConnectionPool):
    ConnectionCls = Connection


class Client:
    """The requests of the ordinary run, whose training takes so long: what they cost without exploring."""

    def __init__(self, training_s: int) -> None:
        self._training_s = training_s
        stt = FakeSTT()
        self._root = f"{stt.url}/v1/acoustic_customizations"
        self._auth = ("apikey", stt.api_key)
        self._answers: list[tuple[int, bytes]] = []
        self.of_fakes()

    def of_fakes(self) -> None:
        """One run, of a new fake."""
        stt = FakeSTT(time="on_sleep")
        stt.script.training(takes=self._training_s)
        with stt.reachable():
            self._run(requests.Session())
        self._answers = [(one.reply.status, one.reply.body) for one in stt.journal]

    def of_adapter(self) -> None:
        """One run, of an adapter that answers at once. Nobody sleeps."""
        session = requests.Session()
        session.mount("https://", Recorded(self._answers))
        self._run_at_once(session)

    def of_urllib3(self) -> None:
        """One run, of an adapter whose connections answer at once."""
        session = requests.Session()
        adapter = HTTPAdapter()
        session.mount("https://", adapter)
        Connection.answers = iter(self._answers)
        adapter.poolmanager.pool_classes_by_scheme = {"https": Pool}
        self._run_at_once(session, "https://peer.test/v1")  # the fake's own host is guarded while there is none

    def _run_at_once(self, session: requests.Session, root: str = "") -> None:
        patient.time = SimpleNamespace(sleep=lambda seconds: None)
        self._run(session, root)
        patient.time = time

    def _run(self, session: requests.Session, root: str = "") -> None:
        session.auth = self._auth
        patient.Client(session, root or self._root).run()

    def took_s(self, once: Callable[[], None], requests_made: int) -> float:
        """The time of so many requests."""
        runs = round(requests_made / len(self._answers))
        began_s = time.process_time()
        for _ in range(runs):
            once()
        return (time.process_time() - began_s) / (runs * len(self._answers)) * requests_made


class Meter:
    """Measures each exploration, and the floor behind it."""

    def __init__(self) -> None:
        self.rounds: dict[tuple[str, float], list[tuple[float, float]]] = defaultdict(list)
        self.schedules = 1
        self._clients: dict[int, Client] = {}

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Function) -> Generator[None, object, object]:
        params = item.callspec.params
        requests_made = params["requests_made"]
        if requests_made not in self._clients:
            self._clients[requests_made] = Client(item.module.LENGTHS_S[requests_made])
        client = self._clients[requests_made]
        gc.collect()
        before, began_s = patient.count[0], time.process_time()
        result = yield
        ours_s = time.process_time() - began_s
        made = patient.count[0] - before
        if params["number"] >= 0:  # the first one imports what it needs
            self.schedules = item.module.SCHEDULES
            name = f"schedule of {requests_made} requests, {item.originalname.removeprefix('test_')}"
            self.rounds[f"{name} / empty adapter", TARGET].append((ours_s, client.took_s(client.of_adapter, made)))
            self.rounds[f"{name} / adapter and urllib3", 0].append((ours_s, client.took_s(client.of_urllib3, made)))
            self.rounds[f"{name} / fake by hand", 0].append((ours_s, client.took_s(client.of_fakes, made)))
        return result


def main() -> None:
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    options = ["-q", "-p", "conftest_plugin", "-p", "no:cacheprovider", "-c", os.devnull, f"--rootdir={HERE}"]
    meter, stdout, sys.stdout = Meter(), sys.stdout, io.StringIO()
    try:
        pytest.main([*options, str(HERE / "explored.py"), *sys.argv[1:]], plugins=[meter])
    finally:
        said, sys.stdout = sys.stdout.getvalue(), stdout
    if not meter.rounds:
        sys.exit(said)
    for (name, target), rounds in meter.rounds.items():
        ratio = Ratio.over(name, [ours / theirs for ours, theirs in rounds], target)
        each_us = (median(one) / meter.schedules * 1e6 for one in zip(*rounds, strict=True))
        print(name, ratio.value, ratio.low, ratio.high, target, *each_us, sep="\t")


if __name__ == "__main__":
    main()
