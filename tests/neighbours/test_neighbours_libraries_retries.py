"""Libraries that try again, or hold a client back: their waits move the clock, and their limits are of its time."""

from __future__ import annotations

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.timeout(60)]

DOWN = """
import asyncio

class Down(Exception): ...
"""


def test_tenacity(passes):
    passes(
        DOWN
        + """
import tenacity
from tenacity import AsyncRetrying, retry, retry_if_exception_type, stop_after_attempt, stop_after_delay
from tenacity import wait_exponential, wait_fixed

tried = []

@retry(wait=wait_exponential(multiplier=1, min=4, max=60), stop=stop_after_attempt(6), reraise=True)
def of_the_module():
    tried.append(time.monotonic())
    raise Down

@retry(wait=wait_fixed(60), stop=stop_after_attempt(4))
async def async_of_the_module():
    raise Down

def test_it_waits_longer_and_longer(fake_stt):
    with pytest.raises(Down):
        of_the_module()
    assert [round(b - a) for a, b in zip(tried, tried[1:])] == [4, 4, 4, 8, 16]
    assert elapsed(fake_stt) == 36

def test_it_stops_after_a_while(fake_stt):
    @retry(wait=wait_fixed(60), stop=stop_after_delay(600))
    def poll():
        raise Down
    with pytest.raises(tenacity.RetryError):
        poll()
    assert (elapsed(fake_stt), poll.statistics["attempt_number"]) == (600, 11)

def test_it_ends_when_all_is_well(fake_stt):
    model = fake_stt.acoustic_models.add(status="training")
    for attempt in tenacity.Retrying(wait=wait_fixed(60), retry=retry_if_exception_type(AssertionError)):
        with attempt:
            assert model.status == "available"
    assert elapsed(fake_stt) == 36 * 60

def test_async(fake_stt):
    with pytest.raises(tenacity.RetryError):
        asyncio.run(async_of_the_module())
    assert elapsed(fake_stt) == 180

def test_async_that_stops_after_a_while(fake_stt):
    async def main():
        async for attempt in AsyncRetrying(wait=wait_exponential(max=60), stop=stop_after_delay(3600)):
            with attempt:
                raise Down
    with pytest.raises(tenacity.RetryError):
        asyncio.run(main())
    assert 3600 <= elapsed(fake_stt) < 3660
""",
        tests=5,
        needs="tenacity",
    )


def test_backoff(passes):
    passes(
        DOWN
        + """
import backoff

tried = []

@backoff.on_exception(backoff.expo, Down, max_tries=5, jitter=None)
def of_the_module():
    tried.append(time.time())
    raise Down

@backoff.on_exception(backoff.constant, Down, interval=60, max_time=600, jitter=None)
async def async_of_the_module():
    raise Down

def test_it(fake_stt):
    with pytest.raises(Down):
        of_the_module()
    assert ([b - a for a, b in zip(tried, tried[1:])], elapsed(fake_stt)) == ([1, 2, 4, 8], 15)

def test_a_limit_of_time(fake_stt):
    @backoff.on_predicate(backoff.constant, interval=60, max_time=3600, jitter=None)
    def poll():
        return None
    assert poll() is None
    assert elapsed(fake_stt) == 3600

def test_async(fake_stt):
    with pytest.raises(Down):
        asyncio.run(async_of_the_module())
    assert elapsed(fake_stt) == 600
""",
        tests=3,
        needs="backoff",
    )


def test_stamina(passes):
    passes(
        DOWN
        + """
import stamina

WAITS = dict(on=Down, wait_initial=10, wait_max=60, wait_jitter=0, wait_exp_base=2)

@stamina.retry(attempts=5, timeout=None, **WAITS)
def of_the_module():
    raise Down

@stamina.retry(attempts=None, timeout=600, **WAITS)
async def async_of_the_module():
    raise Down

def test_it(fake_stt):
    with pytest.raises(Down):
        of_the_module()
    assert elapsed(fake_stt) == 10 + 20 + 40 + 60

def test_a_block(fake_stt):
    model = fake_stt.acoustic_models.add(status="training")
    for attempt in stamina.retry_context(attempts=None, timeout=None, **WAITS):
        with attempt:
            if model.status != "available":
                raise Down
    assert 36 * 60 <= elapsed(fake_stt) < 37 * 60

def test_async_with_a_limit_of_time(fake_stt):
    with pytest.raises(Down):
        asyncio.run(async_of_the_module())
    assert 500 < elapsed(fake_stt) <= 660
""",
        tests=3,
        needs="stamina",
    )


RATELIMIT = """
from ratelimit import RateLimitException, limits, sleep_and_retry

def decorated():
    @sleep_and_retry
    @limits(calls=5, period=60)
    def ask():
        return time.monotonic()
    return ask

OF_THE_MODULE = decorated()
"""


def test_ratelimit_that_is_decorated_inside(passes):
    passes(
        RATELIMIT
        + """
def test_it(fake_stt):
    ask = decorated()
    at_s = [ask() for _ in range(11)]
    assert (round(at_s[5] - at_s[0], 3), round(at_s[10] - at_s[0], 3)) == (60, 120)
    assert elapsed(fake_stt) == pytest.approx(120)

def test_a_limit_that_is_refused(fake_stt):
    ask = limits(calls=1, period=900)(time.monotonic)
    ask()
    with pytest.raises(RateLimitException):
        ask()
    time.sleep(901)
    ask()
""",
        tests=2,
        needs="ratelimit",
    )


def test_ratelimit_that_decorates_a_function_of_the_module(passes):
    passes(
        RATELIMIT
        + """
@pytest.mark.parametrize("n", range(2))
def test_it(fake_stt, n):
    at_s = [OF_THE_MODULE() for _ in range(11)]
    assert at_s[10] - at_s[0] == pytest.approx(120, abs=60)
    assert 60 < elapsed(fake_stt) <= 180
""",
        tests=2,
        needs="ratelimit",
    )
