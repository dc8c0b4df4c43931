"""Is the one that runs still alive, and is there one? Judged by those who wait for it, in real time."""

from __future__ import annotations

import sys
import time
import traceback
from collections.abc import Sequence
from typing import Any

from fakestt.intercept.waiting.real import REAL

__all__ = ["Watchdog"]

# One that computes gets that many times as long as one that is blocked.
_PATIENCE = 10
# And that many, when all that take part wait: a thread or a socket that does not may still wake them.
_PATIENCE_WITH_OTHERS = 30
_COMPUTES_S = 0.001  # of processor time between two looks


class Watchdog:
    """Looks at those who run, again and again, and gives a verdict.

    Args:
        after_s: real seconds without a sign of life; None means never.
    """

    def __init__(self, after_s: float | None) -> None:
        self._after_s = after_s
        self.every_s = -1.0 if after_s is None else after_s / 5
        self._sign: object = None
        self._since_s = 0.0
        self._looked_s = 0.0
        self._looks = 0
        self._place: object = None
        self._moves = False
        self._asleep: tuple[object, list[str]] | None = None
        self._asleep_looked_s = 0.0
        self._asleep_looks = 0

    def verdict(self, running: Sequence[Any], sign: object, waiting: Sequence[str]) -> str | None:
        """Return what is wrong, or None.

        Args:
            running: the participants that run.
            sign: equal as long as nobody has given a sign of life.
            waiting: names of those who wait.
        """
        now_s = REAL["monotonic"]()
        if self._after_s is None or not running:
            self._sign = None
            return None
        frames = sys._current_frames()
        tops = [(who, frames.get(who.ident)) for who in running]
        place = [_place(who.ident, frame) for who, frame in tops]
        if sign != self._sign:
            self._sign, self._since_s, self._looked_s, self._looks = sign, now_s, now_s, 0
            self._place, self._moves = place, False
            return None
        # Looks are counted too: when the whole process was held up, time has passed for nobody.
        if now_s - self._looked_s < self.every_s / 2:
            return None
        self._looked_s = now_s
        self._looks += 1
        self._moves = self._moves or place != self._place
        self._place = place
        limit_s = self._after_s * (_PATIENCE if self._moves else 1)
        if now_s - self._since_s < limit_s or self._looks < 5 * (_PATIENCE if self._moves else 1) - 1:
            return None
        stacks = "".join(
            f"\n{who.name}:\n{''.join(traceback.format_stack(frame)[-6:])}" for who, frame in tops if frame is not None
        )
        names, others = ", ".join(who.name for who in running), ", ".join(waiting)
        if all(who.is_job and not who.ident for who in running):
            return (
                f"{names} has had no worker for {now_s - self._since_s:.1f} s of real time: the executor's are busy "
                "with jobs from before the fake. Wait for those first, or give each test an executor of its own."
            )
        return (
            f"{names} has run for {now_s - self._since_s:.1f} s of real time without waiting, asking or reading the "
            f"time, while {others} waited. The virtual clock moves only when all that take part wait: a plain lock, a "
            "socket or a long computation keeps it standing. Start and wake such a thread before the fake, or use "
            "time='manual'."
            f"{stacks}"
        )

    def deadlock(self, sign: object, asleep: list[str]) -> str | None:
        """Return what is wrong when all that take part wait without a time-out, or None.

        Args:
            sign: equal as long as nobody has given a sign of life.
            asleep: who waits for what; nobody when one of them runs, or will be woken.
        """
        if self._after_s is None or not asleep:
            self._asleep = None
            return None
        now_s = REAL["monotonic"]()
        if self._asleep != (sign, asleep):
            self._asleep, self._asleep_looked_s, self._asleep_looks = (sign, asleep), now_s, 0
        # Looks are counted, and not the time: as above.
        elif now_s - self._asleep_looked_s >= self.every_s / 2:
            self._asleep_looked_s = now_s
            self._asleep_looks += 1
        if self._asleep_looks < 5 * _PATIENCE_WITH_OTHERS:
            return None
        self._asleep = None
        return (
            f"all that take part wait without a time-out, and nothing is due: {', '.join(asleep)}. Who should wake "
            f"{'it' if len(asleep) == 1 else 'them'}? (A thread from before the fake that none of them has woken can't "
            "be seen: time='manual'.)"
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
