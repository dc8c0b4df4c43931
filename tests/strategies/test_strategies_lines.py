"""Lines that are drawn can be said to a fake of the edition, and pasted: the repr says the same."""

from __future__ import annotations

import pytest
from hypothesis import find, given
from hypothesis import strategies as st
from strategies_rig import ALL_EDITIONS, MANY, SOME, answered

from fakestt import ConfigurationError, FakeSTT, Rule, UnknownOperation, strategies
from fakestt.durations import seconds
from fakestt.strategies import Line, Scenario

KINDS = {
    "acoustic_models": strategies.acoustic_models,
    "language_models": strategies.language_models,
    "scripts": lambda edition: strategies.scripts(edition, names=["car"], stalls=True),
    "faults": lambda edition: strategies.faults(["addAudio", "*Model"], effects=strategies.effects()),
    "clock_moves": lambda edition: strategies.clock_moves(),
    "scenarios": strategies.scenarios,
}


def told(stt: FakeSTT) -> list[str]:
    """What the fake was told, and what it is then."""
    notes = [note.text for note in stt.journal.all_notes()]
    return [*notes, *map(repr, stt.acoustic_models), *map(repr, stt.language_models), repr(stt.clock.pending())]


@pytest.mark.parametrize("edition", ALL_EDITIONS)
@pytest.mark.parametrize("kind", KINDS)
@SOME
@given(data=st.data())
def test_a_line_is_said_and_its_repr_says_the_same(edition: str, kind: str, data: st.DataObject) -> None:
    line = data.draw(KINDS[kind](edition))
    said, pasted = (FakeSTT(edition=edition, start=0) for _ in range(2))
    line(said)
    exec(repr(line), {"stt": pasted})
    assert told(said) == told(pasted)
    said.check_used()  # a fault or a script that did not come is no mistake of a test that draws it


@pytest.mark.parametrize(
    ("kind", "word", "line"),
    [
        (
            "acoustic_models",
            "ready",
            "stt.acoustic_models.add(name='0', base_model_name='en-US_BroadbandModel', status='ready', "
            "minutes_of_audio=1)",
        ),
        pytest.param(
            "language_models",
            "invalid_corpora",
            "stt.language_models.add(name='0', base_model_name='en-US_BroadbandModel', status='pending', corpora={}, "
            "words=[], invalid_corpora=['0'])",
            marks=pytest.mark.slow,
        ),
        ("scripts", "fails", "stt.script.training(fails='not enough speech')"),
        ("scripts", "stalls", "stt.script.training(stalls=True)"),
        ("scripts", "'car'", "stt.script.training('car', takes='1s', optional=True)"),
        ("faults", "fail", "stt.faults.on('addAudio', nth=1, optional=True).fail(503)"),
        ("clock_moves", "m", "stt.clock.advance('1m')"),
    ],
)
def test_a_line_shrinks_to_the_simplest(kind: str, word: str, line: str) -> None:
    assert repr(find(KINDS[kind]("icp2018"), lambda one: word in repr(one)[10:], settings=MANY)) == line


@SOME
@given(line=strategies.acoustic_models(statuses=["training", "available"], minutes=(3_001, 3_001)))
def test_no_model_was_trained_on_more_than_a_training_takes(line: Line) -> None:
    line(FakeSTT(start=0))


@pytest.mark.slow
def test_a_scenario_shrinks_to_what_is_needed() -> None:
    found = find(strategies.scenarios(), lambda scenario: "fail(503)" in repr(scenario), settings=MANY)
    assert repr(found) == "stt.faults.on('*', nth=1, optional=True).fail(503)"


def test_nothing_stalls_unless_it_may() -> None:
    @SOME
    @given(strategies.scripts("cloud2025"))
    def never(line: Line) -> None:
        assert "stalls" not in repr(line)

    never()


def test_a_fault_that_is_said_is_a_rule() -> None:
    line = find(strategies.faults("addAudio", effects=["lose_reply()"]), lambda line: True, settings=MANY)
    stt = FakeSTT()
    rule = line(stt)
    assert isinstance(rule, Rule)
    assert (rule.operation, str(rule.effect)) == ("addAudio", "lose_reply()")


@pytest.mark.parametrize("nothing", ["addAudios", ["addAudio", "*Batch"]])
def test_a_fault_of_no_operation_is_a_mistake(nothing: str | list[str]) -> None:
    with pytest.raises(UnknownOperation):
        strategies.faults(nothing)


def test_a_fault_that_is_none_is_a_mistake() -> None:
    with pytest.raises(ConfigurationError, match="no effect 'fall'"):
        strategies.faults(effects=["fall(503)"])


@SOME
@given(strategies.durations("90s", "2h"))
def test_durations_lie_between_their_bounds(duration: str) -> None:
    assert 90 <= seconds(duration, "drawn") <= 7200


def test_no_duration_between_two_bounds_is_a_mistake() -> None:
    with pytest.raises(ConfigurationError, match="no whole seconds lie between them"):
        strategies.durations("1.2s", "1.5s")


def test_equal_lines_are_equal() -> None:
    line = Line("clock.advance", "45m")
    assert {line, Line("clock.advance", "45m")} == {line}
    assert line != Line("clock.advance", "46m")
    assert line != "stt.clock.advance('45m')"


def test_a_scenario_is_a_sequence_of_lines() -> None:
    lines = [Line("acoustic_models.add", name="car"), Line("clock.advance", "45m")]
    scenario = Scenario(lines)
    assert (list(scenario), len(scenario)) == (lines, 2)
    assert repr(scenario) == "stt.acoustic_models.add(name='car'); stt.clock.advance('45m')"


def test_a_client_meets_what_a_scenario_says() -> None:
    stt = FakeSTT()
    Scenario([Line("faults.on", "*", times=1, optional=True).then(".fail(503)", lambda on: on.fail(503))])(stt)
    assert [answered(stt, "GET", "acoustic_customizations") for _ in range(2)] == [503, 200]
