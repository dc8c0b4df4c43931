"""Tests of clients with a bug each, for the reports that they get. Each fails, but for those that say so.

`python tests/journal/golden_reports.py` runs them and writes the reports anew. pytest does not collect them by itself.
"""

from __future__ import annotations

import time

import pytest
import requests

from fakestt.media import forge

pytestmark = pytest.mark.fakestt(start="2018-10-27T00:00:00Z", seed=7)

AUTH = ("apikey", "any key")
AUDIO = {"Content-Type": "audio/flac"}
GOOD, POOR = forge.flac(12 * 60), forge.flac(12 * 60, 8000)


class Client:
    """A client as people write them."""

    def __init__(self, url, auth=AUTH):
        self.session = requests.Session()
        self.session.auth = auth
        self.models = f"{url}/v1/acoustic_customizations"

    def ask(self, method, path="", **more):
        answer = self.session.request(method, f"{self.models}{path}", timeout=30, **more)
        answer.raise_for_status()
        return answer.json()

    def create(self, name="car"):
        body = {"name": name, "base_model_name": "en-US_BroadbandModel"}
        return self.ask("POST", json=body)["customization_id"]

    def add(self, model, name="recording", audio=GOOD):
        self.ask("POST", f"/{model}/audio/{name}", data=audio, headers=AUDIO)

    def train(self, model):
        self.ask("POST", f"/{model}/train")

    def wait_for(self, model, status, every_s=60, patience_s=12 * 3600):
        deadline = time.monotonic() + patience_s
        while time.monotonic() < deadline:
            if self.ask("GET", f"/{model}")["status"] == status:
                return
            time.sleep(every_s)
        raise TimeoutError(f"never {status}")

    def life(self, name="car", audio=GOOD):
        model = self.create(name)
        self.add(model, audio=audio)
        self.wait_for(model, "ready", every_s=5)
        self.train(model)
        return model


def test_passing(fake_stt):
    """Passes."""
    client = Client(fake_stt.url)
    fake_stt.script.training(takes="45m")
    model = client.life()
    client.wait_for(model, "available")


def test_wrong_status(fake_stt):
    client = Client(fake_stt.url)
    model = client.life()
    client.wait_for(model, "trained")


def test_wrong_base_url(fake_stt):
    Client(fake_stt.url.replace("/api", "")).create()


def test_invalid_audio(fake_stt):
    client = Client(fake_stt.url)
    model = client.create()
    client.add(model, audio=POOR)
    client.wait_for(model, "ready", every_s=5, patience_s=600)


def test_missing_credentials(fake_stt):
    Client(fake_stt.url, auth=None).life()


def test_fault_not_met(fake_stt):
    """It has nothing to retry."""
    fake_stt.faults.on("addAudio", nth=2).fail(503)
    client = Client(fake_stt.url)
    model = client.life()
    client.wait_for(model, "available")


def test_callback_raised(fake_stt):
    def check():
        assert client.ask("GET", f"/{model}")["status"] == "available"

    client = Client(fake_stt.url)
    fake_stt.at("10m", check)
    model = client.life()
    client.wait_for(model, "available")


@pytest.mark.fakestt(time="manual")
def test_clock_not_moved(fake_stt):
    client = Client(fake_stt.url)
    model = client.create()
    client.add(model)
    for _ in range(20):
        if client.ask("GET", f"/{model}")["status"] == "ready":
            return
    raise TimeoutError("never ready")


def test_time_out(fake_stt):
    client = Client(fake_stt.url)
    model = client.life()
    client.wait_for(model, "available", patience_s=1800)


def test_lost_reply(fake_stt):
    """A retry that does not look whether the work was done."""
    fake_stt.faults.on("createAcousticModel", nth=1).lose_reply()
    client = Client(fake_stt.url)
    try:
        client.create()
    except requests.ConnectionError:
        client.create()
    assert len(fake_stt.acoustic_models) == 1


def test_two_models_of_one_name(fake_stt):
    fake_stt.acoustic_models.add(name="car", status="available")
    client = Client(fake_stt.url)
    model = client.create()
    found = next(one for one in client.ask("GET")["customizations"] if one["name"] == "car")
    client.add(found["customization_id"])
    client.wait_for(model, "ready", every_s=5, patience_s=60)


def test_folded_polls(fake_stt):
    """Passes."""
    client = Client(fake_stt.url)
    model = client.life()
    for number in range(30):
        client.ask("GET", f"/{model}")
        time.sleep(30 + 15 * (number % 3))
    for _ in range(30):
        client.ask("GET", f"/{model}")
        client.ask("GET", f"/{model}/audio")
        time.sleep(60)
    for _ in range(1_000):
        fake_stt.clock.advance("60s")
    for _ in range(60):
        client.ask("GET", f"/{model}")
        fake_stt.clock.advance("60s")
