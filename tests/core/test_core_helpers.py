"""Helper language models: who may help a training, and who goes first in an upgrade, in each edition."""

from __future__ import annotations

import pytest
from core_rig import (
    ALL,
    BASE,
    CLOUD,
    ICP,
    NARROW,
    NEWER,
    OTHER_OWNER,
    OWNER,
    Steered,
    added,
    code,
    finish,
    make_world,
    objection,
    publish,
    reach,
    trained_with,
)

from fakestt.core.acoustic import commands
from fakestt.core.acoustic.facts import AcousticModel
from fakestt.core.choices import Choices
from fakestt.core.language.facts import LanguageModel
from fakestt.core.language.placing import place_language_model
from fakestt.core.refusals import Why
from fakestt.core.world import World

TWO_CALLS = ("icp2020", *CLOUD)


def make_helper(world: World, owner: str = OWNER, base: str = BASE, **more: object) -> LanguageModel:
    return place_language_model(world, owner, name="words", base_model_name=base, **more)  # type: ignore[arg-type]


def upgraded(helper: LanguageModel) -> LanguageModel:
    helper.versions.append(helper.base_model.newest)
    return helper


def trained_then_outdated(edition: str, **knobs: object) -> tuple[World, AcousticModel, LanguageModel]:
    """A model that was trained with a helper, and then a newer version of their base comes out."""
    world = make_world(edition, **knobs)
    model, helper = reach(world, "R"), make_helper(world)
    trained_with(world, model, helper)
    publish(world)
    return world, model, helper


def upgraded_plainly(edition: str, **knobs: object) -> tuple[World, AcousticModel, LanguageModel]:
    """The first of the two calls is over, and the helper is upgraded too."""
    world, model, helper = trained_then_outdated(edition, **knobs)
    commands.upgrade(world, model)
    finish(world)
    return world, model, upgraded(helper)


# Training


@pytest.mark.parametrize("edition", ALL)
def test_a_fitting_helper_helps(edition: str) -> None:
    world = make_world(edition)
    model, helper = reach(world, "R"), make_helper(world)
    trained_with(world, model, helper)
    assert (code(world, model), model.helper_id) == ("A", helper.id)


@pytest.mark.parametrize("edition", ALL)
@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"base": NARROW}, Why.HELPER_BASE),
        ({"versions": [f"{BASE}.v2010-01-01"]}, Why.HELPER_VERSION),
        ({"status": "pending"}, Why.HELPER_NOT_AVAILABLE),
        ({"status": "ready"}, Why.HELPER_NOT_AVAILABLE),
        ({"status": "training"}, Why.HELPER_NOT_AVAILABLE),
        ({"status": "failed"}, Why.HELPER_NOT_AVAILABLE),
    ],
)
def test_an_unfit_helper_fails_the_training(edition: str, fields: dict[str, object], why: Why) -> None:
    world = make_world(edition)
    model, helper = reach(world, "R"), make_helper(world, **fields)  # type: ignore[arg-type]
    assert objection(commands.train, world, model, helper_id=helper.id) is why
    assert code(world, model) == "F"


@pytest.mark.parametrize("edition", ALL)
def test_versions_are_compared_by_their_last_elements(edition: str) -> None:
    world = make_world(edition)
    model = reach(world, "R")
    helper = make_helper(world, versions=[f"{BASE}.v2010-01-01", *model.versions])
    assert objection(commands.train, world, model, helper_id=helper.id) is None


@pytest.mark.parametrize("edition", ALL)
@pytest.mark.parametrize("act", [commands.train, commands.upgrade])
@pytest.mark.parametrize("column", ["R", "T", "A"])
def test_a_foreign_or_unknown_helper_is_not_there_and_nothing_happens(edition: str, act: object, column: str) -> None:
    world = make_world(edition)
    model, foreign = reach(world, column), make_helper(world, OTHER_OWNER)
    for helper_id in (foreign.id, "00000000-0000-4000-8000-000000000000"):
        assert objection(act, world, model, helper_id=helper_id) is Why.NO_SUCH_MODEL
        assert code(world, model) == column


@pytest.mark.parametrize("edition", ALL)
def test_another_helper_alone_is_no_change_since_the_last_training(edition: str) -> None:
    world = make_world(edition)
    model, helper = reach(world, "A"), make_helper(world)
    assert objection(commands.train, world, model, helper_id=helper.id) is Why.UNMODIFIED
    assert code(world, model) == "A"


# Upgrading


@pytest.mark.parametrize("edition", ALL)
def test_one_upgrade_with_the_upgraded_helper_is_enough(edition: str) -> None:
    world, model, helper = trained_then_outdated(edition)
    commands.upgrade(world, model, helper_id=upgraded(helper).id)
    finish(world)
    assert (code(world, model), model.versions[-1]) == ("A", NEWER)
    assert (model.upgrading_to, model.upgrading_with) == (None, None)
    assert objection(commands.upgrade, world, model, helper_id=helper.id) is Why.UP_TO_DATE


@pytest.mark.parametrize("edition", ALL)
def test_a_helper_that_was_not_upgraded_first_stops_the_upgrade(edition: str) -> None:
    world, model, helper = trained_then_outdated(edition)
    assert objection(commands.upgrade, world, model, helper_id=helper.id) is Why.HELPER_VERSION
    assert (code(world, model), len(model.versions)) == ("A", 1)


@pytest.mark.parametrize("edition", ALL)
def test_a_helper_of_another_base_stops_the_upgrade(edition: str) -> None:
    world, model, _ = trained_then_outdated(edition)
    other = make_helper(world, base=NARROW)
    assert objection(commands.upgrade, world, model, helper_id=other.id) is Why.HELPER_BASE
    assert code(world, model) == "A"


@pytest.mark.parametrize(
    ("edition", "why"),
    [*((name, None) for name in ICP), *((name, Why.HELPER_NOT_AVAILABLE) for name in CLOUD)],
)
def test_only_the_cloud_asks_for_an_available_helper_in_an_upgrade(edition: str, why: Why | None) -> None:
    world, model, helper = trained_then_outdated(edition)
    upgraded(helper).trained = False
    assert objection(commands.upgrade, world, model, helper_id=helper.id) is why
    assert code(world, model) == ("U" if why is None else "A")


@pytest.mark.parametrize(("edition", "why"), [("icp2018", Why.HELPER_REQUIRED), *((name, None) for name in TWO_CALLS)])
def test_the_plain_first_call_is_for_the_editions_of_two_calls(edition: str, why: Why | None) -> None:
    world, model, _ = trained_then_outdated(edition)
    assert objection(commands.upgrade, world, model) is why
    assert code(world, model) == ("U" if why is None else "A")


def test_a_model_that_was_trained_without_a_helper_is_upgraded_without_one() -> None:
    world = make_world("icp2018")
    model = reach(world, "A")
    publish(world)
    assert objection(commands.upgrade, world, model) is None


@pytest.mark.parametrize("edition", TWO_CALLS)
@pytest.mark.parametrize("modified", [False, True])
def test_the_second_call_brings_the_helper_up_to_date_and_the_status_back(edition: str, modified: bool) -> None:
    world, model, helper = upgraded_plainly(edition)
    if modified:
        added(world, model, "more")
    before, versions = code(world, model), list(model.versions)
    commands.upgrade(world, model, helper_id=helper.id)
    assert code(world, model) == "U"
    finish(world)
    assert (code(world, model), model.versions) == (before, versions)
    assert before == ("R" if modified else "A")
    assert objection(commands.upgrade, world, model, helper_id=helper.id) is Why.UP_TO_DATE


@pytest.mark.parametrize("edition", TWO_CALLS)
def test_the_second_call_says_which_helper(edition: str) -> None:
    world, model, _ = upgraded_plainly(edition)
    assert objection(commands.upgrade, world, model) is Why.UP_TO_DATE


@pytest.mark.parametrize("edition", TWO_CALLS)
def test_the_second_call_wants_an_upgraded_helper(edition: str) -> None:
    world, model, _ = upgraded_plainly(edition)
    late = make_helper(world, versions=[f"{BASE}.v2010-01-01"])
    assert objection(commands.upgrade, world, model, helper_id=late.id) is Why.HELPER_VERSION


def test_there_is_no_second_call_in_the_edition_of_one() -> None:
    world = make_world("icp2018")
    model, helper = reach(world, "A"), make_helper(world)
    publish(world)
    commands.upgrade(world, model)
    finish(world)
    assert objection(commands.upgrade, world, model, helper_id=upgraded(helper).id) is Why.UP_TO_DATE


@pytest.mark.parametrize("edition", TWO_CALLS)
def test_the_second_call_can_be_made_to_ask_for_force(edition: str) -> None:
    world, model, helper = upgraded_plainly(edition, second_upgrade_needs_force=True)
    assert objection(commands.upgrade, world, model, helper_id=helper.id) is Why.UNMODIFIED
    assert objection(commands.upgrade, world, model, helper_id=helper.id, force=True) is None


@pytest.mark.parametrize("edition", TWO_CALLS)
def test_a_reset_model_has_no_helper_to_bring_up_to_date(edition: str) -> None:
    world, model, helper = upgraded_plainly(edition)
    commands.reset(world, model)
    assert objection(commands.upgrade, world, model, helper_id=helper.id) is Why.UP_TO_DATE


@pytest.mark.parametrize("edition", TWO_CALLS)
def test_a_second_call_that_failed_can_be_made_again(edition: str) -> None:
    world, model, helper = upgraded_plainly(edition)
    world.machine.choices = Steered("upgrade")
    commands.upgrade(world, model, helper_id=helper.id)
    finish(world)
    assert code(world, model) == "F"
    world.machine.choices = Choices()
    commands.train(world, model)
    finish(world)
    assert objection(commands.upgrade, world, model, helper_id=helper.id) is None


def test_an_upgrade_that_failed_leaves_nothing_of_where_it_was_going() -> None:
    world, model, helper = upgraded_plainly(TWO_CALLS[0])
    world.machine.choices = Steered("upgrade")
    commands.upgrade(world, model, helper_id=helper.id)
    assert (model.upgrading_to, model.upgrading_with) == (model.base_model.newest, helper.id)
    finish(world)
    assert (model.upgrading_to, model.upgrading_with) == (None, None)
