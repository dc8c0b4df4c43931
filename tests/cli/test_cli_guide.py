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


def test_every_guide_is_listed_with_its_question(monkeypatch: pytest.MonkeyPatch, capsys: Out) -> None:
    monkeypatch.setenv("COLUMNS", "120")
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
    shown = on_a_terminal(monkeypatch, lambda: main(["guide", "conduct"]))
    assert "\x1b[" in shown
    plain = " ".join(re.sub(r"\x1b\[[0-9;]*m", "", shown).split())
    assert guide.topics()["conduct"] in plain
    assert "an exploration (fakestt guide exploring) it does." in plain
    assert "```" not in shown


CODE = re.compile(r"^```.*?^```$|^ {4}.*$|^\|.*$", re.MULTILINE | re.DOTALL)


LINK = re.compile(rf"(?<!!)\[([^\]]*)\]\((?:{'|'.join(f'{topic}.md' for topic in guide.TOPICS)})?(?:#[^)\s]*)?\)")


def words(text: str) -> list[str]:
    return re.sub(r"\s*\(`fakestt\s+guide\s+[a-z-]+`\)", "", text).split()


@pytest.mark.parametrize("columns", [80, 120])
@pytest.mark.parametrize("topic", guide.TOPICS)
def test_a_terminal_without_rich_gets_lines_that_fit_and_no_link_that_leads_nowhere(
    topic: str, columns: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "rich.markdown", None)
    monkeypatch.setenv("COLUMNS", str(columns))
    shown = on_a_terminal(monkeypatch, lambda: main(["guide", topic]))
    written = guide.text(topic)
    assert "](#" not in shown
    assert not re.search(r"\]\([a-z-]+\.md", shown)
    assert len(CODE.findall(shown)) == len(CODE.findall(written))
    assert re.findall(r"^```.*?^```$", shown, re.MULTILINE | re.DOTALL) == re.findall(
        r"^```.*?^```$", written, re.MULTILINE | re.DOTALL
    )
    prose = [line for line in CODE.sub("", shown).splitlines() if not line.startswith(("#", "<!--"))]
    assert [line for line in prose if len(line) > columns and " " in line.strip()[: columns // 2]] == []
    # Each word is there, and in its order.
    assert words(shown) == words(LINK.sub(r"\1", written))


def test_the_list_fits_into_the_terminal(monkeypatch: pytest.MonkeyPatch, capsys: Out) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    assert main(["guide"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert max(map(len, lines)) <= 80
    assert "coverage      What have the clients of a test suite met of the service, and what" in lines
    assert "              have they never seen?" in lines
