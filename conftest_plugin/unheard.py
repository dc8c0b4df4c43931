"""What pytest does not hear of a twin while it runs: its subtests, and what it raises. Its runner hears it."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import pytest

__all__ = ["listen", "quiet_kind", "subtests_of"]

_SUBTESTS = pytest.StashKey[list[pytest.TestReport]]()
_IS_BRIEF = pytest.StashKey[bool]()
_FAILED_BEFORE = pytest.StashKey[Any]()  # Any: names as pytest's versions have them


@lru_cache(maxsize=64)
def quiet_kind(kind: type[pytest.Function]) -> type[pytest.Function]:
    """The class of the twins of such items. It has the same name, for that is shown."""
    hooks: Any = kind.ihook  # a property of pytest's own
    return type(kind.__name__, (kind,), {"ihook": property(lambda twin: _Hooks(twin, hooks.fget(twin)))})


def listen(twin: pytest.Item, *, is_brief: bool) -> list[BaseException]:
    """Get it ready to run. The list takes what it will raise. A skip is not among that, nor `pytest.xfail()`.

    Args:
        is_brief: keep pytest from telling in full what most probably is never shown: that takes longer than the test.
            Nor does a debugger stop there.
    """
    twin.stash[_IS_BRIEF] = is_brief
    twin.stash[_FAILED_BEFORE] = dict(_failed_subtests(twin))
    raised: list[BaseException] = []
    for name in ("repr_failure", "_repr_failure_py"):
        setattr(twin, name, _telling(getattr(twin, name), raised, is_brief=is_brief))
    return raised


def subtests_of(twin: pytest.Item) -> list[pytest.TestReport]:
    """The reports of its subtests: those of pytest's fixture, and those of a TestCase's `subTest`.

    pytest would write each of them at once, and count the test as failed.
    """
    if twin.stash[_IS_BRIEF]:  # else pytest adds up the failed ones of all twins: they have one name
        failed = _failed_subtests(twin)
        failed.clear()
        failed.update(twin.stash[_FAILED_BEFORE])
    return twin.stash.get(_SUBTESTS, [])


class _Hooks:
    """The hooks as a twin calls them. pytest's own ones, of a folder with a conftest, are found by their name too."""

    def __init__(self, twin: pytest.Item, hooks: Any) -> None:
        self._twin = twin
        self._hooks = hooks

    def __getattr__(self, name: str) -> Any:
        return getattr(self._hooks, name)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self._twin.stash.setdefault(_SUBTESTS, []).append(report)

    def pytest_exception_interact(self, **keys: Any) -> None:
        if not self._twin.stash.get(_IS_BRIEF, False):
            self._hooks.pytest_exception_interact(**keys)


def _telling(tell: Any, raised: list[BaseException], *, is_brief: bool) -> Any:  # Any: pytest's own kinds of text
    def telling(excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        error = excinfo.value
        is_told = any(one is error for one in raised)  # the one calls the other
        if not (is_told or isinstance(error, pytest.xfail.Exception)):
            raised.append(error)
        if is_brief:
            return excinfo.typename
        return tell(excinfo) if style is None else tell(excinfo, style)

    return telling


def _failed_subtests(twin: pytest.Item) -> Any:
    try:
        from _pytest.subtests import failed_subtests_key
    except ImportError:  # before pytest 9
        return {}
    counts: Any = twin.config.stash[failed_subtests_key]  # by a type of pytest's own
    return counts
