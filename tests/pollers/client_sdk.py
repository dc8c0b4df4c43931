"""The same client with the vendor's SDK, its retries switched on."""

from time import monotonic, sleep

from ibm_cloud_sdk_core.authenticators import BasicAuthenticator
from ibm_watson import SpeechToTextV1


def customize(url, key, audio):
    service = SpeechToTextV1(authenticator=BasicAuthenticator("apikey", key))
    service.set_service_url(url)
    service.enable_retries(max_retries=8, retry_interval=5)
    model = service.create_acoustic_model("car", "en-US_BroadbandModel").get_result()["customization_id"]
    service.add_audio(model, "a1", audio, content_type="audio/flac")
    while service.get_audio(model, "a1").get_result()["status"] == "being_processed":
        sleep(5)
    service.train_acoustic_model(model)
    deadline = monotonic() + 24 * 3600
    while (status := service.get_acoustic_model(model).get_result()["status"]) == "training":
        if monotonic() > deadline:
            raise TimeoutError("training takes more than a day")
        sleep(60)
    return status
