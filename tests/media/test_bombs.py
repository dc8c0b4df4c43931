"""Does any file cost more than a few MiB of memory, or two seconds of the processor's?

Files are looked at in a process of its own, whose address space may hardly grow.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
from bombs import LARGE, SMALL, Bomb

from fakestt.media.budget import MOST_RECORDS, Budget, TooMuch

linux = pytest.mark.skipif(sys.platform != "linux", reason="only Linux limits the address space of a process")

# Of these, zipfile and the directory of 10,000 files take some 10 MiB.
ROOM_BYTES = 32 * 1024 * 1024
MOST_S = 2.0

LOOK = """
import json, resource, sys, time
from io import BytesIO
from fakestt.media import forge
from fakestt.media.probe import probe

probe(BytesIO(forge.zip_of({"a.flac": forge.flac(1)})), "application/zip")  # imports what is imported late
size = int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize()
resource.setrlimit(resource.RLIMIT_AS, (size + int(sys.argv[1]),) * 2)
for line in sys.stdin:
    path, media_type = json.loads(line)
    began = time.process_time()
    facts = probe(open(path, "rb"), media_type)
    took_s = time.process_time() - began
    print(json.dumps([took_s, getattr(facts, "problem", None) or getattr(facts, "reason", None)]), flush=True)
"""


def look(bombs: Mapping[str, Bomb], folder: Path) -> dict[str, tuple[float, str | None]]:
    """How long the processor took for each, and what is wrong with the file."""
    lines = []
    for number, bomb in enumerate(bombs.values()):
        data, media_type = bomb()
        path = folder / str(number)
        path.write_bytes(data)
        lines.append(json.dumps([str(path), media_type]))
    child = [sys.executable, "-c", LOOK, str(ROOM_BYTES)]
    told = subprocess.run(child, input="\n".join(lines), capture_output=True, text=True, check=False)
    answers = [tuple(json.loads(line)) for line in told.stdout.splitlines()]
    assert told.returncode == 0, f"after {list(bombs)[: len(answers)]}: {told.stderr}"
    return dict(zip(bombs, answers, strict=True))


@pytest.mark.slow
@linux
def test_small_bombs_do_no_harm(tmp_path: Path) -> None:
    looked_at = look(SMALL, tmp_path)
    assert {name: took_s for name, (took_s, _) in looked_at.items() if took_s > MOST_S} == {}
    assert [name for name, (_, problem) in looked_at.items() if not problem] == []
    assert "more than" in str(looked_at["tar header fields"][1])


@linux
@pytest.mark.slow
@pytest.mark.parametrize("name", LARGE)
def test_no_file_takes_the_processor_longer_than_two_seconds(name: str, tmp_path: Path) -> None:
    took_s, _ = look({name: LARGE[name]}, tmp_path)[name]
    assert took_s < MOST_S


def test_a_budget_is_spent_to_the_last_record_and_byte() -> None:
    budget = Budget()
    budget.look(MOST_RECORDS)
    with pytest.raises(TooMuch, match=f"more than {MOST_RECORDS} "):
        budget.look()
    budget.admit(1000)
    budget.unpack(128 * 1024 * 1024 + 20_000)
    with pytest.raises(TooMuch, match="like a zip bomb"):
        budget.unpack(1)
