"""A URL is right or wrong by its host, in every mode; a report says which one is near."""

# Tables are wider than a line.
# ruff: noqa: E501

from __future__ import annotations

import re
from typing import Any

import pytest
from asking import EDITIONS, MODELS, NOBODY, ask, basic

from fakestt import FakeSTT
from fakestt.core.provenance import Assumed, Source
from fakestt.editions.hosts import VENDOR_HOSTS, VENDOR_PLACES

OLD, INSTANCE, CP4D = "/speech-to-text/api", "/instances/{guid}", "/speech-to-text/r/instances/{guid}/api"
CLOUD_HOST = "api.us-south.speech-to-text.watson.cloud.ibm.com"
PREFIXES = ("", OLD, INSTANCE, CP4D)

# What each host takes of these, whatever the edition is.
# fmt: off
VENDOR: dict[str, tuple[str, ...]] = {
    CLOUD_HOST:                                                  ("", INSTANCE),
    "api.private.eu-de.speech-to-text.watson.cloud.ibm.com":     ("", INSTANCE),
    f"{CLOUD_HOST}:443":                                         ("", INSTANCE),
    f"{CLOUD_HOST.upper()}.":                                    ("", INSTANCE),
    "stream.watsonplatform.net":                                 (OLD,),
    "stream-fra.watsonplatform.net":                             (OLD,),
    "gateway-wdc.watsonplatform.net":                            (OLD,),
    "iam.cloud.ibm.com":                                         (),
    "private.us-south.iam.cloud.ibm.com":                        (),
    "iam.bluemix.net":                                           (),
}
# The same of a cluster's own host.
INSTALLED = {"icp2018": (OLD,), "icp2020": (OLD,), "cloud2025": ("", INSTANCE), "cp4d2025": (CP4D,)}
# fmt: on
NOBODYS = ["fakestt.test", "FakeSTT.test:443", "localhost:8080", "127.0.0.1:80", "172.17.0.2", "[::1]:80", "testserver"]


def taken(stt: FakeSTT, host: str) -> tuple[str, ...]:
    key = stt.auth.hand_out(stt.api_key).text if stt.edition.name == "cp4d2025" else None
    header = basic(stt.api_key) if key is None else f"Bearer {key}"
    statuses = {
        prefix: ask(
            stt,
            "GET",
            prefix.format(guid=stt.owner) + "/v1/models",
            headers={"Authorization": header},
            key=None,
            HTTP_HOST=host,
        ).status
        for prefix in PREFIXES
    }
    assert set(statuses.values()) <= {200, 404}
    return tuple(prefix for prefix in PREFIXES if statuses[prefix] == 200)


@pytest.mark.parametrize("auth", ["lenient", "strict", None])
@pytest.mark.parametrize("edition", EDITIONS)
@pytest.mark.parametrize("host", VENDOR)
def test_a_vendors_host_has_the_urls_of_its_time(host: str, edition: str, auth: str | None) -> None:
    assert taken(FakeSTT(edition=edition, auth=auth), host) == VENDOR[host]


@pytest.mark.parametrize("auth", ["lenient", "strict", None])
@pytest.mark.parametrize("host", ["icp.example.com:8443", "cpd.example", "10.bad.name"])
@pytest.mark.parametrize("edition", EDITIONS)
def test_a_cluster_has_the_urls_of_the_edition(edition: str, host: str, auth: str | None) -> None:
    assert taken(FakeSTT(edition=edition, auth=auth), host) == INSTALLED[edition]


@pytest.mark.parametrize("auth", ["lenient", "strict", None])
@pytest.mark.parametrize("host", NOBODYS)
@pytest.mark.parametrize("edition", EDITIONS)
def test_the_fakes_own_host_has_the_urls_of_every_time(edition: str, host: str, auth: str | None) -> None:
    assert taken(FakeSTT(edition=edition, auth=auth), host) == (
        ("", OLD, INSTANCE, CP4D) if edition == "cp4d2025" else ("", OLD, INSTANCE)
    )


def test_a_fake_under_a_vendors_name_takes_its_own_urls_there() -> None:
    stt = FakeSTT(host="stream.watsonplatform.net")
    assert taken(stt, "stream.watsonplatform.net") == ("", OLD, INSTANCE)


@pytest.mark.parametrize(
    ("path", "meant"),
    [
        ("//v1/models", "/v1/models"),
        (f"{OLD}//v1/models", f"{OLD}/v1/models"),
        (f"/{OLD}/v1/models", f"{OLD}/v1/models"),
        ("/v1//models", "/v1/models"),
        ("/v1/models//", "/v1/models"),
    ],
)
@pytest.mark.parametrize("auth", ["lenient", "strict", None])
def test_a_doubled_slash_is_no_slash(path: str, meant: str, auth: str | None) -> None:
    stt = FakeSTT(auth=auth)
    assert ask(stt, "GET", path).status == 404
    assert f"Did you mean fakestt.test{meant}?" in stt.report()


@pytest.mark.parametrize(
    ("method", "host", "path", "status"),
    [
        ("POST", "iam.cloud.ibm.com", "/identity/token", 200),
        ("POST", "iam.cloud.ibm.com", "/identity/token/", 200),
        ("POST", "iam.cloud.ibm.com", "/v1/authorize", 404),
        ("POST", "iam.cloud.ibm.com", f"{OLD}/identity/token", 404),
        ("POST", "iam.bluemix.net", "/identity/token", 200),
        ("POST", CLOUD_HOST, "/identity/token", 404),
        ("GET", "stream.watsonplatform.net", "/authorization/api/v1/token", 200),
        ("GET", "stream.watsonplatform.net", f"{OLD}/authorization/api/v1/token", 404),
        ("GET", CLOUD_HOST, "/authorization/api/v1/token", 404),
        ("POST", "cpd.example", "/icp4d-api/v1/authorize", 200),
        ("POST", "cpd.example", "/v1/authorize", 200),
        ("POST", "cpd.example", "/identity/token", 200),
        ("GET", "cpd.example", "/icp4d-api/v1/preauth/validateAuth", 200),
        ("POST", "fakestt.test", f"{OLD}/identity/token", 200),
        ("POST", "fakestt.test", "/x/identity/token", 404),
    ],
)
def test_tokens_are_handed_out_where_they_were(method: str, host: str, path: str, status: int) -> None:
    form = b"grant_type=urn:ibm:params:oauth:grant-type:apikey&apikey=k"
    body: Any = form if "identity" in path else {"username": "kim", "password": "p"} if method == "POST" else b""
    assert ask(FakeSTT(), method, path, body, HTTP_HOST=host).status == status


@pytest.mark.parametrize(
    ("edition", "auth", "status"),
    [("cloud2025", "lenient", 200), ("cloud2025", "strict", 403), ("cloud2025", None, 200)],
)
def test_another_instance_in_the_url_is_a_matter_of_credentials(edition: str, auth: str | None, status: int) -> None:
    stt = FakeSTT(edition=edition, auth=auth)
    assert ask(stt, "GET", f"/instances/{NOBODY}{MODELS}", HTTP_HOST=CLOUD_HOST).status == status


def test_an_application_that_is_mounted_somewhere_keeps_its_urls() -> None:
    stt = FakeSTT()
    heard = ask(stt, "GET", f"/fakes/one{OLD}/v1/models/en-US_BroadbandModel", SCRIPT_NAME="/fakes/one")
    assert heard.json["url"] == f"https://fakestt.test/fakes/one{OLD}/v1/models/en-US_BroadbandModel"
    assert ask(stt, "GET", "/fakes/one/two/v1/models", SCRIPT_NAME="/fakes/one").status == 404


@pytest.mark.parametrize(
    ("host", "path", "told"),
    [
        ("stream.watsonplatform.net", "/v1/models", "Did you mean stream.watsonplatform.net/speech-to-text/api/v1/models?"),
        ("icp.example:8443", f"/v1/acoustic_customizations/{NOBODY}",
         f"Did you mean icp.example:8443/speech-to-text/api/v1/acoustic_customizations/{NOBODY}?"),
        (CLOUD_HOST, f"/speech-to-text/api/v1/acoustic_customizations/{NOBODY}/audio",
         f"Did you mean {CLOUD_HOST}/instances/{{guid}}/v1/acoustic_customizations/{NOBODY}/audio?"),
        ("fakestt.test", f"/v1/acoustic_customization/{NOBODY}/train",
         f"Did you mean fakestt.test/v1/acoustic_customizations/{NOBODY}/train?"),
        ("fakestt.test", f"{OLD}/v1/acoustic_customizations/{NOBODY}/audios/one",
         f"Did you mean fakestt.test{OLD}/v1/acoustic_customizations/{NOBODY}/audio/…?"),
        ("fakestt.test", f"{MODELS}/{NOBODY}/audio/cabin/one",
         f"Did you mean fakestt.test{MODELS}/{NOBODY}/audio/cabin?"),
        ("fakestt.test", f"{OLD}/models", f"Did you mean fakestt.test{OLD}/v1/models?"),
        ("fakestt.test", "/models", "Did you mean fakestt.test/v1/models?"),
        ("fakestt.test", "/words", "Did you mean fakestt.test/v1/models?"),
        ("stream.watsonplatform.net", "/models", "Did you mean stream.watsonplatform.net/speech-to-text/api/v1/models?"),
        ("stream.watsonplatform.net", f"/acoustic_customizations/{NOBODY}/train",
         f"Did you mean stream.watsonplatform.net{OLD}/v1/acoustic_customizations/{NOBODY}/train?"),
        ("fakestt.test", f"/v1{MODELS}", f"Did you mean fakestt.test{MODELS}?"),
        ("fakestt.test", "/instance/x/v1/models", "Did you mean fakestt.test/instances/{guid}/v1/models?"),
        ("api.eu-de.speech-to-text.watson.cloud.ibm.com", "/instance/x/v1/models",
         "Did you mean api.eu-de.speech-to-text.watson.cloud.ibm.com/instances/{guid}/v1/models?"),
        ("iam.cloud.ibm.com", "/identity/tokens", "Did you mean iam.cloud.ibm.com/identity/token?"),
        ("iam.cloud.ibm.com", "/v1/models", "This host hands out tokens, and no more."),
        ("iam.cloud.ibm.com", "/x/token", "This host hands out tokens, and no more."),
        (CLOUD_HOST, "/identity/token", "Tokens are handed out at iam.cloud.ibm.com/identity/token."),
    ],
)  # fmt: skip
def test_a_report_shows_the_whole_url_of_a_404_and_the_nearest_right_one(host: str, path: str, told: str) -> None:
    stt = FakeSTT()
    assert ask(stt, "GET", f"{path}?secret=1", HTTP_HOST=host).status == 404
    # What stands where no row has a place for it may be a secret.
    shown = re.sub("/(one|x)(?=/|$)", "/…", path)
    assert f"[note: nothing is at {host}{shown}. {told}]" in stt.report()


@pytest.mark.parametrize(
    ("path", "shown"),
    [("/somewhere/else", "/…/…"), (f"{OLD}/v1/x/x", f"{OLD}/v1/…/…"), ("/v1/authorized", "/v1/authorized"), ("/", "/")],
)
def test_where_nothing_is_near_the_report_shows_the_url_alone(path: str, shown: str) -> None:
    stt = FakeSTT()
    assert ask(stt, "GET", path, HTTP_HOST="stream.watsonplatform.net").status == 404
    assert f"[note: nothing is at stream.watsonplatform.net{shown}.]" in stt.report()


def test_a_path_that_goes_on_and_on_is_cut() -> None:
    stt = FakeSTT()
    assert ask(stt, "GET", "/v1/models/" + "x/" * 400).status == 404
    note = stt.journal[0].note
    assert note is not None
    assert note.endswith("/…/….")
    assert len(note) < 400


@pytest.mark.parametrize(("end", "shown_end"), [("words/", "/words/."), ("words//", "/words/...")])
def test_a_path_of_many_ids_is_cut_as_well(end: str, shown_end: str) -> None:
    stt = FakeSTT()
    path = f"{MODELS}/" + f"{NOBODY}/" * 7 + f"models/{end}"  # 300 characters, or one more
    assert ask(stt, "GET", path).status == 404
    note = stt.journal[0].note
    assert note is not None
    assert note.endswith(shown_end)
    assert note.removeprefix("nothing is at fakestt.test").rstrip(".") == path[:300]


def test_every_vendors_host_has_a_place_with_its_source() -> None:
    assert list(VENDOR_HOSTS) == [*(place.host for place in VENDOR_PLACES), "fakestt.test"]
    for place in VENDOR_PLACES:
        assert isinstance(place.how, (Source, Assumed))
        assert place.service or place.tokens
