"""Where functions of `time` and classes of `datetime` are bound to names, in all modules: `from time import sleep`.

They are found by identity, in the dicts of modules. Attributes of classes and default arguments are not looked at.
"""

from __future__ import annotations

import sys
import types
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from fakestt.intercept.waiting.kept_real import is_kept_real

__all__ = ["Names"]

# Some packages put objects into sys.modules that load themselves when they are asked for their `__dict__`.
_dict_of: Callable[[object], dict[str, Any]] = vars(types.ModuleType)["__dict__"].__get__

_Table = Mapping[int, Any]  # Any: functions, classes and modules, by their ids
_Found = tuple[_Table, tuple[str, ...], dict[str, Any]]


class Names:
    """Replaces what is bound to names, and puts it back.

    What was found in a module is remembered by the size of its dict. One in a process: the first look at a thousand
    modules takes 10 ms, a later one a fiftieth of that.

    Args:
        ours: pairs of a real thing and what stands in for it. A pair may be of modules.
        kept: the same for modules that keep real time.
        waits: the same for `waiting_modules`, those that wait with a time-out.
        never: how the names of modules begin that are not looked at.
        usual: names that are kept in view whatever they are bound to now: somebody else may have replaced the real
            thing for a while.
    """

    def __init__(
        self,
        *,
        ours: Sequence[tuple[object, object]],
        kept: Sequence[tuple[object, object]],
        waits: Sequence[tuple[object, object]],
        waiting_modules: frozenset[str],
        never: tuple[str, ...],
        usual: frozenset[str],
    ) -> None:
        self._ours, self._kept, self._waits = (
            {id(real): stand_in for real, stand_in in pairs} for pairs in (ours, kept, waits)
        )
        self._back = {id(stand_in): real for real, stand_in in (*ours, *kept, *waits)}
        self._keep_alive = (ours, kept, waits)  # they are known by their ids
        self._wanted = {id(table): {*table, *self._back} for table in (self._ours, self._kept, self._waits)}
        self._waiting_modules = waiting_modules
        self._never, self._usual = never, usual
        self._seen: dict[str, tuple[int, int, _Table, tuple[str, ...]]] = {}
        # The last survey: the modules, their dicts and the sizes of these, and what was found.
        self._modules: list[object] = []
        self._ids: list[int] = []
        self._dicts: list[dict[str, Any]] = []
        self._sizes: list[int] = []
        self._found: Sequence[_Found] = ()
        # Where ours were put, and where somebody else had put another thing when they were to go.
        self._put: list[tuple[dict[str, Any], str, object]] = []
        self._late: list[tuple[dict[str, Any], str, object]] = []

    def replace(self) -> None:
        """Put ours in, wherever the real ones are now."""
        for table, names, names_dict in self._bound():
            for name in names:
                stand_in = table.get(id(names_dict.get(name)))
                if stand_in is not None:
                    names_dict[name] = stand_in
                    self._put.append((names_dict, name, stand_in))

    def restore(self) -> None:
        """Put the real ones back, also where a module was imported, or a name bound, meanwhile."""
        back = self._back
        self._late = [(names, name, ours) for names, name, ours in self._put if names.get(name) is not ours]
        self._put.clear()
        for _, names, names_dict in self._bound():
            for name in names:
                real = back.get(id(names_dict.get(name)))
                if real is not None:
                    names_dict[name] = real

    def keep_waits(self) -> None:
        """Put ours in again where time-outs are measured: a thread is in one that began inside."""
        for table, names, names_dict in self._bound():
            if table is self._waits:
                for name in names:
                    names_dict[name] = table.get(id(names_dict.get(name)), names_dict.get(name))

    def put_right(self) -> None:
        """Put the real ones back where somebody who had replaced ours has put ours back since."""
        for names, name, ours in self._late:
            if names.get(name) is ours:
                names[name] = self._back[id(ours)]

    def _bound(self) -> Sequence[_Found]:
        """Where to look: as the last time, unless a module came or went, or one's dict has grown or shrunk."""
        modules = list(sys.modules.values())
        if list(map(id, modules)) != self._ids or list(map(len, self._dicts)) != self._sizes:
            self._survey()
        return self._found

    def _survey(self) -> None:
        modules: list[tuple[str, object]] = list(sys.modules.items())  # not all of them are what they should be
        self._modules = [one for _, one in modules]  # kept, or another could come under the id of one that has gone
        self._ids = list(map(id, self._modules))
        # By the type: some objects only say that they are modules.
        named = [(name, _dict_of(one)) for name, one in modules if issubclass(type(one), types.ModuleType)]
        self._dicts = [names_dict for _, names_dict in named]
        self._sizes = list(map(len, self._dicts))
        seen, found = {}, []
        for module, names_dict in named:
            known = self._seen.get(module)
            if known is None or known[:2] != (id(names_dict), len(names_dict)):
                known = (id(names_dict), len(names_dict), *self._look(module, names_dict))
            seen[module] = known
            if known[3]:
                found.append((known[2], known[3], names_dict))
        self._seen, self._found = seen, found

    def _look(self, module: str, names_dict: dict[str, Any]) -> tuple[_Table, tuple[str, ...]]:
        if module.startswith(self._never):
            return {}, ()
        table = self._ours
        if module in self._waiting_modules:
            table = self._waits
        elif is_kept_real(module):
            table = self._kept
        wanted, usual = self._wanted[id(table)], self._usual
        bound = list(names_dict.items())
        return table, tuple([name for name, value in bound if id(value) in wanted or name in usual])
