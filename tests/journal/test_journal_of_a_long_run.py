"""A journal keeps the first and the latest exchanges of a long run, and counts all."""

from __future__ import annotations

import gc
import tracemalloc
from collections.abc import Callable
from random import Random

import pytest
from asking import MODELS, START, ask

from fakestt import FakeSTT, StateError
from fakestt.journal.journal import MOST_REMARKS, Journal
from fakestt.journal.polling import last_doings
from fakestt.journal.report import MOST_LINES

TARGETS = ("/v1/models", MODELS, "/nowhere")
OPERATIONS = ("listModels", "listAcousticModels", "addAudio")


def after(asked: list[tuple[str, float]], **settings: int) -> FakeSTT:
    """A fake after such requests, each so many seconds behind the one before."""
    stt = FakeSTT(start=START, **settings)
    for target, step_s in asked:
        stt.clock.advance(step_s)
        ask(stt, "GET", target)
    return stt


def polls(number: int, **settings: int) -> FakeSTT:
    return after([(TARGETS[0], 10)] * number, **settings)


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("number", [0, 1, 5, 19, 20, 21, 22, 40, 100])
def test_what_counts_counts_what_is_not_kept_as_well(seed: int, number: int) -> None:
    random = Random(seed)
    common = TARGETS[: 1 + seed % 3]
    asked = [(random.choice(common), random.choice((0.1, 10, 10, 10, 60))) for _ in range(number)]
    asked += [(TARGETS[0], 10.0)] * (seed * 6)
    long, short = after(asked).journal, after(asked, journal=20).journal
    assert (len(short), repr(short), short.summary()) == (len(long), repr(long), long.summary())
    for operation in OPERATIONS:
        assert (short.count(operation), short.gaps(operation)) == (long.count(operation), long.gaps(operation))
        if long.count(operation):
            assert short.last(operation).seq == long.last(operation).seq
    assert [one.seq for one in short.kept()] == [*range(1, len(long) + 1)][:2] + [*range(1, len(long) + 1)][2:][-18:]
    assert short.run == long.run
    if len(long):
        assert short[-1].seq == short.last().seq == len(long)
        if long.run <= 18:
            assert last_doings(short) == last_doings(long)


def test_a_run_that_is_longer_than_what_is_kept_is_told_in_full() -> None:
    words = "The last request was listModels, 100 times in a row, 10 s apart, answered 200."
    assert last_doings(polls(100, journal=20).journal) == last_doings(polls(100).journal) == words


def table(stt: FakeSTT) -> list[str]:
    """The rows of a report, with one space where there are several."""
    rows = [" ".join(line.split()) for line in stt.report().splitlines()]
    return [row for row in rows[1 + rows.index("") if "" in rows else 1 :] if not row.startswith("now ")]


LOOKS: list[tuple[Callable[[Journal], object], bool]] = [
    (lambda journal: journal[0], True),
    (lambda journal: journal[1], True),
    (lambda journal: journal[2], False),
    (lambda journal: journal[81], False),
    (lambda journal: journal[82], True),
    (lambda journal: journal[-18], True),
    (lambda journal: journal[-19], False),
    (lambda journal: journal[:2], True),
    (lambda journal: journal[:3], False),
    (lambda journal: journal[-18:], True),
    (lambda journal: journal[80:], False),
    (lambda journal: journal[::99], True),
    (lambda journal: list(journal), False),
    (lambda journal: journal[0] in journal, False),
    (lambda journal: next(reversed(journal)), True),
    (lambda journal: journal.calls("listModels"), False),
    (lambda journal: journal.calls("listAcousticModels"), True),
    (lambda journal: journal.calls("addAudio"), True),
    (lambda journal: journal.last("addAudio"), False),
    (lambda journal: journal.timeline(), True),
]


@pytest.mark.parametrize(("look", "is_there"), LOOKS)
def test_what_is_not_kept_is_never_passed_over_in_silence(look: Callable[[Journal], object], is_there: bool) -> None:
    journal = after([(MODELS, 10), *[(TARGETS[0], 10)] * 99], journal=20).journal
    if is_there:
        look(journal)
        return
    with pytest.raises(StateError) as caught:
        look(journal)
    if "last(" not in str(caught.value):
        assert str(caught.value).endswith(
            ": 80 exchanges are not kept, only the first 2 and the latest 18. They are in journal.kept(); count, gaps "
            "and last know all. To keep more: journal=100, of FakeSTT, marker or ini file."
        )


def test_beyond_the_end_there_is_nothing() -> None:
    with pytest.raises(IndexError):
        polls(3).journal[3]


def test_a_report_says_how_much_is_left_out_and_where() -> None:
    assert table(polls(100, journal=20)) == [
        "+0:00:00 test: clock.advance(10)",
        "#1 +0:00:10 GET /models 200 listModels",
        "+0:00:10 test: clock.advance(10)",
        "#2 +0:00:20 GET /models 200 listModels",
        "... 80 exchanges left out ...",
        "+0:13:40 (before this, 80 calls of the test are not kept)",
        "#83–#100 +0:13:40 ×18 every 10 s, each time:",
        "test: clock.advance(10)",
        "GET /models 200 listModels",
    ]


def test_a_long_report_says_so_as_well() -> None:
    stt = FakeSTT(start=START, journal=1_000)
    for number in range(3_000):
        ask(stt, "GET", f"{MODELS}/{number:08x}-0000-4000-8000-000000000000")
    rows = table(stt)
    assert len(rows) == MOST_LINES + 2
    assert rows[MOST_LINES // 2 :][:2] == ["... 800 lines left out ...", "... 2000 exchanges left out ..."]


@pytest.mark.slow
def test_the_journal_of_a_long_run_is_flat_in_memory() -> None:
    stt = FakeSTT(start=START)

    def kept_bytes(number: int) -> int:
        while len(stt.journal) < number:
            stt.clock.advance(10 if len(stt.journal) % 3 else 60)
            ask(stt, "GET", TARGETS[len(stt.journal) % 3])
        gc.collect()
        return tracemalloc.get_traced_memory()[0]

    tracemalloc.start()
    try:
        few, many = kept_bytes(15_000), kept_bytes(30_000)
    finally:
        tracemalloc.stop()
    assert many - few < 1_000_000
    assert stt.journal.count("listModels") == 10_000


def test_a_remark_stands_at_its_place_whether_its_exchange_is_kept_or_not() -> None:
    stt = FakeSTT(start=START, journal=20)
    for number in range(100):
        if number in (0, 2, 50, 90):
            stt.journal.remark(stt.clock.now(), f"before request {number + 1}")
        stt.clock.advance(10)
        ask(stt, "GET", TARGETS[0])
    stt.journal.remark(stt.clock.now(), "at last")
    assert [row.partition(" GET")[0] for row in table(stt) if "test: " not in row] == [
        "+0:00:00 (before request 1)",
        "#1 +0:00:10",
        "#2 +0:00:20",
        "+0:00:20 (before request 3)",
        "... 80 exchanges left out ...",
        "+0:08:20 (before request 51)",
        "+0:13:40 (before this, 80 calls of the test are not kept)",
        "#83–#90 +0:13:40 ×8 every 10 s, each time:",
        "GET /models 200 listModels",
        "+0:15:00 (before request 91)",
        "#91–#100 +0:15:00 ×10 every 10 s, each time:",
        "GET /models 200 listModels",
        "+0:16:40 (at last)",
    ]


def test_a_remark_comes_before_changes_that_no_request_has_met() -> None:
    stt = FakeSTT(start=START)
    stt.acoustic_models.add(status="training")
    stt.journal.remark(stt.clock.now(), "so far")
    stt.clock.advance("1d")
    assert table(stt)[1:] == [
        "+0:00:00 (so far)",
        "+0:00:00 test: clock.advance('1d')",
        "+0:36:00 model: training -> available by training",
    ]


def test_a_remark_is_not_among_the_lines_that_a_long_report_leaves_out() -> None:
    stt = FakeSTT(start=START)
    for number in range(2_000):
        if number == 1_000:
            stt.journal.remark(stt.clock.now(), "here")
        ask(stt, "GET", f"{MODELS}/{number:08x}-0000-4000-8000-000000000000")
    assert table(stt)[MOST_LINES // 2 :][:2] == ["... 1800 lines left out ...", "+0:00:00 (here)"]


def test_the_latest_remarks_are_kept() -> None:
    stt = FakeSTT(start=START)
    for number in range(MOST_REMARKS + 3):
        stt.journal.remark(stt.clock.now(), f"number {number}")
    assert [one.text for one in stt.journal.remarks] == [f"number {3 + number}" for number in range(MOST_REMARKS)]
