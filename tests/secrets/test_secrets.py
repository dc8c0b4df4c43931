"""A secret that comes with a request is nowhere afterwards: wherever it stands, and by whichever way it comes."""

from __future__ import annotations

import random
import re
import string
import warnings
from contextlib import suppress
from typing import Any

import pytest
from asking import EDITIONS, NOBODY, START, ask, basic
from conformance_asking import Ask
from conformance_ways import WAYS, Way
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from secrets_places import GRANT, PLACES, Request, found, kept_by

from fakestt import Effect, FakeSTT, drip, fail, html, slow
from fakestt.errors import ConfigurationError

PLAIN = string.ascii_letters + string.digits
ODD = PLAIN + "+/=:@%&?#;,._~-é\"'{}"


def drawn(seed: object, letters: str = PLAIN, length: int = 24) -> str:
    """A secret that is like no word. Hypothesis would make it one, in order to make it simple."""
    return "".join(random.Random(repr(seed)).choices(letters, k=length))


SECRETS = st.builds(drawn, st.integers(0, 2**32), st.sampled_from([PLAIN, ODD]), st.integers(16, 40))


def plain(stt: FakeSTT) -> None:
    pass


def refused_key(stt: FakeSTT) -> None:
    stt.auth.revoke(stt.api_key)


def failing(stt: FakeSTT) -> None:
    stt.faults.on("*", path="*", optional=True).do(fail(503))


def late(stt: FakeSTT) -> None:
    stt.faults.on("*", path="*", optional=True).do(slow("1s"))


def mistaken(stt: FakeSTT) -> None:
    stt.faults.on("*", path="*", when=lambda call: call.nothing, optional=True).fail(500)


MOODS = (plain, refused_key, failing, late, mistaken)


def sent(stt: FakeSTT, request: Request) -> None:
    """The request as a server would hand it on, byte for byte."""
    target = request.target.replace(NOBODY, stt.acoustic_models.add(status="ready").id)
    if request.user:
        target = f"https://{request.user}fakestt.test{target}"
    host = {"Host": f"{request.user}fakestt.test"} if request.user else {}
    headers = {name: value.encode().decode("latin-1") for name, value in request.headers.items()}
    with suppress(ConfigurationError):
        ask(stt, request.method, target, request.body or b"", {**host, **headers})


FEW = settings(max_examples=100, deadline=None, database=None, suppress_health_check=list(HealthCheck))
MANY = settings(FEW, max_examples=2000)


@given(
    edition=st.sampled_from(EDITIONS),
    secret=SECRETS,
    place=st.sampled_from(sorted(PLACES)),
    mood=st.sampled_from(MOODS),
    auth=st.sampled_from(["lenient", "strict", None]),
)
def leaves_none(edition: str, secret: str, place: str, mood: Any, auth: str | None) -> None:
    stt = FakeSTT(edition=edition, start=START, auth=auth)
    mood(stt)
    sent(stt, PLACES[place](secret))
    assert len(stt.journal) == 1
    assert found(secret, kept_by(stt)) == []


def test_a_secret_is_nowhere_afterwards() -> None:
    FEW(leaves_none)()


@pytest.mark.slow
def test_no_secret_of_many_is_anywhere_afterwards() -> None:
    MANY(leaves_none)()


@pytest.mark.parametrize("place", PLACES)
def test_a_secret_in_any_place_is_nowhere_afterwards(place: str) -> None:
    secret = drawn(place)
    for mood in (plain, mistaken):
        stt = FakeSTT(edition="icp2020", start=START)
        mood(stt)
        sent(stt, PLACES[place](secret))
        assert found(secret, kept_by(stt)) == [], mood.__name__


FIRST = ("WSGI", "requests")
OTHERS = ("httpx", "http.client http", "urllib3", "httpx asyncio", "urllib.request", "requests http")
THESE = [
    pytest.param(way, marks=[] if way.name in FIRST else pytest.mark.slow, id=way.name)
    for way in WAYS
    if way.name in FIRST + OTHERS
]


@pytest.mark.slow
@pytest.mark.parametrize("way", THESE)
def test_a_secret_that_comes_by_any_way_is_nowhere_afterwards(
    way: Way, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    stt = FakeSTT(start=START)
    model = stt.acoustic_models.add()
    secrets: dict[str, str] = {}
    with warnings.catch_warnings(record=True) as warned, way.to(stt) as (client, reach):
        warnings.simplefilter("always")
        base = reach.url.removesuffix(stt._prefix)
        for place, make in PLACES.items():
            secrets[place] = drawn(f"{way}{place}")
            request = make(secrets[place])
            scheme, _, rest = base.partition("://")
            # Some clients refuse to send some of it.
            with suppress(Exception):
                client.send(
                    Ask(
                        method=request.method,
                        url=f"{scheme}://{request.user}{rest}{request.target.replace(NOBODY, model.id)}",
                        headers=request.headers,
                        body=request.body,
                    )
                )
    assert len(stt.journal) > len(PLACES) - 10, "most of it was sent"
    texts = kept_by(stt) | {
        "warnings": repr([one.message for one in warned]),
        "output": repr(capfd.readouterr()),
        "log": repr([one.getMessage() for one in caplog.records if one.name.startswith("fakestt")]),
    }
    assert {place: where for place, secret in secrets.items() if (where := found(secret, texts))} == {}


def test_a_secret_in_the_error_of_a_callback_is_nowhere_afterwards() -> None:
    stt = FakeSTT(start=START)
    model = stt.acoustic_models.add(status="training")
    secret = drawn("callback")

    def fail_with_it(*change: object) -> None:
        raise ValueError(f"401 for url: https://fakestt.test/v1/models?apikey={secret}")

    stt.at("1m", fail_with_it)
    stt.clock.on_change(model, fail_with_it)
    for _ in range(2):
        with suppress(ValueError):
            stt.clock.advance("1d")
    assert stt.report().count("raised ValueError (at test_secrets.py:") == 2
    assert found(secret, kept_by(stt)) == []


TOKENS = {
    "getToken": (
        "POST",
        f"/identity/token?grant_type={GRANT}apikey&apikey=k",
        b"",
        {"Authorization": basic("bx", "bx")},
    ),
    "authorize": ("POST", "/v1/authorize", b'{"username": "u", "password": "k"}', {"Content-Type": "application/json"}),
    "validateAuth": ("GET", "/v1/preauth/validateAuth", b"", {}),
    "getWatsonToken": ("GET", "/authorization/api/v1/token", b"", {}),
}


@pytest.mark.parametrize(
    "effect", [None, slow("1s"), drip("1s"), fail(503, commits=True), html(504, commits=True)], ids=str
)
@pytest.mark.parametrize("operation", TOKENS)
def test_a_token_that_is_handed_out_is_nowhere_afterwards(operation: str, effect: Effect | None) -> None:
    stt = FakeSTT(start=START)
    method, target, body, headers = TOKENS[operation]
    if effect is not None:
        stt.faults.on(operation).do(effect)
    said = ask(stt, method, target, body, headers).body.decode()
    assert stt.journal.last().operation == operation
    tokens = [one for one in re.findall(r"[\w.-]{32,}", said) if "." in one or operation == "getToken"]
    assert bool(tokens) == (effect is None or effect.answer is None)
    assert [found(token, kept_by(stt)) for token in tokens] == [[]] * len(tokens)
