"""What counts as possible is computed from the tables, and is what a client that is right can meet."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest
from asking import EDITIONS as NAMES
from lamps import LAMPS, Lamp

from fakestt.contract.operation import In, Operation, Param
from fakestt.contract.operations import SERVICE_OPERATIONS
from fakestt.contract.refusals_of import refusals_of
from fakestt.contract.shapes import ListOf, OneOf, Record, Text
from fakestt.core.acoustic.family import ACOUSTIC, AUDIO
from fakestt.core.families import FAMILIES
from fakestt.core.language.family import CORPUS, GRAMMAR, LANGUAGE
from fakestt.core.provenance import Assumed
from fakestt.core.refusals import Why
from fakestt.coverage.items import Answered, Shown, Survived, Transition, Trouble
from fakestt.coverage.possible import possible
from fakestt.coverage.showing import showing
from fakestt.coverage.troubles import TROUBLES
from fakestt.editions import EDITIONS
from fakestt.faults import effects

ICP2018 = possible(EDITIONS["icp2018"])
HOW = Assumed("a toy")


def test_a_record_with_a_status_is_told_apart_by_its_family() -> None:
    found = showing(SERVICE_OPERATIONS.values(), FAMILIES)
    assert found["AcousticModel"] is ACOUSTIC
    assert found["LanguageModel"] is LANGUAGE
    assert found["AudioResource"] is AUDIO
    assert found["AudioListing"] is AUDIO
    assert found["Corpus"] is found["CorpusOfList"] is CORPUS
    assert found["Grammar"] is found["GrammarOfList"] is GRAMMAR


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_grammars_are_possible_where_an_edition_has_them(name: str) -> None:
    found = possible(EDITIONS[name])
    there = name != "icp2018"
    assert (Shown("grammar", "undetermined") in found.statuses.possible) is there
    assert (Transition("grammar", "being_processed", "undetermined") in found.transitions.possible) is there
    statuses = {item.status for item in found.answers.possible if item.operation == "addGrammar"}
    assert statuses == ({201, 400, 401, 409, 413} if there else set())
    assert (Survived(Trouble.LOST_REPLY, "addGrammar") in found.faults.possible) is there


def test_every_status_that_a_family_shows_is_possible() -> None:
    statuses = {item for item in ICP2018.statuses.possible if item.family in (ACOUSTIC.name, AUDIO.name)}
    assert statuses == {Shown(family.name, phase.shown) for family in (ACOUSTIC, AUDIO) for phase in family.phases}


@pytest.mark.parametrize(
    ("family", "before", "after", "is_possible"),
    [
        ("acoustic model", None, "pending", True),
        ("acoustic model", "training", "failed", True),
        ("acoustic model", "failed", None, True),
        ("acoustic model", "training", None, False),
        ("acoustic model", "pending", "pending", False),
        ("audio", None, "being_processed", True),
        ("audio", "being_processed", "invalid", True),
        ("audio", "ok", None, True),
        ("audio", "ok", "invalid", False),
    ],
)
def test_the_possible_transitions_are_those_of_the_state_diagram(
    family: str, before: str | None, after: str | None, is_possible: bool
) -> None:
    assert (Transition(family, before, after) in ICP2018.transitions.possible) is is_possible


@pytest.mark.parametrize(
    ("operation", "statuses"),
    [
        ("listAcousticModels", {200}),
        ("getAcousticModel", {200, 401}),
        ("createAcousticModel", {201, 400}),
        ("trainAcousticModel", {200, 400, 401, 409}),
        ("addAudio", {201, 400, 401, 409, 413, 415}),
        ("getModel", {200, 404}),
        ("deleteUserData", {200}),
    ],
)
def test_an_operation_s_statuses_are_its_own(operation: str, statuses: set[int]) -> None:
    assert {item.status for item in ICP2018.answers.possible if item.operation == operation} == statuses


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_possible_that_no_row_says(name: str) -> None:
    edition = EDITIONS[name]
    for operation, status in possible(edition).answers.possible:
        row = SERVICE_OPERATIONS[operation]
        assert status in {row.success, *(edition.wording[why].status for why in refusals_of(row, edition))}


def test_what_an_edition_says_otherwise_is_possible_there() -> None:
    edition = EDITIONS["icp2018"]
    busy = replace(edition.wording[Why.BUSY], status=423)
    other = possible(replace(edition, wording={**edition.wording, Why.BUSY: busy}))
    assert Answered("trainAcousticModel", 423) in other.answers.possible
    assert Answered("trainAcousticModel", 409) not in other.answers.possible


def test_each_effect_is_some_trouble() -> None:
    assert [name for name in effects.__all__ if name.islower() and name not in TROUBLES] == []


def test_a_read_can_lose_its_reply_alone() -> None:
    def troubles(operation: str) -> set[Trouble]:
        return {item.trouble for item in ICP2018.faults.possible if item.operation == operation}

    assert troubles("addAudio") - troubles("getAudio") == {Trouble.LOST_REQUEST}
    assert Trouble.LOST_REPLY in troubles("getAudio")


@dataclass(slots=True, eq=False, kw_only=True)
class Torch(Lamp):
    family = "torch"


def test_of_two_families_with_equal_statuses_the_path_tells_which() -> None:
    lamp, torch, listed = (
        Record(name, {"status": OneOf(("off", "warming", "on"))}) for name in ("Lamp", "Torch", "TorchOfList")
    )
    torches = replace(LAMPS, kind=Torch, named_by="torch_name")
    families = (*FAMILIES, LAMPS, torches)
    path = "/v1/acoustic_customizations/{customization_id}"
    all_torches = Record("Torches", {"torches": ListOf(listed)})
    operations = [
        Operation("listTorches", "GET", f"{path}/torches", "", HOW, all_torches, family=ACOUSTIC),
        Operation("getTorch", "GET", f"{path}/torches/{{torch_name}}", "", HOW, torch, family=ACOUSTIC),
        Operation("listLamps", "GET", f"{path}/lamps", "", HOW, Record("Lamps", {"l": ListOf(lamp)}), family=ACOUSTIC),
    ]
    assert showing(operations, families) == {"Torch": torches, "TorchOfList": torches, "Lamp": LAMPS}


def test_a_family_of_tomorrow_counts_by_its_tables_alone() -> None:
    lamp = Record("Lamp", {"status": OneOf(("off", "warming", "on"))})
    path = "/v1/acoustic_customizations/{customization_id}/lamps"
    name = Param(name="lamp_name", where=In.PATH, shape=Text(), required=True, how=HOW)
    operations = (
        Operation("listLamps", "GET", path, "", HOW, Record("Lamps", {"lamps": ListOf(lamp)}), family=ACOUSTIC),
        Operation("getLamp", "GET", f"{path}/{{lamp_name}}", "", HOW, lamp, params=(name,), family=ACOUSTIC),
        Operation(
            "pressLamp",
            "POST",
            f"{path}/{{lamp_name}}/press",
            "",
            HOW,
            Record("Empty"),
            params=(name,),
            refusals=(Why.BUSY, Why.BAD_VALUE),
            family=LAMPS,
        ),
    )
    found = possible(EDITIONS["icp2018"], operations, (*FAMILIES, LAMPS))
    assert [item.status for item in found.statuses.possible] == ["on", "warming", "off"]
    assert {item.family for item in found.statuses.possible} == {"lamp"}
    assert {item[1:] for item in found.transitions.possible} == {
        ("off", "warming"), ("warming", "on"), ("warming", "off"), ("off", None), ("warming", None), ("on", None),
    }  # fmt: skip
    assert found.answers.possible == (
        Answered("pressLamp", 409), Answered("listLamps", 200), Answered("getLamp", 200), Answered("pressLamp", 200),
    )  # fmt: skip
    assert Survived(Trouble.LOST_REPLY, "pressLamp") == found.faults.possible[0]
