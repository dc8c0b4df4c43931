"""What is one of a closed set equals its word, so that an author need not import the set."""

from __future__ import annotations

import copy
import pickle
from enum import Enum

import pytest

from fakestt.contract.edition import BodyShape
from fakestt.contract.operation import Body, In
from fakestt.core.acoustic.phases import AudioPhase
from fakestt.core.lifecycle import Phase
from fakestt.core.phases import ModelPhase
from fakestt.core.refusals import Why

PHASES: list[Phase] = [*ModelPhase, *AudioPhase]
WORDS = [*Why, *In, *Body, *BodyShape]


@pytest.mark.parametrize("phase", PHASES, ids=repr)
def test_a_phase_equals_the_word_that_it_shows_and_no_other(phase: Phase) -> None:
    others = {other.shown for other in PHASES} - {phase.shown} | {phase.code, phase.name}
    assert phase == phase.shown
    assert phase.shown == phase
    assert (phase != phase.shown) is False
    assert all(phase != other for other in (*others, None, 3, (phase.code, phase.shown)))


@pytest.mark.parametrize("phase", PHASES, ids=repr)
def test_a_phase_is_found_among_words_and_a_word_among_phases(phase: Phase) -> None:
    assert phase in {phase.shown}
    assert {phase.shown: "found"}[phase] == "found"  # type: ignore[index]  # what an author may write
    assert phase.shown in [phase]


def test_phases_that_show_the_same_word_are_different_ones() -> None:
    for phase in PHASES:
        assert [other for other in PHASES if other == phase] == [phase]
    assert len(set(PHASES)) == len(dict.fromkeys(PHASES)) == len(PHASES)
    assert ModelPhase.EMPTY != ModelPhase.ANALYSING


@pytest.mark.parametrize("phase", PHASES, ids=repr)
def test_a_copy_of_a_phase_is_the_phase_and_its_repr_names_it(phase: Phase) -> None:
    assert copy.deepcopy(phase) is pickle.loads(pickle.dumps(phase)) is phase
    assert repr(phase) == f"<{type(phase).__name__}.{phase.name}: {phase.shown!r}>"


@pytest.mark.parametrize("member", WORDS, ids=repr)
def test_what_else_an_author_meets_equals_its_word(member: Enum) -> None:
    assert member == member.value
    assert member in {member.value}
    assert repr(member) == f"<{type(member).__name__}.{member.name}: {member.value!r}>"
    assert [other for other in type(member) if other == member] == [member]
