"""Does a mutant that is there in a new process alone meet all files?"""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import judge
import pytest
from meetings import Meetings

OF_TABLES, OTHERS = "tests/golden/test_reference_and_rows.py", "tests/http/test_http_words.py"
MUTANT: Any = SimpleNamespace(
    path="fakestt/faults/effects.py",
    package="faults",
    function="drip",
    original="def drip(pieces=10): return pieces",
    mutated="def drip(pieces=11): return pieces",
)


@pytest.mark.parametrize(("by", "tried"), [(OF_TABLES, 1), (OTHERS, 2), ("", 2)])
def test_the_tests_of_tables_come_first_and_the_others_behind_them(
    by: str, tried: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    items: Any = [SimpleNamespace(path=judge.ROOT / file, nodeid=f"{file}::test_one") for file in (OTHERS, OF_TABLES)]
    met: list[str] = []

    def first_failure_anew(files: list[str], planted: str) -> str:
        is_planted = planted != "="
        met.extend(files if is_planted else ())
        return f"{by}::test_one" if is_planted and by in files else ""

    monkeypatch.setattr(judge, "_first_failure_anew", first_failure_anew)
    outcome = judge.Judge({}, items, Meetings(), tmp_path, {}).outcome(MUTANT)
    assert outcome == (("killed", f"{by}::test_one") if by else ("alive", ""))
    assert met == [OF_TABLES, OTHERS][:tried]
