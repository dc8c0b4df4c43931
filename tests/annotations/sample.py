"""Tests as users with a strict type checker write them. Nothing here may be an error to it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TypeVar

import pytest

import fakestt
from fakestt import (
    AcousticModelView,
    Call,
    Change,
    Choices,
    Duration,
    EditionName,
    Exchange,
    FakeClock,
    FakeSTT,
    FakeSTTFactory,
    LanguageModelView,
    ModelStatus,
    OperationId,
    Point,
    Rule,
    Script,
    Served,
)

T = TypeVar("T")


@pytest.fixture
def car(fake_stt: FakeSTT) -> AcousticModelView:
    return fake_stt.acoustic_models.add(name="car", status="ready")


@pytest.fixture
def served(fake_stt: FakeSTT) -> Iterator[Served]:
    with fake_stt.serve() as server:
        yield server


def wait_for(clock: FakeClock, model: AcousticModelView, status: ModelStatus, at_most: Duration = "1d") -> list[Change]:
    changes = clock.advance(at_most)
    assert model.status == status, model.history
    return changes


def slow_training(script: Script, takes: Duration) -> None:
    script.training("car", takes=takes, optional=True)


@pytest.mark.parametrize("edition", ["icp2018", "cloud2025"])
def test_each_edition(fake_stt_factory: FakeSTTFactory, edition: EditionName) -> None:
    stt = fake_stt_factory(edition=edition, auth="strict", time="manual", latency=("50ms", "200ms"))
    assert stt.edition.name == edition
    assert stt.url.startswith("https://")


def test_a_rule(fake_stt: FakeSTT, car: AcousticModelView) -> None:
    rule: Rule = fake_stt.faults.on("trainAcousticModel", when=by_car).fail(503)
    with fake_stt.faults.on("*Audio").then(fakestt.fail(429, retry_after="30s"), fakestt.lose_reply()):
        pass
    rule.disarm()
    assert car.status != "failed"


def by_car(call: Call | None) -> bool:
    return call is not None and call.values.get("customization_id") is not None


def test_what_was_said(fake_stt: FakeSTT) -> None:
    polls: OperationId = "getAcousticModel"
    last: Exchange | None = fake_stt.journal.last(polls) if fake_stt.journal.count(polls) else None
    assert last is None or last.status in (200, 304)
    fake_stt.journal.check([fakestt.polls("getAcousticModel"), ("trainAcousticModel", 200)], ordered=False)


def test_language_models(fake_stt: FakeSTT) -> None:
    model: LanguageModelView = fake_stt.language_models.add(corpora={"trip": "to the harbour"}, words=["HHonors"])
    assert model.corpora["trip"].status == "analyzed"
    assert [word.source for word in model.words.values()] == [("user",)]


def test_moments(fake_stt: FakeSTT, tmp_path: Path) -> None:
    seen: list[Change] = []
    fake_stt.at("30m", lambda: fake_stt.script.upgrade(fails=True), optional=True)
    fake_stt.clock.on_change(fake_stt.acoustic_models.add(), seen.append)
    fake_stt.journal.to_har(tmp_path / "run.har")
    other = FakeSTT(time=fake_stt.clock, seed=2, choices=Slowest())
    other.restore(other.snapshot())


class Slowest(Choices):
    def decide(self, point: Point, options: Sequence[T]) -> T:
        return options[-1]


@fakestt.explore(max_faults=1, outcomes=True)
def test_every_schedule(fake_stt: FakeSTT) -> None:
    fake_stt.acoustic_models.add()
