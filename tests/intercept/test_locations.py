"""A name like one of the vendor's, with a location that there is not: the client's own connection error says so."""

from __future__ import annotations

import socket

import httpx
import pytest
import requests

from fakestt import FakeSTT

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
