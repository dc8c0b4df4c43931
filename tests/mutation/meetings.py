"""Which tests meet which function, and what does each test take?

It is found out anew by each run, by running the tests in copies of this process: a file that holds it would be out of
date as soon as a test is moved. One case of each test comes first, then the others, as far as the time goes.
"""

from __future__ import annotations

import functools
import gc
import os
import pickle
import sys
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any

import forked
import pytest

Function = tuple[str, str]  # its file, and its name or that of the outermost function that it stands in


def _probe(*args: Any, **kwargs: Any) -> Any:  # Any: those of whatever function
    hit: Any = "the place of a function"
    return hit(args, kwargs)


class Met:
    """Which functions are called?

    The code of each is replaced by one that notes its first call, and then makes room for the function's own. So only
    first calls take longer, where a tracer is told of all of them.
    """

    def __init__(self, functions: Iterable[FunctionType]) -> None:
        self._kept = _kept_results()
        self._called: list[FunctionType] = list(functions)
        self._probes = {id(function): self._probe_of(function) for function in self._called}
        self.behind_caches: set[Function] = set()  # if another test had come first, that would have called them

    def take(self) -> set[Function]:
        """All that has been called since the last time."""
        found = set()
        for function in self._called:
            found.add(_function(function.__code__))
            function.__code__ = self._probes[id(function)]
        self._called.clear()
        return found

    def _probe_of(self, function: FunctionType) -> CodeType:
        code = function.__code__

        def hit(args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
            function.__code__ = code
            self._called.append(function)
            outer = sys._getframe()
            while outer := outer.f_back:
                if id(outer.f_code) in self._kept:
                    self.behind_caches.add(_function(code))
                    break
            return function(*args, **kwargs)

        constants = tuple(hit if isinstance(one, str) else one for one in _probe.__code__.co_consts)
        return _probe.__code__.replace(co_consts=constants, co_freevars=code.co_freevars)


def _kept_results() -> set[int]:
    """The codes of the functions whose results are kept."""
    kept = set()
    gc.unfreeze()  # what is frozen is not among the objects
    for one in gc.get_objects():
        if isinstance(one, functools.cached_property):
            kept.add(id(one.func.__code__))
        elif isinstance(one, functools._lru_cache_wrapper):
            kept.add(id(getattr(one.__wrapped__, "__code__", None)))
    gc.freeze()
    return kept


def _function(code: CodeType) -> Function:
    return code.co_filename, code.co_qualname.partition(".<locals>")[0]


@dataclass
class Meetings:
    """What is known of tests."""

    tests: dict[Function, set[str]] = field(default_factory=dict)
    took_s: dict[str, float] = field(default_factory=dict)  # of a test that is not in here nothing is known
    behind_caches: set[Function] = field(default_factory=set)

    def in_order(self, items: Sequence[pytest.Item], function: Function, folder: str) -> list[pytest.Item]:
        """The tests that may meet this function: first those that surely do, and of these the quickest first.

        Of those that nothing is known of, the ones of this folder are nearest.
        """
        meeting = self.tests.get(function, set())
        cases = {_test(name) for name in meeting}
        placed = []
        for item in items:
            name = item.nodeid
            if name in meeting:
                placed.append((0, self.took_s[name], item))
            elif name not in self.took_s:
                placed.append((1 if _test(name) in cases else 2, float(item.path.parent.name != folder), item))
            elif function in self.behind_caches:
                placed.append((3, self.took_s[name], item))
        return [item for *_, item in sorted(placed, key=lambda one: one[:2])]

    def add(self, other: Meetings) -> None:
        for function, names in other.tests.items():
            self.tests.setdefault(function, set()).update(names)
        self.took_s |= other.took_s
        self.behind_caches |= other.behind_caches


def learn(
    items: Sequence[pytest.Item], functions: Sequence[FunctionType], processes: int, until_s: float, scratch: Path
) -> Meetings:
    """Run the tests in so many copies of this process, up to an instant of the monotonic clock."""
    seen: set[str] = set()
    ordered = sorted(items, key=lambda item: _test(item.nodeid) in seen or bool(seen.add(_test(item.nodeid))))
    files = sorted({item.path for item in items})  # a whole file to a copy, for what is made once for all its tests
    children = []
    for number in range(processes):
        pid = os.fork()
        if not pid:
            try:
                mine = [item for item in ordered if files.index(item.path) % processes == number]
                (scratch / f"met-{number}").write_bytes(pickle.dumps(_meetings(mine, Met(functions), until_s)))
                os._exit(0)
            finally:
                os._exit(1)
        children.append(pid)
    if sum(os.waitpid(pid, 0)[1] for pid in children):
        raise SystemExit("a process that runs tests has ended too early")
    learnt = Meetings()
    for number in range(processes):
        learnt.add(pickle.loads((scratch / f"met-{number}").read_bytes()))  # a copy of this process wrote it
    return learnt


def _meetings(items: Sequence[pytest.Item], met: Met, until_s: float) -> Meetings:
    failure = forked.watched(items[0])
    monotonic, learnt = time.monotonic, Meetings()
    for item, following in zip(items, [*items[1:], None], strict=True):
        if monotonic() > until_s:
            break
        failure.seen = False
        met.take()
        began_s = time.process_time()
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
        if failure.seen:
            continue  # it looks at a function's signature, which a probe has not, or fails anyhow
        learnt.took_s[item.nodeid] = time.process_time() - began_s
        for function in met.take():
            learnt.tests.setdefault(function, set()).add(item.nodeid)
    learnt.behind_caches = met.behind_caches
    return learnt


def _test(name: str) -> str:
    return name.partition("[")[0]
