"""`fakestt explore FILE::TEST` explores a test as it stands."""

from __future__ import annotations

from pathlib import Path

import pytest

from fakestt.cli import main

TEST = """
import requests

def test_it(fake_stt):
    answer = requests.get(fake_stt.url + "/v1/acoustic_customizations", auth=("apikey", "any"))
    assert answer.status_code {}

def test_without():
    assert True
"""


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTEST_ADDOPTS", "-p no:randomly")
    (tmp_path / "pytest.ini").touch()
    return tmp_path / "test_it.py"


@pytest.mark.parametrize(
    ("condition", "status", "said"),
    [
        ("== 200", 1, '@fakestt.replay("r1:listAcousticModels=fail(503)")'),
        ("in (200, 503, 429)", 1, '@fakestt.replay("r1:listAcousticModels=reset()")'),
        ("== 404", 1, "not explored: the test fails without any fault"),
    ],
)
def test_it_finds_what_breaks_a_client(
    file: Path, condition: str, status: int, said: str, capfd: pytest.CaptureFixture[str]
) -> None:
    file.write_text(TEST.format(condition))
    assert main(["explore", "test_it.py", "--budget", "60s"]) == status
    assert said in capfd.readouterr().out


def test_its_bound_and_its_budget_can_be_given(file: Path, capfd: pytest.CaptureFixture[str]) -> None:
    file.write_text("def test_it(fake_stt):\n    pass\n")
    assert main(["explore", "test_it.py::test_it", "--max-faults", "3"]) == 0
    assert "test_it.py::test_it: 1 schedule with at most 3 faults, 0 failed" in capfd.readouterr().out


def test_what_is_not_there_is_a_misuse(file: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["explore", "nowhere.py"]) == 2
    assert "nowhere.py" in capfd.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--budget", "0s"), "'0s' is no time to explore in"),
        (("--budget", "soon"), "soon"),
        (("--max-faults", "-1"), "'-1' is no number"),
        ((), "the following arguments are required: FILE::TEST"),
    ],
)
def test_a_wrong_word_is_told(arguments: tuple[str, ...], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        main(["explore", *(("test_it.py", *arguments) if arguments else ())])
    assert end.value.code == 2
    assert said in capsys.readouterr().err
