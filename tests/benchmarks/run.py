"""How fast, beside others: prints what was taken, with its spread, and a table of ratios and targets.

    python tests/benchmarks/run.py [--quick]

Everything is measured in one run, in turns, on one machine: only ratios mean something. Times are the processor's,
for on a busy machine the clock on the wall tells of others. A ratio is the median of the ratios of its rounds; beside
it stands where the middle half of them lie. `live.py` does the same for the server.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage
from statistics import median
from typing import Any
from unittest.mock import patch

import requests
import responses
from measuring import Contender, Ratio, Times, measure, show, table
from peers import minimal_app, read
from polls import model_of, through_httpx, through_requests
from reports import reports
from waiting import added_to_a_fixture, two_hours

from fakestt import FakeSTT
from fakestt.http.app import App

HERE = Path(__file__).parent
ELSEWHERE = "https://elsewhere.test/v1/acoustic_customizations/x"
FIXTURE_US = 500.0
PLUGIN_MS = 10.0
MEMORY_MIB = 4.0


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
    def fresh() -> Iterator[None]:
        current[0] = FakeSTT()
        assert model_of(current[0]) == model_id
        yield

    @contextmanager
    def unwritten() -> Iterator[None]:
        with fresh():
            read(current[0].app, environ)
            exchange = current[0].journal.last()
            with patch.object(App, "_write", lambda *_: exchange):
                yield

    minimal = minimal_app(json.loads(read(stt.app, environ)))
    assert json.loads(read(minimal, environ))["customization_id"] == model_id
    contenders = {
        "fakestt": Contender(lambda: read(current[0].app, environ), fresh),
        "fakestt without a journal": Contender(lambda: read(current[0].app, environ), unwritten),
        "minimal werkzeug app": Contender(lambda: read(minimal, environ)),
    }
    times = measure(contenders, rounds=rounds, calls=calls)
    show("the service itself", times)
    ours, least = times["fakestt"], times["minimal werkzeug app"]
    unwritten_us = times["fakestt without a journal"].each_us
    journal = [1 - one / whole for one, whole in zip(unwritten_us, ours.each_us, strict=True)]
    return [
        Ratio.of("the service itself / minimal werkzeug app", ours, least, 0.9),
        Ratio.over("... the journal's part of it", journal, 0),
    ]


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
        Ratio.of(f"fixture, {edition} / {FIXTURE_US / 1e3:g} ms", times[f"fakestt {edition}"], target, 1.0)
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
    return [
        Ratio.over(f"plugin in a run that does not use it / {PLUGIN_MS:g} ms", [one / PLUGIN_MS for one in added], 1.0)
    ]


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
            memory = grown_mib / MEMORY_MIB
            ratios.append(Ratio(f"upload of {kind}, {way} / sha256", value, low, high, 1.5))
            ratios.append(Ratio(f"upload of {kind}, {way} / {MEMORY_MIB:g} MiB", memory, memory, memory, 1.0))
    return ratios


def growth(models: int) -> list[Ratio]:
    """Rows 11 and 12: a long run; ten times as many models and due changes."""
    n = models * 10
    print(f"\n{models:,} models with {n:,} due changes, and ten times as many (a process of its own)")
    command = [sys.executable, str(HERE / "growth.py"), str(models)]
    ratios = []
    for line in subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines():
        what, *figures = line.split("\t")
        value, allowed, few_s, many_s = map(float, figures)
        print(f"  {what:34} {few_s * 1e6:12.1f} us {many_s * 1e6:14.1f} us")
        ratios.append(Ratio(what, value, value, value, allowed))
    return ratios


def explored(*more: str) -> list[Ratio]:
    """Row 14: a schedule of an explored test, with all that pytest does for it."""
    print("\nexploring, us a schedule (a process of its own)")
    command = [sys.executable, str(HERE / "exploring.py"), *more]
    ratios = []
    for line in subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines():
        what, *figures = line.split("\t")
        value, low, high, target, ours_us, theirs_us = map(float, figures)
        print(f"  {what:60} {ours_us:12.1f} us {theirs_us:12.1f} us")
        ratios.append(Ratio(what, value, low, high, target))
    return ratios


def many_schedules(count: int) -> list[Ratio]:
    """Row 14: what memory does over so many of them."""
    print(f"\n{count:,} schedules of one test (a process of its own)")
    command = [sys.executable, str(HERE / "many_schedules.py"), str(count)]
    lines = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
    weighed = [tuple(map(float, line.split("\t"))) for line in lines]
    for ran, mib in weighed:
        print(f"  after {int(ran):>7,} {mib:8.1f} MiB")
    grown_mib = (weighed[-1][1] - weighed[0][1]) / MEMORY_MIB
    name = f"memory, {count:,} schedules - a tenth / {MEMORY_MIB:g} MiB"
    return [Ratio(name, grown_mib, grown_mib, grown_mib, 1.0)]


def words(rounds: int) -> list[Ratio]:
    """Row 10: many words, and a large corpus."""
    print("\nmany words (a process of its own; peak memory by VmHWM)")
    command = [sys.executable, str(HERE / "words.py"), str(rounds)]
    ratios = []
    for line in subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines():
        what, *figures = line.split("\t")
        ratios.append(Ratio(what, *map(float, figures)))
        print(f"  {ratios[-1].spread()}")
    return ratios


WHY_MISSED = {
    "poll through requests / empty adapter": "the pool, connection and response of urllib3 are kept below requests",
    "poll through requests / responses": "the service works, and writes a journal, where a mock answers the same again",
    "pytest-httpserver / poll": "most of both is requests itself: an adapter that answers at once makes it 3.3 to 4",
    "poll through httpx / respx": "the service works, and writes a journal, where a mock answers the same again",
    "plugin": "a start of pytest varies by more than the plugin adds; what it must not import, it did not",
    "schedule": "it is a request of a fake, with the client's waiting, that costs so much: see the fake by hand",
    "upload": "the samples are looked at besides being hashed",
    "10 x models": "the caches of the processor hold the smaller one",
}


def main() -> None:
    quick = "--quick" in sys.argv
    rounds, calls = (35, 12) if quick else (105, 30)
    ratios = through_requests(rounds, calls)
    ratios += through_httpx(rounds, calls)
    ratios += service(rounds, calls * 5)
    ratios += fixture(rounds, calls)
    ratios += plugin(8 if quick else 40)
    ratios += added_to_a_fixture(rounds, calls)
    ratios += two_hours(rounds // 5)
    ratios += reports(3 if quick else 8)
    ratios += explored(*(["-k", "[-1- or [0- or [1-"] if quick else []))
    ratios += many_schedules(1_000 if quick else 100_000)
    ratios += uploads()
    ratios += words(3 if quick else 9)
    ratios += growth(1_000 if quick else 10_000)
    print(f"\n{table(ratios, WHY_MISSED)}")


if __name__ == "__main__":
    main()
