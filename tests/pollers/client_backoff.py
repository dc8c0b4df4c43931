"""The same client with backoff."""

import backoff
import requests

AUDIO = {"Content-Type": "audio/flac"}


def customize(url, key, audio):
    session = requests.Session()
    session.auth = ("apikey", key)
    models = f"{url}/v1/acoustic_customizations"
    made = session.post(models, json={"name": "car", "base_model_name": "en-US_BroadbandModel"}).json()
    model = f"{models}/{made['customization_id']}"
    session.post(f"{model}/audio/a1", data=audio, headers=AUDIO).raise_for_status()
    _analysed(session, model)
    session.post(f"{model}/train").raise_for_status()
    return _trained(session, model)


@backoff.on_predicate(backoff.constant, lambda status: status == "being_processed", interval=5, jitter=None)
def _analysed(session, model):
    return session.get(f"{model}/audio/a1").json()["status"]


@backoff.on_predicate(
    backoff.constant, lambda status: status == "training", interval=60, jitter=None, max_time=24 * 3600
)
def _trained(session, model):
    return session.get(model).json()["status"]
