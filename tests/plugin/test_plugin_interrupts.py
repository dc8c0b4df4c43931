"""A test that is ended by an interrupt of its own fails, and the run goes on."""

from __future__ import annotations

import pytest

HEAD = """
import asyncio, pytest, unittest, requests, httpx
def ask(stt):
    stt.faults.on("listModels", times=1).interrupt()
    requests.get(stt.url + "/v1/models", auth=("apikey", "any"))
async def ask_async(stt):
    stt.faults.on("listModels", times=1).interrupt()
    async with httpx.AsyncClient() as client:
        await client.get(stt.url + "/v1/models", auth=("apikey", "any"))
"""
UNCAUGHT = {
    "requests": "def test_it(fake_stt): ask(fake_stt)",
    "httpx in asyncio": "def test_it(fake_stt): asyncio.run(ask_async(fake_stt))",
    "a TestCase": """
class TestIt(unittest.TestCase):
    @pytest.fixture(autouse=True)
    def _fake(self, fake_stt):
        self.stt = fake_stt
    def test_it(self):
        ask(self.stt)
""",
}
AFTER = "\ndef test_next(fake_stt): assert fake_stt.client().list_models().get_status_code() == 200\n"


@pytest.mark.parametrize("source", UNCAUGHT.values(), ids=UNCAUGHT)
def test_an_interrupt_that_is_not_caught_fails_its_test_alone(run, source):
    result = run(HEAD + source + AFTER)
    result.assert_outcomes(failed=1, passed=1)
    result.stdout.fnmatch_lines(
        [
            "*Failed: interrupt() of a fault raised KeyboardInterrupt in the client, and the test did not catch it: *",
            "*GET  /models  no answer  listModels  [[]fault: interrupt()[]]*",
        ]
    )


def test_an_interrupt_that_is_caught_is_the_tests_own_affair(run):
    run(HEAD + "def test_it(fake_stt):\n    with pytest.raises(KeyboardInterrupt): ask(fake_stt)").assert_outcomes(
        passed=1
    )


@pytest.mark.slow
def test_a_real_interrupt_ends_the_run(run):
    result = run(HEAD + "def test_it(fake_stt): raise KeyboardInterrupt" + AFTER, apart=True)
    assert result.ret == pytest.ExitCode.INTERRUPTED
    result.assert_outcomes()


def test_an_interrupt_behind_a_server_fails_the_test_with_the_reason(run):
    result = run(HEAD + "def test_it(fake_stt_server): ask(fake_stt_server)")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            "fake_stt_server: the fake raised, and its client got a 500. The test's own words to the fake are why.",
            "*on('listModels', nth=1).interrupt(): only a client in this process can be interrupted*",
        ],
        consecutive=False,
    )
