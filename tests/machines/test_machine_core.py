"""The World against the oracle."""

from __future__ import annotations

from collections import Counter
from typing import ClassVar

import pytest
from drivers import CoreDriver
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test
from machine_rig import Cell, Compared


class CoreMachine(Compared):
    make = CoreDriver
    reached: ClassVar[Counter[Cell]] = Counter()


FEW = settings(
    max_examples=60, stateful_step_count=50, deadline=None, database=None, suppress_health_check=list(HealthCheck)
)
MANY = settings(FEW, max_examples=500, stateful_step_count=80)


def test_the_world_agrees_with_the_oracle_whatever_is_done_to_it() -> None:
    run_state_machine_as_test(CoreMachine, settings=FEW)


@pytest.mark.slow
def test_the_world_agrees_with_the_oracle_for_longer() -> None:
    run_state_machine_as_test(CoreMachine, settings=MANY)
