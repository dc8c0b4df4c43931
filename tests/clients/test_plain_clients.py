"""Scripts without the SDK: plain requests and plain urllib3, with the habits of those that people wrote."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from typing import Any
from urllib.request import HTTPBasicAuthHandler, HTTPPasswordMgrWithDefaultRealm, build_opener

import pytest
import requests
import urllib3
from requests.adapters import HTTPAdapter
from urllib3.util.retry import Retry

from fakestt import FakeSTT
from fakestt.media import forge

OLD_HOST = "https://stream.watsonplatform.net/speech-to-text/api"
JSON = {"Content-Type": "application/json"}
WAV = {"Content-Type": "audio/wav"}
NEW_MODEL = {"name": "car", "base_model_name": "en-US_BroadbandModel"}


@pytest.fixture
def models_url(stt: FakeSTT) -> str:
    return f"{stt.url}/v1/acoustic_customizations"


@pytest.fixture
def key(stt: FakeSTT) -> tuple[str, str]:
    return ("apikey", stt.api_key)


@pytest.fixture
def model_url(stt: FakeSTT, models_url: str) -> str:
    return f"{models_url}/{stt.acoustic_models.add(name='car').id}"


def stored(stt: FakeSTT, name: str = "one") -> int:
    (model,) = stt.acoustic_models
    return model.audio[name].size_bytes


def test_a_script_of_2018_works_to_the_letter(stt: FakeSTT) -> None:
    user = ("instance-name", stt.api_key)
    made = requests.post(
        f"{OLD_HOST}/v1/acoustic_customizations", auth=user, verify=False, headers=JSON, data=json.dumps(NEW_MODEL)
    )
    at = f"{OLD_HOST}/v1/acoustic_customizations/{made.json()['customization_id']}"
    added = requests.post(f"{at}/audio/one", auth=user, verify=False, headers=WAV, data=forge.wav(600))
    stt.clock.advance_to_next()
    trained = requests.post(f"{at}/train", auth=user, verify=False, data=json.dumps({}))
    stt.clock.advance("1d")
    polled = requests.get(at, auth=user, verify=False, headers=JSON)
    gone = requests.delete(at, auth=user, verify=False)
    assert [answer.status_code for answer in (made, added, trained, polled, gone)] == [201, 201, 200, 200, 200]
    assert polled.json()["status"] == "available"


def test_a_trailing_slash_changes_nothing(model_url: str, models_url: str, key: tuple[str, str]) -> None:
    assert requests.post(f"{models_url}/", json=NEW_MODEL, auth=key).status_code == 201
    listed = requests.get(f"{model_url}/audio/", auth=key)
    assert listed.json() == requests.get(f"{model_url}/audio", auth=key).json()


@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_a_content_type_without_a_body_is_ignored(model_url: str, key: tuple[str, str], method: str) -> None:
    assert requests.request(method, model_url, auth=key, headers=JSON).status_code == 200


@pytest.mark.parametrize("body", [None, b"", b"{}", "{}"])
@pytest.mark.parametrize("headers", [{}, JSON], ids=["untyped", "json"])
def test_a_training_takes_any_body_or_none(stt: FakeSTT, key: tuple[str, str], body: Any, headers: Any) -> None:
    at = f"{stt.url}/v1/acoustic_customizations/{stt.acoustic_models.add(status='ready').id}"
    assert requests.post(f"{at}/train", data=body, headers=headers, auth=key).json() == {}


def pieces() -> Iterator[bytes]:
    data = forge.wav(3)
    yield data[:10]
    yield data[10:]


@pytest.mark.parametrize("make", [pieces, lambda: io.BytesIO(forge.wav(3)), lambda: forge.wav(3)])
def test_audio_may_be_streamed(stt: FakeSTT, model_url: str, key: tuple[str, str], make: Any) -> None:
    answer = requests.post(f"{model_url}/audio/one", data=make(), headers=WAV, auth=key)
    assert (answer.status_code, stored(stt)) == (201, len(forge.wav(3)))


def test_audio_from_a_file_on_disk_is_streamed(
    stt: FakeSTT, model_url: str, key: tuple[str, str], tmp_path: Any
) -> None:
    path = tmp_path / "one.wav"
    path.write_bytes(forge.wav(3))
    with path.open("rb") as file:
        requests.post(f"{model_url}/audio/one", data=file, headers=WAV, auth=key)
    assert stored(stt) == path.stat().st_size


def test_a_session_keeps_its_credentials_and_headers(models_url: str, key: tuple[str, str]) -> None:
    with requests.Session() as session:
        session.auth = key
        session.headers.update(JSON)
        session.verify = False
        assert session.get(models_url).json() == {"customizations": []}


def test_a_percent_encoded_name_comes_back_decoded(stt: FakeSTT, model_url: str, key: tuple[str, str]) -> None:
    requests.post(f"{model_url}/audio/gr%C3%BCn.wav", data=forge.wav(3), headers=WAV, auth=key)
    assert requests.get(f"{model_url}/audio", auth=key).json()["audio"][0]["name"] == "grün.wav"


def test_an_error_body_is_json_with_a_code(model_url: str, key: tuple[str, str]) -> None:
    answer = requests.get(f"{model_url}/audio/none", auth=key)
    assert answer.headers["Content-Type"] == "application/json"
    assert (answer.json()["code"], answer.status_code, answer.reason) == (400, 400, "Bad Request")


def test_a_mounted_retry_sees_a_failure_pass(stt: FakeSTT, models_url: str, key: tuple[str, str]) -> None:
    stt.faults.on("listAcousticModels", times=2).fail(503)
    with requests.Session() as session:
        session.mount("https://", HTTPAdapter(max_retries=Retry(3, backoff_factor=0, status_forcelist=[503])))
        assert session.get(models_url, auth=key).status_code == 200
    assert stt.journal.count("listAcousticModels") == 3


@pytest.mark.parametrize("timeout", [5, (3, 5)])
def test_a_read_timeout_is_met_in_the_fakes_time(
    stt: FakeSTT, models_url: str, key: tuple[str, str], timeout: Any
) -> None:
    stt.faults.on("listAcousticModels", nth=1).slow("1m")
    began_s = stt.clock.now()
    with pytest.raises(requests.exceptions.ReadTimeout):
        requests.get(models_url, auth=key, timeout=timeout)
    assert stt.clock.now() - began_s == 5


# urllib3


@pytest.fixture
def pool() -> Iterator[urllib3.PoolManager]:
    manager = urllib3.PoolManager(retries=False)
    yield manager
    manager.clear()


@pytest.fixture
def basic(stt: FakeSTT) -> dict[str, str]:
    return dict(urllib3.make_headers(basic_auth=f"apikey:{stt.api_key}"))


def test_urllib3_alone_creates_and_reads(
    stt: FakeSTT, pool: urllib3.PoolManager, basic: dict[str, str], models_url: str
) -> None:
    made = pool.request("POST", models_url, body=json.dumps(NEW_MODEL), headers={**basic, **JSON})
    model_id = json.loads(made.data)["customization_id"]
    got = pool.request("GET", f"{models_url}/{model_id}", headers=basic)
    assert (made.status, json.loads(got.data)["name"]) == (201, "car")
    assert model_id in stt.acoustic_models


def test_urllib3_reads_an_answer_in_pieces(pool: urllib3.PoolManager, basic: dict[str, str], models_url: str) -> None:
    answer = pool.request("GET", models_url, headers=basic, preload_content=False)
    parts = list(answer.stream(7))
    answer.release_conn()
    assert json.loads(b"".join(parts)) == {"customizations": []}
    assert len(parts) > 1


@pytest.mark.parametrize("effect", ["lose_request", "lose_reply", "reset"])
def test_urllib3_sees_a_broken_connection_as_its_own_error(
    stt: FakeSTT, pool: urllib3.PoolManager, basic: dict[str, str], models_url: str, effect: str
) -> None:
    getattr(stt.faults.on("*", nth=1), effect)()
    with pytest.raises(urllib3.exceptions.ProtocolError):
        pool.request("GET", models_url, headers=basic)


def test_urllib3s_own_retries_get_past_a_broken_connection(
    stt: FakeSTT, pool: urllib3.PoolManager, basic: dict[str, str], models_url: str
) -> None:
    stt.faults.on("*", nth=1).reset()
    answer = pool.request("GET", models_url, headers=basic, retries=Retry(1, backoff_factor=0))
    assert (answer.status, len(stt.journal)) == (200, 2)


@pytest.mark.parametrize("edition", ["icp2018", "icp2020"])
def test_urllibs_handler_of_basic_credentials_sends_them_when_it_is_asked(edition: str) -> None:
    stt = FakeSTT(edition=edition, auth="strict")
    known = HTTPPasswordMgrWithDefaultRealm()
    known.add_password(None, stt.url, "apikey", stt.api_key)
    with stt.reachable():
        opener = build_opener(HTTPBasicAuthHandler(known))
        with opener.open(f"{stt.url}/v1/acoustic_customizations") as answer:
            assert json.load(answer) == {"customizations": []}
    assert [exchange.status for exchange in stt.journal] == [401, 200]
