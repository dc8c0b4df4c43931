"""Every way in does what every other does: ways x cases. `python tests/conformance/table.py` prints the table."""

from __future__ import annotations

import pytest
from conformance_cases import CASES
from conformance_cases_faults import FAULTS
from conformance_ways import ALL_WAYS, EACH_DAY, FOR_FAULTS, WAYS, Way

from fakestt.faults import effects

CELLS = [
    *((way, case) for way in WAYS for case in CASES if case not in way.lacks),
    *((way, case) for way in FOR_FAULTS for case in FAULTS if case not in way.lacks),
]


def marks_of(way: Way, case: str) -> list[pytest.MarkDecorator]:
    is_silent = way.live and any(word in case for word in ("drip", "slow", "silen"))  # which takes real time
    return [pytest.mark.slow] if way.name not in EACH_DAY or (is_silent and way.name != "requests http") else []


@pytest.mark.parametrize(
    ("way", "case"),
    [pytest.param(way, case, id=f"{way}-{case}", marks=marks_of(way, case)) for way, case in CELLS],
)
def test_the_way_passes_the_case(way: Way, case: str) -> None:
    CASES[case](way)


ELSEWHERE = {"interrupt": "test_interrupts.py", "stale": "the case of an old answer"}


def test_every_effect_is_a_fault_of_the_table() -> None:
    made = {row.effect.spelled.partition("(")[0] for row in FAULTS.values()}
    assert made | set(ELSEWHERE) == set(effects.__all__) - {"Effect"}


def test_what_a_way_lacks_is_a_case() -> None:
    assert {case for way in ALL_WAYS for case in way.lacks} <= set(CASES)
