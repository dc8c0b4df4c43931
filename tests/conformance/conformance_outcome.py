"""What came of a request, in a form in which two clients' fates compare."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from conformance_asking import Heard


def status_of(work: Callable[[], Heard]) -> int | tuple[Any, ...]:
    """The status, or the anatomy of what was raised."""
    try:
        return work().status
    except Exception as error:
        return anatomy(error)


def outcome(work: Callable[[], Heard]) -> tuple[Any, ...]:
    """The anatomy of what was raised. Some clients raise nothing, and say nothing, where a body is cut."""
    try:
        heard = work()
    except Exception as error:
        return anatomy(error)
    return ("nothing raised", len(heard.body))


def anatomy(error: BaseException) -> tuple[Any, ...]:
    """The type of an exception, and of those that it carries; our own types count as what they stand for."""
    kind = next(one for one in type(error).__mro__ if not one.__module__.startswith("fakestt"))
    carried = [one for one in (*error.args, getattr(error, "reason", None)) if isinstance(one, BaseException)]
    number = [error.errno] if isinstance(error, OSError) and error.errno else []
    return (kind.__module__, kind.__qualname__, *number, *map(anatomy, carried))
