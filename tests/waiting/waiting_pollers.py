"""Clients as users write them. Nothing in here knows of fakes or of virtual time."""

from __future__ import annotations

import asyncio
import datetime
import queue
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from time import sleep

import requests
import tenacity

AUDIO_POLL_S = 5
TRAINING_POLL_S = 60


class TooLate(Exception):
    """The deadline of the client has passed."""


class Api:
    """A session with the service."""

    def __init__(self, url, key):
        self.session = requests.Session()
        self.session.auth = ("apikey", key)
        self.url = url + "/v1/acoustic_customizations"

    def create(self):
        body = {"name": "car", "base_model_name": "en-US_BroadbandModel"}
        return self._json(self.session.post(self.url, json=body))["customization_id"]

    def add_audio(self, model, name, audio):
        answer = self.session.post(
            f"{self.url}/{model}/audio/{name}", data=audio, headers={"Content-Type": "audio/flac"}
        )
        self._json(answer)

    def audio_status(self, model, name):
        return self._json(self.session.get(f"{self.url}/{model}/audio/{name}"))["status"]

    def train(self, model):
        self._json(self.session.post(f"{self.url}/{model}/train"))

    def status(self, model):
        return self._json(self.session.get(f"{self.url}/{model}"))["status"]

    @staticmethod
    def _json(answer):
        answer.raise_for_status()
        return answer.json()


def with_sleep(api, audio):
    model = api.create()
    api.add_audio(model, "a1", audio)
    while api.audio_status(model, "a1") == "being_processed":
        sleep(AUDIO_POLL_S)
    api.train(model)
    deadline = time.monotonic() + 24 * 3600
    while (status := api.status(model)) == "training":
        if time.monotonic() > deadline:
            raise TooLate
        time.sleep(TRAINING_POLL_S)
    return status


def with_utcnow(api, audio):
    model = api.create()
    api.add_audio(model, "a1", audio)
    while api.audio_status(model, "a1") == "being_processed":
        time.sleep(AUDIO_POLL_S)
    api.train(model)
    utc = datetime.UTC
    deadline = datetime.datetime.now(utc) + datetime.timedelta(days=1)
    while (status := api.status(model)) == "training":
        if datetime.datetime.now(utc) > deadline:
            raise TooLate
        time.sleep(TRAINING_POLL_S)
    return status


def with_asyncio(api, audio):
    async def poll(model):
        while (status := api.status(model)) == "training":
            await asyncio.sleep(TRAINING_POLL_S)
        return status

    async def main():
        model = api.create()
        api.add_audio(model, "a1", audio)
        while api.audio_status(model, "a1") == "being_processed":
            await asyncio.sleep(AUDIO_POLL_S)
        api.train(model)
        return await asyncio.wait_for(poll(model), 24 * 3600)

    return asyncio.run(main())


def with_threads(api, audio):
    statuses = queue.Queue()

    def poll(model):
        while (status := api.status(model)) == "training":
            time.sleep(TRAINING_POLL_S)
        statuses.put(status)

    model = api.create()
    api.add_audio(model, "a1", audio)
    done = threading.Event()

    def watch_audio():
        while api.audio_status(model, "a1") == "being_processed":
            time.sleep(AUDIO_POLL_S)
        done.set()

    threading.Thread(target=watch_audio).start()
    if not done.wait(timeout=3600):
        raise TooLate
    api.train(model)
    poller = threading.Thread(target=poll, args=(model,))
    poller.start()
    poller.join()
    return statuses.get(timeout=1)


def with_tenacity(api, audio):
    model = api.create()
    api.add_audio(model, "a1", audio)

    @tenacity.retry(retry=tenacity.retry_if_result(lambda s: s == "being_processed"), wait=tenacity.wait_fixed(5))
    def audio_status():
        return api.audio_status(model, "a1")

    @tenacity.retry(
        retry=tenacity.retry_if_result(lambda status: status == "training"),
        wait=tenacity.wait_fixed(TRAINING_POLL_S),
        stop=tenacity.stop_after_delay(24 * 3600),
    )
    def status():
        return api.status(model)

    audio_status()
    api.train(model)
    return status()


def with_an_executor(api, audio):
    """An executor whose workers are idle most of the time."""

    def poll(model):
        while (status := api.status(model)) == "training":
            time.sleep(TRAINING_POLL_S)
        return status

    with ThreadPoolExecutor(4) as pool:
        model = pool.submit(api.create).result(timeout=30)
        pool.submit(api.add_audio, model, "a1", audio).result(timeout=30)
        while pool.submit(api.audio_status, model, "a1").result() == "being_processed":
            time.sleep(AUDIO_POLL_S)
        pool.submit(api.train, model).result()
        return pool.submit(poll, model).result(timeout=24 * 3600)


ALL = (with_sleep, with_utcnow, with_asyncio, with_threads, with_tenacity, with_an_executor)
