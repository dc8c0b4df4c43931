"""When is a mutant tried in a new process, and does it meet all files there?"""

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
    outcome = judge.Judge({}, items, Meetings(), tmp_path, set()).outcome(MUTANT)
    assert outcome == (("killed", f"{by}::test_one") if by else ("alive", ""))
    assert met == [OF_TABLES, OTHERS][:tried]


@pytest.mark.parametrize("is_called", [True, False])
def test_what_lives_in_a_copy_is_tried_anew_if_an_import_has_called_it(
    is_called: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    items: Any = [SimpleNamespace(path=judge.ROOT / OTHERS, nodeid=f"{OTHERS}::test_one")]
    monkeypatch.setattr(judge.forked, "first_failure", lambda *_: "")
    monkeypatch.setattr(judge, "_first_failure_anew", lambda _, planted: "" if planted == "=" else "anew")
    called = {(str(judge.ROOT / MUTANT.path), MUTANT.function)} if is_called else set()
    judged = judge.Judge({}, items, Meetings(), tmp_path, called)
    assert judged.outcome(MUTANT) == (("killed", "anew") if is_called else ("alive", ""))
