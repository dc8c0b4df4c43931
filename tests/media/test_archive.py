"""Are archives read member by member, and do bombs cost nothing?"""

from __future__ import annotations

import gzip
import io
import random
import struct
import tarfile
import zipfile
from pathlib import Path

import pytest

from fakestt.media import budget, forge, members, tar_members, zip_members
from fakestt.media.facts import ArchiveFacts, AudioFacts, NotAudio
from fakestt.media.gunzip import Gunzip
from fakestt.media.probe import probe

DATA = Path(__file__).parent.parent / "data" / "audio"
WAV = forge.wav(1)


def look(data: bytes, kind: str = "zip", member_type: str | None = None) -> ArchiveFacts:
    facts = probe(io.BytesIO(data), f"application/{kind}", member_type=member_type)
    assert isinstance(facts, ArchiveFacts)
    return facts


@pytest.fixture
def unpacked(monkeypatch):
    """Counts the bytes that come out of zips and gzips."""
    count = [0]

    def counting(read):
        def counted(self, *args):
            data = read(self, *args)
            count[0] += len(data)
            return data

        return counted

    monkeypatch.setattr(zipfile.ZipExtFile, "read", counting(zipfile.ZipExtFile.read))
    monkeypatch.setattr(Gunzip, "read", counting(Gunzip.read))
    return count


@pytest.mark.parametrize(("name", "kind"), [("three-wav.zip", "zip"), ("three-wav.tar.gz", "gzip")])
def test_members_come_in_the_archives_order_without_folders(name, kind):
    facts = look((DATA / name).read_bytes(), kind)
    assert [member.name for member in facts.members] == ["Audio/2.wav", "Audio/1.wav", "Audio/3.wav"]
    assert facts.problem is None
    assert facts.compression == kind


def test_formats_mix_and_one_bad_file_is_told_from_the_good():
    mixed = look((DATA / "mixed-formats.zip").read_bytes())
    assert [member.facts.codec for member in mixed.members] == ["flac", "mp3", "pcm_s16le"]
    bad, good = look((DATA / "one-bad-member.zip").read_bytes()).members
    assert bad.facts == NotAudio("found text")
    assert isinstance(good.facts, AudioFacts)


def test_raw_members_need_their_type():
    data = (DATA / "raw-l16.zip").read_bytes()
    assert all(isinstance(member.facts, NotAudio) for member in look(data).members)
    assert look(data, member_type="audio/l16;rate=16000").duration_s == pytest.approx(22.94, abs=0.1)


@pytest.mark.parametrize(
    ("data", "kind", "words"),
    [
        ((DATA / "truncated.zip").read_bytes(), "zip", "cut off"),
        (forge.truncated((DATA / "three-wav.tar.gz").read_bytes()), "gzip", "cut off"),
        (forge.truncated(forge.tar_gz_of({"a.wav": WAV}), 0.9), "gzip", "cut off"),
        (b"", "zip", "no bytes"),
        (WAV, "zip", "declared zip, found wav"),
        (bytes(9), "gzip", "something else"),
        (forge.zip_of({}), "zip", "no files"),
        (forge.tar_gz_of({}), "gzip", "no files"),
        (gzip.compress(gzip.decompress(forge.tar_gz_of({"a.wav": WAV}))[:300], mtime=0), "gzip", "within a header"),
        (gzip.compress(gzip.decompress(forge.tar_gz_of({"a.wav": WAV}))[:700], mtime=0), "gzip", "within a file"),
        (gzip.compress(WAV, mtime=0), "gzip", "no tar"),
        (gzip.compress(b"9" * 2000, mtime=0), "gzip", "no tar"),
    ],
)  # fmt: skip
def test_a_bad_archive_is_told_why(data, kind, words):
    assert words in str(look(data, kind).problem)


@pytest.mark.parametrize("make", [forge.zip_of, forge.tar_gz_of])
def test_names_are_reported_as_they_are_and_archives_inside_stay_shut(make):
    kind = "zip" if make is forge.zip_of else "gzip"
    long = "d/" * 90 + "ü.wav"
    facts = look(make({"../up.wav": WAV, long: WAV, "in.zip": forge.zip_of({"a.wav": WAV}), "no.wav": b""}), kind)
    assert [member.name for member in facts.members] == ["../up.wav", long, "in.zip", "no.wav"]
    assert "not opened" in facts.members[2].facts.reason
    assert facts.members[3].facts == NotAudio("there are no bytes")


@pytest.mark.parametrize("make", [forge.zip_of, forge.tar_gz_of])
def test_a_file_without_a_name_is_reported_as_such(make):
    facts = look(make({"": WAV, "a.wav": WAV}), "zip" if make is forge.zip_of else "gzip")
    assert [member.name for member in facts.members] == ["", "a.wav"]
    assert (facts.problem, facts.duration_s) == (None, 2)


@pytest.mark.parametrize(
    ("method", "name"),
    [(9, "deflate64"), (zipfile.ZIP_BZIP2, "bzip2"), (zipfile.ZIP_LZMA, "lzma"), (93, "zstd"), (1, "method 1")],
)
def test_a_file_that_is_packed_otherwise_than_usual_is_refused_in_words(method, name, unpacked):
    packed = directory_says(forge.zip_of({"a.wav": WAV}), 10, method, "<H")
    expected = f"'a.wav' is packed by {name}; only stored and deflated files are read"
    assert look(packed) == ArchiveFacts("zip", (), expected)
    assert unpacked[0] == 0


@pytest.mark.parametrize("style", [tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
def test_links_are_bad_members_and_long_names_are_read_in_either_style(style):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz", format=style) as made:
        link = tarfile.TarInfo("x" * 200)
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        made.addfile(link)
        after = tarfile.TarInfo("after.wav")
        after.size = len(WAV)
        made.addfile(after, io.BytesIO(WAV))
    first, second = look(out.getvalue(), "gzip").members
    assert (first.name, second.name) == ("x" * 200, "after.wav")
    assert "link" in first.facts.reason
    assert second.facts.duration_s == 1


def test_silence_that_packs_a_thousand_to_one_is_welcome():
    for make, kind in ((forge.zip_of, "zip"), (forge.tar_gz_of, "gzip")):
        facts = look(make({"silence.wav": forge.wav(720)}), kind)
        assert (facts.problem, facts.duration_s) == (None, 720)


def test_beyond_the_verified_bytes_a_wav_is_measured_by_the_directory(unpacked, monkeypatch):
    monkeypatch.setattr(zip_members, "VERIFIED_BYTES", 1000)
    facts = look(forge.zip_of({"a.wav": forge.wav(720)}))
    assert (facts.problem, facts.duration_s) == (None, 720)
    assert unpacked[0] < 10_000


def test_a_damaged_wav_inside_a_zip_is_noticed():
    data = bytearray(forge.zip_of({"a.wav": WAV}, stored=True))
    data[1000] ^= 1
    assert "CRC" in str(look(bytes(data)).problem)


def directory_says(data: bytes, at: int, value: int, form: str = "<I") -> bytes:
    changed = bytearray(data)
    struct.pack_into(form, changed, data.index(b"PK\x01\x02") + at, value)
    return bytes(changed)


def test_a_bomb_is_refused_by_what_it_declares(unpacked):
    small = forge.zip_of({"a.flac": forge.flac(1)})
    assert "bomb" in str(look(directory_says(small, 24, 4_000_000_000), member_type="audio/flac").problem)
    assert "not true" in str(look(directory_says(small, 24, 100_000_000)).problem)
    assert unpacked[0] == 0


def test_a_tar_of_ten_gigabytes_is_refused_at_its_first_header(unpacked):
    info = tarfile.TarInfo("bomb.flac")
    info.size = 10_000_000_000
    assert "bomb" in str(look(gzip.compress(info.tobuf(tarfile.GNU_FORMAT) + bytes(10_000)), "gzip").problem)
    assert unpacked[0] <= 4096


def test_zeros_declared_as_flac_are_not_unpacked(unpacked):
    (member,) = look(forge.zip_of({"a.flac": bytes(30 << 20)}), member_type="audio/flac").members
    assert isinstance(member.facts, NotAudio)
    assert unpacked[0] < 10_000


def test_a_file_that_must_be_read_counts_against_the_ratio(unpacked, monkeypatch):
    monkeypatch.setattr(budget, "FREE_BYTES", 1 << 20)
    assert "bomb" in str(look(forge.zip_of({"a.flac": forge.flac(1) + bytes(4 << 20)})).problem)
    assert unpacked[0] < 10_000


@pytest.mark.parametrize(("name", "member_type"), [("a.wav", None), ("a.raw", "audio/l16;rate=16000")])
def test_a_bomb_that_calls_itself_uncompressed_samples_is_refused_unread(name, member_type, unpacked):
    start = forge.wav(1) if name == "a.wav" else forge.raw(1)
    packed = forge.zip_of({name: start + random.Random(1).randbytes(900_000)})
    facts = look(directory_says(packed, 24, 900_000_000), member_type=member_type)
    assert facts == ArchiveFacts("zip", (), "unpacks to too much for its size, like a zip bomb")
    assert unpacked[0] < 10_000


@pytest.mark.parametrize(("files", "are_too_much"), [(1, False), (2, True)])
def test_files_that_are_only_measured_share_what_an_archive_may_unpack_to(files, are_too_much, monkeypatch):
    monkeypatch.setattr(zip_members, "VERIFIED_BYTES", 1000)
    silence = forge.wav(60)
    monkeypatch.setattr(budget, "FREE_BYTES", len(silence))  # exactly one
    monkeypatch.setattr(budget, "MOST_RATIO", 0)
    facts = look(forge.zip_of({f"{n}.wav": silence for n in range(files)}))
    assert (facts.problem is not None, facts.duration_s) == (are_too_much, 0 if are_too_much else 60)


def test_too_many_files_are_refused_before_one_is_read(unpacked, monkeypatch):
    monkeypatch.setattr(members, "MOST_MEMBERS", 20)
    many = {f"{n}.wav": WAV for n in range(21)}
    assert look(forge.zip_of(many)) == ArchiveFacts("zip", (), "more than 20 files")
    assert unpacked[0] == 0
    facts = look(forge.tar_gz_of(many), "gzip")
    assert (facts.problem, len(facts.members)) == ("more than 20 files", 20)


def test_a_directory_that_would_fill_the_memory_is_refused(monkeypatch):
    monkeypatch.setattr(zip_members, "_MOST_DIRECTORY_BYTES", 4096 * 20)
    many = {f"{n}{'x' * 500}": b"" for n in range(400)}
    assert "too large" in str(look(forge.zip_of(many)).problem)
    monkeypatch.setattr(tar_members, "_MOST_HEADER_BYTES", 10)
    assert "too large" in str(look(forge.tar_gz_of({"x" * 300: WAV}), "gzip").problem)


def test_overlapping_and_encrypted_files_are_refused():
    data = forge.zip_of({"a.wav": WAV, "b.wav": WAV})
    assert "encrypted" in str(look(directory_says(data, 8, 1, "<H")).problem)
    second = data.rindex(b"PK\x01\x02")
    overlap = data[: second + 42] + bytes(4) + data[second + 46 :]
    assert "overlap" in str(look(overlap).problem)


def test_zeros_behind_a_gzip_are_padding_and_its_members_one_tar():
    tar = gzip.decompress(forge.tar_gz_of({"a.wav": WAV}))
    packed = gzip.compress(tar[:700], mtime=0) + bytes(40_000) + gzip.compress(tar[700:], mtime=0) + bytes(40_000)
    facts = look(packed, "gzip")
    assert (facts.problem, facts.duration_s) == (None, 1)
