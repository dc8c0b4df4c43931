"""The official client as its user sets it up, by code or by environment: nothing is changed for the fake."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import requests
from ibm_cloud_sdk_core.authenticators import (
    Authenticator,
    CloudPakForDataAuthenticator,
    ContainerAuthenticator,
    IAMAssumeAuthenticator,
    IAMAuthenticator,
)
from ibm_watson import ApiException, SpeechToTextV1

from fakestt import FakeSTT
from fakestt.media import forge

BASE = "en-US_BroadbandModel"
CP4D = "https://cpd.example.com"
CLUSTER = "https://icp.example.com:8443"
IAM = "https://iam.cloud.ibm.com/identity/token"
GRANT = "urn:ibm:params:oauth:grant-type:apikey"


@pytest.fixture
def stt() -> Iterator[FakeSTT]:
    """A fake of the cloud that is also found under the names of somebody's own clusters."""
    fake = FakeSTT(edition="cloud2025", start="2025-01-01T00:00:00Z")
    with fake.reachable("cpd.example.com", "icp.example.com"):
        yield fake


@pytest.fixture
def environ(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[Mapping[str, str]], None]:
    """Set variables of the client, `SPEECH_TO_TEXT_` left out; none of a developer's own is read."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    monkeypatch.delenv("IBM_CREDENTIALS_FILE", raising=False)

    def set_all(values: Mapping[str, str]) -> None:
        for name, value in values.items():
            monkeypatch.setenv(f"SPEECH_TO_TEXT_{name}", value)

    return set_all


def created(client: Any, name: str = "car") -> str:
    return client.create_acoustic_model(name, BASE).get_result()["customization_id"]  # type: ignore[no-any-return]


# By code

AUTHENTICATORS: dict[str, tuple[Callable[[str], Authenticator], list[str]]] = {
    "iam with client id": (lambda key: IAMAuthenticator(key, client_id="bx", client_secret="bx"), ["getToken"]),
    "iam with scope": (lambda key: IAMAuthenticator(key, scope="ibm openid"), ["getToken"]),
    "assume by id": (lambda key: IAMAssumeAuthenticator(key, iam_profile_id="p"), ["getToken"] * 2),
    "assume by crn": (lambda key: IAMAssumeAuthenticator(key, iam_profile_crn="crn:p"), ["getToken"] * 2),
    "assume by name": (
        lambda key: IAMAssumeAuthenticator(key, iam_profile_name="p", iam_account_id="a"),
        ["getToken"] * 2,
    ),
    "cp4d with password": (lambda key: CloudPakForDataAuthenticator("kim", key, CP4D), ["authorize"]),
    "cp4d with key": (lambda key: CloudPakForDataAuthenticator("kim", url=CP4D, apikey=key), ["authorize"]),
    "cp4d behind icp4d-api": (
        lambda key: CloudPakForDataAuthenticator("kim", key, f"{CP4D}/icp4d-api/v1/authorize"),
        ["authorize"],
    ),
}


@pytest.mark.parametrize("kind", AUTHENTICATORS)
def test_an_authenticator_gets_its_token_without_a_word_about_the_fake(stt: FakeSTT, kind: str) -> None:
    make, asked = AUTHENTICATORS[kind]
    client = SpeechToTextV1(authenticator=make(stt.api_key))
    assert created(client) in stt.acoustic_models
    assert [exchange.operation for exchange in stt.journal] == [*asked, "createAcousticModel"]


def test_a_compute_resource_trades_the_token_that_it_finds_in_a_file(stt: FakeSTT, tmp_path: Path) -> None:
    stt.auth.add_key("resource", role="reader")
    (tmp_path / "token").write_text("resource\n", encoding="utf-8")
    authenticator = ContainerAuthenticator(cr_token_filename=str(tmp_path / "token"), iam_profile_name="p")
    client = SpeechToTextV1(authenticator=authenticator)
    assert client.list_acoustic_models().get_status_code() == 200
    with pytest.raises(ApiException, match="Forbidden"):
        created(client)


def test_a_cluster_of_cloud_pak_for_data_is_used_as_its_edition_documents() -> None:
    stt = FakeSTT(edition="cp4d2025", auth="strict")
    with stt.reachable("cpd.example.com"):
        client = SpeechToTextV1(authenticator=CloudPakForDataAuthenticator("kim", stt.api_key, CP4D))
        client.set_service_url(f"{CP4D}/speech-to-text/r/instances/{stt.owner}/api")
        assert created(client) in stt.acoustic_models


def test_a_wrong_login_is_an_api_exception(stt: FakeSTT) -> None:
    stt.auth.revoke("wrong")
    with pytest.raises(ApiException, match="Wrong user name, password or API key") as caught:
        SpeechToTextV1(authenticator=CloudPakForDataAuthenticator("kim", "wrong", CP4D)).list_models()
    assert caught.value.status_code == 401


# By environment

ENVIRONMENTS: dict[str, dict[str, str]] = {
    "iam": {"APIKEY": "{key}"},
    "iam at a url": {"APIKEY": "{key}", "URL": CLUSTER},
    "iam at a host of one's own": {"APIKEY": "{key}", "AUTH_URL": "https://icp.example.com:8443"},
    "basic": {"AUTH_TYPE": "basic", "USERNAME": "apikey", "PASSWORD": "{key}", "URL": CLUSTER},
    "bearer": {"AUTH_TYPE": "BearerToken", "BEARER_TOKEN": "{key}"},
    "assume": {"AUTH_TYPE": "iamAssume", "APIKEY": "{key}", "IAM_PROFILE_ID": "p"},
    "cp4d": {"AUTH_TYPE": "cp4d", "USERNAME": "kim", "PASSWORD": "{key}", "AUTH_URL": CP4D, "URL": CP4D},
    "without verification": {"APIKEY": "{key}", "DISABLE_SSL": "true", "AUTH_DISABLE_SSL": "true"},
}


@pytest.mark.parametrize("kind", ENVIRONMENTS)
def test_the_environment_is_all_that_a_client_needs(
    stt: FakeSTT, environ: Callable[[Mapping[str, str]], None], kind: str
) -> None:
    environ({name: value.format(key=stt.api_key) for name, value in ENVIRONMENTS[kind].items()})
    assert created(SpeechToTextV1()) in stt.acoustic_models


def test_a_client_without_credentials_is_told_so_by_the_environment(
    environ: Callable[[Mapping[str, str]], None],
) -> None:
    environ({"AUTH_TYPE": "noAuth"})
    stt = FakeSTT(auth=None)
    with stt.reachable():
        assert created(SpeechToTextV1()) in stt.acoustic_models


def test_retries_are_switched_on_by_the_environment(
    stt: FakeSTT, environ: Callable[[Mapping[str, str]], None], waits: list[float]
) -> None:
    environ({"APIKEY": stt.api_key, "ENABLE_RETRIES": "true", "MAX_RETRIES": "2"})
    stt.faults.on("listAcousticModels", times=2).fail(503)
    assert SpeechToTextV1().list_acoustic_models().get_status_code() == 200
    assert stt.journal.count("listAcousticModels") == 3


def test_packing_is_switched_on_by_the_environment(stt: FakeSTT, environ: Callable[[Mapping[str, str]], None]) -> None:
    environ({"APIKEY": stt.api_key, "ENABLE_GZIP": "true"})
    client = SpeechToTextV1()
    packed: list[Any] = []
    client.http_client.hooks["response"].append(lambda heard, **_: packed.append(heard.request.headers))
    model_id = created(client)
    client.add_audio(model_id, "one", forge.wav(3), content_type="audio/wav")
    assert [headers["Content-Encoding"] for headers in packed] == ["gzip", "gzip"]
    assert stt.acoustic_models[model_id].audio["one"].size_bytes == len(forge.wav(3))


def test_a_clients_settings_of_http_hold_for_its_requests(stt: FakeSTT) -> None:
    client = SpeechToTextV1(authenticator=IAMAuthenticator(stt.api_key))
    client.set_http_config({"timeout": 5, "verify": False, "proxies": {}})
    stt.faults.on("listModels").slow("30s")
    with pytest.raises(requests.exceptions.ReadTimeout):
        client.list_models()


# Tokens that go bad


@pytest.mark.parametrize("kind", ["iam", "cp4d"])
def test_a_client_whose_token_has_expired_is_refused_until_it_gets_another(stt: FakeSTT, kind: str) -> None:
    authenticator: Any = (
        IAMAuthenticator(stt.api_key) if kind == "iam" else CloudPakForDataAuthenticator("kim", stt.api_key, CP4D)
    )
    client = SpeechToTextV1(authenticator=authenticator)
    assert client.list_models().get_status_code() == 200
    stt.auth.expire_tokens()
    with pytest.raises(ApiException, match="Unauthorized"):
        client.list_models()
    authenticator.token_manager.expire_time = 0
    assert client.list_models().get_status_code() == 200


@pytest.mark.parametrize("kind", ["iam", "cp4d"])
def test_a_reader_reads_and_is_refused_a_model(stt: FakeSTT, kind: str) -> None:
    key = stt.auth.add_key(role="reader")
    authenticator = IAMAuthenticator(key) if kind == "iam" else CloudPakForDataAuthenticator("kim", key, CP4D)
    client = SpeechToTextV1(authenticator=authenticator)
    assert client.list_acoustic_models().get_status_code() == 200
    with pytest.raises(ApiException, match="Forbidden") as caught:
        created(client)
    assert caught.value.status_code == 403


def test_a_client_of_2018_renews_its_token_with_the_refresh_token() -> None:
    stt = FakeSTT()
    with stt.reachable():
        url = "https://iam.bluemix.net/identity/token"
        form = {"grant_type": GRANT, "apikey": stt.api_key, "response_type": "cloud_iam"}
        given = requests.post(url, data=form, auth=("bx", "bx"), timeout=5).json()
        stt.auth.expire_tokens()
        form = {"grant_type": "refresh_token", "refresh_token": given["refresh_token"]}
        again = requests.post(url, data=form, auth=("bx", "bx"), timeout=5).json()
        models = "https://stream.watsonplatform.net/speech-to-text/api/v1/models"
        statuses = [
            requests.get(models, headers={"Authorization": f"Bearer {one['access_token']}"}, timeout=5).status_code
            for one in (given, again)
        ]
    assert statuses == [401, 200]


def test_a_streaming_client_puts_the_form_into_the_query(stt: FakeSTT) -> None:
    params = {"grant_type": GRANT, "apikey": stt.api_key}
    assert requests.post(f"{IAM}/", params=params, timeout=5).json()["token_type"] == "Bearer"


def test_a_demo_of_the_web_gets_a_watson_token_for_its_page(stt: FakeSTT) -> None:
    host = "https://stream.watsonplatform.net"
    token = requests.get(
        f"{host}/authorization/api/v1/token",
        params={"url": f"{host}/speech-to-text/api"},
        auth=("apikey", stt.api_key),
        timeout=5,
    ).text
    models = f"{host}/speech-to-text/api/v1/models"
    assert requests.get(models, params={"watson-token": token}, timeout=5).status_code == 200
    assert requests.get(models, headers={"X-Watson-Authorization-Token": token}, timeout=5).status_code == 200


def test_an_old_client_of_icp_for_data_reads_the_token_that_it_looks_for(stt: FakeSTT) -> None:
    url = f"{CP4D}/v1/preauth/validateAuth"
    token = requests.get(url, auth=("kim", stt.api_key), timeout=5).json()["accessToken"]
    claims = token.split(".")[1]
    assert set(json.loads(base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))) >= {"iat", "exp"}
