"""The time of the code under test is the fakes' clock: it sees that clock, and its waiting moves it.

    with virtual_time(world) as time:
        client.train_and_wait()      # with time.sleep, threads, asyncio, unchanged

What takes part: `sleep`; Condition, Event, Queue, Semaphore, Barrier, Future, with or without time-out; Lock and RLock
that were made inside; `Thread.join`; `select` and selectors; asyncio's loops; executors during a job. It does so in the
thread that enters, in the threads that it and they start, and in those from before that one of these has woken. All
other threads see and wait real time, and so do the modules named in `kept_real`.

What does not: locks made before, `SimpleQueue`, sockets of synchronous clients (a thread that blocks in one counts as
running), `select.poll` and `epoll`, trio, and uvloop, which is refused. What was bound to a name of a module before is
found; attributes of classes and default arguments (`timer=time.monotonic`) are not, nor names that are bound anew
inside to what was kept elsewhere, nor `now` of classes that were derived from `datetime` before.
"""

from __future__ import annotations

import copyreg
import datetime
import sys
import threading
import time
import warnings
from collections.abc import Callable, Iterable
from contextlib import suppress
from types import TracebackType
from typing import Any

from fakestt.errors import ClockError
from fakestt.intercept.cuts.imports import ImportWatch
from fakestt.intercept.waiting.freezing import FreezePatches
from fakestt.intercept.waiting.hands import ClientNeverStopped, Hands, World
from fakestt.intercept.waiting.locks import Lock, rlock
from fakestt.intercept.waiting.loops import LoopPatches, uvloop_patches
from fakestt.intercept.waiting.names import Names
from fakestt.intercept.waiting.participants import Reason, Wait
from fakestt.intercept.waiting.reading import (
    FOLLOWING,
    ClientDate,
    ClientDatetime,
    ClientTime,
    as_module,
    functions,
    reduced,
)
from fakestt.intercept.waiting.real import CLASSES, REAL
from fakestt.intercept.waiting.selecting import REAL_SELECT, SelectorPatches, virtual_select
from fakestt.intercept.waiting.sockets import SocketPatches
from fakestt.intercept.waiting.stage import STAGE, ahead_s
from fakestt.intercept.waiting.threads import ThreadPatches
from fakestt.intercept.waiting.waiting import Waiting

__all__ = ["ClientNeverStopped", "VirtualTime", "World", "next_test", "put_right", "virtual_time"]

_WAITING_MODULES = frozenset(("threading", "queue", "asyncio.base_events", "concurrent.futures._base"))
RealDate, RealDatetime = CLASSES
_ABSENT = object()


def virtual_time(
    world: World,
    *,
    jumps: bool = False,
    horizon_s: float = 7 * 86_400.0,
    requests: int = 10_000,
    stuck_after_s: float | None = 1.0,
    describe: Callable[[], str] = str,
) -> VirtualTime:
    """Make the time of the code under test that of `world` while the result is entered (`with`).

    Args:
        world: the time that the fakes share. It may start anywhere, and be moved by others.
        jumps: a wait lasts until the next due change (`next_event`), instead of as long as it says.
        horizon_s: how long clients may wait altogether before ClientNeverStopped is raised in their waits.
        requests: how many may be made without any waiting before it is raised in `note_request`.
        stuck_after_s: how long, in real seconds, a thread may run without a sign of life while others wait; None: for
            ever. One that is seen computing gets ten times as long.
        describe: what the client was doing, in a sentence or more, for the message of ClientNeverStopped.
    """

    def waiting() -> Waiting:
        hands = Hands(world, jumps=jumps, horizon_s=horizon_s, requests=requests, describe=describe)
        return Waiting(hands, stuck_after_s=stuck_after_s)

    return VirtualTime(world, waiting)


def next_test() -> None:
    """Another test begins, in a time that may be virtual for many of them: the bounds are for each."""
    if STAGE.waiting is not None:
        STAGE.waiting.hands.forget_counts()


def put_right() -> None:
    """When virtual time is over, put the real things back also where the test's own patches were undone later."""
    if STAGE.waiting is None:
        STAGE.late[:] = [undo for undo in STAGE.late if not undo()]
        _NAMES.put_right()
        if STAGE.ahead_s:
            for ident in STAGE.ahead_s.keys() - sys._current_frames().keys():
                del STAGE.ahead_s[ident]
            if not STAGE.ahead_s:
                _NAMES.restore()


class VirtualTime:
    """A context manager, made by `virtual_time`. It may be entered again after it was left."""

    def __init__(self, world: World, make: Callable[[], Waiting]) -> None:
        self._world = world
        self._make = make
        self._waiting: Waiting | None = None
        self._patches: list[_Patch] = []
        self._loops: LoopPatches | None = None
        self._freezes = FreezePatches(_put_ours, _put_real)
        self._uvloop = ImportWatch(["uvloop"], lambda _: self._patch(uvloop_patches()))

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
            self._waiting.pump()

    def take_error(self) -> BaseException | None:
        """What has ended a wait of some other thread, where nobody may have seen it. It is told once."""
        waiting = self._waiting
        if waiting is None:
            return None
        error, waiting.error = waiting.error, None
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
            self._world.advance_to(self._world.now_s() + seconds)
            if waiting is not None:
                waiting.pump()
            return
        what = f"a late reply ({seconds:g} s)" if counted else f"advance({seconds:g} s)"
        wait = Wait(who, what, until_us=waiting.hands.until(seconds), exact=True, counted=counted)
        if waiting.wait(wait) is Reason.EXIT:
            self._world.advance_to(self._world.now_s() + seconds)

    def __enter__(self) -> VirtualTime:
        if STAGE.waiting is not None:
            raise ClockError(
                "time is virtual already. There is one virtual time a test, shared by its fakes: give the clock of the "
                "first to the others, FakeSTT(time=first.clock), or let them stand still, time='manual'. The fixtures "
                "are told by @pytest.mark.fakestt(time='manual')."
            )
        put_right()
        waiting = self._waiting = self._make()
        # Rounded up: whoever has read the real one just before does not see it go back.
        STAGE.monotonic_us = (int(REAL["monotonic"]()) + 1) * 1_000_000
        STAGE.perf_counter_us = (int(REAL["perf_counter"]()) + 1) * 1_000_000
        waiting.enter(threading.current_thread().name)
        threads, sockets = ThreadPatches(waiting), SocketPatches(waiting)
        self._loops = LoopPatches(waiting, sockets, threads.older)
        selectors = SelectorPatches(waiting, sockets)
        rows = [
            *_LOCKS, *threads.table, *sockets.table, *selectors.table, *self._loops.table, *uvloop_patches(),
            *self._freezes.table(),
        ]  # fmt: skip
        STAGE.waiting, STAGE.sockets = waiting, sockets
        try:
            self._patch(rows)
            _put_ours()
            self._freezes.install(self._patch_freezegun)
            if "uvloop" not in sys.modules:
                self._uvloop.install()
        except BaseException:
            self._leave()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        waiting = self._waiting
        assert waiting is not None
        if error is None:
            self._let_others_have_their_turns(waiting)
        left = waiting.left()
        self._leave()
        if error is None and waiting.error is not None:
            # It ended a wait of some other thread, where nobody may have seen it.
            raise waiting.error
        if left:
            gone_s = waiting.hands.now_us() / 1e6
            warnings.warn(
                f"when the test's time ended, {' and '.join(left)}. What is left of it passes really, and a deadline "
                f"by time.monotonic() is up to {gone_s:g} s further off. Stop such a thread in the test, and join it.",
                ResourceWarning,
                stacklevel=2,
            )

    def _let_others_have_their_turns(self, waiting: Waiting) -> None:
        """Who was woken by the test's last act would else run in real time, and beside the next test."""
        who = waiting.waiter()
        if who is not None and waiting.is_awaited():
            with suppress(ClockError, ClientNeverStopped):  # one that does not come back is not this test's concern
                waiting.wait(Wait(who, "the end", until_us=waiting.hands.now_us()))

    def _leave(self) -> None:
        waiting, self._waiting = self._waiting, None
        STAGE.waiting = STAGE.sockets = None
        while self._patches:
            patch = self._patches.pop()
            if not patch.undo():
                STAGE.late.append(patch.undo)
        self._freezes.remove()
        self._uvloop.remove()
        _put_real()
        if waiting is not None:
            self._keep_time_outs(waiting)
        if self._loops is not None and waiting is not None:
            self._loops.undo(ahead_s(waiting))
        if waiting is not None:
            waiting.close()

    def _keep_time_outs(self, waiting: Waiting) -> None:
        """For those who are in the middle of one: `Queue.get` looks at the clock again before it gives up."""
        more_s = ahead_s(waiting)
        left = {ident: STAGE.ahead_s.get(ident, 0.0) + more_s for ident in waiting.left_in_time_outs()}
        # One that takes no part may still be in a wait that began in an earlier virtual time.
        others = {ident: at_s for ident, at_s in STAGE.ahead_s.items() if not waiting.takes_part(ident)}
        STAGE.ahead_s = {**others, **left}
        if STAGE.ahead_s:
            _NAMES.keep_waits()

    def _patch_freezegun(self) -> None:
        self._patch(self._freezes.table())

    def _patch(self, rows: Iterable[tuple[Any, str, Any]]) -> None:
        for owner, name, ours in rows:
            self._patches.append(_Patch(owner, name, ours))


class _Patch:
    """An attribute that is replaced."""

    def __init__(self, owner: Any, name: str, ours: object) -> None:
        self._owner, self._name, self._ours = owner, name, ours
        self._before = vars(owner).get(name, _ABSENT)
        setattr(owner, name, ours)

    def undo(self) -> bool:
        # Whoever has replaced ours meanwhile keeps it, and will put ours back: it does then what the real one does.
        if vars(self._owner).get(self._name) is not self._ours:
            return False
        if self._before is _ABSENT:
            delattr(self._owner, self._name)
        else:
            setattr(self._owner, self._name, self._before)
        return True


_LOCKS: tuple[tuple[Any, str, Any], ...] = (
    (threading, "_allocate_lock", Lock),
    (threading, "Lock", Lock),
    (threading, "_CRLock", rlock),
)


def _put_ours() -> None:
    _NAMES.replace()
    for kind in (RealDate, RealDatetime):
        copyreg.dispatch_table.setdefault(kind, reduced)


def _put_real() -> None:
    _NAMES.restore()
    for kind in (RealDate, RealDatetime):
        if copyreg.dispatch_table.get(kind) is reduced:
            del copyreg.dispatch_table[kind]


def _names() -> Names:
    client, waiting = functions(FOLLOWING), functions(ClientTime(follows=False))
    return Names(
        ours=(
            *((REAL[name], client[name]) for name in REAL),
            (RealDate, ClientDate),
            (RealDatetime, ClientDatetime),
            (REAL_SELECT, virtual_select),
        ),
        kept=(
            (time, as_module("time", time, REAL)),
            (datetime, as_module("datetime", datetime, {"date": RealDate, "datetime": RealDatetime})),
        ),
        waits=((time, as_module("time", time, waiting)), *((REAL[name], waiting[name]) for name in REAL)),
        waiting_modules=_WAITING_MODULES,
        never=("fakestt.intercept.", "freezegun", "time_machine"),
        usual=frozenset((*REAL, "date", "datetime", "_time")),
    )


_NAMES = _names()
