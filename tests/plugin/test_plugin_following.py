"""time="follow": the test's own frozen time drives the machine, whenever the freeze began."""

from __future__ import annotations

from datetime import timedelta

import pytest
from freezegun import freeze_time

import fakestt

pytestmark = pytest.mark.fakestt(time="follow")
NIGHT = "2018-10-27T00:00:00Z"
NIGHT_S = 1540598400.0


def train(stt):
    """A model in training, made over HTTP so that its instants are the service's own."""
    client = stt.client()
    model = stt.acoustic_models.add(name="car", status="ready")
    client.train_acoustic_model(model.id)
    return model


@freeze_time(NIGHT)
def test_a_freeze_that_begins_after_the_fixture_is_where_the_fake_begins(fake_stt):
    model = train(fake_stt)
    assert fake_stt.started_at_s == NIGHT_S
    assert [change.at_s for change in model.history] == [NIGHT_S] * len(model.history)
    assert model.as_json()["created"].startswith("2018-10-27T00:00:00")


def test_ticks_drive_the_machine(fake_stt):
    with freeze_time(NIGHT) as freezer:
        model = train(fake_stt)
        assert model.status == "training"
        freezer.tick(timedelta(days=1))
        assert model.status == "available"
        assert NIGHT_S < model.history[-1].at_s < NIGHT_S + 86400


def test_a_move_drives_the_machine(fake_stt):
    with freeze_time(NIGHT) as freezer:
        model = train(fake_stt)
        freezer.move_to("2018-10-28T00:00:00Z")
        assert model.status == "available"


def test_a_freeze_in_the_future_does_as_well(fake_stt):
    with freeze_time("2130-01-01") as freezer:
        model = train(fake_stt)
        freezer.tick(timedelta(days=1))
        assert model.status == "available"
        assert fake_stt.journal.timeline().splitlines()[1].strip().startswith("+")


def test_ticks_and_advances_make_the_same_history(fake_stt):
    manual = fakestt.FakeSTT(start=NIGHT)
    with freeze_time(NIGHT) as freezer:
        followed = train(fake_stt)
        with manual.reachable():
            advanced = train(manual)
        for hours in (0.5, 1, 10):
            freezer.tick(timedelta(hours=hours))
            manual.clock.advance(timedelta(hours=hours))
        assert followed.history == advanced.history
        assert followed.status == advanced.status == "available"


def test_going_back_undoes_nothing(fake_stt):
    with freeze_time(NIGHT) as freezer:
        model = train(fake_stt)
        freezer.tick(timedelta(days=1))
        before = model.history
        freezer.move_to("2018-10-20")
        assert (model.history, model.status) == (before, "available")
        fake_stt.client().reset_acoustic_model(model.id)
        assert model.history[: len(before)] == before
        assert model.history[-1].at_s == NIGHT_S + 86400


def test_the_hands_are_the_tests_to_move(fake_stt):
    with pytest.raises(fakestt.ClockError, match=r"freezer\.tick"):
        fake_stt.clock.advance("1h")


def test_the_report_of_a_failing_test_ends_with_the_tests_own_time(run):
    result = run(
        """
        import pytest
        from freezegun import freeze_time
        @pytest.mark.fakestt(time="follow")
        @freeze_time("2018-10-27")
        def test_it(fake_stt):
            fake_stt.acoustic_models.add(name="car", status="training")
            assert False
        """
    )
    result.stdout.fnmatch_lines(
        ["fake started at 2018-10-27T00:00:00.000Z", "now +0:00:00; still due: training of car at +0:36:00, in 36 min"]
    )
    assert "available" not in result.stdout.str()
