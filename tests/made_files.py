"""Writes anew all files that are made and kept: `python tests/made_files.py`. Then read the difference.

A test compares each with what is made now, so a change that nobody meant is seen.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
MAKERS = (
    "golden/golden_files.py",  # OpenAPI documents, state diagrams, references and differences of editions
    "journal/golden_journal.py",
    "journal/golden_reports.py",  # and the guide's report
    "page/page_stories.py",
    "docs/coverage_table.py",
    "docs/reference.py",
    "docs/contents.py",
)

if __name__ == "__main__":
    for maker in MAKERS:
        subprocess.run([sys.executable, str(HERE / maker)], check=True)
