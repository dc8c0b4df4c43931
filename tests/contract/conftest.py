"""Tests of this folder ask over HTTP, and make worlds, as those next door do."""

import sys
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parent.parent / folder) for folder in ("http", "core")]
