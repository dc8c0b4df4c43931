"""What is said of a cell of the state table is what a model in that phase really meets."""

from __future__ import annotations

from itertools import product

import pytest
from core_rig import ALL, COLUMNS, ICP, make_audio, make_world, objection, publish, reach

from fakestt.contract.cells import Cell, cell_of, cell_text
from fakestt.contract.operations import OPERATIONS
from fakestt.core.acoustic import commands
from fakestt.core.acoustic.facts import AcousticModel
from fakestt.core.acoustic.family import ACOUSTIC
from fakestt.core.acoustic.phases import AcousticCommand
from fakestt.core.phases import ModelPhase
from fakestt.core.refusals import Why
from fakestt.core.world import World
from fakestt.editions import EDITIONS

TRAIN, UPGRADE, ADD = AcousticCommand.TRAIN, AcousticCommand.UPGRADE, AcousticCommand.ADD_AUDIO


def attempts(world: World, model: AcousticModel, command: AcousticCommand, number: int) -> Why | None:
    """One of four ways to say the command: what is objected."""
    one, other = bool(number & 1), bool(number & 2)
    if command is TRAIN:
        return objection(commands.train, world, model, force=one, strict=not (other and world.limits.knows_strict))
    if command is UPGRADE:
        if other:
            publish(world, "v2100")
        return objection(commands.upgrade, world, model, force=one)
    name = next(iter(model.audio), "new") if other else "new"
    return objection(commands.add_audio, world, model, make_audio(model, name), overwrite=one)


@pytest.mark.parametrize("edition", ALL)
@pytest.mark.parametrize("command", [TRAIN, UPGRADE, ADD])
def test_a_model_meets_what_its_cell_says_and_nothing_else(edition: str, command: AcousticCommand) -> None:
    for column, number in product(COLUMNS, range(4)):
        world = make_world(edition)
        model = reach(world, column)
        phase = world.machine.phase(model)
        assert isinstance(phase, ModelPhase)
        cell = cell_of(ACOUSTIC, command, phase, world.limits)
        why = attempts(world, model, command, number)
        assert (why in cell.whys) if why is not None else cell.allowed, (column, number, why, cell)


def refused(edition: str) -> set[str]:
    limits = EDITIONS[edition].limits
    return {
        f"{command.name} {phase.code}"
        for command in (TRAIN, UPGRADE, ADD)
        for phase in ModelPhase
        if not cell_of(ACOUSTIC, command, phase, limits).allowed
    }


LOCKED = {"TRAIN PB", "TRAIN T", "TRAIN U", "UPGRADE PB", "UPGRADE T", "UPGRADE U", "ADD_AUDIO T", "ADD_AUDIO U"}
WITHOUT_DATA = {"TRAIN P0", "TRAIN PI", "UPGRADE P0", "UPGRADE PI", "UPGRADE F"}


@pytest.mark.parametrize(
    ("edition", "more"),
    [
        ("icp2018", {"TRAIN RM", "ADD_AUDIO PB"}),  # no `strict`, and one upload at a time
        ("icp2020", {"ADD_AUDIO PB"}),
        ("cloud2025", set()),
        ("cp4d2025", set()),
    ],
)
def test_the_cells_that_always_refuse_are_these(edition: str, more: set[str]) -> None:
    assert refused(edition) == LOCKED | WITHOUT_DATA | more


@pytest.mark.parametrize("edition", ALL)
def test_what_a_cell_may_refuse_is_among_the_refusals_of_its_operation(edition: str) -> None:
    for command in AcousticCommand:
        for phase in ModelPhase:
            whys = cell_of(ACOUSTIC, command, phase, EDITIONS[edition].limits).whys
            assert set(whys) <= set(OPERATIONS[command.value].refusals), (command, phase)


def test_a_cell_leaves_out_what_the_edition_has_no_rule_for() -> None:
    with_rule = cell_of(ACOUSTIC, ADD, ModelPhase.READY, EDITIONS["cloud2025"].limits)
    assert Why.OVER_THE_MAXIMUM in with_rule.whys
    for edition in ICP:
        assert cell_of(ACOUSTIC, ADD, ModelPhase.READY, EDITIONS[edition].limits) == Cell(True, (Why.NAME_TAKEN,))


@pytest.mark.parametrize("edition", ALL)
def test_every_guard_is_the_reason_of_some_refusal_unless_the_edition_lacks_its_rule(edition: str) -> None:
    limits = EDITIONS[edition].limits
    cells = [cell_of(ACOUSTIC, command, phase, limits) for command, phase in product(AcousticCommand, ModelPhase)]
    met = {why for cell in cells for why in cell.whys}
    never = {
        Why.OVER_THE_MAXIMUM: not limits.refuses_audio_over_the_maximum,
        Why.HELPER_REQUIRED: not limits.upgrade_needs_helper_of_training,
    }
    named = {
        why for command in (TRAIN, UPGRADE, ADD) for why in OPERATIONS[command.value].refusals if why.name in OBJECTED
    }
    assert met == named - {why for why, lacks in never.items() if lacks}


# What is an objection of the table, and not one to the form of a request.
OBJECTED = {
    "BUSY", "NAME_TAKEN", "OVER_THE_MAXIMUM", "UNMODIFIED", "INVALID_AUDIO", "TOO_LITTLE_AUDIO", "TOO_MUCH_AUDIO",
    "HELPER_BASE", "HELPER_VERSION", "HELPER_NOT_AVAILABLE", "HELPER_REQUIRED", "UP_TO_DATE",
    "NOT_UPGRADABLE",
}  # fmt: skip


@pytest.mark.parametrize(
    ("command", "code", "text"),
    [
        (TRAIN, "P0", "refused too little audio (400)"),
        (UPGRADE, "F", "refused up to date (400), not upgradable (400)"),
        (ADD, "R", "allowed, unless name taken (400)"),
        (AcousticCommand.GET, "T", "allowed"),
        (TRAIN, "T", "refused busy (409)"),
    ],
)
def test_a_cell_reads_as_a_sentence_with_the_status_codes(command: AcousticCommand, code: str, text: str) -> None:
    phase = next(phase for phase in ModelPhase if phase.code == code)
    assert cell_text(EDITIONS["icp2018"], ACOUSTIC, command, phase) == text


@pytest.mark.parametrize(("phase", "why"), [(ModelPhase.TRAINING, Why.BUSY), (ModelPhase.EMPTY, Why.TOO_LITTLE_AUDIO)])
def test_a_cell_that_always_refuses_allows_nothing(phase: ModelPhase, why: Why) -> None:
    assert cell_of(ACOUSTIC, TRAIN, phase, EDITIONS["icp2018"].limits) == Cell(False, (why,))


def test_every_phase_has_models_to_ask_about() -> None:
    for edition in EDITIONS.values():
        for command, row in ACOUSTIC.lifecycle.commands.items():
            for phase in ModelPhase:
                cell = cell_of(ACOUSTIC, command, phase, edition.limits)
                assert cell.allowed or cell.whys, (command, row[phase])
