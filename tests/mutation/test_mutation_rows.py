"""Is what the mutation run names still there? (The run itself takes minutes: see run.py.)"""

from __future__ import annotations

from pathlib import Path

import forked
import rows

HERE = Path(__file__).parent
ROOT = HERE.parent.parent


def test_each_folder_whose_tests_are_tried_is_there():
    assert [folder for folder in forked.FOLDERS if not list((HERE.parent / folder).glob("test_*.py"))] == []


def test_each_package_that_is_mutated_is_there():
    assert [package for package in forked.PACKAGES if not (ROOT / "fakestt" / package / "__init__.py").is_file()] == []


def test_each_survivor_says_why_it_survives_and_its_text_is_there():
    survivors = rows.survivors(HERE / "survivors.txt")
    assert survivors
    for (path, _, before, after), reason in survivors.items():
        assert before in " ".join((ROOT / path).read_text().split())
        assert before != after
        assert len(reason.split()) > 3
