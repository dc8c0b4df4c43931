"""Where the real functions are bound: `from time import sleep`, `def wait(clock=time.monotonic)`, `self.clock`.

The garbage collector tells who refers to them: modules, objects, closures, classes, default arguments. It is asked when
their counts of references have changed since the last time, so a test that brings nothing new costs next to nothing.
What can't be changed, such as a `functools.partial`, is named where the client never stops.

For ratelimit, cachetools, sched and kombu, whose clocks are default arguments that objects keep.
"""

from __future__ import annotations

import functools
import gc
import sys
import types
import weakref
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from fakestt.intercept.waiting.whose import is_clients, is_kept_real

__all__ = ["Names"]

_Place = tuple[Any, str]  # Any: a module's dict, a class, an object, a cell or a function; and the name of what it has


class Names:
    """Replaces what is bound, and puts it back. One in a process.

    Args:
        ours: pairs of a real thing and what stands in for it.
        never: how the names of modules begin that are not looked at.
    """

    def __init__(self, ours: Sequence[tuple[Any, object]], *, never: tuple[str, ...]) -> None:
        self._real, self._stand_ins = (tuple(column) for column in zip(*ours, strict=True))
        self._ours = {id(real): stand_in for real, stand_in in ours}
        self._back = {id(stand_in): real for real, stand_in in ours}
        self._usual = {real.__name__ for real in self._real}
        self._never = never
        self._places: list[tuple[Callable[[], Any], str]] = []
        self._counts: list[int] = []  # of references to the real ones, as of the last restoration
        self._counts_of_ours: list[int] = []  # as of the last replacement
        self._put: list[_Place] = []  # where ours are now
        self._late: list[_Place] = []  # where somebody had replaced ours when they were to go, and may put them back

    def replace(self) -> None:
        """Put ours in, wherever the real ones are now."""
        if self._put or _counts(self._real) != self._counts:
            known = self._places if self._put else []
            self._places = [*known, *((_reference(owner), name) for owner, name in self._find(self._ours))]
        self._put += [place for refer, name in self._places if _exchange(place := (refer(), name), self._ours)]
        self._counts_of_ours = _counts(self._stand_ins)

    def restore(self) -> None:
        """Put the real ones back, also where ours were bound meanwhile."""
        others_have_ours = _counts(self._stand_ins) != self._counts_of_ours
        put, self._put = self._put, []
        self._late = [place for place in put if not _exchange(place, self._back)]
        if others_have_ours:
            found = [place for place in list(self._find(self._back)) if _exchange(place, self._back)]
            self._places += [(_reference(owner), name) for owner, name in found]
        self._counts = _counts(self._real)

    def put_right(self) -> None:
        """Put the real ones back where somebody who had replaced ours has put ours back since."""
        if self._late:
            self._late = [place for place in self._late if not _exchange(place, self._back)]

    def kept_by(self) -> str:
        """What keeps a real function still, in a sentence: it reads, or waits by, another clock than the others."""
        found = set()
        timers = {id(real): real for real in self._real if real.__module__ == "time"}
        for one in gc.get_referrers(*timers.values()):  # of all at once: to look through the heap takes its time
            kind = type(one)
            if kind is functools.partial or (is_clients(kind.__module__) and not issubclass(kind, _OWNED)):
                kept = [timers[id(real)] for real in gc.get_referents(one) if id(real) in timers]
                found |= {f"a {kind.__module__}.{kind.__qualname__} keeps time.{real.__name__}" for real in kept}
        if not found:
            return ""
        return (
            f"From before the fixture {' and '.join(sorted(found))}, which is real. Make it in the test, or give it a "
            "function that calls time's."
        )

    def _find(self, table: Mapping[int, Any]) -> Iterator[_Place]:
        """Where what the table knows is bound."""
        modules = {
            id(names): names
            for one in list(sys.modules.values())
            if issubclass(type(one), types.ModuleType) and (names := _attribute(one, "__dict__")) is not None
        }
        wanted = self._real if table is self._ours else self._stand_ins
        owned: dict[int, Any] = {}  # dicts of objects and classes, and default arguments
        for names in modules.values():
            if not str(names.get("__name__")).startswith(self._never):
                # Somebody may have replaced the real one for a while, and the counts are the same when it is back.
                yield from ((names, name) for name in self._usual & names.keys())
        for one in gc.get_referrers(*wanted):
            if id(one) in modules:
                if not str(one.get("__name__")).startswith(self._never):
                    yield from ((one, name) for name, value in list(one.items()) if id(value) in table)
            elif type(one) in (dict, tuple) and one is not wanted:
                owned[id(one)] = one
            elif type(one) is types.CellType:
                yield one, "cell_contents"
            elif type(one) is not list:
                yield from self._attributes(one, table)
        for owner in gc.get_referrers(*owned.values()) if owned else ():
            if type(owner) is types.FunctionType:
                yield from ((owner, name) for name in _DEFAULTS if id(getattr(owner, name)) in owned)
            elif issubclass(type(owner), type) or id(_attribute(owner, "__dict__")) in owned:
                yield from self._attributes(owner, table)

    def _attributes(self, owner: Any, table: Mapping[int, Any]) -> Iterator[_Place]:
        if self._may_be_changed(owner if issubclass(type(owner), type) else type(owner)):
            for name in (*(_attribute(owner, "__dict__") or ()), *_slots(type(owner))):
                if id(_attribute(owner, name)) in table:
                    yield owner, name

    def _may_be_changed(self, kind: type) -> bool:
        module = kind.__module__
        return not module.startswith(("fakestt.", *self._never)) and not is_kept_real(module)


# What has an owner, is found with that, or is nobody's.
_OWNED = (dict, list, tuple, types.CellType, types.FrameType, types.ModuleType)
_DEFAULTS = ("__defaults__", "__kwdefaults__")


def _counts(functions: Iterable[object]) -> list[int]:
    """How many refer to each. A class doesn't count: all that is made of it refers to it."""
    return [sys.getrefcount(one) for one in functions if not isinstance(one, type)]


def _reference(owner: Any) -> Callable[[], Any]:
    """To an owner that may go. What allows no weak reference, a cell or a module's dict, is small or stays."""
    try:
        return weakref.ref(owner)
    except TypeError:
        return lambda: owner


def _slots(kind: type) -> Iterable[str]:
    """Those that an object with a weak reference has: others are left alone, for a reference would keep them alive."""
    if not kind.__weakrefoffset__:
        return
    for base in kind.__mro__:
        slots = vars(base).get("__slots__", ())
        for slot in (slots,) if isinstance(slots, str) else slots:
            is_mangled = slot.startswith("__") and not slot.endswith("__")
            yield f"_{base.__name__.lstrip('_')}{slot}" if is_mangled else slot


def _attribute(owner: Any, name: str) -> Any:
    """What an object has itself: no code of its class is run for it."""
    if issubclass(type(owner), type):
        return vars(owner) if name == "__dict__" else vars(owner).get(name)
    try:
        return object.__getattribute__(owner, name)
    except (AttributeError, ValueError):  # also of an empty cell
        return None


def _exchange(place: _Place, table: Mapping[int, Any]) -> bool:
    """Put what the table has for it, by the id of what is there now. Whether it has anything."""
    owner, name = place
    if type(owner) is dict:
        new = table.get(id(owner.get(name)))
        if new is not None:
            owner[name] = new
        return new is not None
    now = _attribute(owner, name)
    if name == "__defaults__":
        new = tuple([table.get(id(one), one) for one in now or ()])
        changes = any(one is not other for one, other in zip(new, now or (), strict=True))
    elif name == "__kwdefaults__":
        new = {key: table.get(id(one), one) for key, one in (now or {}).items()}
        changes = any(new[key] is not one for key, one in (now or {}).items())
    else:
        new = table.get(id(now))
        changes = new is not None
    if changes:
        (type.__setattr__ if issubclass(type(owner), type) else object.__setattr__)(owner, name, new)
    return changes
