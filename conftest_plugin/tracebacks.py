"""pytest leaves our own lines out of a traceback where the author of the test looks for theirs."""

from __future__ import annotations

import sys

__all__ = ["leave_out_ours"]

_OURS = ("fakestt", "conftest_plugin")
_MISTAKES = ("fakestt", "fakestt.errors")


def leave_out_ours() -> None:
    """Let the traceback of an author's mistake end in a line of theirs, or of their client's. `--full-trace` shows all.

    pytest asks each module whether to leave its lines out. Here all our modules that are there get the same answer.
    """
    for name, module in list(sys.modules.items()):
        if name.partition(".")[0] in _OURS:
            vars(module).setdefault("__tracebackhide__", _is_the_author_s)


def _is_the_author_s(raised: object) -> bool:
    """Whether the error is one of the public exceptions. Any other that our lines raise may be a mistake of ours."""
    return type(getattr(raised, "value", None)).__module__ in _MISTAKES
