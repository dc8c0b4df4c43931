"""The reference, the differences and the guesses are total over the tables."""

from __future__ import annotations

from dataclasses import replace

import pytest
from golden_reference import reference

from fakestt.contract.operations import commands_in
from fakestt.core.acoustic.analysis import RULES
from fakestt.core.acoustic.family import ACOUSTIC
from fakestt.core.families import FAMILIES
from fakestt.core.provenance import Assumed, Source
from fakestt.core.refusals import Why
from fakestt.editions import EDITIONS
from fakestt.editions.differences import differences, shown_value
from fakestt.editions.guesses import Guess, guesses

ICP, CLOUD, CP4D = EDITIONS["icp2018"], EDITIONS["cloud2025"], EDITIONS["cp4d2025"]


@pytest.mark.parametrize("name", EDITIONS)
def test_a_cell_of_the_reference_says_what_is_really_answered(name: str) -> None:
    assert "| empty | `pending` | refused too little audio (400) |" in reference(EDITIONS[name])


@pytest.mark.parametrize("name", EDITIONS)
def test_the_reference_has_the_rules_of_audio(name: str) -> None:
    text = reference(EDITIONS[name])
    assert all(f"| {rule} |" in text for rule in RULES)
    assert "| silence counts as audio | *assumed*: " in text


@pytest.mark.parametrize("name", EDITIONS)
def test_the_reference_has_every_refusal_limit_and_operation(name: str) -> None:
    edition = EDITIONS[name]
    text = reference(edition)
    assert all(f"| {why.value} | {edition.wording[why].status} |" in text for why in Why)
    assert all(f"`{row}`" in text for row in edition.provenance if row != "base_models")
    assert text.count("phase by phase") == sum(len(commands_in(edition.limits, family)) for family in FAMILIES)


def test_the_reference_marks_a_guess_and_names_a_source() -> None:
    text = reference(ICP)
    assert "| no | *assumed*: an IBM tool of 2018 sends it" in text
    assert "Source: icp2018 acoustic-create.md#trainModel" in text


def test_a_bar_in_a_text_does_not_end_its_cell() -> None:
    row = replace(ICP.wording[Why.NO_SUCH_MODEL], text="this | that")
    mine = replace(ICP, wording={**ICP.wording, Why.NO_SUCH_MODEL: row})
    assert "| `this \\| that` |" in reference(mine)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, "none"),
        (True, "yes"),
        (False, "no"),
        (128, "128"),
        (600.0, "600"),
        ((2.0, 4.0), "2 to 4"),
        (("", "/x"), "'', '/x'"),
        (" /", "' /'"),
        (frozenset({"b", "a"}), "a, b"),
    ],
)
def test_values_are_shown_for_people(value: object, shown: str) -> None:
    assert shown_value(value) == shown


def test_an_edition_does_not_differ_from_itself() -> None:
    assert differences(ICP, ICP) == []


def test_differences_the_other_way_round_have_their_values_swapped() -> None:
    there, back = differences(ICP, CLOUD), differences(CLOUD, ICP)
    assert {(one.name, one.values) for one in there} == {(one.name, one.values[::-1]) for one in back}


def test_differences_of_the_cloud_and_of_cloud_pak_for_data() -> None:
    found = {(one.kind, one.name): one.values for one in differences(CLOUD, CP4D)}
    assert found[("limit", "max_audio_s")] == ("180000", "720000")
    assert found[("trait", "credentials: basic")] == ("yes", "no")


def test_every_kind_of_row_is_compared() -> None:
    found = {one.kind: one for one in differences(ICP, CLOUD)}
    assert list(found) == ["limit", "trait", "wording", "operation", "parameter", "base model"]
    assert found["operation"].values == found["parameter"].values == ("no", "yes")


def test_a_base_model_that_only_one_edition_has_is_a_difference() -> None:
    found = {one.name: one.values for one in differences(ICP, CLOUD)}
    assert found["en-US_Telephony"] == ("no", "8000 Hz, custom language models, speaker labels, v2020-01-16")
    assert found["zh-CN_BroadbandModel"][1].startswith("16000 Hz, custom acoustic models")


def test_a_base_model_that_nothing_can_be_built_on_says_so() -> None:
    bare = replace(
        ICP,
        base_models=tuple(
            replace(row, custom_acoustic_model=False, custom_language_model=False, speaker_labels=False)
            for row in ICP.base_models
        ),
    )
    assert "no custom models, no speaker labels" in differences(ICP, bare)[0].values[1]


@pytest.mark.parametrize(
    ("dialects", "shown"), [((), ""), (("es-LA",), ""), (("es-LA", "es-US"), ", dialects es-LA, es-US")]
)
def test_the_dialects_of_a_base_model_are_a_fact_where_there_is_a_choice(dialects: tuple[str, ...], shown: str) -> None:
    base = replace(ICP.base_models[0], dialects=dialects)
    with_it, without_it = replace(ICP, base_models=(base,)), replace(ICP, base_models=())
    assert differences(without_it, with_it)[0].values == (
        "no", f"16000 Hz, custom language and acoustic models{shown}, speaker labels, v2017-11-15",
    )  # fmt: skip


@pytest.mark.parametrize("name", EDITIONS)
def test_every_assumed_cell_and_limit_is_among_the_guesses(name: str) -> None:
    edition = EDITIONS[name]
    found = {(one.kind, one.name): one.reason for one in guesses(edition)}
    for row, how in edition.provenance.items():
        if isinstance(how, Assumed):
            assert found[("limits and traits", row)] == how.reason
    for command, cells in ACOUSTIC.lifecycle.sources.items():
        for phase, how in cells.items():
            there = ("cells of the state table", f"{command.value} x {phase.name.lower()}") in found
            assert there is isinstance(how, Assumed)


def test_a_guess_that_has_become_a_fact_is_listed_no_more() -> None:
    known = replace(ICP, provenance={**ICP.provenance, "max_upload_bytes": Source("a page", "an anchor")})
    assert len(guesses(known)) == len(guesses(ICP)) - 1


def test_where_base_models_are_a_guess_they_are_listed_without_a_value() -> None:
    guessed = replace(ICP, provenance={**ICP.provenance, "base_models": Assumed("no page lists them")})
    rows = [one for one in guesses(guessed) if one.name == "base_models"]
    assert rows == [Guess("limits and traits", "base_models", "", "no page lists them")]
