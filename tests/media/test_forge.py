"""Is what `forge` makes what was asked for, by readers that are not ours?"""

from __future__ import annotations

import io
from datetime import timedelta

import pytest

from fakestt.media import forge
from fakestt.media.facts import AudioFacts
from fakestt.media.probe import probe

ENCODINGS = ["pcm_u8", "pcm_s16le", "pcm_s24le", "pcm_s32le", "pcm_f32le", "pcm_f64le", "pcm_alaw", "pcm_mulaw"]


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_a_forged_wav_has_the_encoding_it_was_asked_for(encoding):
    facts = probe(io.BytesIO(forge.wav(1.5, 8000, 2, encoding)), "audio/wav")
    assert facts == AudioFacts(1.5, encoding, 8000, 2)


@pytest.mark.parametrize(("duration_s", "rate_hz"), [(0.01, 8000), (1.5, 44100), (720, 16000), (720, 48000)])
def test_a_forged_flac_is_valid_to_the_last_sample_for_others(duration_s, rate_hz):
    av = pytest.importorskip("av")
    data = forge.flac(duration_s, rate_hz)
    assert len(data) < 200_000
    with av.open(io.BytesIO(data)) as container:
        assert container.duration == pytest.approx(duration_s * 1e6, abs=1)
        assert sum(frame.samples for frame in container.decode(audio=0)) == round(duration_s * rate_hz)
    assert probe(io.BytesIO(data), "audio/flac") == AudioFacts(duration_s, "flac", rate_hz, 1)


def test_a_lying_wav_plays_what_it_has():
    assert probe(io.BytesIO(forge.lying_wav(2, 60)), "audio/wav").duration_s == 2


@pytest.mark.parametrize("duration", [90, 90.0, "90s", "1m30s", timedelta(minutes=1, seconds=30)])
def test_a_length_is_given_as_every_duration_is(duration):
    for make in (forge.wav, forge.flac, forge.raw, forge.header_only):
        assert make(duration) == make(90)
    assert forge.lying_wav(1, duration) == forge.lying_wav("1s", 90)


def test_the_same_call_gives_the_same_bytes():
    for make in (forge.zip_of, forge.tar_gz_of):
        assert make({"a.wav": forge.wav(1)}) == make({"a.wav": forge.wav(1)})


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: forge.wav(1, encoding="mp3"), "pcm_s16le"),
        (lambda: forge.raw(1, encoding="mp3"), "pcm_s16be"),
        (lambda: forge.flac(1, 0), "655350"),
        (lambda: forge.flac(1, 655351), "rate_hz=655351: possible are 1 to 655350"),
        (lambda: forge.flac(1, 16000.0), "rate_hz=16000.0: possible are 1 to 655350, in whole numbers"),
        (lambda: forge.flac(1, True), "rate_hz=True"),
        (lambda: forge.flac("x"), "duration: 'x' is not a duration. Give seconds .*'2h30m'"),
        (lambda: forge.flac(None), "duration: None is not a duration"),
        (lambda: forge.flac(True), "duration: True is not a duration"),
        (lambda: forge.flac(-1), "duration=-1: possible are 0 to 4294967 seconds of such audio"),
        (lambda: forge.flac("50d"), "duration='50d': possible are 0 to 4294967 seconds of such audio"),
        (lambda: forge.flac(float("nan")), "duration: nan is not a duration"),
        (lambda: forge.flac(float("inf")), "duration: inf is not a duration"),
        (lambda: forge.wav("x"), "duration: 'x' is not a duration"),
        (lambda: forge.wav(1, 0), "rate_hz=0: possible are 1 to"),
        (lambda: forge.wav(10**6), "duration=1000000: possible are 0 to 134217 seconds of such audio"),
        (lambda: forge.wav(1, channels=0), "channels=0: possible are 1 to 32767"),
        (lambda: forge.wav(1, channels="2"), "channels='2'"),
        (lambda: forge.wav(1, encoding=3), "encoding=3: possible are pcm_u8"),
        (lambda: forge.wav(1, data_size=-1), "data_size=-1: possible are 0 to 4294967295"),
        (lambda: forge.lying_wav(1, -1), "promised=-1: possible are 0 to"),
        (lambda: forge.header_only("x"), "promised: 'x' is not a duration"),
        (lambda: forge.raw(-1), "duration=-1: possible are 0 to"),
        (lambda: forge.raw(1, 0), "rate_hz=0: possible are 1 to"),
        (lambda: forge.raw(1, channels=0), "channels=0: possible are 1 to 65535"),
        (lambda: forge.zip_of([b"x"]), "zip_of.*give the files by name"),
        (lambda: forge.zip_of({"a": "text"}), "zip_of.*'a'.*str is no content. Give bytes"),
        (lambda: forge.tar_gz_of(None), "tar_gz_of.*give the files by name"),
        (lambda: forge.tar_gz_of({3: b""}), "tar_gz_of.*3.*a file's name is a string"),
        (lambda: forge.truncated(b"", 2), "fraction"),
        (lambda: forge.truncated(b"", "half"), "keep='half': possible are 0 to 1"),
        (lambda: forge.truncated("text"), "truncated.*str is no content. Give bytes"),
    ],
)
def test_what_can_not_be_forged_is_told_with_what_can(call, words):
    with pytest.raises(ValueError, match=words):
        call()
