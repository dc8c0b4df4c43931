# ruff: noqa: T201  # printing is what it is for
"""Drives the whole lives of models with whichever generation of the vendor's SDK is installed, and says what it did.

Run by `tests/long_run.sh old-clients`, in an environment for each generation, against the installed package; the SDK
is unchanged, and reaches the fake by its own default URLs. Plain asserts: the environment need not have pytest.
`check_fixture.py`, beside this, does the same through the plugin's fixture.

Three generations differ in how a client is made, and in the names of an error's parts:

    watson-developer-cloud 2   SpeechToTextV1(username=, password=) or (iam_apikey=); WatsonApiException.code
    ibm-watson 3               the same, and (icp4d_url=); ApiException.code
    ibm-watson 4 and later     SpeechToTextV1(authenticator=); ApiException.code, of late .status_code
"""

from __future__ import annotations

import io
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import requests
from installed import (
    HAS_AUTHENTICATORS,
    HAS_CP4D,
    HAS_PASSWORDS,
    HAS_RETRIES,
    HAS_STRICT,
    KEEPS_REFRESH_TOKEN,
    SDK,
    parse,
    raised,
    refused,
    sdk,
)
from language import words

from fakestt import FakeSTT
from fakestt.media import forge

BASE = "en-US_BroadbandModel"
NEWER = f"{BASE}.v2018-07-31"
CP4D = "https://cpd.example.com"
NOBODY = "8391f918-3b76-e109-763c-b7732fae4829"


# Clients, as their users make them


def basic(key: str, url: str | None = None) -> Any:
    """A user and a password: from 2019 on `apikey` and the key, before that whatever the instance's credentials said.

    Old SDKs trade `apikey` and a key for a token, unless the key begins as one of a private cloud does.
    """
    user = "apikey" if HAS_AUTHENTICATORS or key.startswith("icp-") else "instance-name"
    if HAS_PASSWORDS:
        return sdk.SpeechToTextV1(username=user, password=key, **({} if url is None else {"url": url}))
    from ibm_cloud_sdk_core.authenticators import BasicAuthenticator

    return _at(sdk.SpeechToTextV1(authenticator=BasicAuthenticator(user, key)), url)


def iam(key: str, url: str | None = None) -> Any:
    if HAS_PASSWORDS:
        return sdk.SpeechToTextV1(iam_apikey=key, **({} if url is None else {"url": url}))
    from ibm_cloud_sdk_core.authenticators import IAMAuthenticator

    return _at(sdk.SpeechToTextV1(authenticator=IAMAuthenticator(key)), url)


def bearer(token: str, url: str | None = None) -> Any:
    """A token that the user got elsewhere."""
    if HAS_PASSWORDS:
        return sdk.SpeechToTextV1(iam_access_token=token, **({} if url is None else {"url": url}))
    from ibm_cloud_sdk_core.authenticators import BearerTokenAuthenticator

    return _at(sdk.SpeechToTextV1(authenticator=BearerTokenAuthenticator(token)), url)


def cp4d(key: str, url: str | None = None) -> Any:
    if HAS_PASSWORDS:
        return sdk.SpeechToTextV1(
            username="kim", password=key, url=url or CP4D, icp4d_url=CP4D, authentication_type="icp4d"
        )
    from ibm_cloud_sdk_core.authenticators import CloudPakForDataAuthenticator

    return _at(sdk.SpeechToTextV1(authenticator=CloudPakForDataAuthenticator("kim", key, CP4D)), url or CP4D)


def by_environment(key: str) -> Any:
    """Nothing in code: the variables of the cloud's runtime, which all generations read."""
    where = {"apikey": key, "url": "https://stream.watsonplatform.net/speech-to-text/api"}
    services = {"speech_to_text": [{"name": "speech_to_text", "credentials": where}]}
    with _variables(VCAP_SERVICES=json.dumps(services)):
        return sdk.SpeechToTextV1()


def by_credentials_file(key: str) -> Any:
    """Nothing in code: the file that the vendor's console offers to download."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "ibm-credentials.env")
        file.write_text(f"SPEECH_TO_TEXT_APIKEY={key}\n", encoding="utf-8")
        with _variables(IBM_CREDENTIALS_FILE=str(file)):
            return sdk.SpeechToTextV1()


def _at(client: Any, url: str | None) -> Any:
    if url is not None:
        client.set_service_url(url)
    return client


@contextmanager
def _variables(**values: str) -> Iterator[None]:
    before = dict(os.environ)
    os.environ.update(values)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


# What is asked of each of them


def life(stt: FakeSTT, client: Any) -> str:
    """Create, fill, train, upgrade, reset and delete a model; every answer is looked at. Returns what was seen."""
    made = client.create_acoustic_model("Büro 東京", BASE, description="noisy ✓")
    assert made.get_status_code() == 201, made
    assert made.get_headers()["Content-Type"] == "application/json"
    model_id = made.get_result()["customization_id"]
    shown = client.get_acoustic_model(model_id).get_result()
    assert (shown["name"], shown["description"]) == ("Büro 東京", "noisy ✓")
    assert client.list_acoustic_models().get_result() == {"customizations": [shown]}
    assert client.list_acoustic_models(language="ja-JP").get_result() == {"customizations": []}
    seen = [shown["status"]]

    def look(at: str | None = None) -> None:
        seen.append(client.get_acoustic_model(model_id).get_result()["status"])
        assert at is None or seen[-1] == at, seen

    # Bytes, then a file that is read in pieces, under a name that must be percent-encoded.
    added = client.add_audio(model_id, "one.wav", forge.wav(120), content_type="audio/wav")
    assert (added.get_status_code(), added.get_result()) == (201, {})
    look("pending")
    if stt.edition.limits.one_upload_at_a_time:
        refused(409, lambda: client.add_audio(model_id, "two", forge.wav(3), content_type="audio/wav"), "locked")
    stt.clock.advance_to_next()
    look("ready")
    refused(400, lambda: client.train_acoustic_model(model_id), "audio duration must be between")
    with tempfile.TemporaryFile() as file:
        file.write(forge.zip_of({"a.wav": forge.wav(300), "b.wav": forge.wav(360)}))
        file.seek(0)
        client.add_audio(
            model_id, "both+ä.zip", file, content_type="application/zip", contained_content_type="audio/wav"
        )
    stt.clock.advance_to_next()

    audio = client.get_audio(model_id, "one.wav").get_result()
    assert (audio["status"], audio["duration"], audio["details"]["codec"]) == ("ok", 120, "pcm_s16le"), audio
    archive = client.get_audio(model_id, "both+ä.zip").get_result()
    assert (archive["container"]["status"], archive["container"]["duration"]) == ("ok", 660), archive
    assert [one["name"] for one in archive["audio"]] == ["a.wav", "b.wav"]
    listed = client.list_audio(model_id).get_result()
    assert listed["total_minutes_of_audio"] == 13
    assert [one["name"] for one in listed["audio"]] == ["one.wav", "both+ä.zip"], listed

    again = io.BytesIO(forge.wav(180))
    refused(400, lambda: client.add_audio(model_id, "one.wav", again, content_type="audio/wav"), "already exists")
    again.seek(0)
    client.add_audio(model_id, "one.wav", again, content_type="audio/wav", allow_overwrite=True)
    stt.clock.advance_to_next()
    assert client.get_audio(model_id, "one.wav").get_result()["duration"] == 180
    client.add_audio(model_id, "three", forge.flac(3), content_type="audio/flac")
    stt.clock.advance_to_next()
    assert client.delete_audio(model_id, "three").get_status_code() == 200
    refused(400, lambda: client.get_audio(model_id, "three"))

    assert client.train_acoustic_model(model_id, **({"strict": True} if HAS_STRICT else {})).get_status_code() == 200
    refused(409, lambda: client.delete_acoustic_model(model_id), "locked")
    polls = 0
    while seen[-1] != "available":
        polls += 1
        assert polls < 60, seen
        look()
        stt.clock.advance("5m")
    assert "training" in seen
    stt.base_models.publish(BASE, NEWER)
    client.upgrade_acoustic_model(model_id, force=False)
    look("upgrading")
    stt.clock.advance("1d")
    look("available")
    versions = client.get_acoustic_model(model_id).get_result()["versions"]
    assert [one == NEWER for one in versions] == [False, True], versions
    _models_of_the_sdk(client, model_id)

    assert client.reset_acoustic_model(model_id).get_status_code() == 200
    look("pending")
    assert client.list_audio(model_id).get_result() == {"total_minutes_of_audio": 0.0, "audio": []}
    headers = {"X-Watson-Metadata": "customer_id=one"}
    client.add_audio(model_id, "personal", forge.wav(3), content_type="audio/wav", headers=headers)
    stt.clock.advance_to_next()
    assert client.delete_user_data("one").get_status_code() == 200
    assert client.list_audio(model_id).get_result()["audio"] == []
    gone = client.delete_acoustic_model(model_id)
    assert (gone.get_status_code(), gone.get_result()) == (200, {})
    refused(401, lambda: client.get_acoustic_model(model_id))
    assert len(stt.acoustic_models) == 0
    return " > ".join(one for at, one in enumerate(seen) if at == 0 or seen[at - 1] != one)


def refusals(stt: FakeSTT, client: Any) -> None:
    """The service's errors are the SDK's own exceptions, with code, text and transaction id."""
    unknown = refused(404, lambda: client.get_model("xx-XX_BroadbandModel"), "not found")
    assert unknown.http_response.json()["code_description"] if hasattr(unknown, "http_response") else unknown.info
    transaction = getattr(unknown, "global_transaction_id", None) or getattr(unknown, "globalTransactionId", None)
    assert transaction
    assert transaction in str(unknown)
    refused(400, lambda: client.get_acoustic_model("no-guid"), "Malformed GUID")
    refused(401, lambda: client.delete_acoustic_model(NOBODY))
    training = stt.acoustic_models.add(status="training").id
    refused(409, lambda: client.reset_acoustic_model(training), "locked")
    stt.faults.on("listModels", nth=1).fail(503)
    refused(503, client.list_models)
    assert client.list_models().get_status_code() == 200
    stt.faults.on("listModels", nth=1).fail(502, body="<html>Bad Gateway</html>", content_type="text/html")
    refused(502, client.list_models)


def breaks(stt: FakeSTT, client: Any) -> None:
    """What goes wrong on the way is requests' own error, and the work is done or not as it was said."""
    stt.faults.on("createAcousticModel", nth=1).lose_reply()
    raised(requests.ConnectionError, lambda: client.create_acoustic_model("car", BASE))
    assert [model.name for model in stt.acoustic_models] == ["car"]
    stt.faults.on("createAcousticModel", nth=1).reset()
    raised(requests.ConnectionError, lambda: client.create_acoustic_model("train", BASE))
    assert [model.name for model in stt.acoustic_models] == ["car"]
    client.set_http_config({"timeout": 5})
    began_s = stt.clock.now()
    stt.faults.on("listAcousticModels", nth=1).slow("30s")
    raised(requests.ReadTimeout, client.list_acoustic_models)
    assert stt.clock.now() - began_s == 5
    assert len(client.list_acoustic_models().get_result()["customizations"]) == 1
    if HAS_RETRIES:
        client.enable_retries(max_retries=2)
        stt.faults.on("listModels", times=2).fail(503, retry_after=0)
        assert client.list_models().get_status_code() == 200
        client.disable_retries()


def credentials(stt: FakeSTT) -> None:
    """A wrong key and a reader's: refused by the service, or by the tokens' own."""
    stt.auth.revoke("wrong")
    refused(401, basic("wrong").list_models)
    refused(400, iam("wrong").list_models, "API key could not be found")
    reader = stt.auth.add_key(role="reader")
    assert iam(reader).list_acoustic_models().get_status_code() == 200
    refused(403, lambda: iam(reader).create_acoustic_model("car", BASE), "Forbidden")


def tokens(stt: FakeSTT) -> None:
    """A token is asked for once, is refused when it has expired, and got anew."""
    client = iam("a key of the cloud")
    before = stt.journal.count("getToken")
    for _ in range(3):
        client.list_models()
    assert stt.journal.count("getToken") - before == 1
    stt.auth.expire_tokens()
    refused(401, client.list_models)
    manager = client.authenticator.token_manager if HAS_AUTHENTICATORS else client.token_manager
    if KEEPS_REFRESH_TOKEN:
        assert manager.token_info["refresh_token"] != "not_supported"
        manager.token_info["expiration"] = int(time.time())
    else:
        manager.expire_time = 0
    client.list_models()
    assert stt.journal.count("getToken") - before == 2


def _models_of_the_sdk(client: Any, model_id: str) -> None:
    parse(
        {
            "AcousticModel": lambda: client.get_acoustic_model(model_id),
            "AcousticModels": client.list_acoustic_models,
            "AudioListing": lambda: client.get_audio(model_id, "both+ä.zip"),
            "AudioResources": lambda: client.list_audio(model_id),
            "SpeechModel": lambda: client.get_model(BASE),
            "SpeechModels": client.list_models,
        }
    )


# The run

WAYS: Mapping[str, tuple[str, Callable[[FakeSTT], Any]]] = {
    "basic, icp2018": ("icp2018", lambda stt: basic(stt.api_key, stt.url)),
    "basic, the SDK's default URL": ("icp2018", lambda stt: basic(stt.api_key)),
    "IAM, icp2018": ("icp2018", lambda stt: iam("a key of the cloud")),
    "IAM, cloud2025": ("cloud2025", lambda stt: iam(stt.api_key)),
    "a token of one's own": ("cloud2025", lambda stt: bearer(stt.auth.hand_out(stt.api_key).text)),
    "VCAP_SERVICES": ("icp2018", lambda stt: by_environment("a key of the cloud")),
    "ibm-credentials.env": ("icp2018", lambda stt: by_credentials_file("a key of the cloud")),
}
if HAS_CP4D:
    INSTANCE = f"{CP4D}/speech-to-text/release/instances"
    WAYS = {**WAYS, "Cloud Pak for Data": ("cp4d2025", lambda stt: cp4d(stt.api_key, f"{INSTANCE}/{stt.owner}/api"))}


def versions() -> str:
    """What the run was with."""
    found = [SDK, f"Python {sys.version.split()[0]}"]
    for name in ("ibm-cloud-sdk-core", "requests", "urllib3", "PyJWT"):
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            continue
    return ", ".join(found)


def main() -> None:
    print(versions(), flush=True)
    for name, (edition, make) in WAYS.items():
        with fake(edition=edition, start="2018-10-27T00:00:00Z") as stt:
            seen = life(stt, make(stt))
            print(f"  {name}: {seen}, {len(stt.journal)} exchanges", flush=True)
        with fake(edition=edition, start="2018-10-27T00:00:00Z") as stt:
            print(f"    a language model: {words(stt, make(stt))}", flush=True)
        for trouble in (refusals, breaks):
            with fake(edition=edition) as stt:
                trouble(stt, make(stt))
    for check in (credentials, tokens):
        with fake() as stt:
            check(stt)
    print("  refusals, broken connections, wrong keys, expired tokens", flush=True)
    stt = FakeSTT()
    with stt.serve() as server:
        life(stt, basic(stt.api_key, server.url))
        words(stt, basic(stt.api_key, server.url))
    print("  the same lives over a socket", flush=True)


@contextmanager
def fake(**options: Any) -> Iterator[FakeSTT]:
    """A fake that is reachable; nothing else but loopback is. Its faults must all be met."""
    stt = FakeSTT(**options)
    with stt.reachable("cpd.example.com", block_network=True):
        yield stt
    stt.faults.check_used(stt.journal.summary())


if __name__ == "__main__":
    main()
