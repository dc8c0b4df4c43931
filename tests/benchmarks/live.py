"""How fast the live server is, beside others: rates by wrk, start and memory as a process.

    [WIREMOCK_JAR=wiremock-standalone.jar] python tests/benchmarks/live.py [--quick]

A crowd of clients that stall is there before polls of a server are timed: those that drip an upload, those that are
silent, and those that never end a head. Nothing of it needs wrk.

Each server is a process of its own and answers about 350 bytes of JSON: fakestt a poll of a model with all that belongs
to it, the others always the same bytes. wrk holds 8 and 256 connections, in turns, on loopback, for seconds. Prints the
rates with their spread, then a line `name ratio target ok|short` for each target. wrk is a package of Debian's; without
it only start, memory, stop and low load are measured, which is said. WireMock takes part where `WIREMOCK_JAR` names its
standalone jar and there is a `java`; its jar is in npm's package `wiremock`. It is measured as it comes, with a journal
as fakestt has, and at its quickest, without; both are warmed up first, which makes a quarter of an hour more of it all.
On a busy machine who has more threads gets more of it, and WireMock has many: a second rate is for a second of the
processor that the server had.
"""

from __future__ import annotations

import base64
import gc
import http.client
import json
import os
import re
import resource
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack, contextmanager, nullcontext, suppress
from itertools import cycle
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event, Thread
from time import perf_counter
from typing import NamedTuple
from urllib.parse import urlsplit

from measuring import Ratio, Times

BODY = b"x" * 350
START_MS = 400.0
MEMORY_MIB = 60.0
LOW_LOAD_MS = 20.0
STOP_MS = 15.0
CROWDED_MS = 100.0
CROWDED_STOP_MS = 1000.0
DRIPPING, SILENT, HALF_A_HEAD = 40, 1000, 1000


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
WIREMOCKS = {"WireMock": (), "WireMock, no journal": ("--no-request-journal", "--disable-request-logging")}
WIREMOCK_JAR = os.environ.get("WIREMOCK_JAR", "")
WIREMOCK_WARM_UP_MS = 35_000


def be(name: str) -> None:
    """Serve until the standard input ends."""
    url, authorization, close = SERVERS[name]()
    gc.collect()
    gc.freeze()  # as `fakestt serve` does: to look through all that was imported would take longer than a request may
    print(url, authorization, sep="\t", flush=True)
    sys.stdin.read()
    close()


@contextmanager
def running(name: str) -> Iterator[Peer]:
    with stubs_of_wiremock() if name in WIREMOCKS else nullcontext("") as root, started(name, root) as peer:
        yield peer


@contextmanager
def stubs_of_wiremock() -> Iterator[str]:
    answer = {"status": 200, "headers": {"Content-Type": "application/json"}, "body": BODY.decode()}
    stub = {"request": {"method": "GET", "urlPath": "/model"}, "response": answer}
    with TemporaryDirectory() as root:
        folder = Path(root, "mappings")
        folder.mkdir()
        (folder / "model.json").write_text(json.dumps(stub))
        yield root


@contextmanager
def started(name: str, root: str) -> Iterator[Peer]:
    if name in SERVERS:
        command = [sys.executable, __file__, "--serve", name]
    elif name in WIREMOCKS:
        where = ("--port", "0", "--bind-address", "127.0.0.1", "--root-dir", root)
        command = ["java", "-jar", WIREMOCK_JAR, *where, *WIREMOCKS[name]]
    else:
        command = [sys.executable, "-m", "fakestt", "serve"]
    process = subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        if name in SERVERS:
            url, authorization = process.stdout.readline().rstrip("\n").split("\t")
        elif name in WIREMOCKS:
            said = next(line for line in process.stdout if line.startswith("port:"))
            url, authorization = f"http://127.0.0.1:{said.split()[-1]}/model", "-"
        else:
            said = next(line for line in process.stdout if "url: " in line)
            url, authorization = said.split()[-1] + "/v1/models", "Bearer any"
        yield Peer(process, url, {} if authorization == "-" else {"Authorization": authorization})
    finally:
        process.stdin.close()
        if name not in SERVERS:
            process.terminate()
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


def warm_up(name: str, peer: Peer, connections: int) -> None:
    """A second; for WireMock until it has had so much of the processor, for a busy machine gives little of it."""
    for _ in range(120):
        load(peer, connections, 1)
        if name not in WIREMOCKS or busy_ms(peer.process.pid) >= WIREMOCK_WARM_UP_MS:
            return


def wiremocks() -> list[str]:
    """Those that take part."""
    if Path(WIREMOCK_JAR).is_file() and shutil.which("java"):
        return list(WIREMOCKS)
    print("\nWIREMOCK_JAR names no file, or there is no java: WireMock is left out")
    return []


def rates_if_possible(others: list[str], rounds: int, for_s: int) -> list[Ratio]:
    if shutil.which("wrk") is None:
        print("\nwrk is not installed: no rates. On Debian: apt-get install wrk")
        return []
    return rates([*SERVERS, *others], rounds, for_s)


def rates(names: list[str], rounds: int, for_s: int) -> list[Ratio]:
    """Rows 6 and 7."""
    ratios = []
    for connections, target in ((8, 2.0), (256, 1.5)):
        times = {name: Times() for name in names}
        for_a_busy_s: dict[str, list[float]] = {name: [] for name in names}
        troubles: dict[str, set[str]] = {name: set() for name in names}
        for number in range(rounds):
            first = number % len(names)
            for name in names[first:] + names[:first]:
                # A new process a round: what one has gathered in memory does not slow the next.
                with running(name) as peer:
                    warm_up(name, peer, connections)
                    before_ms = busy_ms(peer.process.pid)
                    done = load(peer, connections, for_s)
                    took_s = (busy_ms(peer.process.pid) - before_ms) / 1000
                for_a_busy_s[name].append(done.rate_hz * for_s / took_s)
                times[name].each_us.append(1e6 / done.rate_hz)
                troubles[name].add(done.trouble)
        print(f"\n{connections} kept connections")
        for name, each in times.items():
            hz = sorted(1e6 / one for one in each.each_us)
            trouble = "; ".join(filter(None, sorted(troubles[name])))
            busy = sorted(for_a_busy_s[name])
            middle, spread = hz[rounds // 2], f"min {hz[0]:.0f}, max {hz[-1]:.0f}, {rounds} rounds"
            processor = f"processor {busy[rounds // 2]:.0f}: {busy[0]:.0f} to {busy[-1]:.0f}"
            print(f"  {name:26} {middle:7.0f} req/s  ({spread}; {processor})  {trouble}")
        ours, theirs = times["fakestt"], times["pytest-httpserver"]
        ratios.append(Ratio.of(f"live-{connections}/pytest-httpserver", theirs, ours, target, at_least=True))
        for name in names[2:]:
            if (connections, name) == (8, "WireMock"):
                ratios.append(Ratio.of("live-8/WireMock", times[name], ours, 1.0, at_least=True))
            else:
                print(Ratio.of(f"live-{connections}/{name} (no target)", times[name], ours, 0).spread())
        failed = float(any(troubles["fakestt"]))
        ratios.append(Ratio(f"live-{connections}-rounds-with-an-error", failed, failed, failed, 0.0))
    return ratios


def low_load(rounds: int) -> list[Ratio]:
    """Row 7, the other half: 8 kept connections, 100 requests a second, the slowest of 200.

    The bare handler is asked in turns with fakestt: what the machine does to both is not ours.
    """
    names = ("fakestt", "bare keep-alive handler")
    slowest: dict[str, list[float]] = {name: [] for name in names}
    print("\nlow load: 8 kept connections, 100 requests a second, in turns")
    for _ in range(rounds):
        with running(names[0]) as ours, running(names[1]) as bare_one:
            took = {name: paced(peer) for name, peer in zip(names, (ours, bare_one), strict=True)}
            each: dict[str, list[float]] = {name: [] for name in names}
            for _ in range(200 + 8):
                for name in names:
                    each[name].append(next(took[name]))
            for paces in took.values():
                paces.close()
        for name in names:
            kept = sorted(each[name][8:])
            slowest[name].append(kept[-1])
            middle, most = kept[len(kept) // 2], kept[-3]
            print(f"  {name:26} median {middle:6.2f} ms, 99 % {most:6.2f} ms, slowest {kept[-1]:6.2f} ms")
    times = {name: Times([one * 1e3 for one in each_ms]) for name, each_ms in slowest.items()}
    print(Ratio.of("live-slowest-kept/bare (no target)", times[names[0]], times[names[1]], 0).spread())
    ratio = sorted(one / LOW_LOAD_MS for one in slowest[names[0]])
    return [Ratio(f"live-slowest-kept/{LOW_LOAD_MS:g}ms", ratio[len(ratio) // 2], ratio[0], ratio[-1], 1.0)]


def paced(peer: Peer) -> Generator[float, None, None]:
    """How many milliseconds each request takes, with a pause before it."""
    pause, at = Event(), urlsplit(peer.url)
    connections = [http.client.HTTPConnection(at.hostname or "", at.port, timeout=5) for _ in range(8)]
    try:
        for connection in cycle(connections):
            pause.wait(0.005)
            began = perf_counter()
            connection.request("GET", at.path, headers=peer.headers)
            assert connection.getresponse().read()
            yield (perf_counter() - began) * 1e3
    finally:
        for connection in connections:
            connection.close()


def start(names: list[str], rounds: int) -> list[Ratio]:
    """Row 8: from the start of a process to its first answer, and its peak memory then."""
    table: dict[str, list[list[float]]] = {name: [] for name in names}
    for number in range(rounds + 1):
        for name, taken in table.items():
            began = perf_counter()
            with running(name) as peer:
                at = urlsplit(peer.url)
                connection = http.client.HTTPConnection(at.hostname or "", at.port, timeout=5)
                connection.request("GET", at.path, headers=peer.headers)
                assert connection.getresponse().read()
                took_ms = (perf_counter() - began) * 1e3
                connection.close()
                if number:  # the first leaves byte code for the others, as an installation does
                    taken.append([took_ms, busy_ms(peer.process.pid), peak_mib(peer.process.pid)])
    print("\nstart to first answer, peak memory")
    for name, taken in table.items():
        times_ms, busy, mib = (sorted(row[column] for row in taken) for column in range(3))
        spread = f"(min {times_ms[0]:.0f}, max {times_ms[-1]:.0f}; processor {busy[rounds // 2]:.0f})"
        print(f"  {name:26} {times_ms[rounds // 2]:7.0f} ms  {spread}  {mib[-1]:.1f} MiB")
    ratios = []
    targets = {f"live-start/{START_MS:g}ms": START_MS, f"live-start-processor/{START_MS:g}ms": START_MS,
               f"live-memory/{MEMORY_MIB:g}MiB": MEMORY_MIB}  # fmt: skip
    for column, (name, most) in enumerate(targets.items()):
        values = sorted(row[column] / most for row in table["fakestt serve"])
        ratios.append(Ratio(name, values[rounds // 2], values[0], values[-1], 1.0))
    return ratios


def stop(rounds: int) -> list[Ratio]:
    """From `close()` of a server with 8 kept connections until nothing of it runs any more."""
    from fakestt import FakeSTT
    from fakestt.transports.live import serve

    took_ms = []
    for _ in range(rounds * 4):
        server = serve(FakeSTT().app)
        connections = [http.client.HTTPConnection(server.host, server.port, timeout=5) for _ in range(8)]
        for connection in connections:
            connection.request("GET", "/")
            assert connection.getresponse().read()
        began = perf_counter()
        server.close()
        took_ms.append((perf_counter() - began) * 1e3)
        for connection in connections:
            connection.close()
    took_ms.sort()
    print(f"\nstop: median {took_ms[len(took_ms) // 2]:.2f} ms (min {took_ms[0]:.2f}, max {took_ms[-1]:.2f})")
    ratio = [one / STOP_MS for one in took_ms]
    return [Ratio(f"live-stop/{STOP_MS:g}ms", ratio[len(ratio) // 2], ratio[0], ratio[-1], 1.0)]


def crowd(rounds: int) -> list[Ratio]:
    """The slowest of 200 polls beside clients that stall, from their first moment on; and how long a stop takes then.

    Every other poll comes over a connection of its own. A poll that is not answered counts as its time-out.
    """
    slowest_ms, stop_ms = [], []
    for _ in range(rounds):
        with running("fakestt") as peer, crowded(peer):
            slowest_ms.append(max(unkept_polls(peer, 200)))
            began = perf_counter()
            assert peer.process.stdin is not None
            peer.process.stdin.close()
            with suppress(subprocess.TimeoutExpired):
                peer.process.wait(10)
            stop_ms.append((perf_counter() - began) * 1e3)
    print(f"\nbeside {DRIPPING} uploads that drip, {SILENT} silent clients and {HALF_A_HEAD} with half a head")
    print(f"  the slowest poll of each round {sorted(round(one, 1) for one in slowest_ms)} ms")
    print(f"  until the process has ended    {sorted(round(one, 1) for one in stop_ms)} ms")
    return [
        Ratio.over(f"live-crowded-poll/{CROWDED_MS:g}ms", [one / CROWDED_MS for one in slowest_ms], 1.0),
        Ratio.over(f"live-crowded-stop/{CROWDED_STOP_MS:g}ms", [one / CROWDED_STOP_MS for one in stop_ms], 1.0),
    ]


@contextmanager
def crowded(peer: Peer) -> Iterator[None]:
    at = urlsplit(peer.url)
    upload = f"POST {at.path}/audio/a HTTP/1.1\r\nHost: x\r\nContent-Type: audio/wav\r\nContent-Length: 1000000\r\n\r\n"
    openings = [upload.encode()] * DRIPPING + [b""] * SILENT + [b"GET / HTTP/1.1\r\nX: "] * HALF_A_HEAD
    over = Event()

    def drip() -> None:
        while not over.wait(0.1):
            for sock in socks[:DRIPPING]:
                with suppress(OSError):  # the server has given it up
                    sock.send(b"x")

    with ExitStack() as stack:
        socks: list[socket.socket] = []
        for opening in openings:
            socks.append(stack.enter_context(socket.create_connection((at.hostname, at.port), 30)))
            socks[-1].sendall(opening)
        dripping = Thread(target=drip)
        dripping.start()
        stack.callback(dripping.join)
        stack.callback(over.set)
        yield


def unkept_polls(peer: Peer, number: int) -> Iterator[float]:
    at, timeout_s = urlsplit(peer.url), 5.0
    kept = http.client.HTTPConnection(at.hostname or "", at.port, timeout=timeout_s)
    for each in range(number):
        connection = kept if each % 2 else http.client.HTTPConnection(at.hostname or "", at.port, timeout=timeout_s)
        began = perf_counter()
        try:
            connection.request("GET", at.path, headers=peer.headers)
            assert connection.getresponse().read()
        except OSError:
            yield timeout_s * 1e3
            break  # others would fare no better
        yield (perf_counter() - began) * 1e3
        if connection is not kept:
            connection.close()
    kept.close()


def busy_ms(pid: int) -> float:
    """The time of the processor that a process has had: what it would take on a machine that has nothing else to do."""
    with open(f"/proc/{pid}/stat") as file:
        user, system = file.read().rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) * 1000 / os.sysconf("SC_CLK_TCK")


def peak_mib(pid: int) -> float:
    with open(f"/proc/{pid}/status") as file:
        found = re.search(r"VmHWM:\s+(\d+) kB", file.read())
    assert found is not None
    return int(found[1]) / 1024


def main() -> None:
    if sys.argv[1:2] == ["--serve"]:
        be(sys.argv[2])
        return
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(most, 8192) if most > 0 else 8192, most))
    rounds, for_s = (3, 2) if "--quick" in sys.argv else (5, 5)
    with TemporaryDirectory() as byte_code:
        os.environ["PYTHONPYCACHEPREFIX"] = byte_code
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
        others = wiremocks()
        ratios = start([*SERVERS, "fakestt serve", *others[:1]], rounds) + stop(rounds) + low_load(rounds)
        ratios += crowd(rounds)
        ratios += rates_if_possible(others, rounds, for_s)
    print("\nratios and their spread over the rounds")
    for ratio in ratios:
        print(ratio.spread())
    print()
    for ratio in ratios:
        print(ratio)


if __name__ == "__main__":
    main()
