"""A plugin of pytest: one module is imported from another text than its file's.

FAKESTT_PLANTED names the module, and the file that has the text: `fakestt.core.machine=/tmp/mutant.py`. If
FAKESTT_CALLED names a file, no test runs, and the file says which functions were called when modules were imported: a
line for each, with its file and its name.
"""

from __future__ import annotations

import os
import sys
from collections import Counter
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import CodeType, FrameType

import pytest

_module, _, _text = os.environ["FAKESTT_PLANTED"].partition("=")
_get_code = SourceFileLoader.get_code


def _planted(self: SourceFileLoader, fullname: str) -> CodeType | None:
    if fullname == _module:
        return compile(Path(_text).read_text(encoding="utf-8"), self.get_filename(fullname), "exec", dont_inherit=True)
    return _get_code(self, fullname)


SourceFileLoader.get_code = _planted  # type: ignore[method-assign]


_names = os.environ.get("FAKESTT_CALLED")
_called: set[CodeType] = set()


def _look(frame: FrameType, event: str, _: object) -> None:
    if event == "call":
        _called.add(frame.f_code)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """One case of each test, then the others."""
    seen: Counter[str] = Counter()

    def nth(item: pytest.Item) -> int:
        test = item.nodeid.partition("[")[0]
        seen[test] += 1
        return seen[test]

    items.sort(key=nth)


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop() -> bool | None:
    sys.setprofile(None)
    if not _names:
        return None
    lines = [f"{code.co_filename}\t{code.co_qualname}\n" for code in _called]
    Path(_names).write_text("".join(lines), encoding="utf-8")
    return True


if _names:
    sys.setprofile(_look)
