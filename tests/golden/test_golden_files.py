"""Nothing that is computed from the tables changes unnoticed."""

from __future__ import annotations

from functools import lru_cache

import pytest
from golden_files import FOLDER, GUIDE, computed, guide

NAMES = sorted(path.name for path in FOLDER.iterdir())
HOW = "If that was intended: python tests/golden/golden_files.py, and a line in fakestt/guide/changes.md."


@lru_cache(maxsize=1)
def texts() -> dict[str, str]:
    return dict(computed())


def test_there_is_a_golden_file_for_every_computed_text_and_none_besides() -> None:
    assert sorted(texts()) == NAMES, HOW


@pytest.mark.parametrize("name", NAMES)
def test_the_computed_text_is_the_golden_one(name: str) -> None:
    assert (FOLDER / name).read_bytes().decode() == texts()[name], f"{name} has changed. {HOW}"


def test_computing_twice_gives_the_same_bytes() -> None:
    assert dict(computed()) == texts()


def test_the_guides_state_diagram_is_the_computed_one() -> None:
    assert GUIDE.read_text(encoding="utf-8") == guide(), HOW
