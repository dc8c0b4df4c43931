"""Failures are told apart by exception, place and what was hit; each has its smallest schedule."""

from __future__ import annotations

from fakestt.exploring.findings import Failure, Findings
from fakestt.exploring.schedule import Schedule

KEY = Failure("KeyError", "client.py:7 in poll", "'status'")
OTHER = Failure("KeyError", "client.py:9 in create", "'id'")


def found(*failed: tuple[str, Failure]) -> Findings:
    findings = Findings()
    for text, failure in failed:
        findings.add(Schedule.parse(text), failure)
    return findings


def told(findings: Findings) -> list[tuple[int, str, str]]:
    return [(one.count, str(one), str(one.schedule)) for one in findings]


def test_a_kind_is_an_exception_a_place_and_what_was_hit() -> None:
    findings = found(
        ("r1:poll=fail(503)", KEY),
        ("r2:create=fail(503)", KEY),
        ("r3:poll=fail(503)", OTHER),
        ("r4:poll=fail(429)", KEY),
        ("training:car=failed", KEY),
        ("r1:poll@owner=fail(503)", KEY),
    )
    assert findings.failed == 6
    assert told(findings) == [
        (3, "KeyError at client.py:7 in poll, hit at poll", "r1:poll=fail(503)"),
        (1, "KeyError at client.py:7 in poll, hit at create", "r2:create=fail(503)"),
        (1, "KeyError at client.py:9 in create, hit at poll", "r3:poll=fail(503)"),
        (1, "KeyError at client.py:7 in poll, hit at training", "training:car=failed"),
    ]


def test_what_a_smaller_schedule_explains_is_no_kind_of_its_own() -> None:
    findings = found(
        ("training:car=failed", KEY),
        ("training:car=failed; r9:poll=fail(503)", KEY),
        ("r1:poll=reset(); r9:create=fail(503)", KEY),
        ("training:car=failed; r8:delete=fail(503)", OTHER),
    )
    assert [count for count, _, _ in told(findings)] == [2, 1, 1]
    assert str(findings.smallest().schedule) == "training:car=failed"


def test_each_has_its_message_cut_and_its_line_to_paste() -> None:
    findings = found(("r1:poll=fail(503)", Failure("E", "c.py:1 in f", "x" * 71)), ("r2:poll=reset()", KEY))
    assert findings.lines() == [
        "     1 x E at c.py:1 in f, hit at poll",
        "         " + "x" * 67 + "...",
        '         @fakestt.replay("r1:poll=fail(503)")',
        "     1 x KeyError at client.py:7 in poll, hit at poll",
        "         'status'",
        '         @fakestt.replay("r2:poll=reset()")',
    ]


def test_of_very_many_kinds_the_most_frequent_are_told() -> None:
    findings = found(*((f"r{n}:poll=reset()", Failure("E", f"c.py:{n}", "")) for n in range(1, 31)))
    assert len(findings) == 30
    assert len(findings.lines()) == 41
    assert findings.lines()[-1] == "         ... and 10 kinds more"
