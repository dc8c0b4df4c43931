"""Thirteen clients, each with one bug that people write. All but the last fail under one deviation."""

from __future__ import annotations

import time
from contextlib import suppress
from datetime import datetime

import requests
from careful import RECORDINGS, Careful, flac


class NoBoundOnPolling(Careful):
    """Goes on, whatever became of the request to train, and polls until it is over."""

    def train(self, model):
        with suppress(requests.RequestException):
            self.ask("POST", f"{model}/train")

    def until(self, look, *ends):
        while (status := look()) not in ends:
            time.sleep(300)
        return status


class FailedIsStillRunning(Careful):
    """Waits for `available` alone."""

    def trained(self, model):
        return self.until(lambda: self.status(model), "available")


class BodyOfAnErrorIsAModel(Careful):
    """Looks for the status of a model in whatever was answered."""

    def status(self, model):
        for _ in range(5):
            try:
                return self.ask("GET", model).json()["status"]
            except requests.RequestException:
                time.sleep(30)
        raise TimeoutError(model)


class UploadsAgainBlindly(Careful):
    """Sends an upload again when its answer was lost, and takes the 409 for a failure."""

    def upload(self, model, name):
        for _ in range(3):
            try:
                answer = self.ask("POST", f"{model}/audio/{name}", data=flac(), headers={"Content-Type": "audio/flac"})
            except requests.ConnectionError:
                continue
            if answer.status_code in (429, 503):
                time.sleep(30)
                continue
            answer.raise_for_status()
            return


class TrainsTooEarly(Careful):
    """Takes audio for analysed when it could not ask."""

    def analysed(self, model, name):
        try:
            answer = self.ask("GET", f"{model}/audio/{name}")
        except requests.RequestException:
            return "ok"
        return super().analysed(model, name) if answer.status_code == 200 else "ok"

    def train(self, model):
        self.ask("POST", f"{model}/train").raise_for_status() if self.first_try() else super().train(model)

    def first_try(self):
        first, self.tried = not getattr(self, "tried", False), True
        return first

    def upload(self, model, name):
        if name == RECORDINGS[0]:
            super().upload(model, name)


class Ignores409(Careful):
    """Uploads the second recording while the first is analysed, if it could not ask, and takes a 409 for done."""

    def upload(self, model, name):
        headers = {"Content-Type": "audio/flac"}
        path = f"{model}/audio/{name}?allow_overwrite=true"
        self.patiently("POST", path, good=(201, 409), data=flac(), headers=headers)

    def analysed(self, model, name):
        try:
            if self.ask("GET", f"{model}/audio/{name}").status_code != 200:
                return "unknown"
        except requests.RequestException:
            return "unknown"
        return super().analysed(model, name)

    def train(self, model):
        super().analysed(model, RECORDINGS[0])
        super().train(model)


class DeletesWhileTraining(Careful):
    """Gives up when it can't ask, and deletes the model that is in training, once."""

    def trained(self, model):
        for _ in range(20):
            try:
                answer = self.ask("GET", model)
            except requests.RequestException:
                return "gave up"
            if answer.status_code != 200:
                return "gave up"
            if answer.json()["status"] in ("available", "failed"):
                return answer.json()["status"]
            time.sleep(300)
        raise TimeoutError(model)

    def clean_up(self, model):
        self.patiently("DELETE", model, good=(200, 401, 404, 409))


class WaitsForProgress(Careful):
    """Takes more than half for all of it, and waits for nothing else."""

    def trained(self, model):
        for _ in range(20):
            if self.patiently("GET", model).json()["progress"] > 50:
                return "available"
            time.sleep(300)
        raise TimeoutError(model)


class GivesUpAtTheFirst503(Careful):
    """Bears a broken connection, and no answer that is an error."""

    def status(self, model):
        for _ in range(5):
            try:
                answer = self.ask("GET", model)
                answer.raise_for_status()
                return answer.json()["status"]
            except requests.ConnectionError:
                time.sleep(30)
        raise TimeoutError(model)


class LeavesTheModelBehind(Careful):
    """Cleans up after what it foresaw, which a failed training is not."""

    def run(self):
        model = self.create()
        ended = self.trained_on(model)
        if ended == "invalid":
            self.clean_up(model)
        return ended


class TrustsTheFirstReady(Careful):
    """Uploads the second recording once, and takes the model's `ready` for both."""

    def trained_on(self, model):
        self.upload(model, RECORDINGS[0])
        if self.analysed(model, RECORDINGS[0]) == "invalid":
            return "invalid"
        with suppress(requests.RequestException):
            self.ask("POST", f"{model}/audio/{RECORDINGS[1]}", data=flac(), headers={"Content-Type": "audio/flac"})
        self.until(lambda: self.status(model), "ready")
        self.train(model)
        return self.trained(model)


class ComparesNaiveWithAware(Careful):
    """After a poll that failed, sees how old the model is, by a time without a zone."""

    def status(self, model):
        for _ in range(5):
            try:
                answer = self.ask("GET", model)
                if answer.status_code == 200:
                    self.created = datetime.fromisoformat(answer.json()["created"])
                    return answer.json()["status"]
            except requests.RequestException:
                pass
            if (datetime.now() - self.created).days > 1:  # noqa: DTZ005 - the bug
                break
            time.sleep(30)
        raise TimeoutError(model)


class BearsOneFaultAlone(Careful):
    """Tries everything twice."""

    def patiently(self, method, path="", good=(200, 201), **more):
        try:
            answer = self.ask(method, path, **more)
            if answer.status_code in good:
                return answer
        except requests.RequestException:
            pass
        time.sleep(30)
        answer = self.ask(method, path, **more)
        if answer.status_code not in good:
            answer.raise_for_status()
        return answer
