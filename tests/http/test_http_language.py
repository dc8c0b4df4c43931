"""Custom language models over HTTP: created, read, trained, upgraded; what of the family is not here yet."""

from __future__ import annotations

import json
from typing import Any

import pytest
from asking import EDITIONS, MODELS, NOBODY, ask

from fakestt import FakeSTT
from fakestt.core.refusals import Why
from fakestt.editions import EDITIONS as ROWS

LANGUAGE_MODELS = "/v1/customizations"
OTHER = "11111111-1111-4111-8111-111111111111"
STATUSES = ("pending", "ready", "training", "available", "upgrading", "failed")


def listed(stt: FakeSTT, query: str = "", **more: Any) -> list[str]:
    heard = ask(stt, "GET", LANGUAGE_MODELS + query, **more)
    assert heard.status == 200
    return [model["name"] for model in heard.json["customizations"]]


@pytest.mark.parametrize("edition", EDITIONS)
@pytest.mark.parametrize("status", STATUSES)
def test_a_model_is_read_in_every_status(edition: str, status: str) -> None:
    stt = FakeSTT(edition=edition, start="2018-10-27T00:00:00.123Z")
    model = stt.language_models.add(name="drums", status=status, description="", versions=["older"])
    assert model.progress == (100 if status == "available" else 0)
    heard = ask(stt, "GET", f"{LANGUAGE_MODELS}/{model.id}")
    assert heard.status == 200
    updated = {"updated": "2018-10-27T00:00:00.123Z"} if edition in ("cloud2025", "cp4d2025") else {}
    failed = {"error": '{"code":500,"code_description":"Internal Server Error","error":"training failed"}'}
    assert list(heard.json.items()) == list(
        {
            "owner": stt.owner,
            "base_model_name": "en-US_BroadbandModel",
            "customization_id": model.id,
            "dialect": "en-US",
            "versions": ["older"],
            "created": "2018-10-27T00:00:00.123Z",
            "name": "drums",
            "description": "",
            "progress": 100 if status == "available" else 0,
            "language": "en-US",
            **updated,
            **(failed if status == "failed" else {}),
            "status": status,
        }.items()
    )
    assert heard.json == model.as_json()
    assert ask(stt, "GET", LANGUAGE_MODELS).json == {"customizations": [heard.json]}


def test_models_are_listed_in_the_order_of_their_creation_and_by_language() -> None:
    stt = FakeSTT()
    assert listed(stt) == []
    stt.language_models.add(name="b")
    stt.language_models.add(name="a", base_model_name="ja-JP_NarrowbandModel")
    stt.language_models.add(name="c", base_model_name="en-US_NarrowbandModel")
    stt.acoustic_models.add(name="acoustic")
    assert listed(stt) == ["b", "a", "c"]
    assert listed(stt, "?language=en-US") == ["b", "c"]
    assert listed(stt, "?language=ja-JP") == ["a"]
    assert listed(stt, "?language=xx-XX") == []
    assert [one["name"] for one in ask(stt, "GET", MODELS).json["customizations"]] == ["acoustic"]


@pytest.mark.parametrize(
    ("base", "dialect"),
    [
        ("es-ES_BroadbandModel", "es-ES"),
        ("es-AR_BroadbandModel", "es-LA"),
        ("es-MX_NarrowbandModel", "es-US"),
        ("es-LA_Telephony", "es-LA"),
        ("fr-FR_Multimedia", "fr-FR"),
        ("en-US", "en-US"),
    ],
)
def test_a_dialect_is_that_of_the_base_model(base: str, dialect: str) -> None:
    stt = FakeSTT(edition="cloud2025")
    model = stt.language_models.add(base_model_name=base)
    shown = ask(stt, "GET", f"{LANGUAGE_MODELS}/{model.id}").json
    assert (shown["dialect"], shown["language"], model.dialect) == (dialect, base[:5], dialect)


def test_an_upgrade_by_hand_is_shown_and_updates_the_model() -> None:
    stt = FakeSTT(edition="cloud2025", start=0)
    models = [stt.language_models.add(status=status) for status in ("available", "training")]
    stt.base_models.publish("en-US_BroadbandModel", "en-US_BroadbandModel.v2030-01-01")
    stt.clock.advance("1m")
    for model in models:
        model.upgrade()
        shown = ask(stt, "GET", f"{LANGUAGE_MODELS}/{model.id}").json
        assert shown["versions"][1:] == ["en-US_BroadbandModel.v2030-01-01"]
        assert (shown["created"], shown["updated"]) == ("1970-01-01T00:00:00.000Z", "1970-01-01T00:01:00.000Z")


def test_owners_see_their_own_models() -> None:
    stt = FakeSTT()
    stt.language_models.add(name="mine")
    theirs = stt.language_models.add(name="theirs", owner=OTHER)
    key = stt.auth.add_key(owner=OTHER)
    assert (listed(stt), listed(stt, key=key)) == (["mine"], ["theirs"])
    heard = ask(stt, "GET", f"{LANGUAGE_MODELS}/{theirs.id}")
    assert (heard.status, heard.error) == (401, f"Invalid customization_id '{theirs.id}'")
    assert ask(stt, "GET", f"{LANGUAGE_MODELS}/{theirs.id}", key=key).status == 200


@pytest.mark.parametrize("edition", EDITIONS)
def test_an_id_that_is_no_language_model_s_is_refused_as_elsewhere(edition: str) -> None:
    stt = FakeSTT(edition=edition)
    acoustic = stt.acoustic_models.add()
    for wrong in (NOBODY, acoustic.id):
        heard = ask(stt, "GET", f"{LANGUAGE_MODELS}/{wrong}")
        assert (heard.status, heard.error) == (401, f"Invalid customization_id '{wrong}'")
    heard = ask(stt, "GET", f"{LANGUAGE_MODELS}/xyz")
    assert (heard.status, heard.error) == (400, "Malformed GUID: 'xyz'")


@pytest.mark.parametrize("target", [LANGUAGE_MODELS, f"{LANGUAGE_MODELS}/{NOBODY}"])
def test_credentials_are_asked_for(target: str) -> None:
    stt = FakeSTT(edition="cloud2025", auth="strict")
    assert ask(stt, "GET", target, key=None).status == 401
    assert ask(FakeSTT(auth=None), "GET", LANGUAGE_MODELS, key=None).status == 200


def test_a_lite_plan_has_no_language_models() -> None:
    stt = FakeSTT(edition="cloud2025")
    row = ROWS["cloud2025"].wording[Why.LITE_PLAN]
    heard = ask(stt, "GET", LANGUAGE_MODELS, key=stt.auth.add_key(plan="lite"))
    assert (heard.status, heard.error) == (row.status, row.text)


def test_an_unknown_parameter_is_told_in_the_answer() -> None:
    stt = FakeSTT()
    model = stt.language_models.add()
    for target in (LANGUAGE_MODELS, f"{LANGUAGE_MODELS}/{model.id}"):
        said = ask(stt, "GET", f"{target}?x=1").json["warnings"]
        assert said == "Unexpected query parameter(s) ['x'] detected"


@pytest.mark.parametrize("target", [LANGUAGE_MODELS, f"{LANGUAGE_MODELS}/{NOBODY}"])
def test_a_method_that_the_service_has_not_either_is_405(target: str) -> None:
    assert ask(FakeSTT(), "PATCH", target).status == 405


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({"base_model_name": "zh-CN_BroadbandModel"}, "has no language customization"),
        ({"description": 3}, "description=3: give a string"),
        ({"error": "why"}, "error='why' with status='available': only a 'failed' model has an error"),
        ({"error": 3, "status": "failed"}, "error=3: give a string"),
    ],
    ids=str,
)
def test_a_model_that_cannot_be_is_refused(more: dict[str, Any], expected: str) -> None:
    stt = FakeSTT(edition="cloud2025")
    with pytest.raises(LookupError, match=expected):
        stt.language_models.add(**more)
    assert len(stt.language_models) == 0


def test_a_failed_model_says_what_its_author_gave() -> None:
    stt = FakeSTT()
    model = stt.language_models.add(status="failed", error="no words")
    assert model.error == "no words"
    shown = ask(stt, "GET", f"{LANGUAGE_MODELS}/{model.id}").json
    assert json.loads(shown["error"])["error"] == "no words"


# Creating


def created(stt: FakeSTT, **values: Any) -> Any:
    return ask(stt, "POST", LANGUAGE_MODELS, {"name": "words", "base_model_name": "en-US_BroadbandModel", **values})


@pytest.mark.parametrize("edition", EDITIONS)
def test_a_created_model_is_empty_and_on_the_newest_version(edition: str) -> None:
    stt = FakeSTT(edition=edition, start="2022-11-18T13:32:44.945Z")
    stt.base_models.publish("en-US_BroadbandModel", "en-US_BroadbandModel.v2030-01-01")
    heard = created(stt, description="MyDrums-demo")
    assert (heard.status, list(heard.json)) == (201, ["customization_id"])
    assert heard.body == f'{{"customization_id": "{heard.json["customization_id"]}"}}\n'.encode()
    shown = ask(stt, "GET", f"{LANGUAGE_MODELS}/{heard.json['customization_id']}").json
    assert (shown["status"], shown["progress"], shown["versions"]) == (
        "pending", 0, ["en-US_BroadbandModel.v2030-01-01"],
    )  # fmt: skip
    assert (shown["dialect"], shown["description"], shown.get("updated", shown["created"])) == (
        "en-US", "MyDrums-demo", "2022-11-18T13:32:44.945Z",
    )  # fmt: skip
    assert str(stt.language_models[heard.json["customization_id"]].history[0].cause) == "createLanguageModel"


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"base_model_name": None}, "Required parameter 'base_model_name' is missing"),
        ({"name": None}, "Required parameter 'name' is missing"),
        ({"base_model_name": "xx"}, "Model xx not found"),
        (
            {"base_model_name": "ar-MS_BroadbandModel"},
            "custom_language_model is not a supported feature for model ar-MS_BroadbandModel",
        ),
        ({"dialect": "en-GB"}, "Dialect 'en-GB' is not valid for model en-US_BroadbandModel"),
        ({"dialect": 3}, "Invalid value of parameter 'dialect': expected a string"),
        ({"name": "a:b"}, "The name must not contain ':' (none of \\/:=&?)"),
        ({"name": "n" * 257}, "The name has 257 characters; at most 256 are allowed"),
        ({"description": "d" * 129}, "The description has 129 characters; at most 128 are allowed"),
    ],
    ids=str,
)
def test_a_model_that_may_not_be_created_is_refused_in_words(values: dict[str, Any], says: str) -> None:
    stt = FakeSTT(edition="cloud2025")
    heard = created(stt, **values)
    assert (heard.status, heard.error) == (400, says)
    assert len(stt.language_models) == 0


def test_the_1025th_model_is_refused_and_those_of_the_other_kind_do_not_count() -> None:
    stt = FakeSTT(edition="cloud2025")
    for _ in range(1024):
        stt.acoustic_models.add()
        last = created(stt)
    assert last.status == 201
    heard = created(stt)
    assert (heard.status, heard.error) == (400, "The maximum of 1024 custom language models is reached")


def test_unknown_fields_are_told_in_the_answer() -> None:
    assert created(FakeSTT(), language="en-US").json["warnings"] == [
        "Unexpected input parameter(s) [language] detected in the passed JSON"
    ]


# Training


@pytest.mark.parametrize("edition", EDITIONS)
@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("word_type_to_add=user", 200),
        ("word_type_to_add=all", 200),
        ("word_type_to_add=corpora", 400),
        ("customization_weight=0", 200),
        ("customization_weight=1.0", 200),
        ("customization_weight=.3", 200),
        ("customization_weight=3e-1", 200),
        ("customization_weight=1.01", 400),
        ("customization_weight=-0.1", 400),
        ("customization_weight=NaN", 400),
        ("customization_weight=1_0", 400),
        ("customization_weight=half", 400),
        ("customization_weight=", 400),
    ],
)
def test_the_parameters_of_a_training_are_looked_at(edition: str, query: str, status: int) -> None:
    stt = FakeSTT(edition=edition)
    model = stt.language_models.add(status="ready")
    heard = ask(stt, "POST", f"{LANGUAGE_MODELS}/{model.id}/train?{query}")
    assert heard.status == status
    assert model.status == ("training" if status == 200 else "ready")
    if status == 400:
        assert heard.error.startswith(f"Invalid value of parameter '{query.partition('=')[0]}': expected ")


@pytest.mark.parametrize("edition", EDITIONS)
def test_a_parameter_that_an_edition_does_not_know_is_noted(edition: str) -> None:
    stt = FakeSTT(edition=edition)
    model = stt.language_models.add(status="ready")
    ask(stt, "POST", f"{LANGUAGE_MODELS}/{model.id}/train?force=true&strict=false")
    note = stt.journal.last().note or ""
    assert ("'force'" in note, "'strict'" in note) == (edition != "cloud2025", edition == "icp2018")


@pytest.mark.parametrize(
    ("edition", "members"),
    [
        ("icp2020", ("warning_id", "description")), ("cloud2025", ("code", "message")),
        ("cp4d2025", ("code", "message")),
    ],
)  # fmt: skip
def test_a_training_that_leaves_words_out_names_them(edition: str, members: tuple[str, str]) -> None:
    stt = FakeSTT(edition=edition)
    model = stt.language_models.add(status="ready", invalid_words=["75.00", "IEEE2"])
    heard = ask(stt, "POST", f"{LANGUAGE_MODELS}/{model.id}/train?strict=false")
    text = (
        "Analysis of the following custom words has not completed successfully: [75.00, IEEE2]. "
        "They will be excluded from custom language model training."
    )
    assert heard.json == {"warnings": [dict(zip(members, ("invalid_words", text), strict=True))]}
    stt.clock.advance("1h")
    assert model.status == "available"


def test_a_life_is_told_in_the_model_s_history_and_stamps_it() -> None:
    stt = FakeSTT(edition="cloud2025", start=0)
    model = stt.language_models.add(status="ready")
    stt.clock.advance("1m")
    ask(stt, "POST", f"{LANGUAGE_MODELS}/{model.id}/train")
    assert model.as_json()["updated"] == "1970-01-01T00:01:00.000Z"
    stt.clock.advance("1h")
    assert model.as_json()["updated"] == "1970-01-01T00:01:20.020Z"
    stt.base_models.publish("en-US_BroadbandModel", "newer")
    ask(stt, "POST", f"{LANGUAGE_MODELS}/{model.id}/upgrade_model")
    stt.clock.advance("1h")
    ask(stt, "POST", f"{LANGUAGE_MODELS}/{model.id}/reset")
    ask(stt, "DELETE", f"{LANGUAGE_MODELS}/{model.id}")
    assert [str(change).partition(": ")[2] for change in model.history] == [
        "(new) -> ready by hand",
        "ready -> training by trainLanguageModel",
        "training -> available by training",
        "available -> upgrading by upgradeLanguageModel",
        "upgrading -> available by upgrade",
        "available -> pending by resetLanguageModel",
        "pending -> (gone) by deleteLanguageModel",
    ]


@pytest.mark.parametrize("base", ["en-US_Telephony", "ja-JP_Multimedia"])
def test_a_model_on_an_improved_base_is_upgraded_by_its_training(base: str) -> None:
    stt = FakeSTT(edition="cloud2025")
    model = stt.language_models.add(base_model_name=base)
    stt.base_models.publish(base, "newer")
    target = f"{LANGUAGE_MODELS}/{model.id}"
    heard = ask(stt, "POST", f"{target}/upgrade_model")
    assert (heard.status, "training it upgrades it" in heard.error) == (400, True)
    assert ask(stt, "POST", f"{target}/train").error == "No input data modified since last training"
    assert ask(stt, "POST", f"{target}/train?force=true").status == 200
    stt.clock.advance("1h")
    assert (model.status, model.versions[-1]) == ("available", "newer")


@pytest.mark.parametrize("base", ["fr-CA_Telephony", "en-US", "en-US_NarrowbandModel"])
def test_a_model_on_another_base_is_upgraded_by_a_request(base: str) -> None:
    stt = FakeSTT(edition="cloud2025")
    model = stt.language_models.add(base_model_name=base)
    stt.base_models.publish(base, "newer")
    assert ask(stt, "POST", f"{LANGUAGE_MODELS}/{model.id}/upgrade_model").status == 200
    stt.clock.advance("1h")
    assert (model.status, model.versions[-1]) == ("available", "newer")


# Scripts


def test_scripts_are_for_language_models_too_and_can_be_narrowed_to_them() -> None:
    stt = FakeSTT()
    words, car = stt.language_models.add(status="ready"), stt.acoustic_models.add(status="ready")
    stt.script.language.training(fails="no room", after="5m")
    for target in (f"{LANGUAGE_MODELS}/{words.id}/train", f"{MODELS}/{car.id}/train"):
        assert ask(stt, "POST", target).status == 200
    stt.clock.advance("5m")
    assert (words.status, words.error, car.status) == ("failed", "no room", "training")


def test_the_script_of_one_model_is_for_that_one() -> None:
    stt = FakeSTT()
    one, other = stt.language_models.add(status="training"), stt.language_models.add(status="training")
    one.script.training(stalls=True)
    stt.clock.advance("1d")
    assert (one.status, other.status) == ("training", "available")
    assert "which stalls" in repr(one)
    assert repr(other) == f"<language model 'words' {other.id} available, 0 corpora, 1 words>"


def test_a_validation_may_find_the_words_to_be_bad() -> None:
    stt = FakeSTT()
    model = stt.language_models.add(status="pending", words=["one"])
    stt.script.language.analysis(invalid=True)
    stt.clock.advance("1m")
    assert (model.status, model.phase.code) == ("pending", "PI")


# Helpers


@pytest.mark.parametrize("edition", EDITIONS)
def test_a_model_that_was_made_and_trained_by_requests_helps_an_acoustic_one(edition: str) -> None:
    stt = FakeSTT(edition=edition)
    helper, car = stt.language_models.add(status="ready"), stt.acoustic_models.add(status="ready")
    train = f"{MODELS}/{car.id}/train?custom_language_model_id={helper.id}"
    assert "not available" in ask(stt, "POST", train).error
    assert ask(stt, "POST", f"{LANGUAGE_MODELS}/{helper.id}/train").status == 200
    stt.clock.advance("1h")
    assert ask(stt, "POST", train).status == 200
