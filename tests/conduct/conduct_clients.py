"""For each rule, clients that break it and clients that come near it and keep it. Each does one thing wrong at most."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from email.utils import formatdate
from threading import Thread

import pytest
import requests
from conduct_rig import AUDIO, BASE, Client
from ibm_cloud_sdk_core.authenticators import BasicAuthenticator
from ibm_watson import ApiException, SpeechToTextV1
from requests.adapters import HTTPAdapter
from urllib3.util.retry import Retry

from fakestt import FakeSTT

Run = Callable[[FakeSTT, Client], object]
BREAKS: dict[str, list[Run]] = {}
KEEPS: dict[str, list[Run]] = {}


def breaks(rule: str) -> Callable[[Run], Run]:
    def note(run: Run) -> Run:
        BREAKS.setdefault(rule, []).append(run)
        return run

    return note


def keeps(rule: str) -> Callable[[Run], Run]:
    def note(run: Run) -> Run:
        KEEPS.setdefault(rule, []).append(run)
        return run

    return note


def ready(stt: FakeSTT) -> str:
    return stt.acoustic_models.add(status="ready").id


# polling


@breaks("polling")
def training_every_ten_seconds(stt: FakeSTT, client: Client) -> None:
    client.trained(every_s=10)


@breaks("polling")
def audio_ten_times_a_second(stt: FakeSTT, client: Client) -> None:
    model = stt.acoustic_models.add().id
    client.add(model)
    client.wait(model, "ok", every_s=0.1, audio="one")


@breaks("polling")
def a_back_off_that_stops_at_eight_seconds(stt: FakeSTT, client: Client) -> None:
    model = ready(stt)
    client.train(model)
    for tries in itertools.count():
        if client.status(model) == "available":
            return
        time.sleep(min(2**tries, 8))


@breaks("polling")
def an_upgrade_by_the_sdk_every_five_seconds(stt: FakeSTT, client: Client) -> None:
    model = stt.acoustic_models.add(status="available")
    stt.base_models.publish(BASE, f"{BASE}.v2018-07-31")
    sdk = stt.client()
    sdk.upgrade_acoustic_model(model.id)
    while sdk.get_acoustic_model(model.id).get_result()["status"] == "upgrading":
        time.sleep(5)


def language_model_trained(stt: FakeSTT, every_s: float) -> None:
    model = stt.language_models.add(status="ready")
    sdk = stt.client()
    sdk.train_language_model(model.id)
    while sdk.get_language_model(model.id).get_result()["status"] == "training":
        time.sleep(every_s)


@breaks("polling")
def a_language_model_every_five_seconds(stt: FakeSTT, client: Client) -> None:
    stt.script.training(takes="2m")
    language_model_trained(stt, every_s=5)


@keeps("polling")
def a_language_model_every_ten_seconds(stt: FakeSTT, client: Client) -> None:
    stt.script.training(takes="2m")
    language_model_trained(stt, every_s=10)


@keeps("polling_on")
def a_language_model_until_it_is_trained(stt: FakeSTT, client: Client) -> None:
    stt.script.training(takes="2m")
    language_model_trained(stt, every_s=10)


@breaks("polling")
def a_loop_that_forgot_to_sleep(stt: FakeSTT, client: Client) -> None:
    model = stt.acoustic_models.add(status="training").id
    for _ in range(30):
        client.status(model)


@keeps("polling")
def as_documented(stt: FakeSTT, client: Client) -> None:
    client.trained(every_s=60)


@keeps("polling")
def a_back_off_up_to_a_minute(stt: FakeSTT, client: Client) -> None:
    model = ready(stt)
    client.train(model)
    for tries in itertools.count():
        if client.status(model) == "available":
            return
        time.sleep(min(2**tries, 60))


@keeps("polling")
def a_minute_with_some_noise(stt: FakeSTT, client: Client) -> None:
    model = ready(stt)
    client.train(model)
    for wait_s in itertools.cycle([60, 48, 47, 46, 70]):
        if client.status(model) == "available":
            return
        time.sleep(wait_s)


@keeps("polling")
def a_look_before_the_loop_and_several_in_each_round(stt: FakeSTT, client: Client) -> None:
    model = ready(stt)
    client.train(model)
    time.sleep(1)
    client.status(model)
    time.sleep(1)
    for _ in range(10):
        for _ in "name", "status", "versions":
            client.status(model)
        time.sleep(60)


@keeps("polling")
def a_poll_is_tried_again_when_it_fails(stt: FakeSTT, client: Client) -> None:
    model = ready(stt)
    client.train(model)
    stt.faults.on("getAcousticModel", nth=2, times=3).fail(503)
    for _ in range(10):
        while client.http.get(f"{client.models}/{model}").status_code != 200:
            time.sleep(1)
        time.sleep(60)


@keeps("polling")
def the_audio_every_second(stt: FakeSTT, client: Client) -> None:
    model = stt.acoustic_models.add().id
    client.add(model)
    client.wait(model, "ok", every_s=1, audio="one")


def watched_by_three_threads(client: Client, model: str, more: int) -> None:
    def watch(number: int) -> None:
        time.sleep(20 * number)
        client.wait(model, "available", every_s=60)
        for _ in range(more):
            client.status(model)

    threads = [Thread(target=watch, args=(number,)) for number in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


@keeps("polling")
def three_threads_watch_the_same_model(stt: FakeSTT, client: Client) -> None:
    model = ready(stt)
    client.train(model)
    watched_by_three_threads(client, model, 0)


# polling_on


@breaks("polling_on")
def the_wrong_status_is_waited_for(stt: FakeSTT, client: Client) -> None:
    model = stt.acoustic_models.add().id
    client.add(model)
    client.wait(model, "available", every_s=5, most=20)  # nobody has trained it


@breaks("polling_on")
def a_failure_is_not_known(stt: FakeSTT, client: Client) -> None:
    model = ready(stt)
    stt.script.training(fails="no speech")
    client.listing(model)
    client.train(model)
    client.wait(model, "available", every_s=60, most=100)


@breaks("polling_on")
def invalid_audio_is_waited_for(stt: FakeSTT, client: Client) -> None:
    model = stt.acoustic_models.add().id
    client.add(model, data=b"no audio at all")
    client.wait(model, "ok", every_s=2, audio="one", most=20)


@keeps("polling_on")
def two_looks_at_what_has_come_out(stt: FakeSTT, client: Client) -> None:
    model = client.trained()
    client.status(model)
    client.status(model)


@keeps("polling_on")
def all_files_are_read_until_the_last_is_done(stt: FakeSTT, client: Client) -> None:
    model = stt.acoustic_models.add().id
    stt.script.analysis("two", takes="2m")
    for name in ("one", "two"):
        client.add(model, name)
        client.wait(model, "ok", every_s=60, audio=name, most=1)
    while "being_processed" in [client.status(model, name) for name in ("one", "two")]:
        time.sleep(5)


@keeps("polling_on")
def three_threads_look_at_what_has_come_out(stt: FakeSTT, client: Client) -> None:
    model = ready(stt)
    client.train(model)
    watched_by_three_threads(client, model, 2)


@keeps("polling_on")
def an_eye_on_a_model_once_an_hour(stt: FakeSTT, client: Client) -> None:
    model = client.trained()
    for _ in range(24):
        client.status(model)
        time.sleep(3600)


@keeps("polling_on")
def a_model_is_trained_again_and_again(stt: FakeSTT, client: Client) -> None:
    model = client.trained()
    for name in ("two", "three", "four", "five"):
        client.add(model, name)
        client.wait(model, "ready", every_s=5)
        client.train(model)
        client.wait(model, "available", every_s=60)


@keeps("polling_on")
def a_training_that_is_over_before_the_next_look(stt: FakeSTT, client: Client) -> None:
    stt.script.training(takes="30s")
    model = client.trained()
    for name in ("two", "three", "four", "five", "six"):
        client.add(model, name)
        time.sleep(20)
        client.train(model)
        time.sleep(60)
        client.status(model)


# retry_after


@breaks("retry_after")
def tried_again_after_a_second(stt: FakeSTT, client: Client) -> None:
    model = ready(stt)
    stt.faults.on("trainAcousticModel", times=1).fail(429, retry_after=30)
    while client.train(model).status_code == 429:
        time.sleep(1)


@breaks("retry_after")
def the_date_is_not_read(stt: FakeSTT, client: Client) -> None:
    date = formatdate(stt.clock.now() + 120, usegmt=True)
    stt.faults.on("listAcousticModels", times=1).fail(503, retry_after=date)
    while client.http.get(client.models).status_code == 503:
        time.sleep(10)


@breaks("retry_after")
def a_token_is_asked_for_at_once(stt: FakeSTT, client: Client) -> None:
    stt.faults.on("getToken", times=1).fail(503, retry_after=10)
    for _ in range(2):
        requests.post(
            f"{stt.auth_url}/identity/token",
            {"grant_type": "urn:ibm:params:oauth:grant-type:apikey", "apikey": stt.api_key},
        )


@keeps("retry_after")
def urllib3_waits_as_it_is_told(stt: FakeSTT, client: Client) -> None:
    client.http.mount("https://", HTTPAdapter(max_retries=Retry(total=3, status_forcelist=[503])))
    stt.faults.on("listAcousticModels", times=2).fail(503, retry_after=30)
    assert client.http.get(client.models).status_code == 200


@keeps("retry_after")
def the_sdk_waits_as_it_is_told(stt: FakeSTT, client: Client) -> None:
    sdk = stt.client()
    sdk.enable_retries()
    stt.faults.on("listAcousticModels", times=1).fail(429, retry_after=30)
    sdk.list_acoustic_models()


@keeps("retry_after")
def the_date_is_read(stt: FakeSTT, client: Client) -> None:
    date = formatdate(stt.clock.now() + 120, usegmt=True)
    stt.faults.on("listAcousticModels", times=1).fail(503, retry_after=date)
    client.http.get(client.models)
    time.sleep(120)
    client.http.get(client.models)


@keeps("retry_after")
def something_else_is_asked_meanwhile(stt: FakeSTT, client: Client) -> None:
    stt.faults.on("listAcousticModels", times=1).fail(503, retry_after=30)
    client.http.get(client.models)
    client.http.get(f"{stt.url}/v1/models")


@keeps("retry_after")
def an_instant_that_is_past(stt: FakeSTT, client: Client) -> None:
    stt.faults.on("listAcousticModels", times=1).fail(503, retry_after="Wed, 21 Oct 2015 07:28:00 GMT")
    for _ in range(2):
        client.http.get(client.models)


# blind_repeat


def repeated(send: Callable[[], object]) -> None:
    for _ in range(2):
        with suppress(requests.ConnectionError, requests.ReadTimeout):
            send()
            return


@breaks("blind_repeat")
def an_uploader_that_tries_again(stt: FakeSTT, client: Client) -> None:
    model = stt.acoustic_models.add().id
    stt.faults.on("addAudio", times=1).lose_reply()
    repeated(lambda: client.add(model))


@breaks("blind_repeat")
def a_training_whose_answer_was_late(stt: FakeSTT, client: Client) -> None:
    model = ready(stt)
    stt.faults.on("trainAcousticModel", times=1).slow("2m")
    repeated(lambda: client.http.post(f"{client.models}/{model}/train", timeout=30))


@breaks("blind_repeat")
def a_request_that_was_lost_itself(stt: FakeSTT, client: Client) -> None:
    stt.faults.on("createAcousticModel", times=1).lose_request()
    with suppress(requests.ConnectionError):
        client.create()
    client.delete(client.create())


@breaks("blind_repeat")
def the_sdk_s_own_retries(stt: FakeSTT, client: Client) -> None:
    model = stt.acoustic_models.add().id
    sdk = stt.client()
    sdk.enable_retries()
    stt.faults.on("addAudio", times=1).lose_reply()
    with suppress(ApiException):
        sdk.add_audio(model, "one", AUDIO, content_type="audio/flac")


@keeps("blind_repeat")
def the_models_are_listed_first(stt: FakeSTT, client: Client) -> None:
    stt.faults.on("createAcousticModel", times=1).lose_request()
    with suppress(requests.ConnectionError):
        client.create()
    if not client.http.get(client.models).json()["customizations"]:
        client.delete(client.create())


@keeps("blind_repeat")
def audio_that_may_take_its_own_place(stt: FakeSTT, client: Client) -> None:
    model = stt.acoustic_models.add().id
    stt.faults.on("addAudio", times=1).lose_reply()
    repeated(lambda: client.add(model, allow_overwrite="true"))


@keeps("blind_repeat")
def another_file_is_sent_after_the_lost_one(stt: FakeSTT, client: Client) -> None:
    model = stt.acoustic_models.add().id
    stt.faults.on("addAudio", times=1).lose_reply()
    for name in ("one", "two"):
        with suppress(requests.ConnectionError):
            client.add(model, name)


@keeps("blind_repeat")
def a_503_is_an_answer(stt: FakeSTT, client: Client) -> None:
    model = ready(stt)
    stt.faults.on("trainAcousticModel", times=1).fail(503)
    for _ in range(2):
        client.train(model)


@keeps("blind_repeat")
def a_read_may_be_repeated(stt: FakeSTT, client: Client) -> None:
    stt.faults.on("listAcousticModels", times=1).lose_reply()
    repeated(lambda: client.http.get(client.models))


@keeps("blind_repeat")
def the_answer_was_slow_and_came(stt: FakeSTT, client: Client) -> None:
    model = ready(stt)
    stt.faults.on("trainAcousticModel", times=1).slow("20s")
    client.train(model)
    time.sleep(60)
    client.train(model)


# busy


@breaks("busy")
def trains_until_it_may(stt: FakeSTT, client: Client) -> None:
    model = stt.acoustic_models.add().id
    client.add(model)
    for _ in range(20):
        client.train(model)


@breaks("busy")
def adds_until_it_may(stt: FakeSTT, client: Client) -> None:
    model = stt.acoustic_models.add(status="training").id
    for _ in range(3):
        client.add(model)


@keeps("busy")
def tries_again_after_some_seconds(stt: FakeSTT, client: Client) -> None:
    model = stt.acoustic_models.add().id
    client.add(model)
    while client.train(model).status_code == 409:
        time.sleep(5)


@keeps("busy")
def looks_whether_it_is_free(stt: FakeSTT, client: Client) -> None:
    model = stt.acoustic_models.add().id
    client.add(model)
    client.wait(model, "ready", every_s=5)
    stt.faults.on("trainAcousticModel", times=1).fail(409)  # as if somebody else had been quicker
    client.train(model)
    client.wait(model, "ready", every_s=5)
    client.train(model)


@keeps("busy")
def three_files_at_the_same_time(stt: FakeSTT, client: Client) -> None:
    model = stt.acoustic_models.add().id
    for name in ("one", "two", "three"):
        client.add(model, name)


# unread_failure


@breaks("unread_failure")
def a_failure_is_told_and_not_explained(stt: FakeSTT, client: Client) -> None:
    model = ready(stt)
    stt.script.training(fails="no speech")
    client.train(model)
    client.wait(model, "available", "failed", every_s=60)


@keeps("unread_failure")
def the_audio_is_listed_then(stt: FakeSTT, client: Client) -> None:
    a_failure_is_told_and_not_explained(stt, client)
    client.listing(stt.journal.last("trainAcousticModel").call.values["customization_id"])  # type: ignore[union-attr]


@keeps("unread_failure")
def every_file_was_read_before(stt: FakeSTT, client: Client) -> None:
    stt.script.training(fails="no speech")
    model = client.trained()
    client.delete(model)


@keeps("unread_failure")
def somebody_else_s_failure_is_seen(stt: FakeSTT, client: Client) -> None:
    client.status(stt.acoustic_models.add(status="failed").id)


# leftovers


@breaks("leftovers")
def given_up_before_the_training(stt: FakeSTT, client: Client) -> None:
    client.add(client.create(), data=b"no audio")


@breaks("leftovers")
def two_models_after_a_lost_answer(stt: FakeSTT, client: Client) -> None:
    stt.faults.on("createAcousticModel", times=1).lose_reply()
    with suppress(requests.ConnectionError):
        client.create()
    client.http.get(client.models)
    client.trained()


@keeps("leftovers")
def the_trained_model_is_what_it_was_for(stt: FakeSTT, client: Client) -> None:
    client.trained()


@keeps("leftovers")
def a_training_is_under_way(stt: FakeSTT, client: Client) -> None:
    model = client.create()
    client.add(model)
    client.wait(model, "ready", every_s=5)
    client.train(model)


@keeps("leftovers")
def deleted_on_the_way_out(stt: FakeSTT, client: Client) -> None:
    model = client.create()
    try:
        client.add(model, data=b"no audio")
        client.wait(model, "ok", "invalid", every_s=5, audio="one")
    finally:
        client.delete(model)


@keeps("leftovers")
def what_a_test_places_is_nobody_s(stt: FakeSTT, client: Client) -> None:
    for status in ("pending", "ready", "failed"):
        stt.acoustic_models.add(status=status)
    client.http.get(client.models)


# unknown_names


@breaks("unknown_names")
def a_misspelt_parameter(stt: FakeSTT, client: Client) -> None:
    client.http.get(client.models, params={"langauge": "en-US"})


@breaks("unknown_names")
def a_field_of_another_service(stt: FakeSTT, client: Client) -> None:
    body = {"name": "car", "base_model_name": BASE, "dialect": "en-US"}
    client.delete(client.http.post(client.models, json=body).json()["customization_id"])


@keeps("unknown_names")
def all_parameters_that_there_are(stt: FakeSTT, client: Client) -> None:
    client.http.get(client.models, params={"language": "en-US"})
    body = {"name": "car", "base_model_name": BASE, "description": "noisy"}
    client.delete(client.http.post(client.models, json=body).json()["customization_id"])


@keeps("unknown_names")
def a_path_that_there_is_not(stt: FakeSTT, client: Client) -> None:
    client.http.get(f"{stt.url}/v1/nothing?x=1")


@keeps("unknown_names")
def a_token_is_asked_for_with_more_than_is_known_here(stt: FakeSTT, client: Client) -> None:
    form = {"grant_type": "urn:ibm:params:oauth:grant-type:apikey", "apikey": stt.api_key, "cloud_iam": "none"}
    requests.post(f"{stt.auth_url}/identity/token?x=1", form)


# limits


@breaks("limits")
def nine_minutes(stt: FakeSTT, client: Client) -> None:
    client.train(stt.acoustic_models.add(status="ready", minutes_of_audio=9).id)


@breaks("limits")
def a_name_of_200_characters(stt: FakeSTT, client: Client) -> None:
    client.add(stt.acoustic_models.add().id, "n" * 200)


@keeps("limits")
def exactly_ten_minutes(stt: FakeSTT, client: Client) -> None:
    client.train(stt.acoustic_models.add(status="ready", minutes_of_audio=10).id)


@keeps("limits")
def refused_for_another_reason(stt: FakeSTT, client: Client) -> None:
    client.train(stt.acoustic_models.add(status="ready", invalid_audio=1).id)


# plain_http


@breaks("plain_http")
def the_url_begins_with_http(stt: FakeSTT, client: Client) -> None:
    client.http.get(client.models.replace("https:", "http:"))


@breaks("plain_http")
def so_does_that_of_the_tokens(stt: FakeSTT, client: Client) -> None:
    requests.post(
        f"{stt.auth_url}/identity/token".replace("https:", "http:"),
        {"grant_type": "urn:ibm:params:oauth:grant-type:apikey", "apikey": stt.api_key},
    )


@breaks("plain_http")
def the_sdk_is_told_so(stt: FakeSTT, client: Client) -> None:
    sdk = SpeechToTextV1(authenticator=BasicAuthenticator("apikey", stt.api_key))
    sdk.set_service_url(stt.url.replace("https:", "http:"))
    sdk.list_acoustic_models()


@keeps("plain_http")
def plain_http_without_credentials(stt: FakeSTT, client: Client) -> None:
    requests.get(client.models.replace("https:", "http:"))


@keeps("plain_http")
def a_server_on_loopback(stt: FakeSTT, client: Client) -> None:
    with stt.serve() as server:
        answer = client.http.get(f"{server.url}/v1/acoustic_customizations")
        assert answer.status_code == 200


def cases(runs: Mapping[str, list[Run]]) -> list[object]:
    return [pytest.param(rule, run, id=run.__name__) for rule, some in runs.items() for run in some]
