"""Does ffprobe say the same of mutated audio: whether it can be played, as what, and for how long?

It need not, for it decodes and we don't. Each difference is of a kind that the table explains; any other fails.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import shutil
import subprocess
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest
from audio_mutations import mutated

from fakestt.media.facts import AudioFacts, NotAudio
from fakestt.media.probe import probe

FFPROBE = shutil.which("ffprobe")
FILES = 150
SEED = 7
CONTAINERS = ("wav", "flac", "mp3", "ogg", "webm")
ASKED = "stream=codec_name,sample_rate,channels:packet=duration_time"


class Verdict(NamedTuple):
    """What somebody says of a file. Without a codec it can't be played. `why` is our reason, if it can't."""

    container: str
    codec: str | None
    rate_hz: int
    channels: int
    played_s: float
    why: str = ""


def ours(data: bytes, media_type: str) -> Verdict:
    facts, container = probe(io.BytesIO(data), media_type), media_type.partition("/")[2]
    if isinstance(facts, AudioFacts):
        return Verdict(container, facts.codec, facts.rate_hz, facts.channels, facts.duration_s)
    assert isinstance(facts, NotAudio)
    return Verdict(container, None, 0, 0, 0.0, facts.reason)


def theirs(data: bytes, media_type: str, folder: Path) -> Verdict:
    container = media_type.partition("/")[2]
    file = folder / f"file.{container}"
    file.write_bytes(data)
    call = [str(FFPROBE), "-v", "quiet", "-select_streams", "a:0", "-show_entries", ASKED, "-of", "json", str(file)]
    told = {}
    with contextlib.suppress(ValueError):  # of a file that it can't open, ffprobe says half an object
        told = json.loads(subprocess.run(call, capture_output=True, text=True, check=False).stdout)
    streams, packets = told.get("streams"), told.get("packets")
    if not streams or not packets or "codec_name" not in streams[0]:
        return Verdict(container, None, 0, 0, 0.0)
    [stream] = streams
    played_s = sum(float(packet.get("duration_time", 0)) for packet in packets)
    return Verdict(container, stream["codec_name"], int(stream["sample_rate"]), int(stream["channels"]), played_s)


def agree(us: Verdict, them: Verdict) -> bool:
    return us[:4] == them[:4] and abs(us.played_s - them.played_s) <= max(0.15, 0.02 * them.played_s)


def both(us: Verdict, them: Verdict) -> bool:
    return us.codec is not None and them.codec is not None


WITHOUT_AUDIO = (" has no frames", "no audio packets", "no audio pages", "neither opus nor vorbis")

# A row is asked after those above it.
# fmt: off
EXPLAINED: dict[str, Callable[[Verdict, Verdict], bool]] = {
    "another type was declared, and FFmpeg does not know that":
        lambda us, them: us.why.startswith("declared ") and us.why.rpartition(" ")[2] in CONTAINERS,
    "FFmpeg looks for frames where the bytes that name the container are damaged":
        lambda us, them: us.why.startswith("declared ") and them.codec is not None,
    "the service takes 9 channels in a wav":
        lambda us, them: us.why.endswith("channels; at most 9 can be used"),
    "FFmpeg believes the rate of a head that we do not believe, and repeats its length":
        lambda us, them: "at most 1048575 Hz" in us.why or "more than its bytes can hold" in us.why,
    "what FFmpeg plays stands before the last MiB, or its head behind the first 4 KiB":
        lambda us, them: us.why.endswith(WITHOUT_AUDIO),
    "more than 64 KiB of something else stand before the first frame of an mp3":
        lambda us, them: us.why == "no mp3 frames were found" and us.container == "mp3",
    "FFmpeg goes by the frames, where the head of a flac or a webm is damaged":
        lambda us, them: us.why.endswith(("cut off or broken", "header is broken")),
    "of a wav's extensible format we read the tag alone, and FFmpeg the whole of it":
        lambda us, them: us.container == "wav" and us.codec not in (None, them.codec),
    "FFmpeg compares the checksums of pages, and what is in the codec's own headers, before it plays anything":
        lambda us, them: us.codec is not None and them.codec is None and us.container in ("ogg", "webm", "flac"),
    "FFmpeg has no length for frames as short as those of forged silence":
        lambda us, them: both(us, them) and us.container == "flac" and them.played_s == 0,
    "FFmpeg leaves out pages and frames that are damaged; for us the position of the last one counts":
        lambda us, them: both(us, them) and us.container in ("ogg", "webm", "flac") and us.played_s > them.played_s,
    "FFmpeg plays what comes twice a second time; for us the position of the last one counts":
        lambda us, them: both(us, them) and us.container in ("ogg", "webm", "flac"),
    "after damage FFmpeg and we find the way back at other frames of an mp3, and it takes garbage for frames":
        lambda us, them: both(us, them) and us.container == "mp3",
}
# fmt: on


@pytest.mark.slow
@pytest.mark.skipif("FAKESTT_MUTATIONS" not in os.environ, reason="a part of the long run: tests/long_run.sh audio")
@pytest.mark.skipif(FFPROBE is None, reason="ffprobe is not here: it comes with ffmpeg")
def test_every_difference_from_ffprobe_is_explained(tmp_path: Path) -> None:
    counts: Counter[str] = Counter()
    unexplained = []
    number = looked_at = 0
    while looked_at < FILES:
        what, data, media_type = mutated(SEED, number)
        number += 1
        if media_type.partition("/")[2] not in CONTAINERS:
            continue
        looked_at += 1
        us, them = ours(data, media_type), theirs(data, media_type, tmp_path)
        reasons = (reason for reason, fits in EXPLAINED.items() if fits(us, them))
        reason = "they agree" if agree(us, them) else next(reasons, None)
        counts[reason or "unexplained"] += 1
        if reason is None:
            unexplained.append(f"{SEED}:{number - 1} {what}: {us}, ffprobe {them}")
    print(*(f"{count:4} {reason}" for reason, count in counts.most_common()), sep="\n")
    assert not unexplained, "\n".join(unexplained)
    assert counts["they agree"] > FILES / 2
