"""The guides, on a terminal and off it."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest
from cli_rig import on_a_terminal

from fakestt import guide
from fakestt.cli import main

FOLDER = Path(str(guide.__file__)).parent
Out = pytest.CaptureFixture[str]


def test_every_guide_is_listed_with_its_question(capsys: Out) -> None:
    assert main(["guide"]) == 0
    *lines, blank, hint = capsys.readouterr().out.splitlines()
    listed = dict(re.split(r"  +", line, maxsplit=1) for line in lines)
    assert sorted(listed) == sorted(path.stem for path in FOLDER.glob("*.md"))
    assert listed == guide.topics()
    assert (blank, hint) == ("", "To read one: fakestt guide TOPIC")


@pytest.mark.parametrize("topic", guide.TOPICS)
def test_a_guide_is_printed_as_it_is_written(topic: str, capsys: Out) -> None:
    assert main(["guide", topic]) == 0
    assert capsys.readouterr().out == (FOLDER / f"{topic}.md").read_text(encoding="utf-8")


def test_a_terminal_gets_it_laid_out(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("rich", reason="rich is not installed: pip install 'fakestt[demo]'")
    shown = on_a_terminal(monkeypatch, lambda: main(["guide", "scripts"]))
    assert "\x1b[" in shown
    assert guide.topics()["scripts"] in re.sub(r"\x1b\[[0-9;]*m", "", shown)
    assert "```" not in shown


def test_a_terminal_without_rich_gets_it_as_it_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "rich.markdown", None)
    assert on_a_terminal(monkeypatch, lambda: main(["guide", "scripts"])) == guide.text("scripts")
