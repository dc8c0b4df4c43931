"""The vendor's hosts are guarded from before the first test to the end, whichever test that is."""

from __future__ import annotations

import _socket

import pytest

pytestmark = pytest.mark.usefixtures("no_guard_around")

# Whatever comes before the first fake asks the vendor, by a socket of its own and by requests.
SUITE = """
import http.client, sys, threading, unittest
import pytest, requests

HOST = "api.us-south.speech-to-text.watson.cloud.ibm.com"

def is_guarded():
    with pytest.raises(OSError, match="fake_stt_server"):
        http.client.HTTPSConnection(HOST).request("GET", "/")
    with pytest.raises(requests.ConnectionError, match="no fake is open"):
        requests.get(f"https://{HOST}/v1/models", timeout=5)
    return True

def setup_module():
    assert is_guarded()

@pytest.fixture(scope="module", autouse=True)
def module_fixture():
    assert is_guarded()
    yield
    assert is_guarded()

class TestFirst(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        assert is_guarded()
    def test_it(self):
        assert is_guarded()

def test_that_forgot_its_fixture():
    assert is_guarded()

@pytest.mark.parametrize("n", range(3))
def test_with_a_fake(fake_stt, n):
    assert requests.get(f"https://{HOST}/v1/models", auth=("apikey", "any"), timeout=5).status_code == 200
    with pytest.raises(OSError, match="fake_stt_server"):
        http.client.HTTPSConnection(HOST).request("GET", "/")

def test_afterwards():
    assert is_guarded()
"""
REVERSED = "def pytest_collection_modifyitems(items): items.reverse()"


@pytest.mark.parametrize(
    ("arguments", "conftest"),
    [((), ""), ((), REVERSED), pytest.param(("-p", "xdist", "-n", "2"), "", marks=pytest.mark.slow)],
    ids=["as written", "reversed", "xdist"],
)
def test_whatever_comes_before_the_first_fake_is_guarded_in_every_order(run, arguments, conftest):
    run(SUITE, *arguments, conftest=conftest).assert_outcomes(passed=6)


@pytest.mark.parametrize(
    "use",
    [
        "def test_ours(fake_stt_server): pass",
        "@pytest.fixture\ndef own(fake_stt_factory): pass\ndef test_ours(own): pass",
        "@pytest.mark.fakestt(seed=1)\nclass TestOurs:\n    def test_ours(self): pass",
        "@pytest.mark.usefixtures('fake_stt')\nclass TestOurs(unittest.TestCase):\n    def test_ours(self): pass",
    ],
)
def test_any_fixture_or_marker_of_ours_will_do_and_a_test_that_is_deselected_too(run, use):
    suite = SUITE[: SUITE.index("@pytest.mark.parametrize")]
    run(suite + use, "-k", "forgot").assert_outcomes(passed=1, deselected=2)


def test_the_option_guards_a_run_without_fakes_and_the_import_of_its_tests(run):
    suite = SUITE[: SUITE.index("@pytest.mark.parametrize")]
    run(f"{suite}\nassert is_guarded()", ini="fakestt_guard = true").assert_outcomes(passed=2)


@pytest.mark.parametrize(
    ("source", "ini"),
    [
        ("def test_ours(fake_stt): pass\n", "fakestt_allow_vendor = true"),
        ("", ""),
    ],
    ids=["the vendor is allowed", "no test is ours"],
)
def test_other_runs_are_not_guarded(run, source, ini, monkeypatch):
    def asked(host, *rest):
        raise OSError(f"asked for {host}")

    monkeypatch.setattr(_socket, "getaddrinfo", asked)  # before the run, so below its guard
    run(
        source
        + """
import http.client, pytest
def test_it():
    with pytest.raises(OSError, match="asked for iam.cloud.ibm.com"):
        http.client.HTTPSConnection("iam.cloud.ibm.com").request("GET", "/")
""",
        ini=ini,
    ).assert_outcomes(passed=2 if source else 1)


def test_a_test_that_asks_for_its_fake_while_it_runs_is_guarded_from_then_on(run):
    suite = SUITE[SUITE.index("import http") : SUITE.index("def setup_module")]
    run(
        f"{suite}\ndef test_one(request):\n    request.getfixturevalue('fake_stt')\ndef test_two():\n    is_guarded()",
    ).assert_outcomes(passed=2)


def test_to_guard_and_to_allow_exclude_each_other(run):
    result = run("def test_it(): pass", ini="fakestt_guard = true\nfakestt_allow_vendor = true")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*fakestt_guard guards the service's own hosts and fakestt_allow_vendor opens them.*"])
