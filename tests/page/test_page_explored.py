"""What the page shows of an explored test: its default run, and beside it the smallest schedule of each failure."""

from __future__ import annotations

from typing import Any

import pytest
from page_rig import ALONE, ASK, Page, read
from page_stories import EXPLORED, explored, run, written

from fakestt.exploring.findings import Failure, Finding
from fakestt.exploring.schedule import Schedule
from fakestt.exploring.shown import MOST_DRAWN, explored_data
from fakestt.page.document import packed
from fakestt.page.of_fake import of_fake

TEST = """
import fakestt, time

@fakestt.explore(faults=["fail(503)"], outcomes=False{more})
def test_it(fake_stt):
    for _ in range(3):
        assert ask(fake_stt).status_code in {allowed}
        time.sleep(60)
"""


def test_the_data_of_an_exploration_is_the_golden_file() -> None:
    assert written(explored()) == EXPLORED.read_text(encoding="utf-8")


def test_the_request_at_which_they_part_begins_a_row() -> None:
    finding = Finding(Failure("E", "c.py:1", ""), "listModels", Schedule.parse("training=failed"))
    [failure] = explored_data("", [run()], [(finding, [run("training=failed")])])["failures"]
    assert failure["parted"]["seq"] == 3
    assert [(row["seq"], row.get("last")) for row in failure["fakes"][0]["rows"]] == [(1, None), (2, None), (3, 101)]
    # Nothing differs in this one, and so nothing is marked.
    [failure] = explored_data("", [run()], [(finding, [run()])])["failures"]
    assert "parted" not in failure
    assert [row["seq"] for row in of_fake(run(), apart=None)["rows"]] == [1, 2, 3]


def test_a_row_of_equal_reads_is_cut_where_they_part() -> None:
    rows = of_fake(run("training=failed"), apart=50)["rows"]
    assert [(row["seq"], row.get("last")) for row in rows] == [(1, None), (2, None), (3, 49), (50, 101)]


def test_an_exploration_stays_small() -> None:
    finding = Finding(Failure("E", "c.py:1", "x" * 120), "listModels", Schedule.parse("training=failed"))
    failed = run("training=failed")
    size_bytes = len(packed(explored_data("", [run()], [(finding, [failed])] * MOST_DRAWN)))
    assert size_bytes < 5_000, "a thousand of these are less than five million"


def page(
    run: Any, pytester: pytest.Pytester, *arguments: str, more: str = "", allowed: tuple[int, ...] = (200,)
) -> Page:
    run(TEST.format(more=more, allowed=allowed), *arguments, apart="-n" in arguments)
    return read(pytester)


def test_a_failing_exploration_has_its_default_run_and_each_kind_of_failure(
    run: Any, pytester: pytest.Pytester
) -> None:
    shown = page(run, pytester)
    assert shown.named("test_it")["outcome"] == "failed"
    data: Any = shown.fakes("test_it")
    assert data["explored"].endswith("1 fault, 3 failed, smallest: r1:listModels=fail(503)")
    assert [one["requests"] for one in data["default"]] == [3]
    [failure] = data["failures"]
    assert (failure["count"], failure["paste"]) == (3, '@fakestt.replay("r1:listModels=fail(503)")')
    assert failure["parted"]["seq"] == 1
    assert [row["fault"] for row in failure["fakes"][0]["rows"]] == ["fail(503)"]


def test_an_exploration_that_finds_nothing_has_its_default_run(run: Any, pytester: pytest.Pytester) -> None:
    shown = page(run, pytester, allowed=(200, 503))
    assert (shown.named("test_it")["outcome"], shown.named("test_it")["requests"]) == ("passed", 3)
    data: Any = shown.fakes("test_it")
    assert (len(data["default"]), data["failures"]) == (1, [])


UNEXPLORED = """
import fakestt

@fakestt.explore(faults=[])
def test_nothing_varies(fake_stt): ask(fake_stt)
@fakestt.explore(faults=["fail(503)"])
def test_skipped(fake_stt):
    ask(fake_stt)
    pytest.skip("not today")
@fakestt.explore(faults=["fail(503)"])
def test_failed(fake_stt): assert ask(fake_stt) is None
@fakestt.explore(faults=["fail(503)"])
def test_explored(fake_stt): ask(fake_stt)
"""


def test_a_test_that_was_not_explored_has_its_ordinary_run(run: Any, pytester: pytest.Pytester) -> None:
    run(UNEXPLORED)
    shown = read(pytester)
    assert {one["name"].partition("::test_")[2]: one["outcome"] for one in shown.tests} == {
        "nothing_varies": "failed", "skipped": "skipped", "failed": "failed", "explored": "passed",
    }  # fmt: skip
    assert "nothing varies" in shown.named("test_nothing_varies")["message"]
    for name in ("test_nothing_varies", "test_skipped", "test_failed"):
        assert [one["requests"] for one in shown.fakes(name)] == [shown.named(name)["requests"]] == [1]


def test_where_schedules_are_only_counted_the_ordinary_run_is_shown(run: Any, pytester: pytest.Pytester) -> None:
    shown = page(run, pytester, "--fakestt-explore-dry")
    assert shown.named("test_it")["outcome"] == "passed"
    assert [one["requests"] for one in shown.fakes("test_it")] == [3]


KINDS = """
import fakestt

@fakestt.explore(faults=["fail(503)"], outcomes=False)
def test_it(fake_stt):
    for number in range(MANY):
        if ask(fake_stt, f"/v1/models/{number}" if number % 2 else "/v1/models").status_code == 503:
            raise type(f"E{number}", (Exception,), {})
"""


def test_no_more_than_eight_kinds_are_drawn_and_each_is_told(run: Any, pytester: pytest.Pytester) -> None:
    run(KINDS.replace("MANY", "11"))
    data: Any = read(pytester).fakes("test_it")
    assert ["fakes" in one for one in data["failures"]] == [True] * MOST_DRAWN + [False] * 3
    assert [one["parted"]["seq"] for one in data["failures"][:MOST_DRAWN]] == list(range(1, MOST_DRAWN + 1))


def test_what_cannot_be_told_does_not_end_the_run(
    run: Any, pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise KeyError("broken")

    monkeypatch.setattr("fakestt.exploring.shown.explored_data", broken)
    shown = page(run, pytester, allowed=(200, 503))
    assert shown.fakes("test_it") == [{"name": "this exploration", "problem": "KeyError('broken')"}]


def test_without_a_page_no_failure_is_run_once_more(
    run: Any, pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytester.makepyfile(test_it=ASK + KINDS.replace("MANY", "3"))
    monkeypatch.setattr("conftest_plugin.twins.Runner.fakes", None)
    result = pytester.runpytest_inprocess(*ALONE)
    result.assert_outcomes(failed=1)


@pytest.mark.slow
def test_the_shards_of_xdist_have_an_entry_each(run: Any, pytester: pytest.Pytester) -> None:
    pytest.importorskip("xdist")
    shown = page(run, pytester, "-p", "xdist", "-n", "2", more=", shards=2")
    assert sorted(one["name"].partition("[")[2] for one in shown.tests) == ["shard 1 of 2]", "shard 2 of 2]"]
    for number in (1, 2):
        data: Any = shown.fakes(f"shard {number} of 2]")
        assert f"of shard {number}/2" in data["explored"]
        assert len(data["default"]) == len(data["failures"]) == 1
