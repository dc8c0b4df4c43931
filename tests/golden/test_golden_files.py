"""Nothing that is computed from the tables changes unnoticed."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from golden_files import FOLDER, GUIDE, KINDS, Texts, computed, guide

HOW = "If that was intended: python tests/golden/golden_files.py, and a line in fakestt/guide/changes.md."


@pytest.mark.parametrize("compute", KINDS, ids=lambda compute: compute.__name__)
def test_each_computed_text_is_the_golden_one(compute: Callable[[], Texts]) -> None:
    for name, text in compute():
        assert text == (FOLDER / name).read_bytes().decode(), f"{name} has changed. {HOW}"


def test_each_golden_file_is_computed_and_twice_alike() -> None:
    texts = computed()
    assert sorted(texts) == sorted(path.name for path in FOLDER.iterdir()), HOW
    assert computed() == texts


def test_the_guides_state_diagram_is_the_computed_one() -> None:
    assert GUIDE.read_text(encoding="utf-8") == guide(), HOW
