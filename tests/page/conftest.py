"""Tests of this folder ask over HTTP as those next door do. Some run pytest inside pytest."""

import sys
from pathlib import Path
from typing import Any

import pytest
from page_rig import ALONE, ASK

sys.path.insert(0, str(Path(__file__).parent.parent / "http"))


@pytest.fixture
def run(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Any:
    """`run(source, *arguments, path=...)` gives the result of a run."""
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")

    def run(source: str, *arguments: str, path: str = "page.html", apart: bool = False) -> pytest.RunResult:
        pytester.makepyfile(test_it=ASK + source)
        start = pytester.runpytest_subprocess if apart else pytester.runpytest_inprocess
        return start(*ALONE, f"--fakestt-html={path}", *arguments)

    return run
