"""What an author sees: live, read-only, and never the cause of what it shows."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

import pytest
import requests

from fakestt import FakeSTT, StateError

BASE = "en-US_BroadbandModel"
OTHER = "11111111-1111-4111-8111-111111111111"


@pytest.fixture
def stt() -> FakeSTT:
    return FakeSTT(start=0)


def names_of(view: Any) -> list[str]:
    return [name for name in dir(type(view)) if not name.startswith("_")]


def views(stt: FakeSTT) -> Mapping[str, Any]:
    model = stt.acoustic_models.add(status="ready", minutes_of_audio=12, invalid_audio=1)
    return {
        "model": model,
        "audio": model.audio["audio1"],
        "language model": stt.language_models.add(),
        "change": model.history[0],
    }


# Reading


def test_reading_everything_changes_nothing() -> None:
    stt = FakeSTT(edition="icp2020", start=0)
    model = stt.acoustic_models.add(status="training", minutes_of_audio=12, invalid_audio=1)
    helper = stt.language_models.add()
    before = json.dumps(stt.snapshot())
    for view in (model, helper, *model.audio.values(), stt.acoustic_models, stt.language_models):
        for name in names_of(view):
            value = getattr(view, name)
            repr(value)
        repr(view)
    for look in (stt.report, stt.clock.pending, stt.journal.timeline, model.as_json):
        look()
    assert (len(stt.acoustic_models), list(stt.acoustic_models), model in stt.acoustic_models) == (1, [model], True)
    assert json.dumps(stt.snapshot()) == before
    assert len(stt.journal) == 0


@pytest.mark.parametrize("kind", ["model", "audio", "language model", "change"])
def test_no_attribute_of_a_view_can_be_set(stt: FakeSTT, kind: str) -> None:
    view = views(stt)[kind]
    for name in [*names_of(view), "misspelt"]:
        # A TypeError is what some Pythons make of it in frozen records with slots.
        with pytest.raises((AttributeError, TypeError)):
            setattr(view, name, "x")


@pytest.mark.parametrize(
    "change",
    [
        lambda model: model.audio.update({}),
        lambda model: model.audio.pop("audio1"),
        lambda model: model.versions.append("x"),
        lambda model: model.history.clear(),
    ],
)
def test_what_a_view_holds_cannot_be_changed(stt: FakeSTT, change: Callable[[Any], object]) -> None:
    with pytest.raises(AttributeError):
        change(stt.acoustic_models.add(status="ready"))


def test_changing_the_json_of_a_model_does_not_touch_the_model(stt: FakeSTT) -> None:
    model = stt.acoustic_models.add()
    wire = model.as_json()
    wire["versions"].append("x")
    wire["name"] = "x"
    assert (model.versions, model.name) == ((f"{BASE}.v2017-11-15",), "model")


def test_changing_a_snapshot_does_not_touch_the_fake(stt: FakeSTT) -> None:
    model = stt.acoustic_models.add(status="ready")
    state = stt.snapshot()
    state["models"][0]["versions"].append("x")
    state["models"][0]["children"]["audio"].clear()
    state["base_models"][BASE].append("x")
    assert (len(model.versions), list(model.audio), len(stt.base_models.versions(BASE))) == (1, ["audio1"], 1)


def test_a_view_is_live(stt: FakeSTT) -> None:
    model = stt.acoustic_models.add(minutes_of_audio=12)
    seen = [model.status]
    stt.clock.advance("1m")
    seen.append(model.status)
    assert seen == ["pending", "ready"]


def test_audio_is_shown_as_it_was_when_it_was_looked_at(stt: FakeSTT) -> None:
    model = stt.acoustic_models.add(minutes_of_audio=12)
    audio = model.audio["audio1"]
    stt.clock.advance("1m")
    assert (audio.status, model.audio["audio1"].status) == ("being_processed", "ok")


@pytest.mark.parametrize(
    ("placed", "shown"),
    [
        ({"status": "pending"}, ("pending", 0, 0.0, None)),
        ({"status": "pending", "minutes_of_audio": 12}, ("pending", 0, 0.0, None)),
        ({"status": "ready", "minutes_of_audio": 20}, ("ready", 0, 20.0, None)),
        ({"status": "training"}, ("training", 0, 12.0, None)),
        ({"status": "available"}, ("available", 100, 12.0, None)),
        ({"status": "failed", "error": "why"}, ("failed", 0, 12.0, "why")),
    ],
    ids=str,
)
def test_a_model_shows_what_it_was_put_into(stt: FakeSTT, placed: dict[str, Any], shown: tuple[Any, ...]) -> None:
    model = stt.acoustic_models.add(**placed)
    assert (model.status, model.progress, model.minutes_of_audio, model.error) == shown


# Collections


def test_models_are_listed_in_the_order_of_their_creation(stt: FakeSTT) -> None:
    added = [stt.acoustic_models.add(name=name) for name in "cab"]
    assert list(stt.acoustic_models) == added
    assert len(stt.acoustic_models) == 3
    assert repr(stt.acoustic_models) == "<3 acoustic models>"


def test_a_model_is_found_by_its_id(stt: FakeSTT) -> None:
    model = stt.acoustic_models.add()
    assert stt.acoustic_models[model.id] == model
    assert {stt.acoustic_models[model.id], model} == {model}


class NeverListed(dict[str, Any]):
    """What may be looked up, and not gone through."""

    def __iter__(self) -> Any:
        raise AssertionError("all of them were gone through")


@pytest.mark.parametrize("name", ["acoustic_models", "language_models"])
def test_a_look_at_one_model_does_not_go_through_all(stt: FakeSTT, name: str) -> None:
    models = getattr(stt, name)
    model = models.add()
    store: Any = stt._service.world._models[models._view_type._kind]
    store[stt.owner] = NeverListed(store[stt.owner])
    assert (models[model.id], model in models, "none" in models, len(models)) == (model, True, False, 1)
    with pytest.raises(AssertionError, match="gone through"):
        list(models)


@pytest.mark.parametrize("wanted", ["none", None, 3, ["none"]], ids=repr)
def test_what_is_no_model_is_in_no_collection(stt: FakeSTT, wanted: object) -> None:
    stt.acoustic_models.add()
    assert wanted not in stt.acoustic_models


def test_a_model_is_in_its_collection_by_view_and_by_id(stt: FakeSTT) -> None:
    model = stt.acoustic_models.add()
    assert model in stt.acoustic_models
    assert model.id in stt.acoustic_models
    assert model not in stt.language_models


def test_a_wrong_id_gets_the_right_ones(stt: FakeSTT) -> None:
    model = stt.acoustic_models.add()
    with pytest.raises(StateError) as caught:
        stt.acoustic_models[model.id[:-1]]
    assert f"no acoustic model {model.id[:-1]!r}. Did you mean {model.id!r}?" in str(caught.value)


def test_an_id_in_an_empty_collection_is_told_that_there_is_none(stt: FakeSTT) -> None:
    with pytest.raises(StateError, match=r"no language model 'x'\. There: none\."):
        stt.language_models["x"]


@pytest.mark.parametrize("wanted", [None, 3, ["x"]], ids=repr)
def test_what_can_be_no_id_is_told_the_right_ones(stt: FakeSTT, wanted: Any) -> None:
    model = stt.acoustic_models.add()
    with pytest.raises(StateError, match=rf"no acoustic model {re.escape(repr(wanted))}\..* There: {model.id}\."):
        stt.acoustic_models[wanted]
    with pytest.raises(StateError, match=rf"no acoustic model <acoustic model 'model' {model.id}.*There: {model.id}"):
        stt.acoustic_models[model]  # type: ignore[index]  # a model is not its id


@pytest.mark.parametrize("kind", ["acoustic_models", "language_models"])
def test_a_model_is_found_by_its_name(stt: FakeSTT, kind: str) -> None:
    models = getattr(stt, kind)
    car = models.add(name="car")
    models.add(name="bus")
    models.add(name="car", owner=OTHER)
    assert models.named("car") == car


def test_a_name_that_nothing_has_gets_the_nearest(stt: FakeSTT) -> None:
    stt.acoustic_models.add(name="car")
    stt.acoustic_models.add(name="bus")
    with pytest.raises(StateError) as caught:
        stt.acoustic_models.named("cars")
    assert str(caught.value) == (
        "named('cars'): no acoustic model has this name. Did you mean 'car'? There: 'car', 'bus'."
    )
    with pytest.raises(StateError, match=r"named\('x'\): no language model has this name\. There: none\."):
        stt.language_models.named("x")


def test_a_name_that_two_have_gets_their_ids(stt: FakeSTT) -> None:
    first, second = (stt.acoustic_models.add(name="car") for _ in range(2))
    with pytest.raises(StateError, match=rf"2 acoustic models have this name.*by its id: {first.id}, {second.id}\."):
        stt.acoustic_models.named("car")


def test_a_name_in_the_place_of_an_id_is_told_where_it_belongs(stt: FakeSTT) -> None:
    model = stt.acoustic_models.add(name="car")
    with pytest.raises(StateError) as caught:
        stt.acoustic_models["car"]
    assert str(caught.value) == (
        f"no acoustic model 'car'. It is a name, and [...] takes an id: named('car'). There: {model.id}."
    )


PARTS: list[tuple[str, Callable[[FakeSTT], Mapping[str, Any]], str]] = [
    ("audio", lambda stt: stt.acoustic_models.add(status="ready").audio, "audio1"),
    ("corpus", lambda stt: stt.language_models.add(corpora={"drums": "paradiddles"}).corpora, "drums"),
    ("grammar", lambda stt: stt.language_models.add(grammars={"yesno": "#ABNF 1.0; $a = b;"}).grammars, "yesno"),
    ("word", lambda stt: stt.language_models.add(words=["HHonors"]).words, "HHonors"),
]


@pytest.mark.parametrize(("kind", "parts", "name"), PARTS, ids=[kind for kind, *_ in PARTS])
def test_a_part_of_a_model_is_found_by_its_name_and_another_name_gets_the_nearest(
    kind: str, parts: Callable[[FakeSTT], Mapping[str, Any]], name: str
) -> None:
    found = parts(FakeSTT(edition="icp2020"))
    assert (name in found, found.get("x"), len(found), list(found)) == (True, None, 1, [name])
    with pytest.raises(KeyError) as caught:
        found[name[:-1]]
    assert isinstance(caught.value, StateError)
    assert str(caught.value) == f"no {kind} {name[:-1]!r}. Did you mean {name!r}? There: {name!r}."
    with pytest.raises(TypeError, match="does not support item assignment"):
        found[name] = None  # type: ignore[index]


# Ids by hand


@pytest.mark.parametrize("kind", ["acoustic_models", "language_models"])
def test_a_model_gets_the_id_that_its_client_knows(stt: FakeSTT, kind: str) -> None:
    known = "74F4807E-b5ff-4866-824e-6bba1a84fe96"
    models = getattr(stt, kind)
    model = models.add(id=known)
    assert (model.id, models[known], model.history[0].subject) == (known, model, known)
    assert stt.snapshot()["ids_given"] == 0  # the ids of all others are what they were without it


def test_the_next_id_of_the_seed_is_left_out_if_a_model_has_it_by_hand(stt: FakeSTT) -> None:
    first, second = (stt.acoustic_models.add().id for _ in range(2))
    another = FakeSTT(start=0)
    another.language_models.add(id=first)
    assert another.acoustic_models.add().id == second


@pytest.mark.parametrize("wrong", ["car", "", 3, OTHER[:-1], f"{{{OTHER}}}"], ids=repr)
@pytest.mark.parametrize("kind", ["acoustic_models", "language_models"])
def test_an_id_that_is_no_guid_is_refused(stt: FakeSTT, kind: str, wrong: Any) -> None:
    with pytest.raises(StateError) as caught:
        getattr(stt, kind).add(id=wrong)
    assert str(caught.value).startswith(f"id={wrong!r}: an id is a GUID, 32 hexadecimal digits with dashes, such as '")
    assert len(getattr(stt, kind)) == 0


@pytest.mark.parametrize("taken_by", ["acoustic_models", "language_models"])
def test_an_id_that_is_taken_is_refused_whoever_has_it(stt: FakeSTT, taken_by: str) -> None:
    taken = getattr(stt, taken_by).add(name="car", owner=OTHER)
    with pytest.raises(
        StateError, match=rf"id='{taken.id}': the {taken_by.removesuffix('_models')} model 'car' has it\."
    ):
        stt.acoustic_models.add(id=taken.id)


# Deleted, and others'


def test_a_deleted_models_view_says_so(stt: FakeSTT) -> None:
    model = stt.acoustic_models.add()
    state = stt.snapshot()
    stt.restore({**state, "models": []})
    assert model not in stt.acoustic_models
    assert repr(model) == f"<acoustic model {model.id} deleted>"
    with pytest.raises(StateError, match="it was deleted"):
        _ = model.status


def test_a_deleted_models_history_ends_with_its_deletion(stt: FakeSTT) -> None:
    model = stt.acoustic_models.add()
    with stt.reachable():
        stt.client().delete_acoustic_model(model.id)
    last = model.history[-1]
    assert (last.after, last.cause) == (None, "deleteAcousticModel")


def test_another_owners_models_are_apart(stt: FakeSTT) -> None:
    mine, others = stt.acoustic_models.add(), stt.acoustic_models.add(owner=OTHER)
    assert list(stt.acoustic_models) == [mine]
    assert stt.acoustic_models.of(OTHER) == [others]
    assert (others.owner, mine.owner) == (OTHER, stt.owner)
    assert others not in stt.acoustic_models


def test_another_owners_key_sees_another_owners_models(stt: FakeSTT) -> None:
    stt.acoustic_models.add(name="mine")
    stt.acoustic_models.add(name="others", owner=OTHER)
    key = stt.auth.add_key(owner=OTHER)
    with stt.reachable():
        listed = requests.get(f"{stt.url}/v1/acoustic_customizations", auth=("apikey", key)).json()
    assert [model["name"] for model in listed["customizations"]] == ["others"]


@pytest.mark.parametrize("owner", ["nonsense", "", 3, OTHER + "0"])
@pytest.mark.parametrize("kind", ["acoustic_models", "language_models"])
def test_an_owner_that_is_no_guid_is_refused(stt: FakeSTT, kind: str, owner: Any) -> None:
    models = getattr(stt, kind)
    expected = f"owner={owner!r}: an owner is the GUID of an instance; this one's is stt.owner, {stt.owner!r}."
    for misuse in (lambda: models.add(owner=owner), lambda: models.of(owner)):
        with pytest.raises(StateError) as caught:
            misuse()
        assert str(caught.value).startswith(expected)
    assert (len(models), stt.snapshot()["ids_given"]) == (0, 0)


# History


def test_a_history_is_of_one_model_and_in_order(stt: FakeSTT) -> None:
    first, second = stt.acoustic_models.add(minutes_of_audio=12), stt.acoustic_models.add(status="training")
    stt.clock.advance("10h")
    assert {change.subject for change in first.history} == {first.id}
    assert [(change.at_s, change.before and change.before.shown, change.after and change.after.shown)
            for change in second.history] == [(0, None, "training"), (2160, "training", "available")]  # fmt: skip


# Base and language models


def test_base_models_are_those_of_the_edition(stt: FakeSTT) -> None:
    assert list(stt.base_models) == [row.name for row in stt.edition.base_models]
    assert BASE in stt.base_models
    assert "en-US" not in stt.base_models


def test_a_published_version_is_the_newest(stt: FakeSTT) -> None:
    stt.base_models.publish(BASE, "next")
    assert stt.base_models.versions(BASE)[-1] == "next"
    assert stt.acoustic_models.add().versions == ("next",)


@pytest.mark.parametrize(
    ("name", "version", "expected"),
    [
        ("en-US_BrodbandModel", "v2", "Did you mean 'en-US_BroadbandModel'"),
        (BASE, f"{BASE}.v2017-11-15", "it is out already"),
        ("x", "v2", r"publish\('x', 'v2'\): no such base model. All: en-US_BroadbandModel, en-US_NarrowbandModel"),
        ("en-US", "v2", "Did you mean 'en-US_BroadbandModel' or 'en-US_NarrowbandModel'"),
        (3, "v2", r"publish\(3, 'v2'\): no such base model. All: en-US_BroadbandModel"),
        (BASE, 3, r"publish\('en-US_BroadbandModel', 3\): give the version's name, such as 'en-US_BroadbandModel.v20"),
        (BASE, "", "give the version's name"),
    ],
)
def test_a_version_that_cannot_be_published_is_told_why(stt: FakeSTT, name: str, version: str, expected: str) -> None:
    with pytest.raises(StateError, match=expected):
        stt.base_models.publish(name, version)


def test_the_versions_of_an_unknown_base_model_are_none_and_the_known_ones_are_named(stt: FakeSTT) -> None:
    with pytest.raises(StateError, match=r"versions\('x'\): no such base model\. All: en-US_BroadbandModel"):
        stt.base_models.versions("x")


def test_a_language_model_moves_to_the_newest_version(stt: FakeSTT) -> None:
    helper = stt.language_models.add(name="words", base_model_name=BASE)
    stt.base_models.publish(BASE, "next")
    helper.upgrade()
    helper.upgrade()
    assert helper.versions == (f"{BASE}.v2017-11-15", "next")
    assert (helper.name, helper.base_model_name, helper.status) == ("words", BASE, "available")


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({"status": "redy"}, "status='redy'.*Did you mean 'ready'"),
        ({"base_model_name": "en-US_Broadband"}, "Did you mean 'en-US_BroadbandModel'"),
    ],
)
@pytest.mark.parametrize("kind", ["acoustic_models", "language_models"])
def test_a_state_that_cannot_be_is_refused(stt: FakeSTT, kind: str, more: dict[str, Any], expected: str) -> None:
    with pytest.raises(StateError, match=expected):
        getattr(stt, kind).add(**more)
    assert len(getattr(stt, kind)) == 0


def test_an_upgraded_language_model_is_what_it_was_and_has_a_history(stt: FakeSTT) -> None:
    newer = f"{BASE}.v2099"
    models = {status: stt.language_models.add(status=status) for status in ("available", "training", "failed")}
    stt.base_models.publish(BASE, newer)
    for status, model in models.items():
        model.upgrade()
        model.upgrade()  # there is nothing newer
        assert (model.status, model.versions[-1], len(model.versions)) == (status, newer, 2)
    assert [(str(one.before), str(one.after), one.cause) for one in models["available"].history] == [
        ("None", "available", "hand"), ("available", "upgrading", "hand"), ("upgrading", "available", "upgrade"),
    ]  # fmt: skip
    assert len(models["training"].history) == 1  # its training goes on for good
