"""An attribute of another library that is replaced for a while."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

__all__ = ["Patch"]

_INHERITED = object()


@dataclass(eq=False, slots=True)
class Patch:
    """One attribute of a class or a module, and what takes its place."""

    owner: Any  # Any: a class or a module of that library
    name: str
    ours: object
    _before: object = _INHERITED

    def make(self) -> None:
        """Put ours in. What the owner only inherits is not its own afterwards either."""
        self._before = vars(self.owner).get(self.name, _INHERITED)
        setattr(self.owner, self.name, self.ours)

    def is_in_place(self) -> bool:
        """Whether nobody has replaced ours."""
        return vars(self.owner).get(self.name) is self.ours

    def undo(self) -> bool:
        """Put back what was there. False if somebody has replaced ours meanwhile, who may put ours back later."""
        if not self.is_in_place():
            return False
        if self._before is _INHERITED:
            delattr(self.owner, self.name)
        else:
            setattr(self.owner, self.name, self._before)
        return True
