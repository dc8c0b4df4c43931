"""A view that is read while another thread changes the model shows one state or another, and never breaks."""

from __future__ import annotations

import sys
from threading import Event, Thread

import pytest

from fakestt import FakeSTT, StateError
from fakestt.transports.inprocess import call


def test_views_are_read_while_audio_comes_and_goes() -> None:
    stt = FakeSTT(start=0, auth=None)
    model = stt.acoustic_models.add()
    url = f"/v1/acoustic_customizations/{model.id}/audio"
    headers = [("Content-Type", "audio/l16;rate=16000")]
    stop = Event()

    def send(method: str, name: str) -> int:
        body = bytes(320) if method == "POST" else None
        sent = headers if body else []
        return call(stt.app, method, f"{url}/{name}", sent, body, scheme="https", host="h", port=443).status

    def churn() -> None:
        while not stop.is_set():
            assert send("POST", "a") == 201
            assert send("DELETE", "a") == 200

    thread = Thread(target=churn)
    interval_s = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    thread.start()
    try:
        for _ in range(2000):
            assert model.status == "pending"
            assert set(model.audio) <= {"a"}
            assert model.minutes_of_audio == 0
    finally:
        stop.set()
        thread.join()
        sys.setswitchinterval(interval_s)


@pytest.mark.parametrize("version", [3, "", None])
def test_a_version_without_a_name_is_not_published(version: object) -> None:
    with pytest.raises(StateError, match="give the version's name"):
        FakeSTT().base_models.publish("en-US_BroadbandModel", version)  # type: ignore[arg-type]  # what is tested
