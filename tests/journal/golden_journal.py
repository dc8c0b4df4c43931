"""Writes the journal as JSON anew: `python tests/journal/golden_journal.py`. Then read the difference."""

from __future__ import annotations

import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "http"))

from test_journal_files import GOLDEN, story

if __name__ == "__main__":
    text = json.dumps(story().journal.to_json(), indent=1, ensure_ascii=False)
    (GOLDEN / "journal.json").write_text(f"{text}\n", encoding="utf-8")
