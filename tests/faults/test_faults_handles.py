"""What an author holds in the hand: a rule that says how often it was met, ends when told to, or with a block."""

from __future__ import annotations

import copy
import pickle
import re
import sys

import pytest
from asking import START, ask

from fakestt import FakeSTT, fail, ok
from fakestt.errors import ConfigurationError, RuleNeverMatched, StateError
from fakestt.faults.rules import Rule


def poll(stt: FakeSTT, count: int = 1) -> list[int]:
    return [ask(stt, "GET", "/v1/models").status for _ in range(count)]


def test_a_rule_says_how_often_it_matched_and_how_often_it_hit() -> None:
    stt = FakeSTT()
    rule = stt.faults.on("listModels", nth=2, times=2).fail(503)
    assert (rule.matched, rule.used) == (0, 0)
    poll(stt, 5)
    assert (rule.matched, rule.used) == (5, 2)
    assert (stt.faults.matched(rule), stt.faults.used(rule)) == (5, 2)


def test_a_rule_that_another_one_overruled_has_matched_and_was_not_used() -> None:
    stt = FakeSTT()
    rule = stt.faults.on("listModels", optional=True).fail(503)
    stt.faults.on("listModels").fail(500)
    poll(stt, 3)
    assert (rule.matched, rule.used) == (3, 0)


def test_the_part_of_a_series_in_an_exchange_says_what_the_series_does() -> None:
    stt = FakeSTT()
    series = stt.faults.on("listModels").then(fail(503), ok())
    poll(stt, 3)
    parts = [exchange.rule for exchange in stt.journal]
    assert [part and (part.matched, part.used) for part in parts] == [(3, 2), (3, 2), None]
    assert [part and part.series for part in parts] == [(fail(503),), (ok(),), None]
    assert (series.matched, series.used) == (3, 2)


def test_a_disarmed_rule_hits_nothing_counts_nothing_and_keeps_its_counts() -> None:
    stt = FakeSTT()
    rule = stt.faults.on("listModels").fail(503)
    assert poll(stt) == [503]
    rule.disarm()
    rule.disarm()
    assert poll(stt) == [200]
    assert (rule.matched, rule.used) == (1, 1)
    stt.faults.on("addAudio").fail(503).disarm()  # it need not have been used
    stt.faults.check_used("")


def test_in_a_block_of_with_a_rule_holds_to_its_end() -> None:
    stt = FakeSTT()
    with stt.faults.on("listModels").fail(503) as rule:
        assert poll(stt, 2) == [503, 503]
    assert poll(stt) == [200]
    assert (rule.matched, rule.used) == (2, 2)
    stt.faults.check_used("")


def test_a_rule_that_was_not_used_in_its_block_is_an_error_at_the_blocks_end() -> None:
    stt = FakeSTT(start=START)
    line = sys._getframe().f_lineno + 1
    target = stt.faults.on("listModels", nth=3)
    with pytest.raises(RuleNeverMatched) as caught, target.fail(503):
        poll(stt, 2)
    assert str(caught.value) == (
        "on('listModels', nth=3).fail(503): armed for a block of `with`, and not used in it, so the test does not show "
        "what it says. Mend the rule, or write optional=True if it need not happen.\n"
        f"    was written at {__file__}:{line}\n"
        "        2 requests matched, the third never came"
    )
    assert poll(stt, 2) == [200, 200]
    stt.faults.check_used("")  # it was told


def test_a_block_in_which_not_all_of_a_series_happened_is_an_error() -> None:
    stt = FakeSTT()
    with (
        pytest.raises(RuleNeverMatched, match=r"ok\(\) of it: armed for a block"),
        stt.faults.on("*").then(fail(503), ok()),
    ):
        poll(stt)


def test_nothing_is_said_of_an_optional_rule_or_one_that_was_disarmed_in_the_block() -> None:
    stt = FakeSTT()
    with stt.faults.on("addAudio", optional=True).fail(503):
        pass
    with stt.faults.on("addAudio").fail(503) as rule:
        rule.disarm()


def test_an_error_of_the_block_is_not_hidden_and_the_rule_ends_all_the_same() -> None:
    stt = FakeSTT()
    with pytest.raises(ZeroDivisionError), stt.faults.on("listModels").fail(503):
        _ = 1 / 0
    assert poll(stt) == [200]
    stt.faults.check_used("")


def test_blocks_lie_within_each_other_and_a_rule_may_have_more_than_one() -> None:
    stt = FakeSTT()
    rule = stt.faults.on("listModels").fail(503)
    line = sys._getframe().f_lineno - 1
    with rule:
        with stt.faults.on("listModels").fail(500):
            assert poll(stt) == [500]
        assert poll(stt) == [503]
    with rule:
        assert rule.used == 0
        assert poll(stt) == [503]
    with pytest.raises(RuleNeverMatched, match=f"written at {re.escape(__file__)}:{line}"), rule:
        pass


def test_a_block_whose_window_is_over_is_an_error() -> None:
    stt = FakeSTT(start=START)
    with stt.faults.on("listModels", between=(0, "1m")).fail(503) as rule:
        poll(stt)
    stt.clock.advance("1m")
    poll(stt)
    with pytest.raises(ConfigurationError, match="60 s have passed"), rule:
        pass


def test_a_rule_is_shown_as_it_was_written_with_how_often_it_was_used() -> None:
    stt = FakeSTT()
    rule = stt.faults.on("listModels", times=2).fail(503)
    poll(stt)
    assert repr(rule) == "<on('listModels', times=2).fail(503), used 1 times>"
    assert repr(Rule(operation="listModels", effect=fail(503))) == "<on('listModels').fail(503)>"


@pytest.mark.parametrize("ask_it", ["matched", "used", "disarm", "__enter__"])
def test_a_rule_made_by_hand_does_not_know_its_fake(ask_it: str) -> None:
    stt = FakeSTT()
    rule = stt.faults.add(Rule(operation="listModels", effect=fail(503)))
    with pytest.raises(
        StateError,
        match=r"on\('listModels'\)\.fail\(503\): this rule was made by hand, .*"
        r" Ask one of them: stt\.faults\.used\(rule\), stt\.faults\.matched\(rule\), stt\.faults\.remove\(rule\)\.$",
    ):
        getattr(rule, ask_it)()
    poll(stt)
    assert (stt.faults.matched(rule), stt.faults.used(rule)) == (1, 1)
    assert (stt.faults.matched(Rule(effect=ok())), stt.faults.used(Rule(effect=ok()))) == (0, 0)


def test_an_exchange_with_a_rule_is_copied_and_pickled_without_its_fake() -> None:
    stt = FakeSTT()
    stt.faults.on("listModels", times=3).fail(503)
    poll(stt)
    exchange = stt.journal[0]
    for twin in (copy.deepcopy(exchange), pickle.loads(pickle.dumps(exchange))):
        assert str(twin.rule) == "on('listModels', times=3).fail(503)"
        assert twin.rule is not None
        assert twin.rule.armed_in is None
