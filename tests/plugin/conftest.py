"""Runs pytest inside pytest, on a test file written for the purpose."""

from __future__ import annotations

from collections.abc import Callable

import pytest

# Imported before any run inside: pytester takes back what such a run imports, and it would come again for each.
import requests  # noqa: F401

import fakestt.exploring.findings
import fakestt.exploring.left
import fakestt.exploring.sampling
import fakestt.intercept.client_time
import fakestt.page.of_fake
import fakestt.transports.live  # noqa: F401

Run = Callable[..., pytest.RunResult]

# What happens to be installed beside has no say: entry points are not looked at.
ALONE = ("-p", "conftest_plugin", "-p", "no:cacheprovider", "--strict-markers")


@pytest.fixture
def run(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Run:
    """`run(source, *arguments, ini="fakestt_seed = 7", conftest="", apart=False)`; `apart` is a process of its own."""
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")

    def run(source: str, *arguments: str, ini: str = "", conftest: str = "", apart: bool = False) -> pytest.RunResult:
        pytester.makeini(f"[pytest]\n{ini}\n")
        if conftest:
            pytester.makeconftest(conftest)
        pytester.makepyfile(test_it=source)
        start = pytester.runpytest_subprocess if apart else pytester.runpytest_inprocess
        return start(*ALONE, *arguments)

    return run
