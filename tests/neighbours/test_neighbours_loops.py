"""pytest-asyncio and anyio's plugin: their loops are reached, whenever they were made. trio keeps its own time."""

from __future__ import annotations

from importlib.metadata import version

import pytest

ELAPSED = """
import asyncio, time
import pytest

def elapsed(stt):
    return round(stt.clock.now() - stt.started_at_s, 6)
"""
ASYNCIO = (
    ELAPSED
    + """
import pytest_asyncio

@pytest_asyncio.fixture
async def early():
    return asyncio.get_running_loop()

@pytest_asyncio.fixture
async def waiting(fake_stt):
    await asyncio.sleep(60)
    yield fake_stt
    await asyncio.sleep(60)
    assert elapsed(fake_stt) == 3720

async def two_waits(stt):
    began_s = asyncio.get_running_loop().time()
    await asyncio.sleep(1800)
    with pytest.raises(asyncio.TimeoutError):
        await asyncio.wait_for(asyncio.Event().wait(), 1800)
    assert asyncio.get_running_loop().time() - began_s == pytest.approx(3600, abs=1e-3)
"""
)
STRICT = (
    ASYNCIO
    + """
@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def of_module():
    return asyncio.get_running_loop()

@pytest.mark.asyncio
async def test_loop_before_fake(early, fake_stt):
    assert early is asyncio.get_running_loop()
    await two_waits(fake_stt)
    assert elapsed(fake_stt) == 3600

@pytest.mark.asyncio
async def test_fake_before_loop(fake_stt, early):
    await two_waits(fake_stt)
    assert elapsed(fake_stt) == 3600

@pytest.mark.asyncio
async def test_fixture_that_waits(waiting):
    await two_waits(waiting)
    assert elapsed(waiting) == 3660

@pytest.mark.asyncio(loop_scope="module")
async def test_loop_of_the_module(of_module, fake_stt):
    assert of_module is asyncio.get_running_loop()
    await asyncio.to_thread(time.sleep, 3600)
    assert elapsed(fake_stt) == 3600

@pytest.mark.asyncio(loop_scope="module")
async def test_the_same_loop_without_a_fake(of_module):
    began_s = time.monotonic()
    await asyncio.sleep(0.01)
    assert 0.005 < time.monotonic() - began_s < 60

@pytest.mark.asyncio(loop_scope="module")
async def test_the_same_loop_with_the_next_fake(of_module, fake_stt):
    await two_waits(fake_stt)
    assert elapsed(fake_stt) == 3600
"""
)
AUTO = (
    ASYNCIO
    + """
@pytest.fixture
async def plain(fake_stt):
    await asyncio.sleep(60)
    return fake_stt

async def test_it(plain):
    await two_waits(plain)
    assert elapsed(plain) == 3660
"""
)


@pytest.mark.skipif(version("pytest-asyncio") < "0.24", reason="a module has no loop of its own with 0.23")
def test_loops_of_pytest_asyncio_are_reached_whenever_they_were_made(run):
    run(STRICT, plugins=["pytest_asyncio.plugin"], ini="asyncio_mode = strict").assert_outcomes(passed=6)


@pytest.mark.slow
def test_pytest_asyncio_may_find_tests_by_itself(run):
    # pytest-asyncio 0.23 leaves a loop open at the end, and a later test would be told of its sockets.
    run(AUTO, plugins=["pytest_asyncio.plugin"], ini="asyncio_mode = auto", apart=True).assert_outcomes(passed=1)


def test_loops_of_anyio_are_reached(run):
    run(
        ELAPSED
        + """
import anyio
pytestmark = pytest.mark.anyio

@pytest.fixture
def anyio_backend():
    return "asyncio"

@pytest.fixture
async def waiting(fake_stt):
    await anyio.sleep(60)
    return fake_stt

async def test_it(waiting):
    await anyio.sleep(1800)
    with anyio.move_on_after(1800) as scope:
        await anyio.Event().wait()
    assert scope.cancelled_caught
    await anyio.to_thread.run_sync(time.sleep, 40)
    assert elapsed(waiting) == 3700
""",
        plugins=["anyio"],
    ).assert_outcomes(passed=1)


TRIO = (
    ELAPSED
    + """
import httpx, trio, trio.testing
pytestmark = pytest.mark.anyio

@pytest.fixture
def anyio_backend():
    return "trio"

async def ask(stt):
    async with httpx.AsyncClient() as client:
        return (await client.get(stt.url + "/v1/models", auth=("apikey", "any"))).status_code
"""
)


@pytest.mark.slow
def test_a_client_on_trio_reaches_the_fake_and_waits_virtually(run):
    run(
        TRIO
        + """
async def test_it(fake_stt):
    assert await ask(fake_stt) == 200
    began_s = trio.current_time()
    await trio.sleep(3600)
    assert trio.current_time() - began_s == pytest.approx(3600)
    assert elapsed(fake_stt) == 3600
    with trio.move_on_after(60):
        await trio.to_thread.run_sync(time.sleep, 600)
    assert elapsed(fake_stt) == 4200

async def test_to_sleep_without_await_is_virtual_there_as_well(fake_stt):
    time.sleep(3600)
    assert elapsed(fake_stt) == 3600
    with trio.fail_after(30):
        assert await ask(fake_stt) == 200
""",
        plugins=["anyio"],
        apart=True,  # with a wrong clock it would hang, and could not be ended from inside
    ).assert_outcomes(passed=2)


def test_trio_itself_runs_inside_with_its_own_clock_for_tests(run):
    run(
        TRIO.replace("pytestmark = pytest.mark.anyio", "")
        + """
def test_it(fake_stt):
    async def main():
        began_s = trio.current_time()
        await trio.sleep(3600)
        fake_stt.clock.advance("1h")
        assert await ask(fake_stt) == 200
        return trio.current_time() - began_s
    assert trio.run(main, clock=trio.testing.MockClock(autojump_threshold=0)) == pytest.approx(3600)
    assert elapsed(fake_stt) == 3600
"""
    ).assert_outcomes(passed=1)
