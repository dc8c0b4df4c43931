"""Is what `probe` says of a file what ffprobe says, and does it survive anything?"""

from __future__ import annotations

import csv
import io
import struct
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fakestt.media import forge
from fakestt.media.content_type import MediaType
from fakestt.media.facts import ArchiveFacts, AudioFacts, Facts, NotAudio
from fakestt.media.probe import ARCHIVES, PROBES, probe, sniff

DATA = Path(__file__).parent.parent / "data" / "audio"
with (DATA / "manifest.tsv").open(encoding="utf-8") as manifest:
    ROWS = list(csv.DictReader(manifest, delimiter="\t"))
AUDIO = [row for row in ROWS if row["codec"]]
TYPES = [f"{name};rate=8000" for name in PROBES] + [*ARCHIVES, "text/plain"]


HEADS = [
    b"", b"fLaC", b"OggS\0", b"RIFF\0\0\0\0WAVE", b"ID3", b"PK\3\4", b"\x1f\x8b\x08\0",
    b"\x1a\x45\xdf\xa3A_OPUS", b"\xff\xf3\x58\xc0",
]  # fmt: skip


class Dribble:
    """A stream that gives odd amounts, as sockets do, and knows whether it was read to its end."""

    def __init__(self, data: bytes, most: int) -> None:
        self.file, self.most, self.ended = io.BytesIO(data), most, False

    def read(self, size: int, /) -> bytes:
        data = self.file.read(min(size, self.most))
        self.ended = not data
        return data


class Silence:
    """A long stream that takes no memory itself."""

    def __init__(self, head: bytes, size: int) -> None:
        self.head, self.left = head, size

    def read(self, size: int, /) -> bytes:
        if self.head:
            data, self.head = self.head[:size], self.head[size:]
            return data
        size = min(size, self.left)
        self.left -= size
        return bytes(size)


def look(data: bytes, media_type: str, member_type: str | None = None) -> Facts:
    return probe(io.BytesIO(data), media_type, member_type=member_type)


def reason(data: bytes, media_type: str) -> str:
    facts = look(data, media_type)
    assert isinstance(facts, NotAudio)
    return facts.reason


@pytest.mark.parametrize("most", [997, 1 << 30])
@pytest.mark.parametrize("row", AUDIO, ids=lambda row: row["file"])
def test_every_file_is_what_ffprobe_says(row, most):
    stream = Dribble((DATA / row["file"]).read_bytes(), most)
    facts = probe(stream, row["content_type"])
    assert isinstance(facts, AudioFacts)
    assert (facts.codec, facts.rate_hz, facts.channels) == (
        row["codec"], int(row["sample_rate_hz"]), int(row["channels"]),
    )  # fmt: skip
    assert facts.duration_s == pytest.approx(float(row["duration_s"]), abs=0.1)
    assert facts.note is None
    assert stream.ended


@pytest.mark.parametrize("row", AUDIO, ids=lambda row: row["file"])
def test_a_stump_never_raises_and_never_plays_longer_than_it_can(row):
    data = (DATA / row["file"]).read_bytes()
    whole = look(data, row["content_type"])
    for keep in (0, 1, 3, 4, 11, 43, 60, 200, 1000, 5000, len(data) // 3, len(data) // 2, len(data) - 1):
        part = look(data[:keep], row["content_type"])
        assert part.duration_s <= whole.duration_s
        if keep <= 200:
            assert part.duration_s < 1


@pytest.mark.parametrize("name", ["speech-16k.flac", "speech-opus.ogg", "speech-16k.mp3", "speech-16k-vorbis.ogg"])
def test_half_a_file_plays_about_half_as_long(name):
    data = (DATA / name).read_bytes()
    half = look(forge.truncated(data), f"audio/{name.rsplit('.', 1)[1]}")
    assert 3 < half.duration_s < 8


@settings(max_examples=60, deadline=None)
@given(data=st.binary(max_size=3000), head=st.sampled_from(HEADS))
def test_random_bytes_never_raise(data, head):
    for media_type in TYPES:
        look(head + data, media_type)


@settings(max_examples=60, deadline=None)
@given(row=st.sampled_from([row for row in ROWS if int(row["size_bytes"]) < 100_000]), data=st.data())
def test_damaged_files_never_raise(row, data):
    damaged = bytearray((DATA / row["file"]).read_bytes()[:20_000])
    for at in data.draw(st.lists(st.integers(0, min(400, len(damaged) - 1)), min_size=1, max_size=8)):
        damaged[at] = data.draw(st.integers(0, 255))
    facts = look(bytes(damaged), row["content_type"])
    assert facts.duration_s >= 0


@pytest.mark.parametrize(
    ("data", "media_type", "words"),
    [
        (forge.wav(1), "audio/mp3", "declared audio/mp3, found wav"),
        (forge.not_audio(), "audio/wav", "declared audio/wav, found text"),
        (forge.not_audio(), "audio/l16;rate=16000", "declared audio/l16, found text"),
        (forge.flac(1), "audio/mulaw;rate=8000", "declared audio/mulaw, found flac"),
        ((DATA / "speech-opus.ogg").read_bytes(), "audio/flac", "declared audio/flac, found ogg"),
        ((DATA / "speech-opus.ogg").read_bytes(), "audio/ogg;codecs=vorbis", "codecs=vorbis, found opus"),
        ((DATA / "speech-opus.webm").read_bytes(), 'audio/webm; codecs="vorbis"', "codecs=vorbis, found opus"),
        (b"\x01\x02\x03\x04", "audio/flac", "no known audio"),
        (b"", "audio/wav", "no bytes"),
        (b"x", "text/plain", "no type of audio"),
        (bytes(4), "audio/l16", "needs a rate"),
        (bytes(4), "audio/l16;rate=x", "needs a rate"),
        (bytes(4), "audio/l16;rate=16000;channels=17", "1 to 16 channels"),
        (bytes(4), "audio/l16;rate=16000;endianness=middle", "big-endian and little-endian"),
        (bytes(1), "audio/l16;rate=16000", "not a single sample"),
        (bytes(9), "audio/g729", "too short"),
        (bytes(100), "audio/mp3", "no mp3 frames"),
        (forge.header_only(), "audio/wav", "no samples"),
        (forge.wav(1, channels=10), "audio/wav", "10 channels"),
        (forge.wav(1)[:36], "audio/wav", "ends before its samples"),
        (forge.wav(1)[:30], "audio/wav", "format chunk is cut off"),
        (forge.flac(1)[:42], "audio/flac", "no frames"),
        (forge.flac(1)[:20], "audio/flac", "cut off or broken"),
        (b"OggS\0" + bytes(60), "audio/ogg", "neither opus nor vorbis"),
        (b"\x1a\x45\xdf\xa3" + bytes(60), "audio/webm", "neither opus nor vorbis"),
        (b"RIFF\0\0\0\0WAVEdata\2\0\0\0\0\0", "audio/wav", "no format chunk"),
    ],
)  # fmt: skip
def test_what_can_not_be_used_is_told_why(data, media_type, words):
    assert words in reason(data, media_type)


def ogg_of(packet, table=None):
    """A first page of this packet alone."""
    table = bytes((len(packet),)) if table is None else table
    return b"OggS\0\2" + bytes(20) + bytes((len(table),)) + table + packet


def opus_head(version=1, channels=1):
    return b"OpusHead" + struct.pack("<BBHIhB", version, channels, 312, 16000, 0, 0)


def vorbis_head(channels=1, rate_hz=16000):
    return b"\x01vorbis" + struct.pack("<IBIiiiBB", 0, channels, rate_hz, 0, 0, 0, 0xB8, 1)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (ogg_of(opus_head()), "no audio pages"),
        (ogg_of(opus_head()[:18]), "opus header is broken"),
        (ogg_of(opus_head(), table=b"\x0a"), "opus header is broken"),
        (ogg_of(opus_head(), table=b""), "neither opus nor vorbis"),
        (ogg_of(opus_head(channels=0)), "opus header is broken"),
        (ogg_of(opus_head(version=16)), "opus header is broken"),
        (ogg_of(vorbis_head()), "no audio pages"),
        (ogg_of(vorbis_head()[:29]), "vorbis header is broken"),
        (ogg_of(vorbis_head(channels=0)), "vorbis header is broken"),
        (ogg_of(vorbis_head(rate_hz=0)), "vorbis header is broken"),
        (ogg_of(b"Speex   " + bytes(72)), "neither opus nor vorbis"),
        (ogg_of(b"")[:27], "first page is cut off"),
        (ogg_of(b"")[:26], "first page is cut off"),
    ],
)
def test_an_ogg_whose_head_is_cut_short_or_senseless_is_refused(data, words):
    assert words in reason(data, "audio/ogg")


def wav_of(tag, bits, byte_rate, rate_hz=8000, data=bytes(8000), extra=b""):
    form = struct.pack("<4sIHHIIHH", b"fmt ", 16, tag, 1, rate_hz, byte_rate, 1, bits)
    return b"RIFF\0\0\0\0WAVE" + extra + form + struct.pack("<4sI", b"data", len(data)) + data


def webm_of(*elements):
    """A head without figures, and a cluster of unknown length."""
    return b"\x1a\x45\xdf\xa3 A_VORBIS\x1f\x43\xb6\x75\x01" + b"\xff" * 7 + b"".join(elements)


def block(at_ms):
    return b"\xa3\x85\x81" + at_ms.to_bytes(2, "big", signed=True) + b"\x80."


def last_page(position):
    return b"OggS\0\4" + struct.pack("<q", position) + bytes(12) + b"\x01\x08" + bytes(8)


LONG = "more than its bytes can hold"


@pytest.mark.parametrize(
    ("data", "media_type", "words"),
    [
        (ogg_of(opus_head()) + last_page(2**63 - 1), "audio/ogg", LONG),
        (ogg_of(opus_head()) + last_page(400_000), "audio/ogg", LONG),
        (ogg_of(vorbis_head()) + last_page(400_000), "audio/ogg", LONG),
        (ogg_of(vorbis_head(rate_hz=2_000_000_000)) + last_page(1000), "audio/ogg", "at most 1048575 Hz"),
        (forge.flac(300, 8000)[:42] + forge.flac(300, 8000)[-40:], "audio/flac", LONG),
        (wav_of(0x11, 4, 1), "audio/wav", "1 bytes a second, too few for adpcm_ima_wav"),
        (wav_of(0x31, 0, 1599), "audio/wav", "1599 bytes a second, too few for gsm_ms"),
        (wav_of(0x55, 0, 159), "audio/wav", "159 bytes a second, too few for mp3"),
        (wav_of(1, 16, 1, rate_hz=2_000_000_000), "audio/wav", "2000000000 Hz; at most 1048575 Hz"),
        (webm_of(b"\xe7\x88\x7f" + bytes(7), block(0), block(20)), "audio/webm", LONG),
    ],
)  # fmt: skip
def test_a_length_that_the_bytes_can_not_hold_is_not_believed(data, media_type, words):
    facts = look(data, media_type)
    assert isinstance(facts, NotAudio)
    assert words in facts.reason
    assert facts.duration_s == 0


@pytest.mark.parametrize(
    "facts",
    [
        look(ogg_of(opus_head()) + last_page(150_000), "audio/ogg"),
        look(ogg_of(vorbis_head()) + last_page(150_000), "audio/ogg"),
        look(wav_of(0x31, 0, 1625), "audio/wav"),
        look(wav_of(0x55, 0, 1000), "audio/wav"),
        look(wav_of(1, 16, 1, rate_hz=2**20 - 1), "audio/wav"),
    ],
)
def test_the_longest_and_fastest_that_can_be_is_audio(facts):
    assert isinstance(facts, AudioFacts)


def test_two_centuries_are_the_longest_audio(monkeypatch):
    monkeypatch.setattr("fakestt.media.probe.MOST_MINUTES", 1)
    assert "longer than any audio" in reason(forge.wav(60.1), "audio/wav")
    assert look(forge.wav(60), "audio/wav").duration_s == 60
    monkeypatch.setattr("fakestt.media.archive.MOST_MINUTES", 1)
    for make, kind in ((forge.zip_of, "zip"), (forge.tar_gz_of, "gzip")):
        facts = look(make({"a.wav": forge.wav(40), "b.wav": forge.wav(20.1)}), f"application/{kind}")
        assert isinstance(facts, ArchiveFacts)
        assert "longer than any audio" in str(facts.problem)


@pytest.mark.parametrize(
    "head",
    [
        forge.flac(1)[:41],
        forge.flac(1)[:18] + bytes(3) + forge.flac(1)[21:],  # 0 Hz
        forge.flac(1)[:4] + b"\x84" + forge.flac(1)[5:],  # comments come first
        forge.flac(1)[:7] + b"\x21" + forge.flac(1)[8:],  # a block of another size
    ],
)
def test_a_flac_whose_head_is_cut_short_or_senseless_is_refused(head):
    assert "cut off or broken" in reason(head, "audio/flac")


@pytest.mark.parametrize(
    ("tag", "codec"), [(0x02, "adpcm_ms"), (0x11, "adpcm_ima_wav"), (0x31, "gsm_ms"), (0x55, "mp3")]
)
def test_a_compressed_wav_is_measured_by_its_byte_rate(tag, codec):
    assert look(wav_of(tag, 4, 4000), "audio/wav") == AudioFacts(2.0, codec, 8000, 1)


def test_a_wav_with_senseless_figures_is_refused():
    assert "encoding is unknown" in reason(wav_of(0x9999, 16, 1), "audio/wav")
    assert "0 bytes a second" in reason(wav_of(0x55, 0, 0), "audio/wav")
    assert "0 Hz" in reason(wav_of(1, 16, 1, rate_hz=0), "audio/wav")


@pytest.mark.parametrize("size", [0, 0xFFFFFFFF, 10_000_000])
def test_a_streaming_writers_size_means_to_the_end(size):
    assert look(forge.wav(2, data_size=size), "audio/wav").duration_s == 2


def test_an_rf64_takes_its_size_from_ds64_and_odd_chunks_are_padded():
    plain = forge.wav(2, data_size=0xFFFFFFFF)
    ds64 = struct.pack("<4sIQQQI", b"ds64", 28, 0, 32000, 0, 0)
    assert look(b"RF64" + plain[4:12] + ds64 + b"LIST\3\0\0\0abc\0" + plain[12:], "audio/wav").duration_s == 1


def test_byte_order_is_found_out_when_it_is_not_declared():
    for order in ("pcm_s16le", "pcm_s16be"):
        facts = look(forge.raw(1, encoding=order), "Audio/L16 ; Rate=16000")
        assert facts == AudioFacts(1.0, order, 16000, 1)


def test_basic_is_mulaw_at_8000_and_g729_says_what_it_assumes():
    assert look(forge.raw(1, 8000, "pcm_mulaw"), "audio/basic") == AudioFacts(1.0, "pcm_mulaw", 8000, 1)
    g729 = look(b"\x80" * 1000, "audio/g729")
    assert isinstance(g729, AudioFacts)
    assert g729.duration_s == 1
    assert "Annex D" in str(g729.note)


@pytest.mark.parametrize("name", ["speech-opus.webm", "speech-16k-vorbis.webm"])
@pytest.mark.parametrize("keep", [1, 0.9, 0.7, 0.5, 0.2])
def test_a_webm_ends_where_its_packets_do_for_ffmpeg_as_well(name, keep):
    av = pytest.importorskip("av")
    data = forge.truncated((DATA / name).read_bytes(), keep)
    with av.open(io.BytesIO(data), mode="r") as container:
        stream = container.streams.audio[0]
        packets = [packet for packet in container.demux(stream) if packet.pts is not None and packet.size]
        end_s = float(max((packet.pts + (packet.duration or 0)) * packet.time_base for packet in packets))
    # FFmpeg hands out a last packet that is not wholly there.
    assert look(data, "audio/webm").duration_s == pytest.approx(end_s, abs=0.09)


def test_a_hundred_mib_cost_little_memory():
    head = forge.wav(0, data_size=0)
    probe(Silence(head, 1), "audio/wav")
    tracemalloc.start()
    try:
        for start, media_type in ((head, "audio/wav"), (forge.flac(1), "audio/flac"), (b"ID3", "audio/mp3")):
            probe(Silence(start, 100 << 20), media_type)
        assert tracemalloc.get_traced_memory()[1] < 4 << 20
    finally:
        tracemalloc.stop()


def test_what_the_stream_raises_goes_through():
    class Broken:
        def read(self, size: int, /) -> bytes:
            raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        probe(Broken(), "audio/wav")


def test_a_content_type_is_read_whatever_its_case_spaces_and_quotes():
    wanted = MediaType("audio/ogg", {"codecs": "opus", "x": "1"})
    assert MediaType.parse(' Audio/OGG ; Codecs = "OPUS";x=1') == wanted


@pytest.mark.parametrize(
    ("head", "name"),
    [(b"", None), (b"\xff\xff\xff\xff", None), (b"\xff\xf3\x58\xc0", "mp3"), (b"hello\n", "text"),
     (bytes(257) + b"ustar", "tar"), (b"PK\5\6", "zip"), (bytes(9), None)],
)  # fmt: skip
def test_magic_bytes_name_the_container(head, name):
    assert sniff(head) == name


def test_an_archives_duration_is_the_sum_of_its_members():
    facts = look((DATA / "three-wav.zip").read_bytes(), "application/zip")
    assert isinstance(facts, ArchiveFacts)
    assert facts.duration_s == pytest.approx(25.94, abs=0.1)


def test_damage_behind_the_magic_is_told_and_not_raised():
    opus = (DATA / "speech-opus.ogg").read_bytes()
    assert "first page" in reason(b"OggS\x01" + opus[5:], "audio/ogg")
    assert "header is broken" in reason(opus.replace(b"OpusHead\x01", b"OpusHead\xf1"), "audio/ogg")
    webm = (DATA / "speech-opus.webm").read_bytes()
    assert "no audio packets" in reason(webm[:320], "audio/webm")
    assert "no audio packets" in reason(webm[: webm.index(b"\x1f\x43\xb6\x75") + 12], "audio/webm")
    # Frame syncs with reserved fields, with a wrong checksum, and cut short.
    for frame in (b"\x00\x00\x00\x00", b"\xc0\x00\x80\x00", b"\xc0\x00\x00\x00", b"\x70\x00\x00\x00"):
        assert "no frames" in reason(forge.flac(1)[:42] + b"\xff\xf8" + frame, "audio/flac")


def test_an_mp3_ends_where_its_frames_end():
    data = (DATA / "speech-16k.mp3").read_bytes()
    whole = look(data, "audio/mpeg")
    assert look(b"\xff\xf3\x00" + data[45:] + b"TAG" + bytes(125), "audio/mp3") == whole
    assert "whole frame" in reason(data[45:200], "audio/mp3")


@pytest.mark.parametrize(
    ("elements", "duration_s"),
    [
        ([block(0)], 0.0),
        ([block(0), block(20)], 0.04),
        ([b"\xe7\x81\x64", block(0), block(60)], 0.22),
        ([b"\xa0\x40\x07\xa1" + block(0)[1:], b"\xa0\x87\xa1" + block(20)[1:]], 0.04),
        ([block(0), block(20), b"\x75\xa1\x80", b"\xec\x82..", block(40)], 0.06),
        ([block(0), block(20), block(40)[:-1]], 0.04),
        ([block(0), block(20), b"\x1c\x53\xbb\x6b\x80", block(900)], 0.04),
        ([block(-90), block(-50)], 0.0),
        ([block(0), block(20), b"\x00"], 0.04),
        ([block(0), block(20), b"\xa3"], 0.04),
        ([block(0), block(20), b"\xa3\x00\x81\x00"], 0.04),
        ([block(0), block(20), b"\xa3\x10\x00"], 0.04),
        ([block(0), block(20), b"\x1f\x43\xb6\x75\x01\x00"], 0.04),
        ([block(0), block(20), b"\x1f\x43\xb6\x75\x80"], 0.04),
    ],
)  # fmt: skip
def test_a_webm_is_as_long_as_its_last_two_blocks_say(elements, duration_s):
    assert look(webm_of(*elements), "audio/webm") == AudioFacts(duration_s, "vorbis", 48000, 1)
