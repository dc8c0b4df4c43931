"""The store: ids, owners, base models, and the time that it has settled to."""

from __future__ import annotations

import re
from typing import Any

import pytest
from core_rig import (
    ALL,
    BASE,
    NARROW,
    NEWER,
    OTHER_OWNER,
    OWNER,
    START_S,
    added,
    code,
    finish,
    make_model,
    make_world,
    publish,
    reach,
    trained_with,
)
from language_rig import added as added_text

from fakestt.core.acoustic import commands
from fakestt.core.acoustic.facts import AcousticModel
from fakestt.core.acoustic.placing import place_acoustic_model
from fakestt.core.language import commands as language
from fakestt.core.language.facts import LanguageModel
from fakestt.core.language.placing import place_language_model
from fakestt.core.refusals import Refusal, Why
from fakestt.core.snapshot import snapshot

VERSION_4 = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")


def test_ids_are_version_4_guids_and_differ() -> None:
    world = make_world()
    ids = [world.new_id() for _ in range(1000)]
    assert len(set(ids)) == 1000
    assert all(VERSION_4.fullmatch(one) for one in ids)


def test_equal_seeds_give_equal_ids_and_others_give_others() -> None:
    one, twin, other = (make_world(seed=seed) for seed in (7, 7, 8))
    assert [one.new_id() for _ in range(5)] == [twin.new_id() for _ in range(5)]
    assert other.new_id() != make_world(seed=7).new_id()


def test_an_id_that_was_given_by_hand_is_given_to_nobody_else() -> None:
    world, twin = make_world(), make_world()
    first, second, third = (twin.new_id() for _ in range(3))
    model = place_acoustic_model(world, OWNER, name="car", base_model_name=BASE, id=second)
    assert [model.id, make_model(world).id, make_model(world).id] == [second, first, third]


def test_the_ids_of_a_seed_are_those_of_earlier_releases() -> None:
    """Files that were kept hold them: recorded answers, golden texts."""
    world = make_world()
    assert [world.new_id()[:8] for _ in range(3)] == ["4cbf0974", "208f26a0", "f2400a6f"]


def test_foreign_models_cannot_be_told_from_unknown_ones() -> None:
    world = make_world()
    model = make_model(world, OTHER_OWNER)
    words = place_language_model(world, OTHER_OWNER, name="words", base_model_name=BASE)
    unknown = "00000000-0000-4000-8000-000000000000"
    for kind, foreign in ((AcousticModel, model.id), (LanguageModel, words.id)):
        assert world.find(kind, OTHER_OWNER, foreign).id == foreign
        said = []
        for owner, model_id in ((OWNER, foreign), (OTHER_OWNER, unknown), (OWNER, unknown)):
            with pytest.raises(Refusal) as refused:
                world.find(kind, owner, model_id)
            said.append((refused.value.why, refused.value.facts))
        assert said == [(Why.NO_SUCH_MODEL, {"id": model_id}) for model_id in (foreign, unknown, unknown)]


def test_lists_hold_the_owner_s_models_in_the_order_of_creation() -> None:
    world = make_world()
    mine = [make_model(world, name=f"{number}") for number in range(5)]
    make_model(world, OTHER_OWNER)
    assert commands.list_acoustic_models(world, OWNER) == mine
    assert len(commands.list_acoustic_models(world, OTHER_OWNER)) == 1
    assert commands.list_acoustic_models(world, "nobody") == []


def test_lists_can_be_of_one_language() -> None:
    world = make_world()
    english, japanese = make_model(world), make_model(world, base="ja-JP_BroadbandModel")
    assert commands.list_acoustic_models(world, OWNER, "en-US") == [english]
    assert commands.list_acoustic_models(world, OWNER, "ja-JP") == [japanese]
    assert commands.list_acoustic_models(world, OWNER, "xx-XX") == []


@pytest.mark.parametrize("edition", ALL)
def test_a_new_model_is_built_on_the_newest_version_of_its_base(edition: str) -> None:
    world = make_world(edition)
    old = make_model(world)
    publish(world)
    assert old.versions == [world.base_models[BASE].versions[0]]
    assert make_model(world).versions == [NEWER]
    assert make_model(world, base=NARROW).versions == world.base_models[NARROW].versions


@pytest.mark.parametrize("edition", ALL)
def test_an_upgrade_goes_to_the_version_that_was_newest_when_it_began(edition: str) -> None:
    world = make_world(edition)
    model = reach(world, "A")
    publish(world, f"{BASE}.v1")
    publish(world, f"{BASE}.v2")
    commands.upgrade(world, model)
    publish(world, f"{BASE}.v3")
    world.clock.wait(36_000)
    world.settle()
    assert model.versions == [world.base_models[BASE].versions[0], f"{BASE}.v2"]


def test_a_new_version_is_none_of_other_bases_models() -> None:
    world = make_world(empty_model_follows_base=True)
    for base, versions in ((BASE, [NEWER]), (NARROW, ["old"])):
        model = place_acoustic_model(world, OWNER, name="car", base_model_name=base, versions=["old"])
        publish(world)
        assert model.versions == versions


def test_a_reset_model_has_the_facts_of_a_new_one() -> None:
    def facts() -> list[dict[str, Any]]:
        passing = {"updated_at_s", "since_at_s", "visit", "nth"}
        return [{name: row[name] for name in row if name not in passing} for row in snapshot(world)["models"]]

    world = make_world("icp2020")
    helper = place_language_model(world, OWNER, name="words", base_model_name=BASE, status="pending")
    model = make_model(world)
    new = facts()
    added_text(world, helper, "one", "IEEE")
    added(world, model, "good")
    language.train(world, helper)
    finish(world)
    trained_with(world, model, helper)
    publish(world)
    commands.upgrade(world, model)
    finish(world)
    assert (model.helper_lags, model.helper_id) == (True, helper.id)
    language.reset(world, helper)
    commands.reset(world, model)
    assert facts() == [new[0], {**new[1], "versions": model.versions}]


@pytest.mark.parametrize("edition", ALL)
def test_reset_removes_the_audio_and_the_training_and_keeps_the_rest(edition: str) -> None:
    world = make_world(edition)
    model = reach(world, "A")
    kept = (model.id, model.name, model.owner, model.base_model, model.created_at_s, list(model.versions))
    world.clock.wait(60)
    world.settle()
    commands.reset(world, model)
    assert (code(world, model), model.trained, model.audio, model.updated_at_s) == ("P0", False, {}, world.now_s)
    assert (model.id, model.name, model.owner, model.base_model, model.created_at_s, model.versions) == kept


def test_worlds_of_one_edition_share_nothing() -> None:
    one, other = make_world(), make_world()
    publish(one)
    assert other.base_models[BASE].newest != NEWER


def test_settled_time_never_goes_back() -> None:
    world = make_world()
    make_model(world)
    world.clock.wait(60)
    world.settle()
    world.clock.set(START_S)  # type: ignore[attr-defined]
    world.settle()
    assert world.now_s == START_S + 60


def test_a_world_starts_at_its_clock_s_now() -> None:
    assert make_world().now_s == START_S


def test_an_audio_s_subject_names_its_model() -> None:
    world = make_world()
    model = reach(world, "R")
    words = place_language_model(world, OWNER, name="words", base_model_name=BASE)
    assert (model.audio["good"].address, words.address) == (f"{model.id}/good", words.id)
