"""A trial takes the options of its schedule, notes every point, and says where a schedule does not fit."""

from __future__ import annotations

import pytest

from fakestt import ConfigurationError, FakeSTT, fail
from fakestt.core.choices import Kind, Point
from fakestt.exploring.schedule import Schedule
from fakestt.exploring.trial import Trial


def at(number: int, operation: str = "getAcousticModel", owner: str = "first-owner") -> Point:
    return Point(Kind.FAULT, operation, number, owner=owner)


OPTIONS = ("ok()", "fail(503)", "reset()")


def test_it_takes_the_defaults_but_where_the_schedule_says_otherwise() -> None:
    trial = Trial(Schedule.parse("r2:getAcousticModel=reset()"))
    assert [trial.choose(at(number), OPTIONS) for number in (1, 2, 3)] == ["ok()", "reset()", "ok()"]
    assert [(step.label, step.option) for step in trial.trail] == [
        ("r1:getAcousticModel", "ok()"),
        ("r2:getAcousticModel", "reset()"),
        ("r3:getAcousticModel", "ok()"),
    ]
    assert trial.unmet() == []
    assert trial.ambiguous() == {}


def test_a_label_may_be_as_short_as_it_is_unambiguous() -> None:
    trial = Trial(Schedule.parse("r2=reset(); r=fail(503)"))
    assert [trial.choose(at(number), OPTIONS) for number in (1, 2, 20)] == ["ok()", "reset()", "ok()"]
    assert [str(one) for one in trial.unmet()] == ["r=fail(503)"]


def test_a_whole_label_means_no_longer_one_of_a_name_with_a_colon() -> None:
    stt = FakeSTT(time="manual", choices=(trial := Trial(Schedule.parse("training:car=failed"))))
    for name in ("car:old", "car"):
        stt.acoustic_models.add(name=name, status="training")
    stt.clock.advance("9h")
    assert [(model.name, model.status) for model in stt.acoustic_models] == [
        ("car:old", "available"),
        ("car", "failed"),
    ]
    assert trial.ambiguous() == {}


def test_two_instances_with_the_same_point_are_told_apart() -> None:
    trial = Trial(Schedule.parse("r1:getAcousticModel@second-o=reset()"))
    assert trial.choose(at(1), OPTIONS) == "ok()"
    assert trial.choose(at(1, owner="second-owner"), OPTIONS) == "reset()"


def test_what_is_ambiguous_is_told() -> None:
    trial = Trial(Schedule.parse("r1=reset()"))
    trial.choose(at(1), OPTIONS)
    trial.choose(at(1, "addAudio", "second-owner"), OPTIONS)
    assert trial.ambiguous() == {"r1": ["r1:getAcousticModel", "r1:addAudio"]}


def test_an_option_that_is_not_there_is_told_with_those_that_are() -> None:
    trial = Trial(Schedule.parse("r1=fail(504)"))
    with pytest.raises(ConfigurationError, match=r"r1:getAcousticModel can't be 'fail\(504\)'. Possible: ok\(\), fail"):
        trial.choose(at(1), OPTIONS)


def test_equal_reads_count_when_the_schedule_is_over_and_not_before() -> None:
    stt = FakeSTT(choices=(trial := Trial(Schedule.parse("r1=fail(503)"))))
    stt.faults.offer(fail(503))
    assert stt.faults.may_change()
    trial.choose(at(1), ("ok()", "fail(503)"))
    assert not stt.faults.may_change()
