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
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import CodeType, FrameType

import forked
import pytest

Function = tuple[str, str]  # its file, and its name or that of the outermost function that it stands in


class Met:
    """What functions below a folder have been called?"""

    def __init__(self, root: str) -> None:
        self._root = root
        self._codes: dict[int, CodeType] = {}  # by id, for the hash of a code takes its time
        self._cached = _kept_results()
        self.behind_caches: set[Function] = set()  # if another test had come first, that would have called them

    def look(self, frame: FrameType, event: str, _: object) -> None:
        """Note the function that is called. It is for `sys.settrace`."""
        code = frame.f_code
        if id(code) not in self._codes:
            self._codes[id(code)] = code
            if code.co_filename.startswith(self._root):
                outer: FrameType | None = frame
                while outer and id(outer.f_code) not in self._cached:
                    outer = outer.f_back
                if outer:
                    self.behind_caches.add(_function(code))

    def take(self) -> set[Function]:
        """All that has been called since the last time."""
        found = {_function(code) for code in self._codes.values() if code.co_filename.startswith(self._root)}
        self._codes.clear()
        return found


def _kept_results() -> set[int]:
    """The codes of the functions whose results are kept."""
    kept = set()
    for one in gc.get_objects():
        if isinstance(one, functools.cached_property):
            kept.add(id(one.func.__code__))
        elif isinstance(one, functools._lru_cache_wrapper):
            kept.add(id(getattr(one.__wrapped__, "__code__", None)))
    return kept


def _function(code: CodeType) -> Function:
    return code.co_filename, code.co_qualname.partition(".<locals>")[0]


@dataclass
class Meetings:
    """What is known of tests."""

    tests: dict[Function, set[str]] = field(default_factory=dict)
    took_s: dict[str, float] = field(default_factory=dict)  # of a test that is not in here nothing is known
    failed: set[str] = field(default_factory=set)
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
            if name in self.failed:
                continue
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
        self.failed |= other.failed
        self.behind_caches |= other.behind_caches


def learn(items: Sequence[pytest.Item], root: str, processes: int, until_s: float, scratch: Path) -> Meetings:
    """Run the tests in so many copies of this process, up to an instant of the monotonic clock."""
    met = Met(root)
    seen: set[str] = set()
    ordered = sorted(items, key=lambda item: _test(item.nodeid) in seen or bool(seen.add(_test(item.nodeid))))
    files = sorted({item.path for item in items})  # a whole file to a copy, for what is made once for all its tests
    children = []
    for number in range(processes):
        pid = os.fork()
        if not pid:
            try:
                mine = [item for item in ordered if files.index(item.path) % processes == number]
                (scratch / f"met-{number}").write_bytes(pickle.dumps(_meetings(mine, met, until_s)))
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
        threading.settrace(met.look)
        sys.settrace(met.look)
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
        sys.settrace(None)
        threading.settrace(None)  # type: ignore[arg-type]  # which typeshed doesn't know
        learnt.took_s[item.nodeid] = time.process_time() - began_s
        if failure.seen:
            learnt.failed.add(item.nodeid)
        for function in met.take():
            learnt.tests.setdefault(function, set()).add(item.nodeid)
    learnt.behind_caches = met.behind_caches
    return learnt


def _test(name: str) -> str:
    return name.partition("[")[0]
