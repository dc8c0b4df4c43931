"""Every way in does what every other does: ways x cases. `python tests/conformance/table.py` prints the table."""

from __future__ import annotations

import pytest
from conformance_cases import CASES
from conformance_ways import WAYS, Way


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("way", WAYS, ids=str)
def test_the_way_passes_the_case(way: Way, case: str) -> None:
    CASES[case](way)
