"""What is found by its name or id. Whoever asks for another is told what is there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import islice
from types import MappingProxyType
from typing import TypeVar

from fakestt.errors import StateError, nearest

__all__ = ["MOST_NAMED", "named", "not_there"]

V = TypeVar("V")
MOST_NAMED = 10


class _Named(dict[str, V]):
    """A dictionary of things of one kind."""

    def __init__(self, kind: str, found: Mapping[str, V]) -> None:
        super().__init__(found)
        self._kind = kind

    def __missing__(self, name: object) -> V:
        raise not_there(f"no {self._kind} {name!r}.{nearest(name, self)}", map(repr, self))


def named(kind: str, found: Mapping[str, V]) -> Mapping[str, V]:
    """These things by name, read-only; `found["x"]` raises StateError, a KeyError, if there is no x."""
    return MappingProxyType(_Named(kind, found))


def not_there(said: str, names: Iterable[str]) -> StateError:
    """The error that says so, and names what there is."""
    first = ", ".join(islice(names, MOST_NAMED)) or "none"
    return StateError(f"{said} There: {first}.")
