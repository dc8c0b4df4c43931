"""The report tells the story of a fake in text."""

from __future__ import annotations

import pytest
import requests

from fakestt import FakeSTT


@pytest.fixture
def stt() -> FakeSTT:
    return FakeSTT(start="2018-10-27T00:00:00Z")


def test_a_report_begins_with_the_start(stt: FakeSTT) -> None:
    assert stt.report().splitlines()[0] == "fake started at 2018-10-27T00:00:00.000Z"


def test_a_report_tells_requests_changes_and_what_is_due(stt: FakeSTT) -> None:
    model = stt.acoustic_models.add(name="car", status="ready")
    with stt.reachable():
        requests.post(f"{stt.url}/v1/acoustic_customizations/{model.id}/train", auth=("apikey", stt.api_key))
    lines = stt.report().splitlines()
    assert "#1  +0:00:00  POST  <car>/train  200  trainAcousticModel" in lines
    assert any("car: ready -> training" in line for line in lines)
    assert lines[-1] == "now +0:00:00; still due: training of car at +0:36:00, in 36 min"


def test_a_report_tells_changes_that_no_request_has_met(stt: FakeSTT) -> None:
    stt.acoustic_models.add(name="car", status="training")
    stt.clock.advance("1d")
    assert "+0:36:00    car: training -> available by training" in stt.report()


def test_a_report_names_the_fault_that_hit(stt: FakeSTT) -> None:
    stt.faults.on("listModels").fail(503)
    with stt.reachable():
        requests.get(f"{stt.url}/v1/models", auth=("apikey", stt.api_key))
    assert "503  listModels  [fault: fail(503)]" in stt.report()


def test_asking_for_a_report_twice_gives_the_same(stt: FakeSTT) -> None:
    stt.acoustic_models.add(status="training")
    stt.clock.advance("1d")
    assert stt.report() == stt.report()


def test_no_credential_is_in_a_report(stt: FakeSTT) -> None:
    with stt.reachable():
        requests.get(f"{stt.url}/v1/models", auth=("apikey", stt.api_key))
        requests.get(f"{stt.url}/v1/models", params={"access_token": "secret-1"})
        requests.post("https://iam.cloud.ibm.com/identity/token", data={"apikey": "secret-2"})
    told = stt.report() + repr(list(stt.journal))
    assert [secret for secret in (stt.api_key, "secret-1", "secret-2") if secret in told] == []
