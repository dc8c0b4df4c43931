"""The tables are total: no phase, command, limit, trait or refusal without its cell, no cell without a source."""

from __future__ import annotations

import ast
import string
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from core_rig import ALL

import fakestt
from fakestt.core.acoustic.family import ACOUSTIC, AUDIO
from fakestt.core.acoustic.phases import AcousticCommand, AudioPhase
from fakestt.core.families import FAMILIES
from fakestt.core.family import Family
from fakestt.core.language.family import CORPUS, GRAMMAR, LANGUAGE
from fakestt.core.language.phases import LanguageCommand
from fakestt.core.lifecycle import Allow, Command, Refuse
from fakestt.core.limits import Limits
from fakestt.core.phases import ModelPhase
from fakestt.core.provenance import Assumed, Source
from fakestt.core.refusals import Why
from fakestt.core.sources import by_cell
from fakestt.editions import EDITIONS, Traits

STATUSES = {"pending", "ready", "training", "available", "upgrading", "failed"}
PAGE = Source("page", "anchor")
ROOT = Path(fakestt.__file__).parent


def is_known(how: object) -> bool:
    """Source or Assumed, with a text that says something."""
    if isinstance(how, Source):
        return bool(how.document.strip()) and bool(how.anchor.strip())
    return isinstance(how, Assumed) and len(how.reason.split()) > 2


# The table


@pytest.mark.parametrize(("family", "commands"), [(ACOUSTIC, AcousticCommand), (LANGUAGE, LanguageCommand)])
def test_the_table_has_every_phase_of_every_command(family: Family[Any], commands: type[Command]) -> None:
    assert set(family.lifecycle.commands) == set(commands)
    for command, row in family.lifecycle.commands.items():
        assert list(row) == list(family.phases), command
        assert all(isinstance(cell, (Allow, Refuse)) for cell in row.values())


@pytest.mark.parametrize("family", [ACOUSTIC, LANGUAGE], ids=lambda family: family.name)
def test_every_cell_has_its_source(family: Family[Any]) -> None:
    assert set(family.lifecycle.sources) == set(family.lifecycle.commands)
    for command, row in family.lifecycle.sources.items():
        assert list(row) == list(family.lifecycle.commands[command])
        unknown = [phase.name for phase, how in row.items() if not is_known(how)]
        assert not unknown, command


def test_a_row_or_a_cell_too_few_is_no_table_of_sources() -> None:
    for rows in ([()], [(PAGE, PAGE)], [(PAGE,), (PAGE,)], []):
        with pytest.raises(ValueError, match="zip"):
            by_cell(rows, [AcousticCommand.GET], [AudioPhase.OK])
    assert by_cell([(PAGE,)], [AcousticCommand.GET], [AudioPhase.OK]) == {AcousticCommand.GET: {AudioPhase.OK: PAGE}}


def test_audio_has_its_three_statuses_and_no_commands_of_its_own() -> None:
    assert {phase.shown for phase in AudioPhase} == {"being_processed", "ok", "invalid"}
    assert (AUDIO.lifecycle.commands, AUDIO.lifecycle.sources) == ({}, {})


def test_every_documented_status_is_shown_by_some_phase_and_no_other() -> None:
    assert {phase.shown for phase in ModelPhase} == STATUSES
    codes = [phase.code for phase in (*ModelPhase, *AudioPhase)]
    assert len(set(codes)) == len(codes)


def test_a_refused_cell_is_a_locked_one() -> None:
    locked = {
        (command.value, phase.code)
        for command, row in ACOUSTIC.lifecycle.commands.items()
        for phase, cell in row.items()
        if isinstance(cell, Refuse)
    }
    assert {
        cell.why for row in ACOUSTIC.lifecycle.commands.values() for cell in row.values() if isinstance(cell, Refuse)
    } == {Why.BUSY}
    modifying = ("deleteAcousticModel", "trainAcousticModel", "resetAcousticModel", "upgradeAcousticModel")
    expected = {(command, code) for command in modifying for code in ("PB", "T", "U")}
    expected |= {(command, code) for command in ("addAudio", "deleteAudio") for code in ("T", "U")}
    assert locked == expected


def test_a_language_model_that_is_busy_is_only_looked_at() -> None:
    for command, row in LANGUAGE.lifecycle.commands.items():
        locked = {phase.code for phase, cell in row.items() if isinstance(cell, Refuse)}
        assert locked == (set() if command.value.startswith(("get", "list")) else {"PB", "T", "U"})


@pytest.mark.parametrize("edition", ALL)
@pytest.mark.parametrize(
    ("family", "endings"),
    [
        (ACOUSTIC, {"training": ["available", "failed"], "upgrade": ["done", "failed"], "clearing": ["clear"]}),
        (AUDIO, {"analysis": ["analysed", "invalid"]}),
        (CORPUS, {"analysis": ["analyzed", "invalid"]}),
        (GRAMMAR, {"analysis": ["analyzed", "invalid"]}),
        (
            LANGUAGE,
            {"analysis": ["checked", "invalid"], "training": ["available", "failed"], "upgrade": ["done", "failed"]},
        ),
    ],
    ids=lambda value: value.name if isinstance(value, Family) else "",
)
def test_every_activity_has_its_duration_and_its_endings(
    edition: str, family: Family[Any], endings: dict[str, list[str]]
) -> None:
    """The names stand in replay tokens, and in the causes of changes."""
    stages = family.lifecycle.stages(EDITIONS[edition].limits)
    assert {stage.activity.value: [ending.name for ending in stage.ends or ()] for stage in stages} == endings
    for stage in stages:
        assert stage.after is not None
        assert [ending.name for ending in stage.ends or () if ending.spoils] == endings[stage.activity.value][1:]


# Editions


@pytest.mark.parametrize("edition", ALL)
def test_every_limit_and_trait_of_the_edition_says_how_we_know(edition: str) -> None:
    one = EDITIONS[edition]
    rows = {field.name for kind in (Limits, Traits) for field in fields(kind)} | {"base_models"}
    assert set(one.provenance) == rows
    assert [name for name, how in one.provenance.items() if not is_known(how)] == []


@pytest.mark.parametrize("edition", ALL)
def test_every_refusal_has_its_wording_and_its_sources(edition: str) -> None:
    wording = EDITIONS[edition].wording
    assert set(wording) == set(Why)
    for why, said in wording.items():
        assert 400 <= said.status < 500 or why is Why.UNKNOWN_METHOD
        assert said.text.strip(), why
        assert is_known(said.status_how), why
        assert is_known(said.text_how), why


def raised(tree: ast.AST) -> Iterator[tuple[str, set[str]]]:
    """Each `Refusal(Why.X, a=..., b=...)`: X, and the names of its facts."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Refusal" and node.args:
            why = node.args[0]
            if isinstance(why, ast.Attribute) and why.attr != "missing":
                yield why.attr, {str(keyword.arg) for keyword in node.keywords}


def facts_of_raisers() -> dict[Why, list[set[str]]]:
    """What is known whenever a refusal is raised, read from the code: every place that raises it."""
    facts: dict[Why, list[set[str]]] = defaultdict(list)
    for path in ROOT.rglob("*.py"):
        for name, known in raised(ast.parse(path.read_text("utf-8"))):
            facts[Why[name]].append(known)
    # What guards and locked cells object with: the machine raises it, with the same facts for all.
    for family in FAMILIES:
        facts[family.missing].append({"id"} if family.parent is None else {"id", "name"})
    for why in objections():
        facts[why].append({"id", "name"})
    return facts


def objections() -> set[Why]:
    return {
        Why[node.attr]
        for path in (ROOT / "core/asking.py", *ROOT.glob("core/*/table.py"))
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "Why"
    }


def test_every_refusal_is_raised_somewhere() -> None:
    # A token's wording is of the identity service, which has one body for two cases.
    assert set(Why) - set(facts_of_raisers()) == set()


@pytest.mark.parametrize(
    "edition", ["icp2018", "cloud2025", *(pytest.param(one, marks=pytest.mark.slow) for one in ("icp2020", "cp4d2025"))]
)
def test_every_wording_is_filled_by_the_facts_that_its_raisers_give(edition: str) -> None:
    one = EDITIONS[edition]
    missing = []
    for why, places in facts_of_raisers().items():
        asked = {name.partition(".")[0] for _, name, _, _ in string.Formatter().parse(one.wording[why].text) if name}
        missing += [(why.name, sorted(asked - known - {"limits"})) for known in places if asked - known - {"limits"}]
        text = one.wording[why].text.format_map({"limits": one.limits, **dict.fromkeys(asked - {"limits"}, "x")})
        assert "{" not in text
    assert missing == []


def test_a_source_and_an_assumption_read_as_such() -> None:
    assert str(Source("icp2018 acoustic-create.md", "addAudio")) == "icp2018 acoustic-create.md#addAudio"
    assert str(Assumed("nobody says it")) == "assumed: nobody says it"


@pytest.mark.parametrize("how", [Source("", "anchor"), Source("page", " "), Assumed(""), Assumed("so"), None])
def test_a_row_without_a_reason_does_not_pass_for_known(how: object) -> None:
    assert not is_known(how)
