"""Both kinds of model at once against both oracles, and all cells of the table of language models."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable
from typing import ClassVar

import pytest
from drivers_language import CoreBoth, HttpBoth
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test
from machine_both import BothKinds
from machine_rig import ARROWS_OF, Cell
from oracle_language import DIGITS, LANGUAGE_RULES

from fakestt.core.language.table import COMMANDS
from fakestt.core.phases import ModelPhase
from fakestt.editions import EDITIONS

FORGET = "deleteUserData of language"


class CoreMachine(BothKinds):
    make = CoreBoth
    reached: ClassVar[Counter[Cell]] = Counter()


class HttpMachine(BothKinds):
    make = HttpBoth
    reached: ClassVar[Counter[Cell]] = Counter()


KINDS = pytest.mark.parametrize("kind", [CoreMachine, HttpMachine], ids=["core", "http"])
FEW = settings(
    max_examples=12, stateful_step_count=30, deadline=None, database=None, suppress_health_check=list(HealthCheck)
)
EXAMPLES = int(os.environ.get("FAKESTT_MACHINES", "25"))  # the long run asks for 2,000
MANY = settings(FEW, max_examples=EXAMPLES, stateful_step_count=60)


@pytest.mark.parametrize("kind", [CoreMachine, pytest.param(HttpMachine, marks=pytest.mark.slow)], ids=["core", "http"])
def test_both_kinds_of_model_agree_with_the_oracles_whatever_is_done_to_them(kind: type[BothKinds]) -> None:
    run_state_machine_as_test(kind, settings=FEW)


@pytest.mark.slow
@pytest.mark.timeout(7200)  # of the long run, which asks for thousands, and lets no other test take that long
@KINDS
def test_both_kinds_of_model_agree_with_the_oracles_for_longer(kind: type[BothKinds]) -> None:
    run_state_machine_as_test(kind, settings=MANY)


# What chance seldom leads to

HELPER_GOES_FIRST = [
    lambda machine: machine.grow(0),
    lambda machine: machine.come_language(0, "same", "R"),
    lambda machine: machine.train(0, True, False, 0),  # the helper is not available yet
    lambda machine: machine.train_language(0, True, False),
    lambda machine: machine.advance(60),
    lambda machine: machine.train(0, True, False, 0),
    lambda machine: machine.advance(86_400),
    lambda machine: machine.publish(),
    lambda machine: machine.upgrade(0, False, 0),  # the helper goes first
    lambda machine: machine.upgrade_language(0),
    lambda machine: machine.advance(60),
    lambda machine: machine.upgrade(0, False, None),
    lambda machine: machine.advance(86_400),
    lambda machine: machine.upgrade(0, False, 0),
    lambda machine: machine.advance(86_400),
    lambda machine: machine.upgrade(0, True, 0),
    lambda machine: machine.delete_language(0, True),
    lambda machine: machine.train(0, True, True, 0),  # it is not there any more
]
WORDS_OF_MANY = [
    lambda machine: machine.come_language(0, "same", "P0"),
    lambda machine: machine.add_word(0, "IEEE", {}, False),
    lambda machine: machine.add_text(0, "corpus", "a", "new", True, False),
    lambda machine: machine.advance(20),
    lambda machine: machine.add_text(0, "corpus", "b", "other", False, False),
    lambda machine: machine.advance(20),
    lambda machine: machine.add_word(0, "HHonors", {"display_as": "H"}, True),
    lambda machine: machine.add_text(0, "corpus", "a", "other", False, True),
    lambda machine: machine.advance(20),
    lambda machine: machine.add_text(0, "grammar", "c", "new", True, False),
    lambda machine: machine.advance(20),
    lambda machine: machine.look_language(0, "c", "IEEE", "grammars", "count"),
    lambda machine: machine.add_text(0, "grammar", "d", "none", False, False),
    lambda machine: machine.advance(20),
    lambda machine: machine.drop_text(0, "grammar", "d"),
    lambda machine: machine.drop_word(0, "hi-hat"),
    lambda machine: machine.drop_text(0, "corpus", "b"),
    lambda machine: machine.forget(0),
]


@KINDS
@pytest.mark.parametrize("edition", EDITIONS)
@pytest.mark.parametrize("steps", [HELPER_GOES_FIRST, WORDS_OF_MANY], ids=["helper", "words"])
def test_a_helper_and_words_of_many_sources_agree_at_each_step(
    kind: type[BothKinds], edition: str, steps: list[Callable[[BothKinds], object]]
) -> None:
    machine = kind()
    machine.start(edition)
    for step in steps:
        step(machine)
        check(machine)


# The cells

STEPS = {
    "getLanguageModel": lambda machine: machine.look_language(0, "a", "IEEE", "all", "count"),
    "deleteLanguageModel": lambda machine: machine.delete_language(0, True),
    "trainLanguageModel": lambda machine: machine.train_language(0, True, False),
    "resetLanguageModel": lambda machine: machine.reset_language(0, True),
    "upgradeLanguageModel": lambda machine: machine.upgrade_language(0),
    "listCorpora": lambda machine: machine.look_language(0, "b", "watson", "user", "-count"),
    "addCorpus": lambda machine: machine.add_text(0, "corpus", "b", "other", True, True),
    "getCorpus": lambda machine: machine.look_language(0, "noisy", "hi-hat", "corpora", "alphabetical"),
    "deleteCorpus": lambda machine: machine.drop_text(0, "corpus", "a"),
    "listGrammars": lambda machine: machine.look_language(0, "b", "hi-hat", "grammars", "count"),
    "addGrammar": lambda machine: machine.add_text(0, "grammar", "b", "other", True, True),
    "getGrammar": lambda machine: machine.look_language(0, "a", "IEEE", "grammars", "alphabetical"),
    "deleteGrammar": lambda machine: machine.drop_text(0, "grammar", "a"),
    "listWords": lambda machine: machine.look_language(0, "a", "hi-hat", "grammars", "-alphabetical"),
    "addWords": lambda machine: machine.add_words(0, [("hi-hat", {}), ("IEEE", {"sounds_like": [DIGITS]})], True),
    "addWord": lambda machine: machine.add_word(0, "IEEE", {"display_as": "I"}, True),
    "getWord": lambda machine: machine.look_language(0, "b", "IEEE", "all", "+count"),
    "deleteWord": lambda machine: machine.drop_word(0, "IEEE"),
    FORGET: lambda machine: machine.forget(0),
}


def missed(reached: set[Cell]) -> list[str]:
    """Every cell can be reached: each phase by what clients do, and each command may be sent in each."""
    commands = {*(command.value for command in COMMANDS), FORGET}
    cells = {
        (edition, command, phase.code)
        for edition in EDITIONS
        for command in commands
        for phase in ModelPhase
        if "Grammar" not in command or LANGUAGE_RULES[edition]["grammars"]
    }
    return [" x ".join(cell) for cell in sorted(cells - reached)]


def check(machine: BothKinds) -> None:
    machine.all_that_can_be_seen_agrees_and_looking_changes_nothing()
    machine.language_models_agree_too_and_all_goes_through_data_and_back()
    machine.history_is_ordered_and_follows_the_documented_arrows()


@pytest.mark.slow
@pytest.mark.parametrize("kind", [CoreMachine, pytest.param(HttpMachine, marks=pytest.mark.slow)], ids=["core", "http"])
def test_no_cell_of_the_table_of_language_models_is_missed(kind: type[BothKinds]) -> None:
    kind.reached.clear()
    for edition in EDITIONS:
        for phase in ModelPhase:
            for step in STEPS.values():
                machine = kind()
                machine.start(edition)
                machine.come_language(0, "same", phase.code)
                assert machine.oracle.language.code(machine.pick_language(0)) == phase.code
                step(machine)
                check(machine)
                machine.advance(86_400)
                check(machine)
    assert missed(set(kind.reached)) == []


def test_a_missed_cell_is_named() -> None:
    assert "icp2018 x trainLanguageModel x RM" in missed(set())


def test_the_walk_has_a_step_for_every_command_and_the_oracle_rules_for_every_edition() -> None:
    assert set(STEPS) == {*(command.value for command in COMMANDS), FORGET}
    assert set(LANGUAGE_RULES) == set(EDITIONS)
    assert set(ARROWS_OF["language model"]) == {phase.code for phase in ModelPhase}
