"""A plugin of pytest: one module is imported from another text than its file's.

FAKESTT_PLANTED names the module, and the file that has the text: `fakestt.core.machine=/tmp/mutant.py`.
"""

from __future__ import annotations

import os
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import CodeType

_module, _, _text = os.environ["FAKESTT_PLANTED"].partition("=")
_get_code = SourceFileLoader.get_code


def _planted(self: SourceFileLoader, fullname: str) -> CodeType | None:
    if fullname == _module:
        return compile(Path(_text).read_text(encoding="utf-8"), self.get_filename(fullname), "exec", dont_inherit=True)
    return _get_code(self, fullname)


SourceFileLoader.get_code = _planted  # type: ignore[method-assign]
