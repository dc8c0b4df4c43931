"""Each rule finds the clients that break it, blames them for nothing else, and lets those be that keep it."""

from __future__ import annotations

import pytest
from conduct_clients import BREAKS, KEEPS, Run, cases
from conduct_rig import Client, all_of, watched

from fakestt.conduct.watch import RULES


def test_each_rule_has_clients_that_break_it_and_clients_that_keep_it() -> None:
    assert set(BREAKS) == set(KEEPS) == set(RULES)


@pytest.mark.parametrize(("rule", "run"), cases(BREAKS))
def test_a_client_that_breaks_a_rule_is_found(rule: str, run: Run) -> None:
    with watched() as stt:
        run(stt, Client(stt))
    found = all_of(stt)
    assert [finding.rule for finding in found] == [rule], "\n".join(map(str, found))
    [finding] = found
    assert all(1 <= seq <= len(stt.journal) for seq in finding.exchanges)
    assert finding.exchanges == tuple(sorted(set(finding.exchanges)))
    assert finding.address is not None


@pytest.mark.parametrize(("rule", "run"), cases(KEEPS))
def test_a_client_that_keeps_it_is_not(rule: str, run: Run) -> None:
    with watched() as stt:
        run(stt, Client(stt))
    found = all_of(stt)
    assert [finding for finding in found if finding.rule == rule] == [], "\n".join(map(str, found))
