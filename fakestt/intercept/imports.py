"""Tells when a library is imported for the first time.

    watch = ImportWatch(["httpcore"], tell)
    watch.install()

Entering hosts must not import an HTTP client that the test may never use: httpx alone takes a fifth of a second. But a
client that is imported later, inside the test, must lead to the fake as well. So a finder stands at the front of
`sys.meta_path`. It finds nothing by itself: it asks the others, and has their loader tell when it is done.
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Collection, Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

__all__ = ["ImportWatch"]


class ImportWatch(MetaPathFinder):
    """Calls `tell` with the name of each imported module of `names`, in the thread that imported it.

    Args:
        before: called likewise before it is loaded.
    """

    def __init__(
        self, names: Collection[str], tell: Callable[[str], None], before: Callable[[str], None] | None = None
    ) -> None:
        self._names = frozenset(names)
        self._tell = tell
        self._before = before

    def install(self) -> None:
        sys.meta_path.insert(0, self)

    def remove(self) -> None:
        # It is gone already if somebody has put back an earlier list.
        with contextlib.suppress(ValueError):
            sys.meta_path.remove(self)

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname not in self._names:
            return None
        for finder in sys.meta_path:
            spec = None if finder is self else finder.find_spec(fullname, path, target)
            if spec is not None:
                self._have_told(spec.loader)
                return spec
        return None

    def _have_told(self, loader: Any) -> None:  # Any: this loader's exec_module is replaced
        if loader is None or isinstance(loader, type):
            # A namespace package or a frozen module. None of ours is one.
            return
        exec_module = loader.exec_module

        def exec_and_tell(module: ModuleType) -> None:
            # The module keeps its loader, so the loader is restored first.
            loader.__dict__.pop("exec_module", None)
            if self._before is not None:
                self._before(module.__name__)
            exec_module(module)
            if module.__name__ in self._names:
                self._tell(module.__name__)

        loader.exec_module = exec_and_tell
