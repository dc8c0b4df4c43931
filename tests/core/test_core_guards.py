"""The guards one by one: what they are named for, they object to, and to nothing else."""

from __future__ import annotations

import copy
from dataclasses import replace
from typing import Any

import pytest
from core_rig import BASE, NARROW, NEWER, OWNER, make_audio, make_model, make_world

from fakestt.core.acoustic import table
from fakestt.core.acoustic.facts import AcousticModel
from fakestt.core.acoustic.family import ACOUSTIC
from fakestt.core.acoustic.table import COMMANDS, AcousticAsk
from fakestt.core.language.facts import LanguageModel
from fakestt.core.lifecycle import Allow, Guard
from fakestt.core.phases import ModelPhase
from fakestt.core.refusals import Why
from fakestt.core.resources import Activity
from fakestt.editions import EDITIONS

LIMITS = EDITIONS["icp2020"].limits
WORLD = make_world("icp2020")


def model_with(audio: dict[str, tuple[int, bool | None]] | None = None, **facts: Any) -> AcousticModel:
    model = make_model(WORLD)
    for name, (seconds, valid) in (audio or {}).items():
        model.audio[name] = make_audio(model, name, seconds)
        model.audio[name].valid = valid
    for name, value in facts.items():
        setattr(model, name, value)
    return model


def helper(base: str = BASE, trained: bool = True, version: str | None = None) -> LanguageModel:
    on = WORLD.base_models[base]
    return LanguageModel(
        name="words",
        created_at_s=0,
        updated_at_s=0,
        id="w",
        owner=OWNER,
        base_model=on,
        dialect="en-US",
        versions=[version or on.newest],
        trained=trained,
    )


ANALYSING = {"new": (60, None)}
GOOD = {"good": (600, True)}
MIXED = {"good": (600, True), "bad": (600, False)}
OVER = {"good": (100 * 3600 + 1, True)}
OLD = {"versions": [f"{BASE}.v2010"]}

# fmt: off
CASES: list[tuple[Guard[AcousticModel], AcousticModel, dict[str, Any], dict[str, Any], Why | None]] = [
    # guard, model, ask, limits, objection
    (table.another_upload, model_with(GOOD), {"name": "x"}, {}, None),
    (table.another_upload, model_with(ANALYSING), {"name": "x"}, {}, Why.BUSY),
    (table.another_upload, model_with(ANALYSING), {"name": "x"}, {"one_upload_at_a_time": False}, None),
    (table.another_upload, model_with(ANALYSING), {"name": "new"}, {"one_upload_at_a_time": False}, None),
    (table.another_upload, model_with(ANALYSING), {"name": "new", "overwrite": True},
     {"one_upload_at_a_time": False}, Why.BUSY),
    (table.another_upload, model_with(GOOD), {"name": "good", "overwrite": True},
     {"one_upload_at_a_time": False}, None),
    (table.another_upload, model_with(GOOD), {"name": "x", "overwrite": True},
     {"one_upload_at_a_time": False}, None),
    (table.name_taken, model_with(GOOD), {"name": "x"}, {}, None),
    (table.name_taken, model_with(GOOD), {"name": "good"}, {}, Why.NAME_TAKEN),
    (table.name_taken, model_with(GOOD), {"name": "good", "overwrite": True}, {}, None),
    (table.over_the_maximum, model_with(OVER), {"name": "x"}, {}, None),
    (table.over_the_maximum, model_with(OVER), {"name": "x"},
     {"refuses_audio_over_the_maximum": True}, Why.OVER_THE_MAXIMUM),
    (table.over_the_maximum, model_with(OVER), {"name": "good"}, {"refuses_audio_over_the_maximum": True}, None),
    (table.over_the_maximum, model_with(GOOD), {"name": "x"}, {"refuses_audio_over_the_maximum": True}, None),
    (table.unmodified, model_with(GOOD), {}, {}, Why.UNMODIFIED),
    (table.unmodified, model_with(GOOD), {"force": True}, {}, None),
    (table.another_upload, model_with(GOOD, activity=Activity.CLEARING), {"name": "x"}, {}, Why.BUSY),
    (table.no_input_data, model_with(), {}, {}, None),
    (table.no_input_data, model_with(), {"force": True}, {"empty_training_says_no_input_data": True},
     Why.NO_INPUT_DATA),
    (table.no_input_data, model_with(GOOD), {}, {"empty_training_says_no_input_data": True}, None),
    (table.invalid_audio, model_with(GOOD), {}, {}, None),
    (table.invalid_audio, model_with(MIXED), {}, {}, Why.INVALID_AUDIO),
    (table.invalid_audio, model_with(MIXED), {"strict": False}, {}, None),
    (table.too_little_audio, model_with({"a": (599, True), "b": (9, False)}), {}, {}, Why.TOO_LITTLE_AUDIO),
    (table.too_little_audio, model_with({"a": (599, True), "b": (1, True)}), {}, {}, None),
    (table.too_little_audio, model_with({"a": (1, True)}), {"force": True}, {}, None),
    (table.too_little_audio, model_with(), {"force": True}, {}, Why.TOO_LITTLE_AUDIO),
    (table.too_much_audio, model_with(GOOD), {}, {}, None),
    (table.too_much_audio, model_with(OVER), {}, {}, Why.TOO_MUCH_AUDIO),
    (table.helper_on_another_base, model_with(), {}, {}, None),
    (table.helper_on_another_base, model_with(), {"helper": helper()}, {}, None),
    (table.helper_on_another_base, model_with(), {"helper": helper(NARROW)}, {}, Why.HELPER_BASE),
    (table.helper_on_another_version, model_with(), {}, {}, None),
    (table.helper_on_another_version, model_with(), {"helper": helper()}, {}, None),
    (table.helper_on_another_version, model_with(), {"helper": helper(version="v")}, {}, Why.HELPER_VERSION),
    (table.helper_on_another_version, model_with(), {"helper": helper(version="v")},
     {"helper_must_match_version": False}, None),
    (table.helper_not_available, model_with(), {}, {}, None),
    (table.helper_not_available, model_with(), {"helper": helper()}, {}, None),
    (table.helper_not_available, model_with(), {"helper": helper(trained=False)}, {}, Why.HELPER_NOT_AVAILABLE),
    (table.helper_not_available, model_with(), {"helper": helper(trained=False)},
     {"helper_must_be_available_to_train": False}, None),
    (table.up_to_date, model_with(**OLD), {}, {}, None),
    (table.up_to_date, model_with(), {}, {}, Why.UP_TO_DATE),
    (table.up_to_date, model_with(), {"helper": helper()}, {}, Why.UP_TO_DATE),
    (table.up_to_date, model_with(helper_lags=True), {}, {}, Why.UP_TO_DATE),
    (table.up_to_date, model_with(helper_lags=True), {"helper": helper()}, {}, None),
    (table.up_to_date, model_with(helper_lags=True), {"helper": helper()},
     {"helper_upgrade_in_second_call": False}, Why.UP_TO_DATE),
    (table.up_to_date, model_with(helper_lags=True), {"helper": helper()},
     {"second_upgrade_needs_force": True}, Why.UNMODIFIED),
    (table.up_to_date, model_with(helper_lags=True), {"helper": helper(), "force": True},
     {"second_upgrade_needs_force": True}, None),
    (table.not_upgradable, model_with(GOOD), {}, {}, Why.NOT_UPGRADABLE),
    (table.helper_missing, model_with(), {}, {}, None),
    (table.helper_missing, model_with(helper_id="w"), {}, {}, None),
    (table.helper_missing, model_with(helper_id="w"), {},
     {"upgrade_needs_helper_of_training": True}, Why.HELPER_REQUIRED),
    (table.helper_missing, model_with(helper_id="w"), {"helper": helper()},
     {"upgrade_needs_helper_of_training": True}, None),
    (table.helper_not_upgraded, model_with(), {}, {}, None),
    (table.helper_not_upgraded, model_with(), {"helper": helper()}, {}, None),
    (table.helper_not_upgraded, model_with(), {"helper": helper(version=NEWER)}, {}, Why.HELPER_VERSION),
    (table.helper_not_available_for_upgrade, model_with(), {"helper": helper(trained=False)}, {}, None),
    (table.helper_not_available_for_upgrade, model_with(), {"helper": helper(trained=False)},
     {"helper_must_be_available_to_upgrade": True}, Why.HELPER_NOT_AVAILABLE),
]
# fmt: on


@pytest.mark.parametrize(
    ("guard", "model", "ask", "limits", "why"),
    [pytest.param(*case, id=f"{number}-{case[0].__name__}") for number, case in enumerate(CASES)],
)
def test_the_guard_objects_to_what_it_is_named_for_and_changes_nothing(
    guard: Guard[AcousticModel], model: AcousticModel, ask: dict[str, Any], limits: dict[str, Any], why: Why | None
) -> None:
    before = copy.deepcopy({name: getattr(model, name) for name in ("trained", "modified", "failed", "versions")})
    assert guard(model, AcousticAsk(limits=replace(LIMITS, **limits), **ask)) is why
    assert before == {name: getattr(model, name) for name in before}


def test_every_guard_of_the_table_is_proved_to_object_and_to_let_pass() -> None:
    guards = {
        guard for row in COMMANDS.values() for cell in row.values() if isinstance(cell, Allow) for guard in cell.unless
    }
    assert guards == {case[0] for case in CASES}
    assert guards == {case[0] for case in CASES if case[4] is not None}
    assert guards - {table.not_upgradable} == {case[0] for case in CASES if case[4] is None}


@pytest.mark.parametrize(
    "audio", [{"a": (600, None)}, {"a": (600, None), "b": (600, False)}, {"a": (600, None), "b": (600, True)}]
)
@pytest.mark.parametrize("facts", [{}, {"trained": True}, {"trained": True, "modified": True}, {"failed": True}])
def test_audio_that_is_being_analysed_hides_whatever_else_the_model_is(
    audio: dict[str, tuple[int, bool | None]], facts: dict[str, bool]
) -> None:
    assert ACOUSTIC.lifecycle.phase(model_with(audio, **facts)) is ModelPhase.ANALYSING
