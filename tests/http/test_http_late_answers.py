"""An answer that is late, to a server that can be silent."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext

import pytest
from asking import START, ask, basic, environ_of

from fakestt import FakeSTT
from fakestt.intercept.waiting.real import REAL
from fakestt.wire import How, WireTimeout


@pytest.mark.parametrize(("passed_s", "moved_s"), [(45.0, 45.0), (44.9, 0.0), (0.0, 0.0)])
def test_the_clock_moves_by_a_silence_that_was_borne_to_its_end(passed_s: float, moved_s: float) -> None:
    stt = FakeSTT(start=START)
    stt.faults.on("listModels").slow("45s")
    asked_s: list[float] = []

    def be_late(late_s: float, then: Callable[[float], None]) -> None:
        asked_s.append(late_s)
        then(passed_s)

    environ = environ_of("GET", "/v1/models", headers={"Authorization": basic("k")})
    stt.app({**environ, "fakestt.be_late": be_late}, lambda *head: None)
    assert (asked_s, stt.clock.now() - stt.started_at_s) == ([45.0], moved_s)


def test_where_time_runs_by_itself_a_silence_that_was_borne_is_not_waited_for_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    slept_s: list[float] = []
    monkeypatch.setitem(REAL, "sleep", slept_s.append)
    stt = FakeSTT(time="real:x600")
    stt.faults.on("listModels").slow("1h")
    asked_s: list[float] = []

    def be_late(late_s: float, then: Callable[[float], None]) -> None:
        asked_s.append(late_s)
        then(late_s)

    environ = environ_of("GET", "/v1/models", headers={"Authorization": basic("k")})
    stt.app({**environ, "fakestt.be_late": be_late}, lambda *head: None)
    assert (asked_s, slept_s) == ([6.0], [])


def test_an_arrival_that_was_waited_for_really_has_the_instant_of_its_end() -> None:
    stt = FakeSTT(time="real:x6000")
    stt.faults.on("listModels").slow("2m")
    ask(stt, "GET", "/v1/models")
    exchange = stt.journal[0]
    assert exchange.arrival.at_s is not None
    assert 120 <= exchange.arrival.at_s - exchange.at_s < 12_000


@pytest.mark.parametrize(("patience_s", "slept_s", "error"), [(6.0, 6.0, None), (5.0, 5.0, WireTimeout)])
def test_a_client_s_own_time_out_is_real_time(
    patience_s: float, slept_s: float, error: type[Exception] | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    slept: list[float] = []
    monkeypatch.setitem(REAL, "sleep", slept.append)
    stt = FakeSTT(time="real:x600")
    stt.faults.on("listModels").slow("1h")
    with pytest.raises(error) if error else nullcontext():
        ask(stt, "GET", "/v1/models", **{"fakestt.read_timeout_s": patience_s})
    assert sum(slept) == pytest.approx(slept_s, abs=0.1)
    assert stt.journal[0].arrival.how is (How.TIMED_OUT if error else How.LATE)
