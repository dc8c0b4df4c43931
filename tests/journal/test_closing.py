"""Whoever watches a journal is told of each exchange once, in order, when it is known what arrived."""

from __future__ import annotations

from asking import MODELS, START, ask

from fakestt import FakeSTT
from fakestt.journal.closing import MOST_OPEN, Closing
from fakestt.journal.record import Exchange
from fakestt.wire import How


def exchanges(number: int) -> list[Exchange]:
    """Closed ones, each with an arrival of its own."""
    stt = FakeSTT(start=START)
    for _ in range(number):
        ask(stt, "GET", MODELS)
    return list(stt.journal)


def test_an_exchange_is_told_when_the_next_one_comes_or_when_it_is_asked_for() -> None:
    stt, told = FakeSTT(start=START), []
    stt.journal.closing.watch(told.append)
    ask(stt, "GET", MODELS)
    ask(stt, "GET", "/v1/models")
    assert [one.seq for one in told] == [1]
    stt.journal.closing.tell()
    stt.journal.closing.finish()
    assert told == list(stt.journal)


def test_one_that_is_under_way_holds_back_those_behind_it() -> None:
    closing, told = Closing(), []
    closing.watch(told.append)
    first, second = exchanges(2)
    first.arrival.at_s = None
    closing.add(first)
    closing.add(second)
    assert told == []
    first.arrival.end(How.CUT, 7)
    closing.tell()
    assert told == [first, second]


def test_one_that_never_ends_does_not_hold_back_more_than_a_bound() -> None:
    closing, told = Closing(), []
    closing.watch(told.append)
    first, *others = exchanges(3)
    first.arrival.at_s = None
    for one in (first, others[0], *others[1:] * MOST_OPEN):
        closing.add(one)
    assert told[0] is first
    assert len(told) == MOST_OPEN + 2


def test_at_the_end_all_are_told_and_an_open_one_as_it_is() -> None:
    closing, told = Closing(), []
    closing.watch(told.append)
    (only,) = exchanges(1)
    only.arrival.at_s = None
    closing.add(only)
    closing.finish()
    assert told == [only]
    closing.finish()
    assert told == [only]


def test_a_late_watcher_is_told_from_the_next_exchange_on() -> None:
    stt, told = FakeSTT(start=START), []
    ask(stt, "GET", MODELS)
    stt.journal.closing.watch(told.append)
    ask(stt, "GET", MODELS)
    stt.journal.closing.finish()
    assert [one.seq for one in told] == [2]
