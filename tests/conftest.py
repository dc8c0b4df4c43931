"""What more than one folder of tests needs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest

pytest_plugins = ["pytester"]


@pytest.fixture
def pytester(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """pytest's own, telling the same wherever it runs: on a build machine its summary repeats each error whole."""
    for name in ("CI", "BUILD_NUMBER", "PYTEST_ADDOPTS"):
        monkeypatch.delenv(name, raising=False)
    return pytester


@pytest.fixture
def cell() -> Callable[[str], AbstractContextManager[None]]:
    """`with cell(name):` around one cell of a row: what fails there says which it was.

    A row is one test: pytest and xdist would take longer over a test for each cell than the cells do.
    """

    @contextmanager
    def within(name: str) -> Iterator[None]:
        try:
            yield
        except Exception as error:
            error.add_note(f"in the cell {name}")
            raise

    return within


@pytest.fixture
def no_guard_around(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The guard of the run that the test is part of steps aside."""
    from fakestt.intercept import hosts

    entered = hosts._SWITCHBOARD._entered
    for one in entered:
        one.__exit__(None, None, None)
    hosts.put_right()
    yield
    monkeypatch.undo()  # the guard is to find the libraries as they are
    for one in reversed(entered):
        one.__enter__()
