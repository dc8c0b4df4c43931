"""A name like one of the vendor's, with a location that there is not: the client's own connection error says so."""

from __future__ import annotations

import socket

import httpx
import pytest
import requests

from fakestt import FakeSTT
from fakestt.editions.hosts import LOCATIONS, VENDOR_PLACES, no_such_host

MISSPELT = "api.us-sout.speech-to-text.watson.cloud.ibm.com"
SAID = f"{MISSPELT} can't be resolved: the service has no location 'us-sout'. Did you mean 'us-south'? All: us-south, "


@pytest.mark.parametrize("url", [f"https://{MISSPELT}/v1/models", f"https://{MISSPELT.upper()}.:443/v1/models"])
def test_a_location_that_there_is_not_leads_nowhere(url: str) -> None:
    stt = FakeSTT()
    with stt.reachable():
        with pytest.raises(requests.ConnectionError) as by_requests:
            requests.get(url, timeout=5)
        with pytest.raises(httpx.ConnectError) as by_httpx:
            httpx.get(url)
        with pytest.raises(socket.gaierror) as by_socket:
            socket.create_connection((MISSPELT, 443), timeout=5)
    for error in (by_requests, by_httpx, by_socket):
        assert SAID in str(error.value)
    assert len(stt.journal) == 0


def test_a_name_that_is_led_by_hand_is_there() -> None:
    stt = FakeSTT()
    with stt.reachable(MISSPELT):
        assert requests.get(f"https://{MISSPELT}/v1/models", auth=("apikey", "any"), timeout=5).status_code == 200


def test_each_location_is_there_and_no_other_is_at_hosts_of_today() -> None:
    for place in VENDOR_PLACES:
        of_today = "*" in place.host and place.host.endswith(".cloud.ibm.com")
        for location in LOCATIONS:
            assert no_such_host(place.host.replace("*", location)) is None
        assert (no_such_host(place.host.replace("*", "nowhere")) is not None) is of_today
    assert no_such_host("api.nowhere.assistant.watson.cloud.ibm.com") is None
