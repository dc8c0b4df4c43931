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
    # What happens to be installed beside has no say.
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    monkeypatch.setenv("PYTEST_ADDOPTS", "-p conftest_plugin")
    (tmp_path / "pytest.ini").touch()
    return tmp_path / "test_it.py"


@pytest.mark.parametrize(
    ("condition", "status", "said"),
    [
        ("== 200", 1, '@fakestt.replay("r1:listAcousticModels=fail(503)")'),
        pytest.param(
            "in (200, 503, 429)", 1, '@fakestt.replay("r1:listAcousticModels=reset()")', marks=pytest.mark.slow
        ),
        pytest.param("== 404", 1, "not explored: the test fails without any fault", marks=pytest.mark.slow),
    ],
)
def test_it_finds_what_breaks_a_client(
    file: Path, condition: str, status: int, said: str, capfd: pytest.CaptureFixture[str]
) -> None:
    file.write_text(TEST.format(condition))
    assert main(["explore", "test_it.py::test_it", "--budget", "60s"]) == status
    out = capfd.readouterr().out
    assert said in out
    assert ("To run one again, put its line above the test" in out) == ("replay" in said)


@pytest.mark.slow
def test_its_bound_and_its_budget_can_be_given(file: Path, capfd: pytest.CaptureFixture[str]) -> None:
    file.write_text("def test_it(fake_stt):\n    pass\n")
    assert main(["explore", "test_it.py::test_it"]) == 0
    assert "not explored: no request of this test met a fake" in capfd.readouterr().out
    file.write_text(TEST.format("in (200, 503, 429)"))
    assert main(["explore", "test_it.py::test_it", "--max-faults", "0", "--budget", "20s"]) == 0
    assert "test_it.py::test_it: 1 schedule with at most 0 faults, 0 failed" in capfd.readouterr().out


@pytest.mark.slow
def test_the_log_of_the_client_is_left_out(file: Path, capfd: pytest.CaptureFixture[str]) -> None:
    test = TEST.replace(
        "    answer =", "    import logging; logging.getLogger().error('noise'); print('kept')\n    answer ="
    )
    file.write_text(test.format("== 200"))
    assert main(["explore", "test_it.py::test_it", "--budget", "60s"]) == 1
    out = capfd.readouterr().out
    assert "noise" not in out
    assert "kept" in out


def test_without_pytest_it_says_so(
    file: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file.touch()
    monkeypatch.setattr("fakestt.cli.explore.find_spec", lambda name: None)
    assert main(["explore", "test_it.py"]) == 1
    assert "pytest is not installed, and it runs the tests. pip install pytest" in capsys.readouterr().err


@pytest.mark.slow
def test_a_budget_that_was_spent_can_be_made_larger(file: Path, capfd: pytest.CaptureFixture[str]) -> None:
    file.write_text(TEST.format("in (200, 503, 429)"))
    assert main(["explore", "test_it.py::test_it", "--budget", "0.0001s"]) == 0
    out = capfd.readouterr().out.replace("\n    ", " ")
    assert "it left out 4 schedules with 1 deviation. It was 0.0001s: --budget gives more." in out


def test_a_file_that_is_not_there_is_a_misuse(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file.write_text(TEST)
    assert main(["explore", "test_it.py", "nowhere/test_it.py::test_it"]) == 2
    assert capsys.readouterr().err == (
        "fakestt: nowhere/test_it.py: there is no such file, for there is no folder nowhere.\n"
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    "name", ["test_at", *(pytest.param(name, marks=pytest.mark.slow) for name in ("test_at[1]", "TestIt::test_at"))]
)
def test_a_test_that_is_not_there_is_a_misuse(name: str, file: Path, capfd: pytest.CaptureFixture[str]) -> None:
    file.write_text(TEST.format("== 200"))
    assert main(["explore", f"test_it.py::{name}"]) == 2
    told = capfd.readouterr().err
    assert "test_it.py has no test_at. Did you mean 'test_it'? Its tests: test_it, test_without\n" in told


@pytest.mark.slow
def test_a_test_without_a_fake_is_told_and_alone_it_is_a_misuse(file: Path, capfd: pytest.CaptureFixture[str]) -> None:
    file.write_text(TEST.format("== 200"))
    assert main(["explore", "test_it.py::test_without"]) == 2
    said = "test_it.py::test_without: not explored: it asks for no fixture of fakestt, such as fake_stt"
    assert said in capfd.readouterr().out.replace("\n    ", " ")
    file.write_text("def test_it(fake_stt):\n    pass\n\ndef test_without():\n    pass\n")
    assert main(["explore", "test_it.py"]) == 0
    assert said in capfd.readouterr().out.replace("\n    ", " ")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--budget", "0s"), "'0s' is no time to explore in"),
        (("--budget", "soon"), "soon"),
        (("--max-faults", "-1"), "'-1' is no number"),
        ((), "the following arguments are required: FILE::TEST"),
    ],
)
def test_a_wrong_word_is_told(
    arguments: tuple[str, ...], said: str, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file.touch()
    with pytest.raises(SystemExit) as end:
        main(["explore", *(("test_it.py", *arguments) if arguments else ())])
    assert end.value.code == 2
    assert said in capsys.readouterr().err
