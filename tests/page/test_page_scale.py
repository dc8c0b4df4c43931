"""The arithmetic of the page's script, run by node where node is."""

from __future__ import annotations

import json
import shutil
import subprocess
from importlib.resources import files
from itertools import pairwise
from typing import Any

import pytest
from page_stories import run, story

from fakestt.journal.timeline import since
from fakestt.page.of_fake import of_fake

pytestmark = pytest.mark.skipif(shutil.which("node") is None, reason="node is not here: Debian's package nodejs")
SCALE = files("fakestt.page").joinpath("scale.js").read_text("utf-8")


def said(expression: str, **given: Any) -> Any:
    """The value of an expression of JavaScript, with these names given."""
    names = "".join(f"const {name} = {json.dumps(value)};\n" for name, value in given.items())
    code = f"{SCALE}\n{names}console.log(JSON.stringify({expression}))"
    return json.loads(subprocess.run(["node", "-"], input=code, capture_output=True, text=True, check=True).stdout)


@pytest.mark.parametrize("name", ["scale.js", "chart.js", "fake.js", "explored.js", "page.js"])
def test_each_script_is_javascript(name: str, tmp_path: Any) -> None:
    script = tmp_path / "script.js"
    script.write_text(files("fakestt.page").joinpath(name).read_text("utf-8"))
    subprocess.run(["node", "--check", script], check=True)


def test_an_offset_is_written_as_in_reports() -> None:
    offsets = [0, 0.001, 1.5, 59.9994, 60, 3599.9996, 3600, 86400.25, 1e7]
    assert said("offsets.map(offsetText)", offsets=offsets) == [since(one, 0) for one in offsets]


def test_a_length_is_its_two_largest_units() -> None:
    lengths = [0, 0.0012, 0.5, 1, 45.5, 60, 90, 3600, 3605, 7500, 86400, 90000, 604800 + 61]
    assert said("lengths.map(lengthText)", lengths=lengths) == [
        "0 s", "1.2 ms", "500 ms", "1 s", "45.5 s", "1 min", "1 min 30 s", "1 h", "1 h", "2 h 5 min", "1 d", "1 d 1 h",
        "7 d",
    ]  # fmt: skip


@pytest.mark.parametrize(("begin", "end"), [(0, 0.02), (0, 7), (3599.9, 3600.3), (0, 36 * 3600), (0, 3e8)])
def test_ticks_are_few_round_and_inside(begin: float, end: float) -> None:
    found = said(f"ticks({begin}, {end}, 8)")
    assert 2 <= len(found) <= 9
    assert begin <= found[0] < found[-1] <= end + 1e-9
    gaps = {round(later - one, 6) for one, later in pairwise(found)}
    assert len(gaps) == 1


def test_steps_keep_the_order_of_requests_at_one_instant() -> None:
    data = of_fake(story())
    places = said("(() => { const s = stepScale(fake); return fake.rows.map((r) => s.at(r.at, r.seq)) })()", fake=data)
    order = sorted(data["rows"], key=lambda row: (row["at"], row["seq"]))
    assert sorted(places) == [places[data["rows"].index(row)] for row in order]
    assert len(set(places)) == len(places)


def test_what_was_removed_leaves_a_gap() -> None:
    phases = [[0, "ready", "ready", "hand", 1], [5, None, None, "deleteAudio", 2], [9, "ok", "ok", "addAudio", 3]]
    found = said("stretches({phases}, 0, 20).map((one) => [one.word, one.from[0], one.to[0]])", phases=phases)
    assert found == [["ready", 0, 5], ["ok", 9, 20]]
    found = said("stretches({phases}, 6, 20).map((one) => [one.word, one.from[0], one.to[0]])", phases=phases)
    assert found == [["ok", 9, 20]]


def test_a_model_stands_above_what_belongs_to_it() -> None:
    lanes = [{"id": "a", "child": True}, {"id": "b"}, {"id": "a"}, {"id": "c", "child": True}]
    assert said("orderedLanes(lanes).map((one) => one.number)", lanes=lanes) == [2, 0, 1, 3]


def test_lanes_of_one_name_have_titles_that_differ() -> None:
    lanes = [
        {"name": "car", "id": "aaaaaaaa-1", "family": "acoustic model"},
        {"name": "car", "id": "bbbbbbbb-1", "family": "acoustic model"},
        {"name": "van", "id": "cccccccc-1", "family": "language model"},
        {"name": "one", "id": "aaaaaaaa-1", "family": "audio", "child": True},
        {"name": "one", "id": "bbbbbbbb-1", "family": "audio", "child": True},
        {"name": "car", "id": "cccccccc-1", "family": "corpus", "child": True},
        {"name": "rules", "id": "cccccccc-1", "family": "corpus", "child": True},
        {"name": "rules", "id": "cccccccc-1", "family": "grammar", "child": True},
        {"name": "two", "id": "aaaaaaaa-1", "family": "audio", "child": True},
        {"name": "two", "id": "dddddddd-1", "family": "audio", "child": True},
    ]
    assert said("titlesOf(lanes)", lanes=lanes) == [
        "car aaaaaaaa", "car bbbbbbbb", "van", "audio one of car aaaaaaaa", "audio one of car bbbbbbbb",
        "corpus car of van", "corpus rules of van", "grammar rules of van", "audio two of car aaaaaaaa",
        "audio two of dddddddd",
    ]  # fmt: skip
    # The lanes of two runs are twice the same.
    assert said("titlesOf([lanes[2], lanes[2], lanes[8], lanes[8]])", lanes=lanes) == ["van", "van", "two", "two"]


def test_a_request_is_of_one_of_four_kinds() -> None:
    rows = [
        {"status": 200}, {"status": 404}, {"status": 503}, {}, {"status": 200, "arrival": "cut"},
        {"status": 200, "arrival": "late"}, {"mistake": "m", "status": 200},
    ]  # fmt: skip
    assert said("rows.map(kindOf)", rows=rows) == ["fine", "refused", "failed", "lost", "lost", "fine", "failed"]


def test_a_search_finds_all_words_and_shows_failures_first() -> None:
    tests = [
        {"name": "test_Car", "outcome": "passed"}, {"name": "test_bus", "outcome": "failed", "message": "no car"},
        {"name": "test_ship", "outcome": "error"}, {"name": "test_car_2", "outcome": "xpassed"},
    ]  # fmt: skip
    assert said("chosen(tests, '', new Set()).map((one) => one.number)", tests=tests) == [1, 2, 3, 0]
    assert said("chosen(tests, ' CAR', new Set()).map((one) => one.number)", tests=tests) == [1, 3, 0]
    assert said("chosen(tests, 'car no', new Set()).map((one) => one.number)", tests=tests) == [1]
    assert said("chosen(tests, 'car', new Set(['passed'])).map((one) => one.number)", tests=tests) == [0]


def test_marks_that_would_lie_on_each_other_are_one() -> None:
    marks = [{"x": x, "rows": [x]} for x in (0, 5, 13, 20, 100)]
    assert said("clustered(marks, 14).map((one) => one.rows)", marks=marks) == [[0, 5, 13], [20], [100]]


def test_two_runs_are_one_chart_with_each_lane_twice() -> None:
    there, here = of_fake(run()), of_fake(run("training:car=failed"))
    here["lanes"].append({"name": "late", "id": "1", "family": "acoustic model"})
    both = said("paired(there, here, {at: 2400, seq: 3})", there=there, here=here)
    runs = ("the default run", "this schedule")
    assert [(lane["name"], lane["run"]) for lane in both["lanes"]] == [
        (name, run) for name in ("audio1", "car", "late") for run in runs
    ]
    assert [lane["to"] for lane in both["lanes"]] == [there["to"], here["to"]] * 3
    assert both["to"] == max(there["to"], here["to"])
    assert "phases" not in both["lanes"][4]
    assert [(row["seq"], row["run"], row["lane"]) for row in both["rows"]] == [
        (1, runs[0], 2), (1, runs[1], 3), (2, runs[0], 2), (2, runs[1], 3), (3, runs[0], 2), (3, runs[1], 3),
    ]  # fmt: skip


def test_of_two_runs_what_is_due_and_the_requests_about_all_have_their_own_lanes() -> None:
    there, here = of_fake(run()), of_fake(run("r1:trainAcousticModel=lose_reply()"))
    for fake in (there, here):
        fake["rows"] += [{"seq": 9, "at": 9, "lane": None, "status": 200}]
    both = said("paired(there, here)", there=there, here=here)
    assert [(lane["name"], lane["run"]) for lane in both["lanes"][:2]] == [
        ("the service", "the default run"), ("the service", "this schedule"),
    ]  # fmt: skip
    assert [row["lane"] for row in both["rows"] if row["seq"] == 9] == [0, 1]
    assert [(both["lanes"][lane]["name"], both["lanes"][lane]["run"]) for _, lane, _ in both["due"]] == [
        ("car", "this schedule")
    ]
