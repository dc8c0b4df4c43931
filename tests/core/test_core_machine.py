"""The crank: order of what is due, instants of changes, scripts, choices, and what becomes of void plans."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar

import pytest
from core_rig import (
    ALL,
    BASE,
    CLOUD,
    OWNER,
    START_S,
    Steered,
    add,
    added,
    code,
    finish,
    make_model,
    make_world,
    objection,
    publish,
    reach,
    wait,
)

from fakestt.core.acoustic import commands
from fakestt.core.acoustic.facts import Audio
from fakestt.core.acoustic.placing import place_acoustic_model
from fakestt.core.acoustic.stages import spoil
from fakestt.core.changes import ByActivity, Change
from fakestt.core.choices import TIE, Choices, Kind, Point
from fakestt.core.lifecycle import Ending, Stage
from fakestt.core.machine import Schedule
from fakestt.core.models import failing
from fakestt.core.refusals import Why
from fakestt.core.resources import Activity, Resource
from fakestt.errors import ConfigurationError

T = TypeVar("T")


def resource(name: str) -> Resource:
    return Resource(name=name)


def drain(schedule: Schedule) -> list[tuple[float, str]]:
    order = []
    while schedule.next_due() is not None:
        at_s, one = schedule.first()
        one.visit += 1
        order.append((at_s, one.name))
    return order


# The schedule


def test_what_is_due_comes_in_the_order_of_its_instants() -> None:
    schedule = Schedule()
    for at_s, name in [(3.0, "c"), (1.0, "a"), (2.0, "b")]:
        schedule.plan(at_s, resource(name))
    assert [(at_s, one.name) for at_s, one in schedule.pending()] == [(1.0, "a"), (2.0, "b"), (3.0, "c")]
    assert drain(schedule) == [(1.0, "a"), (2.0, "b"), (3.0, "c")]


def test_what_is_due_at_once_keeps_the_order_of_planning() -> None:
    schedule = Schedule()
    names = [f"{number}" for number in range(20)]
    for name in names:
        schedule.plan(5.0, resource(name))
    assert [one.name for _, one in schedule.pending()] == names
    assert [name for _, name in drain(schedule)] == names


def test_a_plan_of_an_earlier_visit_is_void() -> None:
    schedule, one = Schedule(), resource("one")
    schedule.plan(1.0, one)
    one.visit += 1
    assert schedule.pending() == []
    assert schedule.next_due() is None


def test_instants_are_kept_in_microseconds() -> None:
    schedule = Schedule()
    schedule.plan(0.1 + 0.2, resource("one"))
    assert schedule.next_due() == 0.3


def test_an_empty_schedule_has_nothing_due() -> None:
    assert (Schedule().next_due(), Schedule().pending()) == (None, [])


# Due changes


def instants(changes: Sequence[Change]) -> list[tuple[float, str, str]]:
    return [(change.at_s - START_S, str(change.before or "-"), str(change.after or "-")) for change in changes]


@pytest.mark.parametrize("step_s", [36_000.0, 1.7, 600.0])
def test_however_late_it_is_looked_at_each_change_has_its_own_instant(step_s: float) -> None:
    world = make_world()
    model = make_model(world)
    add(world, model, "audio", 720)
    wait(world, 14.4)
    commands.train(world, model)
    while world.now_s < START_S + 36_000:
        wait(world, step_s)
    assert instants([change for change in world.machine.changes if change.subject == model.id]) == [
        (0.0, "-", "pending"),
        (0.0, "pending", "pending"),
        (pytest.approx(14.4, abs=1e-5), "pending", "ready"),
        (pytest.approx(14.4, abs=1e-5), "ready", "training"),
        (pytest.approx(2174.4, abs=1e-5), "training", "available"),
    ]


class Counted(list[Change]):
    """Counts how many of its changes are looked at."""

    looked_at = 0

    def __iter__(self) -> Iterator[Change]:
        self.looked_at += len(self)
        return super().__iter__()

    def __getitem__(self, index: Any) -> Any:
        found = super().__getitem__(index)
        self.looked_at += len(found) if isinstance(index, slice) else 1
        return found


def test_a_history_is_what_was_written_of_one_subject_however_often_it_is_asked() -> None:
    world = make_world()
    models = [make_model(world, name=name) for name in "abc"]
    machine = world.machine
    seen = {model.id: list(machine.history("acoustic model", model.id)) for model in models}
    add(world, models[0], "audio", 720)
    wait(world, 60)
    for model in models:
        assert list(machine.history("acoustic model", model.id)) == [
            one for one in machine.changes if one.subject == model.id
        ]
        assert list(machine.history("acoustic model", model.id))[:1] == seen[model.id]
    assert machine.history("acoustic model", "nobody") == ()


def test_histories_are_told_apart_once_and_not_for_each_look() -> None:
    world = make_world()
    models = [make_model(world, name=f"{number}") for number in range(20)]
    changes = world.machine.changes = Counted(world.machine.changes)
    for model in (*models, *models):
        assert len(world.machine.history("acoustic model", model.id)) == 1
    assert changes.looked_at == len(changes) == 20


def test_a_change_happens_at_its_instant_and_not_a_microsecond_before() -> None:
    world = make_world()
    model = make_model(world)
    add(world, model, "audio", 100)
    wait(world, 1.999999)
    assert code(world, model) == "PB"
    wait(world, 0.000001)
    assert code(world, model) == "R"


@pytest.mark.parametrize("edition", CLOUD)
def test_analyses_that_end_at_once_end_in_the_order_of_their_uploads(edition: str) -> None:
    world = make_world(edition)
    model = make_model(world)
    for name in ("c", "a", "b"):
        add(world, model, name, 60)
    wait(world, 36_000)
    ended = [change.subject.rpartition("/")[2] for change in world.machine.changes if change.cause == "analysis"]
    assert ended == ["c", "a", "b", model.id]
    assert {change.at_s for change in world.machine.changes if change.cause == "analysis"} == {START_S + 2}


@pytest.mark.parametrize("edition", CLOUD)
def test_the_model_is_pending_until_the_last_analysis_has_ended(edition: str) -> None:
    world = make_world(edition)
    model = make_model(world)
    add(world, model, "short", 60)
    add(world, model, "long", 6000)
    wait(world, 60)
    assert (code(world, model), objection(commands.train, world, model)) == ("PB", Why.BUSY)
    wait(world, 60)
    assert (code(world, model), objection(commands.train, world, model)) == ("R", None)


def test_deleting_the_audio_voids_its_analysis() -> None:
    world = make_world()
    model = reach(world, "PB")
    commands.delete_audio(world, model, "fresh")
    assert world.machine.schedule.next_due() is None
    seen = len(world.machine.changes)
    wait(world, 36_000)
    assert world.machine.changes[seen:] == []


def test_deleting_the_model_voids_nothing_of_others() -> None:
    world = make_world()
    model, other = reach(world, "A"), reach(world, "T")
    commands.delete_acoustic_model(world, model)
    finish(world)
    assert code(world, other) == "A"


def test_overwriting_audio_starts_its_analysis_anew() -> None:
    world = make_world()
    model = reach(world, "R")
    began_s = world.now_s
    add(world, model, "good", 100, overwrite=True)
    assert [(at_s, one.name) for at_s, one in world.machine.schedule.pending()] == [(began_s + 2, "good")]
    changes = world.machine.changes[-3:]
    assert [(change.cause, change.after is None) for change in changes] == [
        ("addAudio", True), ("addAudio", False), ("addAudio", False),
    ]  # fmt: skip
    assert [change.at_s for change in changes] == [began_s] * 3


def test_deleting_a_model_writes_the_end_of_all_it_had() -> None:
    world = make_world()
    model = reach(world, "RM")
    commands.delete_acoustic_model(world, model)
    gone = [change.subject for change in world.machine.changes if change.after is None]
    assert gone == [f"{model.id}/bad", f"{model.id}/good", model.id]


@pytest.mark.parametrize(
    ("act", "gone"),
    [
        (lambda world, model: commands.delete_audio(world, model, "good"), 1),
        (lambda world, model: commands.delete_user_data(world, OWNER, "jane"), 1),
        (commands.reset, 1),
        (commands.delete_acoustic_model, 2),
    ],
)
def test_what_is_removed_is_written_with_its_instant(act: Callable[..., object], gone: int) -> None:
    world = make_world()
    model = reach(world, "R")
    act(world, model)
    assert [change.at_s for change in world.machine.changes if change.after is None] == [world.now_s] * gone


def test_a_change_reads_as_a_sentence() -> None:
    world = make_world()
    model = reach(world, "PB")
    commands.delete_audio(world, model, "fresh")
    first, *_, gone, last = (str(change) for change in world.machine.changes)
    assert first == f"{model.id}: (new) -> pending by createAcousticModel"
    assert gone == f"{model.id}/fresh: being_processed -> (gone) by deleteAudio"
    assert last == f"{model.id}: pending -> pending by deleteAudio"


def test_an_ending_is_told_if_it_was_bad() -> None:
    assert str(ByActivity(Activity.TRAINING, "available")) == "training"
    assert str(ByActivity(Activity.TRAINING, "failed", spoiled=True)) == "training failed"


def test_changes_are_taken_once() -> None:
    machine = (world := make_world()).machine
    make_model(world)
    assert len(machine.unseen_changes()) == 1
    assert len(machine.take_changes()) == 1
    assert (machine.take_changes(), machine.unseen_changes()) == ((), [])


@pytest.mark.parametrize("edition", ALL)
def test_a_refusal_that_changes_nothing_is_no_change(edition: str) -> None:
    world = make_world(edition)
    model = reach(world, "A")
    seen, updated_s = len(world.machine.changes), model.updated_at_s
    wait(world, 60)
    assert objection(commands.train, world, model) is Why.UNMODIFIED
    assert (world.machine.changes[seen:], model.updated_at_s) == ([], updated_s)


def test_a_refusal_that_fails_the_model_is_a_change() -> None:
    world = make_world()
    model = reach(world, "PI")
    wait(world, 60)
    assert objection(commands.train, world, model) is Why.INVALID_AUDIO
    assert str(world.machine.changes[-1]) == f"{model.id}: pending -> failed by trainAcousticModel refused"
    assert (world.machine.changes[-1].at_s, model.updated_at_s) == (world.now_s, world.now_s)


# `updated`


@pytest.mark.parametrize("column", ["T", "U", "PB"])
def test_updated_is_the_instant_of_the_last_change(column: str) -> None:
    world = make_world("cloud2025")
    model = reach(world, column)
    assert model.updated_at_s == world.now_s
    finish(world)
    ended_s = world.now_s
    wait(world, 36_000)
    assert model.updated_at_s == ended_s > model.created_at_s


def test_a_new_model_was_updated_when_it_was_created() -> None:
    world = make_world("cloud2025")
    model = make_model(world)
    wait(world, 60)
    assert model.updated_at_s == model.created_at_s == START_S


# Scripts


def training(takes_s: float | None = None, fails: str | None = None) -> Stage[Resource]:
    after = None if takes_s is None else lambda _: (takes_s, takes_s)
    return Stage(Activity.TRAINING, after, (failing(fails),) if fails else None)  # type: ignore[arg-type]


def test_a_script_row_that_arrives_meanwhile_plans_anew_from_the_beginning() -> None:
    world = make_world()
    model = reach(world, "T")
    began_s = world.now_s
    wait(world, 100)
    world.machine.read_script(training(3600), world.now_s)
    assert world.machine.schedule.pending() == [(began_s + 3600, model)]


def test_a_script_row_never_ends_anything_in_the_past() -> None:
    world = make_world()
    model = reach(world, "T")
    wait(world, 100)
    world.machine.read_script(training(10), world.now_s)
    assert world.machine.schedule.next_due() == world.now_s
    world.settle()
    assert (code(world, model), world.machine.changes[-1].at_s) == ("A", world.now_s)


def test_a_script_row_that_is_silent_about_time_leaves_the_plan() -> None:
    world = make_world()
    model = reach(world, "T")
    due_s = world.machine.schedule.next_due()
    world.machine.read_script(training(fails="no speech"), world.now_s)
    assert world.machine.schedule.next_due() == due_s
    finish(world)
    assert (code(world, model), model.error) == ("F", "no speech")
    assert world.machine.changes[-1].cause == "training failed"


def test_a_script_row_leaves_other_activities_and_other_models() -> None:
    world = make_world()
    one, other, busy = reach(world, "T"), reach(world, "T"), reach(world, "PB")
    due = world.machine.schedule.pending()
    row = training(9999)
    world.machine.read_script(Stage(Activity.TRAINING, row.after, None, lambda model: model is other), world.now_s)
    assert [pair for pair in world.machine.schedule.pending() if pair[1] is not other] == [
        pair for pair in due if pair[1] is not other
    ]
    assert {one.name for _, one in world.machine.schedule.pending()} == {one.name, other.name, *busy.audio}


def test_the_latest_row_that_fits_wins() -> None:
    world = make_world()
    world.machine.read_script(training(10), world.now_s)
    world.machine.read_script(training(20), world.now_s)
    world.machine.read_script(training(fails="why"), world.now_s)
    model = reach(world, "T")
    assert world.machine.schedule.pending() == [(world.now_s + 20, model)]
    finish(world)
    assert model.error == "why"


def test_a_script_can_spoil_good_audio() -> None:
    world = make_world()
    noisy: Ending[Audio] = Ending("invalid", lambda audio: spoil(audio, "too noisy"), spoils=True)
    world.machine.read_script(Stage(Activity.ANALYSIS, None, (noisy,)), world.now_s)
    model = make_model(world)
    audio = add(world, model, "audio")
    finish(world)
    assert (code(world, model), audio.problem) == ("PI", "too noisy")
    assert world.machine.changes[-1].cause == "analysis invalid"


# Choices


class Lasting(Choices):
    """Takes one end of every range."""

    def __init__(self, length: str) -> None:
        super().__init__()
        self.length = length

    def decide(self, point: Point, options: Sequence[T]) -> T:
        return next(one for one in options if one == self.length) if point.kind is Kind.TAKES else options[0]


@pytest.mark.parametrize(
    ("edition", "least", "most"),
    [("icp2018", 2, 4), ("icp2020", 2, 4), ("cloud2025", 1, 1), ("cp4d2025", 1, 1)],
)
def test_whoever_chooses_may_take_either_end_of_the_documented_range(edition: str, least: int, most: int) -> None:
    for choices, factor in ((Lasting("least"), least), (Lasting("most"), most), (Choices(), (least + most) / 2)):
        world = make_world(edition, choices=choices)
        reach(world, "T")
        assert world.machine.schedule.next_due() == pytest.approx(world.now_s + factor * 720, abs=1e-5)


def test_the_points_say_what_is_decided_and_of_what() -> None:
    choices = Steered()
    world = make_world(choices=choices)
    model = reach(world, "A")
    publish(world)
    commands.upgrade(world, model)
    finish(world)
    commands.train(world, model, force=True)
    finish(world)
    lengths, endings = ("middle", "least", "most"), ("available", "failed")
    assert choices.asked == [  # an analysis and an upgrade take one length alone
        ("analysis:good", ("analysed", "invalid")),
        ("training.takes:car", lengths),
        ("training:car", endings),
        ("upgrade:car", ("done", "failed")),
        ("training.takes:car#2", lengths),
        ("training:car#2", endings),
    ]


def test_models_of_one_name_have_points_of_their_own() -> None:
    choices = Steered()
    world = make_world(choices=choices)
    for model in [reach(world, "R"), reach(world, "R")]:
        commands.train(world, model)
    finish(world)
    asked = [text for text, _ in choices.asked if text.startswith("training:")]
    assert asked == ["training:car", "training:car#2"]


def test_a_point_is_decided_once_however_often_it_is_asked() -> None:
    choices = Steered("training")
    world = make_world(choices=choices)
    model = reach(world, "T")
    for _ in range(3):
        world.machine.plan(model, world.now_s)
        world.machine.read_script(Stage(Activity.TRAINING, lambda _: (10.0, 20.0)), world.now_s)
    finish(world)
    assert len(choices.asked) == len(set(choices.asked)) == 3
    assert code(world, model) == "F"


def test_what_was_chosen_is_taken_of_the_new_range() -> None:
    world = make_world(choices=Lasting("most"))
    model = reach(world, "T")
    world.machine.read_script(Stage(Activity.TRAINING, lambda _: (10.0, 20.0)), world.now_s)
    assert world.machine.schedule.next_due() == model.since_at_s + 20


class Other(Choices):
    """Takes the last option."""

    def decide(self, point: Point, options: Sequence[T]) -> T:
        return options[-1]


def test_what_was_chosen_and_is_possible_no_more_is_decided_anew() -> None:
    choices, point = Other(), Point(Kind.FAULT, "addAudio", 1)
    assert [choices.choose(point, list(options)) for options in ("abc", "ac", "ab", "x")] == ["c", "c", "b", "x"]


@pytest.mark.parametrize(("choices", "seen"), [(Choices(), "A"), (Other(), "T")])
def test_a_change_that_is_due_at_the_instant_of_a_request_may_come_after_it(choices: Choices, seen: str) -> None:
    world = make_world()
    model = reach(world, "T")
    world.machine.choices = choices
    due_s = world.machine.schedule.next_due()
    assert due_s is not None
    world.clock.wait(due_s - world.now_s)  # type: ignore[attr-defined]
    assert world.settle(before_request=True) is (seen == "T")
    assert code(world, model) == seen
    world.settle()
    assert code(world, model) != "T"
    assert world.machine.changes[-1].at_s == due_s


def test_a_tie_is_asked_by_the_point_of_what_is_due() -> None:
    world = make_world(choices=(choices := Steered()))
    reach(world, "T")
    choices.asked.clear()
    due_s = world.machine.schedule.next_due()
    assert due_s is not None
    world.clock.wait(due_s - world.now_s)  # type: ignore[attr-defined]
    world.settle(before_request=True)
    assert choices.asked[0] == ("training.tie:car", TIE)


def test_what_was_due_before_a_request_never_comes_after_it() -> None:
    world = make_world()
    model = reach(world, "T")
    world.machine.choices = Other()
    world.clock.wait(1e6)  # type: ignore[attr-defined]
    assert not world.settle(before_request=True)
    assert code(world, model) != "T"


def test_the_change_to_failed_says_why_and_the_one_that_mends_it_nothing() -> None:
    world = make_world()
    model = reach(world, "R")
    world.machine.script.insert(0, Stage(Activity.TRAINING, None, (failing("no speech"),)))
    commands.train(world, model)
    finish(world)
    world.machine.script.clear()
    added(world, model, "more")
    commands.train(world, model)
    finish(world)
    told = [
        (change.after.shown, change.why) for change in world.machine.history(model.family, model.id) if change.after
    ]
    assert [one for one in told if one[1] is not None] == [("failed", "no speech")]
    assert told[-1] == ("available", None)


@pytest.mark.parametrize(
    ("spoil", "before", "later", "why"),
    [("training", "T", "F", "training failed"), ("analysis", "PB", "PI", "the analysis found it invalid")],
)
def test_whoever_chooses_may_make_an_activity_end_badly(spoil: str, before: str, later: str, why: str) -> None:
    world = make_world(choices=Steered(spoil))
    model = reach(world, before)
    finish(world)
    assert code(world, model) == later
    assert world.machine.changes[-1 if spoil == "training" else -2].why == why


def test_the_default_choice_is_the_first_option() -> None:
    point = Point(Kind.FAULT, "addAudio", 1)
    assert Choices().choose(point, ["ok", "fail"]) == "ok"
    assert str(point) == "r1:addAudio"


def test_one_owner_s_labelled_data_is_not_another_s() -> None:
    world = make_world()
    model = reach(world, "R")
    commands.delete_user_data(world, "33333333-3333-4333-8333-333333333333", "jane")
    commands.delete_user_data(world, OWNER, "john")
    assert code(world, model) == "R"


class Mistaken(Choices):
    def decide(self, point: Point, options: Sequence[T]) -> T:
        return "bogus"  # type: ignore[return-value]


def test_a_choice_that_is_none_of_the_options_is_an_error_and_leaves_nothing_behind() -> None:
    world = make_world(choices=Mistaken())
    with pytest.raises(
        ConfigurationError,
        match=r"decide\(training.takes:car\): 'bogus' is not possible. Return one of: middle, least, most\.$",
    ):
        place_acoustic_model(world, OWNER, name="car", base_model_name=BASE, status="training")
    assert list(world.all_models()) == []
