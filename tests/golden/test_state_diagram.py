"""The diagram is found by walking the tables: it must show what they say, and nothing else."""

from __future__ import annotations

import pytest
from golden_diagrams import mermaid, text

from fakestt.contract.state_diagram import Arrow, arrows
from fakestt.core.acoustic.family import ACOUSTIC, AUDIO
from fakestt.core.acoustic.phases import AcousticCommand, AudioPhase
from fakestt.core.lifecycle import Refuse
from fakestt.core.phases import ModelPhase
from fakestt.editions import EDITIONS

P = ModelPhase
ICP2018 = arrows(ACOUSTIC, EDITIONS["icp2018"].limits)


@pytest.mark.parametrize(
    "arrow",
    [
        Arrow(None, "createAcousticModel", P.EMPTY),
        Arrow(P.EMPTY, "addAudio", P.ANALYSING),
        Arrow(P.ANALYSING, "analysis ends", P.READY),
        Arrow(P.ANALYSING, "analysis ends", P.ONLY_INVALID),
        Arrow(P.READY, "trainAcousticModel", P.TRAINING),
        Arrow(P.READY, "trainAcousticModel refused", P.FAILED),
        Arrow(P.TRAINING, "training ends", P.AVAILABLE),
        Arrow(P.TRAINING, "training failed", P.FAILED),
        Arrow(P.AVAILABLE, "upgradeAcousticModel", P.UPGRADING),
        Arrow(P.UPGRADING, "upgrade ends", P.AVAILABLE),
        Arrow(P.FAILED, "resetAcousticModel", P.EMPTY),
        Arrow(P.READY, "deleteAcousticModel", None),
    ],
)
def test_documented_arrows_are_found(arrow: Arrow) -> None:
    assert arrow in ICP2018


@pytest.mark.parametrize("name", EDITIONS)
def test_no_arrow_begins_with_a_command_that_its_cell_refuses(name: str) -> None:
    commands = {command.value: command for command in AcousticCommand}
    for arrow in arrows(ACOUSTIC, EDITIONS[name].limits):
        if arrow.before is not None and arrow.cause in commands:
            assert not isinstance(ACOUSTIC.lifecycle.commands[commands[arrow.cause]][arrow.before], Refuse), arrow


@pytest.mark.parametrize("name", EDITIONS)
def test_every_phase_is_reached_and_left(name: str) -> None:
    found = arrows(ACOUSTIC, EDITIONS[name].limits)
    assert {arrow.after for arrow in found} >= set(ModelPhase)
    assert {arrow.before for arrow in found} >= set(ModelPhase)


def test_a_mixed_model_can_be_trained_where_strict_is_known() -> None:
    arrow = Arrow(P.MIXED, "trainAcousticModel", P.TRAINING)
    assert arrow not in ICP2018
    assert arrow in arrows(ACOUSTIC, EDITIONS["icp2020"].limits)


def test_a_family_without_a_walk_is_met_on_its_parent_s() -> None:
    being_processed, ok, invalid = AudioPhase
    found = {(arrow.before, arrow.after) for arrow in arrows(AUDIO, EDITIONS["icp2018"].limits)}
    assert found == {
        (None, being_processed), (being_processed, ok), (being_processed, invalid),
        (being_processed, None), (ok, None), (invalid, None),
    }  # fmt: skip


def test_the_text_lists_every_phase_with_its_code_and_its_status() -> None:
    lines = text(ACOUSTIC, EDITIONS["icp2018"].limits).splitlines()
    heads = [line for line in lines if line and not line.startswith(" ")]
    assert heads[0] == "(no model)"
    assert heads[1:] == [f"{p.name.lower().replace('_', ' ')} ({p.code}), shown as `{p.shown}`" for p in P]
    assert "    -> available     training ends" in lines


def test_the_mermaid_diagram_has_one_line_from_one_status_to_another() -> None:
    head, *lines = mermaid(ACOUSTIC, EDITIONS["icp2018"].limits).splitlines()
    assert head == "stateDiagram-v2"
    pairs = [line.strip().partition(":")[0] for line in lines]
    assert len(pairs) == len(set(pairs))
    assert "    training --> available: training ends" in lines
    assert not any(before == after for before, _, after in (pair.partition(" --> ") for pair in pairs))
