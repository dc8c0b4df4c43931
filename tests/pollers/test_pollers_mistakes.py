"""Time that is asked to do what it can't: the error shows what was given, and the way out."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from fakestt import ClockError, ConfigurationError, FakeSTT, ScriptError, StateError

ALL = "All: on_sleep, manual, follow, per_request:60s, next_event, real, real:x600."
UNIT = "such as '90s', '45m', '2h30m', '1d'"


def made(**keys: object) -> Callable[[FakeSTT], object]:
    return lambda _: FakeSTT(**keys)  # type: ignore[arg-type]  # that is the mistake


def late(stt: FakeSTT) -> None:
    stt.clock.advance("1h")
    stt.at("30m", print)


def upgrading(stt: FakeSTT) -> None:
    stt.acoustic_models.add(status="upgrading")


def sleeping_for_nothing(_: FakeSTT) -> None:
    with FakeSTT(time="next_event").reachable():
        time.sleep(60)


def entered_twice(_: FakeSTT) -> None:
    with FakeSTT(time="on_sleep").reachable(), FakeSTT(time="on_sleep").reachable():
        pass


# fmt: off
MISTAKES: list[tuple[Callable[[FakeSTT], object], type[Exception], tuple[str, ...]]] = [
    # A policy
    (made(time="onsleep"),             ConfigurationError, ("time='onsleep'", "Did you mean 'on_sleep'?", ALL)),
    (made(time="next-event"),          ConfigurationError, ("time='next-event'", "Did you mean 'next_event'?", ALL)),
    (made(time="follow:"),             ConfigurationError, ("time='follow:'", "Did you mean 'follow'?", ALL)),
    (made(time=""),                    ConfigurationError, ("time=''", ALL)),
    (made(time=60),                    ConfigurationError, ("time=60", ALL)),
    # How fast
    (made(time="real:x-600"),          ConfigurationError, ("time='real:x-600'", "more than nothing", "'real:x600'")),
    (made(time="real:x0"),             ConfigurationError, ("time='real:x0'", "more than nothing", "'real:x600'")),
    (made(time="real:xnan"),           ConfigurationError, ("time='real:xnan'", "'real:x600'")),
    (made(time="real:600"),            ConfigurationError, ("time='real:600'", "'real:x600'")),
    (made(time="real:"),               ConfigurationError, ("time='real:'", "'real:x600'")),
    # How far
    (made(time="per_request"),         ConfigurationError, ("time='per_request'", "Did you mean 'per_request:60s'?")),
    (made(time="per_request:"),        ConfigurationError, ("time='per_request:'", "Did you mean 'per_request:60s'?")),
    (made(time="per_request:60"),      ConfigurationError, ("time='per_request:60'", "'60' is not a duration", UNIT)),
    (made(time="per_request:soon"),    ConfigurationError, ("time='per_request:soon'", "'soon' is not", UNIT)),
    (made(time="per_request:0s"),      ConfigurationError, ("time='per_request:0s'", "Give more than nothing")),
    (made(time="per_request:-60s"),    ConfigurationError, ("time='per_request:-60s'", "Give more than nothing")),
    # Backwards
    (lambda stt: stt.clock.advance(-60),      ClockError, ("advance(-60)", "can't go backwards", "pass start=")),
    (lambda stt: stt.clock.advance(-0.001),   ClockError, ("advance(-0.001)", "can't go backwards", "pass start=")),
    (lambda stt: stt.clock.advance("-45m"),   ClockError, ("advance('-45m')", "can't go backwards", "pass start=")),
    (lambda stt: stt.clock.advance("soon"),   ClockError, ("'soon' is not a duration", UNIT)),
    (lambda stt: stt.clock.advance("-soon"),  ClockError, ("'-soon' is not a duration", UNIT)),
    (lambda stt: stt.clock.advance(float("nan")), ClockError, ("nan is not a duration", UNIT)),
    (late,                                    ClockError, ("at('30m')", "3600 s have passed", "from there")),
    # Whose time it is
    (lambda _: FakeSTT(time="follow").clock.advance("5m"), ClockError, ("advance('5m')", "use time='manual'")),
    (lambda _: FakeSTT(time="real").clock.advance("5m"),   ClockError, ("advance('5m')", "use time='manual'")),
    (entered_twice,                    ClockError, ("already", "FakeSTT(time=first.clock)")),
    # The horizon
    (made(time="on_sleep", horizon="0s"),    ConfigurationError, ("horizon='0s'", "such as '7d'")),
    (made(time="on_sleep", horizon=-1),      ConfigurationError, ("horizon=-1", "such as '7d'")),
    (made(time="on_sleep", horizon="a week"), ConfigurationError, ("horizon: 'a week' is not", UNIT)),
    # Nothing due
    (sleeping_for_nothing, ClockError, ("sleep(60) in MainThread", "nothing is due", "use time='on_sleep'")),
    # What cannot be
    (upgrading,                                           StateError, ("status='upgrading'", "Publish a newer one")),
    (lambda stt: stt.acoustic_models.add(status="done"),  StateError, ("status='done'", "All: pending, ready")),
    (lambda stt: stt.script.training(),                   ScriptError, ("script.training()", "say what is different")),
    (lambda stt: stt.script.training(takes=-5),           ScriptError, ("takes=-5", "negative")),
    (lambda stt: stt.script.training(takes="1h", stalls=True), ScriptError, ("takes='1h'", "Give stalls=True alone")),
    (lambda stt: stt.script.acoustic.analysis("a/b", invalid=True), ScriptError, ("'/' in it", "Give the name")),
    (lambda stt: stt.script.upgrade(needs_force=True),    ScriptError, ("needs_force=True", "such as icp2020")),
]
# fmt: on


@pytest.mark.parametrize(("do", "kind", "parts"), MISTAKES, ids=[parts[0] for _, _, parts in MISTAKES])
def test_the_error_shows_the_value_and_the_way_out(
    do: Callable[[FakeSTT], object], kind: type[Exception], parts: tuple[str, ...]
) -> None:
    with pytest.raises(kind) as caught:
        do(FakeSTT())
    assert [part for part in parts if part not in str(caught.value)] == []


def test_with_next_event_the_client_can_go_on_after_the_error() -> None:
    stt = FakeSTT(time="next_event")
    with stt.reachable():
        with pytest.raises(ClockError):
            time.sleep(60)
        stt.acoustic_models.add(status="training")
        time.sleep(60)
    assert stt.clock.now() - stt.started_at_s == 36 * 60


def test_nothing_has_moved_after_an_error() -> None:
    stt = FakeSTT()
    for step in (-60, "-45m", "soon"):
        with pytest.raises(ClockError):
            stt.clock.advance(step)
    assert stt.clock.now() == stt.started_at_s
