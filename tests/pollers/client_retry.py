"""The same client with retries of urllib3's: it bears a service that is away for a while."""

import time

import requests
from requests.adapters import HTTPAdapter
from urllib3.util.retry import Retry

AUDIO = {"Content-Type": "audio/flac"}
RETRY = Retry(total=8, status_forcelist=[429, 500, 502, 503, 504], backoff_factor=1, allowed_methods=None)


def customize(url, key, audio):
    session = requests.Session()
    session.auth = ("apikey", key)
    session.mount("https://", HTTPAdapter(max_retries=RETRY))
    models = f"{url}/v1/acoustic_customizations"
    made = session.post(models, json={"name": "car", "base_model_name": "en-US_BroadbandModel"}).json()
    model = f"{models}/{made['customization_id']}"
    session.post(f"{model}/audio/a1", data=audio, headers=AUDIO).raise_for_status()
    while session.get(f"{model}/audio/a1").json()["status"] == "being_processed":
        time.sleep(5)
    session.post(f"{model}/train").raise_for_status()
    while (status := session.get(model).json()["status"]) == "training":
        time.sleep(60)
    return status
