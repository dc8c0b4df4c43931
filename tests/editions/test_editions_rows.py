"""Editions are data: each differs from the one it grew from in the rows that are named here, and in no other."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import pytest
from asking import MODELS, START, add, ask, create

from fakestt import FakeSTT
from fakestt.contract.edition import BodyShape, Wording
from fakestt.core.limits import Limits
from fakestt.core.provenance import Assumed, Source
from fakestt.core.refusals import Why
from fakestt.core.resources import OwnBaseModels
from fakestt.editions import EDITIONS, Edition, Traits, find_edition
from fakestt.errors import ConfigurationError

HOURS = 3600.0


def values_of(edition: Edition) -> dict[str, Any]:
    """Every row of an edition by its name."""
    rows = {field.name: getattr(edition.limits, field.name) for field in fields(Limits)}
    rows |= {field.name: getattr(edition.traits, field.name) for field in fields(Traits)}
    rows |= {f"wording of {why.name}": edition.wording[why].shape for why in Why}
    rows["base models"] = len(edition.base_models)
    return rows


NEW, OLD = BodyShape.NEW_GATEWAY, BodyShape.OLD_GATEWAY
DIFFERENCES: list[tuple[str, str, dict[str, Any]]] = [
    ("icp2018", "icp2020", {
        "audio_name_forbidden": (" /\\", ""),
        "member_type_default": ("audio/wav", None),
        "member_name_forbidden": (" /\\", ""),
        "members_unique_in_model": (True, False),
        "max_audio_s": (50 * HOURS, 100 * HOURS),
        "knows_strict": (False, True),
        "upgrade_needs_helper_of_training": (True, False),
        "data_name_forbidden": (" /\\", ""),
        "reserved_data_names": (("user",), ("user", "base_lm", "default_lm")),
        "max_new_words": (30_000, 90_000),
        "knows_grammars": (False, True),
        "helper_upgrade_in_second_call": (False, True),
        "audio_types": ({"audio/g729"},),
        "base models": (6, 11),
    }),
    ("icp2020", "cloud2025", {
        "max_models": (None, 1024),
        "name_max": (None, 256),
        "name_forbidden": ("", "\\/:=&?"),
        "description_max": (None, 128),
        "one_upload_at_a_time": (True, False),
        "refuses_audio_over_the_maximum": (False, True),
        "max_audio_s": (100 * HOURS, 50 * HOURS),
        "helper_must_be_available_to_upgrade": (False, True),
        "knows_force_of_language_models": (False, True),
        "training_upgrades_improved_models": (False, True),
        "large_models_lack_grammars": (False, True),
        "pronunciation_counts_inner_spaces": (False, True),
        "knows_mapping_only": (False, True),
        "training_factor": ((2.0, 4.0), (1.0, 1.0)),
        "upgrade_factor": ((2.0, 2.0), (1.0, 1.0)),
        "several_owners": (False, True),
        "knows_lite_plan": (False, True),
        "audio_types": ({"audio/alaw"},),
        "credentials": ({"bearer"},),
        "challenge": ('Basic realm="IBM Watson Gateway(Log-in)"', None),
        "server": ("-", "watson-gateway"),
        "transaction_ids": ("two numbers", "two GUIDs"),
        "key_prefix": ("icp-", ""),
        "refresh_token_life_s": (30 * 24 * HOURS, 72 * HOURS),
        "path_prefixes": (("/speech-to-text/api",), ("", "/instances/{guid}")),
        "shows_updated": (False, True),
        "shows_custom_acoustic_model": (False, True),
        "training_warning_members": (("warning_id", "description"), ("code", "message")),
        "wording of UNAUTHORIZED": (OLD, NEW),
        "wording of FORBIDDEN": (OLD, NEW),
        "base models": (11, 87),
    }),
    ("cloud2025", "cp4d2025", {
        "max_audio_s": (50 * HOURS, 200 * HOURS),
        "knows_force_of_language_models": (True, False),
        "credentials": ({"basic"},),
        "path_prefixes": (("", "/instances/{guid}"), ("/speech-to-text/{release}/instances/{guid}/api",)),
        "knows_lite_plan": (True, False),
    }),
]  # fmt: skip


@pytest.mark.parametrize(("parent", "child", "named"), DIFFERENCES, ids=[row[1] for row in DIFFERENCES])
def test_an_edition_differs_from_its_parent_in_the_named_rows_alone(
    parent: str, child: str, named: dict[str, Any]
) -> None:
    before, after = values_of(EDITIONS[parent]), values_of(EDITIONS[child])
    differing = {name: (before[name], after[name]) for name in before if before[name] != after[name]}
    for name, (old, new) in list(differing.items()):
        if isinstance(old, frozenset):
            differing[name] = (set(old ^ new),)  # type: ignore[assignment]  # what came or went, whichever
    assert differing == named


@pytest.mark.parametrize("name", EDITIONS)
def test_every_row_of_an_edition_says_how_we_know(name: str) -> None:
    edition = EDITIONS[name]
    rows = {field.name for record in (Limits, Traits) for field in fields(record)}
    assert set(edition.provenance) == rows | {"base_models"}
    assert all(isinstance(how, (Source, Assumed)) for how in edition.provenance.values())
    assert (edition.name, edition.pages) == (name, name)
    assert edition.title


@pytest.mark.parametrize("name", EDITIONS)
def test_the_base_models_of_a_world_are_its_own(name: str) -> None:
    rows = EDITIONS[name].base_models
    one, other = OwnBaseModels(rows), OwnBaseModels(rows)
    first = rows[0].name
    one[first].versions.append("newer")
    assert one[first] is one[first]
    assert (list(one), len(one)) == ([row.name for row in rows], len(rows))
    assert len(other[first].versions) == len(rows[0].versions) == 1
    assert "nobody" not in one


@pytest.mark.parametrize("name", EDITIONS)
def test_base_models_have_names_languages_and_rates_that_agree(name: str) -> None:
    for base in EDITIONS[name].base_models:
        assert base.name.startswith(base.language)
        assert base.rate_hz == (
            8000 if "Narrow" in base.name or "Telephony" in base.name or base.low_latency is False else 16000
        )
        assert base.versions[0].startswith(base.name + ".v")
        assert base.custom_acoustic_model is ("Model" in base.name)
        assert base.description


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ("icp2019", "edition='icp2019': there is no such edition. Did you mean 'icp2018'? All: icp2018, icp2020, "
         "cloud2025, cp4d2025"),
        ("ICP2018", "edition='ICP2018': there is no such edition."),
        ("", "edition='': there is no such edition. All: icp2018"),
        (None, "edition=None: there is no such edition."),
        (2018, "edition=2018: there is no such edition."),
    ],
)  # fmt: skip
def test_an_edition_that_does_not_exist_is_an_error_that_names_the_right_ones(given: Any, message: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        find_edition(given)
    assert str(caught.value).startswith(message)
    with pytest.raises(ConfigurationError):
        FakeSTT(edition=given)


@pytest.mark.parametrize("name", EDITIONS)
def test_an_edition_is_found_by_its_name_or_is_given(name: str) -> None:
    assert find_edition(name) is EDITIONS[name]
    assert find_edition(EDITIONS[name]) is EDITIONS[name]


def test_a_knob_is_turned_by_replacing_a_limit() -> None:
    edition = EDITIONS["icp2018"]
    mine = replace(edition, name="mine", limits=replace(edition.limits, empty_training_fails_model=False))
    stt = FakeSTT(edition=mine, start=START)
    model = stt.acoustic_models.add()
    assert ask(stt, "POST", f"{MODELS}/{model.id}/train").status == 400
    assert model.status == "pending"


def test_the_other_text_for_a_training_without_audio_is_a_knob() -> None:
    edition = EDITIONS["cloud2025"]
    mine = replace(edition, limits=replace(edition.limits, empty_training_says_no_input_data=True))
    stt = FakeSTT(edition=mine, start=START)
    model = stt.acoustic_models.add()
    heard = ask(stt, "POST", f"{MODELS}/{model.id}/train")
    assert (heard.status, heard.error) == (400, "No input data available for training")


def test_a_model_that_is_not_free_at_once_shows_in_the_report_until_when() -> None:
    edition = EDITIONS["icp2018"]
    mine = replace(edition, limits=replace(edition.limits, deleted_audio_frees_the_model=False))
    stt = FakeSTT(edition=mine, start=START)
    model_id = create(stt)
    assert add(stt, model_id).status == 201
    assert ask(stt, "DELETE", f"{MODELS}/{model_id}/audio/audio1").status == 200
    assert ask(stt, "DELETE", f"{MODELS}/{model_id}").status == 409
    assert "still due: clearing of car at +0:00:14.400, in 14.4 s" in stt.report()
    stt.clock.advance("15s")
    assert ask(stt, "DELETE", f"{MODELS}/{model_id}").status == 200


def test_a_helper_on_another_version_is_a_knob() -> None:
    edition = EDITIONS["icp2020"]
    mine = replace(edition, limits=replace(edition.limits, helper_must_match_version=False))
    stt = FakeSTT(edition=mine, start=START)
    model = stt.acoustic_models.add(status="ready")
    helper = stt.language_models.add(versions=["en-US_BroadbandModel.v2017-01-01"])
    target = f"{MODELS}/{model.id}/train?custom_language_model_id={helper.id}"
    assert ask(stt, "POST", target).status == 200


def test_an_edition_of_ones_own_words_a_refusal_anew() -> None:
    why = Assumed("a later cloud may say so")
    row = Wording(404, "Model {id} is not here", why, why)
    mine = EDITIONS["cloud2025"].but(name="mine", title="Mine", wording={Why.NO_SUCH_MODEL: row})
    stt = FakeSTT(edition=mine)
    heard = ask(stt, "GET", f"{MODELS}/1cd859d1-a522-4001-b8e0-e3e3637b48e1")
    assert (heard.status, heard.json["code_description"]) == (404, "No Such Resource")
    assert heard.error == "Model 1cd859d1-a522-4001-b8e0-e3e3637b48e1 is not here"
    assert (mine.name, mine.title, mine.pages) == ("mine", "Mine", "cloud2025")
    assert mine.base_models is EDITIONS["cloud2025"].base_models
    assert mine.limits == EDITIONS["cloud2025"].limits


def test_an_edition_of_ones_own_differs_in_the_rows_that_it_names_and_knows_them_as_it_says() -> None:
    parent, why = EDITIONS["cloud2025"], Assumed("a later cloud may do so")
    mine = parent.but(
        name="mine",
        title="Mine",
        rows={"max_models": (3, why), "server": ("mine", why)},
        hows={"max_audio_s": why},
        base_models=iter(parent.base_models[:2]),
        base_models_how=why,
        pages="cp4d2025",
    )
    assert mine == replace(
        parent,
        name="mine",
        title="Mine",
        pages="cp4d2025",
        limits=replace(parent.limits, max_models=3),
        traits=replace(parent.traits, server="mine"),
        base_models=parent.base_models[:2],
        provenance={
            **parent.provenance, **dict.fromkeys(("max_models", "server", "max_audio_s", "base_models"), why)
        },
    )  # fmt: skip


@pytest.mark.parametrize("name", EDITIONS)
def test_a_text_that_is_filled_in_holds_what_a_client_sent_as_it_is(name: str) -> None:
    heard = ask(FakeSTT(edition=name), "GET", "/v1/models/%7Blimits%7D%7Bx%7D")
    assert heard.error == "Model {limits}{x} not found"


# fmt: off
BASE_MODELS = [
    # name                            Hz     acoustic language labels low latency  description
    ("en-US_BroadbandModel",          16000, True,    True,    True,  None,  "US English broadband model."),
    ("en-US_ShortForm_NarrowbandModel", 8000, True,   True,    True,  None,  "US English Short Form narrowband model."),
    ("en-US_Telephony",               8000,  False,   True,    True,  True,
     "US English telephony model for narrowband audio (8kHz)"),
    ("en-WW_Medical_Telephony",       8000,  False,   True,    True,  True,
     "Worldwide English Medical telephony model for narrowband audio (8kHz)"),
    ("en-US_Multimedia",              16000, False,   True,    True,  True,
     "US English multimedia model for broadband audio (16kHz or more)"),
    ("en-US",                         8000,  False,   True,    True,  False, "Large US English model"),
]
# fmt: on


@pytest.mark.parametrize("row", BASE_MODELS, ids=lambda row: row[0])
def test_what_a_base_model_can_and_is_called_follows_from_its_name(row: tuple[Any, ...]) -> None:
    [model] = [one for one in find_edition("cloud2025").base_models if one.name == row[0]]
    assert row == (
        model.name,
        model.rate_hz,
        model.custom_acoustic_model,
        model.custom_language_model,
        model.speaker_labels,
        model.low_latency,
        model.description,
    )


@pytest.mark.parametrize("edition", EDITIONS)
def test_dialects_are_listed_where_there_are_none_as_well(edition: str) -> None:
    assert {type(base.dialects) for base in find_edition(edition).base_models} == {tuple}
