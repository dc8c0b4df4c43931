"""Hypothesis: a fake for each example, and deadlines that are real."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest
import requests
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.errors import DeadlineExceeded
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from neighbours_left import left

from fakestt import FakeSTT

few = settings(max_examples=25, database=None, deadline=None)


@pytest.fixture(autouse=True)
def nothing_is_left():
    yield
    assert left() == []


@few
@given(hours=st.integers(1, 48))
def test_each_example_has_a_fake_of_its_own(hours):
    stt = FakeSTT(time="on_sleep", start="2018-10-27T00:00:00Z")
    with stt.reachable():
        assert (len(stt.acoustic_models), len(stt.journal), stt.clock.now()) == (0, 0, 1540598400)
        model = stt.acoustic_models.add(status="training")
        assert stt.clock.pending()[0].at_s - stt.started_at_s == 2160  # no script of another example
        model.script.training(takes=f"{hours}h")
        stt.faults.on("listModels", optional=True).fail(503)
        time.sleep(hours * 3600 - 1)
        assert model.status == "training"
        time.sleep(1)
        assert model.status == "available"
        assert requests.get(f"{stt.url}/v1/models", auth=("apikey", "any"), timeout=5).status_code == 503


def test_a_fixture_with_given_is_refused_by_hypothesis_in_its_own_words(run):
    result = run(
        """
        from hypothesis import given, strategies as st
        @given(st.integers())
        def test_it(fake_stt, n): ...
        """,
        plugins=["hypothesispytest"],
    )
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*FailedHealthCheck: *uses a function-scoped fixture 'fake_stt'*"])
    result.stdout.fnmatch_lines(["*replacing the fixture with a similar context manager inside of the test*"])


@pytest.mark.slow
def test_an_example_that_fails_can_show_what_happened(run):
    result = run(
        """
        import time
        from hypothesis import given, note, settings, strategies as st
        from fakestt import FakeSTT
        @settings(database=None, max_examples=5)
        @given(hours=st.integers(1, 3))
        def test_it(hours):
            stt = FakeSTT(time="on_sleep", start=0)
            with stt.reachable():
                stt.acoustic_models.add(status="training")
                time.sleep(hours * 3600)
                note(stt.report())
                assert hours < 2
        """,
        plugins=["hypothesispytest"],
    )
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*fake started at 1970-01-01T00:00:00.000Z*", "*+0:36:00*available*"])


def test_a_long_wait_is_within_a_short_deadline():
    @settings(few, deadline=timedelta(seconds=60))  # a day is longer, and the first example has to import
    @given(days=st.integers(1, 6))
    def example(days):
        with FakeSTT(time="on_sleep").reachable():
            time.sleep(days * 86400)

    example()


def test_a_deadline_is_kept_in_real_time():
    # In the client's time an example without a wait takes no time at all.
    @settings(few, deadline=timedelta(microseconds=1))
    @given(n=st.integers())
    def example(n):
        with FakeSTT(time="on_sleep").reachable():
            sum(range(1000))

    with pytest.raises(DeadlineExceeded):
        example()


def test_the_deadline_of_a_fake_that_is_open_around_all_examples_is_real_as_well():
    @settings(few, deadline=timedelta(microseconds=1))
    @given(n=st.integers())
    def example(n):
        sum(range(1000))

    with FakeSTT(time="on_sleep").reachable(), pytest.raises(DeadlineExceeded):
        example()


def test_a_state_machine_has_a_fake_of_its_own_as_well():
    class Machine(RuleBasedStateMachine):
        def __init__(self):
            super().__init__()
            self.stt, self.waited_s = FakeSTT(time="on_sleep"), 0
            self.open = self.stt.reachable()
            self.open.__enter__()

        @rule(seconds=st.integers(1, 10_000))
        def wait(self, seconds):
            self.waited_s += seconds
            time.sleep(seconds)

        @rule()
        def add(self):
            self.stt.acoustic_models.add()

        @invariant()
        def the_clock_has_moved_by_what_was_waited(self):
            assert self.stt.clock.now() - self.stt.started_at_s == self.waited_s

        def teardown(self):
            self.open.__exit__(None, None, None)

    run_state_machine_as_test(Machine, settings=settings(few, max_examples=10, stateful_step_count=10))
