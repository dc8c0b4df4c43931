"""Which fakes there are: those that are open, which clients can reach in process or behind a server, and new ones.

pytest's plugin asks: fakes that a test has made by hand, without a fixture of ours, are known to nobody else.
"""

from __future__ import annotations

import sys
from collections import deque
from collections.abc import Callable
from typing import Any
from weakref import WeakSet, ref

__all__ = [
    "closed",
    "excuse",
    "forget",
    "forget_closed",
    "is_excused",
    "made",
    "now_closed",
    "now_open",
    "opened",
    "tell_no_more",
    "tell_of_made",
]

MOST_CLOSED = 20
_OPEN: list[ref[object]] = []  # one for each way in; whoever forgets to close one does not keep the fake
_CLOSED: deque[object] = deque(maxlen=MOST_CLOSED)  # the latest, for a test may make any number
_EXCUSED: WeakSet[object] = WeakSet()

_TOLD: list[Callable[[Any], None]] = []  # Any: a FakeSTT, which can't be imported here


def tell_of_made(tell: Callable[[Any], None]) -> None:
    """Call `tell` with each fake that is made from now on."""
    _TOLD.append(tell)


def tell_no_more(tell: Callable[[Any], None]) -> None:
    """Call `tell` no more."""
    _TOLD.remove(tell)


def made(fake: object) -> bool:
    """It is new. Returns whether anyone was told."""
    for tell in _TOLD:
        tell(fake)
    return bool(_TOLD)


def opened(fake: object) -> None:
    """Clients can reach it now, in one way more."""
    _OPEN.append(ref(fake))


def closed(fake: object) -> None:
    """One of its ways in has ended. With the last one it is closed, and kept until the plugin has asked."""
    _OPEN.remove(ref(fake))
    if ref(fake) not in _OPEN and "conftest_plugin" in sys.modules:
        _CLOSED.append(fake)


def now_open() -> list[object]:
    """The fakes that are open, in the order in which they were opened."""
    return list(dict.fromkeys(fake for one in list(_OPEN) if (fake := one()) is not None))


def now_closed() -> list[object]:
    """The latest fakes that were closed, and are not open again."""
    return [fake for fake in dict.fromkeys(_CLOSED) if ref(fake) not in _OPEN]


def forget_closed() -> None:
    """Whoever wanted to know of those has asked."""
    _CLOSED.clear()


def forget(fake: object) -> None:
    """What happened to it is told by whoever opened it: the plugin need not ask for it."""
    if fake in _CLOSED:
        _CLOSED.remove(fake)


def excuse(fake: object) -> None:
    """Whatever did not come to it has been told, or need not come."""
    _EXCUSED.add(fake)


def is_excused(fake: object) -> bool:
    """Whether nobody need ask any more what did not come to it."""
    return fake in _EXCUSED
