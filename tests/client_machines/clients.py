"""Clients for the state machine: one that reports what is so, and others with a bug that people write."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import requests

from fakestt import FakeSTT

TRIES = 4


class Refused(Exception):
    """The service does not do what was asked."""


class Unknown(Exception):
    """Whether it was done is not known."""


class Careful:
    """Says what is so, or raises."""

    root = "acoustic_customizations"
    part = "audio"
    body: Mapping[str, Any] = {"base_model_name": "en-US_BroadbandModel"}

    def __init__(self, stt: FakeSTT) -> None:
        self.url = f"{stt.url}/v1/{self.root}"
        self.session = requests.Session()
        self.session.auth = ("apikey", stt.api_key)
        self.session.trust_env = False

    def ask(self, method: str, *path: str, **more: Any) -> requests.Response:
        """One request. What failed on the way is Unknown; what the service says to it is for the caller."""
        words = [quote(word, safe="") for word in path]
        try:
            answer = self.session.request(method, "/".join([self.url, *words]), timeout=30, **more)
        except requests.RequestException as error:
            raise Unknown(method) from error
        if answer.status_code in (429, 500, 502, 503, 504):
            raise Unknown(f"{method}: {answer.status_code}")
        return answer

    def patiently(self, method: str, *path: str, **more: Any) -> requests.Response:
        """For what may be done twice."""
        for _ in range(TRIES):
            try:
                return self.ask(method, *path, **more)
            except Unknown:
                time.sleep(10)
        return self.ask(method, *path, **more)

    def done(self, answer: requests.Response) -> requests.Response:
        if answer.status_code >= 400:
            raise Refused(answer.text)
        return answer

    def create(self, name: str) -> str:
        before = set(self.models())
        try:
            answer = self.ask("POST", json={"name": name, **self.body})
        except Unknown:
            for model_id in self.models():
                if model_id not in before:
                    return model_id
            raise
        return str(self.done(answer).json()["customization_id"])

    def models(self) -> list[str]:
        return [one["customization_id"] for one in self.done(self.patiently("GET")).json()["customizations"]]

    def status(self, model_id: str) -> str | None:
        answer = self.patiently("GET", model_id)
        return None if answer.status_code in (401, 404) else str(self.done(answer).json()["status"])

    def train(self, model_id: str) -> None:
        self.done(self.ask("POST", model_id, "train"))

    def wait(self, model_id: str) -> str | None:
        for _ in range(100):
            status = self.status(model_id)
            if status not in ("training", "upgrading"):
                return status
            time.sleep(60)
        raise TimeoutError(model_id)

    def reset(self, model_id: str) -> None:
        self.done(self.ask("POST", model_id, "reset"))

    def upgrade(self, model_id: str) -> None:
        self.done(self.ask("POST", model_id, "upgrade_model"))

    def delete(self, model_id: str) -> None:
        self.done(self.ask("DELETE", model_id))

    def add(self, model_id: str, name: str, content: bytes) -> None:
        more = {"data": content, "headers": {"Content-Type": "audio/flac"}, "params": {"allow_overwrite": "true"}}
        self.done(self.ask("POST", model_id, self.part, name, **more))

    def names(self, model_id: str) -> list[str]:
        answer = self.patiently("GET", model_id, self.part)
        return [] if answer.status_code in (401, 404) else [one["name"] for one in self.done(answer).json()[self.part]]

    def remove(self, model_id: str, name: str) -> None:
        self.done(self.ask("DELETE", model_id, self.part, name))


class CarefulWithWords(Careful):
    """The same for language models."""

    root = "customizations"
    part = "corpora"

    def add(self, model_id: str, name: str, content: str) -> None:  # type: ignore[override]  # text, not bytes
        more = {"data": content.encode(), "params": {"allow_overwrite": "true"}}
        self.done(self.ask("POST", model_id, self.part, name, **more))


class CachesStatus(Careful):
    """Asks once."""

    def status(self, model_id: str) -> str | None:
        self.cache: dict[str, str | None] = getattr(self, "cache", {})
        if model_id not in self.cache:
            self.cache[model_id] = super().status(model_id)
        return self.cache[model_id]


class TakesALostReplyForNotMade(Careful):
    """Says that there is no model when it could not read the answer."""

    def create(self, name: str) -> str | None:  # type: ignore[override]  # the bug
        try:
            return str(self.done(self.ask("POST", json={"name": name, **self.body})).json()["customization_id"])
        except Unknown:
            return None


class CreatesAgain(Careful):
    """Sends what makes a model a second time."""

    def create(self, name: str) -> str:
        answer = self.patiently("POST", json={"name": name, **self.body})
        return str(self.done(answer).json()["customization_id"])


class TakesTheEndForSuccess(Careful):
    """Says that a model is trained when its training is over."""

    def wait(self, model_id: str) -> str | None:
        return "available" if super().wait(model_id) else None


class WaitsForAvailable(Careful):
    """Waits for the good end alone, without a bound."""

    def wait(self, model_id: str) -> str | None:
        while (status := self.status(model_id)) != "available":
            time.sleep(60)
        return status


class BodyOfAnErrorIsAModel(Careful):
    """Looks for the status in whatever was answered."""

    def status(self, model_id: str) -> str | None:
        return str(self.patiently("GET", model_id).json()["status"])


class DoesNotEncode(Careful):
    """Puts the name of audio into the path as it is."""

    def add(self, model_id: str, name: str, content: bytes) -> None:
        target = f"{self.url}/{model_id}/audio/{name}?allow_overwrite=true"
        answer = self.session.post(target, data=content, headers={"Content-Type": "audio/flac"}, timeout=30)
        self.done(answer)


class IgnoresRefusals(Careful):
    """Takes each answer to a training for a yes."""

    def train(self, model_id: str) -> None:
        self.ask("POST", model_id, "train")


class DeletesTheNewest(Careful):
    """Takes the last model for the one that was asked for."""

    def delete(self, model_id: str) -> None:
        super().delete(self.models()[-1])


class KeepsItsOwnList(Careful):
    """Counts what it has made itself."""

    def models(self) -> list[str]:
        self.known: list[str] = getattr(self, "known", [])
        return self.known

    def create(self, name: str) -> str:
        self.models()
        answer = self.done(self.ask("POST", json={"name": name, **self.body}))
        self.known.append(answer.json()["customization_id"])
        return self.known[-1]
