"""Which hosts the vendor has at which locations, and what stands in a URL for the words of a pattern."""

from __future__ import annotations

import pytest

from fakestt.core.provenance import Assumed, Source
from fakestt.editions import EDITIONS
from fakestt.editions.hosts import (
    CLOUD,
    IAM,
    LOCATIONS,
    LOGIN,
    OLD,
    VENDOR_PLACES,
    WATSON,
    Places,
    no_such_host,
    places_of,
    words_in,
)


def test_each_location_is_there_and_no_other_is_at_hosts_of_today() -> None:
    for place in VENDOR_PLACES:
        of_today = "*" in place.host and place.host.endswith(".cloud.ibm.com")
        for location in LOCATIONS:
            assert no_such_host(place.host.replace("*", location)) is None
        assert (no_such_host(place.host.replace("*", "nowhere")) is not None) is of_today
    assert no_such_host("api.nowhere.assistant.watson.cloud.ibm.com") is None


def test_a_location_that_is_not_there_is_told_with_the_nearest() -> None:
    name = "api.us-sout.speech-to-text.watson.cloud.ibm.com"
    assert no_such_host(name) == (
        f"{name} can't be resolved: the service has no location 'us-sout'. Did you mean 'us-south'? All: us-south, "
        "us-east, eu-de, eu-gb, au-syd, jp-tok, kr-seo. Correct the URL, or lead the name to a fake: "
        f"stt.reachable('{name}')."
    )


INSTALLED = EDITIONS["cp4d2025"].traits.path_prefixes
EVERY = ("/speech-to-text/{release}/instances/{guid}/api", *OLD, "/instances/{guid}", "")


@pytest.mark.parametrize(
    "host", ["own.tex", "OWN.TEX.:8080", "127.0.0.1", "127.0.0.1:80", "[::1]:80", "localhost", "stt:80"]
)
def test_the_fake_s_own_host_and_one_that_is_nobody_s_has_the_urls_of_every_time(host: str) -> None:
    place = Places(INSTALLED, "own.tex").at(host)
    assert (place.host, place.service, type(place.how)) == ("own.tex", EVERY, Assumed)
    assert set(place.tokens) == {prefix + path for prefix in EVERY for path in (*IAM, *WATSON, *LOGIN)}


@pytest.mark.parametrize(
    ("host", "service", "tokens"),
    [
        ("api.eu-de.speech-to-text.watson.cloud.ibm.com:443", CLOUD, ()),
        ("API.EU-DE.SPEECH-TO-TEXT.WATSON.CLOUD.IBM.COM.", CLOUD, ()),
        ("stream.watsonplatform.net", OLD, WATSON),
        ("gateway-syd.watsonplatform.net", OLD, WATSON),
        ("iam.cloud.ibm.com", (), IAM),
        ("cpd.own.tex", INSTALLED, (*IAM, *WATSON, *LOGIN)),
        (
            "api.eu.de.speech-to-text.watson.cloud.ibm.com",
            INSTALLED,
            (*IAM, *WATSON, *LOGIN),
        ),
    ],
)
def test_each_other_host_has_its_own_urls(host: str, service: tuple[str, ...], tokens: tuple[str, ...]) -> None:
    place = Places(INSTALLED, "own.tex").at(host)
    assert (place.service, place.tokens) == (service, tokens)
    assert place in VENDOR_PLACES or place.host == "*"
    assert isinstance(place.how, (Source, Assumed))


def test_the_places_of_an_edition_are_made_once_for_a_host() -> None:
    places = places_of(EDITIONS["cp4d2025"], "Own.Tex")
    assert places.at("own.tex").host == "own.tex"
    assert places.at("elsewhere.tex").service == INSTALLED
    assert places_of(EDITIONS["cp4d2025"], "own.tex") is places


@pytest.mark.parametrize(
    ("path", "patterns", "words"),
    [
        ("", ["", "/{a}"], {}),
        ("/of/1/at/2", ["/of", "/of/{a}/at/{b}"], {"a": "1", "b": "2"}),
        ("/1", ["/{a}", "/{b}"], {"a": "1"}),
        ("/of/1/2", ["/of/{a}"], None),  # a word has no slash
        ("/of/", ["/of/{a}"], None),
        ("/v1x0/1", ["/v1.0/{a}"], None),  # a dot is a dot
        ("/1", [], None),
    ],
)
def test_words_are_those_of_the_first_pattern_that_fits(
    path: str, patterns: list[str], words: dict[str, str] | None
) -> None:
    assert words_in(path, patterns) == words
