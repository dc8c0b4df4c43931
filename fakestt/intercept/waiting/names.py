"""Where the real functions are bound: `from time import sleep`, `def wait(clock=time.monotonic)`, `self.clock`.

Names of modules are found in their dicts. What keeps a function elsewhere (an object, a closure, default arguments) is
found by asking the garbage collector who refers to it. What is frozen, as in a `functools.partial`, can't be replaced.

For ratelimit, cachetools, sched and kombu, whose clocks are default arguments that objects keep.
"""

from __future__ import annotations

import gc
import sys
import types
import weakref
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from fakestt.intercept.waiting.whose import is_kept_real

__all__ = ["Names"]

# Some packages put objects into sys.modules that load themselves when they are asked for their `__dict__`.
_dict_of: Callable[[object], dict[str, Any]] = vars(types.ModuleType)["__dict__"].__get__

_Place = tuple[Any, str]  # Any: a dict, a class, an object, a cell or a function; and the name of what it has


class Names:
    """Replaces what is bound, and puts it back.

    What was found in a module is remembered by the size of its dict. One in a process: the first look at a thousand
    modules takes some 30 ms, and so does one after a module was imported; any other a hundredth of that.

    Args:
        ours: pairs of a real function and what stands in for it.
        never: how the names of modules begin that are not looked at.
        usual: names that are kept in view whatever they are bound to now: somebody else may have replaced the real
            thing for a while.
    """

    def __init__(self, ours: Sequence[tuple[Any, object]], *, never: tuple[str, ...], usual: frozenset[str]) -> None:
        self._ours = {id(real): stand_in for real, stand_in in ours}
        self._back = {id(stand_in): real for real, stand_in in ours}
        self._pairs = ours  # they are known by their ids
        self._wanted = {*self._ours, *self._back}
        self._never, self._usual = never, usual
        self._seen: dict[str, tuple[int, int, list[str]]] = {}
        # The last survey: the modules, their dicts and the sizes of these, and what was found.
        self._modules: list[object] = []
        self._ids: list[int] = []
        self._dicts: list[dict[str, Any]] = []
        self._sizes: list[int] = []
        self._places: list[_Place] = []
        self._ids_of_others: list[int] = []  # the modules when the garbage collector was asked
        self._others: list[tuple[Callable[[], Any], str]] = []  # the owner by a weak reference, where it allows one
        # Where ours were put, and where somebody else had put another thing when they were to go.
        self._put: list[_Place] = []
        self._late: list[_Place] = []

    def replace(self) -> None:
        """Put ours in, wherever the real ones are now."""
        places = self._bound()
        if self._ids_of_others != self._ids:
            self._others = [(_referring_to(owner), name) for owner, name in self._kept_elsewhere()]
            self._ids_of_others = self._ids
        others = [(refer(), name) for refer, name in self._others]
        self._put += [place for place in (*places, *others) if _exchange(place, self._ours)]

    def restore(self) -> None:
        """Put the real ones back, also where a module was imported, or a name bound, meanwhile."""
        put, self._put = self._put, []
        self._late = [place for place in put if not _exchange(place, self._back)]
        for place in self._bound():
            _exchange(place, self._back)

    def put_right(self) -> None:
        """Put the real ones back where somebody who had replaced ours has put ours back since."""
        if self._late:
            self._late = [place for place in self._late if not _exchange(place, self._back)]

    def kept_by(self) -> str:
        """What keeps a real function still, in a sentence: it reads, or waits by, another clock than the others."""
        found = set()
        for real, _ in self._pairs:
            for one in gc.get_referrers(real):
                if not issubclass(type(one), _OWNED) and _may_be_changed(type(one)):
                    found.add(
                        f"a {type(one).__module__}.{type(one).__qualname__} keeps {real.__module__}.{real.__name__}"
                    )
        if not found:
            return ""
        return (
            f"From before the fixture {' and '.join(sorted(found))}, which is real. Make it in the test, or give it a "
            "function that calls time's."
        )

    def _bound(self) -> Sequence[_Place]:
        """Where to look: as the last time, unless a module came or went, or one's dict has grown or shrunk."""
        modules = list(sys.modules.values())
        if list(map(id, modules)) != self._ids or list(map(len, self._dicts)) != self._sizes:
            self._survey()
        return self._places

    def _survey(self) -> None:
        modules: list[tuple[str, object]] = list(sys.modules.items())  # not all of them are what they should be
        self._modules = [one for _, one in modules]  # kept, or another could come under the id of one that has gone
        self._ids = list(map(id, self._modules))
        # By the type: some objects only say that they are modules.
        named = [(name, _dict_of(one)) for name, one in modules if issubclass(type(one), types.ModuleType)]
        self._dicts = [names_dict for _, names_dict in named]
        self._sizes = list(map(len, self._dicts))
        seen, places = {}, []
        for module, names_dict in named:
            known = self._seen.get(module)
            if known is None or known[:2] != (id(names_dict), len(names_dict)):
                known = (id(names_dict), len(names_dict), self._look(module, names_dict))
            seen[module] = known
            places += [(names_dict, name) for name in known[2]]
        self._seen, self._places = seen, places

    def _look(self, module: str, names_dict: dict[str, Any]) -> list[str]:
        if module.startswith(self._never):
            return []
        wanted, usual = self._wanted, self._usual
        return [name for name, value in list(names_dict.items()) if id(value) in wanted or name in usual]

    def _kept_elsewhere(self) -> Iterator[_Place]:
        """Objects, cells, classes and functions that keep a real function."""
        known = {id(one) for one in self._dicts} | {id(self._pairs)}
        owned: dict[int, Any] = {}  # dicts of objects and classes, and default arguments
        for one in gc.get_referrers(*(real for real, _ in self._pairs)):
            if type(one) in (dict, tuple) and id(one) not in known:
                owned[id(one)] = one
            elif type(one) is types.CellType:
                yield one, "cell_contents"
            elif type(one) is not list:
                yield from self._attributes(one)
        for owner in gc.get_referrers(*owned.values()) if owned else ():
            if type(owner) is types.FunctionType:
                yield from ((owner, name) for name in _DEFAULTS if id(getattr(owner, name)) in owned)
            elif issubclass(type(owner), type) or id(_attribute(owner, "__dict__")) in owned:
                yield from self._attributes(owner)

    def _attributes(self, owner: Any) -> Iterator[_Place]:
        if _may_be_changed(owner if issubclass(type(owner), type) else type(owner)):
            slots = [slot for kind in type(owner).__mro__ for slot in vars(kind).get("__slots__", ())]
            for name in (*(_attribute(owner, "__dict__") or ()), *slots):
                if id(_attribute(owner, name)) in self._wanted:
                    yield owner, name


_DEFAULTS = ("__defaults__", "__kwdefaults__")


def _attribute(owner: Any, name: str) -> Any:
    """What an object has itself: no code of its class is run for it."""
    if issubclass(type(owner), type):
        return vars(owner) if name == "__dict__" else vars(owner).get(name)
    try:
        return object.__getattribute__(owner, name)
    except AttributeError:
        return None


# What has an owner, is found with that, or is nobody's.
_OWNED = (dict, list, tuple, types.CellType, types.FrameType, types.ModuleType)


def _referring_to(owner: Any) -> Callable[[], Any]:
    try:
        return weakref.ref(owner)
    except TypeError:
        return lambda: owner


def _may_be_changed(kind: type) -> bool:
    module = kind.__module__
    return not module.startswith(("fakestt.", "time_machine")) and not is_kept_real(module)


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
    elif name == "__kwdefaults__":
        new = {key: table.get(id(one), one) for key, one in (now or {}).items()}
    else:
        new = table.get(id(now))
    if not new or new == now:
        return False
    (type.__setattr__ if issubclass(type(owner), type) else object.__setattr__)(owner, name, new)
    return True
