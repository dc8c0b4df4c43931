"""Any bytes are taken for audio where a script says so, and for nothing more than it says."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

import pytest
from asking import MODELS, add, ask, create, file

from fakestt import FakeSTT
from fakestt.media import forge

RUBBISH = b"no audio at all"
TYPE = {"Content-Type": "audio/wav"}


@pytest.fixture
def stt() -> FakeSTT:
    return FakeSTT(edition="icp2020", start=0)


@pytest.fixture
def model_id(stt: FakeSTT) -> str:
    return create(stt)


def archive(*names: str, data: bytes = RUBBISH) -> bytes:
    """A zip with these files."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as file:
        for name in names:
            file.writestr(name, data)
    return packed.getvalue()


def shown(stt: FakeSTT, model_id: str, name: str, data: bytes = RUBBISH, content_type: str = "audio/wav") -> Any:
    """Add audio, wait for its analysis, look at it."""
    assert add(stt, model_id, name, data, content_type).status == 201
    stt.clock.advance("1d")
    return ask(stt, "GET", f"{MODELS}/{model_id}/audio/{name}").json


def test_any_bytes_are_audio_with_these_facts(stt: FakeSTT, model_id: str) -> None:
    stt.script.audio("*.bin", duration="12m", rate_hz=16000)
    assert shown(stt, model_id, "cabin.bin") == {
        "duration": 720,
        "name": "cabin.bin",
        "details": {"codec": "pcm_s16le", "type": "audio", "frequency": 16000},
        "status": "ok",
    }
    assert ask(stt, "POST", f"{MODELS}/{model_id}/train").status == 200


def test_bytes_that_are_audio_are_taken_for_the_other_too(stt: FakeSTT, model_id: str) -> None:
    stt.script.audio(duration="12m")
    assert shown(stt, model_id, "short", forge.wav(1))["duration"] == 720


@pytest.mark.parametrize(
    ("which", "hit"),
    [
        (None, True),
        ("cabin.bin", True),
        ("*.bin", True),
        ("*.wav", False),
        ("cabin", False),
        (lambda name: name.startswith("cab"), True),
        (lambda name: False, False),
    ],
    ids=["all", "name", "glob", "other glob", "a part", "predicate", "never"],
)
def test_what_is_meant_is_named_by_name_glob_or_predicate(stt: FakeSTT, model_id: str, which: Any, hit: bool) -> None:
    stt.script.audio(which, duration="12m")
    assert shown(stt, model_id, "cabin.bin")["status"] == ("ok" if hit else "invalid")


def test_a_models_script_takes_only_its_own_bytes_for_audio(stt: FakeSTT, model_id: str) -> None:
    other = create(stt, "other")
    stt.acoustic_models[other].script.audio(duration="12m")
    assert [shown(stt, one, "new")["status"] for one in (model_id, other)] == ["invalid", "ok"]


@pytest.mark.parametrize(("rate_hz", "status"), [(16000, "ok"), (15999, "invalid"), (8000, "invalid"), (1, "invalid")])
def test_the_rate_counts_as_if_it_had_been_read(stt: FakeSTT, model_id: str, rate_hz: int, status: str) -> None:
    stt.script.audio(duration="12m", rate_hz=rate_hz)
    heard = shown(stt, model_id, "new")
    assert (heard["status"], heard["details"]["frequency"]) == (status, rate_hz)


@pytest.mark.parametrize(("duration", "status"), [("599s", 400), ("10m", 200), ("100h", 200), (360001, 400)])
def test_the_duration_counts_as_if_it_had_been_read(stt: FakeSTT, model_id: str, duration: Any, status: int) -> None:
    stt.script.audio(duration=duration)
    shown(stt, model_id, "new")
    assert ask(stt, "POST", f"{MODELS}/{model_id}/train").status == status


@pytest.mark.parametrize("data", [RUBBISH, b"\0"])
def test_the_analysis_takes_as_long_as_for_such_audio(stt: FakeSTT, model_id: str, data: bytes) -> None:
    stt.script.audio(duration="50m")
    add(stt, model_id, "new", data)
    assert [due.at_s for due in stt.clock.pending()] == [60]


def test_the_latest_word_counts(stt: FakeSTT, model_id: str) -> None:
    stt.script.audio("*", duration=60)
    stt.script.audio("new", duration=120)
    assert [shown(stt, model_id, name)["duration"] for name in ("new", "other")] == [120, 60]


@pytest.mark.parametrize(
    ("path", "data", "headers", "status"),
    [
        ("new", RUBBISH, {"Content-Type": "text/plain"}, 415),
        ("new", RUBBISH, {"Content-Type": "audio/l16"}, 400),
        ("new", b"", {"Content-Type": "audio/wav"}, 400),
        ("n" * 129, RUBBISH, {"Content-Type": "audio/wav"}, 400),
    ],
    ids=["type", "rate", "empty", "name"],
)
def test_all_but_the_bytes_is_looked_at_as_ever(
    stt: FakeSTT, model_id: str, path: str, data: bytes, headers: dict[str, str], status: int
) -> None:
    stt.script.audio(duration="12m")
    assert ask(stt, "POST", f"{MODELS}/{model_id}/audio/{path}", data, headers).status == status


def test_an_analysis_can_still_be_made_to_find_it_invalid(stt: FakeSTT, model_id: str) -> None:
    stt.script.audio(duration="12m")
    stt.script.analysis(invalid="a hum")
    assert shown(stt, model_id, "new")["status"] == "invalid"


# When it is said


def test_what_is_being_analysed_is_looked_at_anew_from_its_beginning(stt: FakeSTT, model_id: str) -> None:
    add(stt, model_id, "new", RUBBISH)
    stt.clock.advance("1s")
    stt.script.audio("new", duration="50m")
    assert [due.at_s for due in stt.clock.pending()] == [60]
    stt.clock.advance("1m")
    assert stt.acoustic_models[model_id].minutes_of_audio == 50


def test_what_is_being_analysed_and_not_meant_keeps_its_end(stt: FakeSTT, model_id: str) -> None:
    add(stt, model_id, "new", forge.flac(600))
    before = stt.snapshot()
    stt.script.audio("other", duration="50m")
    assert stt.snapshot() == before


def test_what_was_analysed_stays_what_it_was_found_to_be(stt: FakeSTT, model_id: str) -> None:
    assert shown(stt, model_id, "new")["status"] == "invalid"
    stt.script.audio("new", duration="12m")
    stt.clock.advance("1d")
    assert stt.acoustic_models[model_id].audio["new"].status == "invalid"
    assert ask(stt, "POST", f"{MODELS}/{model_id}/audio/new?allow_overwrite=true", RUBBISH, TYPE).status == 201
    stt.clock.advance("1d")
    assert stt.acoustic_models[model_id].audio["new"].status == "ok"


def test_an_analysis_that_stalls_goes_on_stalling(stt: FakeSTT, model_id: str) -> None:
    stt.script.analysis(stalls=True)
    add(stt, model_id, "new", RUBBISH)
    stt.script.audio(duration="12m")
    assert stt.clock.pending() == []
    stt.script.analysis(takes="1h")
    stt.clock.advance("1h")
    assert stt.acoustic_models[model_id].minutes_of_audio == 12


@pytest.mark.parametrize("early", [True, False], ids=["before", "during"])
def test_what_was_put_there_by_hand_is_what_was_put_there(stt: FakeSTT, early: bool) -> None:
    if early:
        stt.script.audio(duration="50m")
    model = stt.acoustic_models.add(minutes_of_audio=10)
    if not early:
        stt.script.audio(duration="50m")
    stt.clock.advance("1d")
    assert model.minutes_of_audio == 10


def test_facts_are_in_a_snapshot_and_the_script_is_not(stt: FakeSTT, model_id: str) -> None:
    stt.script.audio(duration="12m")
    add(stt, model_id, "new", RUBBISH)
    state = json.loads(json.dumps(stt.snapshot()))
    twin = FakeSTT(edition="icp2020")
    twin.restore(state)
    twin.clock.advance("1d")
    twin_model = twin.acoustic_models[model_id]
    assert twin_model.minutes_of_audio == 12
    assert shown(twin, create(twin), "new")["status"] == "invalid"


# Archives


@pytest.mark.parametrize(
    ("which", "durations", "status"),
    [
        ("*.bin", [60, 60], "ok"),
        ("a.bin", [60, 0], "invalid"),
        (lambda name: name in ("a.bin", "deep/b.bin"), [60, 60], "ok"),
        ("*.wav", [0, 0], "invalid"),
    ],
    ids=["glob", "one", "predicate", "none"],
)
def test_the_files_of_an_archive_are_meant_by_their_own_names(
    stt: FakeSTT, model_id: str, which: Any, durations: list[int], status: str
) -> None:
    stt.script.audio(which, duration="1m")
    heard = shown(stt, model_id, "all.zip", archive("a.bin", "deep/b.bin"), "application/zip")
    assert [one["duration"] for one in heard["audio"]] == durations
    assert (heard["container"]["status"], heard["container"]["duration"]) == (status, sum(durations))


def test_files_that_nobody_means_are_what_they_are(stt: FakeSTT, model_id: str) -> None:
    stt.script.audio("bad.wav", duration="1m")
    heard = shown(stt, model_id, "all.zip", file("three-wav.zip"), "application/zip")
    assert (len(heard["audio"]), heard["container"]["status"]) == (3, "ok")


@pytest.mark.parametrize(
    ("content_type", "data", "compression"),
    [
        ("application/zip", RUBBISH, "zip"),
        ("application/gzip", RUBBISH, "gzip"),
        ("application/zip", archive("a", "b", "c"), "zip"),
    ],
    ids=["zip", "gzip", "true"],
)
def test_an_archive_that_is_meant_by_its_own_name_is_one_with_a_single_file(
    stt: FakeSTT, model_id: str, content_type: str, data: bytes, compression: str
) -> None:
    stt.script.audio("all.*", duration="12m")
    heard = shown(stt, model_id, "all.packed", data, content_type)
    assert heard["container"]["details"] == {"type": "archive", "compression": compression}
    assert (heard["container"]["status"], heard["container"]["duration"]) == ("ok", 720)
    assert [one["duration"] for one in heard["audio"]] == [720]
    assert ask(stt, "POST", f"{MODELS}/{model_id}/train").status == 200


def test_an_archive_that_is_none_stays_none_whatever_its_files_would_be(stt: FakeSTT, model_id: str) -> None:
    stt.script.audio("*.bin", duration="12m")
    heard = shown(stt, model_id, "all.zip", RUBBISH, "application/zip")
    assert (heard["container"]["status"], heard["audio"]) == ("invalid", [])
