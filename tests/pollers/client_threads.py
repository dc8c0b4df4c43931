"""The same client with a thread that polls, and a main thread that waits for it."""

import queue
import threading
from threading import Thread
from time import sleep

import requests

AUDIO = {"Content-Type": "audio/flac"}


def customize(url, key, audio):
    session = requests.Session()
    session.auth = ("apikey", key)
    models = f"{url}/v1/acoustic_customizations"
    made = session.post(models, json={"name": "car", "base_model_name": "en-US_BroadbandModel"}).json()
    model = f"{models}/{made['customization_id']}"
    session.post(f"{model}/audio/a1", data=audio, headers=AUDIO).raise_for_status()
    analysed, statuses = threading.Event(), queue.Queue()
    watcher = Thread(target=_watch_audio, args=(session, model, analysed))
    watcher.start()
    if not analysed.wait(timeout=3600):
        raise TimeoutError("analysis takes more than an hour")
    session.post(f"{model}/train").raise_for_status()
    poller = threading.Thread(target=_poll, args=(session, model, statuses))
    poller.start()
    while (status := statuses.get(timeout=24 * 3600)) == "training":
        pass
    poller.join()
    watcher.join()
    return status


def _watch_audio(session, model, analysed):
    while session.get(f"{model}/audio/a1").json()["status"] == "being_processed":
        sleep(5)
    analysed.set()


def _poll(session, model, statuses):
    status = "training"
    while status == "training":
        status = session.get(model).json()["status"]
        statuses.put(status)
        if status == "training":
            sleep(60)
