"""Without Hypothesis the modules say how to get it, and fakestt itself does not need it."""

from __future__ import annotations

import sys

import pytest

from fakestt import MissingExtra


def without(monkeypatch: pytest.MonkeyPatch, module: str) -> None:
    monkeypatch.setitem(sys.modules, "hypothesis", None)
    for name in [name for name in sys.modules if name.startswith(("fakestt.strategies", "fakestt.machines"))]:
        monkeypatch.delitem(sys.modules, name)
    with pytest.raises(MissingExtra, match=r"pip install 'fakestt\[hypothesis\]'"):
        __import__(module)


@pytest.mark.parametrize("module", ["fakestt.strategies", "fakestt.strategies.names"])
def test_without_hypothesis_the_error_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch, module: str) -> None:
    without(monkeypatch, module)
