"""Writes the table of the guide on coverage anew, as its own test gives it: `python tests/docs/coverage_table.py`."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from docs_rig import GUIDES, ROOT, blocks, text_of

WIDTH = 100
PATH = GUIDES / "coverage.md"


def printed() -> str:
    """The table that pytest prints for the guide's test."""
    source, *_ = blocks(PATH)
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, str(source.name)).write_text(source.text, encoding="utf-8")
        command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-p", "no:asyncio", "--fakestt-cov"]
        environment = {**os.environ, "COLUMNS": str(WIDTH), "PYTHONPATH": str(ROOT)}
        run = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=True)
    found = re.search(r"^icp2018 .*?\n\n", run.stdout, re.MULTILINE | re.DOTALL)
    assert found is not None, run.stdout
    return found[0].rstrip() + "\n"


if __name__ == "__main__":
    _, table, *_ = blocks(PATH)
    PATH.write_text(text_of(PATH).replace(table.text, printed()), encoding="utf-8")
