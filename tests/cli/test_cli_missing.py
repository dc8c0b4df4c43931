"""A file that is not there: each command says the same of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from fakestt.cli import main

COMMANDS = {
    "probe": ["probe", "car.flac"],
    "demo": ["demo", "--audio", "car.flac"],
    "coverage": ["coverage", "car.flac"],
    "explore": ["explore", "car.flac::test_it"],
}


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize(
    ("there", "said"),
    [
        ("cars.flac", "car.flac: there is no such file. Did you mean 'cars.flac'?"),
        ("other", "car.flac: there is no such file."),
    ],
)
def test_each_command_says_the_same_and_names_what_is_near(
    command: str,
    there: str,
    said: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / there).touch()
    assert main(COMMANDS[command]) == 2
    assert capsys.readouterr().err == f"fakestt: {said}\n"


def test_a_folder_that_is_not_there_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["probe", "nowhere/car.flac"]) == 2
    assert capsys.readouterr().err == (
        "fakestt: nowhere/car.flac: there is no such file, for there is no folder nowhere.\n"
    )
