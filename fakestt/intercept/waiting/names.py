"""Where the real functions are bound to names: `from time import sleep`, `def wait(clock=time.monotonic)`.

They are found by identity, in all modules: in their dicts, in attributes of their classes, and in default arguments.
What only an object keeps is not found: `Retrying(sleep=time.sleep)`, made before.
"""

from __future__ import annotations

import sys
import types
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

__all__ = ["Names"]

# Some packages put objects into sys.modules that load themselves when they are asked for their `__dict__`.
_dict_of: Callable[[object], dict[str, Any]] = vars(types.ModuleType)["__dict__"].__get__


_Place = tuple[Any, str]  # Any: a module's dict, a class or a function; and the name of what it has


class Names:
    """Replaces what is bound to names, and puts it back.

    What was found in a module is remembered by the size of its dict: the first look at a thousand modules takes some
    20 ms, a later one a hundredth of that.

    Args:
        ours: pairs of a real thing and what stands in for it.
        never: how the names of modules begin that are not looked at.
        usual: names that are kept in view whatever they are bound to now: somebody else may have replaced the real
            thing for a while.
    """

    def __init__(self, ours: Sequence[tuple[object, object]], *, never: tuple[str, ...], usual: frozenset[str]) -> None:
        self._ours = {id(real): stand_in for real, stand_in in ours}
        self._back = {id(stand_in): real for real, stand_in in ours}
        self._keep_alive = ours  # they are known by their ids
        self._wanted = {*self._ours, *self._back}
        self._never, self._usual = never, usual
        self._seen: dict[str, tuple[int, int, list[_Place]]] = {}
        # The last survey: the modules, their dicts and the sizes of these, and what was found.
        self._modules: list[object] = []
        self._ids: list[int] = []
        self._dicts: list[dict[str, Any]] = []
        self._sizes: list[int] = []
        self._places: list[_Place] = []
        # Where ours were put, and where somebody else had put another thing when they were to go.
        self._put: list[_Place] = []
        self._late: list[_Place] = []

    def replace(self) -> None:
        """Put ours in, wherever the real ones are now."""
        self._put += [place for place in self._bound() if _exchange(place, self._ours)]

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
                known = (id(names_dict), len(names_dict), list(self._look(module, names_dict)))
            seen[module] = known
            places += known[2]
        self._seen, self._places = seen, places

    def _look(self, module: str, names_dict: dict[str, Any]) -> Iterator[_Place]:
        if module.startswith(self._never):
            return
        for name, value in list(names_dict.items()):
            if id(value) in self._wanted or name in self._usual:
                yield names_dict, name
            elif type(value) is types.FunctionType:
                yield from self._defaults(value)
            elif isinstance(value, type) and value.__dict__.get("__module__") == module:
                yield from self._attributes(value)

    def _attributes(self, kind: type) -> Iterator[_Place]:
        for name, value in list(vars(kind).items()):
            if id(value) in self._wanted:
                yield kind, name
            function = value.__func__ if isinstance(value, (staticmethod, classmethod)) else value
            if type(function) is types.FunctionType:
                yield from self._defaults(function)

    def _defaults(self, function: types.FunctionType) -> Iterator[_Place]:
        if any(id(value) in self._wanted for value in function.__defaults__ or ()):
            yield function, "__defaults__"
        if any(id(value) in self._wanted for value in (function.__kwdefaults__ or {}).values()):
            yield function, "__kwdefaults__"


def _exchange(place: _Place, table: Mapping[int, Any]) -> bool:
    """Put what the table has for it, by the id of what is there now. Whether it has anything."""
    owner, name = place
    if type(owner) is dict:
        new = table.get(id(owner.get(name)))
        if new is not None:
            owner[name] = new
        return new is not None
    now: Any = vars(owner).get(name) if isinstance(owner, type) else getattr(owner, name)
    if name == "__defaults__":
        new = tuple([table.get(id(one), one) for one in now or ()])
    elif name == "__kwdefaults__":
        new = {key: table.get(id(one), one) for key, one in (now or {}).items()}
    else:
        new = table.get(id(now))
    if not new or new == now:
        return False
    setattr(owner, name, new)
    return True
