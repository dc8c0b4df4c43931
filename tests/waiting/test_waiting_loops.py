"""asyncio: its sleeps, time-outs and timers are virtual; what comes from outside takes the time that it takes."""

from __future__ import annotations

import asyncio
import json
import re
import socket
import ssl
import subprocess
import sys
import threading
import time
import types
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from waiting_rig import START, START_S, BareWorld, bare, elapsed

import fakestt
from fakestt.errors import ClockError
from fakestt.intercept.waiting import outside
from fakestt.intercept.waiting.real import REAL


def test_sleep_moves_the_clock():
    with bare() as (world, _):
        asyncio.run(asyncio.sleep(3600))
        assert elapsed(world) == 3600


def test_a_time_out_passes_on_the_virtual_clock():
    async def main():
        with pytest.raises(asyncio.TimeoutError):
            await asyncio.wait_for(asyncio.Event().wait(), 90)

    with bare() as (world, _):
        asyncio.run(main())
        assert elapsed(world) == 90


def test_tasks_wake_in_the_order_of_their_instants():
    def run():
        told = []

        async def work(world, name, every_s):
            for _ in range(4):
                await asyncio.sleep(every_s)
                told.append((elapsed(world), name))

        async def main(world):
            await asyncio.gather(work(world, "a", 3), work(world, "b", 0.5), work(world, "c", 2))

        with bare() as (world, _):
            asyncio.run(main(world))
        return told

    told = run()
    assert [at_s for at_s, _ in told] == sorted(at_s for at_s, _ in told)
    assert all(run() == told for _ in range(10))


def test_call_later_and_the_loops_time_agree_with_the_clock():
    async def main():
        loop = asyncio.get_running_loop()
        told = loop.create_future()
        began_s = loop.time()
        loop.call_later(45, lambda: told.set_result(loop.time() - began_s))
        assert time.monotonic() == pytest.approx(loop.time(), abs=1e-6)
        return await told

    with bare() as (world, _):
        assert asyncio.run(main()) == pytest.approx(45)
        assert elapsed(world) == 45


def test_a_job_in_an_executor_holds_the_loop_up():
    async def main(world):
        both = asyncio.gather(asyncio.to_thread(time.sleep, 20), asyncio.sleep(30))
        assert await asyncio.to_thread(lambda: 7) == 7
        assert elapsed(world) == 0
        await both
        assert elapsed(world) == 30

    with bare() as (world, _):
        asyncio.run(main(world))


def test_a_thread_wakes_a_loop_at_its_instant():
    async def main(world):
        loop = asyncio.get_running_loop()
        event = asyncio.Event()

        def work():
            time.sleep(30)
            loop.call_soon_threadsafe(event.set)

        thread = threading.Thread(target=work)
        thread.start()
        await asyncio.wait_for(event.wait(), 90)
        assert elapsed(world) == 30
        thread.join()

    with bare() as (world, _):
        asyncio.run(main(world))


def test_a_loop_in_a_thread_serves_a_thread_that_waits():
    with bare() as (world, _):
        loop = asyncio.new_event_loop()
        thread = threading.Thread(target=loop.run_forever)
        thread.start()

        async def work():
            await asyncio.sleep(25)
            return elapsed(world)

        assert asyncio.run_coroutine_threadsafe(work(), loop).result(timeout=60) == 25
        time.sleep(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
        assert elapsed(world) == 35


def test_what_is_due_happens_while_a_loop_waits():
    async def main():
        event = asyncio.Event()
        loop = asyncio.get_running_loop()
        world.at(25, lambda: loop.call_soon_threadsafe(event.set))
        await asyncio.wait_for(event.wait(), 60)

    world = BareWorld()
    with bare(world):
        asyncio.run(main())
        assert elapsed(world) == 25


def test_a_loop_that_runs_already_is_reached_and_given_back():
    async def main():
        resolution_s = asyncio.get_running_loop()._clock_resolution
        with bare() as (world, _):
            await asyncio.sleep(3600)
            assert elapsed(world) == 3600
        assert asyncio.get_running_loop()._clock_resolution == resolution_s
        began_s = REAL["monotonic"]()
        await asyncio.sleep(0.02)
        assert REAL["monotonic"]() - began_s >= 0.019

    asyncio.run(main())


def test_a_loop_made_before_is_reached():
    loop = asyncio.new_event_loop()
    loop.run_until_complete(asyncio.sleep(0))
    with bare() as (world, _):
        loop.run_until_complete(asyncio.sleep(3600))
        assert elapsed(world) == 3600
    loop.run_until_complete(asyncio.sleep(0))
    loop.close()


def test_leaving_while_a_loop_of_another_thread_waits_leaves_it_waiting_really():
    loop = asyncio.new_event_loop()
    event = threading.Event()
    with bare():
        thread = threading.Thread(target=loop.run_forever)
        thread.start()
        time.sleep(1)
    loop.call_soon_threadsafe(event.set)
    assert event.wait(10)
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()


def test_uvloop_is_refused_in_words(monkeypatch):
    class Loop:
        def run_until_complete(self, what):
            return what

        def run_forever(self):
            pass

    monkeypatch.setitem(sys.modules, "uvloop", types.SimpleNamespace(Loop=Loop))
    before = dict(vars(Loop))
    with bare(), pytest.raises(ClockError, match=r"uvloop .*asyncio's own loop"):
        Loop().run_until_complete(asyncio.sleep(1))
    assert dict(vars(Loop)) == before
    assert Loop().run_until_complete(7) == 7


def test_uvloop_that_is_imported_inside_is_refused_as_well(tmp_path, monkeypatch):
    (tmp_path / "uvloop.py").write_text("import asyncio\nclass Loop(asyncio.SelectorEventLoop): pass\n")
    monkeypatch.syspath_prepend(tmp_path)
    meta_path = list(sys.meta_path)
    with bare():
        import uvloop

        loop = uvloop.Loop()
        with pytest.raises(ClockError, match=r"uvloop .*asyncio's own loop"):
            loop.run_until_complete(asyncio.sleep(1))
    assert sys.meta_path == meta_path
    assert loop.run_until_complete(asyncio.sleep(0, 7)) == 7
    loop.close()
    del sys.modules["uvloop"]


# The world outside


@pytest.fixture
def slow_server() -> Iterator[str]:
    """Takes a fifth of a second for an answer, and sends that in two parts."""
    from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self):
            REAL["sleep"](0.2)
            self.send_response(200)
            self.send_header("Content-Length", "8")
            self.end_headers()
            self.wfile.write(b"half")
            REAL["sleep"](0.01)
            self.wfile.write(b"half")

        def log_message(self, *args):
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True

    with Server(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


def test_an_answer_from_outside_comes_before_the_time_out(slow_server):
    aiohttp = pytest.importorskip("aiohttp")

    async def main(world):
        told = []
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=30)) as session:
            for _ in range(3):
                async with session.get(slow_server) as answer:
                    told.append((await answer.read(), elapsed(world)))
                await asyncio.sleep(600)
        return told

    with bare() as (world, _):
        assert asyncio.run(main(world)) == [(b"halfhalf", 0), (b"halfhalf", 600), (b"halfhalf", 1200)]


def test_a_task_that_sleeps_waits_for_an_answer_from_outside(slow_server):
    async def ask(world):
        host, _, port = slow_server[len("http://") : -1].partition(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        writer.write(b"GET / HTTP/1.1\r\nHost: slow\r\n\r\n")
        answer = await reader.readuntil(b"halfhalf")
        writer.close()
        await writer.wait_closed()
        return answer[-8:], elapsed(world)

    async def main(world):
        return await asyncio.gather(ask(world), asyncio.sleep(600))

    with bare() as (world, _):
        assert asyncio.run(main(world))[0] == (b"halfhalf", 0)
        assert elapsed(world) == 600


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(socket, "AF_UNIX"), reason="no Unix sockets here")
def test_an_answer_over_a_unix_socket_comes_before_the_time_out(tmp_path):
    path = str(tmp_path / "socket")
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(path)
    listener.listen()

    def serve():
        connection, _ = listener.accept()
        connection.settimeout(5)
        with connection:
            for _ in range(2):
                connection.recv(100)
                REAL["sleep"](0.2)
                connection.sendall(b"answer")

    async def main(world):
        reader, writer = await asyncio.open_unix_connection(path)
        told = []
        for _ in range(2):
            writer.write(b"question")
            told.append((await asyncio.wait_for(reader.readexactly(6), 10), elapsed(world)))
            await asyncio.sleep(600)
        writer.close()
        await writer.wait_closed()
        return told

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        with bare() as (world, _):
            assert asyncio.run(main(world)) == [(b"answer", 0), (b"answer", 600)]
    finally:
        thread.join()
        listener.close()


def test_a_server_in_the_same_loop_holds_nobody_up():
    async def serve(reader, writer):
        await reader.readline()
        await asyncio.sleep(5)
        writer.write(b"fine\n")
        await writer.drain()
        await reader.read()
        writer.close()

    async def main(world):
        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname()[:2])
        writer.write(b"how?\n")
        assert await reader.readline() == b"fine\n"
        await asyncio.sleep(600)
        writer.close()
        await writer.wait_closed()
        server.close()
        await server.wait_closed()

    began_s = REAL["monotonic"]()
    with bare() as (world, _):
        asyncio.run(main(world))
        assert elapsed(world) == 605
    assert REAL["monotonic"]() - began_s < 9


def test_the_clock_stands_while_a_child_process_of_the_loop_runs():
    async def main():
        child = await asyncio.create_subprocess_exec(sys.executable, "-c", "print('said')", stdout=subprocess.PIPE)
        said, _ = await asyncio.wait_for(child.communicate(), 60)
        return said.strip(), child.returncode

    with bare() as (world, _):
        assert asyncio.run(main()) == (b"said", 0)
        assert elapsed(world) == 0


def test_a_child_process_that_stays_is_waited_for_no_more():
    async def main():
        child = await asyncio.create_subprocess_exec(sys.executable, "-c", "input()", stdin=subprocess.PIPE)
        with pytest.raises(asyncio.TimeoutError):
            await asyncio.wait_for(child.wait(), 60)
        child.stdin.close()
        return await child.wait()

    with bare(patience_s=0.05) as (world, _):
        assert asyncio.run(main()) != 0
        assert elapsed(world) >= 60


@pytest.mark.parametrize("tls", [False, True])
def test_an_answer_of_our_own_server_is_known_to_be_over(tls, monkeypatch):
    # What would pass really if it was waited for whether there is more.
    monkeypatch.setattr(outside, "_READ_S", 8.0)

    async def main(server, context):
        reader, writer = await asyncio.open_connection("127.0.0.1", urlsplit(server.url).port, ssl=context)
        for _ in range(5):
            writer.write(b"GET /v1/acoustic_customizations HTTP/1.1\r\nHost: it\r\n\r\n")
            head = await reader.readuntil(b"\r\n\r\n")
            length = int(re.search(rb"Content-Length: (\d+)", head)[1])
            assert json.loads(await reader.readexactly(length)) == {"customizations": []}
            await asyncio.sleep(60)
        writer.close()
        await writer.wait_closed()

    began_s = REAL["monotonic"]()
    stt = fakestt.FakeSTT(time="on_sleep", start=START, auth=None)
    with stt.serve(tls=tls) as server:
        context = ssl.create_default_context(cafile=server.ca_file) if tls else None
        with stt.reachable():
            asyncio.run(main(server, context))
            assert stt.clock.now() - START_S == 300
    assert REAL["monotonic"]() - began_s < 25


def test_the_end_of_a_connection_of_our_own_server_is_waited_for():
    async def main(url):
        reader, writer = await asyncio.open_connection("127.0.0.1", urlsplit(url).port)
        writer.write(b"GET /v1/acoustic_customizations HTTP/1.1\r\nHost: it\r\nConnection: close\r\n\r\n")
        whole = await asyncio.wait_for(reader.read(), 5)
        writer.close()
        await writer.wait_closed()
        return whole

    stt = fakestt.FakeSTT(time="on_sleep", start=START, auth=None)
    with stt.serve() as server, stt.reachable():
        for _ in range(20):
            assert asyncio.run(main(server.url)).endswith(b'{"customizations": []}\n')
        assert stt.clock.now() == START_S


def test_a_loop_that_goes_round_until_a_thread_has_done_something_lets_it():
    async def main():
        loop = asyncio.get_running_loop()
        future = loop.run_in_executor(None, lambda: "done")
        while not future.done():
            await asyncio.sleep(0)
        return future.result()

    with bare() as (world, _):
        assert asyncio.run(main()) == "done"
        assert elapsed(world) == 0


def test_a_thread_at_the_other_end_of_a_pair_answers_at_its_instant():
    near, far = socket.socketpair()

    def answer():
        assert far.recv(8) == b"question"
        time.sleep(60)
        far.send(b"answer")

    async def ask():
        reader, writer = await asyncio.open_connection(sock=near)
        writer.write(b"question")
        assert await reader.read(8) == b"answer"
        writer.close()

    began_s = REAL["monotonic"]()
    with far, bare() as (world, _):
        thread = threading.Thread(target=answer)
        thread.start()
        asyncio.run(ask())
        thread.join()
        assert elapsed(world) == 60
    assert REAL["monotonic"]() - began_s < 8  # no answer from outside is waited for, ten seconds long
