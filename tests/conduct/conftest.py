"""Tests of this folder watch clients, most of them in virtual time, and those of the documents."""

import sys
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parent.parent / name) for name in ("conduct", "http", "docs")]
