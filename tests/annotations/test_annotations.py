"""What type checkers say of users' tests, and of what fakestt exports."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import get_args

import pytest

import fakestt
from fakestt import literals
from fakestt.conduct.watch import CONDUCT
from fakestt.contract.operations import OPERATIONS
from fakestt.core.families import FAMILIES
from fakestt.http.unknown import UNKNOWN

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
SAMPLE, MISSPELT = HERE / "sample.py", HERE / "misspelt.py"


def checked_by_mypy(path: Path, cache: Path) -> dict[int, str]:
    """The errors by their lines."""
    command = [sys.executable, "-m", "mypy", "--strict", "--config-file=", f"--cache-dir={cache}", str(path)]
    run = subprocess.run(command, capture_output=True, text=True, cwd=HERE, check=False)
    found = re.findall(r"^\w+\.py:(\d+): error: (.*)$", run.stdout, re.MULTILINE)
    assert run.returncode == bool(found), run.stdout + run.stderr
    return {int(line): said for line, said in found}


def pyright(*arguments: str, cwd: Path, installed: Path = ROOT) -> dict[str, object]:
    """What it says. It looks for packages where the first `python` of the path does."""
    command = [sys.executable, "-m", "basedpyright", "--outputjson", *arguments]
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    environment = {**os.environ, "PATH": path, "PYTHONPATH": str(installed)}
    run = subprocess.run(command, capture_output=True, text=True, cwd=cwd, env=environment, check=False)
    said: dict[str, object] = json.loads(run.stdout)
    return said


def checked_by_pyright(path: Path, tmp_path: Path) -> dict[int, str]:
    (tmp_path / "pyrightconfig.json").write_text('{"typeCheckingMode": "strict"}')
    (tmp_path / path.name).write_text(path.read_text())
    said = pyright(path.name, cwd=tmp_path)
    found = said["generalDiagnostics"]
    assert isinstance(found, list)
    return {one["range"]["start"]["line"] + 1: one["message"] for one in found if one["severity"] == "error"}


def wrong_lines(*comments: str) -> set[int]:
    return {at for at, line in enumerate(MISSPELT.read_text().splitlines(), 1) if line.endswith(comments)}


@pytest.mark.slow
def test_mypy_finds_nothing_in_a_users_tests(tmp_path: Path) -> None:
    assert checked_by_mypy(SAMPLE, tmp_path) == {}


@pytest.mark.slow
def test_mypy_finds_what_is_misspelt(tmp_path: Path) -> None:
    assert checked_by_mypy(MISSPELT, tmp_path).keys() == wrong_lines("# wrong", "# wrong to mypy")


@pytest.mark.slow
def test_pyright_finds_nothing_in_a_users_tests(tmp_path: Path) -> None:
    assert checked_by_pyright(SAMPLE, tmp_path) == {}


@pytest.mark.slow
def test_pyright_finds_what_is_misspelt(tmp_path: Path) -> None:
    assert checked_by_pyright(MISSPELT, tmp_path).keys() == wrong_lines("# wrong")


def test_the_types_are_what_there_is() -> None:
    assert set(get_args(literals.OperationId)) == set(OPERATIONS)
    assert get_args(literals.EditionName) == tuple(fakestt.EDITIONS)
    assert get_args(literals.UnknownSetting) == UNKNOWN
    assert get_args(literals.ConductSetting) == CONDUCT
    shown = {family.name: {phase.shown for phase in family.phases} for family in FAMILIES}
    assert shown["acoustic model"] == shown["language model"] == set(get_args(literals.ModelStatus))
    assert shown["audio"] == set(get_args(literals.AudioStatus))
    assert shown["corpus"] == set(get_args(literals.CorpusStatus))
    assert shown["grammar"] == set(get_args(literals.GrammarStatus))


@pytest.mark.slow
@pytest.mark.parametrize("package", ["fakestt", "conftest_plugin"])
def test_the_type_of_all_that_is_public_is_known(package: str, tmp_path: Path) -> None:
    # Pyright looks at what is installed, and not at what is imported from a checkout.
    installed = tmp_path / "installed"
    shutil.copytree(ROOT / "fakestt", installed / "fakestt")
    shutil.copytree(ROOT / "conftest_plugin", installed / "conftest_plugin")
    said = pyright("--verifytypes", package, "--ignoreexternal", cwd=tmp_path, installed=installed)
    completeness = said["typeCompleteness"]
    assert isinstance(completeness, dict)
    assert completeness["symbols"]
    unknown = [one["name"] for one in completeness["symbols"] if not one["isTypeKnown"]]
    assert (unknown, completeness["completenessScore"]) == ([], 1)
