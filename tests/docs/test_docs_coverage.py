"""The table that the guide shows is the one that its tests give."""

from __future__ import annotations

import pytest
from coverage_table import WIDTH
from docs_rig import GUIDES, blocks


def test_the_table_of_the_guide_is_the_one_of_its_tests(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, table, *_ = blocks(GUIDES / "coverage.md")
    assert (source.language, table.language) == ("python", "text")
    monkeypatch.setenv("COLUMNS", str(WIDTH))
    (pytester.path / str(source.name)).write_text(source.text, encoding="utf-8")
    result = pytester.runpytest("-p", "no:cacheprovider", "-p", "no:asyncio", "--fakestt-cov")
    assert table.text in result.stdout.str()
