"""Is a rule written as one can be? A mistake is told when it is written, not when a request comes."""

from __future__ import annotations

from collections.abc import Collection
from fnmatch import fnmatchcase
from types import FrameType

from fakestt.contract.edition import Edition
from fakestt.contract.operations import OPERATIONS
from fakestt.contract.operations.absent import ABSENT
from fakestt.durations import seconds
from fakestt.editions import editions_with
from fakestt.errors import ConfigurationError, UnknownOperation, nearest
from fakestt.faults.rules import Rule

__all__ = ["ALL", "check_count", "check_optional", "check_rule", "place_of", "read_window"]

ALL = f"All: {', '.join(OPERATIONS)}"


def check_rule(rule: Rule, globbed: Collection[str], edition: Edition) -> tuple[float, float] | None:
    """Complain about a rule that means nothing, and read its window: begin and end in seconds from the fake's start.

    Args:
        globbed: the edition's operations, among which a glob chooses.

    Raises:
        UnknownOperation: no operation has this id, or fits this glob.
        ConfigurationError: a field of another kind, a number less than 1, or fields that exclude each other.
    """
    said = f"on({rule.operation!r}"
    _check_operation(rule.operation, said, globbed, edition)
    if rule.path is not None and not isinstance(rule.path, str):
        raise ConfigurationError(f"{said}, path={rule.path!r}): give a path or a glob, a string.")
    for name, value in (("every", rule.every), ("nth", rule.nth), ("times", rule.times)):
        if value is not None:
            check_count(value, f"{said}, {name}={value!r})")
    window_s = None if rule.between is None else read_window(rule.between, f"{said}, between={rule.between!r})")
    if rule.then and rule.times is not None:
        raise ConfigurationError(f"{said}, times={rule.times}): each effect of a series happens once. Leave out times.")
    if not callable(rule.when):
        raise ConfigurationError(f"{said}, when={rule.when!r}): give a function that takes a Call.")
    if not isinstance(rule.optional, bool):
        raise ConfigurationError(
            f"{said}, optional={rule.optional!r}): give True (the rule need not be used) or False."
        )
    if not isinstance(rule.marked, bool):
        raise ConfigurationError(f"{said}, marked={rule.marked!r}): give True (a header tells of it) or False.")
    if any(effect.is_stale for effect in rule.series):
        reads = [row.id for row in OPERATIONS.values() if row.method == "GET" and row.authenticated]
        if not any(fnmatchcase(read, rule.operation) for read in reads):
            raise ConfigurationError(f"{rule}: only a read shows something that can be old. Reads: {', '.join(reads)}")
    return window_s


def check_count(count: object, said: str) -> None:
    """Complain about a count that is none.

    Raises:
        ConfigurationError: not a whole number from 1 on.
    """
    if not isinstance(count, int) or isinstance(count, bool) or count < 1:
        raise ConfigurationError(f"{said}: count from 1, in whole numbers.")


def check_optional(optional: object, said: str) -> None:
    """Complain about an `optional` that is neither.

    Raises:
        ConfigurationError: not a bool.
    """
    if not isinstance(optional, bool):
        raise ConfigurationError(f"{said}: give True (it need not be used) or False.")


def place_of(frame: FrameType) -> str:
    """Where an author's code stands, as `file:line`."""
    return f"{frame.f_code.co_filename}:{frame.f_lineno}"


def read_window(window: object, said: str) -> tuple[float, float]:
    """Read two durations, counted from the fake's start: begin and end in seconds.

    Raises:
        ConfigurationError: not two durations, or the second is not behind the first.
    """
    if not isinstance(window, (tuple, list)) or len(window) != 2:
        raise ConfigurationError(
            f"{said}: give the begin and the end of a window, counted from the fake's start, such as ('30m', '40m')."
        )
    begin_s, end_s = (seconds(one, said) for one in window)
    if not 0 <= begin_s < end_s:
        raise ConfigurationError(
            f"{said}: the window begins at the fake's start or later, and ends after it has begun: ('30m', '40m')."
        )
    return begin_s, end_s


def _check_operation(operation: object, said: str, globbed: Collection[str], edition: Edition) -> None:
    if not isinstance(operation, str):
        raise ConfigurationError(f"{said}): give an operation's id or a glob, a string. {ALL}")
    row = OPERATIONS.get(operation)
    if (row is not None and not row.authenticated) or any(fnmatchcase(known, operation) for known in globbed):
        return
    lacking = next((row for row in OPERATIONS.values() if row.authenticated and fnmatchcase(row.id, operation)), None)
    if lacking is not None:
        raise UnknownOperation(
            f"{said}): edition {edition.name} has no {lacking.id}. A request for it is answered 404. Take an edition "
            f"that has it ({editions_with(lacking)}), or choose it by on(path=...)."
        )
    absent = next((row for row in ABSENT.values() if fnmatchcase(row.id, operation)), None)
    if absent is not None:
        raise UnknownOperation(
            f"{said}): {absent.said}. A request for it is answered 404. To choose it: on(path={absent.glob!r}). {ALL}"
        )
    what = "fits this glob" if any(sign in operation for sign in "*?[") else "has this id"
    raise UnknownOperation(f"{said}): no operation {what}.{nearest(operation, OPERATIONS)} {ALL}")
