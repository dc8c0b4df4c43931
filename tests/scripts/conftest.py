"""The fake of most of these tests. They ask over HTTP as those next door do."""

import sys
from pathlib import Path

import pytest

from fakestt import FakeSTT

sys.path.insert(0, str(Path(__file__).parent.parent / "http"))


@pytest.fixture
def stt() -> FakeSTT:
    return FakeSTT(start=0)
