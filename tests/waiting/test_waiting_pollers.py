"""Clients that wait for hours, unchanged: what they see, and that it is the same every time."""

from __future__ import annotations

import itertools
import os
import subprocess
import sys
import time

import pytest
import waiting_pollers
from waiting_rig import journal, service

from fakestt.intercept.waiting.real import REAL
from fakestt.media import forge

AUDIO = forge.flac(720)
RUNS = int(os.environ.get("FAKESTT_RUNS", "200"))  # the long run asks for a thousand
FIRST, *OTHERS = waiting_pollers.ALL
POLLERS = pytest.mark.parametrize(
    "poller",
    [FIRST, *(pytest.param(poller, marks=pytest.mark.slow) for poller in OTHERS)],
    ids=lambda poller: poller.__name__,
)


def life(poller, takes="8h", **settings):
    """A client's whole work: the result, the journal, and the real seconds that it took."""
    with service(**settings) as stt:
        stt.script.training(takes=takes)
        api = waiting_pollers.Api(stt.url, stt.api_key)
        began_s = REAL["perf_counter"]()
        result = poller(api, AUDIO)
        return result, journal(stt), REAL["perf_counter"]() - began_s


@POLLERS
def test_a_client_that_polls_for_eight_hours_gets_its_model_in_no_time(poller):
    result, told, real_s = life(poller)
    assert result == "available"
    polls = [at_s for at_s, operation, _ in told if operation == "getAcousticModel"]
    assert len(polls) == 481
    assert polls[-1] - polls[0] == 8 * 3600
    assert {round(later - sooner) for sooner, later in itertools.pairwise(polls)} == {60}
    # A generous bound: the machine may be busy. By itself it takes half a second.
    assert real_s < 50


@POLLERS
def test_audio_is_polled_every_five_seconds(poller):
    _, told, _ = life(poller)
    polls = [at_s for at_s, operation, _ in told if operation == "getAudio"]
    assert len(polls) > 1
    assert {later - sooner for sooner, later in itertools.pairwise(polls)} == {5.0}


def test_all_ways_of_waiting_tell_one_journal():
    told = [life(poller, "30m")[1] for poller in waiting_pollers.ALL]
    assert all(one == told[0] for one in told)


@pytest.mark.slow
def test_a_polling_thread_tells_the_same_journal_in_twenty_runs():
    first = life(waiting_pollers.with_threads, "1h")[1]
    assert all(life(waiting_pollers.with_threads, "1h")[1] == first for _ in range(19))


@pytest.mark.slow
@pytest.mark.parametrize("loaded", [False, True], ids=["alone", "under load"])
@pytest.mark.parametrize(
    "poller", [waiting_pollers.with_threads, waiting_pollers.with_an_executor], ids=lambda poller: poller.__name__
)
def test_threads_tell_the_same_journal_in_many_runs(poller, loaded):
    spin = [sys.executable, "-c", "import os\nours = os.getppid()\nwhile os.getppid() == ours: pass"]  # not for ever
    load = [subprocess.Popen(spin) for _ in range(2 * (os.cpu_count() or 1))] if loaded else []
    try:
        # A machine under load makes threads late, and nothing else of them.
        first = life(poller, "1h", patience_s=30)[1]
        assert all(life(poller, "1h", patience_s=30)[1] == first for _ in range(RUNS - 1))
    finally:
        for process in load:
            process.kill()
            process.wait()


@pytest.mark.slow
def test_a_deadline_of_the_client_passes_in_virtual_time():
    with service() as stt:
        stt.script.training(takes="3d")
        api = waiting_pollers.Api(stt.url, stt.api_key)
        began_s = time.monotonic()
        with pytest.raises(waiting_pollers.TooLate):
            waiting_pollers.with_sleep(api, AUDIO)
        assert 24 * 3600 < time.monotonic() - began_s < 25 * 3600


def test_under_next_event_hundreds_of_polls_become_two():
    with service(jumps=True) as stt:
        stt.script.training(takes="8h")
        assert waiting_pollers.with_sleep(waiting_pollers.Api(stt.url, stt.api_key), AUDIO) == "available"
        assert stt.journal.count("getAcousticModel") == 2
        assert stt.journal.count("getAudio") == 2
