"""The same client with tenacity."""

import requests
from tenacity import retry, retry_if_result, stop_after_delay, wait_fixed

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


@retry(retry=retry_if_result(lambda status: status == "being_processed"), wait=wait_fixed(5))
def _analysed(session, model):
    return session.get(f"{model}/audio/a1").json()["status"]


@retry(
    retry=retry_if_result(lambda status: status == "training"), wait=wait_fixed(60), stop=stop_after_delay(24 * 3600)
)
def _trained(session, model):
    return session.get(model).json()["status"]
