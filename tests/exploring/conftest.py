"""Tests of this folder ask over HTTP as those next door do."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "http"))
