"""What a failing test shows, and what becomes of a fault that never came."""

from __future__ import annotations

from pathlib import Path

import pytest

SECTION = "*- fakestt: what happened -*"
ASK = """
import pytest, requests, unittest
def ask(stt, path="/v1/models", **more):
    return requests.get(stt.url + path, auth=("apikey", "any"), timeout=5, **more)
"""


def test_a_failing_test_shows_the_journal(run):
    result = run(ASK + "\n@pytest.mark.fakestt(start=0)\ndef test_it(fake_stt):\n    assert ask(fake_stt) is None")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [SECTION, "fake started at 1970-01-01T00:00:00.000Z", "#1  +0:00:00  GET  /models  200  listModels"]
    )


def test_each_fake_has_a_section(run):
    result = run(
        ASK + "\ndef test_it(fake_stt, fake_stt_factory):\n    ask(fake_stt_factory(), '/v1/user_data')\n    assert 0"
    )
    result.stdout.fnmatch_lines(
        ["*- fakestt: what happened at fakestt.test -*", "*- fakestt: what happened at fakestt-2.test -*", "*405*"]
    )


NO_SECTION = {
    "passes": "def test_it(fake_stt): ask(fake_stt)",
    "has no fake": "def test_it(): assert 0",
    "is expected to fail": "@pytest.mark.xfail\ndef test_it(fake_stt): assert 0",
    "is skipped": "def test_it(fake_stt): pytest.skip('not today')",
}


@pytest.mark.parametrize("source", NO_SECTION.values(), ids=NO_SECTION)
def test_there_is_no_section_for_a_test_that(run, source):
    result = run(ASK + source, "-rA")
    assert "what happened" not in result.stdout.str()


SECTIONS = {
    "a later fixture's set-up": """
@pytest.fixture
def later(fake_stt):
    ask(fake_stt)
    raise KeyError("later")
def test_it(fake_stt, later): pass
""",
    "the tear-down of another fixture": """
@pytest.fixture
def other(fake_stt):
    yield
    ask(fake_stt)
    raise KeyError("other")
def test_it(other): pass
""",
    "the tear-down of a fixture that outlives the fake": """
@pytest.fixture
def other():
    yield
    raise KeyError("other")
def test_it(other, fake_stt): ask(fake_stt)
""",
    "a TestCase": """
class TestIt(unittest.TestCase):
    @pytest.fixture(autouse=True)
    def _fake(self, fake_stt):
        self.stt = fake_stt
    def test_it(self):
        ask(self.stt)
        self.assertTrue(False)
""",
    "a test that was expected to fail and passed": """
@pytest.mark.xfail(strict=True)
def test_it(fake_stt): ask(fake_stt)
""",
}


@pytest.mark.parametrize("source", SECTIONS.values(), ids=SECTIONS)
def test_the_journal_is_shown_for(run, source):
    result = run(ASK + source)
    assert result.ret == 1
    result.stdout.fnmatch_lines([SECTION, "*GET  /models  200  listModels"])


@pytest.mark.slow
def test_the_section_comes_back_from_a_worker(run):
    result = run(ASK + "\ndef test_it(fake_stt):\n    assert ask(fake_stt) is None", "-p", "xdist", "-n", "1")
    result.stdout.fnmatch_lines([SECTION, "*GET  /models  200  listModels"])


def test_no_credential_is_shown(run):
    result = run(
        """
        import requests
        def test_it(fake_stt):
            key, token = fake_stt.api_key, "to" + "ken-of-mine"
            requests.get(fake_stt.url + "/v1/models", auth=("apikey", key), timeout=5)
            requests.get(fake_stt.url + "/v1/models?access_token=" + token, timeout=5)
            requests.get(fake_stt.url + "/v1/models", headers={"Authorization": "Bearer " + token}, timeout=5)
            data = {"grant_type": "urn:ibm:params:oauth:grant-type:apikey", "apikey": key}
            answer = requests.post("https://iam.cloud.ibm.com/identity/token", data=data, timeout=5)
            given = answer.json()["access_token"]
            with open("secrets.txt", "w") as file:
                file.write("\\n".join([key, token, given, given.split(".")[1]]))
            assert False
        """,
        "--tb=short",
    )
    result.stdout.fnmatch_lines([SECTION, "*POST*/identity/token*"])
    text = result.stdout.str() + result.stderr.str()
    assert [secret for secret in Path("secrets.txt").read_text().split() if secret in text] == []


def test_a_report_that_cannot_be_made_does_not_end_the_run(run):
    result = run("def test_it(fake_stt):\n    fake_stt.report = None\n    assert False\ndef test_next(): pass")
    result.assert_outcomes(failed=1, passed=1)
    result.stdout.fnmatch_lines([SECTION, "the report can't be made: TypeError*"])


def test_no_fake_outlives_its_test(run):
    run(
        """
        import gc, weakref
        seen = []
        def test_first(fake_stt):
            seen.append(weakref.ref(fake_stt))
        def test_second():
            gc.collect()
            assert seen[0]() is None
        """
    ).assert_outcomes(passed=2)


UNUSED = {
    "a function": "def test_it(fake_stt):\n    fake_stt.faults.on('addAudio').fail(503)",
    "a made fake": "def test_it(fake_stt_factory):\n    fake_stt_factory().faults.on('addAudio').fail(503)",
    "an async function": "async def test_it(fake_stt):\n    fake_stt.faults.on('addAudio').fail(503)",
    "a TestCase": """
class TestIt(unittest.TestCase):
    @pytest.fixture(autouse=True)
    def _fake(self, fake_stt):
        self.stt = fake_stt
    def test_it(self):
        self.stt.faults.on('addAudio').fail(503)
""",
    "an async TestCase": """
class TestIt(unittest.IsolatedAsyncioTestCase):
    @pytest.fixture(autouse=True)
    def _fake(self, fake_stt):
        self.stt = fake_stt
    async def test_it(self):
        self.stt.faults.on('addAudio').fail(503)
""",
}
# What pytest-asyncio, anyio and the like do, in four lines.
COROUTINES = """
import asyncio, inspect, pytest
@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem):
    if inspect.iscoroutinefunction(pyfuncitem.obj):
        asyncio.run(pyfuncitem.obj(**{n: pyfuncitem.funcargs[n] for n in pyfuncitem._fixtureinfo.argnames}))
        return True
"""


@pytest.mark.parametrize("source", UNUSED.values(), ids=UNUSED)
def test_a_fault_that_never_came_is_a_failure_of(run, source):
    result = run(ASK + source, conftest=COROUTINES)
    result.assert_outcomes(failed=1)  # and no error of the tear-down
    result.stdout.fnmatch_lines(["on('addAudio').fail(503): armed and never used*There were no exchanges.*"])
    result.stdout.fnmatch_lines([SECTION])


def test_the_message_about_an_unused_fault_is_all_that_is_shown_of_it(run):
    result = run(ASK + UNUSED["a function"])
    assert "conftest_plugin" not in result.stdout.str()
    assert "raise " not in result.stdout.str()
    result.stdout.fnmatch_lines(["FAILED test_it.py::test_it - *RuleNeverMatched: on('addAudio').fail(503): armed*"])


FAULTS_THAT_MAY_REST = {
    "was used": "def test_it(fake_stt):\n    fake_stt.faults.on('listModels').fail(503)\n    ask(fake_stt)",
    "is optional": "def test_it(fake_stt):\n    fake_stt.faults.on('addAudio', optional=True).fail(503)",
    "was removed": "def test_it(fake_stt):\n    f = fake_stt.faults\n    f.remove(f.on('addAudio').fail(503))",
}


@pytest.mark.parametrize("source", FAULTS_THAT_MAY_REST.values(), ids=FAULTS_THAT_MAY_REST)
def test_a_test_passes_with_a_fault_that(run, source):
    run(ASK + source).assert_outcomes(passed=1)


NOT_PASSED = {
    "failed": ("def test_it(fake_stt):\n    arm(fake_stt)\n    assert 'mine' == ''", {"failed": 1}),
    "was skipped": ("def test_it(fake_stt):\n    arm(fake_stt)\n    pytest.skip('mine')", {"skipped": 1}),
    "failed as a TestCase": (
        "class TestIt(unittest.TestCase):\n    @pytest.fixture(autouse=True)\n    def _fake(self, fake_stt):\n"
        "        arm(fake_stt)\n    def test_it(self):\n        self.fail('mine')",
        {"failed": 1},
    ),
    "was skipped as a TestCase": (
        "class TestIt(unittest.TestCase):\n    @pytest.fixture(autouse=True)\n    def _fake(self, fake_stt):\n"
        "        arm(fake_stt)\n    def test_it(self):\n        self.skipTest('mine')",
        {"skipped": 1},
    ),
}


@pytest.mark.parametrize(("source", "outcome"), NOT_PASSED.values(), ids=NOT_PASSED)
def test_unused_faults_are_no_matter_where_the_test(run, source, outcome):
    result = run(ASK + "\ndef arm(stt): stt.faults.on('addAudio').fail(503)\n" + source, "-rs")
    result.assert_outcomes(**outcome)
    result.stdout.fnmatch_lines(["*mine*"])
    assert "never used" not in result.stdout.str()


NEVER_CAME = {
    "a moment": (
        "fake_stt.at('30m', print{})\n    __import__('time').sleep(600)",
        "at('30m', print): never came, so the test does not show what it says. The clock stopped at +0:10:00. *",
    ),
    "a script for a name": (
        "fake_stt.script.training('car', takes=9{})\n    fake_stt.acoustic_models.add(name='cat', status='training')",
        "script.training('car', takes=9): no model of this name was trained since, *Did you mean 'cat'*",
    ),
}


@pytest.mark.parametrize("fixture", ["fake_stt", "fake_stt_server"])
@pytest.mark.parametrize(("source", "said"), NEVER_CAME.values(), ids=NEVER_CAME)
def test_a_test_fails_at_its_end_for_what_never_came(run, source, said, fixture):
    source = source.replace("fake_stt", fixture)
    setting = "@pytest.mark.fakestt(time='on_sleep')\n"
    result = run(f"{ASK}\n{setting}def test_it({fixture}):\n    {source.format('')}")
    result.assert_outcomes(failed=1)  # and no error of the tear-down
    result.stdout.fnmatch_lines([said, "FAILED test_it.py::test_it - *NeverCame: *"])


@pytest.mark.parametrize(("source", "said"), NEVER_CAME.values(), ids=NEVER_CAME)
def test_what_is_optional_need_not_come(run, source, said):
    run(f"{ASK}\ndef test_it(fake_stt):\n    {source.format(', optional=True')}").assert_outcomes(passed=1)


@pytest.mark.parametrize(("source", "said"), NEVER_CAME.values(), ids=NEVER_CAME)
def test_a_test_that_fails_for_itself_is_not_told_what_never_came(run, source, said):
    result = run(f"{ASK}\ndef test_it(fake_stt):\n    {source.format('')}\n    assert 'mine' == ''")
    result.assert_outcomes(failed=1)
    assert "optional=True" not in result.stdout.str()


NOT_MET = {
    "a fault": ("fake_stt.faults.on('addAudio', nth=2{}).fail(503)", "on('addAudio', nth=2).fail(503)"),
    "a moment": ("fake_stt.at('30m', print{})", "at('30m', print)"),
    "a script for a name": ("fake_stt.script.training('car', takes=9{})", "script.training('car', takes=9)"),
    "a script for a name, of one model": (
        "fake_stt.acoustic_models.add().script.analysis('a.wav', invalid='hum'{})",
        "script.analysis('a.wav', invalid='hum')",
    ),
}


@pytest.mark.parametrize(("source", "said"), NOT_MET.values(), ids=NOT_MET)
def test_a_failing_test_shows_in_one_line_that_it_has_not_met(run, source, said):
    result = run(f"{ASK}\ndef test_it(fake_stt):\n    {source.format('')}\n    ask(fake_stt)\n    assert 0")
    result.stdout.fnmatch_lines([SECTION, "*GET  /models  200  listModels"])
    assert [line for line in result.outlines if "not met" in line] == [f"  prepared, and not met: {said}"]


@pytest.mark.parametrize(("source", "said"), NOT_MET.values(), ids=NOT_MET)
def test_a_failing_test_says_nothing_of_what_need_not_be_met(run, source, said):
    result = run(f"{ASK}\ndef test_it(fake_stt):\n    {source.format(', optional=True')}\n    assert 0")
    result.stdout.fnmatch_lines([SECTION])
    assert "not met" not in result.stdout.str()


def test_a_failing_test_says_nothing_of_what_it_has_met(run):
    result = run(
        ASK
        + """
def test_it(fake_stt):
    fake_stt.faults.on('listModels').fail(503)
    fake_stt.at('30m', print)
    fake_stt.script.training('car', takes=9)
    ask(fake_stt)
    fake_stt.clock.advance('1h')
    fake_stt.acoustic_models.add(name='car', status='training')
    assert 0
"""
    )
    result.stdout.fnmatch_lines([SECTION, "*503  listModels*"])
    assert "not met" not in result.stdout.str()


def test_two_models_of_which_neither_met_its_script_have_a_line_each(run):
    source = "[fake_stt.acoustic_models.add().script.analysis('a', takes=9) for _ in 'ab']"
    result = run(f"def test_it(fake_stt):\n    {source}\n    assert 0")
    assert result.stdout.str().count("prepared, and not met: script.analysis('a', takes=9)") == 2


def test_a_fault_without_an_effect_fails_the_test_and_is_shown_with_its_line(run):
    result = run("def test_it(fake_stt):\n\n    fake_stt.faults.on('addAudio')\n")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["on('addAudio') at *test_it.py:3: it says which requests, and not what happens*"])


def test_an_unused_fault_may_be_expected(run):
    run(
        """
        import fakestt, pytest
        @pytest.mark.xfail(raises=fakestt.RuleNeverMatched, strict=True)
        def test_it(fake_stt):
            fake_stt.faults.on('addAudio').fail(503)
        """
    ).assert_outcomes(xfailed=1)
