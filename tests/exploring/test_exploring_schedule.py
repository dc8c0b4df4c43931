"""A schedule is a short text, and the text means the same schedule again."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakestt import ConfigurationError
from fakestt.exploring.marks import MARK, Replay, explore
from fakestt.exploring.schedule import Deviation, Schedule

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


def test_a_replay_offers_its_own_effects_each_once() -> None:
    replay = Replay.of("r1=fail( 503 ); r2=fail(503); r3=reset(); training=failed")
    assert [str(effect) for effect in replay.faults] == ["fail(503)", "reset()"]
    assert str(replay.schedule) == "r1=fail(503); r2=fail(503); r3=reset(); training=failed"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("r1:listModels=reset", "'reset' is no effect: write it as in a test"),
        ("r1=failed", "'failed' is no effect"),
        ("r1=lose_repli()", "no effect 'lose_repli'. Did you mean 'lose_reply'"),
        ("r0=fail(503)", "r0: requests are counted from 1"),
    ],
)
def test_what_can_happen_to_no_request_is_told_when_it_is_written(text: str, said: str) -> None:
    with pytest.raises(ConfigurationError, match=said):
        Replay.of(text)


@pytest.mark.parametrize("allow", [OSError, (OSError, ValueError), [OSError, ValueError]])
def test_exceptions_are_allowed_one_by_one_or_several(allow: Any) -> None:
    @explore(allow=allow)
    def test() -> None: ...

    assert getattr(test, MARK).allowed == (tuple(allow) if isinstance(allow, (tuple, list)) else (allow,))


def test_what_is_no_exception_is_not_allowed() -> None:
    with pytest.raises(ConfigurationError, match=r"allow=\['OSError'\]: give classes of exceptions"):
        explore(allow=["OSError"])  # type: ignore[arg-type]  # misuse
