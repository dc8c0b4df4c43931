"""A finding holds no secret, wherever it stood in the request that it is about."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest
from asking import NOBODY, START, ask
from secrets_places import PLACES, found
from test_secrets import drawn

from fakestt import FakeSTT, Finding
from fakestt.wire import WireBreak


def findings_about(place: str, secret: str) -> list[Finding]:
    """Of a request that is lost and sent again, told to wait and sent again, refused and sent again; and by http."""
    stt = FakeSTT(edition="icp2020", time="on_sleep", start=START, conduct="warn")
    model = stt.acoustic_models.add(status="ready", minutes_of_audio=1).id
    request = PLACES[place](secret)
    target = request.target.replace(NOBODY, model)
    headers = {name: value.encode().decode("latin-1") for name, value in request.headers.items()}
    if request.user:
        target = f"https://{request.user}fakestt.test{target}"
        headers["Host"] = f"{request.user}fakestt.test"
    stt.faults.on("*", path="*", times=1).lose_reply()
    stt.faults.on("*", path="*", nth=3, times=1).fail(429, retry_after=30)
    by_http: dict[str, Any] = {"wsgi.url_scheme": "http"}
    for _ in range(5):
        with suppress(WireBreak):
            ask(stt, request.method, target, request.body or b"", headers, **by_http)
    return stt._found(over=True)


@pytest.mark.parametrize("place", PLACES)
def test_a_secret_in_any_place_is_in_no_finding(place: str) -> None:
    secret = drawn(place)
    findings = findings_about(place, secret)
    assert found(secret, {"findings": repr(findings), "as text": "\n".join(map(str, findings))}) == []


def test_there_are_findings_to_look_through() -> None:
    places = ("query force, of a training", "a name in a create", "a basic header", "query strict")
    rules = {finding.rule for place in places for finding in findings_about(place, "secret")}
    assert rules == {"blind_repeat", "leftovers", "plain_http", "retry_after", "unknown_names"}
