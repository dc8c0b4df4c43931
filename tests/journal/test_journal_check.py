"""A journal is compared with an expectation: what fits it, and what a failure says."""

from __future__ import annotations

import re
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from asking import MODELS, START, add, ask, create
from hypothesis import example, given, settings
from hypothesis import strategies as st

from fakestt import (
    ConfigurationError,
    Exchange,
    FakeSTT,
    NotAsExpected,
    Reply,
    RequestFacts,
    StateError,
    UnknownOperation,
    expect,
    polls,
)
from fakestt.journal.expected import Expected
from fakestt.journal.failed_check import MOST_LINES
from fakestt.journal.matching import Pairing, are_in_order, paired_in_any_order, paired_in_order
from fakestt.wire import Arrival, How

GOLDEN = Path(__file__).parent / "golden"


@pytest.fixture(scope="module")
def stt() -> FakeSTT:
    """A model, audio, audio that is refused, thirty polls, a training, and two strangers."""
    stt = FakeSTT(start=START)
    model_id = create(stt)
    add(stt, model_id, "a")
    add(stt, model_id, "b")
    for _ in range(30):
        stt.clock.advance(10)
        ask(stt, "GET", f"{MODELS}/{model_id}")
    ask(stt, "POST", f"{MODELS}/{model_id}/train?force=true")
    ask(stt, "GET", "/v1/models")
    ask(stt, "PATCH", "/v1/nowhere")
    return stt


WHOLE = [
    "createAcousticModel", ("addAudio", 201), ("addAudio", 409), polls("getAcousticModel"),
    expect("trainAcousticModel", force=True), "listModels", expect(status=404),
]  # fmt: skip
TURNED = WHOLE[::-1]
ONE = "getAcousticModel"
FITTING: list[tuple[list[Any], dict[str, bool]]] = [
    (WHOLE, {}),
    (["*", "*Audio", "addAudio", polls("get*", status=200), "*", "*", expect(method="PATCH")], {}),
    ([*WHOLE[:3], ONE, polls(ONE), ONE, *WHOLE[4:]], {}),
    ([*WHOLE[:3], *[ONE] * 30, *WHOLE[4:]], {}),
    (WHOLE, {"others": True}),
    (["createAcousticModel", "trainAcousticModel"], {"others": True}),
    ([ONE] * 30, {"others": True}),
    ([], {"others": True}),
    (TURNED, {"ordered": False}),
    (["addAudio", "*", ("addAudio", 409), *TURNED[:4], "createAcousticModel"][1:], {"ordered": False}),
    (["trainAcousticModel", "createAcousticModel"], {"ordered": False, "others": True}),
]  # fmt: skip
DIFFERENT: list[tuple[list[Any], dict[str, bool]]] = [
    ([], {}),
    (WHOLE[1:], {}),
    (WHOLE[:-1], {}),
    ([*WHOLE, "*"], {}),
    (TURNED, {}),
    (["createAcousticModel", "trainAcousticModel"], {}),
    ([*WHOLE[:3], *[ONE] * 29, *WHOLE[4:]], {}),
    ([*WHOLE[:3], *[ONE] * 31, *WHOLE[4:]], {}),
    (["trainAcousticModel", "createAcousticModel"], {"others": True}),
    ([ONE] * 31, {"others": True}),
    ([*TURNED, "deleteAudio"], {"ordered": False}),
    (TURNED[1:], {"ordered": False}),
    ([ONE] * 31, {"ordered": False, "others": True}),
    ([("addAudio", 409), ("addAudio", 409)], {"ordered": False, "others": True}),
]


@pytest.mark.parametrize(("lines", "how"), FITTING)
def test_what_is_as_expected_passes(stt: FakeSTT, lines: list[Any], how: dict[str, bool]) -> None:
    stt.journal.check(lines, **how)


@pytest.mark.parametrize(("lines", "how"), DIFFERENT)
def test_what_is_not_fails_as_an_assertion(stt: FakeSTT, lines: list[Any], how: dict[str, bool]) -> None:
    with pytest.raises(AssertionError, match=r"^journal\.check: ") as caught:
        stt.journal.check(lines, **how)
    assert type(caught.value) is NotAsExpected


TEXTS: dict[str, tuple[list[Any], dict[str, bool]]] = {
    "a field, an extra and a missing one": (
        ["createAcousticModel", ("addAudio", 201), polls(ONE), expect("train*", force=False), "deleteAudio"],
        {},
    ),
    "several fields": (
        [expect("createAcousticModel", status=200, name="b*", description="d"), *WHOLE[1:]], {}
    ),
    "polls that nobody has expected": ([*WHOLE[:3], *WHOLE[4:]], {}),
    "any order": ([("addAudio", 201), ("addAudio", 201), ONE, "listAudio"], {"ordered": False}),
    "among others": (["createAcousticModel", ("trainAcousticModel", 409), ONE], {"others": True}),
    "nothing in common": ([expect(method="PUT", status=500), *WHOLE[1:]], {}),
    "nothing": ([], {}),
}  # fmt: skip


def test_a_failure_shows_what_differs_and_its_neighbours(stt: FakeSTT) -> None:
    said = []
    for name, (lines, how) in TEXTS.items():
        with pytest.raises(NotAsExpected) as caught:
            stt.journal.check(lines, **how)
        said.append(f"--- {name}\n{caught.value}\n")
    assert "\n".join(said) == (GOLDEN / "failed_checks.txt").read_text(encoding="utf-8")


def test_a_failure_is_no_longer_than_a_screen() -> None:
    stt = FakeSTT(start=START)
    for number in range(300):
        ask(stt, "GET", "/v1/models" if number % 2 else MODELS)
    for lines in ([], ["addAudio"] * 100, ["listModels"] * 100, [expect("list*", status=404, method="PUT")] * 90):
        with pytest.raises(NotAsExpected) as caught:
            stt.journal.check(lines)
        text = str(caught.value).splitlines()
        assert MOST_LINES <= len(text) <= MOST_LINES + 5
        assert max(map(len, text)) <= 200
        assert re.fullmatch(r" +\.\.\. \d+ more that differ \.\.\.", text[MOST_LINES + 1])


def test_what_is_far_from_a_difference_is_left_out(stt: FakeSTT) -> None:
    with pytest.raises(NotAsExpected) as caught:
        stt.journal.check([*WHOLE[:3], *[ONE] * 30, "listModels", *WHOLE[4:]])
    lines = str(caught.value).splitlines()
    assert [line[:9].split() for line in lines] == [
        ["journal.c"], ["..."], ["32"], ["33"], ["-", "34"], ["35"], ["36"], ["..."]
    ]  # fmt: skip
    assert [line.strip() for line in (lines[1], lines[-1])] == [
        f"... {one} without a difference ..." for one in (31, 1)
    ]


@pytest.mark.parametrize(
    ("lines", "kind", "words"),
    [
        (["addAudios"], UnknownOperation, "expect('addAudios'): no operation 'addAudios'. Did you mean 'addAudio'?"),
        ([("addAudio", "201")], ConfigurationError, "expect('addAudio', status='201'): status: give a status"),
        ([3], ConfigurationError, "check([..., 3, ...]): a line is an operation's id, a pair such as"),
        ([("addAudio", 201, 1)], ConfigurationError, "a line is an operation's id"),
        (("addAudio", 201), ConfigurationError, "check([..., 201, ...])"),
        ([{"operation": "addAudio"}], ConfigurationError, "a line is an operation's id"),
    ],
)  # fmt: skip
def test_a_line_that_means_nothing_is_a_mistake(stt: FakeSTT, lines: Any, kind: type[Exception], words: str) -> None:
    with pytest.raises(kind) as caught:
        stt.journal.check(lines)
    assert words in str(caught.value)


def test_a_check_of_what_is_not_kept_says_so() -> None:
    stt = FakeSTT(start=START, journal=10)
    for _ in range(11):
        ask(stt, "GET", MODELS)
    with pytest.raises(StateError, match=r"check\(\.\.\.\): 1 exchanges are not kept"):
        stt.journal.check([polls("listAcousticModels")])


def test_lines_are_shown_as_an_author_writes_them() -> None:
    stt = FakeSTT()
    rule = stt.faults.on("addAudio", nth=3, optional=True).lose_reply()
    lines = {
        "'addAudio'": expect("addAudio"),
        "('addAudio', 201)": expect("addAudio", status=201),
        "('addAudio', None)": expect("addAudio", status=None),
        "expect(status=201)": expect(status=201),
        "expect('addAudio', status=range(500, 600), audio_name='a*')": expect(
            "addAudio", status=range(500, 600), audio_name="a*"
        ),
        "expect('*', fault=on('addAudio', nth=3).lose_reply(), when=bool)": expect("*", fault=rule, when=bool),
        "polls('getAudio', arrival='late')": polls("getAudio", arrival="late"),
    }
    assert [repr(line) for line in lines.values()] == list(lines)


def test_an_authors_function_looks_only_where_all_else_is_as_expected(stt: FakeSTT) -> None:
    seen: list[int] = []
    line = expect("addAudio", audio_name="b", when=lambda exchange: seen.append(exchange.seq))
    with pytest.raises(NotAsExpected, match="when: expected true, was false"):
        stt.journal.check([line], others=True)
    assert set(seen) == {3}


# The matching, against regular expressions and against all ways to deal exchanges out

KINDS = {"a": ("/a", 200), "A": ("/a", 409), "b": ("/b", 200), "B": ("/b", 409), "c": ("/c", 200)}
LINES: dict[str, dict[str, Any]] = {
    "[a]": {"path": "/a", "status": 200}, "[aA]": {"path": "/a"}, "[aAbB]": {"path": "*"}, "[AB]": {"status": 409},
    "[bB]": {"path": "/b"},
}  # fmt: skip
SAID = st.lists(st.tuples(st.sampled_from(sorted(LINES)), st.booleans()), max_size=4)
CAME = st.text("aAbB", max_size=5)
SOME = settings(max_examples=200, deadline=None, database=None)


def exchanges(came: str) -> list[Exchange]:
    arrival = Arrival()
    arrival.has_head = True
    arrival.end(How.WHOLE)
    return [
        Exchange(seq, 0.0, RequestFacts("GET", path), None, None, None, Reply(status, (), b""), arrival, ())
        for seq, (path, status) in enumerate((KINDS[one] for one in came), 1)
    ]


def lines_of(said: list[tuple[str, bool]]) -> list[Expected]:
    return [Expected(None, LINES[one], {}, repeats) for one, repeats in said]


def assert_told_once(pairs: list[Pairing], lines: list[Expected], came: list[Exchange]) -> None:
    assert sorted(pair.line for pair in pairs if pair.line is not None) == [*range(len(lines))]
    assert sorted(one.seq for pair in pairs for one in pair.exchanges) == [one.seq for one in came]
    for pair in pairs:
        if pair.line is not None and pair.exchanges:
            assert list(pair.differences) == lines[pair.line].differences(pair.exchanges[0])
            assert all(lines[pair.line].fits(one) for one in pair.exchanges[1:])


@SOME
@given(said=SAID, came=CAME, others=st.booleans())
def test_in_order_a_journal_is_read_as_a_regular_expression_reads_letters(
    said: list[tuple[str, bool]], came: str, others: bool
) -> None:
    between = ".*" if others else ""
    pattern = between.join(["", *(one + ("+" if repeats else "") for one, repeats in said), ""])
    fits = re.fullmatch(pattern, came) is not None
    lines, those = lines_of(said), exchanges(came)
    assert are_in_order(lines, those, others=others) == fits
    pairs = paired_in_order(lines, those, others=others)
    assert all(pair.is_good(others=others) for pair in pairs) == fits
    assert_told_once(pairs, lines, those)
    assert [pair.line for pair in pairs if pair.line is not None] == [*range(len(lines))]


@SOME
@given(said=SAID, came=CAME, others=st.booleans())
@example(said=[("[aA]", False), ("[a]", True)], came="aaA", others=False)
def test_in_any_order_each_has_a_place_if_there_is_one(said: list[tuple[str, bool]], came: str, others: bool) -> None:
    places = [*range(len(said)), *([None] if others else [])]

    def is_possible(dealt: tuple[int | None, ...]) -> bool:
        numbers = [sum(one == line for one in dealt) for line in range(len(said))]
        return all(one == 1 or (one > 1 and repeats) for one, (_, repeats) in zip(numbers, said, strict=True)) and all(
            line is None or one in said[line][0] for one, line in zip(came, dealt, strict=True)
        )

    fits = any(map(is_possible, product(places, repeat=len(came))))
    lines, those = lines_of(said), exchanges(came)
    pairs = paired_in_any_order(lines, those)
    assert all(pair.is_good(others=others) for pair in pairs) == fits
    assert_told_once(pairs, lines, those)


@pytest.mark.parametrize(
    ("said", "came", "told"),
    [
        # The last line is a run of polls, and the first one differs in its status.
        ("[B] [a]+", "aba", "+a !b 1:a"),
        ("[B] [a]+", "aaba", "+a +a !b 1:a"),
        ("[B] [a]+", "aaaaaaba", "+a +a +a +a +a +a !b 1:a"),
        ("[B] [a]+", "acaba", "+a +c +a !b 1:a"),
        ("[B] [a]+", "acacacaba", "+a +c +a +c +a +c +a !b 1:a"),
        # What comes between polls is told as one thing too many, and not as the end of the run.
        ("[a]+", "aba", "0:aa +b"),
        ("[a]+", "aaabababbaa", "0:aaaaaaa +b +b +b +b"),
        ("[a]+ [B]", "abaab", "0:aaa +b !b"),
    ],
)
def test_polls_go_on_after_a_stranger_where_no_line_is_lost_by_it(said: str, came: str, told: str) -> None:
    lines = [Expected(None, {"[B]": {"path": "/b", "status": 409}, **LINES}[one.rstrip("+")], {}, one.endswith("+"))
             for one in said.split()]  # fmt: skip
    letters = {facts: letter for letter, facts in KINDS.items()}

    def shown(pair: Pairing) -> str:
        them = "".join(letters[one.path, one.status or 0] for one in pair.exchanges)
        return ("+" if pair.line is None else "!" if pair.differences else f"{pair.line}:") + (them or "never came")

    pairs = paired_in_order(lines, exchanges(came), others=False)
    assert " ".join(map(shown, pairs)) == told


@pytest.mark.slow
def test_a_thousand_equal_lines_find_their_exchanges_in_any_order() -> None:
    lines, those = lines_of([("[aA]", False)] * 1100), exchanges("a" * 1100)
    assert all(pair.is_good(others=False) for pair in paired_in_any_order(lines, those))
