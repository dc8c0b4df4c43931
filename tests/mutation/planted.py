"""A plugin of pytest: one module is imported from another text than its file's.

FAKESTT_PLANTED names the module, and the file that has the text: `fakestt.core.machine=/tmp/mutant.py`. If
FAKESTT_CALLED names a function of it, the tests run only if that was called before the first of them: at import.
"""

from __future__ import annotations

import os
import sys
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


_function = os.environ.get("FAKESTT_CALLED")
_called = not _function


def _look(frame: FrameType, event: str, _: object) -> None:
    global _called
    code = frame.f_code
    if code.co_qualname == _function and frame.f_globals.get("__name__") == _module:
        _called = True
        sys.settrace(None)


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop() -> bool | None:
    sys.settrace(None)
    return None if _called else True


if _function:
    sys.settrace(_look)
