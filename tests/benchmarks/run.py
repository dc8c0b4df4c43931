"""How fast, beside others: prints times with their spread, then a line `name ratio target ok|short` for each target.

    python tests/benchmarks/run.py [--quick]

Everything is measured in one run, in turns, on one machine: only ratios mean something. Times are the processor's,
for on a busy machine the clock on the wall tells of others. The common work is a client that polls
`GET /v1/acoustic_customizations/{id}` and reads the status.

The baseline of a poll is a session of requests with an adapter that answers at once (`peers.EmptyAdapter`), outside
`reachable()`: what its user has without fakestt, proxies and netrc looked up in the environment at each call. Inside
`reachable()` these look-ups are cut short for the fake's hosts, which makes the same adapter faster; that ratio is
printed too, without a target, for it tells what the fake itself costs. So is the one with an adapter whose response
has nothing of urllib3 below it (`peers.BareAdapter`).
"""

from __future__ import annotations

import json
import logging
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage
from statistics import median
from typing import Any

import requests
import requests_mock
import responses
from measuring import Contender, Ratio, Times, measure
from peers import BareAdapter, EmptyAdapter, minimal_app, read
from pytest_httpserver import HTTPServer
from requests.adapters import BaseAdapter

from fakestt import FakeSTT

HERE = Path(__file__).parent
ELSEWHERE = "https://elsewhere.test/v1/acoustic_customizations/x"
FIXTURE_US = 500.0
PLUGIN_MS = 10.0
MEMORY_MIB = 4.0


def model_of(stt: FakeSTT) -> str:
    return stt.acoustic_models.add(name="car", description="Example", status="training").id


def model_url(stt: FakeSTT, model_id: str) -> str:
    return f"{stt.url}/v1/acoustic_customizations/{model_id}"


def polls(rounds: int, calls: int) -> list[Ratio]:
    """Row 1: one poll through requests."""
    first = FakeSTT()
    url, key = model_url(first, model_of(first)), first.api_key
    with first.reachable():
        body = requests.get(url, auth=("apikey", key)).content

    def poll(session: requests.Session, at: str) -> Callable[[], str]:
        def once() -> str:
            return session.get(at, auth=("apikey", key)).json()["status"]  # type: ignore[no-any-return]

        return once

    def canned(adapter: BaseAdapter) -> requests.Session:
        session = requests.Session()
        session.mount("https://", adapter)
        return session

    @contextmanager
    def by_fakestt() -> Iterator[object]:
        # A new fake a round, with the ids and keys of the first: the same seed makes the same.
        fresh = FakeSTT()
        assert model_url(fresh, model_of(fresh)) == url
        with fresh.reachable():
            yield

    @contextmanager
    def by_responses() -> Iterator[object]:
        with responses.RequestsMock() as mock:
            mock.get(url, body=body, content_type="application/json")
            yield

    @contextmanager
    def by_requests_mock() -> Iterator[object]:
        with requests_mock.Mocker() as mock:
            mock.get(url, content=body, headers={"Content-Type": "application/json"})
            yield

    logging.getLogger("werkzeug").setLevel(logging.ERROR)  # a line a request would slow down nobody but the peer
    with HTTPServer() as server:
        server.expect_request("/model").respond_with_data(body, content_type="application/json")
        contenders = {
            "fakestt": Contender(poll(requests.Session(), url), by_fakestt),
            "empty adapter": Contender(poll(canned(EmptyAdapter(body)), url)),
            "empty adapter inside reachable": Contender(poll(canned(EmptyAdapter(body)), url), by_fakestt),
            "bare adapter": Contender(poll(canned(BareAdapter(body)), url)),
            "responses": Contender(poll(requests.Session(), url), by_responses),
            "requests-mock": Contender(poll(requests.Session(), url), by_requests_mock),
            "pytest-httpserver": Contender(poll(requests.Session(), server.url_for("/model"))),
        }
        times = measure(contenders, rounds=rounds * 5, calls=calls // 5)
    show("one poll through requests", times)
    ours = times["fakestt"]
    for name in ("empty adapter inside reachable", "bare adapter"):
        print(Ratio.of(f"poll/{name} (no target)", ours, times[name], 0).spread())
    return [
        Ratio.of("poll/empty-adapter", ours, times["empty adapter"], 1.25),
        Ratio.of("poll/responses", ours, times["responses"], 1.0),
        Ratio.of("pytest-httpserver/poll", times["pytest-httpserver"], ours, 3.0, at_least=True),
    ]


def service(rounds: int, calls: int) -> list[Ratio]:
    """Row 2: the WSGI application alone, from settling to the journal."""
    stt = FakeSTT()
    model_id = model_of(stt)
    path = f"/speech-to-text/api/v1/acoustic_customizations/{model_id}"
    auth = requests.Request("GET", "https://x.test/", auth=("apikey", stt.api_key)).prepare().headers["Authorization"]
    environ: dict[str, Any] = {
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
        "HTTP_ACCEPT": "*/*",
        "HTTP_ACCEPT_ENCODING": "gzip, deflate",
        "HTTP_USER_AGENT": "python-requests",
        "HTTP_CONNECTION": "keep-alive",
        "HTTP_AUTHORIZATION": auth,
    }
    current = [stt]

    @contextmanager
    def fresh() -> Iterator[object]:
        current[0] = FakeSTT()
        assert model_of(current[0]) == model_id
        yield

    minimal = minimal_app(json.loads(read(stt.app, environ)))
    assert json.loads(read(minimal, environ))["customization_id"] == model_id
    contenders = {
        "fakestt": Contender(lambda: read(current[0].app, environ), fresh),
        "minimal werkzeug app": Contender(lambda: read(minimal, environ)),
    }
    times = measure(contenders, rounds=rounds * 5, calls=calls)
    show("the service itself", times)
    return [Ratio.of("service/minimal-werkzeug", times["fakestt"], times["minimal werkzeug app"], 1.5)]


def fixture(rounds: int, calls: int) -> list[Ratio]:
    """Row 4: a new fake, made reachable and left."""

    def once(edition: str) -> Callable[[], None]:
        def around() -> None:
            with FakeSTT(edition=edition).reachable():
                pass

        return around

    def by_responses() -> None:
        with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
            mock.get(ELSEWHERE, body=b"{}")

    contenders = {
        "fakestt icp2018": Contender(once("icp2018")),
        "fakestt cloud2025": Contender(once("cloud2025")),
        "responses": Contender(by_responses),
    }
    times = measure(contenders, rounds=rounds, calls=calls)
    show("set-up and tear-down", times)
    target = Times([FIXTURE_US] * rounds)
    return [
        Ratio.of(f"fixture-{edition}/{FIXTURE_US:g}us", times[f"fakestt {edition}"], target, 1.0)
        for edition in ("icp2018", "cloud2025")
    ]


def plugin(rounds: int) -> list[Ratio]:
    """Row 5: what the plugin adds to a run that does not use it, and what it must not import."""
    heavy = ("werkzeug", "requests", "freezegun", "hypothesis", "fakestt")
    with tempfile.TemporaryDirectory() as folder:
        where = Path(folder)
        (where / "empty_plugin.py").write_text('"""Nothing."""\n')
        (where / "test_nothing.py").write_text(
            "import sys\n\n\ndef test_nothing():\n"
            f"    assert [name for name in {heavy!r} if name in sys.modules] == []\n"
        )

        def run_with(name: str) -> float:
            command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", name, "--rootdir", folder]
            before = getrusage(RUSAGE_CHILDREN)
            done = subprocess.run(
                [*command, "test_nothing.py"],
                cwd=folder,
                env={"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PATH": "/usr/bin:/bin", "PYTHONPATH": folder},
                capture_output=True,
                text=True,
            )
            after = getrusage(RUSAGE_CHILDREN)
            assert done.returncode == 0, done.stdout + done.stderr
            return (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime) * 1e3

        names = ("conftest_plugin", "empty_plugin")
        for name in names:
            run_with(name)  # bytecode is written
        taken: dict[str, list[float]] = {name: [] for name in names}
        for number in range(rounds):
            for name in names if number % 2 else names[::-1]:
                taken[name].append(run_with(name))
    added = [ours - theirs for ours, theirs in zip(*taken.values(), strict=True)]
    print("\na pytest run that does not use it")
    for name, each in taken.items():
        print(f"  {name:32} {median(each):9.1f} ms  (min {min(each):.1f}, max {max(each):.1f}, {rounds} rounds)")
    ratio = [one / PLUGIN_MS for one in added]
    return [Ratio(f"plugin-added/{PLUGIN_MS:g}ms", median(ratio), min(ratio), max(ratio), 1.0)]


def uploads() -> list[Ratio]:
    """Row 9: 100 MiB, streamed through requests and straight into the application."""
    print("\nan upload of 100 MiB (a process of its own; peak memory by VmHWM)")
    ratios = []
    for kind in ("wav", "mp3", "flac"):
        for way in ("app", "requests"):
            done = subprocess.run(
                [sys.executable, str(HERE / "upload.py"), kind, way], capture_output=True, text=True, check=True
            )
            value, low, high, took_s, grown_kib = map(float, done.stdout.split())
            grown_mib = grown_kib / 1024
            print(f"  {kind:4} {way:9} {took_s:6.3f} s  {100 / took_s:5.0f} MiB/s  peak +{grown_mib:.1f} MiB")
            if kind == "wav":
                ratios.append(Ratio(f"upload-{kind}-{way}/sha256", value, low, high, 1.5))
                memory = grown_mib / MEMORY_MIB
                ratios.append(Ratio(f"upload-{kind}-{way}-memory/{MEMORY_MIB:g}MiB", memory, memory, memory, 1.0))
            else:
                print(Ratio(f"upload-{kind}-{way}/sha256 (no target)", value, low, high, 0).spread())
    return ratios


def show(title: str, times: dict[str, Times]) -> None:
    print(f"\n{title}")
    for name, each in times.items():
        print(f"  {name:32} {each}")


def main() -> None:
    quick = "--quick" in sys.argv
    rounds, calls = (7, 60) if quick else (21, 150)
    ratios = [*polls(rounds, calls), *service(rounds, calls), *fixture(rounds, calls), *plugin(5 if quick else 40)]
    ratios += uploads()
    print("\nratios and their spread over the rounds")
    for ratio in ratios:
        print(ratio.spread())
    print()
    for ratio in ratios:
        print(ratio)


if __name__ == "__main__":
    main()
