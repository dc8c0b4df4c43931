"""The state table, cell by cell at World level: phase reached, command, refusal or success, next phase.

The expectations are the contract's table in its own columns, written down before the code was looked at:

    +       done, the phase stays         +X      done, then X          gone    done, the model is no more
    why     refused, the phase stays      why>X   refused, then X       .       there is no such case
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from core_rig import (
    ALL,
    CLOUD,
    CODES,
    COLUMNS,
    ICP,
    OWNER,
    Steered,
    add,
    code,
    finish,
    make_model,
    make_world,
    publish,
    reach,
)

from fakestt.core.acoustic import commands
from fakestt.core.acoustic.facts import AcousticModel
from fakestt.core.acoustic.phases import AcousticCommand
from fakestt.core.acoustic.table import AcousticAsk
from fakestt.core.choices import Choices
from fakestt.core.refusals import Refusal, Why
from fakestt.core.world import World

WHY = {
    "lock": Why.BUSY,
    "few": Why.TOO_LITTLE_AUDIO,
    "bad": Why.INVALID_AUDIO,
    "same": Why.UNMODIFIED,
    "newest": Why.UP_TO_DATE,
    "state": Why.NOT_UPGRADABLE,
    "taken": Why.NAME_TAKEN,
    "none": Why.NO_SUCH_AUDIO,
}

# fmt: off
TABLE = (
    # row                  editions  P0     PB    PI     R     RM     Br    Ba    Bf    T     A     U     F
    ("create another",     ALL,   "  +      +     +      +     +      +     +     +     +     +     +     +    "),
    ("list",               ALL,   "  +      +     +      +     +      +     +     +     +     +     +     +    "),
    ("get",                ALL,   "  +      +     +      +     +      +     +     +     +     +     +     +    "),
    ("delete",             ALL,   "  gone   lock  gone   gone  gone   lock  lock  lock  lock  gone  lock  gone "),
    ("train",              ALL,   "  few>F  lock  bad>F  +T    bad>F  lock  lock  lock  lock  same  lock  +T   "),
    ("train forced",       ALL,   "  few>F  lock  bad>F  +T    bad>F  lock  lock  lock  lock  +T    lock  +T   "),
    ("train not strict",   ALL[1:], "few>F  lock  few>F  +T    +T     lock  lock  lock  lock  same  lock  +T   "),
    ("reset",              ALL,   "  +      lock  +P0    +P0   +P0    lock  lock  lock  lock  +P0   lock  +P0  "),
    ("upgrade, newer out", ALL,   "  state  lock  state  +U    +U     lock  lock  lock  lock  +U    lock  state"),
    ("upgrade, newest",    ALL,   "  newest lock  newest newest newest lock lock  lock  lock newest lock  newest"),
    ("list audio",         ALL,   "  +      +     +      +     +      +     +     +     +     +     +     +    "),
    ("add new",            ICP,   "  +PB    lock  +PB    +PB   +PB    lock  lock  lock  lock  +PB   lock  +PB  "),
    ("add new",            CLOUD, "  +PB    +     +PB    +PB   +PB    +     +     +     lock  +PB   lock  +PB  "),
    ("add existing",       ICP,   "  .      lock  taken  taken taken  lock  lock  lock  lock  taken lock  taken"),
    ("add existing",       CLOUD, "  .      taken taken  taken taken  taken taken taken lock  taken lock  taken"),
    ("overwrite",          ICP,   "  .      lock  +PB    +PB   +PB    lock  lock  lock  lock  +PB   lock  +PB  "),
    ("overwrite",          CLOUD, "  .      lock  +PB    +PB   +PB    +     +     +     lock  +PB   lock  +PB  "),
    ("overwrite analysed", ALL,   "  .      lock  .      .     .      lock  lock  lock  .     .     .     .    "),
    ("get existing",       ALL,   "  .      +     +      +     +      +     +     +     +     +     +     +    "),
    ("get missing",        ALL,   "  none   none  none   none  none   none  none  none  none  none  none  none "),
    ("delete missing",     ALL,   "  none   none  none   none  none   none  none  none  lock  none  lock  none "),
    ("delete existing",    ALL,   "  .      +P0   +P0    +P0   +PI    +     +     +     lock  +P0   lock  +P0  "),
    ("delete analysed",    ALL,   "  .      +P0   .      .     .      +R    +R    +R    .     .     .     .    "),
    ("delete bad",         ALL,   "  .      .     +P0    .     +R     .     .     .     .     .     .     .    "),
    ("delete user data",   ALL,   "  +      +P0   +P0    +P0   +P0    +P0   +P0   +P0   +     +P0   +     +P0  "),
)
# fmt: on


def existing(model: AcousticModel) -> str:
    """The valid audio where there is some, else what there is."""
    return "good" if "good" in model.audio else next(iter(model.audio))


def upgrade_to_newer(world: World, model: AcousticModel) -> None:
    if code(world, model) != "U":
        publish(world)
    commands.upgrade(world, model)


def look(world: World, model: AcousticModel) -> None:
    world.machine.permit(model, AcousticCommand.GET, AcousticAsk(limits=world.limits), world.now_s)
    assert world.find(AcousticModel, OWNER, model.id) is model


def list_audio(world: World, model: AcousticModel) -> None:
    world.machine.permit(model, AcousticCommand.LIST_AUDIO, AcousticAsk(limits=world.limits), world.now_s)


ACTS: dict[str, Callable[[World, AcousticModel], object]] = {
    "create another": lambda world, model: make_model(world, name="another"),
    "list": lambda world, model: commands.list_acoustic_models(world, OWNER).index(model),
    "get": look,
    "delete": commands.delete_acoustic_model,
    "train": commands.train,
    "train forced": lambda world, model: commands.train(world, model, force=True),
    "train not strict": lambda world, model: commands.train(world, model, strict=False),
    "reset": commands.reset,
    "upgrade, newer out": upgrade_to_newer,
    "upgrade, newest": commands.upgrade,
    "list audio": list_audio,
    "add new": lambda world, model: add(world, model, "new"),
    "add existing": lambda world, model: add(world, model, existing(model)),
    "overwrite": lambda world, model: add(world, model, existing(model), overwrite=True),
    "overwrite analysed": lambda world, model: add(world, model, "fresh", overwrite=True),
    "get existing": lambda world, model: commands.get_audio(world, model, existing(model)),
    "get missing": lambda world, model: commands.get_audio(world, model, "nothing of the kind"),
    "delete missing": lambda world, model: commands.delete_audio(world, model, "nothing of the kind"),
    "delete existing": lambda world, model: commands.delete_audio(world, model, existing(model)),
    "delete analysed": lambda world, model: commands.delete_audio(world, model, "fresh"),
    "delete bad": lambda world, model: commands.delete_audio(world, model, "bad"),
    "delete user data": lambda world, model: commands.delete_user_data(world, OWNER, "jane"),
}

Cell = Callable[[str], AbstractContextManager[None]]


@pytest.mark.parametrize(
    ("edition", "row", "cells"),
    [pytest.param(one, row, cells, id=f"{one}-{row}") for row, editions, cells in TABLE for one in editions],
)
def test_the_row_answers_as_the_contract_says(edition: str, row: str, cells: str, cell: Cell) -> None:
    for column, expected in zip(COLUMNS, cells.split(), strict=True):
        if expected != ".":
            with cell(f"{column} {expected}"):
                check(edition, row, column, expected)


def check(edition: str, row: str, column: str, cell: str) -> None:
    world = make_world(edition)
    model = reach(world, column)
    before = code(world, model)
    facts = {name: audio.valid for name, audio in model.audio.items()}

    def act() -> None:
        ACTS[row](world, model)

    if cell[0] == "+" or cell == "gone":
        act()
        after = cell[1:] or before
    else:
        why, _, after = cell.partition(">")
        with pytest.raises(Refusal) as refused:
            act()
        assert refused.value.why is WHY[why]
        assert {name: audio.valid for name, audio in model.audio.items()} == facts
    if cell == "gone":
        assert model.id not in world.models(AcousticModel, OWNER)
        assert world.machine.schedule.next_due() is None
    else:
        assert code(world, model) == (after or before)


@pytest.mark.parametrize("edition", ALL)
@pytest.mark.parametrize(
    ("column", "later"),
    [("PB", "R"), ("Br", "R"), ("Ba", "R"), ("Bf", "R"), ("T", "A"), ("U", "A"), ("P0", "P0"), ("A", "A"), ("F", "F")],
)
def test_time_alone_leads_where_the_contract_says(edition: str, column: str, later: str) -> None:
    world = make_world(edition)
    model = reach(world, column)
    finish(world)
    assert code(world, model) == later


@pytest.mark.parametrize("edition", ALL)
@pytest.mark.parametrize("column", ["R", "RM", "A"])
def test_an_upgrade_leads_back_to_the_status_before(edition: str, column: str) -> None:
    world = make_world(edition)
    model = reach(world, column)
    publish(world)
    commands.upgrade(world, model)
    assert world.machine.phase(model).shown == "upgrading"
    finish(world)
    assert code(world, model) == column
    assert model.versions[-1] == model.base_model.newest
    assert len(model.versions) == 2


@pytest.mark.parametrize("edition", ALL)
@pytest.mark.parametrize(("activity", "act"), [("training", commands.train), ("upgrade", commands.upgrade)])
def test_what_fails_later_leaves_the_model_failed_with_an_error(
    edition: str, activity: str, act: Callable[[World, AcousticModel], object]
) -> None:
    world = make_world(edition, choices=Steered(activity))
    model = reach(world, "R")
    publish(world)
    act(world, model)
    finish(world)
    assert code(world, model) == "F"
    assert model.error == f"{activity} failed"
    assert len(model.versions) == 1


@pytest.mark.parametrize("edition", ALL)
def test_a_failed_retraining_keeps_the_earlier_training(edition: str) -> None:
    world = make_world(edition)
    model = reach(world, "A")
    world.machine.choices = Steered("training")
    commands.train(world, model, force=True)
    finish(world)
    assert (code(world, model), model.trained) == ("F", True)
    world.machine.choices = Choices()
    commands.delete_audio(world, model, "good")
    assert (code(world, model), model.trained) == ("P0", True)


@pytest.mark.parametrize("edition", ALL)
@pytest.mark.parametrize(("column", "later"), [("T", "P0"), ("U", "P0")], ids=["while training", "while upgrading"])
def test_labelled_data_goes_while_the_model_works_and_the_work_goes_on(edition: str, column: str, later: str) -> None:
    world = make_world(edition)
    model = reach(world, column)
    due_s = world.machine.schedule.next_due()
    commands.delete_user_data(world, OWNER, "jane")
    assert model.audio == {}
    assert world.machine.schedule.next_due() == due_s
    finish(world)
    assert code(world, model) == later


@pytest.mark.parametrize("edition", ALL)
def test_audio_added_to_a_trained_model_keeps_the_training_in_use(edition: str) -> None:
    world = make_world(edition)
    model = reach(world, "Ba")
    assert (world.machine.phase(model).shown, model.trained) == ("pending", True)
    finish(world)
    assert (world.machine.phase(model).shown, model.trained) == ("ready", True)


@pytest.mark.parametrize(
    ("row", "error_after"),
    [("train", None), ("add new", None), ("reset", None), ("delete existing", None), ("upgrade, newest", "kept")],
)
def test_the_error_of_a_failed_model_goes_with_the_next_change(row: str, error_after: str | None) -> None:
    world = make_world()
    model = reach(world, "F")
    assert model.error == "training failed"
    if error_after is None:
        ACTS[row](world, model)
        assert model.error is None
    else:
        with pytest.raises(Refusal):
            ACTS[row](world, model)
        assert model.error == "training failed"


def test_a_refused_retraining_keeps_the_error_of_the_failed_one() -> None:
    world = make_world("icp2020", choices=Steered("training"))
    model = reach(world, "RM")
    commands.train(world, model, strict=False)
    finish(world)
    with pytest.raises(Refusal):
        commands.train(world, model)
    assert (code(world, model), model.error) == ("F", "training failed")


def test_every_column_is_a_phase_of_the_table() -> None:
    world = make_world()
    codes = {code(world, reach(make_world(), column)) for column in COLUMNS}
    assert codes == {phase.code for phase in type(world.machine.phase(reach(world, "P0")))}
    assert set(CODES) < set(COLUMNS)
