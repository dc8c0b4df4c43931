"""Is what `forge` makes what was asked for, by readers that are not ours?"""

from __future__ import annotations

import io

import pytest
from tinytag import TinyTag

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
    assert TinyTag.get(file_obj=io.BytesIO(data)).duration == pytest.approx(duration_s)
    with av.open(io.BytesIO(data)) as container:
        assert sum(frame.samples for frame in container.decode(audio=0)) == round(duration_s * rate_hz)
    assert probe(io.BytesIO(data), "audio/flac") == AudioFacts(duration_s, "flac", rate_hz, 1)


def test_a_lying_wav_plays_what_it_has():
    assert probe(io.BytesIO(forge.lying_wav(2, 60)), "audio/wav").duration_s == 2


def test_the_same_call_gives_the_same_bytes():
    for make in (forge.zip_of, forge.tar_gz_of):
        assert make({"a.wav": forge.wav(1)}) == make({"a.wav": forge.wav(1)})


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: forge.wav(1, encoding="mp3"), "pcm_s16le"),
        (lambda: forge.raw(1, encoding="mp3"), "pcm_s16be"),
        (lambda: forge.flac(1, 0), "655350"),
        (lambda: forge.truncated(b"", 2), "fraction"),
    ],
)
def test_what_can_not_be_forged_is_told_with_what_can(call, words):
    with pytest.raises(ValueError, match=words):
        call()
