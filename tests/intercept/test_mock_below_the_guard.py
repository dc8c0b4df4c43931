"""A mock that begins under the guard of the vendor's hosts, and a fake that begins inside the mock."""

import httpx
import pytest

from fakestt import FakeSTT
from fakestt.editions.hosts import VENDOR_HOSTS
from fakestt.intercept.hosts import guarded

URL = "https://fakestt.test/speech-to-text/api/v1/models"


@pytest.fixture
def guard():
    with guarded(VENDOR_HOSTS, "..."):
        yield


@pytest.fixture
def entered():
    stt = FakeSTT(auth=None)
    with stt.reachable():
        yield


@pytest.mark.httpx_mock(should_mock=lambda request: True)
def test_a_fake_begun_inside_a_mock_answers_first_although_the_vendor_is_guarded(guard, httpx_mock, entered):
    httpx_mock.add_response(text="pytest-httpx")
    assert "models" in httpx.get(URL).json()
    assert httpx.get("https://elsewhere.test").text == "pytest-httpx"
