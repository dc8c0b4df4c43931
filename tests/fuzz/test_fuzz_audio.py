"""Does mutated audio ever raise, or cost much; and does ffprobe agree about it?

`FAKESTT_MUTATIONS` says how many mutations there are. With it the seed is another each time, and is printed.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
from pathlib import Path

import pytest

MUTATIONS = os.environ.get("FAKESTT_MUTATIONS")  # the long run asks for 100,000


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="only Linux limits the address space of a process")
def test_mutated_audio_never_raises_and_costs_next_to_nothing() -> None:
    seed = random.SystemRandom().randrange(1_000_000) if MUTATIONS else 1
    script = Path(__file__).parent / "audio_mutations.py"
    child = [sys.executable, str(script), str(seed), "0", MUTATIONS or "20000"]
    told = subprocess.run(child, capture_output=True, text=True, check=False)
    print(told.stdout, told.stderr)
    assert told.returncode == 0, told.stderr
