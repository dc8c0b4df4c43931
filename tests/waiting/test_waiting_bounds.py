"""What never ends, ends: with an error that says why."""

from __future__ import annotations

import asyncio
import dis
import threading
import time
from _thread import allocate_lock
from pathlib import Path
from types import CodeType, ModuleType

import pytest
import waiting_pollers
from waiting_rig import START_S, BareWorld, Gate, bare, elapsed, service

from fakestt.errors import ClockError
from fakestt.intercept import waiting
from fakestt.intercept.client_time import ClientNeverStopped, virtual_time
from fakestt.intercept.waiting.real import REAL
from fakestt.timing import shared_time

DAY_S = 86400.0


def for_ever():
    while True:
        time.sleep(3600)


def test_a_client_that_waits_for_ever_is_stopped_at_the_horizon():
    with bare(describe=lambda: "getAcousticModel was polled.") as (world, _), pytest.raises(ClientNeverStopped) as told:
        for_ever()
    assert 7 * DAY_S - 3600 <= elapsed(world) <= 7 * DAY_S
    message = str(told.value)
    assert "7 days" in message
    assert "sleep(3600), in MainThread" in message
    assert "getAcousticModel was polled." in message


def test_a_client_that_catches_every_exception_is_stopped_too():
    def stubborn():
        while True:
            try:
                time.sleep(3600)
            except Exception:
                time.sleep(1)

    with bare(horizon_s=DAY_S), pytest.raises(ClientNeverStopped, match="for 1 day of"):
        stubborn()


@pytest.mark.parametrize(
    "client",
    [
        lambda: threading.Event().wait(8 * DAY_S),
        lambda: asyncio.run(asyncio.sleep(8 * DAY_S)),
        lambda: _joined(lambda: time.sleep(8 * DAY_S)),
    ],
    ids=["Event", "asyncio", "join"],
)
@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_the_horizon_holds_for_all_waits(client):
    with bare(), pytest.raises(ClientNeverStopped):
        client()


def _joined(work):
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()


def test_what_the_author_advances_does_not_count_for_the_horizon():
    with bare(horizon_s=DAY_S) as (world, virtual):
        virtual.advance(30 * DAY_S)
        time.sleep(DAY_S / 2)
        assert elapsed(world) == 30.5 * DAY_S
        with pytest.raises(ClientNeverStopped):
            time.sleep(DAY_S)


def test_work_after_the_horizon_needs_no_time():
    with bare(horizon_s=DAY_S):
        told = []
        with pytest.raises(ClientNeverStopped):
            time.sleep(2 * DAY_S)
        _joined(lambda: told.append(1))
        assert told == [1]


def test_too_many_requests_without_any_waiting_are_too_many():
    with bare(requests=100, describe=lambda: "All were listModels.") as (_, virtual):
        for _ in range(100):
            virtual.note_request()
        time.sleep(1)
        for _ in range(100):
            virtual.note_request()
        with pytest.raises(ClientNeverStopped, match=r"100 requests .* All were listModels\."):
            virtual.note_request()


def test_a_loop_that_reads_the_time_and_never_waits_is_stopped():
    def spin():
        while time.monotonic() < 1e12:
            pass

    with bare(requests=100), pytest.raises(ClientNeverStopped, match="10000 times"):
        spin()


# Threads that keep the clock standing


def test_a_thread_that_is_stuck_is_named():
    plain = allocate_lock()
    plain.acquire()

    def wait_for_one_that_is_stuck():
        threading.Thread(target=plain.acquire, name="stuck-in-a-lock").start()
        try:
            time.sleep(60)
        finally:
            plain.release()

    stuck = r"^stuck-in-a-lock has run .* while MainThread waited"
    with bare(patience_s=0.1), pytest.raises(ClockError, match=stuck) as told:
        wait_for_one_that_is_stuck()
    assert "threading.py:" in str(told.value)  # no code of the client's own is there


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_an_error_that_only_another_thread_has_met_is_raised_at_the_end():
    plain = allocate_lock()

    def hold():
        with plain:
            time.sleep(60)

    def body():
        with bare(patience_s=0.1):
            threading.Thread(target=hold).start()
            time.sleep(0)
            # Held across a virtual sleep: a real lock, and a real wait.
            plain.acquire()

    with pytest.raises(ClockError, match="MainThread has run"):
        body()


def test_one_that_computes_is_waited_for():
    with bare(patience_s=2) as (world, _):

        def compute():
            until_s = REAL["monotonic"]() + 0.2
            while REAL["monotonic"]() < until_s:
                pass

        thread = threading.Thread(target=compute)
        thread.start()
        time.sleep(60)
        thread.join()
        assert elapsed(world) == 60


def test_one_that_runs_alone_may_take_as_long_as_it_likes():
    with bare(patience_s=0.05) as (world, _):
        REAL["sleep"](0.3)
        time.sleep(1)
        assert elapsed(world) == 1


def test_waiting_for_the_world_outside_is_not_being_stuck():
    with bare(patience_s=0.5) as (world, _):
        event = threading.Event()
    go = Gate()
    thread = threading.Thread(target=lambda: (go.wait(), REAL["sleep"](0.3), event.set()))
    thread.start()
    with bare(patience_s=0.5) as (world, _):
        go.open()
        assert event.wait()
        assert elapsed(world) == 0
    thread.join()


# The policy next_event


def test_under_next_event_a_wait_lasts_until_the_next_due_change():
    world = BareWorld()
    with bare(world, jumps=True):
        world.at(7200, lambda: None)
        world.at(9000, lambda: None)
        time.sleep(10)
        assert elapsed(world) == 7200
        assert not threading.Event().wait(5000)
        assert elapsed(world) == 9000


def test_under_next_event_with_nothing_due_a_wait_is_an_error_that_says_the_way_out():
    with bare(jumps=True), pytest.raises(ClockError, match=r"sleep\(60\) .*nothing is due.*on_sleep"):
        time.sleep(60)


def test_under_next_event_the_author_still_advances_as_far_as_they_say():
    world = BareWorld()
    with bare(world, jumps=True) as (_, virtual):
        world.at(7200, lambda: None)
        virtual.advance(60)
        assert elapsed(world) == 60


# Mistakes


def test_there_is_one_virtual_time():
    with bare() as (world, _):
        with pytest.raises(ClockError, match="already"), virtual_time(BareWorld()):
            pass
        time.sleep(1)
        assert elapsed(world) == 1
    assert time.sleep is REAL["sleep"]


@pytest.mark.slow
def test_a_client_that_polls_a_training_that_never_ends_is_told_so():
    with service(horizon_s=DAY_S, describe=lambda: "It polled.") as stt:
        stt.script.training(takes="30d")
        api = waiting_pollers.Api(stt.url, stt.api_key)
        with pytest.raises(ClientNeverStopped, match="It polled"):
            waiting_pollers.with_threads(api, _audio())


@pytest.fixture(autouse=True)
def _quiet_threads(monkeypatch):
    """A polling thread ends with ClientNeverStopped as well; nobody needs to read of it."""
    monkeypatch.setattr(threading, "excepthook", lambda told: None)


def _audio():
    from fakestt.media import forge

    return forge.flac(720)


@pytest.mark.parametrize(
    "module",
    [shared_time, *(getattr(waiting, name) for name in ("turns", "waiting", "clocks", "locks", "threads", "loops"))],
    ids=lambda module: module.__name__,
)
def test_a_signal_meets_a_line_wherever_a_wait_moves_the_clock(module: ModuleType) -> None:
    # A signal is handled at a call or a jump backwards. pytest fails inside where that has no line.
    assert module.__file__ is not None
    code = [compile(Path(module.__file__).read_text("utf-8"), module.__file__, "exec")]
    for one in code:
        code += [const for const in one.co_consts if isinstance(const, CodeType)]
    lineless = [
        f"{one.co_name}: {instruction.opname}"
        for one in code
        for instruction in dis.get_instructions(one)
        if ("JUMP_BACKWARD" in instruction.opname or instruction.opname in ("CALL", "RESUME"))
        and (instruction.positions is None or instruction.positions.lineno is None)
    ]
    assert lineless == []


def test_what_is_due_and_does_not_happen_is_not_waited_for():
    class Stuck(BareWorld):
        def next_due_s(self):
            return START_S

    with bare(Stuck()) as (world, _):
        time.sleep(60)
        assert elapsed(world) == 60
