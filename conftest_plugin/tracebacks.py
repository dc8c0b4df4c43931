"""What a failed test shows of our own code: no line where its author looks for theirs, and no value at all."""

from __future__ import annotations

import os
import sys
from traceback import walk_tb
from typing import Any

__all__ = ["leave_out_our_values", "leave_out_ours"]

_OURS = ("fakestt", "conftest_plugin")
_MISTAKES = ("fakestt", "fakestt.errors")


def leave_out_ours(error: BaseException) -> None:
    """Let the traceback of an author's mistake end in a line of theirs, or of their client's. `--full-trace` shows all.

    pytest asks each module whether to leave its lines out. Here all our modules whose lines there are get the same
    answer, be they in `sys.modules` still or not.
    """
    errors: dict[int, BaseException] = {}
    left: list[BaseException | None] = [error]
    while left:
        one = left.pop()
        if one is not None and id(one) not in errors:
            errors[id(one)] = one
            left += [one.__cause__, one.__context__, *getattr(one, "exceptions", ())]
            for frame, _ in walk_tb(one.__traceback__):
                if str(frame.f_globals.get("__name__")).partition(".")[0] in _OURS:
                    frame.f_globals.setdefault("__tracebackhide__", _is_the_author_s)


def leave_out_our_values(longrepr: Any) -> None:  # Any: a text, or one of pytest's private classes
    """Take the arguments and the local variables of our functions out of a report.

    They hold the requests of the client as they came, with its credentials, which `--tb=long` and `--showlocals` would
    print. There is no such option for a module, so it is done to what pytest has made.
    """
    tracebacks = [one[0] for one in getattr(longrepr, "chain", ())]
    for traceback in tracebacks or filter(None, [getattr(longrepr, "reprtraceback", None)]):
        for entry in traceback.reprentries:
            place = getattr(entry, "reprfileloc", None)
            if place is not None and _is_ours(place.path):
                entry.reprfuncargs = entry.reprlocals = None


def _is_ours(path: str) -> bool:
    folders = (os.path.dirname(vars(sys.modules[name])["__file__"]) for name in _OURS if name in sys.modules)
    return os.path.abspath(path).startswith(tuple(f"{folder}{os.sep}" for folder in folders))


def _is_the_author_s(raised: object) -> bool:
    """Whether the error is one of the public exceptions. Any other that our lines raise may be a mistake of ours."""
    return type(getattr(raised, "value", None)).__module__ in _MISTAKES
