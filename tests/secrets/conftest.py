"""Tests of this folder ask over HTTP as those next door do, and by the ways in of the conformance tests."""

import sys
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parent.parent / name) for name in ("http", "conformance")]
