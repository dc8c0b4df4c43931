"""Tests of this folder ask over HTTP as those in `http` do, and know the lamps of `core`."""

import sys
from pathlib import Path

for folder in ("http", "core"):
    sys.path.insert(0, str(Path(__file__).parent.parent / folder))
