"""How facts are printed: as JSON, in the width of the terminal, and in colour where it means something."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from cli_rig import on_a_terminal

from fakestt.cli import main
from fakestt.contract.documents import DOCUMENTS
from fakestt.contract.operations import operations_in
from fakestt.editions import EDITIONS
from fakestt.editions.guesses import guesses
from fakestt.media import forge

Out = pytest.CaptureFixture[str]
TELLING = (
    ("operations",),
    ("operations", "--assumed"),
    ("why", "trainAcousticModel"),
    ("why", "addWords", "--edition", "cloud2025"),
    ("differences", "icp2018", "cloud2025"),
)


def printed(capsys: Out, *arguments: str) -> str:
    main(list(arguments))
    return capsys.readouterr().out


def as_json(capsys: Out, *arguments: str) -> Any:
    return json.loads(printed(capsys, *arguments, "--json"))


def words_in(data: object) -> Iterable[str]:
    """Each text and number of some JSON, but not the names of its members."""
    if isinstance(data, dict):
        data = list(data.values())
    if isinstance(data, list):
        for one in data:
            yield from words_in(one)
    else:
        yield str(data)


# JSON


@pytest.mark.parametrize("arguments", TELLING, ids=" ".join)
def test_json_has_all_that_the_text_shows(arguments: tuple[str, ...], capsys: Out) -> None:
    text = " ".join(printed(capsys, *arguments).split())
    said = [" ".join(word.split()) for word in words_in(as_json(capsys, *arguments))]
    assert [word for word in said if word not in text] == []


def test_operations_as_json(capsys: Out) -> None:
    all_of_them = as_json(capsys, "operations")
    in_2018 = [row.id for row in operations_in(EDITIONS["icp2018"].limits)]
    assert [row["id"] for row in all_of_them["operations"]] == in_2018
    chosen = as_json(capsys, "operations", "*Audio", "trainAcousticModel", "addAudio", "--edition", "icp2020")
    assert (chosen["edition"], [row["id"] for row in chosen["operations"]]) == (
        "icp2020",
        ["trainAcousticModel", "listAudio", "addAudio", "getAudio", "deleteAudio"],
    )
    assumed = as_json(capsys, "operations", "--assumed")
    assert len(assumed["rows"]) == len(guesses(EDITIONS["icp2018"]))


def test_why_as_json(capsys: Out) -> None:
    told = as_json(capsys, "why", "trainAcousticModel", "training", "--edition", "icp2020")
    [phase] = told["phases"]
    assert (phase["code"], phase["status"], phase["answer"]) == ("T", "training", "refused busy (409)")
    [refusal] = told["refusals"]
    assert (refusal["why"], refusal["status"]) == ("busy", 409)
    assert set(told["documents"]) >= {phase["known"]["source"], refusal["text_known"]["source"]}
    assert len(as_json(capsys, "why", "trainAcousticModel")["phases"]) == 9


def test_sources_as_json(capsys: Out) -> None:
    rows = as_json(capsys, "sources")
    assert {row["document"]: row["address"] for row in rows} == {one.name: one.address for one in DOCUMENTS.values()}


def test_probe_as_json(tmp_path: Path, capsys: Out) -> None:
    (tmp_path / "a.wav").write_bytes(forge.wav(1.5))
    (tmp_path / "b.zip").write_bytes(forge.zip_of({"good.wav": forge.wav(1), "bad.txt": forge.not_audio()}))
    good, bad = as_json(capsys, "probe", str(tmp_path / "*"))
    assert good["usable"]
    assert (good["content_type"], good["duration_s"], good["rate_hz"]) == ("audio/wav", 1.5, 16000)
    assert not bad["usable"]
    assert [member["name"] for member in bad["members"]] == ["good.wav", "bad.txt"]


def test_coverage_as_json_is_what_the_command_reads(tmp_path: Path, capsys: Out) -> None:
    import fakestt
    from fakestt.coverage.document import document

    stt = fakestt.FakeSTT()
    with stt.reachable():
        stt.client().list_acoustic_models()
    path = tmp_path / "one.json"
    path.write_text(json.dumps(document([stt.coverage])))
    merged = as_json(capsys, "coverage", str(path), str(path))
    assert merged == json.loads(path.read_text())


# Width


@pytest.mark.parametrize("columns", [80, 120])
@pytest.mark.parametrize("arguments", TELLING, ids=" ".join)
def test_a_line_is_as_wide_as_the_terminal(
    arguments: tuple[str, ...], columns: int, capsys: Out, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    lines = [line for line in printed(capsys, *arguments).splitlines() if "://" not in line]
    too_long = [line for line in lines if len(line) > columns and len(line.split()) > 1]
    # A word alone, such as a path, is not cut; nor is a line that names an operation with its path.
    assert [line for line in too_long if not re.match(r" +(GET|PUT|POST|DELETE) /\S+$", line)] == []
    assert max(map(len, lines)) > columns - 20


# Colour


def test_colour_is_for_terminals_alone(monkeypatch: pytest.MonkeyPatch, capsys: Out, tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    path.write_bytes(forge.wav(1))
    shown = on_a_terminal(monkeypatch, lambda: main(["probe", str(path)]))
    assert "\x1b[32musable\x1b[0m\n" in shown
    path.write_bytes(forge.not_audio())
    shown = on_a_terminal(monkeypatch, lambda: main(["probe", str(path)]))
    assert "\x1b[31minvalid: the service would not use it\x1b[0m\n" in shown
    assert "\x1b" not in printed(capsys, "probe", str(path))


def test_what_is_assumed_catches_the_eye(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = on_a_terminal(monkeypatch, lambda: main(["why", "upgradeAcousticModel", "R"]))
    assert "the text is \x1b[33massumed\x1b[0m: " in shown


@pytest.mark.parametrize(("variable", "value"), [("NO_COLOR", "1"), ("TERM", "dumb")])
def test_colour_can_be_refused(variable: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def act() -> None:
        monkeypatch.setenv(variable, value)
        main(["why", "trainAcousticModel"])

    assert "\x1b" not in on_a_terminal(monkeypatch, act)


# Completion


@pytest.mark.slow
@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("fakestt o", {"operations", "openapi"}),
        ("fakestt why trainA", {"trainAcousticModel"}),
        ("fakestt why trainAcousticModel tr", {"training"}),
        ("fakestt operations --edition icp", {"icp2018", "icp2020"}),
        ("fakestt guide fro", {"frozen-time"}),
        ("fakestt probe --t", {"--type"}),
    ],
)
def test_a_shell_completes_words(line: str, words: set[str]) -> None:
    asked = {"_ARGCOMPLETE": "1", "_ARGCOMPLETE_IFS": "\n", "COMP_LINE": line, "COMP_POINT": str(len(line))}
    # As the shell's function does: the words come by 8, and by 9 what is wrong.
    command = f"exec {shlex.quote(sys.executable)} -m fakestt 8>&1 9>&2 >/dev/null"
    done = subprocess.run(
        ["sh", "-c", command], env={**os.environ, **asked}, capture_output=True, text=True, check=True
    )
    assert {word.strip() for word in done.stdout.split("\n")} == words
