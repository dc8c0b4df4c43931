"""Whose request is it? Forms of credentials, instances, roles, plans and tokens."""

from __future__ import annotations

import json
from base64 import b64encode, urlsafe_b64decode
from typing import Any

import pytest
from asking import EDITIONS, MODELS, NOBODY, START, Heard, add, ask, basic, create

from fakestt import FakeSTT
from fakestt.core import clock as clocks
from fakestt.errors import ConfigurationError

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
GRANT = "grant_type=urn:ibm:params:oauth:grant-type:apikey"


def with_header(stt: FakeSTT, value: str | None, target: str = MODELS, method: str = "GET") -> Heard:
    return ask(stt, method, target, headers={} if value is None else {"Authorization": value}, key=None)


def token_for(stt: FakeSTT, key: str) -> Heard:
    return ask(stt, "POST", "/identity/token", f"{GRANT}&apikey={key}".encode(), FORM, key=None)


def unauthorized(edition: str, heard: Heard) -> None:
    assert heard.status == 401
    assert heard.json["error"] == "Unauthorized"
    if edition.startswith("icp"):
        assert set(heard.json) == {"code", "error"}
        assert heard.headers["www-authenticate"] == 'Basic realm="IBM Watson Gateway(Log-in)"'
    else:
        assert set(heard.json) == {"code", "error", "trace", "more_info"}
        assert "www-authenticate" not in heard.headers


@pytest.mark.parametrize("edition", EDITIONS)
@pytest.mark.parametrize("form", ["basic", "Basic", "bearer", "Bearer", "BASIC ", "token"])
def test_every_edition_takes_every_form_of_credentials(edition: str, form: str) -> None:
    stt = FakeSTT(edition=edition)
    if form == "token":
        header = "Bearer " + token_for(stt, stt.api_key).json["access_token"]
    elif form.lower().startswith("basic"):
        header = form + basic(stt.api_key).removeprefix("Basic")
    else:
        header = f"{form} a-token-of-the-authors-own"
    assert with_header(stt, header).status == 200


@pytest.mark.parametrize("edition", EDITIONS)
@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "Basic",
        "Basic ",
        "Bearer",
        "Bearer   ",
        "Digest x",
        "apikey x",
        "Basic %%%",
        "Basic \xff",
        "Basic " + b64encode(b"no colon").decode(),
        "Basic " + b64encode(b":no user").decode(),
        "Basic " + b64encode(b"no password:").decode(),
        "Basic " + b64encode(b"\xff:\xff").decode(),
        "Basic " + "A" * 5,
    ],
)
def test_missing_or_garbled_credentials_are_401_in_the_editions_shape(edition: str, header: str | None) -> None:
    stt = FakeSTT(edition=edition)
    before = stt.snapshot()
    heard = with_header(stt, header, method="POST")
    unauthorized(edition, heard)
    assert stt.journal[0].reply.body == heard.body
    assert stt.snapshot() == before


@pytest.mark.parametrize("edition", EDITIONS)
def test_a_fake_without_credentials_asks_for_none(edition: str) -> None:
    stt = FakeSTT(edition=edition, auth=None)
    for header in (None, "nonsense", basic("unknown")):
        assert with_header(stt, header).status == 200
    model_id = create(stt, key=None)
    assert stt.acoustic_models[model_id].owner == stt.owner


STRICT = [
    # edition      form      prefix                                        status
    ("icp2018",   "basic",  "/speech-to-text/api",                         200),
    ("icp2018",   "bearer", "/speech-to-text/api",                         401),
    ("icp2018",   "basic",  "",                                            200),
    ("icp2018",   "basic",  "/instances/{guid}",                           200),
    ("icp2020",   "basic",  "/speech-to-text/api",                         200),
    ("cloud2025", "basic",  "",                                            200),
    ("cloud2025", "basic",  "/instances/{guid}",                           200),
    ("cloud2025", "token",  "/instances/{guid}",                           200),
    ("cloud2025", "bearer", "/instances/{guid}",                           401),
    ("cloud2025", "basic",  f"/instances/{NOBODY}",                        403),
    ("cloud2025", "token",  f"/instances/{NOBODY}",                        403),
    ("cloud2025", "basic",  "/speech-to-text/api",                         200),
    ("cp4d2025",  "basic",  "/speech-to-text/r/instances/{guid}/api",      401),
    ("cp4d2025",  "token",  "/speech-to-text/r/instances/{guid}/api",      200),
    ("cp4d2025",  "key",    "/speech-to-text/r/instances/{guid}/api",      401),
    ("cp4d2025",  "token",  f"/speech-to-text/r/instances/{NOBODY}/api",   403),
    ("cp4d2025",  "token",  "",                                            200),
    ("cp4d2025",  "token",  "/speech-to-text/r/x/instances/{guid}/api",    404),
]  # fmt: skip


@pytest.mark.parametrize(("edition", "form", "prefix", "status"), STRICT)
def test_a_strict_fake_takes_what_its_edition_documents(edition: str, form: str, prefix: str, status: int) -> None:
    stt = FakeSTT(edition=edition, auth="strict")
    headers = {
        "basic": lambda: basic(stt.api_key),
        "bearer": lambda: "Bearer made-up",
        "key": lambda: f"Bearer {stt.api_key}",
        "token": lambda: "Bearer " + token_for(stt, stt.api_key).json["access_token"],
    }
    heard = with_header(stt, headers[form](), prefix.replace("{guid}", stt.owner) + MODELS)
    assert heard.status == status, heard
    if status == 401:
        unauthorized(edition, heard)
    if status == 403:
        assert heard.json["error"] == "Forbidden"


@pytest.mark.parametrize("edition", EDITIONS)
def test_the_url_of_a_strict_fake_is_one_that_it_takes(edition: str) -> None:
    stt = FakeSTT(edition=edition, auth="strict")
    target = stt.url.removeprefix("https://fakestt.test") + MODELS
    header = basic(stt.api_key) if edition != "cp4d2025" else f"Bearer {stt.auth.hand_out(stt.api_key).text}"
    assert with_header(stt, header, target).status == 200


def test_a_key_may_hold_a_colon_and_the_user_before_it_may_not() -> None:
    stt = FakeSTT(auth="strict")
    assert with_header(stt, basic(stt.auth.add_key("open:sesame"))).status == 200


def test_a_strict_fake_knows_its_keys_alone() -> None:
    stt = FakeSTT(auth="strict")
    target = "/speech-to-text/api" + MODELS
    unauthorized("icp2018", with_header(stt, basic("unknown"), target))
    assert with_header(stt, basic(stt.auth.add_key("mine")), target).status == 200
    heard = token_for(stt, "unknown")
    assert (heard.status, heard.json["errorCode"]) == (400, "BXNIM0415E")


@pytest.mark.parametrize("edition", EDITIONS)
def test_a_reader_reads_and_is_refused_whatever_changes_something(edition: str) -> None:
    stt = FakeSTT(edition=edition, start=START)
    model = stt.acoustic_models.add(status="ready")
    reader = stt.auth.add_key(role="reader")
    before = stt.snapshot()
    one = f"{MODELS}/{model.id}"
    for method, target, status in (
        ("GET", "/v1/models", 200), ("GET", MODELS, 200), ("GET", one, 200), ("GET", f"{one}/audio", 200),
        ("HEAD", one, 200), ("GET", f"{one}/audio/audio1", 200), ("POST", MODELS, 403), ("DELETE", one, 403),
        ("POST", f"{one}/train", 403), ("POST", f"{one}/reset", 403), ("POST", f"{one}/upgrade_model", 403),
        ("POST", f"{one}/audio/a", 403), ("DELETE", f"{one}/audio/audio1", 403),
        ("DELETE", "/v1/user_data?customer_id=1", 403), ("DELETE", f"{MODELS}/x", 403),
    ):  # fmt: skip
        heard = ask(stt, method, target, key=reader)
        assert (heard.status, "www-authenticate" in heard.headers) == (status, False)
    assert stt.snapshot() == before
    assert ask(stt, "DELETE", one, key=stt.auth.add_key(role="writer")).status == 200


@pytest.mark.parametrize(
    ("edition", "status"), [("icp2018", 200), ("icp2020", 200), ("cloud2025", 400), ("cp4d2025", 200)]
)
def test_the_lite_plan_of_the_cloud_has_no_customization_at_all(edition: str, status: int) -> None:
    stt = FakeSTT(edition=edition)
    key = stt.auth.add_key(plan="lite")
    heard = ask(stt, "GET", MODELS, key=key)
    assert heard.status == status
    assert ask(stt, "GET", "/v1/models", key=key).status == 200
    if status == 400:
        assert heard.json["code_description"] == "Bad Request"


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ({"role": "readr"}, "role='readr': not one of manager, writer, reader. Did you mean 'reader'?"),
        ({"plan": "light"}, "plan='light': not one of standard, lite. Did you mean 'lite'?"),
    ],
)
def test_a_role_or_plan_that_does_not_exist_is_an_error_of_the_author(setting: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        FakeSTT().auth.add_key(**setting)
    assert str(caught.value) == message


def test_a_way_to_ask_for_credentials_that_does_not_exist_is_an_error_of_the_author() -> None:
    with pytest.raises(ConfigurationError) as caught:
        FakeSTT(auth="strikt")
    assert str(caught.value) == (
        "auth='strikt': give 'lenient' (every credential is good), 'strict' (the edition's alone) or None. "
        "Did you mean 'strict'?"
    )


def test_keys_look_like_the_editions() -> None:
    assert FakeSTT().api_key.startswith("icp-")
    assert not FakeSTT(edition="cloud2025").api_key.startswith("icp-")
    assert FakeSTT(seed=1).api_key == FakeSTT(seed=1).api_key != FakeSTT(seed=2).api_key


@pytest.mark.parametrize("key", [3, "", "a\nb", b"key"])
def test_a_key_that_is_no_text_is_an_error(key: Any) -> None:
    auth = FakeSTT().auth
    for call in (auth.add_key, auth.revoke):
        with pytest.raises(ConfigurationError) as caught:
            call(key)
        assert str(caught.value) == (
            f"{call.__name__}(…): a key is a string without control characters, as stt.api_key is."
        )
    with pytest.raises(ConfigurationError):
        auth.revoke(None)


@pytest.mark.parametrize("owner", ["nonsense", "", 3])
def test_a_key_of_an_owner_that_is_no_guid_is_an_error(owner: Any) -> None:
    stt = FakeSTT()
    with pytest.raises(ConfigurationError) as caught:
        stt.auth.add_key(owner=owner)
    assert str(caught.value) == (
        f"owner={owner!r}: an owner is the GUID of an instance, such as this one's, {stt.owner!r}."
    )


def test_a_revoked_key_is_refused_with_every_token_that_was_got_for_it() -> None:
    stt = FakeSTT()
    key = stt.auth.add_key()
    token = token_for(stt, key).json["access_token"]
    assert with_header(stt, f"Bearer {token}").status == 200
    stt.auth.revoke(key)
    for header in (basic(key), f"Bearer {key}", f"Bearer {token}"):
        unauthorized("icp2018", with_header(stt, header))
    assert token_for(stt, key).status == 400
    assert stt.auth.add_key(key) == key
    assert with_header(stt, basic(key)).status == 200


@pytest.mark.parametrize("edition", EDITIONS)
def test_another_owner_cannot_tell_a_foreign_model_from_an_unknown_one(edition: str) -> None:
    stt = FakeSTT(edition=edition, start=START)
    foreign = stt.acoustic_models.add(status="ready")
    key = stt.auth.add_key(owner=NOBODY)
    before = stt.snapshot()
    unknown_id = "ffffffff-ffff-4fff-8fff-ffffffffffff"
    assert ask(stt, "GET", MODELS, key=key).json == {"customizations": []}
    for method, rest in (
        ("GET", ""), ("DELETE", ""), ("POST", "/train"), ("POST", "/reset"), ("POST", "/upgrade_model"),
        ("GET", "/audio"), ("POST", "/audio/a"), ("GET", "/audio/audio1"), ("DELETE", "/audio/audio1"),
    ):  # fmt: skip
        one = ask(stt, method, f"{MODELS}/{foreign.id}{rest}", key=key)
        other = ask(stt, method, f"{MODELS}/{unknown_id}{rest}", key=key)
        assert one.status == other.status == 401
        assert one.body.replace(foreign.id.encode(), b"") == other.body.replace(unknown_id.encode(), b"")
        assert set(one.headers) == set(other.headers)
    assert stt.snapshot() == before


def test_keys_of_one_instance_share_its_models() -> None:
    stt = FakeSTT(edition="cloud2025")
    model_id = create(stt)
    assert ask(stt, "GET", f"{MODELS}/{model_id}", key=stt.auth.add_key()).status == 200
    create(stt, key=stt.auth.add_key(owner=NOBODY))
    assert [model.owner for model in stt.acoustic_models.of(NOBODY)] == [NOBODY]


def test_labelled_data_of_another_owner_stays() -> None:
    stt = FakeSTT(edition="cloud2025")
    model_id = create(stt)
    add(stt, model_id, headers={"X-Watson-Metadata": "customer_id=kim"})
    other = stt.auth.add_key(owner=NOBODY)
    assert ask(stt, "DELETE", "/v1/user_data?customer_id=kim", key=other).status == 200
    assert list(stt.acoustic_models[model_id].audio) == ["audio1"]


# Tokens


def claims_of(token: str) -> dict[str, Any]:
    segment = token.split(".")[1]
    claims: dict[str, Any] = json.loads(urlsafe_b64decode(segment + "=" * (-len(segment) % 4)))
    return claims


def test_a_token_carries_the_instants_that_its_client_sees(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clocks.time, "time", lambda: 1_700_000_000.75)
    answer = token_for(FakeSTT(start=START), "any").json
    claims = claims_of(answer["access_token"])
    assert len(answer["access_token"].split(".")) == 3
    assert json.loads(urlsafe_b64decode(answer["access_token"].split(".")[0] + "==")) == {"alg": "HS256", "typ": "JWT"}
    assert (claims["iat"], claims["exp"]) == (1_700_000_000, 1_700_003_600)
    assert (answer["expires_in"], answer["expiration"]) == (3600, 1_700_003_600)
    assert (answer["token_type"], answer["scope"], answer["refresh_token"]) == ("Bearer", "ibm openid", "not_supported")


def test_a_token_expires_when_both_clocks_say_so(monkeypatch: pytest.MonkeyPatch) -> None:
    client_now_s = 1_700_000_000.0
    monkeypatch.setattr(clocks.time, "time", lambda: client_now_s)
    stt = FakeSTT(start=START)
    token = token_for(stt, stt.api_key).json["access_token"]
    stt.clock.advance("59m59s")
    client_now_s += 3600
    assert with_header(stt, f"Bearer {token}").status == 200
    stt.clock.advance("1s")
    unauthorized("icp2018", with_header(stt, f"Bearer {token}"))


def test_a_client_whose_clock_stands_still_keeps_its_token() -> None:
    stt = FakeSTT(start=START)
    token = token_for(stt, stt.api_key).json["access_token"]
    stt.clock.advance("1d")
    assert with_header(stt, f"Bearer {token}").status == 200


def test_all_tokens_can_be_made_to_expire_now() -> None:
    stt = FakeSTT(start=START)
    token = token_for(stt, stt.api_key).json["access_token"]
    stt.auth.expire_tokens()
    unauthorized("icp2018", with_header(stt, f"Bearer {token}"))
    assert with_header(stt, "Bearer " + token_for(stt, stt.api_key).json["access_token"]).status == 200


def test_tokens_of_one_key_differ_and_no_text_shows_them() -> None:
    stt = FakeSTT(start=START)
    one, two = stt.auth.hand_out(stt.api_key), stt.auth.hand_out(stt.api_key)
    assert one.text != two.text
    assert one.text not in repr(one)
    assert stt.api_key not in repr(one)


def test_a_token_belongs_to_the_owner_of_its_key() -> None:
    stt = FakeSTT()
    model_id = create(stt)
    token = token_for(stt, stt.auth.add_key(owner=NOBODY)).json["access_token"]
    assert with_header(stt, f"Bearer {token}", f"{MODELS}/{model_id}").status == 401


BAD_FORMS = [
    (b"", "The grant type '' is not supported."),
    (b"apikey=x", "The grant type '' is not supported."),
    (b"grant_type=password&apikey=x", "The grant type 'password' is not supported."),
    (GRANT.encode(), "Provided API key could not be found."),
    (GRANT.encode() + b"&apikey=", "Provided API key could not be found."),
    (b"\xff", "The request could not be read: the form could not be read"),
    (b"a=%FF", "The request could not be read: the form could not be read"),
    (b"a=1&" * 200, "The request could not be read: the form could not be read"),
]


@pytest.mark.parametrize(("form", "message"), BAD_FORMS)
def test_a_bad_request_for_a_token_is_400(form: bytes, message: str) -> None:
    heard = ask(FakeSTT(), "POST", "/identity/token", form, FORM, key=None)
    assert heard.status == 400
    body = heard.json
    if "errorCode" in body:
        assert (body["errorCode"], body["errorMessage"]) == ("BXNIM0415E", message)
        assert body["context"]["requestId"] == heard.headers["x-dp-watson-tran-id"]
    else:
        assert body["error"] == message


def test_old_clients_put_the_form_into_the_query() -> None:
    stt = FakeSTT()
    heard = ask(stt, "POST", f"/identity/token?{GRANT}&apikey={stt.api_key}", key=None)
    assert heard.status == 200
    assert stt.api_key not in stt.journal[0].path
    assert stt.journal[0].path.endswith("&apikey=…")


def test_a_form_that_is_too_long_is_413() -> None:
    heard = ask(FakeSTT(), "POST", "/identity/token", b"a" * 300_000, FORM, key=None)
    assert heard.status == 413


def test_a_strict_edition_with_one_owner_has_no_keys_of_another() -> None:
    stt = FakeSTT(auth="strict")
    with pytest.raises(ConfigurationError) as caught:
        stt.auth.add_key(owner=NOBODY)
    assert str(caught.value) == (
        f"owner={NOBODY!r}: icp2018 has one owner, {stt.owner!r}. Use auth='lenient', or another edition."
    )
    assert stt.auth.add_key(owner=stt.owner)
    FakeSTT(edition="cloud2025", auth="strict").auth.add_key(owner=NOBODY)
