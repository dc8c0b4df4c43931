"""The official client with its retries switched on."""

from __future__ import annotations

from typing import Any

import pytest
import requests
from ibm_watson import ApiException

from fakestt import FakeSTT
from fakestt.media import forge


def statuses(stt: FakeSTT, operation: str) -> list[int | None]:
    return [exchange.status for exchange in stt.journal.calls(operation)]


@pytest.fixture
def retrying(client: Any) -> Any:
    client.enable_retries(max_retries=3, retry_interval=30)
    return client


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_a_passing_failure_is_not_seen(stt: FakeSTT, retrying: Any, waits: list[float], status: int) -> None:
    stt.faults.on("listModels", times=2).fail(status, retry_after=0)
    assert retrying.list_models().get_status_code() == 200
    assert statuses(stt, "listModels") == [status, status, 200]


def test_the_servers_retry_after_is_what_the_client_waits(stt: FakeSTT, retrying: Any, waits: list[float]) -> None:
    stt.faults.on("listModels", nth=1).fail(503, retry_after=17)
    retrying.list_models()
    assert waits == [17]


def test_retry_after_zero_is_retried_without_any_wait(stt: FakeSTT, retrying: Any) -> None:
    # Without `waits`: were there a wait, urllib3 would really sleep.
    stt.faults.on("listModels", nth=1).fail(503, retry_after=0)
    assert retrying.list_models().get_status_code() == 200


def test_a_lasting_failure_uses_up_the_retries(stt: FakeSTT, retrying: Any, waits: list[float]) -> None:
    stt.faults.on("listModels").fail(503)
    with pytest.raises(requests.exceptions.RetryError, match="too many 503 error responses"):
        retrying.list_models()
    assert statuses(stt, "listModels") == [503] * 4


@pytest.mark.parametrize(
    ("status", "operation"), [(400, "getAudio"), (409, "deleteAcousticModel"), (401, "listAcousticModels")]
)
def test_a_refusal_is_never_retried(
    stt: FakeSTT, retrying: Any, waits: list[float], status: int, operation: str
) -> None:
    model_id = stt.acoustic_models.add(status="training").id
    if status == 401:
        stt.auth.revoke(stt.api_key)
    call = {
        "getAudio": lambda: retrying.get_audio(model_id, "none"),
        "deleteAcousticModel": lambda: retrying.delete_acoustic_model(model_id),
        "listAcousticModels": lambda: retrying.list_acoustic_models(),
    }[operation]
    with pytest.raises(ApiException):
        call()
    assert statuses(stt, operation) == [status]
    assert waits == []


def test_switched_off_again_nothing_is_retried(stt: FakeSTT, retrying: Any) -> None:
    retrying.disable_retries()
    stt.faults.on("listModels", nth=1).fail(503)
    with pytest.raises(ApiException):
        retrying.list_models()
    assert statuses(stt, "listModels") == [503]


def test_an_upload_is_repeated_whole(stt: FakeSTT, retrying: Any, waits: list[float]) -> None:
    model_id = stt.acoustic_models.add().id
    stt.faults.on("addAudio", nth=1).fail(503, retry_after=0)
    retrying.add_audio(model_id, "one", forge.wav(3), content_type="audio/wav")
    assert stt.acoustic_models[model_id].audio["one"].size_bytes == len(forge.wav(3))


def test_an_upload_repeated_after_a_lost_reply_meets_its_own_first_try(
    stt: FakeSTT, retrying: Any, waits: list[float]
) -> None:
    model_id = stt.acoustic_models.add().id
    stt.faults.on("addAudio", nth=1).lose_reply()
    # The first try is stored and still analysed: what repeats it is told that the model is busy.
    with pytest.raises(ApiException, match=r"(?i)code: 409"):
        retrying.add_audio(model_id, "one", forge.wav(3), content_type="audio/wav")
    assert statuses(stt, "addAudio") == [None, 409]
    assert list(stt.acoustic_models[model_id].audio) == ["one"]


def test_the_next_add_after_a_lost_reply_finds_the_name_taken(stt: FakeSTT, client: Any) -> None:
    model_id = stt.acoustic_models.add().id
    stt.faults.on("addAudio", nth=1).lose_reply()
    with pytest.raises(requests.exceptions.ConnectionError):
        client.add_audio(model_id, "one", forge.wav(3), content_type="audio/wav")
    stt.clock.advance_to_next()
    with pytest.raises(ApiException, match="already exists"):
        client.add_audio(model_id, "one", forge.wav(3), content_type="audio/wav")
    assert stt.acoustic_models[model_id].audio["one"].status == "ok"


def test_a_lost_request_is_repeated_and_done_once(stt: FakeSTT, retrying: Any, waits: list[float]) -> None:
    model_id = stt.acoustic_models.add().id
    stt.faults.on("addAudio", nth=1).lose_request()
    assert retrying.add_audio(model_id, "one", forge.wav(3), content_type="audio/wav").get_status_code() == 201
    assert statuses(stt, "addAudio") == [None, 201]


def test_a_create_repeated_after_a_lost_reply_leaves_two_models(
    stt: FakeSTT, retrying: Any, waits: list[float]
) -> None:
    stt.faults.on("createAcousticModel", nth=1).lose_reply()
    retrying.create_acoustic_model("car", "en-US_BroadbandModel")
    assert [model.name for model in stt.acoustic_models] == ["car", "car"]


def test_timeouts_are_retried_until_they_pass(stt: FakeSTT, retrying: Any, waits: list[float]) -> None:
    retrying.set_http_config({"timeout": 5})
    stt.faults.on("listModels", times=2).slow("30s")
    began_s = stt.clock.now()
    assert retrying.list_models().get_status_code() == 200
    assert stt.clock.now() - began_s == 10
