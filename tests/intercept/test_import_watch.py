"""What waits for the import of a library leaves other imports, and other people's finders, as they are."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path

import pytest

from fakestt.intercept.imports import ImportWatch


def test_a_folder_of_a_librarys_name_is_imported_as_ever(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "no_library").mkdir()
    monkeypatch.syspath_prepend(tmp_path)
    told: list[str] = []
    watch = ImportWatch(["no_library"], told.append)
    watch.install()
    try:
        assert not hasattr(import_module("no_library"), "__version__")
    finally:
        watch.remove()
        sys.modules.pop("no_library", None)
    assert told == []


def test_who_puts_an_earlier_list_of_finders_back_takes_ours_out() -> None:
    watch, before = ImportWatch([], print), list(sys.meta_path)
    watch.install()
    sys.meta_path[:] = before
    watch.remove()
    assert sys.meta_path == before
