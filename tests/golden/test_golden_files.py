"""Nothing that is computed from the tables changes unnoticed."""

from __future__ import annotations

from golden_files import FOLDER, GUIDE, computed, guide

HOW = "If that was intended: python tests/golden/golden_files.py, and a line in fakestt/guide/changes.md."


def test_each_computed_text_is_the_golden_one() -> None:
    golden = {path.name: path.read_bytes().decode() for path in FOLDER.iterdir()}
    texts = dict(computed())
    assert sorted(texts) == sorted(golden), HOW
    for name, text in texts.items():
        assert text == golden[name], f"{name} has changed. {HOW}"


def test_computing_twice_gives_the_same_bytes() -> None:
    assert dict(computed()) == dict(computed())


def test_the_guides_state_diagram_is_the_computed_one() -> None:
    assert GUIDE.read_text(encoding="utf-8") == guide(), HOW
