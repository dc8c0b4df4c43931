"""Does the table tell of the ways that it could not go?"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

TABLE = Path(__file__).with_name("table.py")


@pytest.mark.slow
def test_where_curl_is_not_installed_its_columns_say_so(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, str(TABLE), "refused", "curl"],
        env={**os.environ, "PATH": str(tmp_path)}, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert [line.split(maxsplit=1)[1] for line in lines[:2]] == [
        "curl http          skipped: no curl",
        "curl https         skipped: no curl",
    ]
    assert "  a  skipped: no curl" in lines
    assert lines[-1].endswith(" cells, 0 failed, 2 skipped")
