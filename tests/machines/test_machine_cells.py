"""Which cells of the state table the machines have reached: a walk that leaves none out, and a fixed random run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import ClassVar

import pytest
from drivers import CoreDriver, HttpDriver
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test
from machine_rig import ARROWS, Cell, Compared
from oracle import RULES

from fakestt.core.acoustic.table import COMMANDS
from fakestt.core.phases import ModelPhase
from fakestt.editions import EDITIONS

FIXED = settings(
    max_examples=60,
    stateful_step_count=40,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)


class CoreCells(Compared):
    make = CoreDriver
    reached: ClassVar[Counter[Cell]] = Counter()


class HttpCells(Compared):
    make = HttpDriver
    reached: ClassVar[Counter[Cell]] = Counter()


def reachable() -> set[Cell]:
    """Every cell: each phase is reached by what clients do, and each command may be sent in each."""
    return {
        (edition, command.value, phase.code) for edition in EDITIONS for command in COMMANDS for phase in ModelPhase
    }


def missed(reached: Iterable[Cell]) -> list[str]:
    return [" x ".join(cell) for cell in sorted(reachable() - set(reached))]


STEPS = {
    "getAcousticModel": lambda machine: machine.look(0, "a"),
    "listAudio": lambda machine: machine.look(0, "b"),
    "getAudio": lambda machine: machine.look(0, "noisy"),
    "deleteAcousticModel": lambda machine: machine.delete(0, True),
    "trainAcousticModel": lambda machine: machine.train(0, True, False, None),
    "resetAcousticModel": lambda machine: machine.reset(0, True),
    "upgradeAcousticModel": lambda machine: machine.upgrade(0, False, None),
    "addAudio": lambda machine: machine.add(0, "b", 720, True, True, True),
    "deleteAudio": lambda machine: machine.drop(0, "a"),
    "deleteUserData": lambda machine: machine.forget(0),
}


def check(machine: Compared) -> None:
    machine.all_that_can_be_seen_agrees_and_looking_changes_nothing()
    machine.history_is_ordered_and_follows_the_documented_arrows()


def walk(kind: type[Compared], edition: str) -> None:
    """To each phase, then each command there, then to the end of all that is due."""
    for phase in ModelPhase:
        for step in STEPS.values():
            machine = kind()
            machine.start(edition)
            machine.come(0, phase.code)
            step(machine)
            check(machine)
            machine.advance(10 * 86_400)
            check(machine)


KINDS = pytest.mark.parametrize(
    "kind", [CoreCells, pytest.param(HttpCells, marks=pytest.mark.slow)], ids=["core", "http"]
)


@KINDS
def test_no_reachable_cell_of_the_table_is_missed(kind: type[Compared]) -> None:
    kind.reached.clear()
    for edition in EDITIONS:
        walk(kind, edition)
    assert missed(kind.reached) == []


@pytest.mark.slow
@KINDS
def test_a_random_run_goes_to_nearly_every_phase_by_itself(kind: type[Compared]) -> None:
    kind.reached.clear()
    run_state_machine_as_test(kind, settings=FIXED)
    # One or two it may leave out, for what Hypothesis draws depends on the constants in all modules that are loaded.
    assert len({phase for _, _, phase in kind.reached}) >= len(ModelPhase) - 2


def test_a_missed_cell_is_named() -> None:
    all_but_one = reachable() - {("icp2018", "trainAcousticModel", "RM")}
    assert missed(all_but_one) == ["icp2018 x trainAcousticModel x RM"]


def test_the_walk_has_a_step_for_every_command_and_the_oracle_rules_for_every_edition() -> None:
    assert set(STEPS) == {command.value for command in COMMANDS}
    assert set(RULES) == set(EDITIONS)
    assert set(ARROWS) == {phase.code for phase in ModelPhase}
