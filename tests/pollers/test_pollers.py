"""Clients that wait for hours, unchanged, with the fixture and nothing configured."""

from __future__ import annotations

import os
import time
from contextlib import nullcontext
from email.utils import formatdate

import pytest
from poller_rig import EVERY_CLIENT, PLAIN_AT_ONCE, bare_requests_s, busy_machine, customize, story, told

from fakestt import FakeSTT

HOUR_S = 3600
RUNS = int(os.environ.get("FAKESTT_RUNS", "200"))  # the long run asks for a thousand


@PLAIN_AT_ONCE
def test_eight_hours_of_polling_tell_the_story_worked_out_by_hand(client, fake_stt):
    fake_stt.script.training(takes="8h")
    assert customize(client, fake_stt) == "available"
    assert told(fake_stt) == story(8 * HOUR_S)


def eight_hours_s(client: str) -> float:
    """Seconds of the processor's time."""
    stt = FakeSTT(time="on_sleep")
    stt.script.training(takes="8h")
    with stt.reachable():
        began_s = time.process_time()
        assert customize(client, stt) == "available"
        return time.process_time() - began_s


@pytest.mark.slow
@EVERY_CLIENT
def test_eight_hours_of_polling_cost_little_more_than_the_bare_requests(client):
    # The least of three, in turns: a processor that others are using as well is up to three times as slow. A quiet one
    # gives 2 to 3.4, a busy one 6; what this is to catch, a survey of all modules at each wait, would be a hundred.
    pairs = [(eight_hours_s(client), bare_requests_s(490)) for _ in range(3)]
    cpu_s, bare_s = (min(column) for column in zip(*pairs, strict=True))
    print(f"{client}: {cpu_s:.2f} s, {cpu_s / bare_s:.2f} x {bare_s:.2f} s of bare requests")  # noqa: T201  # -rP shows it
    assert cpu_s < 20 * bare_s


def runs(client: str, count: int) -> None:
    """So many runs of one client, each with a new fake, tell the same."""
    for _ in range(count):
        stt = FakeSTT(time="on_sleep")
        stt.script.training(takes="5m")
        with stt.reachable():
            assert customize(client, stt) == "available"
        assert told(stt) == story(300)


@pytest.mark.slow
@EVERY_CLIENT
def test_twenty_runs_tell_the_same(client):
    runs(client, 20)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("client", "machine"),  # the other clients have nobody to race with
    [("threads", nullcontext), ("threads", busy_machine), ("asyncio", nullcontext)],
    ids=["threads, idle", "threads, busy", "asyncio, idle"],
)
def test_many_runs_tell_the_same(client, machine):
    with machine():
        runs(client, RUNS)


# A service that is away for a while

AWAY = [(15.0, 200), (75.0, 503), (375.0, 503), (675.0, 503), (975.0, 200)]


@pytest.mark.parametrize("client", ["retry", pytest.param("sdk", marks=pytest.mark.slow)])
@pytest.mark.parametrize("form", ["seconds", "a date"])
def test_a_client_waits_as_long_as_retry_after_says(client, form, fake_stt):
    fake_stt.script.training(takes="8h")
    if form == "seconds":
        fake_stt.faults.on("getAcousticModel", nth=2, times=3).fail(503, retry_after=300)
    else:
        for nth, at_s in enumerate((375, 675, 975), start=2):
            date = formatdate(fake_stt.started_at_s + at_s, usegmt=True)
            fake_stt.faults.on("getAcousticModel", nth=nth).fail(503, retry_after=date)
    assert customize(client, fake_stt) == "available"
    polls = [(at_s, status) for at_s, operation, status in told(fake_stt) if operation == "getAcousticModel"]
    assert polls == AWAY + [(975.0 + 60 * n, 200) for n in range(1, 465)]


@pytest.mark.parametrize(("client", "tries"), [("retry", [0, 0, 2, 6, 14]), ("sdk", [0, 0, 2, 6, 11])])
def test_a_client_waits_as_long_as_its_own_back_off_says(client, tries, fake_stt):
    fake_stt.faults.on("addAudio", times=4).fail(503)
    assert customize(client, fake_stt) == "available"
    assert [(at_s, status) for at_s, operation, status in told(fake_stt) if operation == "addAudio"] == [
        *((at_s, 503) for at_s in tries[:-1]),
        (tries[-1], 201),
    ]


# What the client would do in eight hours happens, and nothing else


@pytest.mark.parametrize(
    "client", ["plain", *(pytest.param(name, marks=pytest.mark.slow) for name in ("utcnow", "asyncio", "sdk"))]
)
@pytest.mark.filterwarnings("ignore:datetime.datetime.utcnow:DeprecationWarning")
def test_the_deadline_of_a_client_passes_after_its_own_day(client, fake_stt):
    fake_stt.script.training(takes="5d")
    # The one of asyncio says nothing.
    with pytest.raises(Exception, match=r"more than a day|^$"):
        customize(client, fake_stt)
    assert 24 * HOUR_S <= fake_stt.clock.now() - fake_stt.started_at_s - 15 <= 24 * HOUR_S + 60


def test_with_next_event_hundreds_of_polls_become_three_requests(fake_stt_factory):
    stt = fake_stt_factory(time="next_event")
    stt.script.training(takes="2h")
    assert customize("plain", stt) == "available"
    assert [(at_s, operation) for at_s, operation, _ in told(stt)] == [
        (0, "createAcousticModel"),
        (0, "addAudio"),
        (0, "getAudio"),
        (14.4, "getAudio"),
        (14.4, "trainAcousticModel"),
        (14.4, "getAcousticModel"),
        (7214.4, "getAcousticModel"),
    ]
