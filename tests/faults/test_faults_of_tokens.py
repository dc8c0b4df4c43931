"""A token service that has a bad day, and clients that must come through it: in process and at a socket."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
import requests
from ibm_cloud_sdk_core import ApiException
from ibm_cloud_sdk_core.authenticators import Authenticator, CloudPakForDataAuthenticator, IAMAuthenticator
from ibm_watson import SpeechToTextV1

from fakestt import FakeSTT, fail, ok

KINDS: dict[str, tuple[Callable[[str, str], Authenticator], str]] = {
    "iam": (lambda key, url: IAMAuthenticator(key, url=url), "getToken"),
    "cp4d": (lambda key, url: CloudPakForDataAuthenticator("kim", apikey=key, url=url), "authorize"),
}


@contextmanager
def reached(stt: FakeSTT, way: str, kind: str) -> Iterator[SpeechToTextV1]:
    """A client that gets its tokens from the fake."""
    make, _ = KINDS[kind]
    if way == "in process":
        with stt.reachable():
            client = SpeechToTextV1(authenticator=make(stt.api_key, stt.auth_url))
            client.set_service_url(stt.url)
            yield client
    else:
        with stt.serve() as server:
            client = SpeechToTextV1(authenticator=make(stt.api_key, server.auth_url))
            client.set_service_url(server.url)
            yield client


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("way", ["in process", "live"])
def test_a_token_service_that_fails_is_told_to_the_client_and_a_fresh_client_recovers(way: str, kind: str) -> None:
    stt = FakeSTT(edition="cloud2025")
    rule = stt.faults.on(KINDS[kind][1], times=2).fail(500)
    for _ in range(2):
        with reached(stt, way, kind) as client, pytest.raises((ApiException, requests.HTTPError)):
            client.list_models()
    with reached(stt, way, kind) as client:
        assert client.list_models().get_status_code() == 200
    assert stt.faults.used(rule) == 2
    assert [exchange.rule is rule for exchange in stt.journal] == [True, True, False, False]


@pytest.mark.parametrize("kind", KINDS)
def test_a_client_whose_token_failed_asks_again_a_minute_later(kind: str) -> None:
    """The SDK notes that a request is under way, and forgets it after 60 seconds if it failed."""
    stt = FakeSTT(edition="cloud2025", time="on_sleep", start="2025-01-01T00:00:00Z")
    stt.faults.on(KINDS[kind][1]).then(fail(500), ok())
    with reached(stt, "in process", kind) as client:
        with pytest.raises((ApiException, requests.HTTPError)):
            client.list_models()
        assert client.list_models().get_status_code() == 200
    waited_s = stt.journal[1].at_s - stt.journal[0].at_s
    assert 60 <= waited_s <= 61


def test_a_refresh_that_fails_while_the_token_is_still_good_is_told_to_the_poller() -> None:
    """The SDK refreshes when 80 % of a token's life have passed, and lets an error of that through."""
    stt = FakeSTT(edition="cloud2025", time="on_sleep", start="2025-01-01T00:00:00Z")
    stt.faults.on("getToken", between=("40m", "1h")).fail(503)
    failed_after = []
    with reached(stt, "in process", "iam") as client:
        for at in range(70):
            try:
                client.list_models()
            except ApiException:
                failed_after.append(at)
            time.sleep(60)
    assert failed_after[0] == 49  # of 60 minutes
    assert {exchange.status for exchange in stt.journal.calls("getToken")} == {200, 503}
    assert stt.journal.last("listModels").status == 200
