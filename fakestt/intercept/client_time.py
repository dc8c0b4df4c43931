"""The time of the code under test is the fakes' clock: it sees that clock, and its waiting moves it.

    with virtual_time(clock) as time:
        client.train_and_wait()      # with time.sleep, threads, asyncio, unchanged

How a sleep moves the clock is told at the top of `waiting/`, whose parts are put in their places here.

Those who take part are the thread that enters, the threads that it and they start, and threads from before that one of
these has woken. All others see and wait real time, and so do the modules named in `whose`.
"""

from __future__ import annotations

import _thread
import asyncio.base_events
import concurrent.futures
import queue
import sys
import threading
import time
import types
from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack, suppress
from itertools import chain
from types import TracebackType
from typing import Any

from fakestt.errors import ClockError
from fakestt.intercept.imports import ImportWatch
from fakestt.intercept.patch import Patch
from fakestt.intercept.waiting import freezing, refused, trios, wall
from fakestt.intercept.waiting.clocks import CLIENTS, TIME_OUTS
from fakestt.intercept.waiting.hands import ClientNeverStopped, FakesClock, Hands
from fakestt.intercept.waiting.locks import Lock, LockType, SimpleQueue, rlock
from fakestt.intercept.waiting.loops import LoopPatches
from fakestt.intercept.waiting.names import Names
from fakestt.intercept.waiting.outside import Outside
from fakestt.intercept.waiting.real import REAL
from fakestt.intercept.waiting.selecting import Selecting
from fakestt.intercept.waiting.stage import STAGE, ahead_s
from fakestt.intercept.waiting.threads import ThreadPatches
from fakestt.intercept.waiting.waiting import Waiting
from fakestt.intercept.waiting.waits import Reason, Wait
from fakestt.transports.unanswered import is_unanswered
from fakestt.warned import warn

__all__ = ["ClientNeverStopped", "FakesClock", "VirtualTime", "next_test", "put_right", "virtual_time"]

_Rows = Iterable[tuple[Any, str, Any]]  # owner, name, and what is put there


def virtual_time(
    clock: FakesClock,
    *,
    jumps: bool = False,
    horizon_s: float = 7 * 86_400.0,
    requests: int = 10_000,
    patience_s: float | None = 10.0,
    describe: Callable[[], str] = str,
) -> VirtualTime:
    """Make the time of the code under test that of `clock` while the result is entered (`with`).

    Args:
        clock: the one that the fakes share. It may start anywhere, and be moved by others.
        jumps: a wait lasts until the next due change (`next_event`), instead of as long as it says.
        horizon_s: how long clients may wait altogether before ClientNeverStopped is raised in their waits.
        requests: how many may be made without any waiting before it is raised in `note_request`.
        patience_s: how long, in real seconds, a thread may run, or wait for the world outside, without a sign of life
            while others wait for it; None: for ever.
        describe: what the client was doing, in a sentence or more, for the message of ClientNeverStopped.
    """

    def told() -> str:
        return " ".join(filter(None, (describe(), _NAMES.kept_by())))

    def waiting() -> Waiting:
        hands = Hands(clock, jumps=jumps, horizon_s=horizon_s, requests=requests, describe=told, mistake=ClockError)
        return Waiting(hands, patience_s=patience_s)

    return VirtualTime(clock, waiting)


def next_test() -> None:
    """Another test begins, in a time that may be virtual for many of them: the bounds are for each."""
    if STAGE.waiting is not None:
        STAGE.waiting.hands.forget_counts()


def put_right() -> None:
    """When virtual time is over, put the real things back also where the test's own patches were undone later."""
    if STAGE.waiting is not None:
        return
    _LATE[:] = [patch for patch in _LATE if not patch.undo()]
    _NAMES.put_right()
    for ident in STAGE.ahead_s.keys() - sys._current_frames().keys():
        del STAGE.ahead_s[ident]
    if not STAGE.ahead_s:
        _undo(_TIME_OUT_PATCHES)


class VirtualTime:
    """A context manager, made by `virtual_time`. It may be entered again after it was left."""

    def __init__(self, clock: FakesClock, make: Callable[[], Waiting]) -> None:
        self._clock = clock
        self._make = make
        self._waiting: Waiting | None = None
        self._stack = ExitStack()
        self._patches: list[Patch] = []

    def note_request(self) -> None:
        """A request was made. Call it once for each, in the client's thread.

        Raises:
            ClientNeverStopped: too many without any waiting.
        """
        __tracebackhide__ = True
        if self._waiting is not None:
            self._waiting.note_request()

    def note_served(self) -> None:
        """A request was answered. What one from outside has begun may be all that others wait for."""
        if self._waiting is not None and self._waiting.reader() is None:
            self._waiting.turns.pump()

    def reads_began_anew(self) -> None:
        """The client has got another answer than before, or has asked for something to change."""
        if self._waiting is not None:
            self._waiting.hands.reads_began_anew()

    def note_equal_reads(self, count: int, text: str) -> bool:
        """The client has read the same again and again while nothing can change. It may never stop.

        If it has looked at no clock meanwhile, and nothing else has a deadline, it never will. Else its deadline, or
        the horizon, comes sooner: from now on its waits last longer.

        Args:
            count: how often.
            text: what it has read, and that nothing can change: the error's message.

        Returns:
            Whether its waits last longer from now on.

        Raises:
            ClientNeverStopped: it never will.
        """
        __tracebackhide__ = True
        waiting = self._waiting
        if waiting is None or waiting.reader() is None:
            return False
        if not waiting.hands.looked and not waiting.has_another_deadline():
            error = ClientNeverStopped(text)
            waiting.remember(error)
            raise error
        waiting.hands.stretch(text)
        return True

    def take_error(self) -> BaseException | None:
        """What has ended a wait of some other thread, where nobody may have seen it. It is told once."""
        if self._waiting is None:
            return None
        turns = self._waiting.turns
        error, turns.error = turns.error, None
        return error

    def advance(self, seconds: float, *, counted: bool = False) -> None:
        """Move the clock, as the test's author or a late reply does.

        In a thread that takes part this is a wait, so that the others act at their instants on the way; it never
        becomes a jump of `next_event`. Elsewhere the clock moves at once.

        Args:
            counted: whether it counts for the horizon, as a late reply does: the client waits for it.
        """
        __tracebackhide__ = True
        waiting = self._waiting
        who = None if waiting is None else waiting.waiter()
        if waiting is None or who is None:
            self._clock.advance_to(self._clock.now_s() + seconds)
            if waiting is not None:
                waiting.turns.pump()
            return
        what = f"a late reply ({seconds:g} s)" if counted else f"advance({seconds:g} s)"
        wait = Wait(who, what, until_us=waiting.hands.until(seconds), exact=True, counted=counted)
        if waiting.wait(wait) is Reason.EXIT:
            self._clock.advance_to(self._clock.now_s() + seconds)

    def __enter__(self) -> VirtualTime:
        if STAGE.waiting is not None:
            raise ClockError(
                "time is virtual already. There is one virtual time a test, shared by its fakes: give the clock of the "
                "first to the others, FakeSTT(time=first.clock), or let them stand still, time='manual'. The fixtures "
                "are told by @pytest.mark.fakestt(time='manual')."
            )
        problem = refused.greenlets()
        if problem is not None:
            raise ClockError(problem)
        put_right()
        # Whatever an exception breaks off, what was done by then is undone, the last first.
        with ExitStack() as stack:
            waiting = self._waiting = self._make()
            stack.callback(self._forget)
            stack.callback(waiting.close)
            threads, outside = ThreadPatches(waiting), Outside(waiting, _is_answered)
            loops = LoopPatches(waiting, outside, threads.earlier)
            stack.callback(lambda: loops.undo(ahead_s(waiting)))
            stack.callback(self._keep_time_outs, waiting)
            stack.callback(STAGE.leave)
            STAGE.enter(waiting)
            waiting.enter(threading.current_thread().name)
            stack.callback(wall.stop)
            wall.start()
            freezes = freezing.FreezePatches(_NAMES.replace, TIME_OUTS["monotonic"])
            stack.callback(_NAMES.restore)
            stack.callback(freezes.forget)
            stack.callback(_undo, self._patches)
            tables = (threads.table, outside.table, Selecting(waiting, outside).table, loops.table)
            _put([*_MADE_INSIDE, *chain(*tables)], self._patches)
            if not _TIME_OUT_PATCHES:
                _put(_TIME_OUT_ROWS, _TIME_OUT_PATCHES)
            _NAMES.replace()
            self._patch_libraries(
                stack,
                {
                    freezing.API: freezes.table,
                    refused.UVLOOP: lambda: refused.uvloop_patches(waiting),
                    trios.LIBRARY: lambda: trios.patches(waiting, outside),
                },
            )
            self._stack = stack.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        waiting = self._waiting
        assert waiting is not None
        left: list[str] = []
        with self._stack:
            if error is None:
                self._let_others_have_their_turns(waiting)
            left = waiting.left()
        if error is None and waiting.turns.error is not None:
            # It ended a wait of some other thread, where nobody may have seen it.
            raise waiting.turns.error
        if left:
            gone_s = waiting.hands.now_us() / 1e6
            warn(
                f"when the test's time ended, {' and '.join(left)}. What is left of it passes really, and a deadline "
                f"by time.monotonic() is up to {gone_s:g} s further off. Stop such a thread in the test, and join it.",
                ResourceWarning,
            )

    def _patch_libraries(self, stack: ExitStack, tables: Mapping[str, Callable[[], _Rows]]) -> None:
        """Patch those that are imported by now, and the others when they are."""

        def restore_for_freezegun(name: str) -> None:
            if name == freezing.API:
                _NAMES.restore()  # it must find the real functions

        def patch(name: str) -> None:
            _NAMES.replace()
            _put(tables[name](), self._patches)

        for table in tables.values():
            _put(table(), self._patches)
        watch = ImportWatch([name for name in tables if name not in sys.modules], patch, restore_for_freezegun)
        stack.callback(watch.remove)
        watch.install()

    def _let_others_have_their_turns(self, waiting: Waiting) -> None:
        """Who was woken by the test's last act would else run in real time, and beside the next test."""
        who = waiting.waiter()
        if who is not None and waiting.turns.is_awaited():
            with suppress(ClockError, ClientNeverStopped):  # one that does not come back is not this test's concern
                waiting.wait(Wait(who, "the end", until_us=waiting.hands.now_us()))

    def _forget(self) -> None:
        self._waiting = None

    def _keep_time_outs(self, waiting: Waiting) -> None:
        """For those who are in the middle of one: `Queue.get` looks at the clock again before it gives up."""
        more_s = ahead_s(waiting)
        left = {ident: STAGE.ahead_s.get(ident, 0.0) + more_s for ident in waiting.left_in_time_outs()}
        # One that takes no part may still be in a wait that began in an earlier virtual time.
        others = {ident: at_s for ident, at_s in STAGE.ahead_s.items() if not waiting.takes_part(ident)}
        STAGE.ahead_s = {**others, **left}
        if not STAGE.ahead_s:
            _undo(_TIME_OUT_PATCHES)


_LATE: list[Patch] = []  # somebody else had replaced ours when virtual time was over


def _put(rows: _Rows, patches: list[Patch]) -> None:
    for owner, name, ours in rows:
        patches.append(Patch(owner, name, ours))
        patches[-1].make()


def _undo(patches: list[Patch]) -> None:
    while patches:
        if not patches[-1].undo():
            _LATE.append(patches[-1])
        patches.pop()


def _is_answered(address: tuple[str, int]) -> bool | None:
    unanswered = is_unanswered(address)
    return None if unanswered is None else not unanswered


def _time_of_time_outs() -> types.ModuleType:
    module = types.ModuleType("time", time.__doc__)
    vars(module).update({**vars(time), **TIME_OUTS})
    return module


# What is made inside takes part.
_MADE_INSIDE: _Rows = (
    (threading, "_allocate_lock", Lock),
    (threading, "Lock", Lock),
    (threading, "_CRLock", rlock),
    (queue, "SimpleQueue", SimpleQueue),
)

# Where the standard library measures time-outs. They stay for as long as a thread is in one that began inside.
_TIME = _time_of_time_outs()
_TIME_OUT_ROWS: _Rows = (
    (threading, "_time", TIME_OUTS["monotonic"]),
    (queue, "time", TIME_OUTS["monotonic"]),
    (asyncio.base_events, "time", _TIME),
    (concurrent.futures._base, "time", _TIME),
)
_TIME_OUT_PATCHES: list[Patch] = []

_NAMES = Names(
    [
        *((REAL[name], CLIENTS[name]) for name in REAL), *refused.ALARMS, (_thread.allocate_lock, Lock),
        *([(threading.Lock, LockType)] if isinstance(threading.Lock, type) else []),
    ],
    # Imports and locks of the system stay real; those that measure time-outs have clocks of their own; freezegun must
    # not take ours for the real ones.
    never=(
        "_thread", "importlib", "_frozen_importlib", "_queue", "fakestt.intercept.", "time_machine", "freezegun",
        "threading", "queue", "asyncio.base_events", "concurrent.futures.",
    ),
)  # fmt: skip
