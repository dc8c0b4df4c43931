"""Whatever a client does: no point is decided twice, and what was recorded gives the same journal again."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import suppress
from hashlib import sha256
from typing import Any, ClassVar, TypeVar

import pytest
from drivers import HttpDriver, flac
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from fakestt import FakeSTT, drip, fail, garble, html, lose_reply, reset, slow, stale
from fakestt.core.choices import Choices, Kind, Point
from fakestt.core.snapshot import snapshot
from fakestt.transports.inprocess import call

T = TypeVar("T")
OFFERS = (fail(503), html(504, commits=True), garble(), stale(), lose_reply(), reset(), slow("1s"), drip("1s"))


class Recording(Choices):
    """Decides by a number and the point's text, and notes all that it has decided."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self._number = number
        self.texts: dict[str, str] = {}
        self.points: set[Point] = set()

    def decide(self, point: Point, options: Sequence[T]) -> T:
        assert point not in self.points, f"{point} is decided twice"
        assert str(point) not in self.texts, f"{point} stands for two points"
        self.points.add(point)
        drawn = sha256(f"{self._number}:{point}".encode()).digest()[0] % (2 * len(options))
        option = options[drawn % len(options)] if drawn < len(options) else options[0]
        self.texts[str(point)] = str(option)
        return option


class Replaying(Choices):
    """Decides as was recorded, by texts alone."""

    def __init__(self, texts: dict[str, str]) -> None:
        super().__init__()
        self._texts = dict(texts)

    def decide(self, point: Point, options: Sequence[T]) -> T:
        wanted = self._texts.pop(str(point))
        return next(option for option in options if str(option) == wanted)


class Client:
    """A client that bears all that may happen to it; what it does can be done again."""

    def __init__(self, choices: Choices) -> None:
        self.driver = HttpDriver("icp2018", choices)
        self.stt: FakeSTT = self.driver.stt
        self.stt.faults.offer(*OFFERS)
        self.done: list[tuple[str, tuple[Any, ...]]] = []

    def do(self, name: str, *args: Any) -> None:
        self.done.append((name, args))
        getattr(self, f"_{name}")(*args)

    def _ask(self, method: str, path: str, body: bytes | None = None, content_type: str = "application/json") -> None:
        headers = [("Authorization", f"Bearer {self.stt.api_key}"), ("Content-Type", content_type)]
        with suppress(OSError):  # a lost reply, a reset
            call(self.stt.app, method, path, headers, body, scheme="https", host="fakestt.test", port=443).body.read()

    def _create(self, name: str) -> None:
        body = json.dumps({"name": name, "base_model_name": "en-US_BroadbandModel"}).encode()
        self._ask("POST", "/v1/acoustic_customizations", body)

    def _on_one(self, which: int, what: str) -> None:
        ids = [model.id for model in self.stt.acoustic_models]
        if ids:
            method, _, rest = what.partition(" ")
            body = flac(720, 16000) if "audio/" in rest else None
            self._ask(method, f"/v1/acoustic_customizations/{ids[which % len(ids)]}{rest}", body, "audio/flac")

    def _to_next(self, more_s: float) -> None:
        pending = self.stt.clock.pending()
        if pending:
            # Under "manual" the author's own look would come first; a request of that instant must be able to.
            self.stt.clock.time.advance_to(pending[0].at_s + more_s)

    def _script(self, takes_s: float) -> None:
        self.stt.script.training(takes=takes_s)

    def _restore(self) -> None:
        self.stt.restore(self.stt.snapshot())

    def story(self) -> tuple[str, Any]:
        return self.stt.report(), snapshot(self.stt._service.world)


class ChoosingMachine(RuleBasedStateMachine):
    seen: ClassVar[set[Kind]] = set()

    @initialize(number=st.integers(0, 2**32))
    def begin(self, number: int) -> None:
        self.choices = Recording(number)
        self.client = Client(self.choices)
        for name in ("car", "car"):
            self.client.do("create", name)
        for what in ("POST /audio/a", "POST /train?force=true"):  # so that each kind of point is met in most runs
            self.client.do("on_one", 0, what)
            self.client.do("to_next", 0)
            self.client.do("on_one", 0, "GET ")

    @rule(name=st.sampled_from(["car", "tram"]))
    def create(self, name: str) -> None:
        self.client.do("create", name)

    @rule(
        which=st.integers(0, 3),
        what=st.sampled_from(
            [
                "GET ",
                "GET ",
                "POST /train?force=true",
                "POST /train?force=true",
                "POST /audio/a",
                "POST /audio/b",
                "POST /reset",
            ]
        ),
    )
    def on_one(self, which: int, what: str) -> None:
        self.client.do("on_one", which, what)

    @rule(more_s=st.sampled_from([0, 0, 1.5, 3600]))
    def to_next(self, more_s: float) -> None:
        self.client.do("to_next", more_s)

    @rule(takes_s=st.sampled_from([60, 7200]))
    def script(self, takes_s: float) -> None:
        self.client.do("script", takes_s)

    @rule()
    def restore(self) -> None:
        self.client.do("restore")

    def teardown(self) -> None:
        if not hasattr(self, "choices"):
            return
        story = self.client.story()  # before it is replayed: this look decides what is due now
        type(self).seen |= {point.kind for point in self.choices.points}
        again = Client(Replaying(self.choices.texts))
        for name, args in self.client.done:
            again.do(name, *args)
        assert again.story() == story


FEW = settings(
    max_examples=40, stateful_step_count=40, deadline=None, database=None, suppress_health_check=list(HealthCheck)
)


@pytest.mark.slow
def test_no_point_is_decided_twice_and_what_was_recorded_gives_the_same_journal() -> None:
    ChoosingMachine.seen = set()
    run_state_machine_as_test(ChoosingMachine, settings=FEW)
    assert ChoosingMachine.seen == set(Kind)


@pytest.mark.slow
def test_the_same_for_longer() -> None:
    run_state_machine_as_test(ChoosingMachine, settings=settings(FEW, max_examples=400, stateful_step_count=80))
