"""What each command prints, what a wrong word gets, and that nobody sees a traceback."""

from __future__ import annotations

import io
import json
import os
import runpy
import subprocess
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import pytest

import fakestt as package
from fakestt.cli import COMMANDS, main
from fakestt.cli.words import a_media_type
from fakestt.contract.documents import DOCUMENTS
from fakestt.contract.openapi import openapi
from fakestt.contract.operations import OPERATIONS
from fakestt.editions import EDITIONS
from fakestt.editions.guesses import guesses
from fakestt.media import forge
from fakestt.media.suffixes import SUFFIXES

Out = pytest.CaptureFixture[str]


def misused(arguments: list[str], capsys: Out) -> str:
    """Run a command that is misused: its complaint."""
    try:
        status = main(arguments)
    except SystemExit as end:
        status = end.code
    printed = capsys.readouterr()
    assert status == 2
    assert printed.out == ""
    return printed.err


# Help


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_with_an_example(command: str, capsys: Out) -> None:
    with pytest.raises(SystemExit) as end:
        main([command, "--help"])
    assert end.value.code == 0
    assert f"Example: fakestt {command}" in capsys.readouterr().out


def test_the_version_is_that_of_the_installed_distribution(capsys: Out) -> None:
    with pytest.raises(SystemExit) as end:
        main(["--version"])
    assert (end.value.code, capsys.readouterr().out) == (0, f"fakestt {version('fakestt')}\n")


def test_a_fake_that_is_not_installed_has_no_version_and_says_so(monkeypatch: pytest.MonkeyPatch, capsys: Out) -> None:
    def missing(name: str) -> str:
        raise PackageNotFoundError(name)

    monkeypatch.setattr("fakestt.cli.parser.version", missing)
    with pytest.raises(SystemExit):
        main(["--version"])
    assert capsys.readouterr().out == "fakestt (not installed)\n"


def test_the_help_lists_every_command_on_a_line_of_its_own(capsys: Out) -> None:
    with pytest.raises(SystemExit):
        main(["--help"])
    lines = [line.split()[:1] for line in capsys.readouterr().out.splitlines() if line.startswith("    ")]
    assert [line[0] for line in lines if line] == list(COMMANDS)


# Wrong words


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["opnapi"], "no command 'opnapi'. Did you mean 'openapi'?"),
        (["why", "trainAcousticModle"], "no operation 'trainAcousticModle'. Did you mean 'trainAcousticModel'?"),
        (["why", "recognize"], "recognize is part of the service and not of fakestt. All: listModels, getModel"),
        (["why", "trainAcousticModel", "trainin"], "no phase 'trainin'. Did you mean 'training'?"),
        (
            ["guide", "tme"],
            "fakestt guide: argument TOPIC: no topic 'tme'. Did you mean 'time'? All: cookbook, time, frozen-time",
        ),
        (["openapi", "--edition", "icp2019"], "no edition 'icp2019'. Did you mean 'icp2018'?"),
        (["differences", "icp2018", "cloud2024"], "no edition 'cloud2024'. Did you mean 'cloud2025'?"),
        (["operations", "--edition", "100%d"], "no edition '100%d'. All: icp2018, icp2020, cloud2025, cp4d2025"),
        (["probe", "x", "--type", "audio/flak"], "no content type 'audio/flak'. Did you mean 'audio/flac'?"),
        (["demo", "--audio", "car.wave"], "the suffix '.wave' names no type of audio. Did you mean '.wav'?"),
        (["probe", "nowhere*.wav"], "nowhere*.wav: no file fits this glob"),
        (["probe", __file__], "the suffix '.py' names no type of audio."),
        (["why", "createAcousticModel", "ready"], "createAcousticModel asks no model, so no phase matters"),
        ([], "say which command. All: demo, serve, explore, guide, operations, why, sources, openapi, differences"),
        (["Demo"], "no command 'Demo'. Did you mean 'demo'?"),
        (["--verison"], "no option '--verison' before a command. Did you mean '--version'?"),
        (["--edition=icp2020", "openapi"], "It follows its command: fakestt openapi --edition"),
        (["--assumed"], "It follows its command: fakestt operations --assumed"),
        (["openapi", "--edit", "icp2018"], "no option '--edit'. Did you mean '--edition'? All: --help, --edition"),
        (["demo", "--audoi=car.wav"], "fakestt demo: no option '--audoi'. Did you mean '--audio'?"),
        (["serve", "--prot", "1"], "fakestt serve: no option '--prot'. Did you mean '--port'?"),
        (["operations", "--asumed"], "fakestt operations: no option '--asumed'. Did you mean '--assumed'?"),
        (["why", "addAudio", "--editon", "icp2018"], "fakestt why: no option '--editon'. Did you mean '--edition'?"),
        (["differences", "icp2018", "icp2020", "--x"], "fakestt differences: no option '--x'. All: --help"),
        (["probe", "a.wav", "--typ", "audio/wav"], "fakestt probe: no option '--typ'. Did you mean '--type'?"),
        (["demo", "car.wav"], "fakestt demo: 'car.wav' has no place here. Did you mean --audio car.wav?"),
        (["demo", "icp2020"], "'icp2020' has no place here. Did you mean --edition icp2020?"),
        (["operations", "icp2020"], "no operation 'icp2020'. Did you mean --edition icp2020?"),
        (
            ["operations", "trainAcousticModels"],
            "no operation 'trainAcousticModels'. Did you mean 'trainAcousticModel'?",
        ),
        (["serve", "8080"], "'8080' has no place here. Did you mean --port 8080?"),
        (["probe", __file__, "audio/flac"], "audio/flac: there is no such file. Did you mean --type audio/flac?"),
        (["differences", "icp2018", "icp2020", "cloud2025"], "'cloud2025' has no place here.\n"),
        (
            ["why", "train"],
            "no operation 'train'. Did you mean 'trainAcousticModel' or 'trainLanguageModel'? All: listModels",
        ),
        (["why", "audio"], "Did you mean 'listAudio', 'addAudio', 'getAudio' or 'deleteAudio'?"),
        (["why", "TRAINACOUSTICMODEL"], "Did you mean 'trainAcousticModel'?"),
    ],
)
def test_a_wrong_word_gets_the_nearest_right_one_and_status_2(
    arguments: list[str], complaint: str, capsys: Out
) -> None:
    assert complaint in misused(arguments, capsys)


# operations


@pytest.mark.parametrize("edition", EDITIONS)
def test_operations_lists_each_of_the_edition_with_its_path(edition: str, capsys: Out) -> None:
    assert main(["operations", "--edition", edition]) == 0
    out = capsys.readouterr().out
    for operation in OPERATIONS.values():
        told = f"\n{operation.id}\n    {operation.method} {operation.path}\n" in out
        assert told is (edition != "icp2018" or "rammar" not in operation.id)


def test_why_of_an_operation_that_an_edition_lacks_names_those_that_have_it(capsys: Out) -> None:
    assert main(["operations", "*Grammar", "--edition", "icp2018"]) == 2
    assert "edition icp2018 has no addGrammar, getGrammar, deleteGrammar." in capsys.readouterr().err
    assert main(["why", "addGrammar", "--edition", "icp2018"]) == 2
    said = capsys.readouterr().err
    assert "edition icp2018 has no addGrammar. Editions that have it: icp2020, cloud2025, cp4d2025." in said
    assert main(["why", "addGrammar", "ready", "--edition", "cp4d2025"]) == 0
    assert "cp4d2025 grammar-add.md#addGrammar" in capsys.readouterr().out


def test_operations_lists_the_statuses_and_the_source(capsys: Out) -> None:
    assert main(["operations"]) == 0
    out = capsys.readouterr().out
    assert "refused with 400, 401, 403, 406, 409\n    source: icp2018 acoustic-create.md#trainModel" in out


@pytest.mark.parametrize("edition", EDITIONS)
def test_assumed_lists_every_guess_under_its_reason(edition: str, capsys: Out) -> None:
    assert main(["operations", "--assumed", "--edition", edition]) == 0
    out = capsys.readouterr().out
    found = guesses(EDITIONS[edition])
    assert f"{len(found)} rows are assumed" in out
    flat = " ".join(out.split())
    for guess in found:
        assert f"because {' '.join(guess.reason.split())}:" in flat
        assert " ".join(" = ".join(filter(None, (guess.name, guess.value))).split()) in flat


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("trainAcousticModel x empty", "refused too little audio (400)"),
        ("upgradeAcousticModel x empty", "refused up to date (400), not upgradable (400)"),
        ("deleteAudio x training", "refused busy (409)"),
        ("getAcousticModel x mixed", "allowed"),
        ("addAudio x available", "allowed, unless name taken (400)"),
    ],
)
def test_an_assumed_cell_shows_what_is_really_answered(cell: str, said: str, capsys: Out) -> None:
    main(["operations", "--assumed"])
    assert f"      {cell} = {said}\n" in capsys.readouterr().out


def test_it_is_assumed_that_silence_counts_as_audio(capsys: Out) -> None:
    main(["operations", "--assumed"])
    out = " ".join(capsys.readouterr().out.split())
    assert "speech, not silence; the service is not known to measure it: silence counts as audio" in out


# why


def why(capsys: Out, *arguments: str) -> str:
    assert main(["why", *arguments]) == 0
    return " ".join(capsys.readouterr().out.split())


def test_why_shows_a_refusal_with_its_status_its_text_and_what_is_assumed(capsys: Out) -> None:
    out = why(capsys, "trainAcousticModel", "training", "--edition", "icp2020")
    assert "training (T, shown as 'training') refused busy (409)" in out
    assert "busy: 409 Customization '{id}' is currently locked" in out
    assert "source of the status: icp2020 acoustic-create.md#failedTraining-acoustic" in out
    assert "source of the text: ishida330/Watson-STT-Customize-Sample STT_Customize.ipynb#add_words, 2020-02-07" in out
    assert "source of this: icp2020 acoustic-create.md#failedTraining-acoustic" in out
    assert "too little audio" not in out
    assert "the text is assumed: only the fragment `model is up-to-date`" in why(capsys, "upgradeAcousticModel", "R")


@pytest.mark.parametrize("edition", EDITIONS)
def test_why_ends_with_the_addresses_of_what_it_cites(edition: str, capsys: Out) -> None:
    assert main(["why", "trainAcousticModel", "training", "--edition", edition]) == 0
    said, _, addresses = capsys.readouterr().out.partition("\n  Where that can be read\n")
    pairs = addresses.splitlines()
    assert all(line.startswith("        https://") for line in pairs[1::2])
    for line in pairs[::2]:
        assert " ".join(line.split()) in " ".join(said.split())
    assert f"    {edition} acoustic-create.md#trainModel" in addresses


def test_sources_shows_where_each_document_can_be_read(capsys: Out) -> None:
    assert main(["sources"]) == 0
    out = capsys.readouterr().out
    assert out.count("    https://") == len(DOCUMENTS)
    page = (
        "icp2018 acoustic-create.md, last changed 2018-10-27\n    https://github.com/IBM-Bluemix-Docs/"
        "speech-to-text-icp/blob/a9ee514817cc4c5b23bff62e67f85d43d4364c18/acoustic-create.md\n"
    )
    assert page in out
    assert "\nwatson-developer-cloud/python-sdk issue 378\n    https://" in out


def test_why_shows_what_an_allowed_command_may_still_be_refused_for(capsys: Out) -> None:
    out = why(capsys, "trainAcousticModel", "ready")
    assert "allowed, unless too little audio (400), too much audio (400)" in out
    assert "Total audio duration must be between 10 and 3000 minutes" in out


@pytest.mark.parametrize(
    ("word", "codes"),
    [
        ("T", ["T"]),
        ("t", ["T"]),
        ("training", ["T"]),
        ("Training", ["T"]),
        ("only-invalid", ["PI"]),
        ("only invalid", ["PI"]),
        ("pending", ["P0", "PB", "PI"]),
        ("ready", ["R", "RM"]),
    ],
)
def test_a_phase_is_told_by_code_name_or_status(word: str, codes: list[str], capsys: Out) -> None:
    out = why(capsys, "getAcousticModel", word)
    assert [code for code in ("P0", "PB", "PI", "R", "RM", "T", "A", "U", "F") if f"({code}, shown" in out] == codes


def test_without_a_phase_the_whole_row_is_shown(capsys: Out) -> None:
    out = why(capsys, "deleteAcousticModel")
    assert out.count(", shown as") == 9
    assert "malformed guid: 400" in out


def test_an_operation_without_a_model_has_refusals_and_no_phases(capsys: Out) -> None:
    out = why(capsys, "listModels")
    assert ", shown as" not in out
    assert "unauthorized: 401 Unauthorized" in out


# openapi, differences


@pytest.mark.parametrize("edition", EDITIONS)
def test_openapi_prints_the_document(edition: str, capsys: Out) -> None:
    assert main(["openapi", "--edition", edition]) == 0
    assert json.loads(capsys.readouterr().out) == openapi(EDITIONS[edition])


def test_differences_shows_both_values_with_their_sources(capsys: Out) -> None:
    assert main(["differences", "cloud2025", "cp4d2025"]) == 0
    out = capsys.readouterr().out
    assert "  max_audio_s\n    cloud2025  180000  [cloud2025 acoustic-resource.md#audioMaximum]\n" in out
    assert "cp4d2025   no  [assumed: a plan of the public cloud]" in out


def test_no_difference_is_said_in_so_many_words(capsys: Out) -> None:
    assert main(["differences", "icp2018", "icp2018"]) == 0
    assert capsys.readouterr().out.endswith("0 differences\n")


# probe


def probed(tmp_path: Path, capsys: Out, name: str, data: bytes, *more: str) -> tuple[int, str]:
    (tmp_path / name).write_bytes(data)
    status = main(["probe", str(tmp_path / name), *more])
    return status, capsys.readouterr().out


def test_probe_of_good_audio(tmp_path: Path, capsys: Out) -> None:
    status, out = probed(tmp_path, capsys, "a.flac", forge.flac(2))
    assert status == 0
    assert "2.00 s of flac, 16000 Hz, channels: 1" in out
    assert "good for base models: broadband, narrowband" in out
    assert out.endswith("usable\n")


def test_probe_of_a_slow_rate_names_the_models_that_it_is_good_for(tmp_path: Path, capsys: Out) -> None:
    assert "base models: narrowband\n" in probed(tmp_path, capsys, "a.wav", forge.wav(1, 8000))[1]
    status, out = probed(tmp_path, capsys, "a.wav", forge.wav(1, 4000))
    assert (status, "base models: none" in out) == (1, True)


def test_probe_of_text_says_what_was_found_and_ends_with_1(tmp_path: Path, capsys: Out) -> None:
    status, out = probed(tmp_path, capsys, "a.wav", forge.not_audio())
    assert status == 1
    assert "not audio: declared audio/wav, found text" in out


def test_probe_of_an_archive_shows_every_member(tmp_path: Path, capsys: Out) -> None:
    data = forge.zip_of({"good.wav": forge.wav(1), "bad.txt": forge.not_audio()})
    status, out = probed(tmp_path, capsys, "a.zip", data)
    assert status == 1
    assert "zip archive with 2 files" in out
    assert "good.wav: 1.00 s of pcm_s16le" in out
    assert "bad.txt: not audio: found text" in out


def test_probe_of_a_broken_archive_says_what_is_wrong_with_it(tmp_path: Path, capsys: Out) -> None:
    status, out = probed(tmp_path, capsys, "a.zip", forge.truncated(forge.zip_of({"a.wav": forge.wav(1)})))
    assert status == 1
    assert "the archive: " in out


def test_probe_believes_a_given_type_more_than_the_suffix(tmp_path: Path, capsys: Out) -> None:
    status, out = probed(tmp_path, capsys, "a.bin", forge.raw(1), "--type", "audio/l16;rate=16000")
    assert (status, "1.00 s of pcm_s16le" in out) == (0, True)


def test_probe_tells_what_is_taken_on_trust(tmp_path: Path, capsys: Out, monkeypatch: pytest.MonkeyPatch) -> None:
    from fakestt.media.facts import AudioFacts

    found = AudioFacts(1.0, "opus", 48000, 1, note="the duration is assumed")
    monkeypatch.setattr("fakestt.cli.probe.probe_audio", lambda *_: found)
    assert "note: the duration is assumed" in probed(tmp_path, capsys, "a.webm", b"x")[1]


def test_a_suffix_that_is_misspelt_gets_the_nearest_one(tmp_path: Path, capsys: Out) -> None:
    (tmp_path / "car.falc").write_bytes(forge.flac(1))
    said = misused(["probe", str(tmp_path / "car.falc")], capsys)
    assert "the suffix '.falc' names no type of audio. Did you mean '.flac'?" in said


def test_probe_takes_files_and_globs_and_counts_what_is_of_no_use(tmp_path: Path, capsys: Out) -> None:
    for name, data in {"a.wav": forge.wav(1), "b.wav": forge.not_audio(), "c.flac": forge.flac(1)}.items():
        (tmp_path / name).write_bytes(data)
    assert main(["probe", str(tmp_path / "*.wav"), str(tmp_path / "c.flac"), str(tmp_path / "a.wav")]) == 1
    out = capsys.readouterr().out
    assert [line.split(": ")[0][-6:] for line in out.splitlines() if ": audio/" in line] == [
        "/a.wav",
        "/b.wav",
        "c.flac",
    ]
    assert out.endswith("\n3 files, 1 of which the service would not use\n")


def test_a_file_whose_name_looks_like_a_glob_is_that_file(tmp_path: Path, capsys: Out) -> None:
    assert probed(tmp_path, capsys, "a[1].wav", forge.wav(1))[0] == 0


def test_every_suffix_names_a_type_that_probe_knows() -> None:
    for media_type in SUFFIXES.values():
        assert a_media_type(media_type) == media_type


# The process


def fakestt(*arguments: str, **options: object) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([sys.executable, "-m", "fakestt", *arguments], capture_output=True, **options)  # type: ignore[call-overload]


@pytest.mark.slow
def test_the_module_is_the_command() -> None:
    done = fakestt("why", "trainAcousticModel", "T")
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"refused busy (409)" in done.stdout


def test_the_module_runs_the_command_and_importing_it_does_not(monkeypatch: pytest.MonkeyPatch, capsys: Out) -> None:
    path = Path(package.__file__).with_name("__main__.py")
    monkeypatch.setattr(sys, "argv", ["fakestt", "differences", "icp2018", "icp2018"])
    with pytest.raises(SystemExit) as end:
        runpy.run_path(str(path), run_name="__main__")
    assert end.value.code == 0
    capsys.readouterr()
    runpy.run_path(str(path), run_name="imported")
    assert capsys.readouterr().out == ""


@pytest.mark.slow
def test_a_reader_that_has_seen_enough_is_no_error() -> None:
    command = subprocess.Popen(
        [sys.executable, "-m", "fakestt", "openapi"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert command.stdout is not None
    assert command.stderr is not None
    command.stdout.read(1)
    command.stdout.close()
    complaint = command.stderr.read()
    command.stderr.close()
    assert (command.wait(), complaint) == (0, b"")


def test_a_name_that_the_terminal_cannot_show_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "caf\u00e9.wav").write_bytes(forge.wav(1))
    done = fakestt("probe", str(tmp_path / "caf\u00e9.wav"), env={**os.environ, "PYTHONIOENCODING": "ascii"})
    assert done.returncode == 0
    assert b"caf\\xe9.wav" in done.stdout


def test_a_broken_pipe_is_caught_and_standard_output_put_away(monkeypatch: pytest.MonkeyPatch) -> None:
    class Gone(io.StringIO):
        def write(self, text: str) -> int:
            raise BrokenPipeError

        def fileno(self) -> int:
            return 99

    put = []
    monkeypatch.setattr(os, "open", lambda *_: 98)
    monkeypatch.setattr(os, "dup2", lambda *ends: put.append(ends))
    monkeypatch.setattr(sys, "stdout", Gone())
    assert main(["openapi"]) == 0
    assert put == [(98, 99)]


def test_an_interrupt_ends_without_a_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("fakestt.demo.run", interrupted)
    assert main(["demo"]) == 130


def test_the_command_reads_its_words_from_the_command_line(monkeypatch: pytest.MonkeyPatch, capsys: Out) -> None:
    monkeypatch.setattr(sys, "argv", ["fakestt", "differences", "icp2018", "icp2018"])
    assert main() == 0
    assert "0 differences" in capsys.readouterr().out
