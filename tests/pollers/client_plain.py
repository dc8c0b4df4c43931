"""A client as its user writes it: it polls and sleeps, with a deadline. It knows nothing of fakes."""

import time
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
    while session.get(f"{model}/audio/a1").json()["status"] == "being_processed":
        sleep(5)
    session.post(f"{model}/train").raise_for_status()
    deadline = time.monotonic() + 24 * 3600
    while (status := session.get(model).json()["status"]) == "training":
        if time.monotonic() > deadline:
            raise TimeoutError("training takes more than a day")
        time.sleep(60)
    return status
