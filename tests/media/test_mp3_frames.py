"""Does counting mp3 frames by runs say what counting them one by one says?"""

from __future__ import annotations

import io
import random
from pathlib import Path

import pytest

from fakestt.media.budget import MOST_RECORDS
from fakestt.media.facts import AudioFacts, Facts, NotAudio
from fakestt.media.mp3 import _RUN_FRAMES
from fakestt.media.probe import probe
from fakestt.media.reading import CHUNK_BYTES, Reader

DATA = Path(__file__).parent.parent / "data" / "audio"

# From the tables of ISO 11172-3 and 13818-3: the bytes after 0xFF, and the length of such a frame.
MPEG_1 = [(b"\xfb\x90", 417), (b"\xfb\x92", 418), (b"\xfb\x50", 208), (b"\xfb\xe2", 1045), (b"\xfb\xe0", 1044)]
MPEG_2 = [(b"\xf3\x58", 180), (b"\xf3\x48", 144), (b"\xf3\x8a", 289), (b"\xf3\xe8", 720), (b"\xf3\x18", 36)]
SECONDS = {b"\xfb": 1152 / 44100, b"\xf3": 576 / 16000}


class Pieces:
    """A stream that gives so much at a time, or amounts that nobody foresees."""

    def __init__(self, data: bytes, most: int | None) -> None:
        self.file, self.most, self.dice = io.BytesIO(data), most, random.Random(0)

    def read(self, size: int, /) -> bytes:
        return self.file.read(min(size, self.most or self.dice.choice((1, 2, 3, 500, 70_000))))


def frame(head: bytes, length: int) -> bytes:
    # Filled with what looks like a header, to catch whoever searches for one.
    return (b"\xff" + head + b"\xc4" + b"\xff\xfb\x90\xc4" * length)[:length]


def look(data: bytes, most: int | None = CHUNK_BYTES) -> Facts:
    return probe(Pieces(data, most), "audio/mp3")


def seconds(data: bytes, most: int | None = CHUNK_BYTES) -> float:
    facts = look(data, most)
    assert isinstance(facts, AudioFacts), facts
    return facts.duration_s


@pytest.mark.parametrize("kinds", [MPEG_1[:1], MPEG_1[:2], MPEG_1, MPEG_2], ids=["constant", "padded", "vbr", "vbr 2"])
@pytest.mark.parametrize("count", [1, _RUN_FRAMES - 1, _RUN_FRAMES, _RUN_FRAMES + 1, 1000])
@pytest.mark.parametrize("most", [CHUNK_BYTES, 4096, None])
def test_every_frame_counts_once_wherever_pieces_end(
    kinds: list[tuple[bytes, int]], count: int, most: int | None
) -> None:
    dice = random.Random(count)
    data = b"".join(frame(*dice.choice(kinds)) for _ in range(count))
    assert seconds(data, most) == pytest.approx(count * SECONDS[kinds[0][0][:1]])


@pytest.mark.parametrize("missing", [1, 100, 416])
def test_a_frame_that_is_cut_does_not_count(missing: int) -> None:
    data = frame(*MPEG_1[0]) * 50
    assert seconds(data[:-missing]) == pytest.approx(49 * SECONDS[b"\xfb"])


@pytest.mark.parametrize(
    "broken", [b"\x00", b"TAG" + bytes(125), b"\xff\xfb\xf0\xc4", b"\xff\xff\xff\xff", b"\xff\xe9"]
)
@pytest.mark.parametrize("most", [CHUNK_BYTES, 1, 417, None])
def test_what_is_no_frame_is_passed_over(broken: bytes, most: int | None) -> None:
    run = frame(*MPEG_1[0]) * 40
    assert seconds(run + broken + bytes(8) + run, most) == pytest.approx(80 * SECONDS[b"\xfb"])
    assert seconds(run + broken + bytes(8), most) == pytest.approx(40 * SECONDS[b"\xfb"])


@pytest.mark.parametrize("tail", [0, 1, 2])
def test_a_single_frame_behind_damage_counts_if_it_is_whole(tail: int) -> None:
    run, one = frame(*MPEG_1[0]) * 40, b"\xff\xfb\x90\xc4" + bytes(413)
    assert seconds(run + bytes(9) + one + bytes(tail)) == pytest.approx(41 * SECONDS[b"\xfb"])
    assert seconds(run + bytes(9) + one[:-1]) == pytest.approx(40 * SECONDS[b"\xfb"])


def test_a_header_that_no_frame_of_its_kind_follows_is_passed_over() -> None:
    run = frame(*MPEG_1[0]) * 40
    false = b"\xff\xfb\x90\xc4" + bytes(500)
    assert seconds(run + bytes(9) + false + run) == pytest.approx(80 * SECONDS[b"\xfb"])


def test_one_damaged_frame_of_real_speech_costs_one_frame() -> None:
    data = bytearray((DATA / "speech-16k.mp3").read_bytes())
    whole = seconds(bytes(data))
    at = data.index(b"\xff\xf3", 600)
    data[at : at + 4] = bytes(4)
    assert whole - seconds(bytes(data)) == pytest.approx(SECONDS[b"\xf3"])


def test_garbage_that_imitates_headers_costs_a_record_each() -> None:
    facts = look(frame(*MPEG_1[0]) * 3 + b"\xff\xfb\x90\xc4" * (MOST_RECORDS + 1000))
    assert isinstance(facts, NotAudio)
    assert f"more than {MOST_RECORDS}" in facts.reason


@pytest.mark.parametrize("other", [(b"\xfa\x90", 417), (b"\xfb\x91", 417), (b"\xfb\x94", 384), (b"\xf3\x90", 261)])
def test_a_frame_of_another_kind_does_not_end_a_run(other: tuple[bytes, int]) -> None:
    run = frame(*MPEG_1[0]) * 40
    assert seconds(run + frame(*other) + run) == pytest.approx(81 * SECONDS[b"\xfb"])


@pytest.mark.parametrize("most", [1, 7, CHUNK_BYTES])
@pytest.mark.parametrize("size", [1, 10, 300_000, 300_001])
def test_a_tail_is_the_end_whatever_the_pieces(most: int, size: int) -> None:
    data = random.Random(0).randbytes(300_000 if most > 7 else 3000)
    assert Reader(Pieces(data, most)).tail(size) == data[-size:]


def test_a_tag_whose_size_is_none_is_no_tag() -> None:
    run = frame(*MPEG_1[0]) * 40
    assert seconds(b"ID3\4\0\0\0\0\0\5" + bytes(5) + run) == pytest.approx(40 * SECONDS[b"\xfb"])
    assert seconds(b"ID3\4\0\0\x7e\xfb\xd3\xfe" + bytes(5) + run) == pytest.approx(40 * SECONDS[b"\xfb"])
