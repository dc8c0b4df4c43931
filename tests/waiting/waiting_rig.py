"""A world for tests of virtual waiting: real fakes with a manual clock, or none at all."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

import fakestt
from fakestt.intercept.client_time import VirtualTime, virtual_time

START = "2018-10-27T00:00:00Z"
START_S = 1540598400.0


leaves_sleepers = pytest.mark.filterwarnings("ignore:when the test's time ended:ResourceWarning")


class FakeWorld:
    """The time of one fake."""

    def __init__(self, stt: fakestt.FakeSTT) -> None:
        self.stt = stt

    def now_s(self) -> float:
        return self.stt.clock.now()

    def next_due_s(self) -> float | None:
        return self.stt._service.world.machine.schedule.next_due()

    def advance_to(self, at_s: float) -> None:
        self.stt.clock.advance(max(0.0, at_s - self.stt.clock.now()))

    def forget_reads(self) -> None:
        pass


class BareWorld:
    """A clock with things to do at certain instants, in seconds after the start."""

    def __init__(self, **due: Callable[[], object]) -> None:
        self._now_us = round(START_S * 1e6)
        self.due: list[tuple[float, Callable[[], object]]] = []

    def at(self, after_s: float, act: Callable[[], object]) -> None:
        self.due.append((after_s, act))
        self.due.sort(key=lambda row: row[0])

    def now_s(self) -> float:
        return self._now_us / 1e6

    def next_due_s(self) -> float | None:
        return START_S + self.due[0][0] if self.due else None

    def advance_to(self, at_s: float) -> None:
        assert at_s >= self.now_s()
        while self.due and START_S + self.due[0][0] <= at_s:
            after_s, act = self.due.pop(0)
            self._now_us = max(self._now_us, round((START_S + after_s) * 1e6))
            act()
        self._now_us = max(self._now_us, round(at_s * 1e6))

    def forget_reads(self) -> None:
        pass


def elapsed(world: BareWorld | FakeWorld) -> float:
    """Virtual seconds since the start."""
    return round(world.now_s() - START_S, 6)


class Gate:
    """Made before virtual time it is no part of that: a thread that it lets through goes on living in real time."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._lock.acquire()

    def wait(self) -> None:
        with self._lock:
            pass

    def open(self) -> None:
        self._lock.release()


@contextmanager
def service(**settings: Any) -> Iterator[fakestt.FakeSTT]:
    """A fake that is reachable, and whose clock is the client's time."""
    stt = fakestt.FakeSTT(start=START)
    with stt.reachable(), virtual_time(FakeWorld(stt), **settings):
        yield stt


@contextmanager
def bare(world: BareWorld | None = None, **settings: Any) -> Iterator[tuple[BareWorld, VirtualTime]]:
    """Virtual time without a fake."""
    world = world or BareWorld()
    with virtual_time(world, **settings) as time:
        yield world, time


def journal(stt: fakestt.FakeSTT) -> list[tuple[float, str, int]]:
    """What must be the same in every run."""
    return [
        (round(one.at_s - START_S, 6), one.call.operation.id if one.call else "?", one.reply.status)
        for one in stt.journal
    ]
