"""Look at mutated audio, as much of it as is asked for: no error, no time, no memory.

    python tests/fuzz/audio_mutations.py SEED FIRST COUNT

A mutation is made from the seed and its number alone, so that one that fails can be made again. The process limits its
own address space; the processor's time is measured for each.
"""

from __future__ import annotations

import io
import math
import random
import resource
import sys
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from time import process_time

from fakestt.media import forge
from fakestt.media.facts import MOST_MINUTES, ArchiveFacts, AudioFacts, Facts, NotAudio
from fakestt.media.probe import probe

DATA = Path(__file__).parent.parent / "data" / "audio"
ROOM_BYTES = 32 * 1024 * 1024
MOST_S = 1.0  # for files of 2 MiB at most
MOST_BYTES = 2 * 1024 * 1024

# Numbers that code is wrong about.
FIELDS = (
    b"\0", b"\x7f", b"\x80", b"\xff", b"\0\0\0\0", b"\xff\xff\xff\xff", b"\xff\xff\xff\x7f", b"\0\0\0\x80", b"\1\0\0\0",
)  # fmt: skip
MAGIC = (
    b"RIFF", b"data\xff\xff\xff\xff", b"fmt ", b"ds64", b"fLaC", b"\xff\xf8", b"\xff\xf9", b"OggS\0", b"OpusHead",
    b"\x01vorbis", b"ID3\4\0\0", b"TAG", b"Xing", b"\xff\xfb\x90", b"\xff\xf3\x14", b"\x1f\x43\xb6\x75", b"\xa3\x81",
    b"\xe7\x88", b"PK\1\2", b"PK\3\4", b"PK\5\6", b"\x1f\x8b\x08", b"ustar",
)  # fmt: skip

Mutation = Callable[[bytearray, random.Random], None]


@lru_cache
def corpus() -> tuple[tuple[str, bytes, str], ...]:
    """Small files of every format: name, bytes, content type."""
    types = {
        ".wav": "audio/wav", ".flac": "audio/flac", ".mp3": "audio/mp3", ".ogg": "audio/ogg", ".webm": "audio/webm",
        ".l16": "audio/l16;rate=16000", ".mulaw": "audio/mulaw;rate=8000",
    }  # fmt: skip
    named = (
        "speech-8k.wav", "speech-24bit-48k.wav", "speech-mulaw-8k.wav", "speech-16k.flac", "speech-16k.mp3",
        "speech-16k-vbr.mp3", "speech-opus.ogg", "speech-16k-vorbis.ogg", "speech-opus.webm", "speech-16k-vorbis.webm",
        "speech-16k-be.l16", "speech-8k.mulaw",
    )  # fmt: skip
    # The beginning and the end say what there is to say. Half of a file is a file that was cut off.
    files = [(name, (DATA / name).read_bytes()[:60_000], types[Path(name).suffix]) for name in named]
    members = {f"{at}{Path(name).suffix}": data[:20_000] for at, (name, data, _) in enumerate(files[:10])}
    return (
        *files,
        ("forged.flac", forge.flac(60), "audio/flac"),
        ("deflated.zip", forge.zip_of(members), "application/zip"),
        ("stored.zip", forge.zip_of(members, stored=True), "application/zip"),
        ("silence.zip", forge.zip_of({"a.wav": forge.wav(30)}), "application/zip"),
        ("all.tar.gz", forge.tar_gz_of(members), "application/gzip"),
        ("silence.tar.gz", forge.tar_gz_of({"a.wav": forge.wav(30), "b.flac": forge.flac(9)}), "application/gzip"),
    )


def _place(data: bytearray, dice: random.Random) -> int:
    """Somewhere, and most often near one of the ends: that is where the figures are."""
    return dice.choice(
        (
            dice.randrange(len(data) + 1),
            dice.randrange(min(len(data), 256) + 1),
            max(len(data) - dice.randrange(256), 0),
        )
    )


def _flip(data: bytearray, dice: random.Random) -> None:
    for _ in range(dice.choice((1, 2, 8, 100))):
        if data:
            data[_place(data, dice) % len(data)] ^= 1 << dice.randrange(8)


def _field(data: bytearray, dice: random.Random) -> None:
    at, field = _place(data, dice), dice.choice(FIELDS)
    data[at : at + len(field)] = field


def _magic(data: bytearray, dice: random.Random) -> None:
    at = _place(data, dice)
    data[at : at + dice.choice((0, 8))] = dice.choice(MAGIC)


def _cut(data: bytearray, dice: random.Random) -> None:
    del data[_place(data, dice) :]


def _remove(data: bytearray, dice: random.Random) -> None:
    at = _place(data, dice)
    del data[at : at + dice.choice((1, 2, 4, 100, 5000))]


def _repeat(data: bytearray, dice: random.Random) -> None:
    at, size = _place(data, dice), dice.choice((1, 2, 4, 8, 20, 100, 1000))
    data[at:at] = data[at : at + size] * min(dice.choice((1, 10, 1000, 100_000)), MOST_BYTES // size)


def _splice(data: bytearray, dice: random.Random) -> None:
    _, other, _ = dice.choice(corpus())
    at, from_ = _place(data, dice), _place(bytearray(other), dice)
    data[at : at + dice.choice((0, 5000))] = other[from_ : from_ + dice.choice((10, 500, 20_000))]


def _noise(data: bytearray, dice: random.Random) -> None:
    at, size = _place(data, dice), dice.choice((1, 4, 16, 1000))
    data[at : at + size] = dice.randbytes(size)


MUTATIONS: tuple[Mutation, ...] = (_flip, _field, _magic, _cut, _remove, _repeat, _splice, _noise)


def mutated(seed: int, number: int) -> tuple[str, bytes, str]:
    """The mutation of this number: what was done to which file, its bytes, its content type."""
    dice = random.Random(f"{seed}:{number}")
    name, data, media_type = dice.choice(corpus())
    changed, done = bytearray(data), [name]
    for mutation in dice.choices(MUTATIONS, k=dice.choice((1, 1, 1, 2, 3, 6))):
        mutation(changed, dice)
        done.append(mutation.__name__.strip("_"))
    if dice.random() < 0.03:
        media_type = dice.choice(corpus())[2]
    return " ".join(done), bytes(changed[:MOST_BYTES]), media_type


def check(data: bytes, media_type: str) -> Facts:
    """Look, and say what is wrong with what comes back."""
    began = process_time()
    facts = probe(io.BytesIO(data), media_type)
    took_s = process_time() - began
    assert took_s < MOST_S, f"{took_s:.2f} s"
    assert 0 <= facts.duration_s <= MOST_MINUTES * 60, facts
    assert not math.isnan(facts.duration_s), facts
    single = [member.facts for member in facts.members] if isinstance(facts, ArchiveFacts) else [facts]
    for one in single:
        if isinstance(one, NotAudio):
            assert one.reason, one
        else:
            assert min(one.rate_hz, one.channels) > 0, one
    return facts


def main(seed: int, first: int, count: int) -> int:
    corpus()
    usable = 0
    size = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (size + ROOM_BYTES,) * 2)
    for number in range(first, first + count):
        what, data, media_type = mutated(seed, number)
        try:
            usable += isinstance(check(data, media_type), AudioFacts)
        except BaseException:
            print(f"{what} as {media_type}: python tests/fuzz/audio_mutations.py {seed} {number} 1", file=sys.stderr)
            raise
    print(f"seed {seed}: {count} mutations, {usable} of them still audio")
    return 0


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
