"""Content types, archives, sampling rates and listings: what each edition makes of real audio."""

# Tables are wider than a line.
# ruff: noqa: E501

from __future__ import annotations

from typing import Any

import pytest
from asking import EDITIONS, MODELS, START, Heard, add, ask, create, file

from fakestt import FakeSTT
from fakestt.contract.audio_types import ARCHIVE_TYPES, AUDIO_TYPES
from fakestt.media import forge

TYPES = [
    # Content-Type                                icp2018 icp2020 cloud2025 cp4d2025   the error
    ("audio/alaw;rate=16000",                      415,    415,    201,      201,      "Unsupported content type 'audio/alaw'"),
    ("audio/basic",                                201,    201,    201,      201,      ""),
    ("audio/flac",                                 201,    201,    201,      201,      ""),
    ("audio/g729",                                 415,    201,    201,      201,      "Unsupported content type 'audio/g729'"),
    ("audio/l16;rate=16000",                       201,    201,    201,      201,      ""),
    ("audio/l16; rate=16000 ; channels=2",         201,    201,    201,      201,      ""),
    ("Audio/L16; Rate=\"16000\"",                  201,    201,    201,      201,      ""),
    ("audio/l16;rate=16000;endianness=big-endian", 201,    201,    201,      201,      ""),
    ("audio/l16;rate=16000;channels=16;",          201,    201,    201,      201,      ""),
    ("audio/mp3",                                  201,    201,    201,      201,      ""),
    ("audio/mpeg",                                 201,    201,    201,      201,      ""),
    ("audio/mulaw;rate=8000",                      201,    201,    201,      201,      ""),
    ("audio/ogg",                                  201,    201,    201,      201,      ""),
    ("audio/ogg;codecs=opus",                      201,    201,    201,      201,      ""),
    ("audio/ogg; codecs=\"vorbis\"",               201,    201,    201,      201,      ""),
    ("AUDIO/WAV",                                  201,    201,    201,      201,      ""),
    (" audio/wav ",                                201,    201,    201,      201,      ""),
    ("audio/wav;rate=x",                           201,    201,    201,      201,      ""),
    ("audio/webm;codecs=opus",                     201,    201,    201,      201,      ""),
    ("application/zip",                            201,    201,    201,      201,      ""),
    ("application/gzip",                           201,    201,    201,      201,      ""),
    ("application/octet-stream",                   415,    415,    415,      415,      "Supported content types are: application/gzip, application/zip, audio/"),
    ("application/x-www-form-urlencoded",          415,    415,    415,      415,      "Unsupported content type 'application/x-www-form-urlencoded'"),
    ("audio/x-wav",                                415,    415,    415,      415,      "Unsupported"),
    ("wav",                                        415,    415,    415,      415,      "Unsupported"),
    ("audio/wav, audio/wav",                       415,    415,    415,      415,      "Unsupported"),
    ("",                                           415,    415,    415,      415,      "Unsupported content type ''"),
    ("audio/l16",                                  400,    400,    400,      400,      "rate parameter missing in mimetype audio/l16"),
    ("audio/l16;channels=1",                       400,    400,    400,      400,      "rate parameter missing in mimetype audio/l16"),
    ("audio/mulaw",                                400,    400,    400,      400,      "rate parameter missing in mimetype audio/mulaw"),
    ("audio/alaw",                                 415,    415,    400,      400,      "audio/alaw"),
    ("audio/l16;rate=0",                           400,    400,    400,      400,      "Invalid parameter 'rate=0' in content type audio/l16"),
    ("audio/l16;rate=fast",                        400,    400,    400,      400,      "Invalid parameter 'rate=fast'"),
    ("audio/l16;rate=1000000",                     400,    400,    400,      400,      "Invalid parameter 'rate=1000000'"),
    ("audio/l16;rate=16000;channels=17",           400,    400,    400,      400,      "Invalid parameter 'channels=17'"),
    ("audio/l16;rate=16000;channels=0",            400,    400,    400,      400,      "Invalid parameter 'channels=0'"),
    ("audio/l16;rate=16000;endianness=middle",     400,    400,    400,      400,      "Invalid parameter 'endianness=middle'"),
    ("audio/ogg;codecs=mp3",                       400,    400,    400,      400,      "Invalid parameter 'codecs=mp3'"),
    ("audio/l16;rate",                             400,    400,    400,      400,      "Invalid parameter 'rate' in content type audio/l16"),
    ("audio/l16;rate=\"16000",                     400,    400,    400,      400,      "Invalid parameter"),
]  # fmt: skip


def shown(stt: FakeSTT, model_id: str, name: str = "audio1") -> dict[str, Any]:
    stt.clock.advance("1h")
    heard = ask(stt, "GET", f"{MODELS}/{model_id}/audio/{name}")
    assert heard.status == 200
    json: dict[str, Any] = heard.json
    return json


def upload(edition: str, data: bytes, content_type: str, contained: str | None = None, base: str = "Broadband") -> Any:
    stt = FakeSTT(edition=edition, start=START)
    model_id = create(stt, base=f"en-US_{base}Model")
    headers = {} if contained is None else {"Contained-Content-Type": contained}
    heard = add(stt, model_id, data=data, content_type=content_type, headers=headers)
    return heard if heard.status != 201 else shown(stt, model_id)


@pytest.mark.parametrize(("content_type", *EDITIONS, "error"), TYPES)
def test_an_edition_takes_its_types_and_refuses_the_rest(
    content_type: str, icp2018: int, icp2020: int, cloud2025: int, cp4d2025: int, error: str
) -> None:
    statuses = (icp2018, icp2020, cloud2025, cp4d2025)
    for edition, status in zip(EDITIONS, statuses, strict=True):
        stt = FakeSTT(edition=edition, start=START)
        model_id = create(stt)
        before = stt.snapshot()
        heard = add(stt, model_id, data=b"some bytes", content_type=content_type)
        assert heard.status == status, edition
        if status != 201:
            assert error in heard.error
            assert heard.json["code"] == status
            assert stt.snapshot() == before


def test_a_missing_type_is_refused_as_an_empty_one() -> None:
    stt = FakeSTT()
    heard = ask(stt, "POST", f"{MODELS}/{create(stt)}/audio/a", b"x")
    assert (heard.status, heard.json["code_description"]) == (415, "Unsupported Media Type")


def test_the_table_of_types_is_all_that_any_edition_takes() -> None:
    stt = FakeSTT(edition="cloud2025")
    assert stt.edition.traits.audio_types == set(AUDIO_TYPES) | set(ARCHIVE_TYPES)


@pytest.mark.parametrize("content_type", ["audio/wav", "application/zip"])
def test_an_empty_body_is_400(content_type: str) -> None:
    stt = FakeSTT(start=START)
    model_id = create(stt)
    for more in ({}, {"CONTENT_LENGTH": "0"}, {"HTTP_TRANSFER_ENCODING": "chunked"}):
        heard = add(stt, model_id, data=b"", content_type=content_type, **more)
        assert (heard.status, heard.error) == (400, "The request has no audio: its body is empty.")
    assert not stt.acoustic_models[model_id].audio


@pytest.mark.parametrize("size_bytes", [1, 2, 50, 99, 100])
@pytest.mark.parametrize("content_type", ["audio/flac", "audio/wav", "audio/mp3", "application/zip"])
def test_audio_that_is_not_empty_is_taken_however_short_it_is(content_type: str, size_bytes: int) -> None:
    stt = FakeSTT(start=START)
    model_id = create(stt)
    assert add(stt, model_id, data=b"x" * size_bytes, content_type=content_type).status == 201
    assert stt.acoustic_models[model_id].audio["audio1"].size_bytes == size_bytes


FILES = [
    # file                     type                                         base model    status     codec        Hz     s
    ("speech-16k.wav",         "audio/wav",                                 "Broadband",  "ok",      "pcm_s16le", 16000, 11),
    ("speech-24bit-48k.wav",   "audio/wav",                                 "Broadband",  "ok",      "pcm_s24le", 48000, 3),
    ("speech-44k-stereo.wav",  "audio/wav",                                 "Broadband",  "ok",      "pcm_s16le", 44100, 3),
    ("speech-16k.flac",        "audio/flac",                                "Broadband",  "ok",      "flac",      16000, 11),
    ("speech-16k.mp3",         "audio/mp3",                                 "Broadband",  "ok",      "mp3",       16000, 12),
    ("speech-16k-vbr.mp3",     "audio/mpeg",                                "Broadband",  "ok",      "mp3",       16000, 12),
    ("speech-16k-vorbis.ogg",  "audio/ogg;codecs=vorbis",                   "Broadband",  "ok",      "vorbis",    16000, 11),
    ("speech-opus.ogg",        "audio/ogg",                                 "Broadband",  "ok",      "opus",      48000, 11),
    ("speech-16k-le.l16",      "audio/l16;rate=16000",                      "Broadband",  "ok",      "pcm_s16le", 16000, 11),
    ("speech-16k-be.l16",      "audio/l16;rate=16000;endianness=big-endian", "Broadband", "ok",      "pcm_s16be", 16000, 11),
    ("speech-8k.wav",          "audio/wav",                                 "Narrowband", "ok",      "pcm_s16le", 8000,  11),
    ("speech-8k.wav",          "audio/wav",                                 "Broadband",  "invalid", "pcm_s16le", 8000,  11),
    ("speech-16k.wav",         "audio/wav",                                 "Narrowband", "ok",      "pcm_s16le", 16000, 11),
    ("speech-8k.mulaw",        "audio/mulaw;rate=8000",                     "Narrowband", "ok",      "pcm_mulaw", 8000,  11),
    ("speech-8k.mulaw",        "audio/mulaw;rate=8000",                     "Broadband",  "invalid", "pcm_mulaw", 8000,  11),
    ("speech-8k.mulaw",        "audio/basic",                               "Narrowband", "ok",      "pcm_mulaw", 8000,  11),
    ("speech-8k.mulaw",        "audio/basic",                               "Broadband",  "invalid", "pcm_mulaw", 8000,  11),
    ("speech-mulaw-8k.wav",    "audio/wav",                                 "Narrowband", "ok",      "pcm_mulaw", 8000,  11),
    ("truncated.wav",          "audio/wav",                                 "Broadband",  "ok",      "pcm_s16le", 16000, 2),
    ("speech-16k.wav",         "audio/flac",                                "Broadband",  "invalid", None,        None,  0),
    ("not-audio.wav",          "audio/wav",                                 "Broadband",  "invalid", None,        None,  0),
]  # fmt: skip


@pytest.mark.parametrize(("name", "content_type", "base", "status", "codec", "rate_hz", "duration_s"), FILES)
def test_audio_is_read_and_shown(
    name: str,
    content_type: str,
    base: str,
    status: str,
    codec: str | None,
    rate_hz: int | None,
    duration_s: int,
) -> None:
    details = {"codec": codec, "type": "audio", "frequency": rate_hz} if codec else {"type": "undetermined"}
    assert upload("icp2018", file(name), content_type, base=base) == {
        "duration": duration_s,
        "name": "audio1",
        "details": details,
        "status": status,
    }


ARCHIVES = [
    # file                 type                contained                 icp2018     icp2020     cloud2025  members that are shown
    ("three-wav.zip",      "application/zip",  None,                     "invalid",  "ok",       "ok",      3),
    ("three-wav.tar.gz",   "application/gzip", None,                     "invalid",  "ok",       "ok",      3),
    ("three-wav.zip",      "application/gzip", None,                     "invalid",  "invalid",  "invalid", 0),
    ("cabin-12min.zip",    "application/zip",  None,                     "invalid",  "ok",       "ok",      1),
    ("cabin-12min.zip",    "application/zip",  "audio/flac",             "ok",       "ok",       "ok",      1),
    ("mixed-formats.zip",  "application/zip",  None,                     "invalid",  "ok",       "ok",      3),
    ("mixed-formats.zip",  "application/zip",  "audio/wav",              "invalid",  "invalid",  "invalid", 3),
    ("one-bad-member.zip", "application/zip",  None,                     "invalid",  "invalid",  "invalid", 2),
    ("one-low-rate.zip",   "application/zip",  None,                     "invalid",  "invalid",  "invalid", 2),
    ("raw-l16.zip",        "application/zip",  "audio/l16;rate=16000",   "ok",       "ok",       "ok",      2),
    ("raw-l16.zip",        "application/zip",  None,                     "invalid",  "invalid",  "invalid", 2),
    ("truncated.zip",      "application/zip",  None,                     "invalid",  "invalid",  "invalid", 0),
]  # fmt: skip


@pytest.mark.parametrize(("name", "content_type", "contained", *EDITIONS[:3], "members"), ARCHIVES)
def test_an_archive_is_valid_as_a_whole_or_not_at_all(
    name: str, content_type: str, contained: str | None, icp2018: str, icp2020: str, cloud2025: str, members: int
) -> None:
    for edition, status in zip(EDITIONS, (icp2018, icp2020, cloud2025), strict=False):
        listing = upload(edition, file(name), content_type, contained)
        assert set(listing) == {"container", "audio"}
        container, inside = listing["container"], listing["audio"]
        assert container["status"] == status, edition
        compression = "zip" if content_type == "application/zip" else "gzip"
        assert container["details"] == {"type": "archive", "compression": compression}
        assert container["duration"] == sum(one["duration"] for one in inside)
        assert len(inside) == members
        assert all(set(one) == {"duration", "name", "details", "status"} for one in inside)


def test_the_members_of_an_archive_say_which_of_them_is_bad() -> None:
    listing = upload("icp2020", file("one-low-rate.zip"), "application/zip")
    assert sorted(one["status"] for one in listing["audio"]) == ["invalid", "ok"]
    (bad,) = (one for one in listing["audio"] if one["status"] == "invalid")
    assert bad["details"]["frequency"] == 8000


@pytest.mark.parametrize(
    ("contained", "status", "error"),
    [
        ("audio/l16", 400, "rate parameter missing in mimetype audio/l16"),
        ("audio/l16;rate=no", 400, "Invalid parameter 'rate=no'"),
        ("text/plain", 415, "Unsupported content type 'text/plain'"),
        ("", 415, "Unsupported content type ''"),
        ("application/zip", 415, "Unsupported content type 'application/zip'"),
        ("audio/wav", 201, ""),
    ],
)
def test_the_type_of_members_is_checked_like_any_other(contained: str, status: int, error: str) -> None:
    stt = FakeSTT(start=START)
    model_id = create(stt)
    headers = {"Contained-Content-Type": contained}
    heard = add(stt, model_id, data=file("three-wav.zip"), content_type="application/zip", headers=headers)
    assert heard.status == status
    if status != 201:
        assert error in heard.error
        # An audio that is no archive has no members: the header is ignored.
        assert add(stt, model_id, headers=headers).status == 201


def second_archive(edition: str, names: tuple[str, str]) -> str:
    stt = FakeSTT(edition=edition, start=START)
    model_id = create(stt)
    for number, name in enumerate(names):
        heard = add(stt, model_id, f"set{number}", forge.zip_of({name: forge.wav(1)}), "application/zip")
        assert heard.status == 201
        stt.clock.advance("1h")
    return stt.acoustic_models[model_id].audio["set1"].status


@pytest.mark.parametrize(
    ("edition", "names", "status"),
    [
        ("icp2018", ("a.wav", "b.wav"), "ok"),
        ("icp2018", ("a.wav", "a.wav"), "invalid"),
        ("icp2020", ("a.wav", "a.wav"), "ok"),
        ("cloud2025", ("a.wav", "a.wav"), "ok"),
        ("icp2018", ("a.wav", "b c.wav"), "invalid"),
        ("icp2018", ("a.wav", "b/c.wav"), "invalid"),
        ("icp2018", ("a.wav", "b" * 124 + ".wav"), "ok"),
        ("icp2018", ("a.wav", "b" * 125 + ".wav"), "invalid"),
        ("icp2020", ("a.wav", "b c/d.wav"), "ok"),
        ("cloud2025", ("a.wav", "b/" * 62 + ".wav"), "ok"),
        ("cloud2025", ("a.wav", "b/" * 63 + ".wav"), "invalid"),
    ],
)
def test_names_of_members_follow_the_editions_rule(edition: str, names: tuple[str, str], status: str) -> None:
    assert second_archive(edition, names) == status


def test_an_archive_may_replace_itself_in_2018() -> None:
    stt = FakeSTT(start=START)
    model_id = create(stt)
    archive = forge.zip_of({"a.wav": forge.wav(1)})
    for _ in range(2):
        assert add(stt, model_id, "set", archive, "application/zip", query="?allow_overwrite=true").status == 201
        stt.clock.advance("1h")
    assert stt.acoustic_models[model_id].audio["set"].status == "ok"


def test_the_total_counts_what_is_valid_in_minutes_with_two_digits() -> None:
    stt = FakeSTT(edition="cloud2025", start=START)
    model_id = create(stt)
    add(stt, model_id, "good", forge.wav(132), "audio/wav")
    add(stt, model_id, "set", forge.zip_of({"a.wav": forge.wav(556)}), "application/zip")
    add(stt, model_id, "low", forge.wav(60, 8000), "audio/wav")
    add(stt, model_id, "text", forge.not_audio())

    def listed() -> Any:
        return ask(stt, "GET", f"{MODELS}/{model_id}/audio").json

    assert listed()["total_minutes_of_audio"] == 0.0
    assert [(one["status"], one["duration"], one["details"]) for one in listed()["audio"]] == [
        ("being_processed", 0, {})
    ] * 4
    stt.clock.advance("1h")
    assert listed()["total_minutes_of_audio"] == 11.47
    assert [(one["name"], one["status"], one["duration"]) for one in listed()["audio"]] == [
        ("good", "ok", 132), ("set", "ok", 556), ("low", "invalid", 60), ("text", "invalid", 0),
    ]  # fmt: skip


def test_a_note_about_the_audio_stands_in_the_journal() -> None:
    stt = FakeSTT(edition="icp2020", start=START)
    heard: Heard = add(stt, create(stt), data=bytes(range(250)) * 40, content_type="audio/g729")
    assert heard.status == 201
    assert stt.journal.last("addAudio").note
    assert "[note: " in stt.journal.timeline()


@pytest.mark.parametrize(
    ("content_type", "headers", "status", "error"),
    [
        ("audio/nothing", {}, 415, "Unsupported content type 'audio/nothing'"),
        ("audio/l16", {}, 400, "rate parameter missing"),
        ("application/zip", {"Contained-Content-Type": "audio/nothing"}, 415, "Unsupported content type"),
    ],
)
@pytest.mark.parametrize("data", [b"", b"some bytes"])
def test_a_wrong_type_is_said_before_a_wrong_value_and_before_a_missing_body(
    content_type: str, headers: dict[str, str], status: int, error: str, data: bytes
) -> None:
    stt = FakeSTT(edition="cloud2025")
    heard = add(stt, create(stt), "a", data, content_type, headers, query="?allow_overwrite=perhaps")
    assert (heard.status, heard.error[: len(error)]) == (status, error)


def test_a_body_of_a_wrong_type_is_measured_all_the_same() -> None:
    stt = FakeSTT()
    add(stt, create(stt), "a", b"some bytes", "audio/nothing")
    call = stt.journal[-1].call
    assert call is not None
    assert call.upload is not None
    assert (call.upload.size_bytes, call.upload.content_type, call.upload.facts) == (10, "", None)


def test_the_declared_type_is_kept_in_its_plain_form() -> None:
    stt = FakeSTT()
    model_id = create(stt)
    assert add(stt, model_id, "a", forge.raw(1), "Audio/L16; Rate=16000").status == 201
    assert stt.acoustic_models[model_id].audio["a"].content_type == "audio/l16;rate=16000"
