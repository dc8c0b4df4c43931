"""Fakes that a test makes by hand: told of in failing tests while they are open, and asked when they are closed."""

from __future__ import annotations

import gc
import sys
import weakref

import pytest

import fakestt
from fakestt.opened import forget_closed, now_closed, now_open

SECTION = "*- fakestt: what happened -*"
NEVER = "on('addAudio').fail(503): armed and never used, so the test does not show what it says. *"
HEAD = """
import pytest, requests, unittest
from fakestt import FakeSTT
def ask(stt):
    return requests.get(stt.url + "/v1/models", auth=("apikey", "any"), timeout=5)
"""
MODULE = (
    HEAD
    + """
@pytest.fixture(scope="module")
def stt():
    stt = FakeSTT(start=0)
    with stt.reachable():
        yield stt
"""
)
CASE = (
    HEAD
    + """
class TestIt(unittest.TestCase):
    def setUp(self):
        self.stt = FakeSTT(start=0)
        self.enterContext(self.stt.reachable())
"""
)


def test_a_module_s_fake_is_told_of_in_each_failing_test_as_long_as_it_is_open(run):
    result = run(
        MODULE
        + """
def test_first(stt): assert ask(stt) is None
def test_second(stt): assert 0
class TestWithoutOne:
    def test_third(self): assert 0
"""
    )
    result.assert_outcomes(failed=3)
    assert result.stdout.str().count("fakestt: what happened") == 3
    assert result.stdout.str().count("+0:00:00  GET  /models  200  listModels") == 3


def test_when_it_is_closed_it_is_told_of_no_more(run):
    result = run(
        HEAD
        + """
@pytest.fixture
def stt():
    with FakeSTT().reachable(): yield
def test_first(stt): pass
def test_second(): assert 0
"""
    )
    result.assert_outcomes(passed=1, failed=1)
    assert "what happened" not in result.stdout.str()


FAILING = {
    "a TestCase": CASE + "    def test_it(self):\n        ask(self.stt)\n        self.assertTrue(False)",
    "a block": HEAD
    + "def test_it():\n    stt = FakeSTT(start=0)\n    with stt.reachable():\n        ask(stt)\n        assert 0",
    "a served one": HEAD
    + """
def test_it():
    stt = FakeSTT(start=0)
    with stt.serve() as server:
        ask(server)
        assert 0
""",
}


@pytest.mark.parametrize("source", FAILING.values(), ids=FAILING)
def test_a_failing_test_shows_what_happened_to_a_fake_that_it_has_closed_itself(run, source):
    result = run(source)
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines([SECTION, "fake started at 1970*", "*+0:00:00  GET  /models  200  listModels"])


def test_what_never_came_to_a_module_s_fake_is_an_error_when_it_is_closed(run):
    result = run(
        MODULE
        + """
def test_first(stt): stt.faults.on("addAudio").fail(503)
def test_second(stt): pass
"""
    )
    result.assert_outcomes(passed=2, errors=1)
    result.stdout.fnmatch_lines(["*ERROR at teardown of test_second*", NEVER, SECTION])


FORGETFUL = {
    "a TestCase": CASE + '    def test_it(self):\n        self.stt.faults.on("addAudio").fail(503)',
    "a block": HEAD
    + 'def test_it():\n    stt = FakeSTT()\n    with stt.reachable(): stt.faults.on("addAudio").fail(503)',
    "a served one": HEAD
    + 'def test_it():\n    stt = FakeSTT()\n    with stt.serve(): stt.faults.on("addAudio").fail(503)',
    "one beside a fixture": HEAD
    + 'def test_it(fake_stt):\n    with FakeSTT(time=fake_stt.clock).reachable("a.test", vendor=False): pass\n'
    + '    stt = FakeSTT(time=fake_stt.clock, host="b.test")\n'
    + '    with stt.reachable(vendor=False): stt.faults.on("addAudio").fail(503)',
}


@pytest.mark.parametrize("source", FORGETFUL.values(), ids=FORGETFUL)
def test_what_never_came_fails_the_test_that_has_closed_the_fake(run, source):
    result = run(source)
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines([NEVER])


FINE = {
    "the rule is optional": 'stt.faults.on("addAudio", optional=True).fail(503)',
    "the author has asked": (
        'stt.faults.on("addAudio").fail(503)\n        with pytest.raises(AssertionError): stt.check_used()'
    ),
    "it came": 'stt.faults.on("listModels").fail(503)\n        ask(stt)',
    "it came when the fake was opened again": (
        'stt.faults.on("listModels").fail(503)\n    with stt.reachable(): ask(stt)'
    ),
}


@pytest.mark.parametrize("what", FINE.values(), ids=FINE)
def test_nothing_is_wrong_where(run, what):
    source = f"def test_it():\n    stt = FakeSTT()\n    with stt.reachable():\n        {what}"
    run(HEAD + source).assert_outcomes(passed=1)


def test_a_fake_that_is_open_again_is_asked_later(run):
    result = run(
        HEAD
        + """
held = []
def test_first():
    stt = FakeSTT()
    with stt.reachable(): stt.faults.on("listModels").fail(503)
    held[:] = stt, stt.reachable()
    held[1].__enter__()
def test_second():
    ask(held[0])
    held[1].__exit__(None, None, None)
"""
    )
    result.assert_outcomes(passed=2)


NOT_TO_ITS_END = {
    "failed": "assert 0",
    "was skipped": 'pytest.skip("not today")',
    "was expected to fail": 'pytest.xfail("not yet")',
}


@pytest.mark.parametrize("end", NOT_TO_ITS_END.values(), ids=NOT_TO_ITS_END)
@pytest.mark.parametrize("head", ["def test_it(stt):", "def test_it():\n  stt = FakeSTT()\n  with stt.reachable():"])
def test_nothing_need_have_come_where_a_test(run, head, end):
    result = run(f'{MODULE}{head}\n    stt.faults.on("addAudio").fail(503)\n    {end}\ndef test_next(): pass')
    assert "never used" not in result.stdout.str()
    assert "error" not in result.parseoutcomes()


def test_a_run_without_a_fake_does_not_import_fakestt(run):
    source = "import sys\ndef test_it(): assert 'fakestt' not in sys.modules\ndef test_next(): assert 0"
    run(source, apart=True).assert_outcomes(passed=1, failed=1)


def test_a_fake_is_open_as_long_as_some_way_in_is(monkeypatch):
    stt = fakestt.FakeSTT()
    before = now_open()
    with stt.serve() as server:
        with stt.reachable(), stt.reachable("other.test", vendor=False):
            assert now_open() == [*before, stt]
        server.close()
        server.close()
        assert now_open() == before
    assert now_closed() == [stt]
    forget_closed()
    # Without the plugin nobody asks, so nothing is kept.
    monkeypatch.delitem(sys.modules, "conftest_plugin")
    with stt.reachable():
        pass
    assert now_closed() == []


def test_a_fake_whose_server_was_forgotten_is_not_kept():
    stt = fakestt.FakeSTT()
    server = stt.serve()
    server._server.close()
    seen = weakref.ref(stt)
    del stt, server
    gc.collect()
    assert seen() is None
