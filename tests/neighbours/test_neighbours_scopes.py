"""Fakes of the author's own that live longer than a test."""

from __future__ import annotations

import pytest

OWN = """
import time
import pytest, requests
from fakestt import ClockError, FakeSTT

VENDOR = "https://stream.watsonplatform.net/speech-to-text/api"

@pytest.fixture(scope="{scope}")
def stt():
    stt = FakeSTT(time="{time}", seed=1)
    with stt.reachable():
        yield stt

def ask(base_url):
    return requests.get(base_url + "/v1/models", auth=("apikey", "any"), timeout=5).status_code
"""


@pytest.mark.parametrize("scope", ["session", "package", "module", "class"])
def test_a_fake_may_live_longer_than_a_test(run, scope):
    run(
        OWN.format(scope=scope, time="on_sleep")
        + """
class TestIt:
    def test_first(self, stt):
        model = stt.acoustic_models.add(status="training")
        time.sleep(3600)
        assert (model.status, stt.clock.now() - stt.started_at_s) == ("available", 3600)

    def test_second(self, stt):
        assert len(stt.acoustic_models) == 1
        assert ask(VENDOR) == 200
        before = stt.clock.now(), time.monotonic()
        time.sleep(3600)
        assert (stt.clock.now() - before[0], time.monotonic() - before[1]) == (3600, pytest.approx(3600))
"""
    ).assert_outcomes(passed=2)


def test_a_snapshot_makes_each_test_begin_alike(run):
    run(
        OWN.format(scope="session", time="on_sleep")
        + """
@pytest.fixture(autouse=True)
def restored(stt):
    before = stt.snapshot()
    yield
    stt.restore(before)

@pytest.mark.parametrize("n", range(3))
def test_it(stt, n):
    at_s, ticks = stt.clock.now(), time.monotonic()
    assert len(stt.acoustic_models) == 0 and at_s == stt.started_at_s
    model = stt.acoustic_models.add(status="training")
    time.sleep(3600)
    assert (model.status, time.monotonic() - ticks) == ("available", pytest.approx(3600))
"""
    ).assert_outcomes(passed=3)


def test_how_long_a_client_may_go_on_is_counted_for_each_test(run):
    run(
        OWN.format(scope="session", time="on_sleep")
        + """
@pytest.mark.parametrize("n", range(3))
def test_waits(stt, n):
    time.sleep(5 * 86400)

@pytest.mark.parametrize("n", range(3))
def test_requests(stt, n):
    for _ in range(4000):
        stt.clock.time.arrived()  # what each request does
"""
    ).assert_outcomes(passed=6)


def test_a_client_that_never_stops_is_ended_in_a_fake_of_the_session_too(run):
    result = run(
        OWN.format(scope="session", time="on_sleep")
        + """
def test_first(stt):
    while True:
        time.sleep(3600)
def test_second(stt):
    time.sleep(3600)
"""
    )
    result.assert_outcomes(failed=1, passed=1)
    result.stdout.fnmatch_lines(["E *ClientNeverStopped: The client has waited for 7 days of virtual time*"])


@pytest.mark.slow
def test_two_virtual_times_at_once_are_refused_with_the_ways_out(run):
    result = run(
        OWN.format(scope="session", time="on_sleep")
        + """
def test_first(stt, fake_stt): ...

@pytest.mark.fakestt(time="manual")
def test_as_the_message_says(stt, fake_stt):
    assert (ask(VENDOR), len(fake_stt.journal), len(stt.journal)) == (200, 1, 0)
    before = stt.clock.now(), fake_stt.clock.now()
    time.sleep(60)
    assert (stt.clock.now() - before[0], fake_stt.clock.now() - before[1]) == (60, 0)

def test_as_it_says_too(stt):
    other = FakeSTT(time=stt.clock, host="other.test")
    with other.reachable(vendor=False):
        time.sleep(60)
        assert other.clock.now() == stt.clock.now()

def test_the_vendor_leads_to_the_outer_one_again(stt):
    assert (ask(VENDOR), len(stt.journal)) == (200, 1)
    before_s = time.monotonic()
    time.sleep(60)
    assert time.monotonic() - before_s == pytest.approx(60)
"""
    )
    result.assert_outcomes(errors=1, passed=3)
    result.stdout.fnmatch_lines(
        ["E *ClockError: time is virtual already.*FakeSTT(time=first.clock)*@pytest.mark.fakestt(time='manual')*"]
    )


def test_beside_a_manual_fake_of_the_session_that_of_the_test_has_the_time(run):
    run(
        OWN.format(scope="session", time="manual")
        + """
def test_first(stt, fake_stt):
    time.sleep(3600)
    assert fake_stt.clock.now() - fake_stt.started_at_s == 3600
    assert stt.clock.now() == stt.started_at_s
    assert (ask(VENDOR), len(fake_stt.journal), len(stt.journal)) == (200, 1, 0)

def test_second(stt):
    assert (ask(VENDOR), len(stt.journal)) == (200, 1)
"""
    ).assert_outcomes(passed=2)
