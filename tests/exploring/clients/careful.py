"""A client that bears what the service and the network do to it: the measure for those with a bug."""

from __future__ import annotations

import functools
import time

import requests

from fakestt.media import forge

RECORDINGS = ("first", "second")
TRIES = 5


@functools.cache
def flac():
    return forge.flac(720)


class Careful:
    """Trains a model on two recordings. `run` says how it ended; a model that is of no use is deleted."""

    def __init__(self, stt):
        self.root = stt.url + "/v1/acoustic_customizations"
        self.session = requests.Session()
        self.session.auth = ("apikey", stt.api_key)

    def run(self):
        model = self.create()
        ended = "gave up"
        try:
            ended = self.trained_on(model)
        finally:
            if ended != "available":
                self.clean_up(model)
        return ended

    def trained_on(self, model):
        for name in RECORDINGS:
            self.upload(model, name)
            if self.analysed(model, name) == "invalid":
                return "invalid"
        self.train(model)
        return self.trained(model)

    def ask(self, method, path="", **more):
        return self.session.request(method, self.root + path, timeout=30, **more)

    def patiently(self, method, path="", good=(200, 201), **more):
        """Ask until the answer is good: for what may be done twice."""
        for _ in range(TRIES):
            try:
                answer = self.ask(method, path, **more)
                if answer.status_code in good:
                    return answer
            except requests.RequestException:
                pass
            time.sleep(30)
        raise TimeoutError(f"{method} {path}")

    def create(self):
        """Create one. If the answer is lost, the list tells whether it is there."""
        for _ in range(TRIES):
            try:
                answer = self.ask("POST", json={"name": "car", "base_model_name": "en-US_BroadbandModel"})
                if answer.status_code == 201:
                    return "/" + answer.json()["customization_id"]
            except requests.RequestException:
                pass
            for one in self.patiently("GET").json()["customizations"]:
                return "/" + one["customization_id"]
            time.sleep(30)
        raise TimeoutError("create")

    def upload(self, model, name):
        headers = {"Content-Type": "audio/flac"}
        self.patiently("POST", f"{model}/audio/{name}?allow_overwrite=true", data=flac(), headers=headers)

    def analysed(self, model, name):
        return self.until(lambda: self.patiently("GET", f"{model}/audio/{name}").json()["status"], "ok", "invalid")

    def train(self, model):
        """Start it. A lost answer or a 409 may mean that it has begun, and the model tells."""
        for _ in range(TRIES):
            try:
                if self.ask("POST", f"{model}/train").status_code == 200:
                    return
            except requests.RequestException:
                pass
            if self.status(model) in ("training", "available", "failed"):
                return
            time.sleep(30)
        raise TimeoutError("train")

    def trained(self, model):
        return self.until(lambda: self.status(model), "available", "failed")

    def status(self, model):
        return self.patiently("GET", model).json()["status"]

    def until(self, look, *ends):
        for _ in range(20):
            status = look()
            if status in ends:
                return status
            time.sleep(300)
        raise TimeoutError(" or ".join(ends))

    def clean_up(self, model):
        """Delete it as soon as nothing goes on in it. It may be gone already, if an answer was lost."""
        self.patiently("DELETE", model, good=(200, 401, 404))
