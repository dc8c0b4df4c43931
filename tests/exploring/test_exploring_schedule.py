"""A schedule is a short text, and the text means the same schedule again."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakestt import ConfigurationError, fail, lose_reply, slow
from fakestt.exploring.marks import Replay
from fakestt.exploring.schedule import Deviation, Schedule
from fakestt.faults.spelled import MAKERS, effect_of

LABELS = st.text(min_size=1).filter(lambda text: text.strip() == text)
OPTIONS = st.sampled_from(["failed", "least", "fail(503)", "fail(429, 'a; b=c', retry_after=5)", "lose_reply()"])


@given(st.dictionaries(LABELS, OPTIONS))
def test_what_is_written_is_read_again(options: dict[str, str]) -> None:
    schedule = Schedule(tuple(Deviation(label, option) for label, option in options.items()))
    assert Schedule.parse(str(schedule)) == schedule


def test_it_reads_as_in_the_guide() -> None:
    schedule = Schedule.parse(" r3=fail(503);training:car=failed ; ")
    assert [(one.label, one.option) for one in schedule] == [("r3", "fail(503)"), ("training:car", "failed")]
    assert str(schedule) == "r3=fail(503); training:car=failed"
    assert schedule.to_paste() == '@fakestt.replay("r3=fail(503); training:car=failed")'
    assert len(Schedule.parse("")) == 0


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("r3", "'r3' is not label=option"),
        ("=fail(503)", "is not label=option"),
        ("r3=", "is not label=option"),
        ("r3=fail(503); r3=reset()", "r3 comes twice"),
        ('"a=failed', "is not label=option"),
        ('"a"b=failed', "the quotes of"),
        (7, "7 is no schedule"),
    ],
)
def test_what_is_no_schedule_is_told(text: str, said: str) -> None:
    with pytest.raises(ConfigurationError, match=said):
        Schedule.parse(text)


@pytest.mark.parametrize(
    "effect",
    [fail(503), fail(429, "slow down; please", retry_after=5), fail(504, commits=True), lose_reply(), slow("45s")],
    ids=str,
)
def test_an_effect_is_read_from_what_it_is_called(effect: object) -> None:
    assert effect_of(str(effect)) == effect
    assert effect_of(effect) is effect  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("fial(503)", "no effect 'fial'. Did you mean 'fail'?"),
        ("fail(int('503'))", "is no effect"),
        ("__import__('os').system('x')", "is no effect"),
        ("fail", "is no effect"),
        ("fail(503, when=1)", "unexpected keyword argument 'when'"),
        ("fail(200)", "a failure has a status from 400 to 599"),
        (503, "503 is no effect"),
    ],
)
def test_nothing_but_an_effect_is_read(text: str, said: str) -> None:
    with pytest.raises(ConfigurationError) as raised:
        effect_of(text)
    assert said in str(raised.value)


def test_each_maker_can_be_written() -> None:
    assert {"fail", "lose_reply", "lose_request", "reset", "slow", "ok"} <= set(MAKERS)


def test_a_replay_offers_its_own_effects_each_once() -> None:
    replay = Replay.of("r1=fail( 503 ); r2=fail(503); r3=reset(); training=failed")
    assert [str(effect) for effect in replay.faults] == ["fail(503)", "reset()"]
    assert str(replay.schedule) == "r1=fail(503); r2=fail(503); r3=reset(); training=failed"
