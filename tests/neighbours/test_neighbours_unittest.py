"""unittest.TestCase, plain and asynchronous."""

from __future__ import annotations

import pytest

CASES = {
    "a fixture that hands it over": """
class TestIt(unittest.TestCase):
    @pytest.fixture(autouse=True)
    def _fake(self, fake_stt):
        self.stt = fake_stt
    def setUp(self):
        time.sleep(60)
    def test_it(self):
        time.sleep(3600)
        self.assertEqual(self.stt.clock.now() - self.stt.started_at_s, 3660)
    def tearDown(self):
        time.sleep(60)
        self.assertEqual(self.stt.clock.now() - self.stt.started_at_s, 3720)
""",
    "usefixtures": """
@pytest.mark.usefixtures("fake_stt")
class TestIt(unittest.TestCase):
    def test_it(self):
        began_s = time.monotonic()
        time.sleep(86400)
        self.assertAlmostEqual(time.monotonic() - began_s, 86400, delta=0.001)
""",
    "an event loop": """
class TestIt(unittest.IsolatedAsyncioTestCase):
    @pytest.fixture(autouse=True)
    def _fake(self, fake_stt):
        self.stt = fake_stt
    def setUp(self):
        time.sleep(60)
    async def asyncSetUp(self):
        await asyncio.sleep(60)
    async def test_it(self):
        with self.assertRaises(asyncio.TimeoutError):
            await asyncio.wait_for(asyncio.Event().wait(), 3600)
        self.assertEqual(round(self.stt.clock.now() - self.stt.started_at_s, 6), 3720)
    async def asyncTearDown(self):
        await asyncio.sleep(60)
        self.assertEqual(round(self.stt.clock.now() - self.stt.started_at_s, 6), 3780)
""",
    "no fixture at all": """
from fakestt import FakeSTT
class TestIt(unittest.TestCase):
    def setUp(self):
        self.stt = FakeSTT(time="on_sleep")
        opened = self.stt.reachable()
        opened.__enter__()
        self.addCleanup(opened.__exit__, None, None, None)
    def test_it(self):
        time.sleep(3600)
        self.assertEqual(self.stt.clock.now() - self.stt.started_at_s, 3600)
""",
    "a class that freezes the time": """
from freezegun import freeze_time
@freeze_time("2018-10-27")
class TestIt(unittest.TestCase):
    @pytest.fixture(autouse=True)
    def _fake(self, fake_stt):
        self.stt = fake_stt
    def test_it(self):
        self.assertEqual(self.stt.clock.now(), 1540598400)
        time.sleep(3600)
        self.assertEqual((self.stt.clock.now(), time.time()), (1540602000, 1540598400))
""",
}


@pytest.mark.slow
@pytest.mark.parametrize("source", CASES.values(), ids=CASES)
def test_the_time_of_a_testcase_is_the_fakes_with(run, source):
    run("import asyncio, time, unittest\nimport pytest\n" + source).assert_outcomes(passed=1)


@pytest.mark.slow
def test_a_testcase_runs_under_unittest_itself(pytester):
    script = pytester.makepyfile(
        test_it="import time, unittest\n" + CASES["no fixture at all"] + "\nif __name__ == '__main__': unittest.main()"
    )
    result = pytester.runpython(script)
    result.stderr.fnmatch_lines(["Ran 1 test in *s", "OK"])
