"""freezegun and time-machine beside the fixture: what they show is what is read, and the service goes along.

A freeze never keeps the service from moving by the client's waiting: only what the client reads stands still.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
import time
import unittest
from datetime import UTC, datetime, timedelta

import pytest
import requests
import time_machine as machine
from freezegun import freeze_time
from neighbours_left import left

import fakestt

pytestmark = pytest.mark.slow

NIGHT = "2018-10-27T00:00:00Z"
NIGHT_S = 1540598400.0
DAY_S = 86400.0


def elapsed(stt):
    return round(stt.clock.now() - stt.started_at_s, 6)


@pytest.fixture(autouse=True)
def nothing_is_left():
    yield
    assert left() == []


@pytest.fixture
def freezer():
    with freeze_time(NIGHT) as frozen:
        yield frozen


# A freeze that begins after the fake was made, as each decorator's does


@freeze_time(NIGHT)
def test_under_a_decorator_the_fake_begins_where_the_freeze_does(fake_stt):
    assert (fake_stt.started_at_s, fake_stt.clock.now()) == (NIGHT_S, NIGHT_S)
    assert fake_stt.clock.time.policy == "on_sleep"


LOOKS = {
    "its clock": lambda stt: stt.clock.now(),
    "what is due": lambda stt: stt.clock.pending(),
    "its models": lambda stt: len(stt.acoustic_models),
    "its report": lambda stt: stt.report(),
    "a sleep": lambda stt: time.sleep(0),
    "a request": lambda stt: requests.get(f"{stt.url}/v1/models", auth=("apikey", "any"), timeout=5),
}


@pytest.mark.parametrize("look", LOOKS.values(), ids=LOOKS)
@freeze_time(NIGHT)
def test_whatever_looks_first_finds_it_there(look, fake_stt):
    look(fake_stt)
    assert (fake_stt.started_at_s, elapsed(fake_stt)) == (NIGHT_S, 0)
    assert fake_stt.acoustic_models.add().as_json()["created"].startswith("2018-10-27T00:00:00")


@freeze_time(NIGHT)
def test_waiting_before_anything_is_made_counts(fake_stt):
    time.sleep(60)
    assert fake_stt.acoustic_models.add().as_json()["created"].startswith("2018-10-27T00:01:00")


@freeze_time(NIGHT)
def test_in_a_freeze_the_clients_sleep_moves_the_service_and_not_what_is_read(fake_stt):
    model = fake_stt.acoustic_models.add(status="training")
    ticks = time.monotonic()
    time.sleep(3600)
    threading.Event().wait(60)
    asyncio.run(asyncio.sleep(60))
    assert (model.status, elapsed(fake_stt)) == ("available", 3720)
    assert (time.time(), datetime.now(UTC).timestamp()) == (NIGHT_S, NIGHT_S)
    assert time.monotonic() == ticks


@freeze_time(NIGHT)
@pytest.mark.fakestt(horizon="2h")
def test_a_deadline_by_a_frozen_clock_never_comes_and_is_told(fake_stt):
    def poll():
        while time.time() < NIGHT_S + 600:
            time.sleep(60)

    with pytest.raises(fakestt.ClientNeverStopped, match="of virtual time and would go on"):
        poll()


@freeze_time(NIGHT, as_kwarg="frozen")
def test_ticks_and_sleeps_add_up(fake_stt, **frozen):
    fake_stt.acoustic_models.add()
    for _ in range(3):
        frozen["frozen"].tick(timedelta(seconds=60))
        time.sleep(30)
    assert (elapsed(fake_stt), time.time()) == (270, NIGHT_S + 180)


@freeze_time(NIGHT, tick=True)
def test_a_freeze_that_ticks_ticks_for_the_service(fake_stt):
    assert 0 <= fake_stt.started_at_s - NIGHT_S < 60
    time.sleep(3600)
    assert 3600 <= elapsed(fake_stt) < 3660
    assert 0 <= time.time() - NIGHT_S < 60


@freeze_time(NIGHT, auto_tick_seconds=60)
def test_with_auto_tick_each_look_of_the_client_is_a_step_and_none_of_the_fakes(fake_stt):
    assert [elapsed(fake_stt), elapsed(fake_stt)] == [0, 0]
    for _ in range(3):
        datetime.now(UTC)
    assert [elapsed(fake_stt), elapsed(fake_stt)] == [180, 180]
    time.sleep(60)
    assert elapsed(fake_stt) == 240


@freeze_time(NIGHT)
class TestAFrozenClass:
    def test_is_as_a_decorator_of_each_test(self, fake_stt):
        time.sleep(60)
        assert (fake_stt.clock.now(), time.time()) == (NIGHT_S + 60, NIGHT_S)


@freeze_time(NIGHT)
class TestAFrozenTestCase(unittest.TestCase):
    @pytest.fixture(autouse=True)
    def _fake(self, fake_stt):
        self.stt = fake_stt

    def test_is_as_a_decorator_of_each_test(self):
        time.sleep(60)
        assert (self.stt.clock.now(), time.time()) == (NIGHT_S + 60, NIGHT_S)


# Freezes in the midst of a test


def test_a_freeze_in_the_past_takes_nothing_back_from_a_service_in_use(fake_stt):
    fake_stt.acoustic_models.add()
    time.sleep(60)
    before_s = fake_stt.clock.now()
    with freeze_time(NIGHT) as frozen:
        assert fake_stt.clock.now() == before_s
        frozen.tick(timedelta(seconds=60))
        assert (fake_stt.clock.now(), time.time()) == (before_s + 60, NIGHT_S + 60)
    assert time.time() == fake_stt.clock.now() == before_s + 60
    time.sleep(60)
    assert time.time() == fake_stt.clock.now() == before_s + 120


@pytest.mark.fakestt(start=NIGHT)
def test_a_freeze_ahead_is_where_the_service_goes_and_stays(fake_stt):
    model = fake_stt.acoustic_models.add(status="training")
    with freeze_time("2018-10-28"):
        assert model.status == "available"
        assert model.history[-1].at_s == NIGHT_S + 2160
    assert time.time() == fake_stt.clock.now() == NIGHT_S + DAY_S
    time.sleep(60)
    assert elapsed(fake_stt) == DAY_S + 60


@pytest.mark.fakestt(start=NIGHT)
def test_jumps_backwards_undo_nothing_and_time_passes_from_there(fake_stt):
    with freeze_time(NIGHT) as frozen:
        model = fake_stt.acoustic_models.add(status="training")
        frozen.move_to("2018-10-28")
        history = model.history
        frozen.move_to("2018-10-20")
        assert (model.history, elapsed(fake_stt)) == (history, DAY_S)
        frozen.tick(timedelta(seconds=60))
        time.sleep(60)
        assert elapsed(fake_stt) == DAY_S + 120


def test_a_freeze_in_a_freeze_is_followed_and_the_outer_one_after_it(fake_stt):
    with freeze_time(NIGHT) as outer:
        fake_stt.acoustic_models.add()
        with freeze_time("2018-10-28") as inner:
            inner.tick(timedelta(seconds=60))
            assert (elapsed(fake_stt), time.time()) == (DAY_S + 60, NIGHT_S + DAY_S + 60)
        assert (elapsed(fake_stt), time.time()) == (DAY_S + 60, NIGHT_S)
        outer.tick(timedelta(seconds=40))
        assert (elapsed(fake_stt), time.time()) == (DAY_S + 100, NIGHT_S + 40)


def test_one_freeze_after_another_may_go_back_as_long_as_nothing_was_made(fake_stt):
    for day in (28, 27):
        with freeze_time(f"2018-10-{day}"):
            assert fake_stt.clock.now() == fake_stt.started_at_s == NIGHT_S + (day - 27) * DAY_S


@freeze_time(NIGHT)
def test_all_fakes_of_the_test_begin_there(fake_stt, fake_stt_factory):
    other = fake_stt_factory()
    assert fake_stt.clock.now() == other.started_at_s == fake_stt.started_at_s == NIGHT_S
    models = [stt.acoustic_models.add(status="training") for stt in (other, fake_stt)]
    time.sleep(2160)
    assert [model.status for model in models] == ["available", "available"]


def test_a_fake_in_use_keeps_the_one_that_is_not_from_going_back(fake_stt, fake_stt_factory):
    other = fake_stt_factory()
    model = other.acoustic_models.add(status="training")
    with freeze_time(NIGHT):
        fake_stt.acoustic_models.add()
        assert fake_stt.clock.now() == other.clock.now() == other.started_at_s
        time.sleep(2160)
        assert model.status == "available"


@freeze_time(NIGHT)
def test_the_threads_of_the_client_move_it_too(fake_stt):
    def poll():
        for _ in range(60):
            time.sleep(60)

    thread = threading.Thread(target=poll)
    thread.start()
    thread.join()
    assert (elapsed(fake_stt), time.time()) == (3600, NIGHT_S)


# A freeze that began before


def test_a_fixture_that_freezes_before_makes_the_fake_follow(freezer, fake_stt):
    assert (fake_stt.clock.time.policy, fake_stt.started_at_s) == ("follow", NIGHT_S)
    freezer.tick(timedelta(seconds=60))
    assert elapsed(fake_stt) == 60
    with pytest.raises(fakestt.ClockError, match=r"follows the test's own time\. Move that \(freezer\.tick\)"):
        fake_stt.clock.advance(60)


def test_a_fixture_that_freezes_after_does_not_and_is_followed_as_a_decorator_is(fake_stt, freezer):
    assert (fake_stt.clock.time.policy, fake_stt.started_at_s) == ("on_sleep", NIGHT_S)
    freezer.tick(timedelta(seconds=60))
    fake_stt.clock.advance(60)
    assert (elapsed(fake_stt), time.time()) == (120, NIGHT_S + 60)


@pytest.mark.fakestt(time="on_sleep")
def test_on_sleep_may_be_asked_for_in_a_freeze_that_began_before(freezer, fake_stt):
    assert fake_stt.started_at_s == NIGHT_S
    freezer.tick(timedelta(seconds=60))
    time.sleep(60)
    assert (elapsed(fake_stt), time.time()) == (120, NIGHT_S + 60)


POLICIES_THAT_DO_NOT_FOLLOW = ["manual", "per_request:60s"]


@pytest.mark.parametrize("order", ["freezer fake_stt", "fake_stt freezer"])
@pytest.mark.parametrize("policy", POLICIES_THAT_DO_NOT_FOLLOW)
def test_other_clocks_take_no_notice_of_a_freeze(policy, order, request):
    request.applymarker(pytest.mark.fakestt(time=policy))
    values = {name: request.getfixturevalue(name) for name in order.split()}
    values["freezer"].tick(timedelta(days=1))
    assert elapsed(values["fake_stt"]) == 0
    values["fake_stt"].clock.advance("1h")
    assert elapsed(values["fake_stt"]) == 3600


# time-machine


@machine.travel(NIGHT, tick=False)
def test_under_a_decorator_of_time_machine_the_fake_begins_where_the_journey_does(fake_stt):
    time.sleep(60)
    assert (fake_stt.started_at_s, elapsed(fake_stt), time.time()) == (NIGHT_S, 60, NIGHT_S)


@machine.travel(NIGHT)
def test_a_journey_in_which_time_goes_on_does_so_for_the_service(fake_stt):
    assert 0 <= fake_stt.started_at_s - NIGHT_S < 60
    time.sleep(3600)
    assert 3600 <= elapsed(fake_stt) < 3660
    assert 0 <= time.time() - NIGHT_S < 60


def test_shifts_and_moves_drive_the_service_and_those_backwards_undo_nothing(fake_stt):
    with machine.travel(NIGHT, tick=False) as traveller:
        model = fake_stt.acoustic_models.add(status="training")
        traveller.shift(3600)
        assert (model.status, elapsed(fake_stt)) == ("available", 3600)
        traveller.move_to("2018-10-28T00:00Z")
        history = model.history
        traveller.move_to("2018-10-20T00:00Z")
        assert (model.history, elapsed(fake_stt)) == (history, DAY_S)
        traveller.shift(timedelta(seconds=60))
        ticks = time.monotonic()
        time.sleep(60)
        assert (elapsed(fake_stt), time.monotonic() - ticks) == (DAY_S + 120, pytest.approx(60))
    assert time.time() == fake_stt.clock.now()


def test_a_journey_in_a_journey_is_followed(fake_stt):
    with machine.travel(NIGHT, tick=False):
        fake_stt.acoustic_models.add()
        with machine.travel("2018-10-28T00:00Z", tick=False) as inner:
            inner.shift(60)
            assert elapsed(fake_stt) == DAY_S + 60
        assert (elapsed(fake_stt), time.time()) == (DAY_S + 60, NIGHT_S)


def test_the_fixture_of_time_machine_is_followed_when_it_moves_later(time_machine, fake_stt):
    time_machine.move_to(NIGHT, tick=False)
    time.sleep(60)
    time_machine.shift(60)
    assert (fake_stt.started_at_s, elapsed(fake_stt), time.time()) == (NIGHT_S, 120, NIGHT_S + 60)


@pytest.fixture
def at_night(time_machine):
    time_machine.move_to(NIGHT, tick=False)
    return time_machine


def test_one_that_travels_before_makes_the_fake_follow(at_night, fake_stt):
    assert (fake_stt.clock.time.policy, fake_stt.started_at_s) == ("follow", NIGHT_S)
    at_night.shift(60)
    assert elapsed(fake_stt) == 60


# What is told


def test_a_report_of_a_frozen_test_does_not_say_that_it_began_at_the_real_now(fake_stt):
    with freeze_time(NIGHT):
        fake_stt.acoustic_models.add()
        assert fake_stt.report().splitlines()[0] == "fake started at 2018-10-27T00:00:00.000Z"


@pytest.mark.parametrize("policy", ["on_sleep", "follow"])
def test_the_report_of_a_test_that_is_over_says_where_it_began(run, policy):
    result = run(
        f"""
        import pytest
        from freezegun import freeze_time
        @pytest.mark.fakestt(time="{policy}")
        @freeze_time("2018-10-27")
        def test_it(fake_stt):
            fake_stt.clock.now()
            assert False
        """
    )
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["fake started at 2018-10-27T00:00:00.000Z"])


FIRST_IN_A_FREEZE = """
import datetime, time
import freezegun
import fakestt

def day():
    return datetime.datetime.now(tz=datetime.timezone.utc).year, stt.clock.now()

with freezegun.freeze_time("2018-10-27"):
    stt = fakestt.FakeSTT(time="on_sleep", start=0)
    with stt.reachable():
        time.sleep(60)
        print(*day())
stt = fakestt.FakeSTT(time="on_sleep", start=0)
with stt.reachable():
    time.sleep(60)
    print(*day())
"""


def test_the_first_virtual_time_of_a_process_may_begin_in_a_freeze():
    done = subprocess.run([sys.executable, "-c", FIRST_IN_A_FREEZE], capture_output=True, text=True, timeout=60)
    assert (done.stdout.splitlines(), done.stderr) == (["2018 60.0", "1970 60.0"], "")
