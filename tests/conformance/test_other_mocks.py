"""Who answers when another library of mocks is active in the same test.

Requests go down from the client to the network. responses and requests-mock stand above the cuts: they answer first,
and what they let pass reaches the fake; so does moto, which stands on responses and in botocore, and is for the hosts
of AWS alone. respx stands below, and so does vcrpy for urllib3 and urllib.request: they see
what the fake is not for. vcrpy and pytest-httpx replace the same method of httpx as we do: the newest is asked first,
and what it lets pass reaches the fake, never the network.
"""

from __future__ import annotations

import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import requests
import requests_mock
import responses
import respx
import vcr
from pytest_httpx import HTTPXMock

from fakestt import FakeSTT

OTHER = "https://elsewhere.test/"


@pytest.fixture
def stt() -> FakeSTT:
    return FakeSTT(start="2018-10-27T00:00:00Z", auth=None)


@pytest.fixture
def models(stt: FakeSTT) -> Iterator[str]:
    """A URL of the fake, while it is reachable."""
    with stt.reachable(block_network=True):
        yield f"{stt.url}/v1/models"


def is_the_fakes(answer: Any) -> bool:
    return "models" in answer.json()


# -- responses ----------------------------------------------------------------------------------------------------


@responses.activate
def test_responses_answers_first_and_lets_pass_what_it_is_told_to(stt: FakeSTT) -> None:
    responses.get(OTHER, body="responses")
    responses.get(f"{stt.url}/v1/acoustic_customizations", body="responses")
    responses.add_passthru(f"{stt.url}/v1/models")
    with stt.reachable(block_network=True):
        assert requests.get(OTHER, timeout=5).text == "responses"
        assert requests.get(f"{stt.url}/v1/acoustic_customizations", timeout=5).text == "responses"
        assert is_the_fakes(requests.get(f"{stt.url}/v1/models", timeout=5))
    assert [one.operation for one in stt.journal] == ["listModels"]


def test_responses_may_begin_inside(models: str) -> None:
    with responses.RequestsMock() as mocks:
        mocks.get(OTHER, body="responses")
        mocks.add_passthru(models)
        assert requests.get(OTHER, timeout=5).text == "responses"
        assert is_the_fakes(requests.get(models, timeout=5))
    assert is_the_fakes(requests.get(models, timeout=5))


# -- requests-mock ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("outside", [True, False], ids=["begun before", "begun inside"])
def test_requests_mock_answers_first_and_lets_pass_what_it_has_no_answer_for(stt: FakeSTT, outside: bool) -> None:
    mocks = requests_mock.Mocker(real_http=True)
    first, second = (mocks, stt.reachable(block_network=True))[:: 1 if outside else -1]
    with first, second:
        mocks.get(OTHER, text="requests-mock")
        assert requests.get(OTHER, timeout=5).text == "requests-mock"
        assert is_the_fakes(requests.get(f"{stt.url}/v1/models", timeout=5))
        with pytest.raises(requests.ConnectionError, match="block_network"):
            requests.get("https://third.test/", timeout=5)


# -- moto ---------------------------------------------------------------------------------------------------------


@pytest.mark.slow  # it needs fakestt[neighbours]
@pytest.mark.parametrize("outside", [True, False], ids=["begun before", "begun inside"])
def test_moto_answers_for_aws_and_the_fake_for_the_rest(
    stt: FakeSTT, outside: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    import boto3
    import moto

    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    first, second = (moto.mock_aws(), stt.reachable(block_network=True))[:: 1 if outside else -1]
    with first, second:
        buckets = boto3.client("s3")
        buckets.create_bucket(Bucket="audio")
        assert [one["Name"] for one in buckets.list_buckets()["Buckets"]] == ["audio"]
        assert "<Name>audio</Name>" in requests.get("https://audio.s3.amazonaws.com/", timeout=5).text
        assert is_the_fakes(requests.get(f"{stt.url}/v1/models", timeout=5))
        assert is_the_fakes(httpx.get(f"{stt.url}/v1/models"))
        with pytest.raises(requests.ConnectionError, match="block_network"):
            requests.get("https://third.test/", timeout=5)
    assert [one.operation for one in stt.journal] == ["listModels", "listModels"]


# -- respx --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("outside", [True, False], ids=["begun before", "begun inside"])
def test_respx_sees_only_what_the_fake_is_not_for(stt: FakeSTT, outside: bool) -> None:
    mocks = respx.MockRouter(assert_all_called=False)
    first, second = (mocks, stt.reachable())[:: 1 if outside else -1]
    with first, second:
        mocks.get(OTHER).respond(text="respx")
        ours = mocks.get(f"{stt.url}/v1/models").respond(text="respx")
        assert httpx.get(OTHER).text == "respx"
        assert is_the_fakes(httpx.get(f"{stt.url}/v1/models"))
    assert not ours.called


# -- pytest-httpx -------------------------------------------------------------------------------------------------


@pytest.mark.httpx_mock(should_mock=lambda request: request.url.host == "elsewhere.test")
def test_pytest_httpx_begun_inside_answers_first(models: str, httpx_mock: HTTPXMock) -> None:
    httpx_mock.add_response(text="pytest-httpx")
    assert httpx.get(OTHER).text == "pytest-httpx"
    assert is_the_fakes(httpx.get(models))


@pytest.mark.httpx_mock(should_mock=lambda request: True)
def test_the_fake_begun_inside_answers_before_pytest_httpx(httpx_mock: HTTPXMock, models: str) -> None:
    httpx_mock.add_response(text="pytest-httpx")
    assert is_the_fakes(httpx.get(models))
    assert httpx.get(OTHER).text == "pytest-httpx"


# -- vcrpy --------------------------------------------------------------------------------------------------------


def get_by_requests(url: str) -> str:
    return requests.get(url, timeout=5).text


def get_by_urllib(url: str) -> str:
    with urllib.request.urlopen(url, timeout=5) as response:
        return str(response.read().decode())


def get_by_httpx(url: str) -> str:
    return httpx.get(url).text


@pytest.mark.parametrize("get", [get_by_requests, get_by_urllib])
@pytest.mark.parametrize("outside", [True, False], ids=["begun before", "begun inside"])
def test_vcrpy_never_records_the_fake(stt: FakeSTT, get: Any, outside: bool, tmp_path: Path) -> None:
    cassette = tmp_path / "cassette.yaml"
    first, second = (vcr.use_cassette(str(cassette)), stt.reachable(block_network=True))[:: 1 if outside else -1]
    with first, second:
        assert '"models"' in get(f"{stt.url}/v1/models")
    assert stt.journal.count("listModels") == 1
    assert not cassette.exists()


def test_vcrpy_begun_inside_records_through_httpx_what_the_fake_says(models: str, tmp_path: Path) -> None:
    cassette = tmp_path / "cassette.yaml"
    with vcr.use_cassette(str(cassette)):
        assert '"models"' in get_by_httpx(models)
    assert "en-US_BroadbandModel" in cassette.read_text()


def test_vcrpy_begun_before_sees_of_httpx_only_what_the_fake_is_not_for(stt: FakeSTT, tmp_path: Path) -> None:
    cassette = tmp_path / "cassette.yaml"
    with vcr.use_cassette(str(cassette)), stt.reachable():
        assert '"models"' in get_by_httpx(f"{stt.url}/v1/models")
    assert not cassette.exists()
