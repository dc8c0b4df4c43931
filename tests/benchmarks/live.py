"""How fast the live server is, beside others: rates by wrk, start and memory as a process.

    python tests/benchmarks/live.py [--quick]

Each server is a process of its own and answers about 350 bytes of JSON: fakestt a poll of a model with all that belongs
to it, the others always the same bytes. wrk holds 8 and 256 connections, in turns, on loopback, for seconds. Prints the
rates with their spread, then a line `name ratio target ok|short` for each target. wrk is a package of Debian's; without
it only the start, the memory and the low load are measured, which is said.
"""

from __future__ import annotations

import base64
import http.client
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event
from time import perf_counter
from typing import NamedTuple
from urllib.parse import urlsplit

from measuring import Ratio, Times

BODY = b"x" * 350
START_MS = 400.0
MEMORY_MIB = 60.0
LOW_LOAD_MS = 20.0


class Peer(NamedTuple):
    """A server in a process of its own."""

    process: subprocess.Popen[str]
    url: str
    headers: dict[str, str]


def fakestt() -> tuple[str, str, Callable[[], None]]:
    from fakestt import FakeSTT
    from fakestt.transports.live import serve

    stt = FakeSTT()
    model = stt.acoustic_models.add(name="car", description="Example", status="training")
    server = serve(stt.app)
    authorization = "Basic " + base64.b64encode(f"apikey:{stt.api_key}".encode()).decode()
    return f"{server.url}/speech-to-text/api/v1/acoustic_customizations/{model.id}", authorization, server.close


def httpserver() -> tuple[str, str, Callable[[], None]]:
    from pytest_httpserver import HTTPServer

    server = HTTPServer()
    server.expect_request("/model").respond_with_data(BODY, content_type="application/json")
    server.start()
    return server.url_for("/model"), "-", server.stop


def bare() -> tuple[str, str, Callable[[], None]]:
    """The standard library's own server, as quick as it can be made: a thread a connection, one write an answer."""
    from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
    from threading import Thread

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Length", str(len(BODY)))
            self.end_headers()
            self.wfile.write(BODY)

        def log_message(self, *args: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        request_queue_size = 1024

    server = Server(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    return f"http://127.0.0.1:{server.server_port}/model", "-", server.shutdown


SERVERS = {"fakestt": fakestt, "pytest-httpserver": httpserver, "bare keep-alive handler": bare}


def be(name: str) -> None:
    """Serve until the standard input ends."""
    url, authorization, close = SERVERS[name]()
    print(url, authorization, sep="\t", flush=True)
    sys.stdin.read()
    close()


@contextmanager
def running(name: str) -> Iterator[Peer]:
    process = subprocess.Popen(
        [sys.executable, __file__, "--serve", name],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        url, authorization = process.stdout.readline().rstrip("\n").split("\t")
        yield Peer(process, url, {} if authorization == "-" else {"Authorization": authorization})
    finally:
        process.stdin.close()
        process.wait(10)
        process.stdout.close()


class Load(NamedTuple):
    """What wrk says."""

    rate_hz: float
    trouble: str


def load(peer: Peer, connections: int, for_s: int) -> Load:
    headers = [part for name, value in peer.headers.items() for part in ("-H", f"{name}: {value}")]
    done = subprocess.run(
        ["wrk", "-t1", f"-c{connections}", f"-d{for_s}s", "--timeout", "2s", *headers, peer.url],
        capture_output=True,
        text=True,
        check=True,
        timeout=for_s + 30,
    )
    rate = re.search(r"Requests/sec:\s+([\d.]+)", done.stdout)
    assert rate is not None, done.stdout
    trouble = re.findall(r"Socket errors: .*|Non-2xx.*", done.stdout)
    return Load(float(rate[1]), "; ".join(trouble))


def rates(rounds: int, for_s: int) -> list[Ratio]:
    """Rows 6 and 7."""
    ratios = []
    for connections, target in ((8, 2.0), (256, 1.5)):
        times = {name: Times() for name in SERVERS}
        troubles: dict[str, set[str]] = {name: set() for name in SERVERS}
        names = list(SERVERS)
        for number in range(rounds):
            for name in names[number % 3 :] + names[: number % 3]:
                # A new process a round: what one has gathered in memory does not slow the next.
                with running(name) as peer:
                    load(peer, connections, 1)
                    done = load(peer, connections, for_s)
                times[name].each_us.append(1e6 / done.rate_hz)
                troubles[name].add(done.trouble)
        print(f"\n{connections} kept connections")
        for name, each in times.items():
            hz = sorted(1e6 / one for one in each.each_us)
            trouble = "; ".join(filter(None, sorted(troubles[name])))
            middle = hz[len(hz) // 2]
            print(f"  {name:26} {middle:7.0f} req/s  (min {hz[0]:.0f}, max {hz[-1]:.0f}, {rounds} rounds)  {trouble}")
        ours, theirs = times["fakestt"], times["pytest-httpserver"]
        ratios.append(Ratio.of(f"live-{connections}/pytest-httpserver", theirs, ours, target, at_least=True))
        floor = Ratio.of(f"live-{connections}/bare (no target)", times["bare keep-alive handler"], ours, 0)
        print(floor.spread())
        failed = float(any(troubles["fakestt"]))
        ratios.append(Ratio(f"live-{connections}-rounds-with-an-error", failed, failed, failed, 0.0))
    return ratios


def low_load(rounds: int) -> list[Ratio]:
    """Row 7, the other half: 8 kept connections, 100 requests a second, the slowest of 200."""
    pause, slowest_ms = Event(), []
    for _ in range(rounds):
        with running("fakestt") as peer:
            at = urlsplit(peer.url)
            connections = [http.client.HTTPConnection(at.hostname or "", at.port, timeout=5) for _ in range(8)]
            took_ms = []
            for number in range(200 + len(connections)):
                connection = connections[number % len(connections)]
                pause.wait(0.01)
                began = perf_counter()
                connection.request("GET", at.path, headers=peer.headers)
                assert connection.getresponse().read()
                took_ms.append((perf_counter() - began) * 1e3)
            for connection in connections:
                connection.close()
        kept = sorted(took_ms[len(connections) :])
        slowest_ms.append(kept[-1])
        print(f"  low load: median {kept[len(kept) // 2]:.2f} ms, 99 % {kept[-3]:.2f} ms, slowest {kept[-1]:.2f} ms")
    ratio = sorted(one / LOW_LOAD_MS for one in slowest_ms)
    return [Ratio(f"live-slowest-kept/{LOW_LOAD_MS:g}ms", ratio[len(ratio) // 2], ratio[0], ratio[-1], 1.0)]


def start(rounds: int) -> list[Ratio]:
    """Row 8: from the start of a process to its first answer, and its peak memory then."""
    table: dict[str, list[tuple[float, float]]] = {name: [] for name in SERVERS}
    for _ in range(rounds):
        for name, taken in table.items():
            began = perf_counter()
            with running(name) as peer:
                at = urlsplit(peer.url)
                connection = http.client.HTTPConnection(at.hostname or "", at.port, timeout=5)
                connection.request("GET", at.path, headers=peer.headers)
                assert connection.getresponse().status == 200
                took_ms = (perf_counter() - began) * 1e3
                connection.close()
                taken.append((took_ms, peak_mib(peer.process.pid)))
    print("\nstart to first answer, peak memory")
    for name, taken in table.items():
        times_ms, mib = sorted(one for one, _ in taken), max(two for _, two in taken)
        spread = f"(min {times_ms[0]:.0f}, max {times_ms[-1]:.0f})"
        print(f"  {name:26} {times_ms[rounds // 2]:7.0f} ms  {spread}  {mib:.1f} MiB")
    ours = table["fakestt"]
    starts, sizes = sorted(one / START_MS for one, _ in ours), sorted(two / MEMORY_MIB for _, two in ours)
    return [
        Ratio(f"live-start/{START_MS:g}ms", starts[rounds // 2], starts[0], starts[-1], 1.0),
        Ratio(f"live-memory/{MEMORY_MIB:g}MiB", sizes[rounds // 2], sizes[0], sizes[-1], 1.0),
    ]


def peak_mib(pid: int) -> float:
    with open(f"/proc/{pid}/status") as file:
        found = re.search(r"VmHWM:\s+(\d+) kB", file.read())
    assert found is not None
    return int(found[1]) / 1024


def main() -> None:
    if sys.argv[1:2] == ["--serve"]:
        be(sys.argv[2])
        return
    rounds, for_s = (3, 2) if "--quick" in sys.argv else (5, 5)
    ratios = start(rounds)
    ratios += low_load(rounds)
    if shutil.which("wrk") is None:
        print("\nwrk is not installed: no rates. On Debian: apt-get install wrk")
    else:
        ratios += rates(rounds, for_s)
    print("\nratios and their spread over the rounds")
    for ratio in ratios:
        print(ratio.spread())
    print()
    for ratio in ratios:
        print(ratio)


if __name__ == "__main__":
    main()
