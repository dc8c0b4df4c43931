"""Runs the code blocks of the README: none is decoration."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import NamedTuple

import pytest

README = Path(__file__).parents[2] / "README.md"


class Block(NamedTuple):
    line: int
    language: str
    name: str | None
    text: str


def blocks() -> list[Block]:
    text = README.read_text(encoding="utf-8")
    pattern = re.compile(r"^```(\w+)(?: name=(\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
    return [Block(text[: m.start()].count("\n") + 1, m[1], m[2], m[3]) for m in pattern.finditer(text)]


BLOCKS = blocks()
NAMED = [block for block in BLOCKS if block.name and block.name.startswith("test_")]
PLAIN = [block for block in BLOCKS if block.language == "python" and not block.name]
CONSOLE = [
    line[2:]
    for block in BLOCKS
    if block.language == "console"
    for line in block.text.splitlines()
    if line.startswith("$ ")
]


def test_every_block_is_run_here_or_by_the_gate() -> None:
    gate = (README.parent / ".ci" / "run").read_text(encoding="utf-8")
    assert "<!-- test command -->" in gate
    shell = [block for block in BLOCKS if block.language == "sh"]
    assert len(shell) == 2, "the two commands; everything else is run here"
    for block in shell:
        assert len(block.text.splitlines()) == 1, "one line each"
    modules = [block for block in BLOCKS if block.name and not block.name.startswith("test_")]
    generated = [block for block in BLOCKS if block.language in ("mermaid", "text")]
    run_here = [*NAMED, *PLAIN, *modules, *generated, *(block for block in BLOCKS if block.language == "console")]
    assert sorted([*run_here, *shell]) == sorted(BLOCKS)


@pytest.mark.parametrize("block", NAMED, ids=lambda block: block.name)
def test_the_readmes_tests_pass(pytester: pytest.Pytester, block: Block) -> None:
    for other in BLOCKS:
        if other.name and not other.name.startswith("test_"):
            (pytester.path / other.name).write_text(other.text, encoding="utf-8")
    (pytester.path / str(block.name)).write_text(block.text, encoding="utf-8")
    passed = len(re.findall(r"^def test_", block.text, re.MULTILINE))
    pytester.runpytest("-p", "no:cacheprovider", "-p", "no:asyncio").assert_outcomes(passed=passed)


@pytest.mark.slow
@pytest.mark.parametrize("order", [1, -1], ids=["forwards", "backwards"])
def test_the_readmes_tests_pass_together_in_one_folder(pytester: pytest.Pytester, order: int) -> None:
    for block in BLOCKS:
        if block.name:
            (pytester.path / block.name).write_text(block.text, encoding="utf-8")
    passed = sum(len(re.findall(r"^def test_", block.text, re.MULTILINE)) for block in NAMED)
    names = [str(block.name) for block in NAMED][::order]
    run = pytester.runpytest_subprocess("-p", "no:cacheprovider", *names)
    run.assert_outcomes(passed=passed)


@pytest.mark.parametrize("block", PLAIN, ids=lambda block: f"line {block.line}")
def test_the_readmes_snippets_run(block: Block) -> None:
    exec(compile(block.text, f"{README}:{block.line}", "exec"), {"__name__": "readme"})


@pytest.mark.parametrize("command", CONSOLE)
def test_the_readmes_commands_run(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    from fakestt.cli import main

    program, *arguments = shlex.split(command)
    assert program == "fakestt"
    assert main(arguments) in (0, None)
    assert capsys.readouterr().out.strip()
