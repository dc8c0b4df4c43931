"""`fakestt coverage` merges what several runs have written."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from fakestt.cli import main
from fakestt.coverage.document import document
from fakestt.coverage.items import Answered
from fakestt.coverage.possible import possible
from fakestt.coverage.record import Coverage, cut_off
from fakestt.editions import EDITIONS

Out = pytest.CaptureFixture[str]


def saw(*answers: tuple[str, int], edition: str = "icp2018") -> Coverage:
    nothing = possible(EDITIONS[edition])
    seen = frozenset(Answered(*answer) for answer in answers)
    return replace(nothing, answers=replace(nothing.answers, seen=seen))


def file(folder: Path, name: str, *coverages: Coverage) -> str:
    path = folder / name
    path.write_text(json.dumps(document(coverages)), encoding="utf-8")
    return str(path)


def in_all() -> int:
    """How much there is to meet in the two editions of the files."""
    return sum(possible(EDITIONS[name]).possible for name in ("icp2018", "icp2020"))


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    return [
        file(tmp_path, "a.json", saw(("addAudio", 201), ("addAudio", 409))),
        file(tmp_path, "b.json", saw(("addAudio", 201), ("getModel", 200)), saw(("getModel", 404), edition="icp2020")),
    ]


def test_the_files_of_several_runs_are_one(files: list[str], capsys: Out) -> None:
    assert main(["coverage", *files]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[4] for line in lines if line.startswith("  operation x")] == ["3", "1"]
    assert lines[-1].split()[:6] == ["all", "of", "2", "editions", "4", str(in_all())]


@pytest.mark.parametrize(("more", "said"), [(0, "reached"), (0.001, "not reached")])
def test_the_exit_status_says_whether_enough_was_met(files: list[str], capsys: Out, more: float, said: str) -> None:
    reached = 100 * 4 / in_all()
    least = reached + more
    assert main(["coverage", "--fail-under", str(least), *files]) == (said != "reached")
    head = "" if said == "reached" else "FAIL "
    last = capsys.readouterr().out.splitlines()[-1]
    assert last == f"{head}Required fakestt coverage of {least:g} % {said}: {cut_off(reached):.2f} % in all"


def test_only_some_operations_count(files: list[str], capsys: Out) -> None:
    assert main(["coverage", *files, "--only", "*Audio"]) == 0
    printed = capsys.readouterr().out
    assert "icp2018" in printed
    assert "icp2020" not in printed
    assert "getModel" not in printed


def test_files_of_runs_without_a_fake_say_so(tmp_path: Path, capsys: Out) -> None:
    assert main(["coverage", file(tmp_path, "a.json")]) == 0
    assert capsys.readouterr().out == "No request met a fake.\n"


WRONG = {
    "{": "this is no JSON. Give files that --fakestt-cov-json has written.",
    "{}": "this is not the coverage of a run. Give a file that --fakestt-cov-json has written.",
    '{"editions": [{}]}': "this is not the coverage of an edition",
}


@pytest.mark.parametrize("text", WRONG)
def test_another_file_is_refused_by_its_name(tmp_path: Path, capsys: Out, text: str) -> None:
    (tmp_path / "a.json").write_text(text)
    assert main(["coverage", str(tmp_path / "a.json")]) == 2
    assert f"fakestt: {tmp_path / 'a.json'}: {WRONG[text]}" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["FILE", "--only", "addAudios"], "no operation is called 'addAudios'. Did you mean 'addAudio'?"),
    ],
)
def test_what_makes_no_sense_is_refused(files: list[str], capsys: Out, arguments: list[str], said: str) -> None:
    assert main(["coverage", *(files[0] if one == "FILE" else one for one in arguments)]) == 2
    assert said in capsys.readouterr().err


def test_a_percentage_is_one(files: list[str], capsys: Out) -> None:
    with pytest.raises(SystemExit) as end:
        main(["coverage", *files, "--fail-under", "many"])
    assert end.value.code == 2
    assert "'many' is no percentage: give 0 to 100" in capsys.readouterr().err
