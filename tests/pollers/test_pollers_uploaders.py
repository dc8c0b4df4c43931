"""Uploaders that try again without a look at what their first try has done. A lost reply makes them double it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import requests
from ibm_watson import ApiException

from fakestt import FakeSTT

# Imported before any run of pytest inside this process, which takes back what it has imported.
from fakestt.intercept import client_time  # noqa: F401
from fakestt.media import forge

START = "2018-10-27T00:00:00Z"
AUDIO = forge.flac(6 * 60)


@pytest.fixture
def stt() -> Iterator[FakeSTT]:
    fake = FakeSTT(time="on_sleep", start=START)
    with fake.reachable():
        yield fake


def upload(client: Any, model_id: str, name: str, *, waits_s: float) -> None:
    """Add audio; where the connection breaks, wait and simply do the same again."""
    for _ in range(3):
        try:
            client.add_audio(model_id, name, AUDIO, content_type="audio/flac")
            return
        except requests.ConnectionError:
            time.sleep(waits_s)


def upload_as_new(client: Any, model_id: str, *, waits_s: float) -> None:
    """The same by an uploader that finds a name for each try."""
    for number in range(3):
        try:
            client.add_audio(model_id, f"try-{number}", AUDIO, content_type="audio/flac")
            return
        except requests.ConnectionError:
            time.sleep(waits_s)


@pytest.mark.parametrize(
    ("edition", "waits_s", "status", "says"),
    [
        # In 2018 the model is locked while its audio is analysed.
        ("icp2018", 0, 409, "is currently locked to process your last request."),
        ("icp2018", 60, 400, "Audio 'one' already exists."),
        ("cloud2025", 60, 400, "Audio 'one' already exists."),
    ],
)
def test_a_second_add_gets_the_services_refusal_for_what_its_first_has_done(
    edition: str, waits_s: float, status: int, says: str
) -> None:
    stt = FakeSTT(edition=edition, time="on_sleep", start=START)
    with stt.reachable():
        model = stt.acoustic_models.add()
        stt.faults.on("addAudio", nth=1).lose_reply()
        with pytest.raises(ApiException, match=rf"(?i)code: {status}") as refused:
            upload(stt.client(), model.id, "one", waits_s=waits_s)
    assert says in str(refused.value)
    assert list(model.audio) == ["one"]


def test_a_name_for_each_try_doubles_the_audio_and_the_timeline_shows_how(stt: FakeSTT) -> None:
    model = stt.acoustic_models.add(name="car")
    stt.faults.on("addAudio", nth=1).lose_reply()
    upload_as_new(stt.client(), model.id, waits_s=60)
    stt.clock.advance("1m")
    assert list(model.audio) == ["try-0", "try-1"]
    assert model.as_json()["status"] == "ready"
    one, other = stt.journal.calls("addAudio")
    assert one.request.sha256 == other.request.sha256
    assert [(call.status, len(call.changes) > 0) for call in (one, other)] == [(None, True), (201, True)]
    lines = stt.journal.timeline().splitlines()
    # Behind the lost reply stands what was done all the same, and what came of it before the second try.
    story = [
        ("POST", "try-0", "no answer", "addAudio", "[fault: lose_reply()]"),
        ("try-0: (new) -> being_processed by addAudio",),
        ("try-0: being_processed -> ok by analysis",),
        ("POST", "try-1", "201", "addAudio"),
        ("try-1: (new) -> being_processed by addAudio",),
    ]
    found = [next(at for at, line in enumerate(lines) if all(word in line for word in words)) for words in story]
    assert found == sorted(found)


def test_a_model_that_is_made_again_is_there_twice(stt: FakeSTT) -> None:
    stt.faults.on("createAcousticModel", nth=1).lose_reply()
    client = stt.client()
    for _ in range(2):
        try:
            client.create_acoustic_model("car", "en-US_BroadbandModel")
            break
        except requests.ConnectionError:
            time.sleep(5)
    assert [model.name for model in stt.acoustic_models] == ["car", "car"]
    assert stt.journal.gaps("createAcousticModel") == [5]


def test_an_uploader_that_looks_before_it_tries_again_does_its_work_once(stt: FakeSTT) -> None:
    model = stt.acoustic_models.add()
    stt.faults.on("addAudio", nth=1).lose_reply()
    client = stt.client()
    for _ in range(3):
        if "one" in {each["name"] for each in client.list_audio(model.id).get_result()["audio"]}:
            break
        try:
            client.add_audio(model.id, "one", AUDIO, content_type="audio/flac")
        except requests.ConnectionError:
            time.sleep(60)
    assert (list(model.audio), stt.journal.count("addAudio")) == (["one"], 1)


@pytest.mark.parametrize("form", ["seconds", "date", "datetime"])
def test_a_client_waits_as_long_as_retry_after_says_in_every_form(stt: FakeSTT, form: str) -> None:
    until = datetime(2018, 10, 27, 0, 1, 30, tzinfo=UTC)
    forms: dict[str, Any] = {"seconds": 90, "date": "Sat, 27 Oct 2018 00:01:30 GMT", "datetime": until}
    stt.faults.on("listModels", nth=1).fail(503, retry_after=forms[form])
    client = stt.client()
    client.enable_retries()
    client.list_models()
    assert stt.journal.gaps("listModels") == [90]
