"""Runs the code blocks of the README and of the guides: none is decoration."""

from __future__ import annotations

import re
import shlex
import sys
from collections import Counter
from collections.abc import Iterable

import pytest
from docs_rig import DOCUMENTS, ROOT, Block, blocks, text_of

BLOCKS = [block for document in DOCUMENTS for block in blocks(document)]
NAMED = [block for block in BLOCKS if block.name and block.name.startswith("test_")]
MODULES = [block for block in BLOCKS if block.name and not block.name.startswith("test_")]
# They explore, or wait a lot.
LONG = (
    "test_properties.py", "test_explored.py", "test_trainer.py", "test_time.py", "test_examples.py", "test_conduct.py",
    "test_of_a_program.py", "test_deadline.py",
)  # fmt: skip
PLAIN = [block for block in BLOCKS if block.language == "python" and not block.name]
TEST = re.compile(r"^ *(?:def test_|Test\w+ = )", re.MULTILINE)
CONSOLE = [
    line[2:]
    for block in BLOCKS
    if block.language == "console"
    for line in block.text.splitlines()
    if line.startswith("$ ") and not line.startswith("$ fakestt explore")
]
EXPLORED = [block for block in BLOCKS if block.text.startswith("$ fakestt explore")]


def test_every_block_is_run_here_or_by_the_gate() -> None:
    gate = text_of(ROOT / ".ci" / "run")
    assert "<!-- test command -->" in gate
    shell = [block for block in BLOCKS if block.language == "sh"]
    assert [block.document for block in shell] == ["README.md"] * 2, "the two commands; everything else is run here"
    for block in shell:
        assert len(block.text.splitlines()) == 1, "one line each"
    generated = [block for block in BLOCKS if block.language in ("mermaid", "text")]
    run_here = [*NAMED, *PLAIN, *MODULES, *generated, *(block for block in BLOCKS if block.language == "console")]
    assert sorted([*run_here, *shell]) == sorted(BLOCKS)


def test_no_block_is_missed_for_its_fence() -> None:
    fences = sum(len(re.findall(r"^\s*(?:```|~~~)", text_of(document), re.MULTILINE)) for document in DOCUMENTS)
    assert fences == 2 * len(BLOCKS)


def test_each_name_stands_once_in_all_documents() -> None:
    """They are written into one folder, where a module of one document serves the tests of all."""
    names = Counter(block.name for block in BLOCKS if block.name)
    assert [name for name, count in names.items() if count > 1] == []


@pytest.mark.parametrize(
    "block",
    [pytest.param(block, marks=[pytest.mark.slow] if block.name in LONG else [], id=block.name) for block in NAMED],
)
def test_each_documented_test_passes(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, block: Block) -> None:
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    for one in (*MODULES, block):
        (pytester.path / str(one.name)).write_text(one.text, encoding="utf-8")
    check_all_passed(pytester.runpytest("-p", "conftest_plugin", "-p", "no:cacheprovider"), [block])


def check_all_passed(run: pytest.RunResult, written: Iterable[Block]) -> None:
    """Each test that is written there has passed, once for each of its parameters. One may need what is not here."""
    tests = sum(len(TEST.findall(block.text)) for block in written)
    outcomes = run.parseoutcomes()
    assert outcomes.keys() <= {"passed", "skipped"}
    assert outcomes["passed"] + outcomes.get("skipped", 0) >= tests
    assert outcomes.get("skipped", 0) <= sum("skipif" in block.text for block in written)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("order", "everywhere"),
    [(1, ""), (-1, ""), (1, "test_in_every_test.py")],
    ids=["forwards", "backwards", "with a fake in every test"],
)
def test_all_documented_tests_pass_together_in_one_folder(
    pytester: pytest.Pytester, order: int, everywhere: str
) -> None:
    for block in (*MODULES, *NAMED):
        (pytester.path / str(block.name)).write_text(block.text, encoding="utf-8")
        if block.name == everywhere:
            (pytester.path / "conftest.py").write_text(block.text.partition("def test_")[0], encoding="utf-8")
    names = [str(block.name) for block in NAMED][::order]
    run = pytester.runpytest_subprocess("-p", "no:cacheprovider", *names)
    check_all_passed(run, NAMED)


@pytest.mark.parametrize("block", PLAIN, ids=lambda block: f"{block.document}:{block.line}")
def test_each_documented_snippet_runs(block: Block) -> None:
    exec(compile(block.text, str(ROOT / block.document), "exec"), {"__name__": "documented"})


@pytest.mark.parametrize("command", CONSOLE)
def test_each_documented_command_runs(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    from fakestt.cli import main

    program, *arguments = shlex.split(command)
    assert program == "fakestt"
    assert main(arguments) in (0, None)
    assert capsys.readouterr().out.strip()


def test_the_readme_opens_with_a_client_and_what_exploring_finds() -> None:
    [block] = EXPLORED
    assert block.document == "README.md"
    assert block.line + len(block.text.splitlines()) <= 60


@pytest.mark.slow
@pytest.mark.parametrize("block", EXPLORED, ids=lambda block: f"{block.document}:{block.line}")
def test_what_exploring_says_is_what_stands_there(
    pytester: pytest.Pytester, block: Block, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The budget is longer than the ten seconds of the command, for a machine that is busy."""
    for one in (*MODULES, *NAMED):
        (pytester.path / str(one.name)).write_text(one.text, encoding="utf-8")
    monkeypatch.setenv("COLUMNS", "120")
    command, _, output = block.text.partition("\n")
    done = pytester.run(sys.executable, "-m", *shlex.split(command)[1:], "--budget", "5m")
    assert done.ret == 1
    assert output in f"{done.stdout}\n"
