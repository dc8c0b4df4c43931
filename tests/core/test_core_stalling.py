"""The crank with rows that stall, and what bytes are taken for: without HTTP, without words."""

from __future__ import annotations

import math

import pytest
from core_rig import START_S, Steered, add, added, code, finish, make_audio, make_model, make_world, reach, wait

from fakestt.core.acoustic import commands
from fakestt.core.acoustic.analysis import Taken, take_for_audio, taken_for
from fakestt.core.acoustic.facts import AcousticModel
from fakestt.core.lifecycle import Stage, never
from fakestt.core.machine import Schedule
from fakestt.core.models import failing
from fakestt.core.resources import Activity, Resource
from fakestt.media.facts import ArchiveFacts, AudioFacts, Member, NotAudio

STALLS: Stage[AcousticModel] = Stage(Activity.TRAINING, never)
FAILS: Stage[AcousticModel] = Stage(Activity.TRAINING, None, (failing("why"),))
SAID = AudioFacts(60, "pcm_s16le", 16000, 1)


def takes(seconds: float) -> Stage[AcousticModel]:
    return Stage(Activity.TRAINING, lambda _: (seconds, seconds))


def resource() -> Resource:
    return Resource(name="one")


# The schedule


def test_what_stalls_is_not_due_and_not_pending() -> None:
    schedule, one = Schedule(), resource()
    schedule.stall(one)
    assert (schedule.next_due(), schedule.pending(), schedule.stalled()) == (None, [], [one])


def test_what_does_something_else_by_now_does_not_stall_and_is_forgotten() -> None:
    schedule, one, other = Schedule(), resource(), resource()
    schedule.stall(one)
    schedule.stall(other)
    one.visit += 1
    assert schedule.stalled() == [other]
    one.visit -= 1
    assert schedule.stalled() == [other]


def test_what_stalls_anew_is_the_last_to_have_stalled() -> None:
    schedule, one, other = Schedule(), resource(), resource()
    for stalling in (one, other, one):
        stalling.visit += 1
        schedule.stall(stalling)
    assert schedule.stalled() == [other, one]


def test_the_first_stays_due_until_its_visit_is_over() -> None:
    schedule, one = Schedule(), resource()
    schedule.plan(1.0, one)
    assert schedule.first() == schedule.first() == (1.0, one)
    one.visit += 1
    assert schedule.next_due() is None


# Rows


ROWS = {"stalls": STALLS, "takes": takes(9), "fails": FAILS}


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("stalls", None),
        ("takes stalls", None),
        ("stalls takes", 9),
        ("fails stalls", None),
        ("stalls fails", 2160),
        ("takes stalls fails", 9),
        ("stalls fails stalls", None),
        ("stalls fails takes", 9),
        ("stalls takes fails", 9),
        ("stalls stalls fails", 2160),
    ],
)
@pytest.mark.parametrize("running", [False, True], ids=["before", "during"])
def test_a_row_that_stalls_counts_unless_a_later_one_says_more(
    said: str, expected: float | None, running: bool
) -> None:
    world = make_world()
    model = reach(world, "T" if running else "R")
    for word in said.split():
        world.machine.read_script(ROWS[word], world.now_s)
    if not running:
        commands.train(world, model)
    due_s = world.machine.schedule.next_due()
    assert due_s == (None if expected is None else pytest.approx(model.since_at_s + expected))
    assert world.machine.schedule.stalled() == ([model] if expected is None else [])
    assert world.machine.running(Activity.TRAINING) == [model]
    finish(world)
    assert code(world, model) == ("T" if expected is None else "F" if "fails" in said else "A")


def test_nobody_is_asked_how_long_it_takes_to_stall() -> None:
    choices = Steered()
    world = make_world(choices=choices)
    world.machine.read_script(STALLS, world.now_s)
    reach(world, "T")
    assert [label for label, _ in choices.asked if label.startswith("training.takes")] == []


def test_audio_that_is_deleted_while_its_analysis_stalls_keeps_its_model_for_ever() -> None:
    world = make_world(deleted_audio_frees_the_model=False)
    model = make_model(world)
    world.machine.script.append(Stage(Activity.ANALYSIS, never))
    add(world, model, "stuck")
    commands.delete_audio(world, model, "stuck")
    assert world.machine.running(Activity.CLEARING) == [model]
    assert (world.machine.ends_at(model), code(world, model)) == (math.inf, "PB")


def test_any_span_without_an_end_stalls() -> None:
    world = make_world()
    world.machine.read_script(Stage(Activity.TRAINING, lambda _: (math.inf, math.inf)), world.now_s)
    model = reach(world, "T")
    assert world.machine.schedule.stalled() == [model]


def test_a_row_that_is_silent_about_time_leaves_a_plan_and_asks_nobody() -> None:
    choices = Steered()
    world = make_world(choices=choices)
    reach(world, "T")
    asked = len(choices.asked)
    world.machine.read_script(FAILS, world.now_s)
    assert len(choices.asked) == asked


def test_a_row_that_raises_is_not_read() -> None:
    def clumsy(model: AcousticModel) -> bool:
        raise KeyError(model.name)

    world = make_world()
    reach(world, "T")
    due = world.machine.schedule.pending()
    with pytest.raises(KeyError):
        world.machine.read_script(Stage(Activity.TRAINING, never, None, clumsy), world.now_s)
    assert (world.machine.script, world.machine.schedule.pending()) == ([], due)


def test_running_is_what_does_this_and_nothing_else() -> None:
    world = make_world()
    world.machine.read_script(STALLS, world.now_s)
    stalled, analysing = reach(world, "T"), reach(world, "PB")
    assert world.machine.running(Activity.TRAINING) == [stalled]
    assert world.machine.running(Activity.ANALYSIS) == [analysing.audio["fresh"]]
    assert world.machine.running(Activity.UPGRADE) == []


# What bytes are taken for


def row(*names: str, facts: AudioFacts = SAID) -> Taken:
    return Taken(facts, lambda _, name: name in names)


def test_the_first_row_that_fits_says_it() -> None:
    other = AudioFacts(9, "pcm_s16le", 8000, 1)
    audio = make_audio(make_model(make_world()), "a", facts=NotAudio("text"))
    assert taken_for([row("b"), row("a"), row("a", facts=other)], audio) == SAID
    assert taken_for([row("b")], audio) is audio.facts
    assert taken_for([], audio) is audio.facts


def test_a_row_is_asked_with_the_model() -> None:
    model = make_model(make_world())
    audio = make_audio(model, "a", facts=NotAudio("text"))
    assert taken_for([Taken(SAID, lambda of, name: of is model and name == "a")], audio) == SAID


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([], None),
        ([row("c")], None),
        ([row("a"), row("b")], [SAID, SAID]),
        ([row("b")], [NotAudio("text"), SAID]),
    ],
    ids=["no row", "none", "both", "one"],
)
def test_the_members_of_an_archive_are_looked_at_one_by_one(rows: list[Taken], expected: list[object] | None) -> None:
    members = (Member("a", NotAudio("text")), Member("b", NotAudio("text")))
    audio = make_audio(make_model(make_world()), "all", facts=ArchiveFacts("zip", members, "cut off"))
    audio.content_type = "application/zip"
    facts = taken_for(rows, audio)
    assert isinstance(facts, ArchiveFacts)
    assert (facts is audio.facts) == (expected is None)
    assert facts.problem == "cut off"
    assert expected is None or [member.facts for member in facts.members] == expected


def test_an_archive_that_is_meant_itself_holds_one_file() -> None:
    audio = make_audio(make_model(make_world()), "all", facts=NotAudio("text"))
    audio.content_type = "application/gzip;x=y"
    assert taken_for([row("all")], audio) == ArchiveFacts("gzip", (Member("all", SAID),), None)
    assert taken_for([row("a")], audio) is audio.facts


def test_what_is_being_analysed_is_planned_anew_and_what_is_over_is_left() -> None:
    world = make_world("cloud2025")
    model = make_model(world)
    over = added(world, model, "over", 600)
    began_s = world.now_s
    meant, other = add(world, model, "meant", 600), add(world, model, "other", 600)
    wait(world, 1)
    due = {one.name: at_s for at_s, one in world.machine.schedule.pending()}
    long = AudioFacts(6000, "pcm_s16le", 16000, 1)
    take_for_audio(world, row("meant", "over", facts=long))
    later = {one.name: at_s for at_s, one in world.machine.schedule.pending()}
    assert (later["meant"], later["other"]) == (began_s + 120, due["other"])
    assert (over.facts_duration_s, meant.facts_duration_s, other.facts_duration_s) == (600, 6000, 600)
    assert world.now_s > START_S
