"""Paths, methods, headers and the written form of answers."""

# Tables are wider than a line.
# ruff: noqa: E501

from __future__ import annotations

import json
import re
import time
from email.utils import formatdate
from typing import Any

import pytest
from asking import EDITIONS, MODELS, NOBODY, START, add, ask, create, environ_of

from fakestt import FakeSTT
from fakestt.contract.messages import Answer, Call
from fakestt.contract.operations import OPERATIONS
from fakestt.contract.operations.absent import ABSENT, Absent
from fakestt.http.app import _warned
from fakestt.http.render import body, failed

GUID_4 = "[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}"
PREFIXES = ["", "/speech-to-text/api", f"/instances/{NOBODY}"]


@pytest.mark.parametrize("edition", EDITIONS)
@pytest.mark.parametrize("prefix", PREFIXES)
def test_a_models_url_begins_as_the_requests(edition: str, prefix: str) -> None:
    stt = FakeSTT(edition=edition)
    assert ask(stt, "GET", f"{prefix}{MODELS}").json == {"customizations": []}
    model = ask(stt, "GET", f"{prefix}/v1/models/en-US_BroadbandModel").json
    assert model["url"] == f"https://fakestt.test{prefix}/v1/models/en-US_BroadbandModel"


@pytest.mark.parametrize("end", ["", "/"])
def test_a_slash_at_the_end_makes_no_difference(end: str) -> None:
    stt = FakeSTT()
    model = stt.acoustic_models.add(status="ready")
    for target in ("/v1/models", MODELS, f"{MODELS}/{model.id}", f"{MODELS}/{model.id}/audio"):
        assert ask(stt, "GET", target + end).status == 200
    assert ask(stt, "POST", f"{MODELS}/{model.id}/train{end}?force=true").status == 200


@pytest.mark.parametrize("path", ["/v1", "/v1/", "/v2/models", "/v1/acoustic_customization", f"{MODELS}//audio",
                                  "/v1/models/x/y", "/identity", f"/v1{MODELS}", "/V1/models"])  # fmt: skip
def test_no_operation_is_there_404(path: str) -> None:
    heard = ask(FakeSTT(), "GET", path)
    assert (heard.status, heard.json["code_description"]) == (404, "No Such Resource")


@pytest.mark.parametrize("word", ["v1", "identity", "instances"])
def test_an_operation_begins_at_the_first_v1(word: str) -> None:
    heard = ask(FakeSTT(), "GET", f"{MODELS}/{word}/audio")
    assert (heard.status, heard.error) == (400, f"Malformed GUID: '{word}'")


@pytest.mark.parametrize(
    ("name", "sent"),
    [
        ("a/b", "a%2Fb"),
        ("a b", "a%20b"),
        ("a+b", "a+b"),
        ("ä", "%C3%A4"),
        ("日本", "%E6%97%A5%E6%9C%AC"),
        ("50%", "50%25"),
        ("%2F", "%252F"),
        ("train", "train"),
        ("a?b", "a%3Fb"),
        (".", "%2E"),
        ("..", ".."),
    ],
)
def test_names_may_be_anything_that_is_percent_encoded(name: str, sent: str) -> None:
    stt = FakeSTT(edition="cloud2025")
    model_id = create(stt)
    assert add(stt, model_id, sent).status == 201
    assert list(stt.acoustic_models[model_id].audio) == [name]
    assert ask(stt, "GET", f"{MODELS}/{model_id}/audio/{sent}").json["name"] == name
    assert ask(stt, "DELETE", f"{MODELS}/{model_id}/audio/{sent}").status == 200


def test_a_server_that_keeps_no_raw_target_still_leads_to_names_beyond_ascii() -> None:
    stt = FakeSTT(edition="cloud2025")
    model_id = create(stt, raw=False)
    assert add(stt, model_id, "%C3%A4%25", raw=False, query="?allow_overwrite=true").status == 201
    assert list(stt.acoustic_models[model_id].audio) == ["ä%"]


def test_bytes_of_a_target_beyond_ascii_are_utf8() -> None:
    stt = FakeSTT(edition="cloud2025")
    model_id = create(stt)
    sent = "ä".encode().decode("latin-1") + "%25"
    assert add(stt, model_id, sent, query="?allow_overwrite=true").status == 201
    assert list(stt.acoustic_models[model_id].audio) == ["ä%"]


def test_a_journal_has_the_same_path_whether_or_not_a_server_keeps_the_raw_one() -> None:
    stt = FakeSTT(edition="cloud2025")
    target = f"{MODELS}/{NOBODY}/audio/a:@!$&'()*+,;=~-._b%20%C3%A4?allow_overwrite=true"
    for raw in (True, False):
        ask(stt, "GET", target, raw=raw)
    assert [one.path for one in stt.journal] == [target, target]


@pytest.mark.parametrize("raw", [{}, {"RAW_URI": ""}, {"REQUEST_URI": ""}, {"REQUEST_URI": "/v1/models/x"}])
def test_what_a_server_may_leave_out_of_a_request_is_empty(raw: dict[str, str]) -> None:
    stt = FakeSTT()
    left_out: dict[str, Any] = {"raw": False, "SCRIPT_NAME": None, "QUERY_STRING": None, "CONTENT_LENGTH": ""}
    ask(stt, "GET", "/v1/models/x", **left_out, **raw)
    assert (stt.journal[-1].path, stt.journal[-1].operation) == ("/v1/models/x", "getModel")
    url = ask(stt, "GET", "/v1/models", **left_out).json["models"][0]["url"]
    assert url.startswith("https://fakestt.test/v1/models/")


@pytest.mark.parametrize("name", ["RAW_URI", "REQUEST_URI"])
def test_a_server_tells_the_target_as_it_was_sent_by_either_name(name: str) -> None:
    stt = FakeSTT()
    ask(stt, "GET", "/v1/models/x", raw=False, **{name: "/v1/models/%78%2Fy"})
    assert stt.journal[-1].path == "/v1/models/%78%2Fy"


def test_the_path_of_a_mounted_application_may_be_left_out() -> None:
    stt = FakeSTT()
    assert ask(stt, "GET", "/", raw=False, SCRIPT_NAME="/fakes", PATH_INFO=None).body == b"{}\n"
    assert ask(stt, "GET", "/v1/models", raw=False, SCRIPT_NAME="/fakes").status == 200
    assert [one.path for one in stt.journal] == ["/…", "/…/v1/models"]


def test_a_target_in_absolute_form_is_understood_and_its_authority_forgotten() -> None:
    stt = FakeSTT()
    heard = ask(stt, "GET", "https://apikey:secret@elsewhere.test/v1/models?x=1")
    assert heard.json["warnings"] == "Unexpected query parameter(s) ['x'] detected"
    assert "secret" not in stt.journal[0].path


@pytest.mark.parametrize("authority", ["", "https://elsewhere.test"])
def test_a_url_in_the_query_is_no_authority(authority: str) -> None:
    stt = FakeSTT()
    assert ask(stt, "GET", f"{authority}{MODELS}?x=https://fakestt.test/v1/models").json["customizations"] == []


def test_a_query_that_a_server_tells_apart_from_the_target_counts() -> None:
    stt = FakeSTT()
    model = stt.acoustic_models.add(status="ready", minutes_of_audio=1)
    more = {"RAW_URI": f"{MODELS}/{model.id}/train", "QUERY_STRING": "force=true"}
    assert ask(stt, "POST", f"{MODELS}/{model.id}/train", **more).status == 200


@pytest.mark.parametrize("raw", ["/v1/models/\xe4", "/v1/models/%E4", "/v1/models/日", f"{MODELS}/{NOBODY}/audio/%FF"])
def test_a_path_that_is_not_utf8_is_400(raw: str) -> None:
    heard = ask(FakeSTT(), "GET", raw)
    assert heard.status in (400, 404)
    assert heard.json["code"] == heard.status
    if "%" in raw:
        assert heard.error.endswith("is not UTF-8")


@pytest.mark.parametrize(
    ("method", "target", "allow"),
    [
        ("PUT", MODELS, "HEAD, GET, POST"),
        ("PATCH", f"{MODELS}/{NOBODY}", "HEAD, GET, DELETE"),
        ("GET", f"{MODELS}/{NOBODY}/train", "POST"),
        ("DELETE", f"{MODELS}/{NOBODY}/audio", "HEAD, GET"),
        ("PUT", f"{MODELS}/{NOBODY}/audio/a", "HEAD, GET, DELETE, POST"),
        ("POST", f"{MODELS}/train", "HEAD, GET, DELETE"),  # a slip of the pages, which leave the id out
        ("GET", "/v1/user_data", "DELETE"),
        ("POST", "/v1/models", "HEAD, GET"),
        ("GET", "/identity/token", "POST"),
    ],
)
def test_a_wrong_method_is_405_and_the_right_ones_are_named(method: str, target: str, allow: str) -> None:
    heard = ask(FakeSTT(), method, target)
    assert (heard.status, heard.headers["allow"]) == (405, allow)
    assert heard.json["code_description"] == "Method Not Allowed"
    plural = "s" if "," in allow else ""
    assert heard.error == (
        f'Your browser approached me (at {target}) with the method "{method}".  '
        f"I only allow the method{plural} {allow} here."
    )


@pytest.mark.parametrize("method", ["TRACE", "BREW", "get"])
def test_a_method_that_the_outer_layer_does_not_know_is_501(method: str) -> None:
    heard = ask(FakeSTT(), method, "/v1/models")
    assert (heard.status, heard.error) == (501, f"I don't know how to treat a {method} request.")
    assert heard.json["code_description"] == "Not Implemented"


@pytest.mark.parametrize("target", ["/v1/models", MODELS, f"{MODELS}/{NOBODY}", "/v1/nothing"])
def test_head_is_a_get_without_the_body(target: str) -> None:
    stt = FakeSTT()
    head, get = ask(stt, "HEAD", target), ask(stt, "GET", target)
    assert (head.status, head.body) == (get.status if target != "/v1/nothing" else 404, b"")
    assert head.headers["content-length"] == get.headers["content-length"]


@pytest.mark.parametrize("edition", EDITIONS)
@pytest.mark.parametrize("target", [MODELS, f"{MODELS}/{NOBODY}/audio/a"])
def test_a_browsers_preflight_needs_no_credentials(edition: str, target: str) -> None:
    stt = FakeSTT(edition=edition)
    asked = {"Origin": "https://app.test", "Access-Control-Request-Headers": "Authorization, X-Watson-Metadata"}
    heard = ask(stt, "OPTIONS", target, headers=asked, key=None)
    assert (heard.status, heard.body) == (204, b"")
    assert heard.headers["access-control-allow-origin"] == "*"
    assert heard.headers["access-control-allow-headers"] == "Authorization, X-Watson-Metadata"
    assert heard.headers["access-control-allow-methods"] == "GET, POST, PUT, DELETE, PATCH, HEAD, OPTIONS"
    assert heard.headers["access-control-max-age"] == "3600"
    assert "content-type" not in heard.headers
    assert "content-length" not in heard.headers
    assert stt.journal[0].operation is None


def test_a_preflight_that_asks_for_no_header_is_told_the_usual_ones() -> None:
    heard = ask(FakeSTT(), "OPTIONS", MODELS, key=None)
    assert heard.headers["access-control-allow-headers"] == "Authorization, Content-Type"
    assert heard.headers["access-control-allow-origin"] == "*"


@pytest.mark.parametrize(("target", "key"), [("/v1/models", ""), ("/v1/models", None), ("/v1/nothing", "")])
def test_a_browser_may_read_every_answer_with_its_ids(target: str, key: str | None) -> None:
    heard = ask(FakeSTT(), "GET", target, headers={"Origin": "https://app.test"}, key=key)
    assert heard.headers["access-control-allow-origin"] == "*"
    assert heard.headers["access-control-expose-headers"] == "X-Global-Transaction-Id, X-DP-Watson-Tran-ID"
    assert "access-control-allow-origin" not in ask(FakeSTT(), "GET", target, key=key).headers


def test_a_browser_may_read_a_faults_answer_unless_it_is_a_proxys() -> None:
    stt = FakeSTT()
    stt.faults.on("listModels", nth=1).fail(503)
    stt.faults.on("listModels", nth=2).html(503)
    origin = {"Origin": "https://app.test"}
    heard = [ask(stt, "GET", "/v1/models", headers=origin).headers.get("access-control-allow-origin") for _ in range(2)]
    assert heard == ["*", None]


@pytest.mark.parametrize("edition", EDITIONS)
@pytest.mark.parametrize(
    ("method", "target", "key"),
    [
        ("GET", "/v1/models", ""),
        ("GET", "/v1/models", None),
        ("GET", "/nothing", ""),
        ("PUT", "/v1/models", ""),
        ("OPTIONS", "/v1/models", ""),
        ("HEAD", "/v1/models", ""),
        ("POST", "/identity/token", None),
        ("DELETE", f"{MODELS}/{NOBODY}", ""),
    ],
)
def test_every_answer_has_both_transaction_ids(edition: str, method: str, target: str, key: str | None) -> None:
    stt = FakeSTT(edition=edition)
    seen = {ask(stt, method, target, key=key).headers["x-dp-watson-tran-id"] for _ in range(3)}
    assert len(seen) == 3
    mine = ask(stt, method, target, headers={"X-Global-Transaction-Id": "mine"}, key=key)
    assert mine.headers["x-global-transaction-id"] == "mine"
    assert mine.headers["x-dp-watson-tran-id"] != "mine"


@pytest.mark.parametrize(
    ("edition", "of_gateway", "of_all"),
    [("icp2018", r"gateway02-\d{1,10}", "[0-9a-f]{24}"), ("cloud2025", GUID_4, GUID_4)],
)
def test_the_numbers_of_a_transaction_look_like_the_editions(edition: str, of_gateway: str, of_all: str) -> None:
    headers = ask(FakeSTT(edition=edition), "GET", "/v1/models").headers
    assert re.fullmatch(of_gateway, headers["x-dp-watson-tran-id"])
    assert re.fullmatch(of_all, headers["x-global-transaction-id"])
    assert headers.get("x-request-id", headers["x-dp-watson-tran-id"]) == headers["x-dp-watson-tran-id"]


def test_a_transaction_and_a_model_never_have_the_same_digits() -> None:
    stt = FakeSTT(seed=7)
    heard = ask(stt, "POST", MODELS, {"name": "car", "base_model_name": "en-US_BroadbandModel"})
    assert heard.headers["x-global-transaction-id"][:8] != heard.json["customization_id"][:8]


@pytest.mark.parametrize(
    ("edition", "server"),
    [("icp2018", "-"), ("icp2020", "-"), ("cloud2025", "watson-gateway"), ("cp4d2025", "watson-gateway")],
)
@pytest.mark.parametrize(
    ("method", "target", "key"),
    [("GET", "/v1/models", ""), ("GET", "/v1/models", None), ("PUT", "/v1/models", ""), ("OPTIONS", "/v1/models", None),
     ("GET", "/v1/nothing", ""), ("POST", "/identity/token", None)],
)  # fmt: skip
def test_every_answer_has_the_fakes_date_and_the_editions_server(
    edition: str, server: str, method: str, target: str, key: str | None
) -> None:
    stt = FakeSTT(edition=edition, start="2018-10-27T09:15:02.117Z")
    heard = ask(stt, method, target, key=key)
    assert (heard.headers["date"], heard.headers["server"]) == ("Sat, 27 Oct 2018 09:15:02 GMT", server)
    stt.clock.advance("100d")
    assert ask(stt, method, target, key=key).headers["date"] == "Mon, 04 Feb 2019 09:15:02 GMT"


@pytest.mark.parametrize("at", ["1970-01-01T00:00:00Z", "2024-02-29T23:59:59.999Z", "2199-12-31T12:00:00Z"])
def test_the_date_is_written_as_the_standard_library_writes_it(at: str) -> None:
    stt = FakeSTT(start=at)
    assert ask(stt, "GET", MODELS).headers["date"] == formatdate(int(stt.clock.now()), usegmt=True)


def test_the_date_is_that_of_greenwich_wherever_the_computer_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    try:
        with monkeypatch.context() as patch:
            patch.setenv("TZ", "America/New_York")
            time.tzset()
            stt = FakeSTT(start="2031-05-06T07:08:09Z")  # a day of its own: those of other tests are kept
            assert ask(stt, "GET", MODELS).headers["date"] == "Tue, 06 May 2031 07:08:09 GMT"
    finally:
        time.tzset()


def test_a_fault_s_answer_has_the_date_as_well() -> None:
    stt = FakeSTT(start=START)
    stt.faults.on("listModels").fail(503)
    assert ask(stt, "GET", "/v1/models").headers["date"] == "Sat, 27 Oct 2018 00:00:00 GMT"


@pytest.mark.parametrize(
    ("accept", "status"),
    [
        ("application/json", 200),
        ("application/json; charset=utf-8", 200),
        ("application/json;charset=utf-8", 200),
        ("application/json; a=1; b=2", 200),
        ("Application/JSON; version=1; q=0.5", 200),
        ("text/html, application/json; charset=utf-8; q=0.1", 200),
        ("application/*; x=y", 200),
        ("application/json; charset=utf-8; q=0", 406),
        ("text/html; charset=utf-8", 406),
        ("*/*", 200),
        ("application/*", 200),
        ("text/html, application/json;q=0.5", 200),
        ("Application/JSON", 200),
        ("text/html, */*;q=0.1", 200),
        ("", 200),
        ("text/html", 406),
        ("application/json;q=0", 406),
        ("audio/wav", 406),
    ],
)
def test_who_accepts_no_json_gets_406(accept: str, status: int) -> None:
    heard = ask(FakeSTT(), "GET", "/v1/models", headers={"Accept": accept})
    assert heard.status == status
    if status == 406:
        assert heard.json["code_description"] == "Not Acceptable"
        assert heard.headers["content-type"] == "application/json"


WARNINGS = [
    ("GET", MODELS, "?a=1&b=2&a=3", "Unexpected query parameter(s) ['a', 'b'] detected"),
    ("GET", f"{MODELS}/{{id}}", "?parameters=1", "Unexpected query parameter(s) ['parameters'] detected"),
    ("GET", "/v1/models", "?version=2018", "Unexpected query parameter(s) ['version'] detected"),
    ("GET", f"{MODELS}/{{id}}/audio", "?%C3%A4", "Unexpected query parameter(s) ['ä'] detected"),
    ("POST", f"{MODELS}/{{id}}/reset", "?customization_id=x", "Unexpected query parameter(s) ['customization_id'] detected"),
    ("DELETE", "/v1/user_data?customer_id=kim", "&x", "Unexpected query parameter(s) ['x'] detected"),
]  # fmt: skip


@pytest.mark.parametrize(("method", "target", "query", "text"), WARNINGS)
def test_unknown_query_parameters_are_a_warning_and_no_error(method: str, target: str, query: str, text: str) -> None:
    stt = FakeSTT()
    model = stt.acoustic_models.add()
    heard = ask(stt, method, target.format(id=model.id) + query)
    assert heard.status == 200
    assert heard.json["warnings"] == text
    operation = stt.journal[0].operation
    assert operation is not None
    assert OPERATIONS[operation].returns.problem(heard.json) is None


def test_a_create_lists_unknown_fields_and_unknown_parameters() -> None:
    body = {"name": "car", "base_model_name": "en-US_BroadbandModel", "language": "en-US", "dialect": 1}
    heard = ask(FakeSTT(), "POST", MODELS + "?x=1", body)
    assert heard.status == 201
    assert heard.json["warnings"] == [
        "Unexpected input parameter(s) [language, dialect] detected in the passed JSON",
        "Unexpected query parameter(s) ['x'] detected",
    ]
    heard = ask(FakeSTT(), "POST", MODELS + "?x=1", {"name": "car", "base_model_name": "en-US_BroadbandModel"})
    assert heard.json["warnings"] == ["Unexpected query parameter(s) ['x'] detected"]


def test_a_trainings_warnings_are_about_audio_alone() -> None:
    stt = FakeSTT(edition="cloud2025")
    model = stt.acoustic_models.add(status="ready")
    assert ask(stt, "POST", f"{MODELS}/{model.id}/train?x=1").json == {}


def test_an_answer_without_a_place_for_warnings_stays_as_it_is() -> None:
    answer = Answer(200, {"access_token": "x"})
    call = Call(operation=OPERATIONS["getToken"], method="POST", path="", values={}, unknown_query=("x",))
    assert _warned(answer, call, call) is answer


def test_strict_is_unknown_in_2018_and_nothing_comes_of_it() -> None:
    stt = FakeSTT(start=START)
    model = stt.acoustic_models.add(status="ready")
    assert ask(stt, "POST", f"{MODELS}/{model.id}/train?strict=maybe").status == 200
    later = FakeSTT(edition="icp2020")
    model = later.acoustic_models.add(status="ready")
    assert ask(later, "POST", f"{MODELS}/{model.id}/train?strict=maybe").status == 400


@pytest.mark.parametrize(("value", "status"), [("true", 200), ("True", 200), ("TRUE", 200), ("1", 200), ("FALSE", 400), ("0", 400), ("yes", 400), ("2", 400), ("01", 400),
                                               ("", 400)])  # fmt: skip
def test_a_flag_is_true_or_false_in_any_case_or_1_or_0(value: str, status: int) -> None:
    stt = FakeSTT()
    model = stt.acoustic_models.add(status="ready", minutes_of_audio=1)
    heard = ask(stt, "POST", f"{MODELS}/{model.id}/train?force={value}")
    assert heard.status == status
    if status == 400 and value not in ("FALSE", "0"):
        assert heard.error == "Invalid value of parameter 'force': expected a boolean (`true` or `false`)"
        assert model.status == "ready"


def test_a_query_begins_at_the_first_question_mark() -> None:
    heard = ask(FakeSTT(), "GET", f"{MODELS}?language=en-US?&x=a?b")
    assert heard.json == {"customizations": [], "warnings": "Unexpected query parameter(s) ['x'] detected"}


def test_of_a_parameter_given_twice_the_first_counts() -> None:
    stt = FakeSTT()
    stt.acoustic_models.add(base_model_name="ja-JP_BroadbandModel")
    assert len(ask(stt, "GET", f"{MODELS}?language=ja-JP&language=en-US").json["customizations"]) == 1
    assert ask(stt, "GET", f"{MODELS}?language=en-US&language=ja-JP").json == {"customizations": []}


@pytest.mark.parametrize(
    ("language", "found"), [("en-US", ["one", "three"]), ("ja-JP", ["two"]), ("xx-XX", []), ("EN-us", []), ("", [])]
)
def test_a_list_is_of_one_language_and_in_the_order_of_creation(language: str, found: list[str]) -> None:
    stt = FakeSTT()
    create(stt, "one")
    create(stt, "two", "ja-JP_NarrowbandModel")
    create(stt, "three", "en-US_NarrowbandModel")
    models = ask(stt, "GET", f"{MODELS}?language={language}").json["customizations"]
    assert [model["name"] for model in models] == found


# The written form


def test_a_list_of_one_string_is_on_one_line() -> None:
    stt = FakeSTT(start=START)
    model = stt.acoustic_models.add()
    assert (
        '\n   "versions": ["en-US_BroadbandModel.v2017-11-15"],\n'
        in ask(stt, "GET", f"{MODELS}/{model.id}").body.decode()
    )


def test_json_is_indented_by_three_with_several_strings_one_a_line_and_a_newline_at_the_end() -> None:
    stt = FakeSTT(start=START)
    model = stt.acoustic_models.add(name="Zürich", versions=["one", "two"])
    assert ask(stt, "GET", f"{MODELS}/{model.id}").body.decode() == (
        "{\n"
        f'   "owner": "{stt.owner}",\n'
        '   "base_model_name": "en-US_BroadbandModel",\n'
        f'   "customization_id": "{model.id}",\n'
        '   "versions": [\n'
        '      "one",\n'
        '      "two"\n'
        "   ],\n"
        '   "created": "2018-10-27T00:00:00.000Z",\n'
        '   "name": "Z\\u00fcrich",\n'
        '   "progress": 0,\n'
        '   "language": "en-US",\n'
        '   "status": "pending"\n'
        "}\n"
    )


@pytest.mark.parametrize("edition", EDITIONS)
def test_every_body_is_json_with_its_type_and_length(edition: str) -> None:
    stt = FakeSTT(edition=edition)
    model_id = create(stt)
    for method, target in (
        ("GET", "/v1/models"), ("GET", MODELS), ("GET", f"{MODELS}/{model_id}/audio"), ("GET", "/nothing"),
        ("POST", f"{MODELS}/{model_id}/reset"), ("DELETE", f"{MODELS}/{model_id}"), ("DELETE", f"{MODELS}/{model_id}"),
        ("DELETE", "/v1/user_data?customer_id=1"), ("DELETE", "/v1/user_data"), ("GET", f"{MODELS}/x"),
    ):  # fmt: skip
        heard = ask(stt, method, target)
        assert heard.headers["content-type"] == "application/json"
        assert int(heard.headers["content-length"]) == len(heard.body)
        assert heard.body.endswith(b"\n")
        json.loads(heard.body)


def test_the_models_of_an_edition_are_the_documented_ones() -> None:
    counts: dict[str, Any] = {"icp2018": (6, 6), "icp2020": (11, 11), "cloud2025": (87, 38), "cp4d2025": (87, 38)}
    for edition, (count, acoustic) in counts.items():
        models = ask(FakeSTT(edition=edition), "GET", "/v1/models").json["models"]
        shown = {"custom_acoustic_model"} & set(models[0]["supported_features"])
        assert bool(shown) is edition.endswith("2025")
        if shown:
            assert sum(model["supported_features"]["custom_acoustic_model"] for model in models) == acoustic
            assert all(model["supported_features"]["speaker_labels"] for model in models)
        assert len(models) == len({model["name"] for model in models}) == count


@pytest.mark.parametrize("edition", ["cloud2025", "cp4d2025"])
@pytest.mark.parametrize("base", ["en-US_Telephony", "en-US_Multimedia", "en-US"])
def test_newer_generations_take_no_acoustic_models(edition: str, base: str) -> None:
    stt = FakeSTT(edition=edition)
    heard = ask(stt, "POST", MODELS, {"name": "car", "base_model_name": base})
    assert (heard.status, heard.error) == (400, f"custom_acoustic_model is not a supported feature for model {base}")


ALL_HAVE = ["X-Global-Transaction-Id", "X-DP-Watson-Tran-ID", "Date", "Server", "X-Content-Type-Options"]
A_BODY_HAS = ["Content-Type", "Content-Length", *ALL_HAVE]
FROM_A_PAGE = ["Access-Control-Allow-Origin", "Access-Control-Expose-Headers"]
HEADS = [
    # method    authorization  origin        names
    ("GET",     "Bearer a",    None,         A_BODY_HAS),
    ("GET",     "Bearer a",    "http://a",   [*A_BODY_HAS, *FROM_A_PAGE]),
    ("GET",     "",            None,         [*A_BODY_HAS, "WWW-Authenticate"]),
    ("POST",    "Bearer a",    None,         [*A_BODY_HAS, "Allow"]),
    ("OPTIONS", "",            "http://a",   [*ALL_HAVE, "Access-Control-Allow-Origin", "Access-Control-Allow-Methods",
                                              "Access-Control-Allow-Headers", "Access-Control-Max-Age"]),
]  # fmt: skip


@pytest.mark.parametrize("edition", ["icp2018", "cloud2025"])
@pytest.mark.parametrize(("method", "authorization", "origin", "names"), HEADS)
def test_the_names_of_headers_are_spelled_as_they_were_seen(
    edition: str, method: str, authorization: str, origin: str | None, names: list[str]
) -> None:
    if edition == "cloud2025":
        at = names.index("X-DP-Watson-Tran-ID") + 1
        names = [*names[:at], "X-Request-Id", *(name for name in names[at:] if name != "WWW-Authenticate")]
    environ = environ_of(method, "/v1/models", headers={"Authorization": authorization}, HTTP_ORIGIN=origin)
    heads: list[list[tuple[str, str]]] = []
    FakeSTT(edition=edition).app(environ, lambda status, head: heads.append(head))
    assert [name for name, _ in heads[0]] == names
    assert dict(heads[0])["X-Content-Type-Options"] == "nosniff"


def test_the_head_of_a_proxys_answer_is_short() -> None:
    stt = FakeSTT()
    stt.faults.on("listModels").html(502)
    heads: list[list[tuple[str, str]]] = []
    stt.app(environ_of("GET", "/v1/models"), lambda status, head: heads.append(head))
    assert [name for name, _ in heads[0]] == ["Content-Type", "Content-Length", "Date", "X-Fakestt-Fault"]


@pytest.mark.parametrize("edition", EDITIONS)
@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 406, 500, 501])
def test_an_error_that_is_written_in_a_form_of_its_own_holds_what_its_members_are(edition: str, status: int) -> None:
    answer = failed(FakeSTT(edition=edition).edition, status, 'say "no"', None, "gateway-1")
    assert json.loads(body(answer)) == answer.json
    assert answer.json["error"] == 'say "no"'


BREAKS = ["a\r\nSet-Cookie: b", "a\nb", "a\rb", "\r\n", "a\0b", "a\x7fb", "a\x85b", "\u2028", "ä"]


@pytest.mark.parametrize("given", BREAKS)
def test_a_header_that_no_answer_can_repeat_is_not_repeated(given: str) -> None:
    stt = FakeSTT()
    repeated = {"X-Global-Transaction-Id": given, "Access-Control-Request-Headers": given, "Origin": "https://a.test"}
    for method in ("GET", "OPTIONS"):
        heard = ask(stt, method, "/v1/models", headers=repeated)
        assert re.fullmatch("[0-9a-f]{24}", heard.headers["x-global-transaction-id"])
        assert all(value.isascii() and value.isprintable() for value in heard.headers.values())
    assert heard.headers["access-control-allow-headers"] == "Authorization, Content-Type"
    stt.faults.on("listModels").fail(503)
    assert ask(stt, "GET", "/v1/models", headers=repeated).headers["x-global-transaction-id"] != given


def test_a_transaction_has_the_client_s_id() -> None:
    heard = ask(FakeSTT(), "GET", "/v1/models", headers={"X-Global-Transaction-Id": "mine, 1"})
    assert heard.headers["x-global-transaction-id"] == "mine, 1"


@pytest.mark.parametrize("edition", EDITIONS)
@pytest.mark.parametrize("row", ABSENT.values(), ids=ABSENT)
def test_what_the_service_has_and_fakestt_lacks_is_not_here_and_is_noted(edition: str, row: Absent) -> None:
    stt = FakeSTT(edition=edition)
    heard = ask(stt, row.method, re.sub(r"\{\w+\}", "a", row.path), b"text" if row.method == "POST" else b"")
    assert (heard.status, heard.error) == (404, "No such child resource.")
    assert (stt.app.asked_in_vain, stt.journal[-1].note) == ({row.id: 1}, row.said)
    ask(stt, row.method, re.sub(r"\{\w+\}", "a", row.path))
    assert stt.app.asked_in_vain == {row.id: 2}
