"""A change that is due at the very instant of a request: choices say what comes first, however time got there."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import pytest
import requests

from fakestt import Choices, FakeSTT, Point

T = TypeVar("T")
DUE_S = 36 * 60.0


class RequestFirst(Choices):
    """Lets each request come before a change of its instant."""

    def __init__(self) -> None:
        super().__init__()
        self.ties: list[str] = []

    def decide(self, point: Point, options: Sequence[T]) -> T:
        if point.kind != "tie":
            return options[0]
        self.ties.append(str(point))
        return options[-1]


def nothing(stt: FakeSTT, model: Any) -> None:
    """Plain."""


def a_moment_to_come(stt: FakeSTT, model: Any) -> None:
    stt.at("5h", list, optional=True)


def a_watch(stt: FakeSTT, model: Any) -> None:
    stt.clock.on_change(model, lambda change: None)


@pytest.mark.parametrize("policy", ["on_sleep", "next_event", f"per_request:{DUE_S:g}s"])
@pytest.mark.parametrize(
    ("prepared", "ties", "first"),
    [
        (nothing, ["training.tie:car"], "training"),
        (a_moment_to_come, ["training.tie:car"], "training"),
        (a_watch, [], "available"),  # who watches is told at the instant of the change
    ],
)
def test_the_request_of_the_instant_may_come_first(
    policy: str, prepared: Callable[[FakeSTT, Any], None], ties: list[str], first: str
) -> None:
    choices = RequestFirst()
    stt = FakeSTT(time=policy, choices=choices, start=0)
    model = stt.acoustic_models.add(name="car", status="training")
    prepared(stt, model)
    url = f"{stt.url}/v1/acoustic_customizations/{model.id}"
    with stt.reachable():

        def status() -> str:
            return str(requests.get(url, auth=("apikey", stt.api_key), timeout=30).json()["status"])

        assert status() == "training"
        if not policy.startswith("per_request"):
            time.sleep(DUE_S)
        assert stt.clock.now() == DUE_S
        assert (status(), choices.ties) == (first, ties)
        if not policy.startswith("per_request"):
            assert status() == "available"  # it comes right after
    assert model.history[-1].at_s == DUE_S


def test_what_the_author_advances_to_has_happened() -> None:
    choices = RequestFirst()
    stt = FakeSTT(choices=choices, start=0)
    model = stt.acoustic_models.add(name="car", status="training")
    stt.clock.advance(DUE_S)
    assert (model.status, choices.ties) == ("available", [])
