"""fake_stt_server: a fake behind a real server, for what cannot be reached in process."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
import requests
from ibm_cloud_sdk_core.authenticators import IAMAuthenticator

import fakestt

AUTH = ("apikey", "any")
SECTION = "*- fakestt: what happened -*"
CLIENT = """
import json, sys, urllib.request
request = urllib.request.Request(sys.argv[1] + "/v1/acoustic_customizations", headers={"Authorization": "Bearer any"})
opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
print(len(json.load(opener.open(request, timeout=5))["customizations"]))
"""
ASK = """
import pytest, requests
def ask(stt):
    with requests.Session() as session:
        session.trust_env = False
        return session.get(stt.url + "/v1/models", auth=("apikey", "any"), timeout=5)
"""
# A mistake in the fake, for the sake of the test.
MISTAKE = """
    def mistaken(*_):
        raise ZeroDivisionError("a mistake of the fake")
    fake_stt_server.app.exchange = mistaken
"""


def models_of(stt: fakestt.FakeSTT) -> int:
    with requests.Session() as session:
        session.trust_env = False
        answer = session.get(f"{stt.url}/v1/acoustic_customizations", auth=AUTH, timeout=5)
    return len(answer.json()["customizations"])


def test_a_subprocess_reaches_the_fake(fake_stt_server):
    fake_stt_server.acoustic_models.add(name="car")
    command = [sys.executable, "-I", "-c", CLIENT, fake_stt_server.url]
    told = subprocess.run(command, capture_output=True, text=True, check=True, timeout=30).stdout
    assert told == "1\n"
    assert fake_stt_server.journal.count("listAcousticModels") == 1


def test_the_official_client_is_given_the_server(fake_stt_server, monkeypatch):
    monkeypatch.setenv("NO_PROXY", "*")
    fake_stt_server.client().create_acoustic_model("car", "en-US_BroadbandModel")
    assert [model.name for model in fake_stt_server.acoustic_models] == ["car"]


def test_the_official_client_gets_its_tokens_from_the_server(fake_stt_server):
    authenticator = IAMAuthenticator(fake_stt_server.api_key, url=fake_stt_server.auth_url)
    assert authenticator.token_manager.get_token()
    assert fake_stt_server.journal.count("getToken") == 1


def test_a_late_answer_is_the_read_time_out_of_a_client(fake_stt_server):
    fake_stt_server.faults.on("listModels").slow("45s")
    with requests.Session() as session:
        session.trust_env = False
        with pytest.raises(requests.ReadTimeout):
            session.get(fake_stt_server.url + "/v1/models", auth=AUTH, timeout=0.2)


@pytest.mark.fakestt(edition="cloud2025", start="2018-10-27T00:00:00Z", seed=7, auth=None)
def test_the_marker_makes_the_fake_behind_the_server(fake_stt_server):
    assert (fake_stt_server.edition.name, fake_stt_server.clock.now()) == ("cloud2025", 1540598400)
    assert fake_stt_server.url.endswith(fakestt.FakeSTT(edition="cloud2025", seed=7).url.split("/", 3)[3])


def test_its_clock_is_moved_by_hand(fake_stt_server):
    model = fake_stt_server.acoustic_models.add(status="training")
    fake_stt_server.clock.advance("1d")
    assert model.status == "available"


def test_beside_another_fake_it_is_another_instance_at_the_same_time(fake_stt, fake_stt_server):
    fake_stt.acoustic_models.add(name="car")
    assert (models_of(fake_stt), models_of(fake_stt_server)) == (1, 0)
    assert fake_stt.owner != fake_stt_server.owner
    assert fake_stt.api_key != fake_stt_server.api_key
    fake_stt.clock.advance("45m")
    assert fake_stt.clock.now() == fake_stt_server.clock.now()


# fmt: off
WAITING = [
    ("fake_stt_server",                   "",                     "manual"),
    ("fake_stt_server",                   "time=None",            "manual"),
    ("fake_stt_server",                   "time='on_sleep'",      "on_sleep"),
    ("fake_stt_server",                   "time='next_event'",    "next_event"),
    ("fake_stt, fake_stt_server",         "",                     "on_sleep"),
    ("fake_stt_server, fake_stt",         "",                     "on_sleep"),
    ("fake_stt_factory, fake_stt_server", "",                     "on_sleep"),
    ("fake_stt_server, fake_stt_factory", "",                     "on_sleep"),
    ("fake_stt_server, fake_stt",         "time='manual'",        "manual"),
]
# fmt: on


@pytest.mark.parametrize(("fixtures", "marker", "policy"), WAITING, ids=[f"{row[0]}-{row[1]}" for row in WAITING])
def test_what_a_test_asks_for_decides_whose_waiting_moves_the_clock_and_not_in_which_order(
    run, fixtures, marker, policy
):
    source = f"""
import time
@pytest.mark.fakestt({marker})
def test_it({fixtures}):
    assert fake_stt_server.clock.time.policy == "{policy}"
    model = fake_stt_server.acoustic_models.add(status="training")
    before_s, began_s = fake_stt_server.clock.now(), time.monotonic()
    waits = {policy != "manual"}
    assert waits == (time.sleep.__module__ != "time")
    time.sleep(2160 if waits else 0)
    assert fake_stt_server.clock.now() - before_s == (2160 if waits else 0)
    assert waits == (time.monotonic() - began_s >= 2160)
    assert ask(fake_stt_server).status_code == 200
    assert model.status == ("available" if waits else "training")
def test_next():
    assert time.sleep.__module__ == "time"
"""
    run(ASK + source).assert_outcomes(passed=2)


def test_what_a_callback_has_raised_when_the_test_was_over_is_an_error_of_its_end(run):
    source = """
@pytest.fixture
def late(fake_stt_server):
    def raises():
        raise ZeroDivisionError("the author's own")
    yield
    fake_stt_server.at("0s", raises)
    ask(fake_stt_server)
def test_it(late): pass
"""
    result = run(ASK + source)
    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines(["*ZeroDivisionError: the author's own"])


@pytest.mark.fakestt(time="follow")
def test_the_marker_may_say_that_its_clock_follows_the_test(fake_stt_server):
    with pytest.raises(fakestt.ClockError, match="follows the test's own time"):
        fake_stt_server.clock.advance("1d")


def test_in_process_no_host_leads_to_it(fake_stt_server):
    with pytest.raises(requests.ConnectionError, match="no fake is open"):
        requests.get("https://iam.cloud.ibm.com/identity/token", timeout=5)
    assert len(fake_stt_server.journal) == 0


@pytest.mark.fakestt(block_network=True)
def test_other_hosts_are_refused_beside_it_where_the_network_is_blocked(fake_stt_server):
    with pytest.raises(requests.ConnectionError, match="block_network is on"):
        requests.get("https://example.invalid/", timeout=5)
    assert models_of(fake_stt_server) == 0


def test_subprocesses_do_not_read_the_developers_credentials(fake_stt_server):
    code = "import os; print(os.path.getsize(os.environ['IBM_CREDENTIALS_FILE']))"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=os.environ)
    assert told.stdout == "0\n"


def test_a_failing_test_shows_what_the_server_was_asked(run):
    result = run(ASK + "\ndef test_it(fake_stt_server):\n    assert ask(fake_stt_server) is None")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines([SECTION, "*GET  /models  200  listModels"])


def test_an_unused_fault_fails_the_test(run):
    result = run("def test_it(fake_stt_server):\n    fake_stt_server.faults.on('addAudio').fail(503)")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["on('addAudio').fail(503): armed and never used*"])


def test_what_the_fake_raises_behind_the_server_fails_the_test(run):
    result = run(
        f"{ASK}\ndef test_it(fake_stt_server):{MISTAKE}    assert ask(fake_stt_server).status_code == 500\n"
        "def test_next(fake_stt_server):\n    assert ask(fake_stt_server).status_code == 200"
    )
    result.assert_outcomes(failed=1, passed=1)  # and no error of the tear-down: it is told once
    result.stdout.fnmatch_lines(["*a mistake in fakestt*", "*ZeroDivisionError: a mistake of the fake", SECTION])
    assert "raise problem" not in result.stdout.str()


def test_what_the_fake_raises_after_the_test_is_an_error_of_its_end(run):
    source = f"""
@pytest.fixture
def late(fake_stt_server):
    yield{MISTAKE}    ask(fake_stt_server)
def test_it(late): pass
"""
    result = run(ASK + source)
    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines(["fake_stt_server: the fake raised*", "*ZeroDivisionError: a mistake of the fake"])
    assert result.stdout.str().count("\nZeroDivisionError") == 1
    assert "raise problem" not in result.stdout.str()


def test_a_test_that_fails_by_itself_is_told_about_the_server_as_well(run):
    result = run(f"{ASK}\ndef test_it(fake_stt_server):{MISTAKE}    assert ask(fake_stt_server).status_code == 200")
    result.assert_outcomes(failed=1, errors=1)
    result.stdout.fnmatch_lines(["*ZeroDivisionError: a mistake of the fake"])


def test_the_server_is_gone_after_the_test(run):
    result = run(
        ASK
        + """
urls = []
def test_first(fake_stt_server):
    urls.append(fake_stt_server)
    ask(fake_stt_server)
def test_second(fake_stt_server):
    assert fake_stt_server.url != urls[0].url
    with pytest.raises(requests.ConnectionError):
        ask(urls[0])
"""
    )
    result.assert_outcomes(passed=2)


@pytest.mark.slow
def test_servers_share_their_threads_and_leave_none_when_the_run_is_over(pytester, monkeypatch):
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    pytester.makepyfile(
        test_it=ASK
        + """
import threading
@pytest.mark.parametrize("n", range(20))
def test_it(fake_stt_server, n):
    ask(fake_stt_server)
    assert len([one for one in threading.enumerate() if one.name == "fakestt-server"]) <= 2
"""
    )
    script = pytester.makepyfile(
        script="""
        import threading, pytest
        before = threading.active_count()
        assert pytest.main(["-p", "conftest_plugin", "test_it.py"]) == 0
        assert threading.active_count() == before
        """
    )
    assert pytester.runpython(script).ret == 0


def test_set_up_and_tear_down_take_milliseconds(run):
    result = run(
        """
        import pytest
        @pytest.mark.parametrize("n", range(30))
        def test_it(fake_stt_server, n): pass
        """,
        conftest="""
        spent = {"setup": [], "call": [], "teardown": []}
        def pytest_runtest_logreport(report):
            spent[report.when].append(report.duration)
        def pytest_unconfigure():
            # The least of thirty: a busy machine may take its time.
            set_up_s, tear_down_s = min(spent["setup"]), min(spent["teardown"])
            assert set_up_s < 0.015 and tear_down_s < 0.015
            print("spent", set_up_s, tear_down_s)
        """,
    )
    result.assert_outcomes(passed=30)
    result.stdout.fnmatch_lines(["spent *"])
