"""A rule that was never used says where it was written, and which requests came closest."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import pytest
from asking import MODELS, NOBODY, START, ask

from fakestt import FakeSTT, RuleNeverMatched, fail, ok
from fakestt.faults.rules import Rule


def told(stt: FakeSTT) -> list[str]:
    """What is said at the end, behind the first line."""
    with pytest.raises(RuleNeverMatched) as caught:
        stt.check_used()
    return [line.strip() for line in str(caught.value).splitlines()[1:]]


def polls(stt: FakeSTT, count: int, target: str = "/v1/models", every_s: float = 60) -> None:
    for _ in range(count):
        ask(stt, "GET", target)
        stt.clock.advance(every_s)


ONE = f"{MODELS}/{NOBODY}"
SHORT = "/acoustic_customizations/00000000"
Say = Callable[[FakeSTT], object]
CLOSEST: list[tuple[Say, Say, list[str]]] = [
    # the rule, the requests, and what is said
    (lambda stt: stt.faults.on("listModels", nth=3).fail(503), lambda stt: polls(stt, 2),
     ["2 requests matched, the third never came"]),
    (lambda stt: stt.faults.on("listModels", every=12).fail(503), lambda stt: polls(stt, 1),
     ["1 request matched, the 12th never came"]),
    (lambda stt: (stt.faults.on("listModels").fail(500), stt.faults.on("list*").fail(503)), lambda stt: polls(stt, 2),
     ["2 requests matched, and a rule that was written later hit in its place: on('list*').fail(503)"]),
    (lambda stt: (stt.faults.on("listModels").fail(500), stt.faults.on("list*").fail(503)), lambda stt: polls(stt, 1),
     ["1 request matched, and a rule that was written later hit it: on('list*').fail(503)"]),
    (lambda stt: stt.faults.on("listModels").then(fail(500), ok(), ok()), lambda stt: polls(stt, 1),
     ["1 request matched; 2 of its 3 effects never came"]),
    (lambda stt: stt.faults.on("getAcousticModel", path="/v1/x*").fail(500), lambda stt: polls(stt, 2, ONE),
     [f"#2 GET {SHORT} at +0:01:00 differs in path"]),
    (lambda stt: stt.faults.on("getAudio", path="/v1/acoustic*").fail(500), lambda stt: polls(stt, 1, ONE),
     [f"#1 GET {SHORT} at +0:00:00 differs in operation"]),
    (lambda stt: stt.faults.on("listModels", between=("5m", "6m")).fail(500), lambda stt: polls(stt, 4),
     ["#4 GET /models at +0:03:00 came before the window"]),
    (lambda stt: stt.faults.on("listModels", between=("90s", "100s")).fail(500), lambda stt: polls(stt, 4),
     ["#2 GET /models at +0:01:00 came before the window", "#3 GET /models at +0:02:00 came after the window"]),
    (lambda stt: stt.faults.on("listModels", when=lambda call: False).fail(500), lambda stt: polls(stt, 2),
     ["#2 GET /models at +0:01:00 fits, but when= said no"]),
    (lambda stt: stt.faults.on("addAudio").fail(500), lambda stt: polls(stt, 2), []),
    (lambda stt: stt.faults.on("addAudio", path="/v1/x").fail(500), lambda stt: polls(stt, 2), []),
    (lambda stt: stt.faults.on("addAudio").fail(500), lambda stt: None, []),
]  # fmt: skip


@pytest.mark.parametrize(("say", "send", "expected"), CLOSEST)
def test_what_came_closest_is_said_with_what_differed(say: Say, send: Say, expected: list[str]) -> None:
    stt = FakeSTT(start=START)
    say(stt)
    send(stt)
    assert [line for line in told(stt) if "was written at" not in line] == expected


def test_a_request_that_came_before_the_rule_was_written_is_told() -> None:
    stt = FakeSTT(start=START)
    polls(stt, 2)
    stt.faults.on("listModels").fail(503)
    assert told(stt)[1:] == ["#2 GET /models at +0:01:00 came before the rule was written"]


def test_three_at_most_are_shown_those_first_whose_path_begins_alike() -> None:
    stt = FakeSTT(start=START)
    stt.faults.on("*", path="/v1/acoustic_customizations/1*").fail(503)
    for target in (ONE, f"{ONE}/audio", MODELS, "/v1/models", "/v1/customizations", "/v1/models"):
        ask(stt, "GET", target)
    assert [line.split()[0] for line in told(stt)[1:]] == ["#1", "#2", "#3"]


def test_nothing_is_shown_that_the_journal_does_not_show() -> None:
    stt = FakeSTT(start=START)
    stt.faults.on(path="/v1/nowhere").fail(503)
    ask(stt, "GET", "/v1/my-secret?password=my-secret", headers={"X-Any": "my-secret"})
    assert told(stt)[1:] == ["#1 GET /…?password=… at +0:00:00 differs in path"]


def test_of_those_that_are_as_close_the_latest_are_shown() -> None:
    stt = FakeSTT(start=START)
    stt.faults.on("*", path="/x").fail(503)
    for target in ("/v1/models", MODELS, ONE, f"{ONE}/audio"):
        ask(stt, "GET", target)
    assert [line.split()[0] for line in told(stt)[1:]] == ["#2", "#3", "#4"]


def test_a_path_that_is_not_shown_is_not_taken_for_one_that_fits() -> None:
    stt = FakeSTT(start=START)
    stt.faults.on(path="/v1/[!m]*").fail(503)
    ask(stt, "GET", "/v1/my-secret")
    assert told(stt)[1:] == []


def place(line: int) -> str:
    return f"{__file__}:{line}"


def test_each_rule_names_the_line_on_which_it_was_written() -> None:
    stt = FakeSTT(start=START)
    target = stt.faults.on("addAudio")
    by_on = sys._getframe().f_lineno - 1
    target.fail(503)
    stt.faults.add(Rule(operation="addAudio", effect=fail(502)))
    by_add = sys._getframe().f_lineno - 1
    stt.faults.on("addAudio").then(fail(503), ok())
    by_then = sys._getframe().f_lineno - 1
    assert told(stt) == [
        f"on('addAudio').fail(503) was written at {place(by_on)}",
        f"on('addAudio').fail(502) was written at {place(by_add)}",
        f"on('addAudio').then(fail(503), ok()) was written at {place(by_then)}",
    ]


def test_two_rules_are_told_together_each_with_its_place() -> None:
    stt = FakeSTT(start=START)
    stt.faults.on("addAudio").fail(503)
    stt.faults.on("getAudio").fail(502)
    line = sys._getframe().f_lineno - 1
    with pytest.raises(RuleNeverMatched) as caught:
        stt.faults.check_used("None came.")
    assert str(caught.value) == (
        "on('addAudio').fail(503); on('getAudio').fail(502): armed and never used, so the test does not show what it "
        "says. None came. Mend the rule, or write optional=True if it need not happen.\n"
        f"    on('addAudio').fail(503) was written at {place(line - 1)}\n"
        f"    on('getAudio').fail(502) was written at {place(line)}"
    )


def test_a_failing_test_shows_its_line(pytester: Any) -> None:
    pytester.makepyfile(
        """
        import requests

        def test_it(fake_stt):
            fake_stt.faults.on("listModels", nth=2).fail(503)
            requests.get(f"{fake_stt.url}/v1/models", auth=("apikey", "k"), timeout=5)
        """
    )
    result = pytester.runpytest_subprocess("-p", "no:cacheprovider")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            "on('listModels', nth=2).fail(503): armed and never used, so *",
            "    was written at *test_a_failing_test_shows_its_line.py:4",
            "        1 request matched, the second never came",
        ]
    )
