"""The layer in front of the service: it asks for credentials before it looks where a request leads.

First seen where a client's URL for tokens was the service's own (unity-sdk issues 473 and 494, 2018-19).
"""

from __future__ import annotations

from typing import Any

import pytest
import requests
from asking import EDITIONS, MODELS, NOBODY, Heard, ask, basic

from fakestt import FakeSTT

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
ANYWHERE = [
    "",
    "/",
    "/v1",
    "/v1/models",
    "/v1/nothing",
    "/nothing",
    "/v1/recognize",
    "/x/v1/models",
    f"{MODELS}/x",
    f"{MODELS}//audio",
]
METHODS = ["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "BREW"]


def prefix_of(stt: FakeSTT) -> str:
    return stt.url.removeprefix(f"https://{stt.host}")


def token_of(stt: FakeSTT) -> str:
    return stt.auth.hand_out(stt.api_key).text


def with_header(stt: FakeSTT, value: str, target: str = MODELS) -> Heard:
    return ask(stt, "GET", target, headers={"Authorization": value}, key=None)


@pytest.mark.parametrize("edition", EDITIONS)
@pytest.mark.parametrize("path", ANYWHERE)
def test_without_good_credentials_every_path_and_method_is_401(edition: str, path: str) -> None:
    stt = FakeSTT(edition=edition, auth="strict")
    target = prefix_of(stt) + path
    heard = [ask(stt, method, target, key=key) for method in METHODS for key in (None, "unknown")]
    assert {one.status for one in heard} == {401}
    assert {exchange.caller for exchange in stt.journal} == {None}


@pytest.mark.parametrize("edition", EDITIONS)
def test_a_token_asked_for_at_the_services_own_url_is_401(edition: str) -> None:
    stt = FakeSTT(edition=edition, auth="strict")
    with stt.reachable():
        answer = requests.post(stt.url, data={"grant_type": "x"}, auth=("bx", "bx"), timeout=5)
    assert (answer.status_code, answer.json()["error"]) == (401, "Unauthorized")


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/v1/nothing", 404),
        ("BREW", "/v1/nothing", 404),
        ("POST", "/v1/models", 405),
        ("POST", "", 405),
        ("DELETE", "/", 405),
        ("BREW", "/v1/models", 501),
        ("GET", "/v1/models", 200),
        ("GET", "", 200),
        ("HEAD", "/", 200),
    ],
)
def test_with_good_ones_the_path_comes_before_the_method(method: str, path: str, status: int) -> None:
    stt = FakeSTT(auth="strict")
    heard = ask(stt, method, prefix_of(stt) + path)
    assert heard.status == status
    if status == 405 and not path.startswith("/v1"):
        assert heard.headers["allow"] == "HEAD, GET"  # python-sdk issue 378


def test_the_bare_url_is_no_operation() -> None:
    stt = FakeSTT()
    assert ask(stt, "GET", "/speech-to-text/api", b"a body that nobody wants").body == b"{}\n"
    assert stt.journal[0].operation is None
    assert stt.journal[0].caller is not None


@pytest.mark.parametrize("auth", ["lenient", None])
def test_a_fake_that_takes_all_credentials_says_404_and_405(auth: str | None) -> None:
    stt = FakeSTT(auth=auth)
    key = "" if auth else None
    assert [ask(stt, method, target, key=key).status for method, target in (("GET", "/x"), ("POST", "/v1/models"))] == [
        404, 405
    ]  # fmt: skip


@pytest.mark.parametrize(("key", "status"), [(None, 401), ("", 404)])
def test_options_is_as_any_other_method_where_nothing_is(key: str | None, status: int) -> None:
    assert ask(FakeSTT(), "OPTIONS", "/v1/nothing", key=key).status == status


@pytest.mark.parametrize("target", ["/v1/models", f"{MODELS}/{NOBODY}/train", "/", "/identity/token"])
def test_options_needs_no_credentials_where_something_is(target: str) -> None:
    assert ask(FakeSTT(auth="strict"), "OPTIONS", target, key=None).status == 204


@pytest.mark.parametrize("edition", EDITIONS)
@pytest.mark.parametrize(
    ("method", "target"), [("GET", "/v1/models"), ("POST", "/identity/token"), ("GET", "/nothing")]
)
def test_a_request_without_a_host_is_400_whoever_asks(edition: str, method: str, target: str) -> None:
    for key in (None, ""):
        heard = ask(FakeSTT(edition=edition), method, target, key=key, HTTP_HOST=None)
        assert (heard.status, heard.error) == (400, "The request could not be read: it has no Host header")


@pytest.mark.parametrize(
    "changes", [{"SERVER_PROTOCOL": "HTTP/1.0", "HTTP_HOST": None}, {"HTTP_HOST": ""}, {"HTTP_HOST": "what?"}]
)
def test_an_older_request_needs_no_host_and_an_empty_one_is_one(changes: dict[str, Any]) -> None:
    heard = ask(FakeSTT(), "GET", "/v1/models", **changes)
    assert heard.json["models"][0]["url"].startswith("https://fakestt.test/v1/models/")


# Where tokens are handed out, nobody asks for credentials


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("POST", "/identity/token", 400),
        ("GET", "/identity/token", 405),
        ("BREW", "/identity/token", 501),
        ("GET", "/nothing", 404),
        ("GET", "/v1/models", 404),
    ],
)
def test_the_host_of_tokens_has_no_gateway(method: str, path: str, status: int) -> None:
    heard = ask(FakeSTT(auth="strict"), method, path, key=None, HTTP_HOST="iam.cloud.ibm.com")
    assert heard.status == status


# Where a token may stand


def test_a_token_in_a_header_of_its_own_comes_before_the_query() -> None:
    stt = FakeSTT(edition="cloud2025")
    token = stt.auth.hand_out(stt.api_key, watson=True).text
    stt.auth.revoke("gone")
    header = {"X-Watson-Authorization-Token": token}
    assert ask(stt, "GET", f"{MODELS}?watson-token=gone", headers=header, key=None).status == 200
    assert ask(stt, "GET", f"{MODELS}?watson-token=gone", key=None).status == 401


def test_an_access_token_in_the_query_is_as_good_as_a_bearer_header() -> None:
    # speech-to-text-nodejs issue 264
    stt = FakeSTT(edition="cloud2025", auth="strict")
    token = token_of(stt)
    heard = ask(stt, "GET", f"{MODELS}?x=1&access_token={token}", key=None)
    assert (heard.status, heard.json["warnings"]) == (200, "Unexpected query parameter(s) ['x'] detected")
    assert ask(stt, "GET", f"/v1/nothing?access_token={token}", key=None).status == 404
    assert ask(stt, "GET", f"{MODELS}?access_token={token}&x=a?b", key=None).status == 200
    assert token not in repr(list(stt.journal)) + stt.report()
    assert ask(stt, "GET", f"{MODELS}?access_token={stt.api_key}", key=None).status == 401
    stt.auth.expire_tokens()
    assert ask(stt, "GET", f"{MODELS}?access_token={token}", key=None).status == 401


@pytest.mark.parametrize("edition", ["icp2018", "icp2020"])
def test_a_strict_edition_without_bearer_tokens_takes_none_in_the_query(edition: str) -> None:
    stt = FakeSTT(edition=edition, auth="strict")
    assert ask(stt, "GET", f"{prefix_of(stt)}{MODELS}?access_token={token_of(stt)}", key=None).status == 401


@pytest.mark.parametrize("auth", ["lenient", "strict"])
def test_an_iam_token_is_no_watson_token(auth: str) -> None:
    # speech-javascript-sdk issues 70 and 149
    stt = FakeSTT(edition="cloud2025", auth=auth)
    token = token_of(stt)
    assert ask(stt, "GET", f"{MODELS}?watson-token={token}", key=None).status == 401
    assert ask(stt, "GET", MODELS, headers={"X-Watson-Authorization-Token": token}, key=None).status == 401
    assert with_header(stt, f"Bearer {token}").status == 200


def test_the_header_comes_before_the_query() -> None:
    stt = FakeSTT(edition="cloud2025", auth="strict")
    query = f"{MODELS}?access_token={token_of(stt)}"
    assert with_header(stt, "Bearer nonsense", query).status == 401
    assert with_header(stt, basic(stt.api_key), f"{MODELS}?access_token=nonsense").status == 200


@pytest.mark.parametrize(("auth", "status"), [("lenient", 200), ("strict", 401)])
@pytest.mark.parametrize("edition", ["cloud2025", "cp4d2025"])
def test_an_api_key_is_no_bearer_token_in_strict(edition: str, auth: str, status: int) -> None:
    # speech-javascript-sdk issue 121
    stt = FakeSTT(edition=edition, auth=auth)
    assert with_header(stt, f"Bearer {stt.api_key}").status == status
    if status == 401:
        assert "strict: an API key is no token that this fake has handed out" in stt.report()
        assert stt.api_key not in stt.report()
    body = f"grant_type=urn:ibm:params:oauth:grant-type:assume&access_token={stt.api_key}&profile_id=p"
    heard = ask(stt, "POST", "/identity/token", body.encode(), FORM, key=None)
    assert heard.status == (200 if auth == "lenient" else 400)
