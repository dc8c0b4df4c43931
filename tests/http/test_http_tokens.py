"""The endpoints for tokens: what each takes, what it hands out, how long that is good, and what is kept of it."""

from __future__ import annotations

import json
import re
from base64 import urlsafe_b64decode
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest
from asking import EDITIONS, MODELS, NOBODY, START, Heard, ask, basic

from fakestt import FakeSTT
from fakestt.core import clock as clocks

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
URN = "urn:ibm:params:oauth:grant-type:"
OLD_CLIENT = {"Authorization": "Basic Yng6Yng="}


def iam(stt: FakeSTT, grant: str, headers: dict[str, str] | None = None, **form: str) -> Heard:
    body = urlencode({"grant_type": grant, **form}).encode()
    return ask(stt, "POST", "/identity/token", body, {**FORM, **(headers or {})}, key=None)


def login(stt: FakeSTT, path: str = "/v1/authorize", **body: Any) -> Heard:
    return ask(stt, "POST", path, body, key=None)


def by_key(stt: FakeSTT, key: str) -> Heard:
    return iam(stt, f"{URN}apikey", apikey=key)


def assumed(stt: FakeSTT, key: str) -> Heard:
    given = by_key(stt, key)
    if given.status != 200:
        return given
    return iam(stt, f"{URN}assume", access_token=given.json["access_token"], profile_id="p")


def by_compute_resource(stt: FakeSTT, key: str) -> Heard:
    return iam(stt, f"{URN}cr-token", cr_token=f"{key}\n", profile_name="p")


def refreshed(stt: FakeSTT, key: str) -> Heard:
    given = iam(stt, f"{URN}apikey", OLD_CLIENT, apikey=key)
    if given.status != 200:
        return given
    return iam(stt, "refresh_token", OLD_CLIENT, refresh_token=given.json["refresh_token"])


# Each way to a token: how it is asked for a key, where the token stands, and the status for a key that is no good.
Way = tuple[Callable[[FakeSTT, str], Heard], Callable[[Heard], str], int]
# fmt: off
WAYS: dict[str, Way] = {
    "apikey":        (by_key,                                            lambda heard: heard.json["access_token"], 400),
    "assume":        (assumed,                                           lambda heard: heard.json["access_token"], 400),
    "cr-token":      (by_compute_resource,                               lambda heard: heard.json["access_token"], 400),
    "refresh_token": (refreshed,                                         lambda heard: heard.json["access_token"], 400),
    "password":      (lambda stt, key: login(stt, username="kim", password=key, api_key=None, account_id=None),
                                                                         lambda heard: heard.json["token"],        401),
    "api_key":       (lambda stt, key: login(stt, username="kim", password=None, api_key=key, account_id="a"),
                                                                         lambda heard: heard.json["token"],        401),
    "icp4d":         (lambda stt, key: login(stt, "/icp4d-api/v1/authorize", username="kim", password=key),
                                                                         lambda heard: heard.json["token"],        401),
    "validateAuth":  (lambda stt, key: ask(stt, "GET", "/v1/preauth/validateAuth", key=key),
                                                                         lambda heard: heard.json["accessToken"],  401),
    "watson token":  (lambda stt, key: ask(stt, "GET", "/authorization/api/v1/token?url=https://fakestt.test", key=key),
                                                                         lambda heard: heard.body.decode(),        401),
}
# fmt: on
HEADERS = {name: "X-Watson-Authorization-Token" if name == "watson token" else "Authorization" for name in WAYS}


def token_of(stt: FakeSTT, way: str, key: str | None = None) -> str:
    asking, read, _ = WAYS[way]
    heard = asking(stt, key or stt.api_key)
    assert heard.status == 200, heard
    return read(heard)


def used(stt: FakeSTT, way: str, token: str, method: str = "GET", target: str = MODELS) -> int:
    value = f"Bearer {token}" if HEADERS[way] == "Authorization" else token
    return ask(stt, method, target, headers={HEADERS[way]: value}, key=None).status


each_way = pytest.mark.parametrize("way", WAYS)


@each_way
@pytest.mark.parametrize("edition", EDITIONS)
def test_a_token_opens_the_service(edition: str, way: str) -> None:
    stt = FakeSTT(edition=edition)
    assert used(stt, way, token_of(stt, way)) == 200


@each_way
def test_a_token_has_the_form_that_the_client_decodes(way: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clocks.time, "time", lambda: 1_700_000_000.75)
    _, claims, _ = token_of(FakeSTT(start=START), way).split(".")
    read = json.loads(urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))
    assert read == {
        "iam_id": "IBMid-fakestt",
        "sub": "fakestt",
        "iat": 1_700_000_000,
        "exp": 1_700_003_600,
        "scope": "ibm openid",
    }


@each_way
def test_a_token_is_as_good_as_both_clocks_say(way: str, monkeypatch: pytest.MonkeyPatch) -> None:
    client_now_s = 1_700_000_000.0
    monkeypatch.setattr(clocks.time, "time", lambda: client_now_s)
    stt = FakeSTT(start=START)
    token = token_of(stt, way)
    stt.clock.advance("59m59s")
    client_now_s += 3600
    assert used(stt, way, token) == 200
    stt.clock.advance("1s")
    assert used(stt, way, token) == 401


@each_way
def test_every_token_can_be_made_to_expire_and_be_had_anew(way: str) -> None:
    stt = FakeSTT(start=START)
    token = token_of(stt, way)
    stt.auth.expire_tokens()
    assert used(stt, way, token) == 401
    assert used(stt, way, token_of(stt, way)) == 200


@each_way
def test_a_revoked_key_takes_its_tokens_with_it_and_gets_no_more(way: str) -> None:
    stt = FakeSTT(start=START)
    key = stt.auth.add_key()
    token = token_of(stt, way, key)
    stt.auth.revoke(key)
    assert used(stt, way, token) == 401
    asking, _, status = WAYS[way]
    assert asking(stt, key).status == status


@each_way
def test_a_readers_token_reads_and_writes_nothing(way: str) -> None:
    stt = FakeSTT()
    token = token_of(stt, way, stt.auth.add_key(role="reader"))
    assert used(stt, way, token) == 200
    assert used(stt, way, token, "POST") == 403
    assert list(stt.acoustic_models) == []


@each_way
def test_a_token_belongs_to_the_owner_of_its_key(way: str) -> None:
    stt = FakeSTT()
    model = stt.acoustic_models.add(status="ready")
    token = token_of(stt, way, stt.auth.add_key(owner=NOBODY))
    assert used(stt, way, token, target=f"{MODELS}/{model.id}") == 401
    assert used(stt, way, token_of(stt, way), target=f"{MODELS}/{model.id}") == 200


@each_way
def test_a_strict_fake_hands_out_tokens_for_its_own_keys_alone(way: str) -> None:
    stt = FakeSTT(edition="cp4d2025", auth="strict")
    asking, read, status = WAYS[way]
    assert asking(stt, "unknown").status == status
    assert read(asking(stt, stt.api_key))


@each_way
def test_neither_secret_nor_token_is_kept_anywhere(way: str) -> None:
    stt = FakeSTT(edition="cloud2025", start=START)
    key = stt.auth.add_key("sesame-open")
    token = token_of(stt, way, key)
    used(stt, way, token)
    ask(stt, "GET", f"{MODELS}?watson-token={token}", key=None)
    stt.auth.revoke(key)
    WAYS[way][0](stt, key)
    kept = repr(list(stt.journal)) + stt.journal.timeline() + stt.report() + repr(stt.snapshot()) + repr(stt)
    for secret in ("sesame-open", token, token.rpartition(".")[2], basic("sesame-open").removeprefix("Basic ")):
        assert secret not in kept
    assert "…" in kept


def test_the_journal_keeps_what_is_no_token_in_an_answer() -> None:
    stt = FakeSTT()
    by_key(stt, "k")
    shown = stt.journal[0].reply.json
    assert (shown.pop("access_token"), shown.pop("refresh_token")) == ("…", "…")
    assert set(shown) == {"token_type", "expires_in", "expiration", "scope"}
    assert (shown["token_type"], shown["expires_in"], shown["scope"]) == ("Bearer", 3600, "ibm openid")


def test_the_journal_keeps_that_a_token_was_handed_out() -> None:
    stt = FakeSTT()
    for way in WAYS:
        token_of(stt, way)
    counts = {name: stt.journal.count(name) for name in ("getToken", "authorize", "validateAuth", "getWatsonToken")}
    assert counts == {"getToken": 6, "authorize": 3, "validateAuth": 1, "getWatsonToken": 1}


# IAM


def refused(heard: Heard) -> str:
    assert (heard.status, heard.json["errorCode"]) == (400, "BXNIM0415E")
    text = heard.json["errorMessage"]
    assert isinstance(text, str)
    return text


@pytest.mark.parametrize(("fields", "status"), [(100, 200), (101, 400)])
def test_a_form_has_at_most_100_fields(fields: int, status: int) -> None:
    form = {"apikey": "k", **{f"a{number}": "1" for number in range(fields - 2)}}
    assert iam(FakeSTT(), f"{URN}apikey", **form).status == status


def test_one_part_of_a_form_may_stand_in_the_query() -> None:
    stt = FakeSTT(auth="strict")
    body = urlencode({"grant_type": f"{URN}apikey"}).encode()
    assert ask(stt, "POST", f"/identity/token?apikey={stt.api_key}", body, FORM, key=None).status == 200


def test_a_wrong_key_gets_the_answer_that_was_observed() -> None:
    heard = by_key(FakeSTT(auth="strict"), "unknown")
    assert heard.status == 400
    assert heard.json == {
        "errorCode": "BXNIM0415E",
        "errorMessage": "Provided API key could not be found.",
        "context": {"requestId": heard.headers["x-dp-watson-tran-id"]},
    }


@pytest.mark.parametrize(
    ("profile", "status"),
    [
        ({"profile_id": "p"}, 200),
        ({"profile_crn": "crn:p"}, 200),
        ({"profile_name": "p", "account": "a"}, 200),
        ({"profile_name": "p"}, 400),
        ({"account": "a"}, 400),
        ({}, 400),
    ],
)
def test_a_profile_to_assume_must_be_named(profile: dict[str, str], status: int) -> None:
    stt = FakeSTT()
    heard = iam(stt, f"{URN}assume", access_token=token_of(stt, "apikey"), **profile)
    assert heard.status == status
    if status == 400:
        assert refused(heard).startswith("Name the profile: profile_id, profile_crn")


@pytest.mark.parametrize("token", ["expired", "none"])
def test_a_profile_is_assumed_with_a_good_token_only(token: str) -> None:
    stt = FakeSTT(start=START)
    given = token_of(stt, "apikey") if token == "expired" else ""
    stt.auth.expire_tokens()
    heard = iam(stt, f"{URN}assume", access_token=given, profile_id="p")
    assert refused(heard) == "The access_token is not valid, or has expired."


@pytest.mark.parametrize("profile", ["profile_id", "profile_name"])
def test_a_compute_resource_names_its_profile(profile: str) -> None:
    stt = FakeSTT()
    assert iam(stt, f"{URN}cr-token", cr_token="t", **{profile: "p"}).status == 200
    assert refused(iam(stt, f"{URN}cr-token", cr_token="t")) == "Name the profile: profile_id or profile_name."
    heard = iam(stt, f"{URN}cr-token", **{profile: "p"})
    assert refused(heard) == "The cr_token is not valid, or has expired."


def test_only_a_client_that_names_itself_gets_a_refresh_token() -> None:
    stt = FakeSTT()
    assert by_key(stt, "k").json["refresh_token"] == "not_supported"
    assert iam(stt, f"{URN}apikey", OLD_CLIENT, apikey="k").json["refresh_token"] != "not_supported"


def test_a_refresh_token_outlives_the_tokens() -> None:
    stt = FakeSTT(start=START)
    given = iam(stt, f"{URN}apikey", OLD_CLIENT, apikey="k").json
    stt.auth.expire_tokens()
    again = iam(stt, "refresh_token", OLD_CLIENT, refresh_token=given["refresh_token"]).json
    assert used(stt, "apikey", again["access_token"]) == 200
    assert given["refresh_token"] not in repr(list(stt.journal))


@pytest.mark.parametrize("token", ["not_supported", "", "unknown"])
def test_a_refresh_token_that_was_not_handed_out_is_refused(token: str) -> None:
    heard = iam(FakeSTT(), "refresh_token", OLD_CLIENT, refresh_token=token)
    assert refused(heard) == "The refresh_token is not valid, or has expired."


@pytest.mark.parametrize(("edition", "life"), [("icp2018", "30d"), ("cloud2025", "72h")])
def test_a_refresh_token_ends_when_both_clocks_say_so(edition: str, life: str, monkeypatch: pytest.MonkeyPatch) -> None:
    client_now_s = 1_700_000_000.0
    monkeypatch.setattr(clocks.time, "time", lambda: client_now_s)
    stt = FakeSTT(edition=edition, start=START)
    token = iam(stt, f"{URN}apikey", OLD_CLIENT, apikey="k").json["refresh_token"]
    stt.clock.advance(life)
    client_now_s += stt.edition.traits.refresh_token_life_s - 1
    assert iam(stt, "refresh_token", OLD_CLIENT, refresh_token=token).status == 200
    client_now_s += 1
    heard = iam(stt, "refresh_token", OLD_CLIENT, refresh_token=token)
    assert (heard.status, heard.json["errorCode"]) == (400, "BXNIM0408E")


def test_a_refresh_token_is_good_as_long_as_the_fakes_clock_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    stt = FakeSTT(start=START)
    token = iam(stt, f"{URN}apikey", OLD_CLIENT, apikey="k").json["refresh_token"]
    monkeypatch.setattr(clocks.time, "time", lambda: 4e9)
    assert iam(stt, "refresh_token", OLD_CLIENT, refresh_token=token).status == 200
    stt.clock.advance("30d")
    assert iam(stt, "refresh_token", OLD_CLIENT, refresh_token=token).status == 400


def test_refresh_tokens_can_be_made_to_expire_with_the_others() -> None:
    stt = FakeSTT(start=START)
    given = iam(stt, f"{URN}apikey", OLD_CLIENT, apikey="k").json
    stt.auth.expire_tokens(refresh=True)
    assert used(stt, "apikey", given["access_token"]) == 401
    heard = iam(stt, "refresh_token", OLD_CLIENT, refresh_token=given["refresh_token"])
    assert heard.json["errorMessage"] == "Provided refresh token is expired"
    again = iam(stt, f"{URN}apikey", OLD_CLIENT, apikey="k").json
    assert iam(stt, "refresh_token", OLD_CLIENT, refresh_token=again["refresh_token"]).status == 200


def test_a_refresh_token_of_a_revoked_key_is_refused() -> None:
    stt = FakeSTT()
    given = iam(stt, f"{URN}apikey", OLD_CLIENT, apikey="k").json
    stt.auth.revoke("k")
    assert iam(stt, "refresh_token", OLD_CLIENT, refresh_token=given["refresh_token"]).status == 400


# Cloud Pak for Data


@pytest.mark.parametrize(
    ("body", "status", "error"),
    [
        ({"username": "kim"}, 401, "Wrong user name, password or API key"),
        ({"username": "kim", "password": ""}, 401, "Wrong user name, password or API key"),
        ({"username": "", "password": "p"}, 401, "Wrong user name, password or API key"),
        ({"password": "p"}, 400, "Required parameter 'username' is missing"),
        ({"username": 5, "password": "p"}, 400, "Invalid value of parameter 'username': expected a string"),
        ({"username": "kim", "password": ["p"]}, 400, "Invalid value of parameter 'password': expected a string"),
    ],
)
def test_a_login_that_is_no_good_is_refused(body: dict[str, Any], status: int, error: str) -> None:
    heard = login(FakeSTT(), **body)
    assert (heard.status, heard.error) == (status, error)


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [(b"{", "application/json", 400), (b"[]", "application/json", 400), (b"{}", "text/plain", 415)],
)
def test_a_login_is_a_json_object(body: bytes, content_type: str, status: int) -> None:
    heard = ask(FakeSTT(), "POST", "/v1/authorize", body, {"Content-Type": content_type}, key=None)
    assert heard.status == status


@pytest.mark.parametrize("path", ["/v1/preauth/validateAuth", "/authorization/api/v1/token"])
@pytest.mark.parametrize("header", [None, "", "Basic", "Bearer token", "Basic %%%", basic(""), basic("gone")])
def test_without_a_good_basic_header_there_is_no_token(path: str, header: str | None) -> None:
    stt = FakeSTT()
    stt.auth.revoke("gone")
    heard = ask(stt, "GET", path, headers={} if header is None else {"Authorization": header}, key=None)
    assert heard.status == 401


# Watson tokens


def test_a_watson_token_is_all_that_the_answer_holds() -> None:
    heard = ask(FakeSTT(), "GET", "/authorization/api/v1/token")
    assert heard.headers["content-type"] == "text/plain"
    assert re.fullmatch(rb"[\w.-]+", heard.body)
    assert heard.headers["content-length"] == str(len(heard.body))


def test_a_wrong_password_gets_the_gateways_401_and_no_watson_token() -> None:
    stt = FakeSTT(auth="strict")
    heard = ask(stt, "GET", "/authorization/api/v1/token", key="unknown")
    assert heard.json == {"code": 401, "error": "Unauthorized"}


@pytest.mark.parametrize("query", ["", "?x=1&watson-token={}"])
def test_a_watson_token_travels_in_a_header_or_in_the_query(query: str) -> None:
    stt = FakeSTT(edition="cloud2025")
    token = token_of(stt, "watson token")
    headers = {} if query else {"X-Watson-Authorization-Token": token}
    body = {"name": "car", "base_model_name": "en-US_BroadbandModel"}
    heard = ask(stt, "POST", MODELS + query.format(token), body, headers, key=None)
    assert heard.status == 201
    expected = {"Unexpected query parameter(s) ['x'] detected"} if query else set()
    assert set(heard.json.get("warnings", ())) == expected


def test_a_watson_token_without_a_value_is_none() -> None:
    assert ask(FakeSTT(), "GET", f"{MODELS}?watson-token=", key=None).status == 401


def test_the_authorization_header_comes_before_a_watson_token() -> None:
    stt = FakeSTT()
    headers = {"X-Watson-Authorization-Token": token_of(stt, "watson token"), "Authorization": "Digest x"}
    assert ask(stt, "GET", MODELS, headers=headers, key=None).status == 401


@pytest.mark.parametrize("edition", EDITIONS)
def test_no_strict_edition_takes_a_watson_token(edition: str) -> None:
    stt = FakeSTT(edition=edition, auth="strict")
    target = stt.url.removeprefix("https://fakestt.test") + MODELS
    assert used(stt, "watson token", token_of(stt, "watson token"), target=target) == 401


# Paths


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("POST", "/icp4d-api/v1/authorize/", 200),
        ("POST", "/zen/icp4d-api/v1/authorize/", 404),
        ("GET", "/v1/authorize", 405),
        ("GET", "/v1/preauth/validateAuth", 200),
        ("GET", "/speech-to-text/api/authorization/api/v1/token/?url=x", 200),
        ("HEAD", "/authorization/api/v1/token", 200),
        ("POST", "/authorization/api/v1/token", 405),
        ("GET", "/v1/token", 404),
        ("GET", "/authorization/v1/token", 404),
        ("GET", "/authorization/api/v1/models", 404),
    ],
)
def test_a_token_endpoint_is_found_where_the_service_is(method: str, path: str, status: int) -> None:
    stt = FakeSTT()
    body: Any = {"username": "kim", "password": "p"} if method == "POST" else b""
    assert ask(stt, method, path, body).status == status
