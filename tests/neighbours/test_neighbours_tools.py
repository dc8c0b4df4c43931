"""xdist, durations, coverage, a real server beside the fake, and the log."""

from __future__ import annotations

import json
import re
import sys

import pytest

pytestmark = pytest.mark.slow

ELAPSED = """
import logging, threading, time
import pytest

def elapsed(stt):
    return round(stt.clock.now() - stt.started_at_s, 6)
"""


def test_tests_run_in_parallel(run):
    run(
        ELAPSED
        + """
@pytest.mark.parametrize("n", range(6))
def test_it(fake_stt, n):
    thread = threading.Thread(target=time.sleep, args=(3600 * n,))
    thread.start()
    thread.join()
    assert elapsed(fake_stt) == 3600 * n
""",
        "-n",
        "2",
        plugins=["xdist"],
        apart=True,
    ).assert_outcomes(passed=6)


def test_durations_are_real(run):
    result = run(
        ELAPSED
        + """
@pytest.fixture(scope="session")
def stt():
    from fakestt import FakeSTT
    stt = FakeSTT(time="on_sleep")
    with stt.reachable():
        time.sleep(3600)
        yield stt
        time.sleep(3600)
def test_first(fake_stt): time.sleep(86400)
def test_second(stt): time.sleep(86400)
""",
        "--durations=0",
        "-vv",
    )
    told = result.stdout.str()
    seconds = [float(one) for one in re.findall(r"^([0-9.]+)s (?:call|setup|teardown)", told, re.MULTILINE)]
    assert len(seconds) == 6
    assert 0 <= min(seconds) <= max(seconds) < 60
    assert re.search(r"2 passed in \d?\d\.\d\ds", told)


def test_coverage_is_measured_as_ever(run, pytester):
    source = ELAPSED + "\ndef test_it(fake_stt):\n    time.sleep(3600)\n    assert elapsed(fake_stt) == 3600\n"
    run(source)  # which writes the files
    coverage = (sys.executable, "-m", "coverage")
    options = ("-p", "conftest_plugin", "-p", "no:cacheprovider")
    assert pytester.run(*coverage, "run", "--include=test_it.py", "-m", "pytest", *options, "test_it.py").ret == 0
    assert pytester.run(*coverage, "json", "-q", "-o", "told.json").ret == 0
    assert json.loads((pytester.path / "told.json").read_text())["totals"]["percent_covered"] == 100


def test_log_records_carry_the_time_of_the_client(run):
    run(
        ELAPSED
        + """
@pytest.mark.fakestt(start="2018-10-27T00:00:00Z")
def test_it(fake_stt, caplog):
    time.sleep(3600)
    logging.warning("polled")
    assert caplog.records[0].created == fake_stt.clock.now() == 1540602000

def test_without(caplog):
    logging.warning("polled")
    assert caplog.records[0].created > 1700000000
"""
    ).assert_outcomes(passed=2)


@pytest.mark.slow  # it needs fakestt[neighbours]
def test_a_real_server_beside_the_fake_is_in_real_time(run):
    run(
        ELAPSED
        + """
import requests

@pytest.mark.parametrize("order", ["fake_stt httpserver", "httpserver fake_stt"])
def test_it(request, order):
    values = {name: request.getfixturevalue(name) for name in order.split()}
    stt, server = values["fake_stt"], values["httpserver"]
    seen = []
    def handle(asked):
        seen.append(time.time())
        from werkzeug import Response
        return Response("real")
    server.expect_oneshot_request("/x").respond_with_handler(handle)
    time.sleep(86400)
    with server.wait(timeout=5) as waited:
        assert requests.get(server.url_for("/x"), timeout=5).text == "real"
    assert waited.result
    assert time.time() - seen[0] > 80000
    assert requests.get(stt.url + "/v1/models", auth=("apikey", "any"), timeout=5).status_code == 200

def test_its_time_outs_are_real(httpserver, fake_stt):
    httpserver.expect_oneshot_request("/x").respond_with_data("never asked for")
    with httpserver.wait(timeout=0.01, raise_assertions=False) as waited:
        pass
    assert not waited.result
    assert elapsed(fake_stt) == 0

def test_a_thread_of_the_client_asks_it(httpserver, fake_stt):
    httpserver.expect_request("/x").respond_with_data("real")
    told = []
    def poll():
        time.sleep(60)
        told.append(requests.get(httpserver.url_for("/x"), timeout=5).text)
    thread = threading.Thread(target=poll)
    thread.start()
    thread.join()
    assert (told, elapsed(fake_stt)) == (["real"], 60)
""",
        plugins=["pytest_httpserver"],
    ).assert_outcomes(passed=4)


@pytest.mark.parametrize(
    "wait",
    [
        "queue.Queue().get(timeout=0.01)",
        "threading.Condition().wait_for(bool, 0.01)",
        "threading.Semaphore(0).acquire(timeout=0.01)",
        "concurrent.futures.wait([concurrent.futures.Future()], 0.01)",
    ],
)
def test_a_test_tool_that_waits_with_a_time_out_does_so_really(wait):
    from contextlib import suppress

    from fakestt import FakeSTT

    # A module whose name begins as those of pytest's plugins do.
    tool = {"__name__": "pytest_tool", "suppress": suppress}
    source = f"""
import concurrent.futures, queue, threading
def use():
    lock = threading.Condition()
    with lock, suppress(queue.Empty):
        {wait.replace("threading.Condition()", "lock")}
"""
    exec(source, tool)
    stt = FakeSTT(time="on_sleep")
    with stt.reachable():
        tool["use"]()  # it returns: the clock that its end is counted by goes on
        assert stt.clock.now() == stt.started_at_s
