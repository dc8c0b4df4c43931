"""Clients that would never stop, in a test with the fixture: what pytest prints of them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

# Imported before any run inside: pytester takes back what such a run imports, and it would come again for each.
import requests  # noqa: F401
import time_machine  # noqa: F401

import fakestt  # noqa: F401

Run = Callable[..., str]

HEAD = """
import asyncio, threading, time
import _thread

import pytest
import requests


def poll(stt, model, until, pause_s):
    url, auth = f"{stt.url}/v1/acoustic_customizations/{model.id}", ("apikey", stt.api_key)
    with requests.Session() as session:
        while session.get(url, auth=auth).json()["status"] != until:
            pause_s is None or time.sleep(pause_s)


"""


@pytest.fixture
def printed(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Run:
    """What pytest prints of one failing test: `printed(source, ini="fakestt_horizon = 1h")`."""
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")

    def run(source: str, ini: str = "", failed: int = 1) -> str:
        pytester.makeini(f"[pytest]\n{ini}\n")
        pytester.makepyfile(test_it=HEAD + source)
        result = pytester.runpytest_inprocess("-p", "conftest_plugin", "-p", "no:cacheprovider", "--strict-markers")
        result.assert_outcomes(failed=failed, passed=1 - failed)
        return result.stdout.str()

    return run


def error(text: str) -> str:
    """The lines of pytest's that tell the error."""
    return "\n".join(line for line in text.splitlines() if line.startswith("E "))


STALLS = """
def test_it(fake_stt):
    fake_stt.script.training(stalls=True)
    poll(fake_stt, fake_stt.acoustic_models.add(status="training"), "available", 600)
"""


def test_a_client_that_polls_for_ever_is_told_what_it_was_doing(printed: Run) -> None:
    told = error(printed(STALLS))
    for part in (
        "ClientNeverStopped: The client has waited for 7 days of virtual time and would go on.",
        "It was in sleep(600), in MainThread.",
        "The last request was getAcousticModel, 1009 times in a row, 600 s apart, answered 200 'training'.",
        "The training of",
        "stalls, as a script says.",
        "If it may take longer than that, give a longer horizon=.",
    ):
        assert part in told


def test_the_last_line_of_the_traceback_is_the_clients_own(printed: Run) -> None:
    text = printed(STALLS, ini="fakestt_horizon = 1h")
    assert "/intercept/" not in text
    assert "pause_s is None or time.sleep(pause_s)" in text


@pytest.mark.parametrize(
    ("script", "until", "pending"),
    [
        ("stt.script.training(takes='30d')", "available", "The training of "),
        ("stt.clock.advance('1h')", "ready", "answered 200 'available'. Nothing is due."),
    ],
    ids=["due later", "nothing due"],
)
def test_what_is_pending_is_told(printed: Run, script: str, until: str, pending: str) -> None:
    source = f"""
def test_it(fake_stt):
    stt, model = fake_stt, fake_stt.acoustic_models.add(status="training")
    {script}
    poll(stt, model, {until!r}, 600)
"""
    told = error(printed(source, ini="fakestt_horizon = 1d\nfakestt_start = 2018-10-27T00:00:00Z"))
    assert pending in told
    assert ("is due at 2018-11-26T00:00:00.000Z" in told) == ("30d" in script)


@pytest.mark.parametrize(
    ("marker", "ini", "horizon"),
    [
        pytest.param("", "fakestt_horizon = 90m", "1.5 hours", marks=pytest.mark.slow),
        pytest.param("horizon='1d'", "", "1 day ", marks=pytest.mark.slow),
        ("horizon=1200", "fakestt_horizon = 1d", "20 minutes"),
    ],
)
def test_the_horizon_is_the_markers_or_the_ini_files(printed: Run, marker: str, ini: str, horizon: str) -> None:
    assert f"waited for {horizon}" in error(printed(f"@pytest.mark.fakestt({marker}){STALLS}", ini=ini))


def test_what_the_author_advances_is_not_waiting(printed: Run) -> None:
    source = """
def test_advance(fake_stt):
    fake_stt.clock.advance("30d")
    time.sleep(3000)
    fake_stt.clock.advance("30d")
    assert time.time() == fake_stt.started_at_s + 60 * 86400 + 3000
"""
    printed(source, ini="fakestt_horizon = 1h", failed=0)


def test_a_client_that_only_waits_for_late_replies_is_stopped_too(printed: Run) -> None:
    source = """
def test_it(fake_stt):
    fake_stt.faults.on("getAcousticModel").slow("10m")
    fake_stt.script.training(takes="2d")
    poll(fake_stt, fake_stt.acoustic_models.add(status="training"), "available", None)
"""
    assert "It was in a late reply (600 s), in MainThread." in error(printed(source, ini="fakestt_horizon = 1d"))


def test_a_polling_thread_and_the_main_thread_both_end(printed: Run) -> None:
    source = """
def test_it(fake_stt):
    fake_stt.script.training(stalls=True)
    model = fake_stt.acoustic_models.add(status="training")
    poller = threading.Thread(target=poll, args=(fake_stt, model, "available", 60), name="poller")
    poller.start()
    poller.join()
"""
    text = printed(source, ini="fakestt_horizon = 1h")
    assert "It was in sleep(60), in poller." in error(text)
    assert ">       poller.join()" in text


def test_a_loop_of_asyncio_is_told_of_too(printed: Run) -> None:
    source = """
def test_it(fake_stt):
    async def wait():
        while fake_stt.acoustic_models:
            await asyncio.sleep(60)

    fake_stt.acoustic_models.add()
    asyncio.run(wait())
"""
    text = printed(source, ini="fakestt_horizon = 1h")
    assert "It was in an event loop (60 s), in MainThread." in error(text)
    assert "/intercept/" not in text


# Those that never wait


@pytest.mark.slow
def test_a_busy_loop_of_requests_ends_after_ten_thousand(printed: Run) -> None:
    source = STALLS.replace("600", "None")
    text = printed(source, ini="fakestt_equal_reads = 100000")
    told = error(text)
    assert "10000 requests were made without any waiting between." in told
    assert "getAcousticModel, 10000 times in a row, 0 s apart, answered 200 'training'" in told
    assert "Let the client sleep between two, or use time='per_request:1s'" in told
    assert "/waiting/" not in text


@pytest.mark.slow
def test_a_busy_loop_that_reads_the_time_ends_too(printed: Run) -> None:
    source = """
def test_it(fake_stt):
    until_s = time.monotonic() + 5
    while time.monotonic() < until_s:
        pass
"""
    assert "The time was read 1000000 times without any waiting between." in error(printed(source))


BLOCKED = """
def test_it(fake_stt):
    plain, begun = _thread.allocate_lock(), threading.Event()
    plain.acquire()
    uploader = threading.Thread(target=lambda: begun.set() or plain.acquire(), name="uploader")
    uploader.start()
    begun.wait()
    try:
        time.sleep(60)
    finally:
        plain.release()
        uploader.join()
"""


@pytest.mark.slow
def test_a_thread_that_keeps_the_clock_standing_is_named_when_the_patience_is_over(printed: Run) -> None:
    told = error(printed(BLOCKED, ini="fakestt_patience = 1s"))
    assert "ClockError: uploader has run for 1." in told
    assert "while MainThread waited" in told
    assert "a plain lock, a call into C or a long computation keeps it standing" in told
    assert "or use time='manual'" in told


def test_the_way_out_that_is_named_is_one(printed: Run) -> None:
    # With a manual clock the sleep is a real one; nothing has to be waited for.
    source = BLOCKED.replace("time.sleep(60)", "time.sleep(0.001)")
    printed(f'@pytest.mark.fakestt(time="manual"){source}', failed=0)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_thread_that_makes_requests_without_end_fails_the_test(printed: Run) -> None:
    source = """
@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_it(fake_stt):
    model = fake_stt.acoustic_models.add(status="training")
    poller = threading.Thread(target=poll, args=(fake_stt, model, "available", None))
    poller.start()
    poller.join()
"""
    assert "10000 requests were made" in error(printed(source))


# Those that read the same again and again while nothing can change

NOTHING = """
def test_it(fake_stt):
    model = fake_stt.acoustic_models.add(status="available")
    {body}
"""
FEW = "fakestt_equal_reads = 100"


@pytest.mark.parametrize("pause_s", [1, 10, 600])
def test_a_client_that_looks_at_no_clock_ends_when_nothing_can_change(printed: Run, pause_s: int) -> None:
    text = printed(NOTHING.format(body=f"poll(fake_stt, model, 'done', {pause_s})"), ini=FEW)
    told = error(text)
    assert "ClientNeverStopped: The client has made 100 reads in a row" in told
    assert "Nothing can change any more" in told
    assert f"getAcousticModel, 101 times in a row, {pause_s} s apart, answered 200 'available'" in told
    assert "give a larger equal_reads=" in told
    assert "/intercept/" not in text


@pytest.mark.slow
def test_it_takes_five_thousand_reads_by_default_and_little_time(printed: Run) -> None:
    body = "began_s = time.process_time()\n    try:\n        poll(fake_stt, model, 'done', 10)\n    finally:\n"
    body += "        assert time.process_time() - began_s < 8\n        assert len(fake_stt.journal) == 5001"
    assert "The client has made 5000 reads in a row" in error(printed(NOTHING.format(body=body)))


def test_one_that_counts_to_fewer_is_let_alone_to_the_instant(printed: Run) -> None:
    body = "for _ in range(99): poll(fake_stt, model, 'available', 10); time.sleep(10)\n"
    body += "    assert fake_stt.clock.now() - fake_stt.started_at_s == 990"
    printed(NOTHING.format(body=body), ini=FEW, failed=0)


@pytest.mark.parametrize(
    ("clock", "pause_s"),
    [
        pytest.param(clock, pause_s, marks=[pytest.mark.slow] if (clock, pause_s) != ("time.monotonic", 60) else [])
        for clock in ("time.monotonic", "time.time", "time.perf_counter")
        for pause_s in (5, 10, 60)
    ],
)
def test_a_deadline_comes_soon_and_at_most_a_tenth_later(printed: Run, clock: str, pause_s: int) -> None:
    body = f"""until_s = {clock}() + 8 * 3600
    with pytest.raises(TimeoutError):
        while True:
            poll(fake_stt, model, 'available', 1)
            if {clock}() > until_s:
                raise TimeoutError
            time.sleep({pause_s})
    assert 8 * 3600 <= fake_stt.clock.now() - fake_stt.started_at_s < 8 * 3600 * 1.1
    assert len(fake_stt.journal) < 190
    assert "the client's waits last longer than asked: 100 equal reads" in fake_stt.report()"""
    printed(NOTHING.format(body=body), ini=FEW, failed=0)


def test_one_that_looks_at_a_clock_without_a_deadline_gets_to_the_horizon_soon(printed: Run) -> None:
    body = "while poll(fake_stt, model, 'available', 1) or time.monotonic(): time.sleep(10)"
    told = error(printed(NOTHING.format(body=body), ini=FEW))
    assert "ClientNeverStopped: The client has waited for 7 days of virtual time and would go on." in told
    assert "The client has made 100 reads in a row" in told


@pytest.mark.parametrize(
    ("body", "polls"),
    [
        ("stop=tenacity.stop_after_delay(8 * 3600)", "< 200"),
        ("stop=tenacity.stop_after_attempt(90)", "== 90"),
    ],
    ids=["delay", "attempt"],
)
def test_tenacity_stops_as_it_says(printed: Run, body: str, polls: str) -> None:
    source = f"""
import tenacity

def test_it(fake_stt):
    model = fake_stt.acoustic_models.add(status="available")

    @tenacity.retry(wait=tenacity.wait_fixed(10), {body})
    def until_done():
        url, auth = f"{{fake_stt.url}}/v1/acoustic_customizations/{{model.id}}", ("apikey", fake_stt.api_key)
        assert requests.get(url, auth=auth).json()["status"] == "done"

    with pytest.raises(tenacity.RetryError):
        until_done()
    assert len(fake_stt.journal) {polls}
"""
    printed(source, ini=FEW, failed=0)


def test_a_thread_that_waits_for_the_poller_has_its_deadline_to_the_instant(printed: Run) -> None:
    body = """stop = []
    def ask():
        while not stop:
            poll(fake_stt, model, 'available', 1)
            time.sleep(5)
    poller = threading.Thread(target=ask)
    poller.start()
    poller.join(8 * 3600)
    assert poller.is_alive()
    stop.append(1)
    assert fake_stt.clock.now() - fake_stt.started_at_s == 8 * 3600
    assert len(fake_stt.journal) < 200
    poller.join()"""
    printed(NOTHING.format(body=body), ini=FEW, failed=0)


@pytest.mark.parametrize(("limit", "error"), [("None", "ClientNeverStopped"), ("8 * 3600", "TimeoutError")])
def test_a_loop_of_asyncio_that_polls_ends_too(printed: Run, limit: str, error: str) -> None:
    source = f"""
import fakestt, httpx

def test_it(fake_stt):
    model = fake_stt.acoustic_models.add(status="available")

    async def poll():
        async with httpx.AsyncClient(auth=("apikey", fake_stt.api_key)) as client:
            while (await client.get(f"{{fake_stt.url}}/v1/acoustic_customizations/{{model.id}}")).json():
                await asyncio.sleep(10)

    with pytest.raises(({error} if {error!r} == "TimeoutError" else fakestt.{error})):
        asyncio.run(asyncio.wait_for(poll(), {limit}))
    assert len(fake_stt.journal) < 200
"""
    printed(source.replace("(TimeoutError if", "(asyncio.TimeoutError if"), ini=FEW, failed=0)


def test_what_can_change_lets_it_go_on(printed: Run) -> None:
    source = """
def test_it(fake_stt):
    model = fake_stt.acoustic_models.add(status="available")
    fake_stt.at("2h", lambda: fake_stt.script.training(takes="1h"))
    fake_stt.faults.on("getAcousticModel", nth=600).fail(503)
    with pytest.raises(KeyError):
        poll(fake_stt, model, "done", 20)
    assert len(fake_stt.journal) == 600
"""
    printed(source, ini=FEW, failed=0)


def test_pollers_beside_each_other_end_too(printed: Run) -> None:
    body = """pollers = [threading.Thread(target=poll, args=(fake_stt, model, 'done', 5 + n)) for n in range(3)]
    for one in pollers:
        one.start()
    for one in pollers:
        one.join()"""
    source = "@pytest.mark.filterwarnings('ignore::pytest.PytestUnhandledThreadExceptionWarning')" + NOTHING
    told = error(printed(source.format(body=body), ini=FEW))
    assert "ClientNeverStopped: The client has made 100 reads in a row" in told
