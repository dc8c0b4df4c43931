"""The service over HTTP against the oracle."""

from __future__ import annotations

from collections import Counter
from typing import ClassVar

import pytest
from drivers import HttpDriver
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test
from machine_rig import Cell, Compared


class HttpMachine(Compared):
    make = HttpDriver
    reached: ClassVar[Counter[Cell]] = Counter()


FEW = settings(
    max_examples=25, stateful_step_count=40, deadline=None, database=None, suppress_health_check=list(HealthCheck)
)
MANY = settings(FEW, max_examples=200, stateful_step_count=60)


@pytest.mark.slow
def test_the_service_agrees_with_the_oracle_whatever_is_asked_of_it() -> None:
    run_state_machine_as_test(HttpMachine, settings=FEW)


@pytest.mark.slow
def test_the_service_agrees_with_the_oracle_for_longer() -> None:
    run_state_machine_as_test(HttpMachine, settings=MANY)
