"""What the application itself does with an answer, whoever delivers it: steps, breaks, and changes of that instant."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

import pytest
import time_machine
from asking import MODELS, START, ask, basic, environ_of

from fakestt import Choices, FakeSTT
from fakestt.core.choices import Kind, Point
from fakestt.core.phases import ModelPhase
from fakestt.wire import How, Interrupted

T = TypeVar("T")


class RequestsFirst(Choices):
    """A change that is due at the instant of a request comes after it."""

    def decide(self, point: Point, options: Sequence[T]) -> T:
        return options[-1 if point.kind is Kind.TIE else 0]


@pytest.mark.parametrize(("choices", "seen"), [(None, "available"), (RequestsFirst(), "training")])
def test_a_change_of_the_very_instant_of_a_request_has_happened_once_it_is_answered(
    choices: Choices | None, seen: str
) -> None:
    with time_machine.travel(START, tick=False) as traveller:
        stt = FakeSTT(time="follow", choices=choices)
        model = stt.acoustic_models.add(status="training")
        (due,) = stt.clock.pending()
        traveller.move_to(due.at_s)
        assert ask(stt, "GET", f"{MODELS}/{model.id}").json["status"] == seen
    assert stt._service.world.machine.changes[-1].after is ModelPhase.AVAILABLE  # and nobody has looked since


def test_an_interrupt_is_raised_where_the_answer_would_be_read() -> None:
    stt = FakeSTT(start=START)
    stt.faults.on("listAcousticModels").interrupt()
    with pytest.raises(Interrupted):
        ask(stt, "GET", MODELS, **{"fakestt.raises_in_client": True})


def test_who_goes_away_behind_the_last_byte_has_got_the_answer_whole() -> None:
    stt = FakeSTT(start=START)
    stt.faults.on("listAcousticModels").slow("1s")
    environ = environ_of("GET", MODELS, headers={"Authorization": basic(stt.api_key)})
    pieces = stt.app(environ, lambda status, head: None)
    body = next(iter(pieces))
    pieces.close()  # type: ignore[attr-defined]
    (exchange,) = stt.journal
    assert (exchange.arrival.how, exchange.arrival.size_bytes) == (How.LATE, len(body))
