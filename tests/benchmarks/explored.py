"""Tests that `exploring.py` explores: one that bears it all, and one that fails under each schedule but the first."""

from __future__ import annotations

from typing import Any

import pytest
import requests
from patient import Client

import fakestt
from fakestt import FakeSTT

LENGTHS_S = {45: 2400, 12: 420}
"""How long a training takes, for so many requests in all."""
SCHEDULES = 60
ROUNDS = 8


def _trained(stt: FakeSTT, requests_made: int) -> tuple[str, bool]:
    """How it ended, and whether anything went wrong on the way."""
    stt.script.training(takes=LENGTHS_S[requests_made])
    session = requests.Session()
    session.auth = ("apikey", stt.api_key)
    client = Client(session, f"{stt.url}/v1/acoustic_customizations")
    return client.run(), client.has_met_errors


def _each(test: Any) -> Any:  # Any: pytest's decorators
    explored = fakestt.explore(max_faults=2, schedules=SCHEDULES, budget="1h")(test)
    numbered = pytest.mark.parametrize("number", range(-1, ROUNDS))(explored)
    return pytest.mark.parametrize("requests_made", LENGTHS_S)(numbered)


@_each
def test_passing(fake_stt: FakeSTT, requests_made: int, number: int) -> None:
    assert _trained(fake_stt, requests_made)[0] in ("available", "failed", "invalid")


@_each
def test_failing(fake_stt: FakeSTT, requests_made: int, number: int) -> None:
    assert _trained(fake_stt, requests_made) == ("available", False)
