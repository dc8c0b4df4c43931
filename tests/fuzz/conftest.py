"""Tests of this folder ask over HTTP, and judge openings, as those next door do."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent.parent / "http"))
sys.path.insert(0, str(Path(__file__).parent.parent / "live"))


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Schemathesis makes its requests as it is collected, for seconds: not in a run that won't send them."""
    return True if collection_path.name == "test_fuzz_openapi.py" and config.option.markexpr == "not slow" else None
