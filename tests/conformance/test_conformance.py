"""Every way in does what every other does: ways x cases. `python tests/conformance/table.py` prints the table."""

from __future__ import annotations

import pytest
from conformance_cases import CASES
from conformance_ways import WAYS, Way


@pytest.mark.parametrize(
    ("way", "case"),
    [pytest.param(way, case, id=f"{way}-{case}") for way in WAYS for case in CASES if case not in way.lacks],
)
def test_the_way_passes_the_case(way: Way, case: str) -> None:
    CASES[case](way)


def test_what_a_way_lacks_is_a_case() -> None:
    assert {case for way in WAYS for case in way.lacks} <= set(CASES)
