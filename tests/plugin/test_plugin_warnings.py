"""A warning points at a line of the author's: the test that it is about, or the line that closes something."""

from __future__ import annotations

import pytest

HEAD = """
import pytest, requests
from fakestt import FakeSTT

def absent(stt):
    requests.get(stt.url + "/v1/recognitions", auth=("apikey", "any"), timeout=5)
"""
AT_ITS_TEST = {
    "a fixture of ours": "def test_it(fake_stt): absent(fake_stt)",
    "a fake by hand": "def test_it():\n    stt = FakeSTT()\n    with stt.reachable(): absent(stt)",
    "a TestCase": """
import unittest
class TestIt(unittest.TestCase):
    @pytest.fixture(autouse=True)
    def stt(self, fake_stt): self.stt = fake_stt
    def test_it(self): absent(self.stt)
""",
    "a fixture by hand": """
@pytest.fixture
def stt():
    stt = FakeSTT()
    with stt.reachable(): yield stt
def test_it(stt): absent(stt)
""",
}


@pytest.mark.parametrize("way", AT_ITS_TEST)
def test_what_a_test_asked_for_in_vain_is_told_at_the_line_of_the_test(run, way):
    source = HEAD + AT_ITS_TEST[way]
    line = next(number for number, text in enumerate(source.strip().splitlines(), 1) if "def test_it" in text)
    result = run(source, ini="filterwarnings = default")
    result.assert_outcomes(passed=1, warnings=1)
    result.stdout.fnmatch_lines([f"  *test_it.py:{line}: NotFaked: checkJobs is part of the service*"])


def test_who_asks_by_hand_is_told_at_the_line_that_asks(run):
    source = f"{HEAD}\ndef test_it():\n    stt = FakeSTT()\n    with stt.reachable():\n        absent(stt)\n"
    result = run(source + "        stt.check_used()  # here", ini="filterwarnings = default")
    line = source.strip().count("\n") + 2
    result.stdout.fnmatch_lines([f"  *test_it.py:{line}: NotFaked: *"])
    assert "by_hand.py" not in result.stdout.str()


def test_a_port_that_is_open_is_told_at_the_line_that_opens_it(run):
    source = "from fakestt import FakeSTT\ndef test_it():\n    stt = FakeSTT()\n"
    result = run(source + "    stt.serve(host=None, public=True).close()", ini="filterwarnings = default")
    result.stdout.fnmatch_lines(["  *test_it.py:4: UserWarning: port * is open: *"])


def test_a_thread_that_waits_on_is_told_at_the_line_that_ends_its_time(run):
    source = """
import threading, time
from fakestt import FakeSTT
def test_it():
    stt, event = FakeSTT(time="on_sleep"), threading.Event()
    thread = threading.Thread(target=event.wait, args=(3600,))
    with stt.reachable():
        thread.start()
    event.set()
    thread.join()
"""
    result = run(source, ini="filterwarnings = default")
    result.stdout.fnmatch_lines(["  *test_it.py:6: ResourceWarning: when the test's time ended, *"])
