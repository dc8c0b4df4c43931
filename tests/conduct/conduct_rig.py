"""A fake that watches, and the pieces that clients are made of."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import requests
from asking import START, flac

from fakestt import FakeSTT, Finding
from fakestt.opened import excuse

AUDIO = flac(12)
BASE = "en-US_BroadbandModel"


@contextmanager
def watched(**keys: Any) -> Iterator[FakeSTT]:
    """A fake whose time is the client's, reachable. The plugin does not ask it what was found: the test does."""
    stt = FakeSTT(**{"time": "on_sleep", "start": START, "conduct": "warn", **keys})
    stt.script.training(takes="12m")  # enough to tell paces apart
    stt.script.upgrade(takes="12m")
    with stt.reachable():
        yield stt
    excuse(stt)


def all_of(stt: FakeSTT) -> list[Finding]:
    """What was found by the end."""
    return stt._found(over=True)


class Client:
    """A client as people write them, on requests. It does nothing that a rule objects to, unless it is told."""

    def __init__(self, stt: FakeSTT) -> None:
        self.http = requests.Session()
        self.http.auth = ("apikey", stt.api_key)
        self.models = f"{stt.url}/v1/acoustic_customizations"

    def create(self, name: str = "car") -> str:
        answer = self.http.post(self.models, json={"name": name, "base_model_name": BASE})
        answer.raise_for_status()
        return str(answer.json()["customization_id"])

    def add(self, model: str, name: str = "one", data: bytes = AUDIO, **query: str) -> requests.Response:
        url = f"{self.models}/{model}/audio/{name}"
        return self.http.post(url, data, params=query, headers={"Content-Type": "audio/flac"})

    def train(self, model: str) -> requests.Response:
        return self.http.post(f"{self.models}/{model}/train")

    def status(self, model: str, audio: str = "") -> str:
        answer = self.http.get(f"{self.models}/{model}" + (f"/audio/{audio}" if audio else ""))
        answer.raise_for_status()
        return str(answer.json()["status"])

    def wait(self, model: str, *statuses: str, every_s: float, audio: str = "", most: int = 10_000) -> str:
        """Poll until the status is one of these, or so many times."""
        for _ in range(most):
            status = self.status(model, audio)
            if status in statuses:
                break
            time.sleep(every_s)
        return status

    def listing(self, model: str) -> Any:
        return self.http.get(f"{self.models}/{model}/audio").json()

    def delete(self, model: str) -> None:
        self.http.delete(f"{self.models}/{model}").raise_for_status()

    def trained(self, *, every_s: float = 60) -> str:
        """The id of a model that was made, filled, trained and waited for."""
        model = self.create()
        self.add(model).raise_for_status()
        self.wait(model, "ok", "invalid", every_s=5, audio="one")
        self.train(model).raise_for_status()
        self.wait(model, "available", "failed", every_s=every_s)
        return model
