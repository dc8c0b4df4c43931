"""Loops of other makes: anyio, trio and tornado take part in virtual time, gevent and eventlet are refused."""

from __future__ import annotations

from importlib.util import find_spec

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.timeout(60)]


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_anyio(passes, backend):
    passes(
        f"BACKEND = {backend!r}"
        + """
import anyio
from functools import partial

def run(main):
    return anyio.run(main, backend=BACKEND)

@pytest.mark.parametrize("n", range(2))
def test_sleep(fake_stt, n):
    run(partial(anyio.sleep, 3600))
    assert elapsed(fake_stt) == 3600

def test_time_outs(fake_stt):
    async def main():
        began_s = anyio.current_time()
        with pytest.raises(TimeoutError), anyio.fail_after(600):
            await anyio.sleep(3600)
        with anyio.move_on_after(1800) as scope:
            await anyio.Event().wait()
        assert scope.cancelled_caught
        assert anyio.current_time() - began_s == pytest.approx(2400)
    run(main)
    assert elapsed(fake_stt) == 2400

def test_tasks_wait_side_by_side(fake_stt):
    async def main():
        send, receive = anyio.create_memory_object_stream(1)
        async def produce():
            async with send:
                for n in range(3):
                    await anyio.sleep(60)
                    await send.send(n)
        async with anyio.create_task_group() as group, receive:
            group.start_soon(produce)
            group.start_soon(anyio.sleep, 100)
            assert [n async for n in receive] == [0, 1, 2]
    run(main)
    assert elapsed(fake_stt) == 180

def test_a_thread_of_its_pool(fake_stt):
    async def main():
        async with anyio.create_task_group() as group:
            group.start_soon(anyio.to_thread.run_sync, time.sleep, 40)
            group.start_soon(anyio.to_thread.run_sync, time.sleep, 60)
            group.start_soon(anyio.sleep, 50)
    run(main)
    assert elapsed(fake_stt) == 60

def test_a_thread_that_calls_back(fake_stt):
    def work():
        time.sleep(30)
        anyio.from_thread.run(anyio.sleep, 30)
        return elapsed(fake_stt)
    async def main():
        with anyio.fail_after(600):
            return await anyio.to_thread.run_sync(work)
    assert run(main) == 60
""",
        tests=6,
        needs="anyio trio",
    )


def test_trio(passes):
    passes(
        """
import threading
import httpx, trio

@pytest.mark.parametrize("n", range(2))
def test_sleep(fake_stt, n):
    trio.run(trio.sleep, 3600)
    assert elapsed(fake_stt) == 3600

def test_time_outs(fake_stt):
    async def main():
        began_s = trio.current_time()
        with trio.move_on_after(600) as scope:
            await trio.sleep_forever()
        assert scope.cancelled_caught
        with pytest.raises(trio.TooSlowError), trio.fail_after(1800):
            await trio.Event().wait()
        return trio.current_time() - began_s
    assert trio.run(main) == pytest.approx(2400)
    assert elapsed(fake_stt) == 2400

def test_tasks_wait_side_by_side(fake_stt):
    told = []
    async def poll(every_s):
        for _ in range(3):
            await trio.sleep(every_s)
            told.append((every_s, elapsed(fake_stt)))
    async def main():
        async with trio.open_nursery() as nursery:
            nursery.start_soon(poll, 60)
            nursery.start_soon(poll, 100)
    trio.run(main)
    assert told == [(60, 60), (100, 100), (60, 120), (60, 180), (100, 200), (100, 300)]

def test_a_thread_asks_the_loop(fake_stt):
    async def main():
        await trio.to_thread.run_sync(lambda: trio.from_thread.run(trio.sleep, 60))
        return await trio.to_thread.run_sync(lambda: trio.from_thread.run_sync(lambda: "told"))
    assert trio.run(main) == "told"
    assert elapsed(fake_stt) == 60

def test_a_thread_of_its_pool(fake_stt):
    async def main():
        async with trio.open_nursery() as nursery:
            nursery.start_soon(trio.to_thread.run_sync, time.sleep, 40)
            nursery.start_soon(trio.sleep, 30)
    trio.run(main)
    assert elapsed(fake_stt) == 40

def test_in_a_thread(fake_stt):
    thread = threading.Thread(target=trio.run, args=(trio.sleep, 600))
    thread.start()
    time.sleep(60)
    thread.join()
    assert elapsed(fake_stt) == 600

def test_a_client(fake_stt):
    model = fake_stt.acoustic_models.add(status="training")
    async def main():
        async with httpx.AsyncClient(base_url=fake_stt.url, auth=("apikey", fake_stt.api_key)) as client:
            while (await client.get(f"/v1/acoustic_customizations/{model.id}")).json()["status"] != "available":
                await trio.sleep(60)
    trio.run(main)
    assert elapsed(fake_stt) == 36 * 60

def test_without_a_fake():
    began_s = time.monotonic()
    trio.run(trio.sleep, 0.05)
    assert 0.04 < time.monotonic() - began_s < 30
""",
        tests=9,
        needs="trio httpx",
    )


def test_tornado(passes):
    passes(
        """
import datetime
from tornado import gen
from tornado.ioloop import IOLoop, PeriodicCallback

@pytest.mark.parametrize("n", range(2))
def test_a_coroutine_that_sleeps(fake_stt, n):
    async def main():
        await gen.sleep(1800)
        with pytest.raises(gen.TimeoutError):
            await gen.with_timeout(datetime.timedelta(seconds=1800), gen.sleep(7200))
    IOLoop(make_current=False).run_sync(main)
    assert elapsed(fake_stt) == 3600

def test_calls_that_are_planned(fake_stt):
    told = []
    async def main():
        loop = IOLoop.current()
        loop.call_later(3600, lambda: told.append(("later", elapsed(fake_stt))))
        loop.call_at(loop.time() + 60, lambda: told.append(("at", elapsed(fake_stt))))
        periodic = PeriodicCallback(lambda: told.append(("periodic", elapsed(fake_stt))), 1_000_000)
        periodic.start()
        await gen.sleep(3601)
        periodic.stop()
    IOLoop(make_current=False).run_sync(main)
    assert [name for name, _ in told] == ["at", "periodic", "periodic", "periodic", "later"]
    assert [at_s for _, at_s in told] == pytest.approx([60, 1000, 2000, 3000, 3600], abs=0.1)

def test_a_job_of_an_executor(fake_stt):
    async def main():
        await IOLoop.current().run_in_executor(None, time.sleep, 60)
    IOLoop(make_current=False).run_sync(main, timeout=600)
    assert elapsed(fake_stt) == 60
""",
        tests=4,
        needs="tornado",
    )


PATCHED = {
    "gevent": "from gevent import monkey; monkey.patch_all()",
    "eventlet": "import eventlet; eventlet.monkey_patch()",
}


@pytest.mark.parametrize("library", PATCHED)
def test_what_has_replaced_threads_and_waits_is_refused_in_words(pytester, monkeypatch, library):
    if find_spec(library) is None:
        pytest.skip(f"{library} is not installed")
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    monkeypatch.setenv("COLUMNS", "200")
    pytester.makepyfile(
        test_it=PATCHED[library]
        + """
import time
import pytest

def test_refused(fake_stt):
    time.sleep(0.1)

@pytest.mark.fakestt(time="manual")
def test_a_clock_that_stands_still(fake_stt):
    time.sleep(0.1)
    assert fake_stt.clock.now() == fake_stt.started_at_s
"""
    )
    options = ("-p", "conftest_plugin", "-p", "timeout", "-p", "no:cacheprovider", "--timeout=20")
    result = pytester.runpytest_subprocess(*options, timeout=50)
    result.assert_outcomes(errors=1, passed=1)
    result.stdout.fnmatch_lines([f"E *ClockError: *{library}*"])


def test_gevent_that_has_replaced_nothing_is_no_hindrance(passes):
    passes(
        """
import gevent

def test_it(fake_stt):
    time.sleep(3600)
    assert elapsed(fake_stt) == 3600
""",
        needs="gevent",
    )
