"""What the application itself does with an answer, whoever delivers it: steps, breaks, and changes of that instant."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

import pytest
import time_machine
from asking import MODELS, START, ask, basic, environ_of

from fakestt import Choices, ConfigurationError, FakeSTT, drip, lose_reply, ok, slow, truncate_head
from fakestt.core.choices import Kind, Point
from fakestt.core.phases import ModelPhase
from fakestt.faults.effects import Effect
from fakestt.wire import Arrival, How, Interrupted, WireClosed

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
    with pytest.raises(Interrupted, match=r"^interrupt\(\) of a fault$"):
        ask(stt, "GET", MODELS, **{"fakestt.raises_in_client": True})


def test_an_interrupt_that_can_t_be_raised_is_an_error_of_the_author() -> None:
    stt = FakeSTT(start=START)
    rule = stt.faults.on("listAcousticModels").interrupt()
    with pytest.raises(ConfigurationError) as caught:
        ask(stt, "GET", MODELS)
    assert str(caught.value) == (
        f"{rule}: only a client in this process can be interrupted, and this request came through a server, or from a "
        "WSGI test client. Let the client reach the fake in process (fake_stt, stt.reachable()). A process of its own "
        "can be sent a real signal."
    )
    assert stt.journal[0].problem == str(caught.value)


def test_a_head_arrives_as_far_as_it_came() -> None:
    stt = FakeSTT(start=START)
    heads: list[bytes] = []

    def start_response(status: str, headers: list[tuple[str, str]]) -> None:
        lines = [f"HTTP/1.1 {status}", *(f"{name}: {value}" for name, value in headers)]
        heads.append("".join(f"{line}\r\n" for line in (*lines, "")).encode())

    stt.app(environ_of("GET", MODELS, headers={"Authorization": basic(stt.api_key)}), start_response)
    size_bytes = len(heads[0])
    for effect, came_bytes in (
        (lose_reply(), 0),
        (truncate_head(9), 9),
        (truncate_head(size_bytes - 1), size_bytes - 1),
    ):
        stt.faults.on("listAcousticModels", times=1).do(effect)
        with pytest.raises(WireClosed) as caught:
            ask(stt, "GET", MODELS)
        assert len(caught.value.head) == came_bytes
        assert caught.value.head[:9] == heads[0][:came_bytes][:9]  # further on is the number of the transaction
    stt.faults.on("listAcousticModels", times=1).truncate_head(size_bytes)
    assert ask(stt, "GET", MODELS).status == 200


@pytest.mark.parametrize("pieces", [1, 3])
def test_who_goes_away_before_has_what_was_read(pieces: int) -> None:
    stt = FakeSTT(start=START)
    stt.faults.on("listAcousticModels").drip("1s")
    environ = environ_of("GET", MODELS, headers={"Authorization": basic(stt.api_key)})
    answer = iter(stt.app(environ, lambda status, head: None))
    read = [next(answer) for _ in range(pieces)]
    answer.close()  # type: ignore[attr-defined]
    (exchange,) = stt.journal
    assert (exchange.arrival.how, exchange.arrival.size_bytes) == (How.CLOSED, len(b"".join(read)))


def test_who_goes_away_behind_the_last_byte_has_got_the_answer_whole() -> None:
    stt = FakeSTT(start=START)
    stt.faults.on("listAcousticModels").slow("1s")
    environ = environ_of("GET", MODELS, headers={"Authorization": basic(stt.api_key)})
    pieces = stt.app(environ, lambda status, head: None)
    body = next(iter(pieces))
    pieces.close()  # type: ignore[attr-defined]
    (exchange,) = stt.journal
    assert (exchange.arrival.how, exchange.arrival.size_bytes) == (How.LATE, len(body))


@pytest.mark.parametrize(("effect", "how"), [(ok(), How.WHOLE), (slow("1s"), How.LATE), (drip("1s"), How.WHOLE)])
def test_the_answer_to_a_head_is_whole_without_a_body(effect: Effect, how: How) -> None:
    stt = FakeSTT(start=START)
    stt.faults.on("listAcousticModels").do(effect)
    assert ask(stt, "HEAD", MODELS).body == b""
    (exchange,) = stt.journal
    assert (exchange.arrival.how, exchange.arrival.size_bytes, exchange.status) == (how, 0, 200)


def test_an_answer_that_goes_at_once_has_arrived_whole() -> None:
    stt = FakeSTT(start=START)
    body = ask(stt, "GET", MODELS).body
    (exchange,) = stt.journal
    assert (exchange.arrival.how, exchange.arrival.size_bytes) == (How.WHOLE, len(body))


@pytest.mark.parametrize(("effect", "in_parts"), [(ok(), False), (slow("1s"), False), (drip("1s"), True)])
def test_who_delivers_is_told_whether_the_body_takes_its_time_and_tells_itself_what_arrives(
    effect: Effect, in_parts: bool
) -> None:
    stt = FakeSTT(start=START)
    stt.faults.on("listAcousticModels").do(effect)
    arrival = Arrival()
    ask(stt, "GET", MODELS, **{"fakestt.arrival": arrival})
    assert stt.journal[0].arrival is arrival
    assert (arrival.in_parts, arrival.how, arrival.has_head) == (in_parts, How.UNDER_WAY, False)
