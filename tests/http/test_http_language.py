"""Custom language models over HTTP: listed and read in every state, by their owner, and nothing more."""

from __future__ import annotations

import json
from typing import Any

import pytest
from asking import EDITIONS, MODELS, NOBODY, ask

from fakestt import FakeSTT
from fakestt.contract.operations.absent import ABSENT
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


@pytest.mark.parametrize("edition", EDITIONS)
@pytest.mark.parametrize("name", [name for name, row in ABSENT.items() if "customizations" in row.path])
def test_the_rest_of_the_family_is_not_here(edition: str, name: str) -> None:
    stt = FakeSTT(edition=edition)
    model = stt.language_models.add()
    row = ABSENT[name]
    path = row.path.replace("{customization_id}", model.id)
    heard = ask(stt, row.method, path.format(corpus_name="a", word_name="a", grammar_name="a"), b"text")
    assert (heard.status, heard.error) == (404, "No such child resource.")
    assert json.dumps(model.as_json()) == json.dumps(stt.language_models[model.id].as_json())


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
