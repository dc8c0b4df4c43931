"""Is the one that runs still alive, and is there one? Judged by those who wait for it, in real time."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Sequence
from enum import Enum
from pathlib import Path
from typing import Any

from fakestt.intercept.waiting.real import REAL
from fakestt.intercept.waiting.waits import Participant, Wait
from fakestt.intercept.waiting.whose import clients_line

__all__ = ["Verdict", "Watch"]

_LOOKS = 5  # and no verdict before as many: when the whole process was held up, time has passed for nobody
_MOST_EVERY_S = 0.5
_OTHERS = 3  # times the patience, when all that take part wait: a thread or a socket that does not may still wake them
_COMPUTES_S = 0.001  # of processor time between two looks


class Verdict(Enum):
    """What is to be done. An error is a text."""

    TURN = "those who were woken may run beside the one that is blocked: it may wait for one of them"
    GO_ON = "it waits in C for a descriptor or a child process, nobody can see for how long: they go on without it"


class Watch:
    """Looks at those who run, again and again.

    Args:
        patience_s: real seconds without a sign of life; None means never to look.
    """

    def __init__(self, patience_s: float | None) -> None:
        self._patience_s = patience_s or 0.0
        self.every_s: float = -1.0 if patience_s is None else min(_MOST_EVERY_S, patience_s / _LOOKS)
        self._sign: object = None
        self._since_s = self._looked_s = 0.0
        self._looks = 0
        self._place: object = None
        self._computes = False

    def is_due(self) -> bool:
        """Whether to look: one look does for all who wait."""
        now_s = REAL["monotonic"]()
        if now_s - self._looked_s < self.every_s / 2:
            return False
        self._looked_s = now_s
        return True

    def look(self, running: Sequence[Participant], sign: object, waiting: Sequence[Wait]) -> Verdict | str | None:
        """Look once more; None as long as nothing is to be done.

        Args:
            running: the participants that run.
            sign: equal as long as nobody has given a sign of life.
            waiting: all waits.
        """
        frames = sys._current_frames()
        place = [_place(who.ident, frames.get(who.ident)) for who in running]
        if sign != self._sign:
            self._sign, self._since_s, self._looks, self._place, self._computes = sign, self._looked_s, 0, place, False
            return None
        self._looks += 1
        self._computes = self._computes or place != self._place
        self._place = place
        spent_s = self._looked_s - self._since_s
        if not running:
            over = spent_s >= _OTHERS * self._patience_s and self._looks >= _OTHERS * _LOOKS
            return self._asleep(waiting) if over else None
        held_up = [wait for wait in waiting if not wait.is_idle()]
        if not held_up:
            return None
        is_blocked = not self._computes and self._looks >= 2 and not _waits_for_a_processor(running[0].ident)
        if spent_s < self._patience_s or self._looks < _LOOKS - 1:
            if is_blocked and spent_s > self._patience_s / _LOOKS and "pipe" in _place_in_kernel(running[0].ident):
                return Verdict.GO_ON  # it reads what a child process says now and then
            return Verdict.TURN if is_blocked else None
        if is_blocked and _waits_for_outside(running[0].ident):
            return Verdict.GO_ON
        return _stuck(running, frames, spent_s, held_up)

    def _asleep(self, waiting: Sequence[Wait]) -> str | None:
        """All that take part wait without a time-out, and nothing is due."""
        if not waiting or any(wait.until_us is not None or wait.reason is not None for wait in waiting):
            return None
        self._sign = None  # told once
        names = ", ".join(f"{wait.who.name} in {wait.what}" for wait in waiting)
        return (
            f"all that take part wait without a time-out, and nothing is due: {names}. Who should wake "
            f"{'it' if len(waiting) == 1 else 'them'}? (A thread from before the fake that none of them has woken "
            "can't be seen: time='manual'.)"
        )


def _stuck(running: Sequence[Participant], frames: Any, blocked_s: float, held_up: Sequence[Wait]) -> str:
    names = ", ".join(who.name for who in running)
    if all(who.is_job and not who.ident for who in running):
        return (
            f"{names} has had no worker for {blocked_s:.1f} s of real time: the executor's are busy with jobs from "
            "before the fake. Wait for those first, or give each test an executor of its own."
        )
    places = "; ".join(clients_line(frames[who.ident]) for who in running if who.ident in frames)
    others = ", ".join(f"{wait.who.name} waited in {wait.what}" for wait in held_up[:3])
    more = f" and {len(held_up) - 3} more" if len(held_up) > 3 else ""
    return (
        f"{names} has run for {blocked_s:.1f} s of real time without waiting, asking or reading the time ({places}), "
        f"while {others}{more}. The virtual clock moves only when all that take part wait: a plain lock, a call into C "
        "or a long computation keeps it standing. Give it longer (patience='60s'), start such a thread before the "
        "fake, or use time='manual'."
    )


def _place(ident: int, frame: Any) -> tuple[object, ...]:
    """Where a thread is, which is another place when it has computed meanwhile.

    Python code that loops is nearly always seen at the same instruction, the one where threads take turns. So its
    processor time is asked where the system tells it.
    """
    if frame is None or not hasattr(time, "pthread_getcpuclockid"):
        return (id(frame), frame and frame.f_lasti)
    # Never of a thread that may have ended: this one is alive, for it has a frame, and does not leave while we look.
    spent_s = REAL["clock_gettime"](time.pthread_getcpuclockid(ident))
    return (id(frame), frame.f_lasti, int(spent_s / _COMPUTES_S))


def _waits_for_outside(ident: int) -> bool:
    """Whether a thread is blocked by something else than a lock or a sleep of this process.

    Where the system does not tell, it may be so as long as there are child processes.
    """
    place = _place_in_kernel(ident)
    if place:
        return not place.startswith(("futex", "hrtimer"))
    try:
        os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
    except ChildProcessError:
        return False
    except AttributeError:
        pass  # it can't be asked here
    return True


def _waits_for_a_processor(ident: int) -> bool:
    """Whether Linux would let a thread run, had it a processor to spare: on a busy machine that may take long."""
    return _of_task(ident, "stat").rpartition(") ")[2].startswith("R")


def _place_in_kernel(ident: int) -> str:
    """In which function of Linux a thread waits, such as `anon_pipe_read`; nothing where that is not told."""
    place = _of_task(ident, "wchan")
    return "" if place == "0" else place


def _of_task(ident: int, file: str) -> str:
    """What Linux tells of a thread in this file of /proc; nothing elsewhere."""
    thread = threading._active.get(ident)  # type: ignore[attr-defined]  # in no stub
    try:
        return Path(f"/proc/self/task/{thread.native_id}/{file}").read_text()
    except (OSError, AttributeError):
        return ""
