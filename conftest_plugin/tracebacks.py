"""What pytest leaves out of a traceback: our own lines, where they are not what the author of the test looks for."""

from __future__ import annotations

import sys

__all__ = ["leave_out_ours"]

_OURS = ("fakestt", "conftest_plugin")
_MISTAKES = ("fakestt", "fakestt.errors")


def leave_out_ours() -> None:
    """From now on a mistake of the author's ends in a line of theirs, or of their client's. `--full-trace` shows all.

    pytest asks each module whether its lines are to be left out. Said here for all that are there, and so only here.
    """
    for name, module in list(sys.modules.items()):
        if name.partition(".")[0] in _OURS:
            vars(module).setdefault("__tracebackhide__", _is_the_author_s)


def _is_the_author_s(raised: object) -> bool:
    """Whether it is one of the public exceptions; whatever else is raised among our lines may be a mistake of ours."""
    return type(getattr(raised, "value", None)).__module__ in _MISTAKES
