"""Coverage is data: it is merged in any order, goes through JSON, and is told in words."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from asking import MODELS, START, ask, create
from hypothesis import given, settings
from hypothesis import strategies as st

from fakestt import ConfigurationError, FakeSTT, StateError, lose_reply, wire
from fakestt.coverage.document import document, only, read, total_percent, verdict
from fakestt.coverage.items import Answered, Item, Shown, Survived, Transition, Trouble
from fakestt.coverage.possible import possible
from fakestt.coverage.record import MEASURES, Coverage, cut_off, merged
from fakestt.coverage.text import LEAST_WIDTH, never_called, never_saw, table
from fakestt.editions import EDITIONS

NOTHING = possible(EDITIONS["icp2018"])
FEW = settings(max_examples=20, deadline=None)
BEYOND: tuple[Item, ...] = (Answered("addAudio", 503), Transition("audio", None, "ok"))


@st.composite
def coverages(draw: st.DrawFn) -> Coverage:
    measures = {}
    for name, measure in zip(MEASURES, NOTHING.measures, strict=True):
        beyond = [item for item in BEYOND if type(item) is MEASURES[name]]
        measures[name] = replace(measure, seen=draw(st.frozensets(st.sampled_from([*measure.possible, *beyond]))))
    met = draw(st.frozensets(st.sampled_from(NOTHING.faults.possible)))
    return replace(NOTHING, **measures, met=met - measures["faults"].seen)


@FEW
@given(coverages(), coverages(), coverages())
def test_merging_is_a_union(a: Coverage, b: Coverage, c: Coverage) -> None:
    assert (a | b) | c == a | (b | c)
    assert a | b == b | a
    assert a | a == a | NOTHING == a
    assert (a | b).counted >= max(a.counted, b.counted)
    assert not (a | b).met & (a | b).faults.seen


@FEW
@given(coverages())
def test_json_tells_all_of_it(one: Coverage) -> None:
    assert Coverage.from_json(json.loads(json.dumps(one.to_json()))) == one


@FEW
@given(coverages(), st.integers(LEAST_WIDTH, 200))
def test_the_table_keeps_to_the_width_and_to_a_few_lines(one: Coverage, width: int) -> None:
    lines = table([one], width)
    assert max(map(len, lines)) <= width
    assert len(lines) <= 6 + 3 * 3
    assert "\u00a0" not in "".join(lines)


def test_what_only_one_of_two_calls_possible_is_possible() -> None:
    audio = only(NOTHING, ["*Audio"])
    both = audio | NOTHING
    assert both.possible == NOTHING.possible
    assert both.answers.possible[: len(audio.answers.possible)] == audio.answers.possible


def test_what_two_editions_showed_is_kept_apart() -> None:
    other = possible(EDITIONS["cloud2025"])
    with pytest.raises(StateError, match=r"coverage of icp2018 \| coverage of cloud2025: each edition"):
        NOTHING | other
    both = merged([NOTHING, other, NOTHING])
    assert both == {"cloud2025": other, "icp2018": NOTHING}
    assert table([*both.values()])[-1].split() == [
        "all",
        "of",
        "2",
        "editions",
        "0",
        str(NOTHING.possible + other.possible),
        "0",
        "%",
    ]


@pytest.mark.parametrize("data", [{}, {"edition": "icp2018"}, [], {**NOTHING.to_json(), "met": [{"trouble": "x"}]}])
def test_what_is_no_coverage_is_refused(data: dict[str, object]) -> None:
    with pytest.raises(StateError, match="this is not the coverage of an edition"):
        Coverage.from_json(data)


def test_a_hundred_percent_is_all() -> None:
    assert [cut_off(value) for value in (99.9999, 100.0, 0.5)] == [99.99, 100.0, 0.5]
    full = {
        name: replace(one, seen=frozenset(one.possible)) for name, one in zip(MEASURES, NOTHING.measures, strict=True)
    }
    all_of_it = replace(NOTHING, **full)
    assert all_of_it.percent == 100
    numbers = [str(len(measure.possible)) for measure in NOTHING.measures]
    assert [line.split()[-4:] for line in table([all_of_it])[1:]] == [
        [number, number, "100", "%"] for number in (*numbers, str(NOTHING.possible))
    ]
    [*most, last] = NOTHING.faults.possible
    almost = replace(all_of_it, faults=replace(NOTHING.faults, seen=frozenset(most)))
    assert {line.split()[-2] for line in table([almost])[4:6]} <= {"98", "99"}
    assert table([almost])[6:] == [f"  never saw: {last}"]


def test_what_was_never_seen_is_told_the_most_telling_first() -> None:
    stt = FakeSTT(start=START)
    model_id = create(stt)
    ask(stt, "GET", f"{MODELS}/{model_id}")
    ask(stt, "POST", f"{MODELS}/{model_id}/train")
    rule = stt.faults.on("addAudio").do(lose_reply())
    with pytest.raises(wire.WireBreak):
        ask(stt, "POST", f"{MODELS}/{model_id}/audio/one")
    assert stt.faults.used(rule) == 1
    coverage = stt.coverage
    assert never_saw(coverage)[:5] == [
        "failed (acoustic model)",
        "409 on trainAcousticModel",
        "a lost reply on createAcousticModel",
        "failed -> training (acoustic model)",
        "upgrading (acoustic model)",
    ]
    assert {"any audio", "any language model"} < set(never_saw(coverage))
    assert "addAudio" not in never_called(coverage)
    assert "deleteAudio" in never_called(coverage)
    assert "  met, and no request came after it: a lost reply on addAudio" in table([coverage])


def test_each_item_says_what_it_is() -> None:
    items = [
        Shown("audio", "invalid"),
        Transition("audio", None, "being_processed"),
        Transition("audio", "ok", None),
        Answered("addAudio", 413),
        Survived(Trouble.LOST_REPLY, "addAudio"),
    ]
    assert list(map(str, items)) == [
        "invalid (audio)",
        "(new) -> being_processed (audio)",
        "ok -> (gone) (audio)",
        "413 on addAudio",
        "a lost reply on addAudio",
    ]


def test_only_some_operations_and_what_they_show_may_count() -> None:
    audio = only(NOTHING, ["*Audio"])
    assert {item.operation for item in audio.faults.possible} == {"listAudio", "addAudio", "getAudio", "deleteAudio"}
    assert {item.family for item in audio.statuses.possible} == {"audio"}
    assert {item.family for item in audio.transitions.possible} == {"audio"}
    assert audio.possible < only(NOTHING, ["*Audio", "getAcousticModel"]).possible < NOTHING.possible
    assert only(NOTHING, []) == NOTHING
    seen = Answered("addAudio", 201)
    other = Answered("getModel", 200)
    some = replace(NOTHING, answers=replace(NOTHING.answers, seen=frozenset({seen, other})))
    assert only(some, ["addAudio"]).answers.seen == {seen}


def test_a_misspelt_operation_is_no_part() -> None:
    with pytest.raises(ConfigurationError, match=r"no operation is called 'addAudios'\. Did you mean 'addAudio'"):
        only(NOTHING, ["addAudios"])


def test_a_document_holds_several_editions() -> None:
    both = [possible(EDITIONS["cloud2025"]), NOTHING]
    assert read(json.loads(json.dumps(document(both)))) == both
    assert document(both)["percent"] == total_percent(both) == total_percent([]) == 0
    with pytest.raises(StateError, match="this is not the coverage of a run"):
        read({"editions": {}})


def test_the_verdict_says_why() -> None:
    some = replace(NOTHING, answers=replace(NOTHING.answers, seen=frozenset(NOTHING.answers.possible)))
    percent = 100 * len(NOTHING.answers.possible) / NOTHING.possible
    total = f"{cut_off(percent):.2f} % in all"
    assert verdict([some], 2) == (True, f"Required fakestt coverage of 2 % reached: {total}")
    assert verdict([some], percent)[0]
    assert not verdict([some], percent + 0.001)[0]
    assert verdict([some], 99.5) == (False, f"FAIL Required fakestt coverage of 99.5 % not reached: {total}")
    assert verdict([], 1) == (False, "FAIL Required fakestt coverage of 1 % not reached: no request met a fake")
