"""The demo: everything that a model can go through is seen, in every edition and with any audio."""

from __future__ import annotations

import re
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from cli_rig import on_a_terminal

from fakestt import EDITIONS, demo
from fakestt.cli import main
from fakestt.media import forge

Out = pytest.CaptureFixture[str]
WHOLE_LIFE = "pending > ready > training > available > upgrading > available > pending > gone"


def shown(capsys: Out, *audio: Path, edition: str = "icp2018") -> str:
    demo.run(edition, audio)
    return capsys.readouterr().out


def paths(out: str) -> dict[str, str]:
    """The summary at the end: what each thing went through."""
    part = out.partition("Every status that was passed through\n")[2].partition("\n\n")[0]
    part = re.sub(r"\n {4,}", " ", part)
    return dict(re.split(r" {2,}", line.strip(), maxsplit=1) for line in part.splitlines())


@pytest.fixture
def files(tmp_path: Path) -> dict[str, Path]:
    made = {
        "long.flac": forge.flac(900),
        "short.flac": forge.flac(120),
        "two words.flac": forge.flac(660),
        "two_words.zip": forge.zip_of({"a.flac": forge.flac(660)}),
        "text.wav": forge.not_audio(),
        "forged.flac": forge.flac(660),
        "phone.alaw": forge.raw(1, 8000, "pcm_alaw"),
    }
    for name, data in made.items():
        (tmp_path / name).write_bytes(data)
    return {name: tmp_path / name for name in made}


@pytest.mark.parametrize("edition", EDITIONS)
def test_both_models_and_their_audio_pass_through_all_their_statuses(edition: str, capsys: Out) -> None:
    assert paths(shown(capsys, edition=edition)) == {
        "model car": WHOLE_LIFE,
        "audio forged (car)": "being_processed > ok > gone",
        "model van": "pending > ready > training > failed",
        "audio forged (van)": "being_processed > ok",
    }


@pytest.mark.parametrize("edition", EDITIONS)
def test_it_is_readable_in_100_columns_and_without_colours(edition: str, capsys: Out) -> None:
    out = shown(capsys, edition=edition)
    assert max(map(len, out.splitlines())) <= 100
    assert "\x1b" not in out


def test_changes_stand_at_their_own_instants_and_polls_say_what_they_saw(capsys: Out) -> None:
    out = shown(capsys)
    assert "+0:00:14.400  service audio forged: being_processed -> ok\n" in out
    assert "    +0:36:15  service model car: training -> available\n" in out
    assert "get_acoustic_model(), 37 times, every 60 s: 36 x training, then available\n" in out


def test_no_line_is_earlier_than_the_one_before(capsys: Out) -> None:
    found = re.findall(r"^ *\+(\d+):(\d\d):(\d\d(?:\.\d+)?) ", shown(capsys), re.MULTILINE)
    instants = [int(hours) * 3600 + int(minutes) * 60 + float(seconds) for hours, minutes, seconds in found]
    assert len(instants) > 20
    assert instants == sorted(instants)


def test_what_the_service_refuses_is_said_with_status_and_text(capsys: Out) -> None:
    out = " ".join(shown(capsys).split())
    assert "train_acoustic_model(): 409 Customization '4cbf0974...' is currently locked" in out
    assert 'add_audio("more", ...): 409 Customization' in out
    assert "get_acoustic_model(): 401 Invalid customization_id" in out
    assert 'error, a string that holds JSON: {"code":500' in out.replace('": ', '":')


def test_two_runs_differ_in_their_milliseconds_alone(capsys: Out) -> None:
    first, second = (re.sub(r"\d+ real", "N real", shown(capsys)) for _ in range(2))
    assert first == second
    assert "1.2 virtual hours took N real milliseconds, with 93 requests" in first


# Audio that somebody has brought


def test_long_audio_is_trained_on_as_it_is(files: dict[str, Path], capsys: Out) -> None:
    out = shown(capsys, files["long.flac"])
    assert paths(out)["model car"] == WHOLE_LIFE
    assert "audio forged (car)" not in paths(out)
    assert "found: 900 s, codec flac" in out


def test_short_audio_is_refused_and_forged_audio_helps(files: dict[str, Path], capsys: Out) -> None:
    out = shown(capsys, files["short.flac"])
    flat = " ".join(out.split())
    assert "400 Total audio duration must be between 10 and 3000 minutes" in flat
    assert "2.0 minutes of audio are too little: the demo adds forged audio." in flat
    assert paths(out)["model car"] == "pending > ready > failed > " + WHOLE_LIFE
    assert paths(out)["audio short (car)"] == "being_processed > ok > gone"


def test_what_is_no_audio_is_shown_refused_and_taken_out(files: dict[str, Path], capsys: Out) -> None:
    out = shown(capsys, files["text.wav"], files["long.flac"])
    assert "of no use: declared audio/wav, found text" in " ".join(out.split())
    assert 'delete_audio("text"): 200' in out
    assert paths(out)["audio text (car)"] == "being_processed > invalid > gone"
    assert paths(out)["model car"].endswith(
        "failed > ready > training > available > upgrading > available > pending > gone"
    )


def test_names_are_made_fit_and_kept_apart(files: dict[str, Path], capsys: Out) -> None:
    (files["short.flac"].parent / "two-words.flac").write_bytes(forge.flac(30))
    both = [files["two words.flac"], files["short.flac"].parent / "two-words.flac", files["forged.flac"]]
    names = paths(shown(capsys, *both))
    assert {"audio two-words (car)", "audio two-words-2 (car)", "audio forged-2 (car)"} <= set(names)


def test_an_archive_is_audio_too(files: dict[str, Path], capsys: Out) -> None:
    out = shown(capsys, files["two_words.zip"])
    assert "of application/zip with audio/flac): 201" in out
    assert "found: 660 s, type archive, compression zip\n" in out


def test_an_archive_of_several_kinds_is_sent_as_it_is(files: dict[str, Path], capsys: Out, tmp_path: Path) -> None:
    mixed = {"a.flac": forge.flac(600), "b.wav": forge.wav(60)}
    (tmp_path / "mixed.zip").write_bytes(forge.zip_of(mixed))
    out = " ".join(shown(capsys, tmp_path / "mixed.zip").split())
    assert "of application/zip): 201" in out
    assert "of no use: a.flac: declared audio/wav, found flac" in out


def test_a_type_that_the_edition_does_not_take_is_left_out(files: dict[str, Path], capsys: Out) -> None:
    out = shown(capsys, files["phone.alaw"])
    assert "415 Unsupported content type 'audio/alaw'" in " ".join(out.split())
    assert paths(out)["model car"].endswith(WHOLE_LIFE)


def test_too_much_audio_makes_room_for_the_forged(
    files: dict[str, Path], capsys: Out, monkeypatch: pytest.MonkeyPatch
) -> None:
    edition = EDITIONS["icp2018"]
    small = replace(edition, limits=replace(edition.limits, max_audio_s=840.0))
    original = demo.FakeSTT
    monkeypatch.setattr(demo, "FakeSTT", lambda **options: original(**{**options, "edition": small}))
    out = shown(capsys, files["long.flac"])
    assert 'delete_audio("long"): 200' in out
    assert paths(out)["audio forged (car)"] == "being_processed > ok > gone"


def test_a_token_is_renewed_before_its_hour_is_over(files: dict[str, Path], capsys: Out, tmp_path: Path) -> None:
    (tmp_path / "hours.flac").write_bytes(forge.flac(5400))
    out = shown(capsys, tmp_path / "hours.flac", edition="cp4d2025")
    assert paths(out)["model car"] == WHOLE_LIFE


# Where it is shown


def test_the_command_runs_it(files: dict[str, Path], capsys: Out) -> None:
    assert main(["demo", "--audio", str(files["long.flac"]), "--edition", "icp2020"]) == 0
    assert "Customer Care 1.1.x" in capsys.readouterr().out


def test_without_ibm_watson_the_extra_is_named(capsys: Out, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ibm_watson.version", None)
    assert main(["demo"]) == 1
    printed = capsys.readouterr()
    assert (printed.out, "pip install 'fakestt[demo]'" in printed.err) == ("", True)


def test_a_terminal_gets_colours_and_the_same_words(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("rich", reason="rich is not installed: pip install 'fakestt[demo]'")
    coloured = on_a_terminal(monkeypatch, demo.run)
    assert "\x1b[36m" in coloured
    assert paths(re.sub(r"\x1b\[[0-9;]*m", "", coloured))["model car"] == WHOLE_LIFE


def test_a_terminal_without_rich_gets_plain_text(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "rich.console", None)
    plain = on_a_terminal(monkeypatch, demo.run)
    assert "\x1b" not in plain
    assert paths(plain)["model car"] == WHOLE_LIFE
