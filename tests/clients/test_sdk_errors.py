"""What the official client makes of refusals, and of a failing network."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import requests
from ibm_cloud_sdk_core.authenticators import IAMAuthenticator
from ibm_watson import ApiException, SpeechToTextV1

from fakestt import FakeSTT
from fakestt.media import forge

BASE = "en-US_BroadbandModel"
UNKNOWN = "00000000-0000-4000-8000-000000000000"
Provoke = Callable[[FakeSTT, Any], object]


def placed(stt: FakeSTT, status: str, **more: Any) -> str:
    return stt.acoustic_models.add(status=status, **more).id


def add(client: Any, model_id: str, name: str = "new", content_type: str = "audio/wav", **more: Any) -> object:
    return client.add_audio(model_id, name, forge.wav(3), content_type=content_type, **more)


REFUSALS: dict[str, tuple[int, str, Provoke]] = {
    "unknown base": (400, "Model xx not found", lambda s, c: c.create_acoustic_model("car", "xx")),
    "malformed id": (400, "Malformed GUID: 'xx'", lambda s, c: c.get_acoustic_model("xx")),
    "unknown id": (401, "Invalid customization_id", lambda s, c: c.get_acoustic_model(UNKNOWN)),
    "too little audio": (
        400,
        "audio duration must be between",
        lambda s, c: c.train_acoustic_model(placed(s, "pending")),
    ),
    "invalid audio": (
        400,
        "has not completed successfully",
        lambda s, c: c.train_acoustic_model(placed(s, "ready", invalid_audio=1)),
    ),
    "unmodified": (
        400,
        "No input data modified since last training",
        lambda s, c: c.train_acoustic_model(placed(s, "available")),
    ),
    "up to date": (400, "model is up-to-date", lambda s, c: c.upgrade_acoustic_model(placed(s, "ready"))),
    "busy training": (409, "locked", lambda s, c: c.train_acoustic_model(placed(s, "training"))),
    "busy deleting": (409, "locked", lambda s, c: c.delete_acoustic_model(placed(s, "training"))),
    "busy resetting": (409, "locked", lambda s, c: c.reset_acoustic_model(placed(s, "pending", minutes_of_audio=5))),
    "busy adding": (409, "locked", lambda s, c: add(c, placed(s, "pending", minutes_of_audio=5))),
    "name taken": (400, "already exists", lambda s, c: add(c, placed(s, "ready"), "audio1")),
    "missing audio": (400, "Audio 'none' not found", lambda s, c: c.get_audio(placed(s, "ready"), "none")),
    "no such audio": (400, "Audio 'none' not found", lambda s, c: c.delete_audio(placed(s, "ready"), "none")),
    "wrong type": (
        415,
        "Unsupported content type 'text/plain'",
        lambda s, c: add(c, placed(s, "ready"), content_type="text/plain"),
    ),
    "no rate": (400, "rate", lambda s, c: add(c, placed(s, "ready"), content_type="audio/l16")),
    "unknown model": (404, "Model xx not found", lambda s, c: c.get_model("xx")),
    "revoked key": (401, "Unauthorized", lambda s, c: (s.auth.revoke(s.api_key), c.list_models())),
}


@pytest.mark.parametrize("case", REFUSALS)
def test_a_refusal_is_an_api_exception_with_all_that_it_can_hold(stt: FakeSTT, client: Any, case: str) -> None:
    code, text, provoke = REFUSALS[case]
    with pytest.raises(ApiException) as caught:
        provoke(stt, client)
    error = caught.value
    body = error.http_response.json()
    assert (error.status_code, error.http_response.status_code, body["code"]) == (code, code, code)
    assert text in error.message
    assert error.message == body["error"]
    assert error.global_transaction_id == error.http_response.headers["X-Global-Transaction-Id"]
    assert str(error) == (
        f"Error: {error.message}, Status code: {code} , X-global-transaction-id: {error.global_transaction_id}"
    )


@pytest.mark.parametrize("edition", ["cloud2025", "cp4d2025"])
def test_the_newer_gateways_401_is_mapped_as_well(edition: str) -> None:
    stt = FakeSTT(edition=edition)
    with stt.reachable():
        client = stt.client()
        stt.auth.revoke(stt.api_key)
        with pytest.raises(ApiException, match="Error: Unauthorized, Status code: 401") as caught:
            client.list_acoustic_models()
    assert set(caught.value.http_response.json()) == {"code", "trace", "error", "more_info"}


def test_a_key_that_gets_no_token_is_an_api_exception(stt: FakeSTT) -> None:
    stt.auth.revoke("k")
    with pytest.raises(ApiException, match="Provided API key could not be found") as caught:
        SpeechToTextV1(authenticator=IAMAuthenticator("k")).list_models()
    assert caught.value.status_code == 400


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_a_failing_server_is_an_api_exception_where_nobody_retries(stt: FakeSTT, client: Any, status: int) -> None:
    stt.faults.on("listAcousticModels").fail(status, "out of order")
    with pytest.raises(ApiException, match="out of order") as caught:
        client.list_acoustic_models()
    assert caught.value.status_code == status
    assert stt.journal.count("listAcousticModels") == 1


@pytest.mark.parametrize("effect", ["lose_request", "lose_reply", "reset"])
def test_a_broken_connection_is_requests_own_error(stt: FakeSTT, client: Any, effect: str) -> None:
    getattr(stt.faults.on("listModels", nth=1), effect)()
    with pytest.raises(requests.exceptions.ConnectionError):
        client.list_models()
    assert client.list_models().get_status_code() == 200


def test_a_truncated_answer_is_requests_own_error(stt: FakeSTT, client: Any) -> None:
    stt.faults.on("listModels", nth=1).truncate(20)
    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        client.list_models()


def test_a_late_answer_meets_the_clients_timeout_in_the_fakes_time(stt: FakeSTT, client: Any) -> None:
    client.set_http_config({"timeout": 5})
    stt.faults.on("listModels", nth=1).slow("30s")
    began_s = stt.clock.now()
    with pytest.raises(requests.exceptions.ReadTimeout):
        client.list_models()
    assert stt.clock.now() - began_s == 5


def test_a_late_answer_within_the_timeout_arrives(stt: FakeSTT, client: Any) -> None:
    client.set_http_config({"timeout": 60})
    stt.faults.on("listModels", nth=1).slow("30s")
    assert client.list_models().get_status_code() == 200
