"""Fakes that tests make by hand: a failing test shows what happened, and closing one checks that all of it came."""

from __future__ import annotations

import sys
import warnings
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from fakestt import FakeSTT

__all__ = ["excuse", "first_complaint", "forget", "made", "unused"]

# Whoever makes a fake imports this module. The plugin never does.
_OPENED = "fakestt.opened"


def forget() -> None:
    """Drop the fakes that were closed by now: their test was reported, or no test ran."""
    opened: Any = sys.modules.get(_OPENED)
    if opened is not None:
        opened.forget_closed()


def made() -> list[FakeSTT]:
    """The fakes that the test has closed, and all that are open."""
    opened: Any = sys.modules.get(_OPENED)
    return [] if opened is None else [*opened.now_closed(), *opened.now_open()]


def excuse() -> None:
    """The test did not run to its end: whatever did not come to fakes that are open now need not."""
    for stt in made():
        sys.modules[_OPENED].excuse(stt)


def unused(item: pytest.Item, own: list[FakeSTT]) -> BaseException | None:
    """The complaint about what was prepared in vain at the fakes that are closed now, or None. Each is asked once.

    Args:
        own: the fakes of our fixtures, which are asked elsewhere.
    """
    opened: Any = sys.modules.get(_OPENED)
    closed = [] if opened is None else opened.now_closed()
    asked = [stt for stt in closed if stt not in own and not opened.is_excused(stt)]
    for stt in asked:
        opened.excuse(stt)
    return first_complaint(item, asked)


def first_complaint(item: pytest.Item, fakes: list[FakeSTT]) -> BaseException | None:
    """What the first of these complains of that was prepared something in vain, or None.

    It warns at the test's own line: by now no line of the author's is running.
    """
    if not fakes:
        return None  # nor is fakestt imported
    from fakestt import ConductWarning, FakesttError, NotFaked

    path, line, _ = item.reportinfo()
    for stt in fakes:
        try:
            for message, kind in stt._remarks():
                warnings.warn_explicit(message, kind, str(path), (line or 0) + 1)
        except (ConductWarning, FakesttError, NotFaked) as problem:  # a warning is raised where warnings are errors
            return problem.with_traceback(None)
    return None
