"""Answers of the real service that somebody wrote down in public, and what clients relied on.

Each case names the thread, repository or page; the numbers A1 to A34 are those of the list of observations.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from asking import EDITIONS, MODELS, NOBODY, START, Heard, add, ask, basic, create

from fakestt import FakeSTT
from fakestt.contract.shapes import Guid
from fakestt.media import forge

JSON = {"Content-Type": "application/json"}

# watson-developer-cloud/java-sdk issue 503, comment of 2018-05-23 (the path of the missing file is shortened).
A1 = rb"""{
   "owner": "5b65fb45-5c04-4381-b4d7-9f778a89ff6e",
   "base_model_name": "en-US_BroadbandModel",
   "customization_id": "1cd859d1-a522-4001-b8e0-e3e3637b48e1",
   "versions": ["en-US_BroadbandModel.v2017-11-15"],
   "created": "2018-05-18T10:07:39.606Z",
   "name": "EVA acoustic model",
   "description": " VOICE EVA custom acoustic model",
   "progress": 0,
   "language": "en-US",
   "error": "{\"code\":500,\"code_description\":\"Internal Server Error\",\"error\":\"<2018-05-23 11:12:21,856 src/binary-io.cc:47>\\tRD_ERROR\\tInput::Input cannot stat \\\"fea.1187.bin\\\" (No such file or directory)\\n\"}",
   "status": "failed"
}
"""  # noqa: E501


def test_a1_a_failed_model_is_written_as_it_was_seen_byte_for_byte() -> None:
    printed = json.loads(A1)
    stt = FakeSTT(start=printed["created"])
    key = stt.auth.add_key(owner=printed["owner"])
    model_id = create(stt, key=key)
    heard = ask(
        stt,
        "POST",
        MODELS,
        {name: printed[name] for name in ("name", "base_model_name", "description")},
        key=key,
    )
    model_id = heard.json["customization_id"]
    assert add(stt, model_id, key=key).status == 201
    stt.clock.advance("5d")
    stt.script.training(fails=json.loads(printed["error"])["error"], after="23m")
    assert ask(stt, "POST", f"{MODELS}/{model_id}/train", key=key).status == 200
    stt.clock.advance("23m")
    state = json.dumps(stt.snapshot()).replace(model_id, printed["customization_id"])
    stt.restore(json.loads(state))
    assert ask(stt, "GET", f"{MODELS}/{printed['customization_id']}", key=key).body == A1


def test_a2_a_create_answers_with_the_id_and_nothing_else() -> None:
    # WASdev/sample.voice.gateway tips, 2017-11-28
    heard = ask(FakeSTT(), "POST", MODELS, {"name": "car", "base_model_name": "en-US_BroadbandModel"})
    assert (heard.status, list(heard.json)) == (201, ["customization_id"])


def test_a3_versions_are_shown_while_training_and_updated_says_when_it_began() -> None:
    # a lab text of 2020 (a language model, its acoustic twin has the same members)
    stt = FakeSTT(edition="cloud2025", start="2020-05-04T02:26:29.495Z")
    model = stt.acoustic_models.add(status="ready", description="Automotive Model")
    stt.clock.advance(139_000)
    assert ask(stt, "POST", f"{MODELS}/{model.id}/train").status == 200
    shown = ask(stt, "GET", f"{MODELS}/{model.id}").json
    assert list(shown) == [
        "owner", "base_model_name", "customization_id", "versions", "created", "name", "description", "progress",
        "language", "updated", "status",
    ]  # fmt: skip
    assert shown["versions"] == ["en-US_BroadbandModel.v2020-01-16"]
    assert (shown["created"], shown["updated"]) == ("2020-05-04T02:26:29.495Z", "2020-05-05T17:03:09.495Z")


def test_a4_the_owner_is_the_guid_of_the_service_url() -> None:
    # lee-zhg/watson-speech2text-custom-model, 2020
    stt = FakeSTT(edition="cloud2025")
    model = stt.acoustic_models.add()
    prefix, _, guid = stt.url.removeprefix("https://fakestt.test").rpartition("/")
    heard = ask(stt, "GET", f"{prefix}/{guid}{MODELS}/{model.id}")
    assert heard.json["owner"] == guid


def test_a5_the_old_host_and_path_of_live_clients_are_understood() -> None:
    stt = FakeSTT()
    model = stt.acoustic_models.add(status="ready")
    heard = ask(
        stt, "GET", f"/speech-to-text/api{MODELS}/{model.id}/audio/audio1", HTTP_HOST="stream.watsonplatform.net"
    )
    assert heard.json["name"] == "audio1"


def missing_base() -> Heard:
    return ask(FakeSTT(), "POST", MODELS, {"name": "car", "language": "en-US"})


def malformed_guid() -> Heard:
    return ask(FakeSTT(), "GET", f"{MODELS}/d83aa3c0-bd6f-11e6-acaa-019f979b8xyz")


def unknown_child() -> Heard:
    return ask(FakeSTT(), "GET", f"{MODELS}/{NOBODY}/noise")


def no_credentials() -> Heard:
    return ask(FakeSTT(), "GET", MODELS, key=None)


def unknown_base() -> Heard:
    return ask(FakeSTT(), "GET", "/v1/models/en-US_Broadband")


ERRORS: list[tuple[str, Callable[[], Heard], int, dict[str, Any]]] = [
    (
        "A7 a create without base_model_name and with an unknown field, public client code of 2018-19",
        missing_base,
        400,
        {
            "error": "Required parameter 'base_model_name' is missing",
            "code": 400,
            "code_description": "Bad Request",
            "warnings": ["Unexpected input parameter(s) [language] detected in the passed JSON"],
        },
    ),
    (
        "A8 watson-developer-cloud/node-sdk issue 450, 2017-05-09",
        malformed_guid,
        400,
        {
            "code": 400,
            "code_description": "Bad Request",
            "error": "Malformed GUID: 'd83aa3c0-bd6f-11e6-acaa-019f979b8xyz'",
        },
    ),
    (
        "A10 watson-developer-cloud/python-sdk issue 639, February 2019",
        unknown_child,
        404,
        {"error": "No such child resource.", "code": 404, "code_description": "No Such Resource"},
    ),
    (
        "A11 watson-developer-cloud/unity-sdk issue 473, 2018-11-12",
        no_credentials,
        401,
        {"code": 401, "error": "Unauthorized"},
    ),
    (
        "A12 Go client tests with a captured answer",
        unknown_base,
        404,
        {"error": "Model en-US_Broadband not found", "code": 404, "code_description": "No Such Resource"},
    ),
]


@pytest.mark.parametrize(("source", "request_it", "status", "body"), ERRORS, ids=[row[0][:3].strip() for row in ERRORS])
def test_an_error_has_the_observed_body(
    source: str, request_it: Callable[[], Heard], status: int, body: dict[str, Any]
) -> None:
    heard = request_it()
    assert (heard.status, heard.json) == (status, body), source


def test_a11_the_old_gateway_writes_one_line_and_asks_for_basic_credentials() -> None:
    # and dotnet-standard-sdk issue 261, 2018
    heard = no_credentials()
    assert heard.body == b'{"code":401, "error": "Unauthorized"}\n'
    assert heard.headers["www-authenticate"] == 'Basic realm="IBM Watson Gateway(Log-in)"'


def test_a8_the_customization_interface_begins_with_the_code() -> None:
    assert malformed_guid().body == (
        b"{\n"
        b'   "code": 400,\n'
        b'   "code_description": "Bad Request",\n'
        b'   "error": "Malformed GUID: \'d83aa3c0-bd6f-11e6-acaa-019f979b8xyz\'"\n'
        b"}\n"
    )


def test_a10_the_outer_layer_writes_one_line_that_begins_with_the_error() -> None:
    body = b'{"error": "No such child resource.",  "code": 404, "code_description": "No Such Resource"}\n'
    assert unknown_child().body == body


def test_a_token_asked_for_at_the_services_own_url_is_refused_by_its_gateway() -> None:
    # unity-sdk issues 473 and 494, vr-speech-sandbox-cardboard issue 53, speech-to-text-nodejs issue 228, 2018-19
    for path in ("", "/"):
        heard = ask(
            FakeSTT(auth="strict"),
            "POST",
            f"/speech-to-text/api{path}",
            b"grant_type=urn:ibm:params:oauth:grant-type:apikey&apikey=x",
            {"Authorization": basic("bx", "bx"), "Content-Type": "application/x-www-form-urlencoded"},
            key=None,
            HTTP_HOST="stream.watsonplatform.net",
        )
        assert (heard.status, heard.body) == (401, b'{"code":401, "error": "Unauthorized"}\n')


def test_a_path_of_another_service_is_told_so_after_the_credentials() -> None:
    # watson-developer-cloud/python-sdk issue 639, 2019-02-13
    target = "/speech-to-text/api/v1/pronunciation?text=IEEE&format=ibm&voice=en-US_AllisonVoice"
    stt = FakeSTT(auth="strict")
    heard = [ask(stt, "GET", target, key=key, HTTP_HOST="gateway-wdc.watsonplatform.net") for key in ("x", "")]
    assert [one.status for one in heard] == [401, 404]
    assert heard[1].error == "No such child resource."


def test_a_wrong_method_is_told_in_the_words_of_the_outer_layer() -> None:
    # watson-developer-cloud/python-sdk issue 378, 2018-02-24
    heard = ask(FakeSTT(), "POST", "/speech-to-text/api", HTTP_HOST="stream.watsonplatform.net")
    assert (heard.status, heard.headers["allow"], heard.json) == (
        405,
        "HEAD, GET",
        {
            "error": 'Your browser approached me (at /speech-to-text/api) with the method "POST".  '
            "I only allow the methods HEAD, GET here.",
            "code": 405,
            "code_description": "Method Not Allowed",
        },
    )


def test_a12_a_captured_list_of_models_has_these_members() -> None:
    models = ask(FakeSTT(), "GET", "/v1/models").json["models"]
    assert set(models[0]) == {"name", "language", "url", "rate", "supported_features", "description"}


def test_a14_a_missing_audio_is_400_so_a_client_uploads_it_then_trains_and_waits_until_available() -> None:
    # two versions of one client, data dated December 2020 and January 2021
    stt = FakeSTT(edition="cloud2025", start=START)
    model_id = create(stt)
    helper = stt.language_models.add()
    audio = f"{MODELS}/{model_id}/audio/audio1"
    assert ask(stt, "GET", audio).status == 400
    assert add(stt, model_id).status == 201
    while ask(stt, "GET", audio).json["status"] != "ok":
        stt.clock.advance("4s")
    train = f"{MODELS}/{model_id}/train?custom_language_model_id={helper.id}"
    for _ in range(2):  # the second time, nothing has changed
        heard = ask(stt, "POST", train)
        assert heard.status == 200 or heard.error == "No input data modified since last training"
        polls = 0
        while ask(stt, "GET", f"{MODELS}/{model_id}").json["status"] != "available":
            stt.clock.advance("1m")
            polls += 1
            assert polls < 100
    assert stt.journal.last("trainAcousticModel").status == 400


def test_a15_tiny_audio_makes_a_model_ready_and_the_training_says_how_long_it_must_be() -> None:
    # watson-developer-cloud/swift-sdk SpeechToTextTests.swift, testAcousticModels
    stt = FakeSTT(start=START)
    model_id = create(stt)
    assert add(stt, model_id, data=forge.wav(3), content_type="audio/wav").status == 201
    stt.clock.advance("1m")
    assert ask(stt, "GET", f"{MODELS}/{model_id}").json["status"] == "ready"
    assert "audio duration must be between" in ask(stt, "POST", f"{MODELS}/{model_id}/train").error


def test_a16_after_a_reset_an_upgrade_says_up_to_date_and_the_model_is_pending() -> None:
    # the same file
    stt = FakeSTT(start=START)
    model = stt.acoustic_models.add(status="failed")
    assert ask(stt, "POST", f"{MODELS}/{model.id}/reset").status == 200
    assert "model is up-to-date" in ask(stt, "POST", f"{MODELS}/{model.id}/upgrade_model").error
    assert ask(stt, "GET", f"{MODELS}/{model.id}").json["status"] == "pending"
    assert ask(stt, "DELETE", f"{MODELS}/{model.id}").status == 200


def test_a16_a_poll_that_fails_because_the_model_is_locked_can_be_had_by_a_fault() -> None:
    stt = FakeSTT(start=START)
    model = stt.acoustic_models.add(status="training")
    stt.faults.on("getAcousticModel", nth=1).fail(409, "the customization is locked")
    assert "locked" in ask(stt, "GET", f"{MODELS}/{model.id}").error
    assert ask(stt, "GET", f"{MODELS}/{model.id}").status == 200


def test_a17_a_free_plan_is_told_so() -> None:
    stt = FakeSTT(edition="cloud2025")
    key = stt.auth.add_key(plan="lite")
    heard = ask(stt, "POST", MODELS, {"name": "car", "base_model_name": "en-US_BroadbandModel"}, key=key)
    assert heard.status == 400
    # swift-sdk's live test; dotnet-standard-sdk issue 334 has the second sentence, for the Bluemix Lite plan
    assert heard.error.startswith("This feature is not available for the IBM Cloud Lite plan. ")
    assert " Please upgrade to a paid plan to activate this feature: https://" in heard.error


def test_l21_a_locked_model_is_told_in_the_words_that_a_notebook_quotes() -> None:
    # ishida330/Watson-STT-Customize-Sample, STT_Customize.ipynb, 2020-02-07 (of a language model)
    stt = FakeSTT(start=START)
    model = stt.acoustic_models.add(status="training")
    heard = ask(stt, "DELETE", f"{MODELS}/{model.id}")
    assert (heard.status, heard.error) == (
        409,
        f"Customization '{model.id}' is currently locked to process your last request.",
    )


def test_l7_an_expired_refresh_token_is_told_with_its_own_code() -> None:
    # watson-developer-cloud/node-sdk issue 934, 2019-08-13
    stt = FakeSTT(start=START)
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    token = stt.auth.hand_out_refresh(stt.api_key)
    stt.auth.expire_tokens(refresh=True)
    body = f"grant_type=refresh_token&refresh_token={token}".encode()
    heard = ask(stt, "POST", "/identity/token", body, form, key=None, HTTP_HOST="iam.bluemix.net")
    assert heard.status == 400
    assert (heard.json["errorCode"], heard.json["errorMessage"]) == ("BXNIM0408E", "Provided refresh token is expired")
    assert heard.json["context"]["requestId"]


# thomassuedbroecker/watson-stt-invocation README.md, 2022-11-18 (a language model, whose dialect is left out here)
L18 = b"""{"customizations": [{
   "owner": "d3443a47-877c-496d-95b9-f62bce50bb38",
   "base_model_name": "en-US_BroadbandModel",
   "customization_id": "7868e363-4afa-4d64-96fd-c506774eebca",
   "versions": ["en-US_BroadbandModel.v2020-01-16"],
   "created": "2022-11-18T13:32:44.945Z",
   "name": "MyDrums-1",
   "description": "MyDrums-demo",
   "progress": 0,
   "language": "en-US",
   "updated": "2022-11-18T13:32:44.945Z",
   "status": "pending"
}]}
"""


def test_l18_a_list_of_models_is_written_as_it_was_seen_byte_for_byte() -> None:
    printed = json.loads(L18)["customizations"][0]
    stt = FakeSTT(edition="cloud2025", start=printed["created"])
    key = stt.auth.add_key(owner=printed["owner"])
    body = {name: printed[name] for name in ("name", "base_model_name", "description")}
    model_id = ask(stt, "POST", MODELS, body, key=key).json["customization_id"]
    heard = ask(stt, "GET", MODELS, key=key)
    assert heard.body.replace(model_id.encode(), printed["customization_id"].encode()) == L18
    ask(stt, "POST", MODELS, body, key=key)
    assert b'"status": "pending"\n}, {\n   "owner"' in ask(stt, "GET", MODELS, key=key).body  # assumed
    assert ask(stt, "GET", f"{MODELS}?language=ja-JP", key=key).body == b'{"customizations": []}\n'


@pytest.mark.parametrize("query", ["", "?x=1"])
def test_l18_l19_the_services_own_models_are_written_as_they_were_seen(query: str) -> None:
    # two READMEs with captures of 2022; icp2020 models.md
    stt = FakeSTT()
    body = ask(stt, "GET", f"/v1/models{query}").body
    assert body.startswith(
        b'{\n   "models": [\n      {\n         "name": "en-US_BroadbandModel",\n         "language": "en-US",\n'
    )
    assert b"\n      },\n      {\n         " in body
    end = b'\n      }\n   ],\n   "warnings": "Unexpected query parameter(s) [\'x\'] detected"\n}\n'
    assert body.endswith(end if query else b"\n      }\n   ]\n}\n")
    one = ask(stt, "GET", "/v1/models/en-US_BroadbandModel").json
    assert list(one) == ["rate", "name", "language", "url", "supported_features", "description"]
    assert sorted(one) == sorted(json.loads(body)["models"][0])


def test_a19_an_empty_body_is_three_bytes() -> None:
    # watson-developer-cloud/java-sdk issue 894, 2018-03-14 (a corpus; the audio twin)
    stt = FakeSTT()
    heard = add(stt, create(stt))
    assert (heard.status, heard.body, heard.headers["content-length"]) == (201, b"{}\n", "3")


@pytest.mark.parametrize("edition", ["icp2018", "icp2020"])
def test_a20_the_gateway_of_2018_gives_two_numbers_its_time_and_no_name(edition: str) -> None:
    # watson-developer-cloud/python-sdk issue 402, 2018-03-13; IBM/watson-online-store issue 154, 2018-04-21
    headers = ask(FakeSTT(edition=edition, start=START), "GET", "/v1/models").headers
    assert re.fullmatch("[0-9a-f]{24}", headers["x-global-transaction-id"])
    assert re.fullmatch(r"gateway\d\d-\d+", headers["x-dp-watson-tran-id"])
    assert "x-request-id" not in headers
    assert (headers["server"], headers["date"]) == ("-", "Sat, 27 Oct 2018 00:00:00 GMT")


def test_a21_the_type_of_an_answer_is_json_and_is_not_to_be_guessed() -> None:
    # WASdev/sample.voice.gateway network test, 2019-10-23. Its two equal ids are of neither gateway that is faked.
    headers = ask(FakeSTT(), "GET", "/v1/models").headers
    assert headers["content-type"] == "application/json"
    assert headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(("status", "word", "topic"), [
    (401, "Unauthorized", "watson-authorization-error"),
    (403, "Forbidden", "watson-forbidden-error"),
])  # fmt: skip
def test_a24_the_new_gateway_words_401_and_403_on_one_line(status: int, word: str, topic: str) -> None:
    # the Assistant phone integration's docs: a logged 403 of 13 May 2021, of 156 characters and a newline
    stt = FakeSTT(edition="cloud2025")
    reader = stt.auth.add_key(role="reader")
    heard = ask(stt, "POST", MODELS, key=reader if status == 403 else None)
    assert heard.status == status
    trace = heard.json["trace"]
    more_info = f"https://cloud.ibm.com/docs/watson?topic={topic}"
    line = f'{{"code":{status},"trace":"{trace}","error":"{word}","more_info":"{more_info}"}}\n'
    assert heard.body.decode() == line
    assert trace == heard.headers["x-dp-watson-tran-id"] == heard.headers["x-request-id"]
    assert Guid().problem(trace) is None
    assert Guid().problem(heard.headers["x-global-transaction-id"]) is None
    assert heard.headers["x-global-transaction-id"] != trace
    assert heard.headers["server"] == "watson-gateway"
    assert "www-authenticate" not in heard.headers
    if status == 403:
        assert len(heard.body) == int(heard.headers["content-length"]) == 157


def test_a25_a_client_reads_the_code_of_a_refused_delete_from_the_body() -> None:
    # mumair01/GailBot, May 2019
    stt = FakeSTT(start=START)
    model = stt.acoustic_models.add(status="training")
    body = ask(stt, "DELETE", f"{MODELS}/{model.id}", headers=JSON).json
    assert body["code"] == 409
    assert "locked" in body["error"]
    stt.clock.advance("1d")
    body = ask(stt, "DELETE", f"{MODELS}/{model.id}", headers=JSON).json
    assert "code" not in body


@pytest.mark.parametrize("edition", EDITIONS)
@pytest.mark.parametrize("body", [b"", b"{}"])
@pytest.mark.parametrize("headers", [{}, JSON])
def test_a25_a28_train_reset_and_upgrade_take_nothing_or_an_empty_object(
    edition: str, body: bytes, headers: dict[str, str]
) -> None:
    # and the cloud's release note of 1 July 2017
    stt = FakeSTT(edition=edition)
    model = stt.acoustic_models.add(status="ready")
    stt.base_models.publish("en-US_BroadbandModel", "newer")
    for command in ("upgrade_model", "train", "reset"):
        assert ask(stt, "POST", f"{MODELS}/{model.id}/{command}", body, headers).status == 200
        stt.clock.advance("1d")


def test_a25_the_error_of_a_failed_model_is_json_in_a_string() -> None:
    stt = FakeSTT()
    model = stt.acoustic_models.add(status="failed", error="engine stopped")
    inner = json.loads(ask(stt, "GET", f"{MODELS}/{model.id}").json["error"])
    assert inner == {"code": 500, "code_description": "Internal Server Error", "error": "engine stopped"}


def test_a26_audio_may_come_in_chunks_and_a_get_with_a_content_type() -> None:
    stt = FakeSTT()
    model_id = create(stt)
    chunked: dict[str, Any] = {"CONTENT_LENGTH": None, "HTTP_TRANSFER_ENCODING": "chunked"}
    assert add(stt, model_id, **chunked, **{"wsgi.input_terminated": True}).status == 201
    assert ask(stt, "GET", f"{MODELS}/{model_id}/audio", headers=JSON).status == 200


def test_a27_the_scripts_of_train_custom_speech_model_find_what_they_expect() -> None:
    # IBM/Train-Custom-Speech-Model, 2019
    stt = FakeSTT(start=START)
    model_id = create(stt)
    archive = forge.zip_of({"1.wav": forge.wav(700)})
    name = "audio-set1.zip"
    assert add(stt, model_id, name, archive, "application/zip").status == 201
    assert add(stt, model_id, "second", archive, "application/zip").status == 409
    assert ask(stt, "GET", f"{MODELS}/{model_id}/audio/").status == 200
    stt.clock.advance("1m")
    assert ask(stt, "POST", f"{MODELS}/{model_id}/train").status == 200
    stt.clock.advance("1d")
    assert ask(stt, "DELETE", f"{MODELS}/{model_id}/audio/{name}").status == 200
    assert ask(stt, "DELETE", f"{MODELS}/{model_id}").status == 200


def test_a29_an_archives_header_on_an_ordinary_audio_type_is_ignored() -> None:
    # watson-developer-cloud/unity-sdk's live tests
    stt = FakeSTT()
    heard = add(stt, create(stt), headers={"Contained-Content-Type": "audio/l16"})
    assert heard.status == 201


def test_a29_a_new_model_can_be_reset_and_its_audio_listed() -> None:
    stt = FakeSTT()
    model_id = create(stt)
    assert ask(stt, "POST", f"{MODELS}/{model_id}/reset").status == 200
    assert ask(stt, "GET", f"{MODELS}/{model_id}/audio").json == {"total_minutes_of_audio": 0.0, "audio": []}


def test_a29_names_of_models_are_used_again_and_again() -> None:
    stt = FakeSTT(edition="cloud2025")
    assert create(stt, "swift-test-model") != create(stt, "swift-test-model")


@pytest.mark.parametrize("edition", EDITIONS)
def test_a30_a31_force_trains_below_the_minimum_and_clean_is_accepted(edition: str) -> None:
    # unity-sdk commit 6b4d61c0 of October 2017; com.ibm.sttcustomization, 2018
    stt = FakeSTT(edition=edition)
    model = stt.acoustic_models.add(status="ready", minutes_of_audio=1)
    assert ask(stt, "POST", f"{MODELS}/{model.id}/train?force=true&clean=true").json == {}
    assert model.status == "training"


@pytest.mark.parametrize("edition", EDITIONS)
def test_a33_an_archive_that_was_just_added_is_a_container_without_members(edition: str) -> None:
    # watson-developer-cloud/java-sdk SpeechToTextIT.testAddAudioArchive, September 2018 to today
    stt = FakeSTT(edition=edition)
    model_id = create(stt)
    add(stt, model_id, "set", forge.zip_of({"1.wav": forge.wav(3)}), "application/zip")
    listing = ask(stt, "GET", f"{MODELS}/{model_id}/audio/set").json
    assert listing["container"] == {"duration": 0, "name": "set", "details": {}, "status": "being_processed"}
    assert listing["audio"] == []
    assert ask(stt, "DELETE", f"{MODELS}/{model_id}/audio/set").status == 200


def test_credentials_of_the_cloud_of_2018_are_a_guid_and_a_password() -> None:
    stt = FakeSTT()
    user = {"Authorization": basic("a password", "6d4c4b4e-2f6b-4d0e-9b0a-6f3d0f6a1c22")}
    assert ask(stt, "GET", MODELS, headers=user).status == 200
