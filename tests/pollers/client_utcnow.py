"""A client whose deadline is a date, read in the way that Python 3.12 warns of."""

from datetime import datetime, timedelta
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
    deadline = datetime.utcnow() + timedelta(days=1)  # noqa: DTZ003  # as many still do
    while (status := session.get(model).json()["status"]) == "training":
        if datetime.utcnow() > deadline:  # noqa: DTZ003
            raise TimeoutError("training takes more than a day")
        sleep(60)
    return status
